//! How fast this machine is while a load runs.
//!
//! Machines differ, and one machine differs from minute to minute. What a call costs says something only beside what a
//! known piece of work costs on the same cores at the same time: here a verification of a secp256k1 signature, of which
//! every transaction needs several.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use folio_crypto::{Curve, SigningKey};
use rustix::time::{ClockId, clock_gettime};

/// How often the gauge is read; what it computes is far below a hundredth of a core.
const EVERY: Duration = Duration::from_millis(100);

/// Verifications of one reading.
const VERIFICATIONS: u32 = 4;

/// Length of the message that is verified, about that of a proposal.
const MESSAGE_BYTES: usize = 2_000;

/// A thread that measures until it is stopped.
pub(super) struct Gauge {
    stop: Sender<()>,
    readings: JoinHandle<Vec<f64>>,
}

impl Gauge {
    pub(super) fn start() -> Result<Self> {
        let key = SigningKey::generate(Curve::Secp256k1)?;
        let (stop, stopped) = mpsc::channel();
        let read = move || {
            let message = [7; MESSAGE_BYTES];
            let (signature, public) = (key.sign(&message), key.public_key());
            let mut readings = Vec::new();
            loop {
                let before = thread_microseconds();
                let held = (0..VERIFICATIONS).filter(|_| public.verify(&message, &signature).is_ok()).count();
                readings.push((thread_microseconds() - before) / held.max(1) as f64);
                if stopped.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                    return readings;
                }
            }
        };
        let readings =
            thread::Builder::new().name("gauge".to_owned()).spawn(read).context("no thread for the gauge")?;
        Ok(Self { stop, readings })
    }

    /// Processor time of one verification, in microseconds: the middle one of all readings.
    pub(super) fn stop(self) -> Result<f64> {
        drop(self.stop);
        let mut readings = self.readings.join().map_err(|_| anyhow!("the gauge broke"))?;
        readings.sort_unstable_by(f64::total_cmp);
        Ok(readings.get(readings.len() / 2).copied().unwrap_or_default())
    }
}

/// Processor time of this thread so far.
fn thread_microseconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gauge_reads_what_a_verification_takes() {
        // However soon it is stopped, it has read once.
        let microseconds = Gauge::start().unwrap().stop().unwrap();
        assert!((1.0..10_000.0).contains(&microseconds), "{microseconds}");
    }
}
