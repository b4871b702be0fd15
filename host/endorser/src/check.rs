//! What a proposal must pass before any chaincode runs.

use std::sync::Arc;

use folio_channel::ChannelConfig;
use folio_ledger::Ledger;
use folio_msp::Identity;
use folio_wire::SignedProposal;

use crate::EndorserError;

/// Policy that a proposal's creator must meet.
const WRITERS: &str = "/Channel/Application/Writers";

/// What the checks look at beside the proposal.
pub(crate) struct Checks<'a> {
    pub(crate) channel: &'a ChannelConfig,
    pub(crate) ledger: &'a Ledger,
    pub(crate) now_seconds: i64,
    pub(crate) timestamp_window_seconds: i64,
}

impl Checks<'_> {
    /// The creator, when the proposal may be simulated: known, unexpired, allowed, its own signature, in time, not a
    /// replay of a committed transaction.
    pub(crate) fn run(&self, proposal: &SignedProposal) -> Result<Arc<Identity>, EndorserError> {
        let channel = self.channel.id();
        let header = &proposal.header;
        if !header.channel_id.is_empty() && header.channel_id != channel {
            let (got, served) = (header.channel_id.clone(), channel.to_owned());
            return Err(EndorserError::UnknownChannel { got, served });
        }
        let creator = self.channel.msps().resolve(&header.creator).map_err(|error| EndorserError::UnknownCreator {
            channel: channel.to_owned(),
            reason: error.to_string(),
        })?;
        let denied = |reason: String| EndorserError::AccessDenied {
            channel: channel.to_owned(),
            msp_id: creator.msp_id.clone(),
            reason,
        };
        if creator.expired_at(self.now_seconds) {
            return Err(denied("the creator's certificate has expired".to_owned()));
        }
        creator.verify(&proposal.proposal_bytes, &proposal.signature).map_err(|error| denied(error.to_string()))?;
        if !self.channel.satisfied(WRITERS, std::slice::from_ref(&creator)) {
            return Err(denied(format!("the creator does not meet the policy {WRITERS}")));
        }
        self.check_time(header.timestamp_seconds)?;
        if self.ledger.transaction(&header.tx_id).map_err(|error| internal(&error))?.is_some() {
            return Err(EndorserError::Duplicate { tx_id: header.tx_id, msp_id: creator.msp_id.clone() });
        }
        Ok(creator)
    }

    fn check_time(&self, timestamp: i64) -> Result<(), EndorserError> {
        let window = self.timestamp_window_seconds;
        if timestamp.abs_diff(self.now_seconds) > window.unsigned_abs() {
            return Err(EndorserError::Timestamp { timestamp, now: self.now_seconds, window });
        }
        Ok(())
    }
}

pub(crate) fn internal(error: &impl std::fmt::Display) -> EndorserError {
    EndorserError::Internal { reason: error.to_string() }
}
