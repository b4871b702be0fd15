//! Verdicts on transactions as one stream of filtered blocks brings them.
//!
//! Whoever submits much learns from it what became of all of it, in place of a signed status request a transaction.
//! While the stream is broken nobody waits for it: those who did, and those who come, ask for a status.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use folio_proto::common::Envelope;
use folio_proto::protos::FilteredBlock;
use folio_proto::protos::deliver_client::DeliverClient;
use folio_proto::protos::deliver_response::Type;
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_types::{BlockNumber, TxId, ValidationCode};
use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;
use tonic::transport::Channel;

/// Pause before a broken stream is asked for again.
const AGAIN: Duration = Duration::from_millis(200);

/// The verdict on a transaction, and its block.
pub(crate) type Verdict = (BlockNumber, ValidationCode);

/// Follows one peer's blocks for as long as it lives.
pub(crate) struct Verdicts {
    board: Arc<Mutex<Board>>,
    /// The newest block, 0 before the stream has brought one; nothing while it is broken.
    newest: watch::Receiver<Option<BlockNumber>>,
    follower: AbortHandle,
}

/// Who waits for what.
#[derive(Default)]
struct Board {
    /// Whether the stream brings every block from here on.
    following: bool,
    waiting: HashMap<TxId, oneshot::Sender<Verdict>>,
}

/// A place on the board, given up when dropped.
pub(crate) struct Waiting<'a> {
    verdicts: &'a Verdicts,
    tx_id: TxId,
    verdict: oneshot::Receiver<Verdict>,
}

impl Verdicts {
    /// Follows the blocks of the peer at the other end of `channel`. `request` makes a signed request for all blocks
    /// from the newest on.
    pub(crate) fn follow(channel: Channel, request: impl Fn() -> Envelope + Send + Sync + 'static) -> Self {
        let board = Arc::<Mutex<Board>>::default();
        let kept = Arc::clone(&board);
        let (told, newest) = watch::channel(Some(0));
        let follower = tokio::spawn(async move {
            let mut client = DeliverClient::new(channel).max_decoding_message_size(MESSAGE_BYTES_MAX);
            loop {
                let requests = tokio_stream::StreamExt::chain(tokio_stream::iter([request()]), tokio_stream::pending());
                if let Ok(answers) = client.deliver_filtered(requests).await {
                    let mut answers = answers.into_inner();
                    while let Ok(Some(answer)) = answers.message().await {
                        let Some(Type::FilteredBlock(block)) = answer.r#type else { break };
                        let number = block.number;
                        lock(&kept).take(block);
                        told.send_replace(Some(number));
                    }
                }
                *lock(&kept) = Board::default();
                told.send_replace(None);
                tokio::time::sleep(AGAIN).await;
            }
        });
        Self { board, newest, follower: follower.abort_handle() }
    }

    /// Returns when the peer has the block; at once while the stream is broken.
    pub(crate) async fn reached(&self, block: BlockNumber) {
        // The sender lives as long as the follower, which ends with this.
        let _ = self.newest.clone().wait_for(|newest| newest.is_none_or(|newest| newest >= block)).await;
    }

    /// Waits for the verdict on a transaction that is not submitted yet; `None` while the stream is broken.
    pub(crate) fn wait_for(&self, tx_id: TxId) -> Option<Waiting<'_>> {
        let mut board = lock(&self.board);
        if !board.following {
            return None;
        }
        let (sender, verdict) = oneshot::channel();
        board.waiting.insert(tx_id, sender);
        Some(Waiting { verdicts: self, tx_id, verdict })
    }
}

impl Drop for Verdicts {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Waiting<'_> {
    /// The verdict; `None` when the stream broke first.
    pub(crate) async fn verdict(mut self) -> Option<Verdict> {
        (&mut self.verdict).await.ok()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(&self.verdicts.board).waiting.remove(&self.tx_id);
    }
}

impl Board {
    fn take(&mut self, block: FilteredBlock) {
        self.following = true;
        for transaction in block.filtered_transactions {
            let Ok(tx_id) = TxId::parse(&transaction.txid) else { continue };
            let Some(waiting) = self.waiting.remove(&tx_id) else { continue };
            let code = u8::try_from(transaction.tx_validation_code).ok().and_then(ValidationCode::from_number);
            let _ = waiting.send((block.number, code.unwrap_or(ValidationCode::InvalidOtherReason)));
        }
    }
}

fn lock(board: &Mutex<Board>) -> MutexGuard<'_, Board> {
    board.lock().unwrap_or_else(PoisonError::into_inner)
}
