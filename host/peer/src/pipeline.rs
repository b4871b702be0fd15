//! Validate, commit, notify: one block after another, on a thread of its own.

use std::sync::Arc;

use folio_endorser::OwnEndorsements;
use folio_gateway::Notifier;
use folio_ledger::{Commit, Ledger, LedgerError};
use folio_types::{PrivateSet, TxNumber};
use folio_validator::{Validator, Verdict};
use folio_wire::Block;
use tokio::sync::mpsc;

/// What commits blocks.
pub(crate) struct Pipeline {
    pub(crate) validator: Validator,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) own: Arc<OwnEndorsements>,
    pub(crate) notifier: Arc<Notifier>,
}

impl Pipeline {
    /// Commits blocks until none come any more. An error says that this peer's own state is in doubt: it must stop.
    pub(crate) fn run(self, mut blocks: mpsc::Receiver<Block>) -> Result<(), LedgerError> {
        while let Some(block) = blocks.blocking_recv() {
            self.commit(block)?;
        }
        Ok(())
    }

    fn commit(&self, block: Block) -> Result<(), LedgerError> {
        let span = tracing::debug_span!("commit", block = block.number, transactions = block.data.len());
        let _entered = span.enter();
        let snapshot = self.ledger.snapshot();
        let verdict = self.validator.validate(&block, &*snapshot, &self.own)?;
        let number = block.number;
        for (tx, reason) in &verdict.reasons {
            tracing::debug!(tx, reason, "invalid transaction");
        }
        let private = self.private_of(&verdict)?;
        let Verdict { transactions, updates, .. } = verdict;
        let told: Vec<_> = transactions.iter().filter_map(|record| Some((record.id()?, record.code()))).collect();
        self.ledger.commit(Commit { block, transactions, updates, private })?;
        let valid = told.iter().filter(|(_, code)| code.is_valid()).count();
        tracing::info!(block = number, transactions = told.len(), valid, "committed");
        self.notifier.committed(number, told);
        Ok(())
    }

    /// The private values that this peer endorsed for the block's valid transactions.
    fn private_of(&self, verdict: &Verdict) -> Result<Vec<(TxNumber, PrivateSet)>, LedgerError> {
        let mut private = Vec::new();
        for (tx, record) in (0..).zip(&verdict.transactions) {
            let Some(id) = record.id().filter(|_| record.code().is_valid()) else { continue };
            private.extend(self.ledger.staged_private(&id)?.map(|set| (tx, set)));
        }
        Ok(private)
    }
}
