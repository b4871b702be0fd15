//! One channel: from submitted envelopes to stored blocks.
//!
//! ```text
//! submit ─▶ queue ─▶ intake: cutter ─▶ consensus ─▶ writer: block, signature, store ─▶ height
//!                        └─ answering ◀─ committed
//! ```

mod blocks;
mod intake;
mod open;
mod writer;

use std::sync::Arc;

use bytes::Bytes;
use folio_channel::ChannelConfig;
use folio_deliver::BlockSource;
use folio_ordering::{Leadership, ProposeError};
use folio_types::BlockNumber;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};

use blocks::Blocks;
pub(crate) use intake::Outcome;
use intake::Submission;
pub(crate) use open::{ChainTasks, open};

/// What the services know of a channel.
#[derive(Debug)]
pub(crate) struct Chain {
    config: ChannelConfig,
    blocks: Arc<Blocks>,
    queue: mpsc::Sender<Submission>,
    leadership: watch::Receiver<Leadership>,
}

impl Chain {
    /// Queues an envelope that was found good; waits while the queue is full. What is received then tells its fate.
    pub(crate) async fn submit(
        &self,
        envelope: Bytes,
        room: OwnedSemaphorePermit,
    ) -> Result<oneshot::Receiver<Outcome>, ProposeError> {
        if let Leadership::Follower { leader } = &*self.leadership.borrow() {
            return Err(ProposeError::NotLeader { leader: leader.clone() });
        }
        let (answer, answered) = oneshot::channel();
        let stopped = |_| ProposeError::Stopped { reason: "the orderer is ending".to_owned() };
        self.queue.send(Submission { envelope, room, answer }).await.map_err(stopped)?;
        Ok(answered)
    }
}

impl BlockSource for Chain {
    fn config(&self) -> &ChannelConfig {
        &self.config
    }

    fn height(&self) -> watch::Receiver<BlockNumber> {
        self.blocks.height()
    }

    fn block(&self, number: BlockNumber) -> Result<Option<Bytes>, String> {
        self.blocks.block(number).map_err(|error| error.to_string())
    }
}
