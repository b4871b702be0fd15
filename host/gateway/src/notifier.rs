//! Tells those who wait that a block has committed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use folio_types::{BlockNumber, TxId, ValidationCode};
use tokio::sync::{oneshot, watch};

/// Most transactions that are waited for at once.
pub const WAITERS_MAX: usize = 100_000;

/// Where a transaction stands, and what the validator said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxStatus {
    /// Its block.
    pub block: BlockNumber,
    /// The verdict.
    pub code: ValidationCode,
}

/// Hands out commits: the height to those who follow blocks, the verdict to those who wait for one transaction.
pub struct Notifier {
    height: watch::Sender<BlockNumber>,
    closing: watch::Sender<bool>,
    waiters: Mutex<HashMap<TxId, Vec<oneshot::Sender<TxStatus>>>>,
}

/// Too many transactions are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyWaiters;

impl Notifier {
    /// A notifier of a ledger with `height` blocks.
    pub fn new(height: BlockNumber) -> Self {
        Self { height: watch::Sender::new(height), closing: watch::Sender::new(false), waiters: Mutex::default() }
    }

    /// Follows the number of committed blocks.
    pub fn height(&self) -> watch::Receiver<BlockNumber> {
        self.height.subscribe()
    }

    /// Receives the verdict on `tx_id` when it commits. What committed before this call must be looked up afterwards.
    pub fn wait_for(&self, tx_id: TxId) -> Result<oneshot::Receiver<TxStatus>, TooManyWaiters> {
        let (sender, receiver) = oneshot::channel();
        let mut waiters = self.waiters.lock().unwrap_or_else(PoisonError::into_inner);
        if waiters.len() >= WAITERS_MAX {
            waiters.retain(|_, senders| senders.iter().any(|sender| !sender.is_closed()));
        }
        if waiters.len() >= WAITERS_MAX {
            return Err(TooManyWaiters);
        }
        waiters.entry(tx_id).or_default().push(sender);
        Ok(receiver)
    }

    /// Says that `block` has committed with these verdicts.
    pub fn committed(&self, block: BlockNumber, verdicts: impl IntoIterator<Item = (TxId, ValidationCode)>) {
        let mut waiters = self.waiters.lock().unwrap_or_else(PoisonError::into_inner);
        for (tx_id, code) in verdicts {
            for sender in waiters.remove(&tx_id).unwrap_or_default() {
                let _ = sender.send(TxStatus { block, code });
            }
        }
        drop(waiters);
        self.height.send_replace(block + 1);
    }

    /// Says that this peer is ending: whoever waits for a commit waits in vain.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Ready when this peer is ending.
    pub(crate) async fn closed(&self) {
        // An error says that the notifier is gone, which is as good.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_waiter_of_a_transaction_hears_its_verdict_once() {
        let notifier = Notifier::new(1);
        let (mine, other) = (TxId::from_digest([1; 32]), TxId::from_digest([2; 32]));
        let mut first = notifier.wait_for(mine).unwrap();
        let mut second = notifier.wait_for(mine).unwrap();
        let mut third = notifier.wait_for(other).unwrap();
        notifier.committed(1, [(mine, ValidationCode::MvccReadConflict)]);
        let expected = TxStatus { block: 1, code: ValidationCode::MvccReadConflict };
        assert_eq!((first.try_recv(), second.try_recv()), (Ok(expected), Ok(expected)));
        assert!(third.try_recv().is_err());
        assert_eq!(*notifier.height().borrow(), 2);
    }
}
