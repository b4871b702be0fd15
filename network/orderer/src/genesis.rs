//! Block 0 of a channel, and what an orderer takes from it.

use std::path::Path;

use bytes::Bytes;
use folio_channel::ChannelConfig;
use folio_ordering::CutLimits;
use folio_types::limits::ENVELOPE_BYTES_MAX;
use folio_wire::Block;

use crate::{ConsensusKind, OrdererError};

/// No batch is gathered beyond this, whatever the channel prefers: a block must fit into a message.
const BATCH_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A channel as its block 0 founds it.
#[derive(Debug)]
pub(crate) struct Genesis {
    /// Its name: letters, digits, dots and dashes, so that it is safe as that of a folder.
    pub(crate) channel: String,
    pub(crate) config: ChannelConfig,
    pub(crate) limits: CutLimits,
    pub(crate) block: Block,
    pub(crate) bytes: Bytes,
}

impl Genesis {
    /// Reads the block in a file. Its channel must be ordered by `consensus`.
    pub(crate) fn read(path: &Path, consensus: ConsensusKind) -> Result<Self, OrdererError> {
        let refuse = |reason: String| OrdererError::Genesis { path: path.to_owned(), reason };
        let bytes = Bytes::from(std::fs::read(path).map_err(OrdererError::file("read", path))?);
        let block = Block::decode(&bytes).map_err(|error| refuse(error.to_string()))?;
        if block.number != 0 {
            return Err(refuse(format!("it holds block {}", block.number)));
        }
        let config = ChannelConfig::from_block(&block).map_err(|error| refuse(error.to_string()))?;
        let channel = config.id().to_owned();
        let (asked, offered) = (&config.consensus().name, consensus.name());
        if asked != offered {
            return Err(refuse(format!(
                "channel {channel} asks for the consensus {asked:?}, this orderer has {offered:?}"
            )));
        }
        let limits = limits_of(&config);
        limits.check().map_err(|error| refuse(error.to_string()))?;
        Ok(Self { channel, config, limits, block, bytes })
    }
}

/// The channel's limits, within those of this program.
fn limits_of(config: &ChannelConfig) -> CutLimits {
    let batch = config.batch();
    let absolute_bytes_max = (batch.size.bytes_max as usize).min(ENVELOPE_BYTES_MAX);
    CutLimits {
        messages_max: batch.size.envelopes_max as usize,
        preferred_bytes: (batch.size.preferred_bytes_max as usize).min(BATCH_BYTES_MAX),
        absolute_bytes_max,
        timeout: batch.timeout,
    }
}
