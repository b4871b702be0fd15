//! One call: a fresh store, its guards, and what came of it.

use std::sync::Arc;

use bytes::Bytes;
use folio_simulator::{Simulated, Simulator, SimulatorError};
use folio_types::limits::RESPONSE_BYTES_MAX;
use folio_types::{Role, StateReader};
use wasmtime::{Engine, PoolConcurrencyLimitError, Store, Trap};

use crate::bindings::ChaincodePre;
use crate::bindings::folio::chaincode::types;
use crate::host::{CallState, HostTrap};
use crate::watchdog::EPOCH_MILLISECONDS;
use crate::{Creator, Invocation, InvokeError, Resource, Response, Simulation};

/// Fuel of one call; an instruction takes about one unit, and a busy call of a chaincode a hundred thousand.
pub const CALL_FUEL_MAX: u64 = 200_000_000;

/// How long a call may compute. Fuel ends it earlier, unless its instructions are few and slow.
pub const CALL_MILLISECONDS_MAX: u64 = 2_000;

/// Most bytes that a chaincode hands over in one host call, or as its result.
pub(crate) const HOST_CALL_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Lines of one call that reach the peer's log.
pub const LOG_LINES_MAX: usize = 64;

/// Bytes of a line that reach it.
pub const LOG_LINE_BYTES_MAX: usize = 1024;

/// Bytes of a refusal's message that reach the client.
pub const REFUSAL_BYTES_MAX: usize = 4 * 1024;

const STATUS_OK: i32 = 200;
const STATUS_REFUSED: i32 = 500;

/// The code of a refusal that the peer makes on the chaincode's behalf.
const MISUSE: &str = "MISUSE";

/// How wasmtime says that a host call wanted to hand over too much; the error's type is its own secret.
const HOST_CALL_BYTES_MESSAGE: &str = "too much data is being copied";

/// Runs one call over the simulator.
pub(crate) fn invoke(
    chaincode: &ChaincodePre<CallState>,
    invocation: Invocation,
    state: Arc<dyn StateReader>,
    own_msp_id: &str,
) -> Result<Simulation, InvokeError> {
    let simulator = Simulator::new(state, &invocation.chaincode, own_msp_id);
    let tx_id = invocation.tx_id;
    let call = CallState { simulator, tx_id, log_lines: 0 };
    let mut store = guarded_store(chaincode.engine(), call).map_err(|error| fault(&error))?;
    let wire = types::Invocation {
        channel: invocation.channel,
        chaincode: invocation.chaincode,
        tx_id: hex::encode(tx_id.digest()),
        timestamp_seconds: invocation.timestamp_seconds,
        creator: wire_creator(invocation.creator),
        args: invocation.args.into_iter().map(Vec::from).collect(),
        transient: invocation.transient.into_iter().map(|(name, value)| (name, Vec::from(value))).collect(),
    };
    let answer = chaincode.instantiate(&mut store).and_then(|instance| instance.call_invoke(&mut store, &wire));
    let fuel = CALL_FUEL_MAX.saturating_sub(store.get_fuel().map_err(|error| fault(&error))?);
    let simulation = match answer {
        Ok(Ok(outcome)) => accept(outcome, store.into_data().simulator),
        Ok(Err(failure)) => Ok(refusal(status_of(failure.status), failure.message)),
        Err(error) => end(&error),
    };
    simulation.map(|simulation| Simulation { fuel, ..simulation })
}

fn guarded_store(engine: &Engine, call: CallState) -> wasmtime::Result<Store<CallState>> {
    let mut store = Store::new(engine, call);
    store.set_fuel(CALL_FUEL_MAX)?;
    store.set_epoch_deadline(CALL_MILLISECONDS_MAX / EPOCH_MILLISECONDS);
    store.set_hostcall_fuel(HOST_CALL_BYTES_MAX);
    store.limiter(|call| call);
    Ok(store)
}

fn wire_creator(creator: Creator) -> types::Creator {
    types::Creator {
        msp_id: creator.msp_id,
        role: match creator.role {
            Role::Member => types::Role::Member,
            Role::Admin => types::Role::Admin,
            Role::Client => types::Role::Client,
            Role::Peer => types::Role::Peer,
            Role::Orderer => types::Role::Orderer,
        },
        common_name: creator.common_name,
        attributes: creator.attributes.into_iter().collect(),
        fingerprint: creator.fingerprint.to_vec(),
    }
}

fn accept(outcome: types::Outcome, simulator: Simulator) -> Result<Simulation, InvokeError> {
    let types::Outcome { payload, writes, private_writes, event } = outcome;
    if payload.len() > RESPONSE_BYTES_MAX {
        return Err(Resource::ResponseBytes.passed());
    }
    match simulated(simulator, writes, private_writes, event) {
        Ok(simulated) => {
            let response = Response { status: STATUS_OK, message: String::new(), payload: payload.into() };
            Ok(Simulation { response, simulated, fuel: 0 })
        }
        Err(error) => ended_by_host(HostTrap::from(&error)),
    }
}

/// What was read, and now also what would change.
fn simulated(
    mut simulator: Simulator,
    writes: Vec<types::Write>,
    private_writes: Vec<types::PrivateWrite>,
    event: Option<types::Event>,
) -> Result<Simulated, SimulatorError> {
    for types::Write { key, value } in writes {
        match value {
            Some(value) => simulator.put(key, value)?,
            None => simulator.delete(key)?,
        }
    }
    for types::PrivateWrite { collection, key, value } in private_writes {
        match value {
            Some(value) => simulator.private_put(&collection, key, value)?,
            None => simulator.private_delete(&collection, key)?,
        }
    }
    if let Some(types::Event { name, payload }) = event {
        simulator.emit(name, payload)?;
    }
    simulator.finish()
}

/// A chaincode may refuse with 400 to 599; any other status counts as 500.
fn status_of(status: u32) -> i32 {
    i32::try_from(status).ok().filter(|status| (400..600).contains(status)).unwrap_or(STATUS_REFUSED)
}

fn refusal(status: i32, message: String) -> Simulation {
    let response = Response { status, message: cut(message, REFUSAL_BYTES_MAX), payload: Bytes::new() };
    Simulation { response, simulated: Simulated::default(), fuel: 0 }
}

fn ended_by_host(trap: HostTrap) -> Result<Simulation, InvokeError> {
    match trap {
        HostTrap::Misuse(reason) => Ok(refusal(STATUS_REFUSED, format!("{MISUSE}: {reason}"))),
        HostTrap::End(error) => Err(error),
    }
}

/// Tells a host function's own error, a passed limit and a trap from one another.
fn end(error: &wasmtime::Error) -> Result<Simulation, InvokeError> {
    if let Some(error) = error.downcast_ref::<SimulatorError>() {
        return ended_by_host(HostTrap::from(error));
    }
    if let Some(limit) = error.downcast_ref::<InvokeError>() {
        return Err(limit.clone());
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return Err(Resource::Instances.passed());
    }
    let Some(trap) = error.downcast_ref::<Trap>() else {
        let reason = error.root_cause().to_string();
        if reason.contains(HOST_CALL_BYTES_MESSAGE) {
            return Err(Resource::HostCallBytes.passed());
        }
        // What is left is a chaincode that breaks the rules of the component model, such as text that is no UTF-8.
        return Err(InvokeError::Trap { reason });
    };
    Err(match trap {
        Trap::OutOfFuel => Resource::Fuel.passed(),
        Trap::Interrupt => Resource::Time.passed(),
        Trap::StackOverflow => Resource::Stack.passed(),
        other => InvokeError::Trap { reason: other.to_string() },
    })
}

fn fault(error: &wasmtime::Error) -> InvokeError {
    InvokeError::Fault { reason: format!("{error:#}") }
}

/// The first `bytes_max` bytes of a text, and no half character.
pub(crate) fn cut(mut text: String, bytes_max: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes_max));
    text
}
