//! Chaincode events: the events of valid transactions, block by block.

use folio_proto::gateway::ChaincodeEventsResponse;
use folio_types::BlockNumber;
use folio_wire::{Body, parse_envelope};
use tokio::sync::mpsc;
use tonic::Status;

use crate::Gateway;
use crate::status::ending;

/// Blocks of events that wait for a slow client.
pub(crate) const EVENT_BLOCKS_QUEUED_MAX: usize = 16;

/// Where a stream of events begins.
#[derive(Clone, Debug)]
pub(crate) struct EventsFrom {
    pub(crate) chaincode: String,
    pub(crate) block: BlockNumber,
    /// Events of the first block up to this transaction, and its own, were seen already.
    pub(crate) after_tx: Option<String>,
}

impl Gateway {
    /// Sends events until the client goes.
    pub(crate) async fn follow_events(
        self,
        from: EventsFrom,
        out: mpsc::Sender<Result<ChaincodeEventsResponse, Status>>,
    ) {
        let EventsFrom { chaincode, block: mut next, mut after_tx } = from;
        let mut height = self.height.clone();
        loop {
            let reached = tokio::select! {
                reached = height.wait_for(|now| *now > next) => reached.is_ok(),
                () = out.closed() => false,
                () = self.notifier.closed() => {
                    // Whoever took all that was sent asks another peer, or this one when it is back.
                    let _ = out.try_send(Err(ending()));
                    false
                }
            };
            if !reached {
                return;
            }
            let answer = self.events_of(next, &chaincode, after_tx.take().as_deref());
            let ended = answer.is_err();
            let send = match answer {
                Ok(response) if response.events.is_empty() => true,
                answer => out.send(answer).await.is_ok(),
            };
            if ended || !send {
                return;
            }
            next += 1;
        }
    }

    fn events_of(
        &self,
        number: BlockNumber,
        chaincode: &str,
        after_tx: Option<&str>,
    ) -> Result<ChaincodeEventsResponse, Status> {
        let internal = |reason: String| Status::internal(format!("block {number}: {reason}"));
        let block = self.ledger.block(number).map_err(|error| internal(error.to_string()))?;
        let block = block.ok_or_else(|| internal("it is missing".to_owned()))?;
        let mut seen = after_tx.is_none();
        let mut events = Vec::new();
        for (code, data) in block.verdicts().zip(&block.data) {
            if !code.is_valid() && seen {
                continue;
            }
            let Ok((_, Body::Endorser(transaction))) = parse_envelope(data) else { continue };
            if !seen {
                seen = after_tx == Some(&transaction.tx_id.to_string());
                continue;
            }
            let event = transaction.event.filter(|event| event.chaincode == chaincode);
            events.extend(event.map(|event| event.to_message()));
        }
        Ok(ChaincodeEventsResponse { events, block_number: number })
    }
}
