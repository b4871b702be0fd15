//! The host functions: the world of `chaincode/wit` over a simulator.
//!
//! A function that cannot answer ends the call: its error becomes a trap, and the call finds out which it was.

use bytes::Bytes;
use folio_crypto::{hmac_sha256, sha256, verify_secp256k1};
use folio_simulator::{Simulator, SimulatorError};
use folio_types::{TxId, Version};
use wasmtime::{ResourceLimiter, Result};

use crate::bindings::folio::chaincode::{crypto, diagnostics, history, private_data, state, types};
use crate::call::{LOG_LINE_BYTES_MAX, LOG_LINES_MAX, cut};
use crate::engine::{MEMORY_BYTES_MAX, TABLE_ELEMENTS_MAX};
use crate::{InvokeError, Resource};

/// What belongs to one call.
pub(crate) struct CallState {
    pub(crate) simulator: Simulator,
    pub(crate) tx_id: TxId,
    pub(crate) log_lines: usize,
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn owned(value: Option<Bytes>) -> Option<Vec<u8>> {
    value.map(Vec::from)
}

impl types::Host for CallState {}

impl state::Host for CallState {
    fn get(&mut self, key: String) -> Result<Option<Vec<u8>>> {
        Ok(owned(self.simulator.get(key)?))
    }

    fn scan(&mut self, start: String, end: String, limit: u32) -> Result<state::Page> {
        let page = self.simulator.scan(&start, &end, usize_of(limit))?;
        let entries = page.entries.into_iter().map(|(key, value)| state::Entry { key, value: value.into() });
        Ok(state::Page { entries: entries.collect(), more: page.more })
    }
}

impl history::Host for CallState {
    fn changes(&mut self, key: String, before: Option<(u64, u64)>, limit: u32) -> Result<Vec<history::Change>> {
        let before = before.map(|(block, tx)| Version::new(block, tx));
        let changes = self.simulator.changes(&key, before, usize_of(limit))?;
        let changes = changes.into_iter().map(|change| history::Change {
            tx_id: change.tx_id.to_string(),
            block: change.version.block,
            tx: change.version.tx,
            value: owned(change.value),
        });
        Ok(changes.collect())
    }
}

impl private_data::Host for CallState {
    fn get(&mut self, collection: String, key: String) -> Result<Option<Vec<u8>>> {
        Ok(owned(self.simulator.private_get(&collection, &key)?))
    }

    fn get_hash(&mut self, collection: String, key: String) -> Result<Option<Vec<u8>>> {
        Ok(owned(self.simulator.private_hash(&collection, &key)?))
    }
}

impl crypto::Host for CallState {
    fn sha256(&mut self, data: Vec<u8>) -> Result<Vec<u8>> {
        self.simulator.charge_hash(data.len())?;
        Ok(sha256(&[&data]).to_vec())
    }

    fn hmac_sha256(&mut self, key: Vec<u8>, message: Vec<u8>) -> Result<Vec<u8>> {
        self.simulator.charge_hash(key.len().saturating_add(message.len()))?;
        Ok(hmac_sha256(&key, &message).to_vec())
    }

    fn verify_secp256k1(&mut self, public_key: Vec<u8>, message: Vec<u8>, signature: Vec<u8>) -> Result<bool> {
        self.simulator.charge_signature_check(message.len())?;
        Ok(verify_secp256k1(&public_key, &message, &signature))
    }
}

impl diagnostics::Host for CallState {
    fn log(&mut self, message: String) -> Result<()> {
        self.log_lines += 1;
        if self.log_lines <= LOG_LINES_MAX {
            let message = cut(message, LOG_LINE_BYTES_MAX);
            tracing::info!(chaincode = self.simulator.chaincode(), tx_id = %self.tx_id, message, "chaincode log");
        }
        Ok(())
    }
}

/// A memory that would grow too far ends the call at once, as a limit: the chaincode's own way to end it would be a trap.
impl ResourceLimiter for CallState {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        if desired > MEMORY_BYTES_MAX {
            return Err(Resource::Memory.passed().into());
        }
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        Ok(desired <= TABLE_ELEMENTS_MAX)
    }
}

/// What an error of the simulator stands for, while the call runs or when its result is taken over: misuse by the
/// chaincode, or an end without an answer.
pub(crate) enum HostTrap {
    Misuse(String),
    End(InvokeError),
}

impl From<&SimulatorError> for HostTrap {
    fn from(error: &SimulatorError) -> Self {
        match error {
            SimulatorError::LimitPassed { limit, .. } => Self::End(Resource::State(*limit).passed()),
            SimulatorError::State(_) | SimulatorError::Corrupt { .. } => {
                Self::End(InvokeError::Fault { reason: error.to_string() })
            }
            _ => Self::Misuse(error.to_string()),
        }
    }
}
