//! Where blocks come from.

use std::sync::Arc;

use bytes::Bytes;
use folio_channel::ChannelConfig;
use folio_types::BlockNumber;
use tokio::sync::watch;

/// The blocks of one channel. An orderer's chain, or a peer's ledger.
pub trait BlockSource: Send + Sync {
    /// The channel's configuration: who may read.
    fn config(&self) -> &ChannelConfig;

    /// Follows the number of blocks that can be read.
    fn height(&self) -> watch::Receiver<BlockNumber>;

    /// An encoded block, or `None` where there is none yet. An error is a sentence for the log.
    fn block(&self, number: BlockNumber) -> Result<Option<Bytes>, String>;
}

/// The channels of a process.
pub trait Channels: Send + Sync {
    /// The channel of this name, if the process has it.
    fn find(&self, channel: &str) -> Option<Arc<dyn BlockSource>>;
}
