//! All three steps, on as many threads as the caller gives.

use std::{
    num::NonZeroUsize,
    panic::resume_unwind,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use bytes::Bytes;
use folio_types::StateError;
use folio_wire::Block;

use crate::{Checked, Rules, Verdict, View, Weighed, check, decide, weigh};

/// Entries that a thread takes at a time: enough to make taking cheap, few enough to end together.
const ENTRIES_PER_TURN: usize = 8;

/// Checks every entry of a block.
pub fn check_all(entries: &[Bytes], rules: &Rules<'_>, threads: NonZeroUsize) -> Vec<Checked> {
    in_parallel(entries.len(), threads, |at| check(&entries[at], rules))
}

/// Weighs every entry of a block.
pub fn weigh_all(entries: Vec<Checked>, view: &View<'_>, threads: NonZeroUsize) -> Result<Vec<Weighed>, StateError> {
    let entries: Vec<_> = entries.into_iter().map(|entry| Mutex::new(Some(entry))).collect();
    let take = |at: usize| entries[at].lock().unwrap_or_else(PoisonError::into_inner).take();
    let weighed = in_parallel(entries.len(), threads, |at| take(at).map(|entry| weigh(entry, view)));
    weighed.into_iter().flatten().collect()
}

/// The verdict on a block, in one go.
///
/// # Errors
/// When the ledger cannot be read. That is no verdict: the block waits.
pub fn validate(
    block: &Block,
    rules: &Rules<'_>,
    view: &View<'_>,
    threads: NonZeroUsize,
) -> Result<Verdict, StateError> {
    if block.number == 0 {
        return Ok(Verdict::on_genesis(block));
    }
    let weighed = in_parallel(block.data.len(), threads, |at| weigh(check(&block.data[at], rules), view));
    decide(block.number, weighed.into_iter().collect::<Result<_, _>>()?, view.state)
}

/// `work` on 0, 1, ... below `count`, with the results in that order.
fn in_parallel<T: Send>(count: usize, threads: NonZeroUsize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = threads.get().min(count.div_ceil(ENTRIES_PER_TURN));
    if threads <= 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let turns = || {
        let mut done = Vec::with_capacity(count / threads + ENTRIES_PER_TURN);
        loop {
            let from = next.fetch_add(ENTRIES_PER_TURN, Ordering::Relaxed);
            if from >= count {
                return done;
            }
            done.extend((from..count.min(from + ENTRIES_PER_TURN)).map(|at| (at, work(at))));
        }
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(turns)).collect();
        let mut done = turns();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for count in [0, 1, 7, 8, 9, 500] {
            for threads in [1, 2, 3, 16] {
                let results = in_parallel(count, NonZeroUsize::new(threads).unwrap(), |at| at * 2);
                assert_eq!(results, (0..count).map(|at| at * 2).collect::<Vec<_>>(), "{count} on {threads}");
            }
        }
    }
}
