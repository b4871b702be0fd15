//! Validate, commit, notify: one block after another, on a thread of its own.

use std::num::NonZeroUsize;
use std::sync::Arc;

use folio_channel::ChannelConfig;
use folio_gateway::Notifier;
use folio_ledger::{Commit, Ledger, TransactionRecord};
use folio_types::{PrivateSet, StateError, TxNumber};
use folio_validator::{Chaincodes, OwnEndorsements, Rules, Verdict, View, select_private, validate};
use folio_wire::Block;
use tokio::sync::mpsc;

use crate::PeerError;

/// What commits blocks.
pub(crate) struct Pipeline {
    pub(crate) channel: Arc<ChannelConfig>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) own: Arc<OwnEndorsements>,
    pub(crate) notifier: Arc<Notifier>,
    pub(crate) threads: NonZeroUsize,
    /// The collection of this peer's organisation, of whose values an endorsing peer keeps its own.
    pub(crate) own_collection: String,
}

impl Pipeline {
    /// Commits blocks until none come any more. An error says that this peer's own state is in doubt: it must stop.
    pub(crate) fn run(self, mut blocks: mpsc::Receiver<Block>) -> Result<(), PeerError> {
        while let Some(block) = blocks.blocking_recv() {
            self.commit(block)?;
        }
        Ok(())
    }

    fn commit(&self, block: Block) -> Result<(), PeerError> {
        let number = block.number;
        let verdict = self.judge(&block)?;
        let private = self.private_of(&verdict)?;
        let Verdict { transactions, updates, .. } = verdict;
        let records: Vec<_> = (0u64..)
            .zip(transactions)
            .map(|(tx, judged)| {
                if let Some(reason) = &judged.reason {
                    tracing::info!(block = number, tx, code = judged.code.name(), reason, "invalid transaction");
                }
                let set = judged.transaction.map(|transaction| transaction.rwset);
                TransactionRecord::new(judged.envelope.as_ref(), judged.code, set)
            })
            .collect();
        let told: Vec<_> = records.iter().filter_map(|record| Some((record.id()?, record.code()))).collect();
        let count = records.len();
        self.ledger.commit(Commit { block, transactions: records, updates, private })?;
        tracing::debug!(block = number, transactions = count, "committed");
        self.notifier.committed(number, told);
        Ok(())
    }

    fn judge(&self, block: &Block) -> Result<Verdict, PeerError> {
        let state = self.ledger.snapshot();
        let has_transaction = |id: &_| {
            let found = state.transaction(id).map_err(|error| StateError { reason: error.to_string() })?;
            Ok(found.is_some())
        };
        let view = View {
            state: &*state,
            has_transaction: &has_transaction,
            chaincodes: &Chaincodes::committed(&*state),
            channel: &self.channel,
        };
        let rules = Rules { channel: &self.channel, own: &self.own };
        Ok(validate(block, &rules, &view, self.threads)?)
    }

    /// The private values that this peer endorsed for the block's valid transactions.
    fn private_of(&self, verdict: &Verdict) -> Result<Vec<(TxNumber, PrivateSet)>, PeerError> {
        let mut private = Vec::new();
        for writes in verdict.private_writes() {
            let Some(held) = self.ledger.staged_private(&writes.tx_id)? else {
                if writes.collections.keys().any(|(_, collection)| *collection == self.own_collection) {
                    let (block, tx) = (verdict.block, writes.tx);
                    tracing::warn!(block, tx, "private values of this organisation are not at this peer");
                }
                continue;
            };
            let selected = select_private(&writes, &held);
            if !selected.is_empty() {
                private.push((writes.tx, selected));
            }
        }
        Ok(private)
    }
}
