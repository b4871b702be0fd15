//! Driving a network: so many workers, each with one call in flight, for a while.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

/// What one call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is in a block and valid, or was answered where nothing is ordered.
    Done,
    /// Another transaction came first.
    Conflict,
}

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    /// Time from the first call to the last answer.
    pub(super) elapsed: Duration,
    /// Calls that were done.
    pub(super) done: u64,
    /// Conflicts met.
    pub(super) conflicts: u64,
    pub(super) latencies: Vec<Duration>,
}

/// Runs `workers` workers for `time`. `call` is given the worker's number and its how-manieth call this is.
pub(super) async fn drive<F, C>(workers: usize, time: Duration, call: F) -> Result<Measured>
where
    F: Fn(usize, u64) -> C + Clone + Send + 'static,
    C: Future<Output = Result<Outcome>> + Send + 'static,
{
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for worker in 0..workers {
        let call = call.clone();
        tasks.spawn(async move {
            let mut measured = Measured::default();
            let mut turn = 0;
            while began.elapsed() < time {
                let asked = Instant::now();
                match call(worker, turn).await? {
                    Outcome::Done => {
                        measured.done += 1;
                        measured.latencies.push(asked.elapsed());
                    }
                    Outcome::Conflict => measured.conflicts += 1,
                }
                turn += 1;
            }
            Ok::<_, anyhow::Error>(measured)
        });
    }
    let mut total = Measured::default();
    while let Some(worker) = tasks.join_next().await {
        let measured = worker.context("a worker ended without an answer")??;
        total.done += measured.done;
        total.conflicts += measured.conflicts;
        total.latencies.extend(measured.latencies);
    }
    total.elapsed = began.elapsed();
    total.latencies.sort_unstable();
    Ok(total)
}

impl Measured {
    /// Calls done in a second.
    pub(super) fn per_second(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { self.done as f64 / seconds } else { 0.0 }
    }

    /// The latency, in milliseconds, that `percent` of the calls did not exceed.
    pub(super) fn percentile_ms(&self, percent: usize) -> f64 {
        let rank = (self.latencies.len() * percent).div_ceil(100).max(1) - 1;
        self.latencies.get(rank).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_smallest_latency_that_so_many_calls_did_not_exceed() {
        let latencies = (1..=200).map(Duration::from_millis).collect();
        let measured = Measured { latencies, ..Measured::default() };
        for (percent, expected) in [(50, 100.0), (95, 190.0), (99, 198.0), (100, 200.0), (0, 1.0)] {
            assert!((measured.percentile_ms(percent) - expected).abs() < 1e-9, "p{percent}");
        }
        assert!(Measured::default().percentile_ms(50).abs() < 1e-9);
    }

    #[tokio::test]
    async fn conflicts_are_counted_apart_from_what_was_done() {
        let call = |_, turn| async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Ok(if turn % 2 == 0 { Outcome::Done } else { Outcome::Conflict })
        };
        let measured = drive(3, Duration::from_millis(30), call).await.unwrap();
        assert!(measured.done >= 3 && measured.conflicts >= 1);
        assert_eq!(measured.latencies.len() as u64, measured.done);
    }
}
