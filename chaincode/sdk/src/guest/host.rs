//! The ledger that the peer offers.

use super::bindings::folio::chaincode::{crypto, diagnostics, history, private_data, state, types};
use crate::{Change, Creator, Effects, Entry, Event, Invocation, Ledger, Page, Position, PrivateWrite, Role, Write};

/// The peer's host functions.
pub(super) struct Host;

pub(super) fn log(message: &str) {
    diagnostics::log(message);
}

pub(super) fn invocation(wire: types::Invocation) -> Invocation {
    Invocation {
        channel: wire.channel,
        chaincode: wire.chaincode,
        tx_id: wire.tx_id,
        timestamp_seconds: wire.timestamp_seconds,
        creator: Creator {
            msp_id: wire.creator.msp_id,
            role: match wire.creator.role {
                types::Role::Member => Role::Member,
                types::Role::Admin => Role::Admin,
                types::Role::Client => Role::Client,
                types::Role::Peer => Role::Peer,
                types::Role::Orderer => Role::Orderer,
            },
            common_name: wire.creator.common_name,
            attributes: wire.creator.attributes,
            fingerprint: wire.creator.fingerprint,
        },
        args: wire.args,
        transient: wire.transient,
    }
}

pub(super) fn outcome(payload: Vec<u8>, effects: Effects) -> types::Outcome {
    let Effects { writes, private_writes, event } = effects;
    let write = |Write { key, value }| types::Write { key, value };
    let private = |PrivateWrite { collection, key, value }| types::PrivateWrite { collection, key, value };
    types::Outcome {
        payload,
        writes: writes.into_iter().map(write).collect(),
        private_writes: private_writes.into_iter().map(private).collect(),
        event: event.map(|Event { name, payload }| types::Event { name, payload }),
    }
}

impl Ledger for Host {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        state::get(key)
    }

    fn scan(&self, start: &str, end: &str, limit: u32) -> Page {
        let page = state::scan(start, end, limit);
        let entries = page.entries.into_iter().map(|entry| Entry { key: entry.key, value: entry.value });
        Page { entries: entries.collect(), more: page.more }
    }

    fn changes(&self, key: &str, before: Option<Position>, limit: u32) -> Vec<Change> {
        let changes = history::changes(key, before.map(|position| (position.block, position.tx)), limit);
        let changes = changes.into_iter().map(|change| Change {
            tx_id: change.tx_id,
            position: Position { block: change.block, tx: change.tx },
            value: change.value,
        });
        changes.collect()
    }

    fn private_get(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        private_data::get(collection, key)
    }

    fn private_hash(&self, collection: &str, key: &str) -> Option<Vec<u8>> {
        private_data::get_hash(collection, key)
    }

    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.copy_from_slice(&crypto::sha256(data));
        digest
    }

    fn hmac_sha256(&self, key: &[u8], message: &[u8]) -> [u8; 32] {
        let mut code = [0; 32];
        code.copy_from_slice(&crypto::hmac_sha256(key, message));
        code
    }

    fn verify_secp256k1(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        crypto::verify_secp256k1(public_key, message, signature)
    }

    fn log(&self, message: &str) {
        log(message);
    }
}
