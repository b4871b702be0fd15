//! A ledger in memory, to test a chaincode natively: Fabric's semantics without a peer.

mod call;
mod simulation;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Change, Context, Creator, Effects, Invocation, Position, Result, Role, Router};

pub use call::{Call, Conflict};
use simulation::Simulation;

/// World state as one peer holds it, and the proposal that the next call makes.
///
/// [`run`](Self::run) and [`simulate`](Self::simulate) change nothing: they return a [`Call`] that tells what was read
/// and would be written. [`commit`](Self::commit) checks it against what was committed since, as a validating peer does,
/// and applies it. Two calls simulated side by side and then committed show whether they conflict.
pub struct MockLedger {
    invocation: Invocation,
    peer_msp_id: String,
    calls: u64,
    height: u64,
    values: BTreeMap<String, Stored>,
    history: BTreeMap<String, Vec<Change>>,
    private: BTreeMap<(String, String), Stored>,
}

#[derive(Clone, Debug)]
struct Stored {
    value: Vec<u8>,
    version: Position,
}

impl MockLedger {
    /// An empty ledger on a peer of `msp_id`, called by a client of the same organisation.
    pub fn new(msp_id: &str) -> Self {
        let creator = Creator {
            msp_id: msp_id.to_owned(),
            role: Role::Client,
            common_name: "client".to_owned(),
            attributes: Vec::new(),
            fingerprint: vec![0; 32],
        };
        let invocation = Invocation {
            channel: "channel".to_owned(),
            chaincode: "chaincode".to_owned(),
            creator,
            ..Invocation::default()
        };
        Self {
            invocation,
            peer_msp_id: msp_id.to_owned(),
            calls: 0,
            height: 1,
            values: BTreeMap::new(),
            history: BTreeMap::new(),
            private: BTreeMap::new(),
        }
    }

    /// Names the channel and the chaincode of the calls that follow.
    pub fn set_names(&mut self, channel: &str, chaincode: &str) {
        self.invocation.channel = channel.to_owned();
        self.invocation.chaincode = chaincode.to_owned();
    }

    /// Who signs the calls that follow.
    pub fn set_creator(&mut self, creator: Creator) {
        self.invocation.creator = creator;
    }

    /// A client of `msp_id`, with these certificate attributes, signs the calls that follow.
    pub fn set_client(&mut self, msp_id: &str, attributes: &[(&str, &str)]) {
        let creator = &mut self.invocation.creator;
        msp_id.clone_into(&mut creator.msp_id);
        creator.role = Role::Client;
        creator.attributes = attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        creator.attributes.sort();
    }

    /// The proposal timestamp of the calls that follow.
    pub fn set_timestamp(&mut self, seconds: i64) {
        self.invocation.timestamp_seconds = seconds;
    }

    /// Adds to the transient map of the calls that follow.
    pub fn set_transient(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let map = &mut self.invocation.transient;
        map.retain(|(held, _)| held != name);
        map.push((name.to_owned(), value.into()));
        map.sort();
    }

    /// Empties the transient map.
    pub fn clear_transient(&mut self) {
        self.invocation.transient.clear();
    }

    /// The organisation whose peer runs the calls that follow: it alone reads its own clear private values.
    pub fn set_peer(&mut self, msp_id: &str) {
        msp_id.clone_into(&mut self.peer_msp_id);
    }

    /// Calls a function with this JSON object, and commits nothing.
    pub fn simulate(&mut self, router: &Router, function: &str, arguments: &impl Serialize) -> Call<Vec<u8>> {
        let object = serde_json::to_vec(arguments).unwrap_or_default();
        self.simulate_args(router, vec![function.as_bytes().to_vec(), object])
    }

    /// Calls with these raw arguments, and commits nothing.
    pub fn simulate_args(&mut self, router: &Router, args: Vec<Vec<u8>>) -> Call<Vec<u8>> {
        self.invocation.args = args;
        self.run(|context| router.dispatch(context))
    }

    /// Runs `body` as a call, and commits nothing.
    pub fn run<R>(&mut self, body: impl FnOnce(&mut Context<'_>) -> Result<R>) -> Call<R> {
        self.calls += 1;
        self.invocation.tx_id = format!("{:064x}", self.calls);
        let simulation = Simulation::new(self);
        let mut context = Context::new(&simulation, &self.invocation);
        let result = body(&mut context);
        let effects = if result.is_ok() { context.into_effects() } else { Effects::default() };
        simulation.finish(result, effects)
    }

    /// Calls a function and commits what it wrote; a refused call writes nothing.
    pub fn submit(&mut self, router: &Router, function: &str, arguments: &impl Serialize) -> Call<Vec<u8>> {
        let call = self.simulate(router, function, arguments);
        self.commit_unless_refused(call)
    }

    /// Runs `body` as a call and commits what it wrote, such as rows that a test begins with.
    pub fn update<R>(&mut self, body: impl FnOnce(&mut Context<'_>) -> Result<R>) -> Call<R> {
        let call = self.run(body);
        self.commit_unless_refused(call)
    }

    /// Adds a block with this call, unless what it read has changed since.
    pub fn commit<R>(&mut self, call: &Call<R>) -> std::result::Result<Position, Conflict> {
        call.check_against(self)?;
        let version = Position { block: self.height, tx: 0 };
        self.height += 1;
        for (key, pending) in &call.writes {
            let change = Change { tx_id: call.tx_id.clone(), position: version, value: pending.clone() };
            self.history.entry(key.clone()).or_default().push(change);
            store(&mut self.values, key.clone(), pending.as_ref(), version);
        }
        for (key, pending) in &call.private_writes {
            store(&mut self.private, key.clone(), pending.as_ref(), version);
        }
        Ok(version)
    }

    /// All public keys and values, in key order.
    pub fn state(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.values.iter().map(|(key, stored)| (key.as_str(), stored.value.as_slice()))
    }

    /// A clear private value, whoever may read it.
    pub fn private_value(&self, collection: &str, key: &str) -> Option<&[u8]> {
        self.private.get(&(collection.to_owned(), key.to_owned())).map(|stored| stored.value.as_slice())
    }

    /// A call that was just simulated cannot conflict.
    fn commit_unless_refused<R>(&mut self, call: Call<R>) -> Call<R> {
        if call.result.is_ok() {
            let _ = self.commit(&call);
        }
        call
    }
}

fn store<K: Ord>(values: &mut BTreeMap<K, Stored>, key: K, pending: Option<&Vec<u8>>, version: Position) {
    match pending {
        Some(value) => {
            values.insert(key, Stored { value: value.clone(), version });
        }
        None => {
            values.remove(&key);
        }
    }
}
