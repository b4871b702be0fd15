//! How the orderer batches.

use std::time::Duration;

use folio_wire::config::{BatchSize, BatchTimeout, ConfigGroup, ORDERER_GROUP};

use crate::{ChannelError, channel_config::required};

/// When the orderer cuts a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Limits of content.
    pub size: BatchSize,
    /// How long an envelope waits for company.
    pub timeout: Duration,
}

impl Batch {
    pub(crate) fn read(orderer: &ConfigGroup) -> Result<Self, ChannelError> {
        let size: BatchSize = required(orderer, ORDERER_GROUP, "BatchSize")?;
        let BatchTimeout(timeout) = required(orderer, ORDERER_GROUP, "BatchTimeout")?;
        let refused = |reason, facts| Err(ChannelError::Batch { reason, facts });
        if size.envelopes_max == 0 || size.bytes_max == 0 || size.preferred_bytes_max == 0 {
            return refused("a limit is zero", format!("{size:?}"));
        }
        if size.preferred_bytes_max > size.bytes_max {
            return refused("the preferred size is above the largest", format!("{size:?}"));
        }
        if timeout.is_zero() {
            return refused("the timeout is zero", format!("{timeout:?}"));
        }
        Ok(Self { size, timeout })
    }
}
