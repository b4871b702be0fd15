//! Handing a signed transaction to an orderer, and telling what became of it.

use std::time::Duration;

use folio_proto::common::Envelope;
use folio_types::TxId;
use folio_types::limits::ENVELOPE_BYTES_MAX;
use prost::Message;
use tokio::time::timeout;
use tonic::{Code, Status};

use crate::Gateway;
use crate::broadcaster::BroadcastError;
use crate::notifier::TxStatus;
use crate::status::{Detail, ending, failure, malformed};

/// Longest wait for an orderer's answer.
pub const BROADCAST_MS_MAX: u64 = 10_000;

const NO_ORDERER: &str = "no orderers could successfully process transaction";

impl Gateway {
    /// Returns once an orderer has the envelope on disk. Orderers are tried in turn.
    pub(crate) async fn order(&self, envelope: Envelope) -> Result<(), Status> {
        if envelope.signature.is_empty() {
            return Err(malformed("prepared transaction must be signed"));
        }
        let bytes = envelope.encoded_len();
        if bytes > ENVELOPE_BYTES_MAX {
            // An orderer would end the stream, on which others wait for their answers.
            let text = format!("prepared transaction of {bytes} bytes is above the limit of {ENVELOPE_BYTES_MAX}");
            return Err(malformed(text));
        }
        let mut details = Vec::new();
        for orderer in self.orderers.iter() {
            let answer = timeout(Duration::from_millis(BROADCAST_MS_MAX), orderer.submit(envelope.clone())).await;
            let Ok(answer) = answer else {
                return Err(Status::deadline_exceeded(format!("no orderer answered in {BROADCAST_MS_MAX} ms")));
            };
            match answer {
                Ok(()) => return Ok(()),
                Err(error @ BroadcastError::Refused { permanent: true, .. }) => {
                    return Err(Status::aborted(error.to_string()));
                }
                Err(error) => {
                    let msp_id = self.channel.orderer_msp_ids().join(",");
                    details.push(Detail { address: orderer.address().to_owned(), msp_id, message: error.to_string() });
                }
            }
        }
        Err(failure(Code::Unavailable, NO_ORDERER, &details))
    }

    /// The verdict on a transaction, waiting for its block where it has not come yet.
    pub(crate) async fn verdict(&self, tx_id: TxId) -> Result<TxStatus, Status> {
        let waiting = self
            .notifier
            .wait_for(tx_id)
            .map_err(|_| Status::resource_exhausted("too many transactions are waited for: try again"))?;
        let found = self.ledger.transaction(&tx_id).map_err(|error| Status::internal(error.to_string()))?;
        if let Some(found) = found {
            return Ok(TxStatus { block: found.block, code: found.code });
        }
        tokio::select! {
            biased;
            Ok(verdict) = waiting => Ok(verdict),
            () = self.notifier.closed() => Err(ending()),
        }
    }
}
