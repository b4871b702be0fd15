//! The second step: an entry against the committed ledger.

use std::{fmt, sync::Arc};

use folio_channel::ChannelConfig;
use folio_msp::Identity;
use folio_types::{StateError, StateReader, TxId, ValidationCode};
use folio_wire::{EndorserTransaction, Envelope};

use crate::{
    Chaincodes, Checked, check::Content, conflicts::AgainstState, endorsed::check_endorsed, limits::check_limits,
    refusal::Refusal,
};

type HasTransaction<'a> = &'a (dyn Fn(&TxId) -> Result<bool, StateError> + Sync);

/// The committed ledger below a block.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// World state after the block before.
    pub state: &'a dyn StateReader,
    /// Whether an earlier block holds a transaction with this id.
    pub has_transaction: HasTransaction<'a>,
    /// The chaincodes committed in `state`.
    pub chaincodes: &'a Chaincodes<'a>,
    /// The channel's configuration.
    pub channel: &'a ChannelConfig,
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("height", &self.state.height()).finish_non_exhaustive()
    }
}

/// An entry of a block, with all that can be said of it without the entries before it.
#[derive(Clone, Debug)]
pub struct Weighed {
    pub(crate) envelope: Option<Envelope>,
    pub(crate) outcome: Result<Candidate, Refusal>,
}

/// A transaction that counts, unless an earlier one of the block is in its way.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) transaction: Box<EndorserTransaction>,
    /// What the limits say. Fabric asks this after it has looked for duplicates in the block.
    pub(crate) limits: Result<(), Refusal>,
    /// One entry a namespace of the read-write set, in its order.
    pub(crate) against: Vec<AgainstState>,
}

/// Weighs an entry against the committed ledger.
///
/// # Errors
/// When the ledger cannot be read. That is no verdict: the block waits.
pub fn weigh(checked: Checked, view: &View<'_>) -> Result<Weighed, StateError> {
    let outcome = match checked.content {
        Content::Refused(refusal) => Err(refusal),
        Content::RefusedUnlessDuplicate { id, refusal } => Err(duplicate(&id, view)?.unwrap_or(refusal)),
        Content::Transaction { transaction, endorsers } => weigh_transaction(transaction, &endorsers, view)?,
    };
    Ok(Weighed { envelope: checked.envelope, outcome })
}

fn weigh_transaction(
    transaction: Box<EndorserTransaction>,
    endorsers: &[Arc<Identity>],
    view: &View<'_>,
) -> Result<Result<Candidate, Refusal>, StateError> {
    if let Some(refusal) = duplicate(&transaction.tx_id, view)? {
        return Ok(Err(refusal));
    }
    if let Err(refusal) = check_endorsed(&transaction, endorsers, view.channel, view.chaincodes)? {
        return Ok(Err(refusal));
    }
    Candidate::new(transaction, view.state).map(Ok)
}

fn duplicate(id: &TxId, view: &View<'_>) -> Result<Option<Refusal>, StateError> {
    let refusal = || Refusal::new(ValidationCode::DuplicateTxid, format!("an earlier block holds transaction {id}"));
    Ok((view.has_transaction)(id)?.then(refusal))
}

impl Candidate {
    /// A transaction that is well formed and endorsed.
    pub(crate) fn new(transaction: Box<EndorserTransaction>, state: &dyn StateReader) -> Result<Self, StateError> {
        let limits = check_limits(&transaction.rwset);
        let mut against = Vec::new();
        if limits.is_ok() {
            for (chaincode, set) in &transaction.rwset.namespaces {
                against.push(AgainstState::compare(chaincode, set, state)?);
            }
        }
        Ok(Self { transaction, limits, against })
    }
}
