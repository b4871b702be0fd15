//! The one place where the peer looks at the clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970, and nanoseconds beside them.
pub(crate) fn now() -> (i64, i32) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), i32::try_from(since.subsec_nanos()).unwrap_or(0))
}
