//! One long stream of proposals to a peer of another organisation, shared by all endorsements that are asked of it.

use std::collections::HashMap;
use std::time::Duration;

use folio_proto::folio::v1::endorsing_client::EndorsingClient;
use folio_proto::folio::v1::{EndorsementAnswer, EndorsementRequest};
use folio_types::BlockNumber;
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_wire::{ProposalResponse, SignedProposal};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

/// Longest wait for one endorsement, and for the connection that it needs.
pub(crate) const ENDORSEMENT_MS_MAX: u64 = 10_000;

const LONGEST: Duration = Duration::from_millis(ENDORSEMENT_MS_MAX);

/// Most proposals that wait for one peer's answer; further ones wait for a place.
const OUTSTANDING_MAX: usize = 1024;

type Answer = oneshot::Sender<Result<ProposalResponse, String>>;
type Waiting = HashMap<u64, Answer>;

struct Question {
    request: EndorsementRequest,
    answer: Answer,
}

/// Asks one peer, in any number of places at once.
pub(crate) struct EndorsementStream {
    questions: mpsc::Sender<Question>,
}

impl EndorsementStream {
    /// Starts the task that owns the stream. It connects when there is something to ask, and again after a break.
    pub(crate) fn start(address: String, channel: Channel) -> Self {
        let (questions, received) = mpsc::channel(OUTSTANDING_MAX);
        tokio::spawn(run(address, channel, received));
        Self { questions }
    }

    /// What the peer says of a proposal once it has `height` blocks. An error says why it said nothing.
    pub(crate) async fn ask(&self, proposal: &SignedProposal, height: BlockNumber) -> Result<ProposalResponse, String> {
        let ending = || "this peer is ending".to_owned();
        let (answer, answered) = oneshot::channel();
        let request = EndorsementRequest { number: 0, height, proposal: Some(proposal.to_message()) };
        let ask = async {
            self.questions.send(Question { request, answer }).await.map_err(|_| ending())?;
            answered.await.map_err(|_| ending())?
        };
        let late = |_| Err(format!("no answer in {ENDORSEMENT_MS_MAX} ms"));
        timeout(LONGEST, ask).await.unwrap_or_else(late)
    }
}

async fn run(address: String, channel: Channel, mut questions: mpsc::Receiver<Question>) {
    while let Some(first) = questions.recv().await {
        if first.answer.is_closed() {
            continue;
        }
        let mut waiting = Waiting::new();
        let Err(reason) = serve(&channel, &mut questions, first, &mut waiting).await else { return };
        // Of one question alone its asker hears: a peer that is down is not news at every question.
        if waiting.len() > 1 {
            tracing::warn!(peer = address, reason, waiting = waiting.len(), "the stream of endorsements broke");
        }
        for answer in waiting.into_values() {
            let _ = answer.send(Err(reason.clone()));
        }
    }
}

/// Runs one stream until it breaks, or until nobody can ask any more.
async fn serve(
    channel: &Channel,
    questions: &mut mpsc::Receiver<Question>,
    first: Question,
    waiting: &mut Waiting,
) -> Result<(), String> {
    let (requests, outgoing) = mpsc::channel(OUTSTANDING_MAX);
    let mut numbers = 0..;
    let mut ask = |question: Question, waiting: &mut Waiting| {
        let number = numbers.next().unwrap_or_default();
        waiting.insert(number, question.answer);
        EndorsementRequest { number, ..question.request }
    };
    // The channel was just made and has room, so this does not fail.
    let _ = requests.try_send(ask(first, waiting));
    let mut client = EndorsingClient::new(channel.clone())
        .max_decoding_message_size(MESSAGE_BYTES_MAX)
        .max_encoding_message_size(MESSAGE_BYTES_MAX);
    let opened = timeout(LONGEST, client.endorse(ReceiverStream::new(outgoing)));
    let opened = opened.await.map_err(|_| format!("no connection in {ENDORSEMENT_MS_MAX} ms"))?;
    let mut answers = opened.map_err(|status| status.to_string())?.into_inner();
    loop {
        if waiting.len() >= OUTSTANDING_MAX {
            waiting.retain(|_, answer| !answer.is_closed());
        }
        let is_full = waiting.len() >= OUTSTANDING_MAX;
        // Answers are taken also while there is no room to ask more, or both sides could wait for each other.
        let next = async {
            let room = requests.reserve().await.map_err(|_| "the peer closed the stream".to_owned())?;
            Ok::<_, String>((room, questions.recv().await))
        };
        tokio::select! {
            answer = answers.message() => match answer {
                Ok(Some(answer)) => hand_over(answer, waiting),
                Ok(None) => return Err("the peer ended the stream".to_owned()),
                Err(status) => return Err(status.to_string()),
            },
            // By then whoever asked has stopped waiting, and makes room.
            () = sleep(LONGEST), if is_full => {}
            next = next, if !is_full => {
                let (room, question) = next?;
                let Some(question) = question else { return Ok(()) };
                // Whoever asked may have stopped waiting, which spares the peer the work.
                if !question.answer.is_closed() {
                    let request = ask(question, waiting);
                    room.send(request);
                }
            }
        }
    }
}

/// Gives an answer to whoever waits for it, if somebody does.
fn hand_over(EndorsementAnswer { number, response }: EndorsementAnswer, waiting: &mut Waiting) {
    let Some(answer) = waiting.remove(&number) else { return };
    let response = response.ok_or_else(|| "the peer answered without a response".to_owned());
    let said = response.and_then(|said| ProposalResponse::from_message(said).map_err(|error| error.to_string()));
    // Whoever asked may have stopped waiting.
    let _ = answer.send(said);
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use folio_wire::Response;

    use super::*;

    #[test]
    fn answers_find_who_asked_in_any_order_and_strangers_nobody() {
        let mut waiting = Waiting::new();
        let (first, mut first_got) = oneshot::channel();
        let (second, mut second_got) = oneshot::channel();
        waiting.extend([(1, first), (2, second)]);
        let response = ProposalResponse {
            response: Response { status: 200, message: "fine".to_owned(), payload: Bytes::new() },
            payload: Bytes::new(),
            endorsement: None,
        };
        hand_over(EndorsementAnswer { number: 7, response: None }, &mut waiting);
        hand_over(EndorsementAnswer { number: 2, response: Some(response.to_message()) }, &mut waiting);
        hand_over(EndorsementAnswer { number: 1, response: None }, &mut waiting);
        assert_eq!(second_got.try_recv().unwrap().unwrap().response.message, "fine");
        assert!(first_got.try_recv().unwrap().is_err());
        assert!(waiting.is_empty());
    }
}
