//! When a batch is cut.

use std::time::Duration;

use thiserror::Error;

/// The limits of a batch, as the channel configuration states them (`BatchSize` and `BatchTimeout`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutLimits {
    /// A batch with this many messages is cut at once.
    pub messages_max: usize,
    /// A batch stays within these bytes, unless it is one message that is larger by itself.
    pub preferred_bytes: usize,
    /// No message may be larger than this.
    pub absolute_bytes_max: usize,
    /// A batch is cut when its first message has waited this long.
    pub timeout: Duration,
}

/// Why limits cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CutLimitsError {
    /// A limit is zero.
    #[error("batch limit {0} must be above zero")]
    Zero(&'static str),
    /// Preferred bytes above the absolute ones.
    #[error("preferred batch bytes {preferred} are above the absolute {absolute}")]
    PreferredAboveAbsolute {
        /// `preferred_bytes`.
        preferred: usize,
        /// `absolute_bytes_max`.
        absolute: usize,
    },
}

/// A message above `absolute_bytes_max`, handed back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("message of {bytes} bytes is above the limit of {limit}")]
pub struct Oversized<T> {
    /// The message.
    pub message: T,
    /// Its size.
    pub bytes: usize,
    /// `absolute_bytes_max`.
    pub limit: usize,
}

/// Gathers messages into batches, in the order in which they come.
///
/// Time is any clock of the caller that does not run backwards, given as the time since a start of its choice. The
/// caller asks [`Cutter::deadline`] and calls [`Cutter::tick`] when it is reached.
#[derive(Debug)]
pub struct Cutter<T> {
    limits: CutLimits,
    pending: Vec<T>,
    pending_bytes: usize,
    deadline: Option<Duration>,
}

impl CutLimits {
    /// Refuses limits under which no batch could be cut, or none would be full.
    pub fn check(&self) -> Result<(), CutLimitsError> {
        if self.messages_max == 0 {
            return Err(CutLimitsError::Zero("messages_max"));
        }
        if self.preferred_bytes == 0 {
            return Err(CutLimitsError::Zero("preferred_bytes"));
        }
        if self.timeout.is_zero() {
            return Err(CutLimitsError::Zero("timeout"));
        }
        if self.preferred_bytes > self.absolute_bytes_max {
            return Err(CutLimitsError::PreferredAboveAbsolute {
                preferred: self.preferred_bytes,
                absolute: self.absolute_bytes_max,
            });
        }
        Ok(())
    }
}

impl<T> Cutter<T> {
    /// A cutter with nothing pending.
    pub fn new(limits: CutLimits) -> Result<Self, CutLimitsError> {
        limits.check()?;
        Ok(Self { limits, pending: Vec::new(), pending_bytes: 0, deadline: None })
    }

    /// Takes a message of `bytes` bytes at time `now`. Returns the batches to propose now, in order: at most two.
    ///
    /// A message above the preferred bytes goes alone, after what was pending before it.
    pub fn push(&mut self, message: T, bytes: usize, now: Duration) -> Result<Vec<Vec<T>>, Oversized<T>> {
        if bytes > self.limits.absolute_bytes_max {
            return Err(Oversized { message, bytes, limit: self.limits.absolute_bytes_max });
        }
        let mut cuts = Vec::new();
        if self.pending_bytes.saturating_add(bytes) > self.limits.preferred_bytes {
            cuts.extend(self.flush());
        }
        if self.pending.is_empty() {
            self.deadline = Some(now.saturating_add(self.limits.timeout));
        }
        self.pending.push(message);
        self.pending_bytes = self.pending_bytes.saturating_add(bytes);
        if self.pending.len() >= self.limits.messages_max || self.pending_bytes >= self.limits.preferred_bytes {
            cuts.extend(self.flush());
        }
        Ok(cuts)
    }

    /// Cuts what is pending if its deadline is reached at `now`.
    pub fn tick(&mut self, now: Duration) -> Option<Vec<T>> {
        self.deadline.is_some_and(|deadline| deadline <= now).then(|| self.flush()).flatten()
    }

    /// Cuts what is pending, whatever its age.
    pub fn flush(&mut self) -> Option<Vec<T>> {
        self.deadline = None;
        self.pending_bytes = 0;
        Some(std::mem::take(&mut self.pending)).filter(|batch| !batch.is_empty())
    }

    /// When [`Cutter::tick`] is due: set while something is pending.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// The number of messages that wait for their batch.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: CutLimits = CutLimits {
        messages_max: 3,
        preferred_bytes: 100,
        absolute_bytes_max: 200,
        timeout: Duration::from_millis(50),
    };

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn batches_are_cut_by_count_and_by_bytes() {
        // Sizes of the messages, each named by its position; the batches that come out at once; how many wait.
        type Case = (&'static [usize], &'static [&'static [usize]], usize);
        let table: [Case; 8] = [
            (&[10], &[], 1),
            (&[10, 10, 10], &[&[0, 1, 2]], 0),
            (&[60, 60], &[&[0]], 1),
            (&[60, 40], &[&[0, 1]], 0),
            (&[100], &[&[0]], 0),
            (&[150], &[&[0]], 0),
            (&[10, 150], &[&[0], &[1]], 0),
            (&[60, 60, 60, 10], &[&[0], &[1]], 2),
        ];
        for (sizes, expected, left) in table {
            let mut cutter = Cutter::new(LIMITS).unwrap();
            let mut cuts = Vec::new();
            for (message, bytes) in sizes.iter().enumerate() {
                cuts.extend(cutter.push(message, *bytes, at(0)).unwrap());
            }
            assert_eq!(cuts, expected, "sizes {sizes:?}");
            assert_eq!(cutter.pending(), left, "sizes {sizes:?}");
            assert_eq!(cutter.deadline().is_some(), left > 0, "sizes {sizes:?}");
        }
    }

    #[test]
    fn a_batch_is_cut_when_its_first_message_has_waited_the_timeout() {
        let mut cutter = Cutter::new(LIMITS).unwrap();
        assert_eq!(cutter.tick(at(1000)), None);
        cutter.push('a', 10, at(1000)).unwrap();
        cutter.push('b', 10, at(1040)).unwrap();
        assert_eq!(cutter.deadline(), Some(at(1050)));
        assert_eq!(cutter.tick(at(1049)), None);
        assert_eq!(cutter.tick(at(1050)), Some(vec!['a', 'b']));
        assert_eq!((cutter.deadline(), cutter.tick(at(2000))), (None, None));
    }

    #[test]
    fn a_message_left_over_by_a_cut_starts_its_own_timeout() {
        let mut cutter = Cutter::new(LIMITS).unwrap();
        cutter.push('a', 60, at(0)).unwrap();
        assert_eq!(cutter.push('b', 60, at(30)).unwrap(), [['a']]);
        assert_eq!(cutter.deadline(), Some(at(80)));
    }

    #[test]
    fn a_message_above_the_absolute_limit_is_handed_back_and_disturbs_nothing() {
        let mut cutter = Cutter::new(LIMITS).unwrap();
        cutter.push('a', 10, at(0)).unwrap();
        let refused = cutter.push('b', 201, at(1)).unwrap_err();
        assert_eq!(refused, Oversized { message: 'b', bytes: 201, limit: 200 });
        assert_eq!(cutter.flush(), Some(vec!['a']));
    }

    #[test]
    fn limits_that_cannot_work_are_refused() {
        for (limits, error) in [
            (CutLimits { messages_max: 0, ..LIMITS }, CutLimitsError::Zero("messages_max")),
            (CutLimits { preferred_bytes: 0, ..LIMITS }, CutLimitsError::Zero("preferred_bytes")),
            (CutLimits { timeout: Duration::ZERO, ..LIMITS }, CutLimitsError::Zero("timeout")),
            (
                CutLimits { preferred_bytes: 201, ..LIMITS },
                CutLimitsError::PreferredAboveAbsolute { preferred: 201, absolute: 200 },
            ),
        ] {
            assert_eq!(Cutter::<()>::new(limits).unwrap_err(), error);
        }
    }
}
