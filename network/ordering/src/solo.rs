//! The consensus of a single node: what its log has synced is committed.

use std::path::Path;
use std::thread;

use tokio::sync::{mpsc, watch};

use crate::consensus::{CommittedSource, ProposalOutcome};
use crate::log::{Disk, Log, RealDisk};
use crate::{Batch, Committed, CommittedBatches, Consensus, Leadership, LogError, LogIndex, Proposal, ProposeError};

/// Batches that wait for the log.
const PROPOSED_BATCHES_MAX: usize = 16;

/// Committed batches that wait for their consumer.
const COMMITTED_BATCHES_MAX: usize = 16;

/// One sync covers batches up to this sum.
const GROUP_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How a solo log is kept.
#[derive(Clone, Copy, Debug)]
pub struct SoloOptions {
    /// A new segment file is begun when the last one has this many bytes.
    pub segment_bytes: u64,
}

impl Default for SoloOptions {
    fn default() -> Self {
        Self { segment_bytes: 16 * 1024 * 1024 }
    }
}

/// Handle of a solo log. The log closes when the last handle is dropped and what was proposed is written.
///
/// One thread owns the log. It takes all batches that wait, writes them with one sync, answers their proposals, and
/// hands them out.
#[derive(Clone, Debug)]
pub struct Solo {
    proposals: mpsc::Sender<Proposed>,
    leadership: watch::Receiver<Leadership>,
}

#[derive(Debug)]
struct Proposed {
    batch: Batch,
    outcome: ProposalOutcome,
}

impl Solo {
    /// Opens the log in a folder, made when it is not there. `applied` is the index of the last batch that the caller
    /// has: those above it come out of the [`CommittedBatches`] first. Nothing is dropped before it is released.
    pub fn open(folder: &Path, applied: LogIndex, options: SoloOptions) -> Result<(Self, CommittedBatches), LogError> {
        Self::open_on(Box::new(RealDisk), folder, applied, options)
    }

    fn open_on(
        disk: Box<dyn Disk>,
        folder: &Path,
        applied: LogIndex,
        options: SoloOptions,
    ) -> Result<(Self, CommittedBatches), LogError> {
        let (log, replay) = Log::open(folder, disk, options.segment_bytes, applied)?;
        let (proposals, inbox) = mpsc::channel(PROPOSED_BATCHES_MAX);
        let (committed, batches) = CommittedBatches::new(COMMITTED_BATCHES_MAX);
        let writer = Writer { log, inbox, committed };
        thread::Builder::new()
            .name("solo-log".to_owned())
            .spawn(move || writer.run(replay))
            .map_err(LogError::io("start the thread of", folder))?;
        // A single node leads for ever: the sender of this watch is not needed.
        let (_, leadership) = watch::channel(Leadership::Leader);
        Ok((Self { proposals, leadership }, batches))
    }
}

impl Consensus for Solo {
    async fn propose(&self, batch: Batch) -> Result<Proposal, ProposeError> {
        let (outcome, proposal) = Proposal::new();
        let stopped = |_| ProposeError::Stopped { reason: "the log is closed".to_owned() };
        self.proposals.send(Proposed { batch, outcome }).await.map_err(stopped)?;
        Ok(proposal)
    }

    fn leadership(&self) -> watch::Receiver<Leadership> {
        self.leadership.clone()
    }
}

/// The thread that owns the log.
struct Writer {
    log: Log,
    inbox: mpsc::Receiver<Proposed>,
    committed: CommittedSource,
}

impl Writer {
    fn run(mut self, replay: Vec<Committed>) {
        if self.hand_out(replay) {
            while let Some(first) = self.inbox.blocking_recv() {
                let group = self.gather(first);
                if !self.commit(group) {
                    break;
                }
                self.trim();
            }
        }
        // Whoever sees the end of the committed batches may open the folder again.
        let Self { log, committed, .. } = self;
        drop(log);
        drop(committed);
    }

    /// Takes what else waits, within one group.
    fn gather(&mut self, first: Proposed) -> Vec<Proposed> {
        let mut bytes = first.batch.encoded_len();
        let mut group = vec![first];
        while bytes < GROUP_BYTES_MAX
            && let Ok(next) = self.inbox.try_recv()
        {
            bytes = bytes.saturating_add(next.batch.encoded_len());
            group.push(next);
        }
        group
    }

    /// Writes a group and answers its proposals. Returns whether to go on.
    fn commit(&mut self, group: Vec<Proposed>) -> bool {
        let (batches, outcomes): (Vec<_>, Vec<_>) = group.into_iter().map(|one| (one.batch, one.outcome)).unzip();
        let first = match self.log.append(&batches) {
            Ok(first) => first,
            Err(error) => {
                let go_on = !self.log.is_poisoned();
                tracing::error!(%error, go_on, batches = batches.len(), "batches are not committed");
                let reason = error.to_string();
                for outcome in outcomes {
                    let reason = reason.clone();
                    let refusal =
                        if go_on { ProposeError::Refused { reason } } else { ProposeError::Stopped { reason } };
                    // A proposer that went away needs no answer.
                    let _ = outcome.send(Err(refusal));
                }
                return go_on;
            }
        };
        tracing::debug!(index = first, batches = batches.len(), "synced");
        for (outcome, index) in outcomes.into_iter().zip(first..) {
            let _ = outcome.send(Ok(index));
        }
        self.hand_out(batches.into_iter().zip(first..).map(|(batch, index)| Committed { index, batch }))
    }

    /// Hands committed batches on; waits for the consumer. Returns whether it is still there.
    fn hand_out(&self, entries: impl IntoIterator<Item = Committed>) -> bool {
        entries.into_iter().all(|entry| self.committed.entries.blocking_send(entry).is_ok())
    }

    fn trim(&mut self) {
        let upto = *self.committed.released.borrow();
        if let Err(error) = self.log.release(upto) {
            // Nothing is lost by keeping too much; the next round tries again.
            tracing::warn!(%error, "an old log segment stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::log::faulty::{Fault, FaultyDisk};

    fn batch(number: u8) -> Batch {
        Batch { envelopes: vec![Bytes::from(vec![number; 100])] }
    }

    async fn commit(solo: &Solo, number: u8) -> Result<LogIndex, ProposeError> {
        solo.propose(batch(number)).await?.await
    }

    async fn numbers(mut batches: CommittedBatches, count: usize) -> Vec<u8> {
        let mut numbers = Vec::new();
        while numbers.len() < count {
            numbers.push(batches.next().await.unwrap().batch.envelopes[0][0]);
        }
        numbers
    }

    #[tokio::test]
    async fn a_full_disk_refuses_the_batch_clearly_and_the_log_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let disk = FaultyDisk::default();
        let (solo, batches) = Solo::open_on(Box::new(disk.clone()), folder.path(), 0, SoloOptions::default()).unwrap();
        assert_eq!(commit(&solo, 1).await, Ok(1));
        for written in [0, 1, 20, 60, 1000] {
            disk.fail(Fault::FullAfter(written));
            let Err(ProposeError::Refused { reason }) = commit(&solo, 2).await else { panic!("not refused") };
            assert!(reason.contains("took nothing of the batch") && reason.contains("no storage space"), "{reason}");
        }
        assert_eq!(commit(&solo, 3).await, Ok(2));
        assert_eq!(numbers(batches, 2).await, [1, 3]);
        drop(solo);
        let (_solo, batches) = Solo::open(folder.path(), 0, SoloOptions::default()).unwrap();
        assert_eq!(numbers(batches, 2).await, [1, 3]);
    }

    #[tokio::test]
    async fn a_failed_sync_stops_the_log_for_good() {
        for faults in [vec![Fault::Sync], vec![Fault::FullAfter(9), Fault::Truncate]] {
            let folder = tempfile::tempdir().unwrap();
            let disk = FaultyDisk::default();
            let (solo, mut batches) =
                Solo::open_on(Box::new(disk.clone()), folder.path(), 0, SoloOptions::default()).unwrap();
            assert_eq!(commit(&solo, 1).await, Ok(1));
            faults.iter().for_each(|fault| disk.fail(*fault));
            assert!(matches!(commit(&solo, 2).await, Err(ProposeError::Stopped { .. })));
            assert!(matches!(commit(&solo, 3).await, Err(ProposeError::Stopped { .. })));
            assert_eq!(batches.next().await.unwrap().index, 1);
            assert_eq!(batches.next().await, None);

            // What was acknowledged is there after a restart.
            let (_solo, mut batches) = Solo::open(folder.path(), 0, SoloOptions::default()).unwrap();
            assert_eq!(batches.next().await.unwrap().batch, batch(1));
        }
    }

    #[tokio::test]
    async fn a_full_disk_at_the_start_of_a_segment_refuses_only_that_batch() {
        let folder = tempfile::tempdir().unwrap();
        let disk = FaultyDisk::default();
        let (solo, batches) =
            Solo::open_on(Box::new(disk.clone()), folder.path(), 0, SoloOptions { segment_bytes: 1 }).unwrap();
        assert_eq!(commit(&solo, 1).await, Ok(1));
        disk.fail(Fault::FullAfter(0));
        assert!(matches!(commit(&solo, 2).await, Err(ProposeError::Refused { .. })));
        assert_eq!(commit(&solo, 3).await, Ok(2));
        assert_eq!(numbers(batches, 2).await, [1, 3]);
    }
}
