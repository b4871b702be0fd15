//! When a certificate is valid.

use std::time::Duration;

use x509_cert::{
    der::asn1::{GeneralizedTime, UtcTime},
    time::{Time, Validity as X509Validity},
};

use crate::CaError;

/// First and last second, in unix time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First second.
    pub not_before: i64,
    /// Last second.
    pub not_after: i64,
}

impl Validity {
    /// From `start` on, for whole days.
    pub const fn days(start: i64, days: u32) -> Self {
        Self { not_before: start, not_after: start.saturating_add(days as i64 * 86_400) }
    }

    pub(crate) fn to_x509(self) -> Result<X509Validity, CaError> {
        let refused = CaError::Validity { not_before: self.not_before, not_after: self.not_after };
        match (to_time(self.not_before), to_time(self.not_after)) {
            (Some(not_before), Some(not_after)) if self.not_before < self.not_after => {
                Ok(X509Validity::new(not_before, not_after))
            }
            _ => Err(refused),
        }
    }
}

/// A moment as X.509 states it: with two digits of the year up to 2049, with four from then on.
pub(crate) fn to_time(unix_seconds: i64) -> Option<Time> {
    let since_epoch = Duration::from_secs(u64::try_from(unix_seconds).ok()?);
    match UtcTime::from_unix_duration(since_epoch) {
        Ok(short) => Some(Time::UtcTime(short)),
        Err(_) => GeneralizedTime::from_unix_duration(since_epoch).ok().map(Time::GeneralTime),
    }
}

/// Seconds since the epoch.
pub(crate) fn to_unix_seconds(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}
