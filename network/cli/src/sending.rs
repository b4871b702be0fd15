//! A call on its way into a block, tried again where that helps.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use folio_client::{Call, ClientError, Committed, Gateway, Trouble};
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use crate::session::Everywhere;

/// How often a call is sent again after a conflict or a mismatch.
const CONFLICTS_MAX: u64 = 50;
/// How often a call is sent again after a lost connection; with the waits between, about five minutes.
const RECONNECTS_MAX: u64 = 75;

const CONFLICT_WAIT_MS: u64 = 5;
const RECONNECT_WAIT_MS_MAX: u64 = 5_000;

/// How often something was sent again, and why.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tries {
    /// Times that it met another transaction on the same keys.
    pub(crate) conflicts: u64,
    /// Times that endorsers did not agree.
    pub(crate) mismatches: u64,
    /// Times that a connection was lost.
    pub(crate) reconnects: u64,
    /// Transactions that stand in blocks and are valid.
    pub(crate) transactions: u64,
}

/// What became of a call in the end.
pub(crate) enum Sent {
    /// It stands in a block, or did before.
    Answered(Answered),
    /// Trying again would give the same.
    Refused(ClientError),
}

/// What the chaincode answered.
pub(crate) struct Answered {
    pub(crate) result: Vec<u8>,
    /// Where it stands; nothing for a call that had been answered before, which is not ordered again.
    pub(crate) committed: Option<Committed>,
}

impl Answered {
    /// The answer, read.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.result).context("the answer cannot be read")
    }
}

/// Endorses and submits a call. A call that would write nothing was answered before, and is not
/// ordered again.
pub(crate) async fn transact(gateway: &Gateway, call: impl Fn() -> Call, tries: &mut Tries) -> Result<Sent> {
    loop {
        let error = match gateway.endorse(call()).await {
            Ok(prepared) if prepared.changes_nothing() => {
                return Ok(Sent::Answered(Answered { result: prepared.result.to_vec(), committed: None }));
            }
            Ok(prepared) => match gateway.finish(prepared).await {
                Ok(committed) => {
                    tries.transactions += 1;
                    let result = committed.result.to_vec();
                    return Ok(Sent::Answered(Answered { result, committed: Some(committed) }));
                }
                Err(error) => error,
            },
            Err(error) => error,
        };
        match error.trouble() {
            Trouble::Conflict if tries.conflicts + tries.mismatches < CONFLICTS_MAX => {
                match error {
                    ClientError::Invalid { .. } => tries.conflicts += 1,
                    _ => tries.mismatches += 1,
                }
                sleep(Duration::from_millis(CONFLICT_WAIT_MS * (tries.conflicts + tries.mismatches))).await;
            }
            Trouble::Connection if tries.reconnects < RECONNECTS_MAX => {
                tries.reconnects += 1;
                sleep(Duration::from_millis((100 * tries.reconnects).min(RECONNECT_WAIT_MS_MAX))).await;
            }
            Trouble::Final => return Ok(Sent::Refused(error)),
            Trouble::Conflict | Trouble::Connection => {
                return Err(anyhow!(error).context("given up after many tries"));
            }
        }
    }
}

/// The same, and returns when every organisation's peer has what it wrote, since the next call may be endorsed by any of
/// them. A refusal is an error.
pub(crate) async fn transact_everywhere(gateway: &Gateway, everywhere: &Everywhere, call: Call) -> Result<Answered> {
    match transact(gateway, || call.clone(), &mut Tries::default()).await? {
        Sent::Answered(answered) => {
            if let Some(committed) = &answered.committed {
                everywhere.reached(committed.block).await;
            }
            Ok(answered)
        }
        Sent::Refused(error) => Err(error.into()),
    }
}
