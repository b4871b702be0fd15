//! One long Broadcast stream to an orderer, shared by all submissions.

use std::collections::VecDeque;

use folio_proto::common::{Envelope, Status as BroadcastStatus};
use folio_proto::orderer::BroadcastResponse;
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

/// Most envelopes that wait for the orderer's answer; further submissions wait for a place.
pub const OUTSTANDING_MAX: usize = 4096;

/// Why an envelope was not ordered, as far as this peer knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BroadcastError {
    /// The orderer looked at it and refused.
    #[error("received unsuccessful response from orderer: status={status}, info={info}")]
    Refused {
        /// Fabric's name of the status.
        status: &'static str,
        /// What the orderer said.
        info: String,
        /// Whether the fault is the envelope's own (4xx), so that trying again is of no use.
        permanent: bool,
    },
    /// The stream broke before the answer. The envelope may or may not be ordered.
    #[error("the orderer {address} did not answer: {reason}")]
    Lost {
        /// The orderer.
        address: String,
        /// What broke.
        reason: String,
    },
}

type Answer = oneshot::Sender<Result<(), BroadcastError>>;

struct Submission {
    envelope: Envelope,
    answer: Answer,
}

/// Sends envelopes to one orderer and hands each its answer. The orderer answers in the order of sending.
#[derive(Clone)]
pub struct Broadcaster {
    submissions: mpsc::Sender<Submission>,
    address: String,
}

impl Broadcaster {
    /// Starts the task that owns the stream. It connects when there is something to send, and again after a break.
    pub fn start(address: String, channel: Channel) -> Self {
        let (submissions, received) = mpsc::channel(OUTSTANDING_MAX);
        tokio::spawn(run(address.clone(), channel, received));
        Self { submissions, address }
    }

    /// The orderer's host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends `envelope` and waits until the orderer has it on disk.
    pub async fn submit(&self, envelope: Envelope) -> Result<(), BroadcastError> {
        let lost = |reason: &str| BroadcastError::Lost { address: self.address.clone(), reason: reason.to_owned() };
        let (answer, answered) = oneshot::channel();
        let submission = Submission { envelope, answer };
        self.submissions.send(submission).await.map_err(|_| lost("this peer is ending"))?;
        answered.await.map_err(|_| lost("this peer is ending"))?
    }
}

async fn run(address: String, channel: Channel, mut submissions: mpsc::Receiver<Submission>) {
    while let Some(first) = submissions.recv().await {
        let reason = match serve(&channel, &mut submissions, first).await {
            Ok(()) => return,
            Err(reason) => reason,
        };
        tracing::warn!(orderer = address, reason = reason.text, "the broadcast stream broke");
        for answer in reason.unanswered {
            let _ = answer.send(Err(BroadcastError::Lost { address: address.clone(), reason: reason.text.clone() }));
        }
    }
}

/// Why a stream ended, and who still waits for an answer on it.
struct Broken {
    text: String,
    unanswered: VecDeque<Answer>,
}

/// Runs one stream until it breaks, or until nobody can submit any more.
async fn serve(
    channel: &Channel,
    submissions: &mut mpsc::Receiver<Submission>,
    first: Submission,
) -> Result<(), Broken> {
    let (requests, outgoing) = mpsc::channel(OUTSTANDING_MAX);
    let mut waiting = VecDeque::from([first.answer]);
    // The channel was just made and has room, so this does not fail.
    let _ = requests.try_send(first.envelope);
    let mut client = AtomicBroadcastClient::new(channel.clone());
    let mut answers = match client.broadcast(ReceiverStream::new(outgoing)).await {
        Ok(response) => response.into_inner(),
        Err(status) => return Err(Broken { text: status.to_string(), unanswered: waiting }),
    };
    loop {
        tokio::select! {
            answer = answers.next() => {
                if let Err(text) = hand_over(answer, &mut waiting) {
                    return Err(Broken { text, unanswered: waiting });
                }
            }
            submission = submissions.recv(), if waiting.len() < OUTSTANDING_MAX => {
                let Some(Submission { envelope, answer }) = submission else {
                    drop(requests);
                    return drain(answers, waiting).await;
                };
                waiting.push_back(answer);
                if requests.send(envelope).await.is_err() {
                    return Err(Broken { text: "the orderer closed the stream".to_owned(), unanswered: waiting });
                }
            }
        }
    }
}

/// Waits for the answers that are still due when this peer ends.
async fn drain(mut answers: Streaming<BroadcastResponse>, mut waiting: VecDeque<Answer>) -> Result<(), Broken> {
    while !waiting.is_empty() {
        if let Err(text) = hand_over(answers.next().await, &mut waiting) {
            return Err(Broken { text, unanswered: waiting });
        }
    }
    Ok(())
}

fn hand_over(
    answer: Option<Result<BroadcastResponse, tonic::Status>>,
    waiting: &mut VecDeque<Answer>,
) -> Result<(), String> {
    let response = match answer {
        Some(Ok(response)) => response,
        Some(Err(status)) => return Err(status.to_string()),
        None => return Err("the orderer ended the stream".to_owned()),
    };
    let Some(answer) = waiting.pop_front() else {
        return Err("the orderer answered more often than it was asked".to_owned());
    };
    // The submitter may have gone; its envelope is ordered all the same.
    let _ = answer.send(verdict(response));
    Ok(())
}

fn verdict(response: BroadcastResponse) -> Result<(), BroadcastError> {
    let status = response.status();
    if status == BroadcastStatus::Success {
        return Ok(());
    }
    let permanent = (400..500).contains(&response.status);
    Err(BroadcastError::Refused { status: status.as_str_name(), info: response.info, permanent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_to_submissions_in_the_order_of_sending() {
        let (first, mut first_got) = oneshot::channel();
        let (second, mut second_got) = oneshot::channel();
        let mut waiting = VecDeque::from([first, second]);
        let answer = |status: BroadcastStatus, info: &str| {
            Some(Ok(BroadcastResponse { status: status as i32, info: info.to_owned() }))
        };
        hand_over(answer(BroadcastStatus::Success, ""), &mut waiting).unwrap();
        hand_over(answer(BroadcastStatus::Forbidden, "no writer"), &mut waiting).unwrap();
        assert_eq!(first_got.try_recv().unwrap(), Ok(()));
        let refused = second_got.try_recv().unwrap().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "received unsuccessful response from orderer: status=FORBIDDEN, info=no writer"
        );
        assert!(hand_over(answer(BroadcastStatus::Success, ""), &mut waiting).is_err(), "nobody waits");
    }
}
