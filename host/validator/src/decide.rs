//! The third step: entries against those before them in the block.

use std::collections::BTreeSet;

use folio_types::{BlockNumber, StateError, StateReader, TxId, UpdateBatch, ValidationCode};

use crate::{Judged, Verdict, Weighed, conflicts::find_conflict, refusal::Refusal, weigh::Candidate};

/// Decides on all entries of a block, in their order.
///
/// # Errors
/// When the ledger cannot be read. That is no verdict: the block waits.
pub fn decide(block: BlockNumber, entries: Vec<Weighed>, state: &dyn StateReader) -> Result<Verdict, StateError> {
    let mut verdict =
        Verdict { block, transactions: Vec::with_capacity(entries.len()), updates: UpdateBatch::default() };
    let mut seen = BTreeSet::new();
    for (tx, entry) in (0..).zip(entries) {
        let (transaction, refusal) = match entry.outcome {
            Err(refusal) => (None, Some(refusal)),
            Ok(candidate) => {
                let refusal = refuse(&candidate, &mut seen, &verdict.updates, state)?;
                if refusal.is_none() {
                    verdict.updates.apply(block, tx, &candidate.transaction.rwset);
                }
                (Some(candidate.transaction), refusal)
            }
        };
        let code = refusal.as_ref().map_or(ValidationCode::Valid, |refusal| refusal.code);
        let reason = refusal.map(|refusal| refusal.reason);
        verdict.transactions.push(Judged { code, reason, envelope: entry.envelope, transaction });
    }
    Ok(verdict)
}

fn refuse(
    candidate: &Candidate,
    seen: &mut BTreeSet<TxId>,
    updates: &UpdateBatch,
    state: &dyn StateReader,
) -> Result<Option<Refusal>, StateError> {
    let transaction = &candidate.transaction;
    if !seen.insert(transaction.tx_id) {
        let reason = format!("the block holds transaction {} before", transaction.tx_id);
        return Ok(Some(Refusal::new(ValidationCode::DuplicateTxid, reason)));
    }
    if let Err(refusal) = &candidate.limits {
        return Ok(Some(refusal.clone()));
    }
    for ((chaincode, set), against) in transaction.rwset.namespaces.iter().zip(&candidate.against) {
        if let Some(refusal) = find_conflict(chaincode, set, against, updates, state)? {
            return Ok(Some(refusal));
        }
    }
    Ok(None)
}
