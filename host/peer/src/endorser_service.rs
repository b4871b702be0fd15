//! Proposals from clients, one a call (`protos.Endorser`), and from the gateways of other organisations, many on a
//! stream (`folio.v1.Endorsing`).

use std::sync::Arc;

use folio_endorser::EndorserError;
use folio_gateway::Gateway;
use folio_proto::folio::v1::endorsing_server::Endorsing;
use folio_proto::folio::v1::{EndorsementAnswer, EndorsementRequest};
use folio_proto::protos::endorser_server::Endorser;
use folio_proto::protos::{self, SignedProposal};
use folio_types::BlockNumber;
use folio_types::limits::PROPOSAL_BYTES_MAX;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

/// Most proposals of one stream that this peer works on; it reads no more of them before one is answered.
const UNDER_WAY_MAX: usize = 256;

/// Most proposals of all streams together that this peer works on.
const UNDER_WAY_OF_ALL_MAX: usize = 2048;

/// Largest question on a stream: a proposal, and a little beside it.
pub(crate) const REQUEST_BYTES_MAX: usize = PROPOSAL_BYTES_MAX + 1024;

/// Serves proposals with this peer's endorser.
#[derive(Clone)]
pub(crate) struct EndorserService {
    gateway: Gateway,
    /// Places of all streams together.
    places: Arc<Semaphore>,
}

#[tonic::async_trait]
impl Endorser for EndorserService {
    async fn process_proposal(
        &self,
        request: Request<SignedProposal>,
    ) -> Result<Response<protos::ProposalResponse>, Status> {
        Ok(Response::new(self.answer(request.into_inner(), 0).await))
    }
}

type Answers = ReceiverStream<Result<EndorsementAnswer, Status>>;

#[tonic::async_trait]
impl Endorsing for EndorserService {
    type EndorseStream = Answers;

    async fn endorse(&self, requests: Request<Streaming<EndorsementRequest>>) -> Result<Response<Answers>, Status> {
        let (out, answers) = mpsc::channel(UNDER_WAY_MAX);
        tokio::spawn(self.clone().endorse_all(requests.into_inner(), out));
        Ok(Response::new(ReceiverStream::new(answers)))
    }
}

impl EndorserService {
    pub(crate) fn new(gateway: Gateway) -> Self {
        Self { gateway, places: Arc::new(Semaphore::new(UNDER_WAY_OF_ALL_MAX)) }
    }

    /// Answers until the asking side ends its stream, or this peer ends.
    async fn endorse_all(
        self,
        mut requests: Streaming<EndorsementRequest>,
        out: mpsc::Sender<Result<EndorsementAnswer, Status>>,
    ) {
        let own_places = Arc::new(Semaphore::new(UNDER_WAY_MAX));
        loop {
            let next = async {
                let own_place = Arc::clone(&own_places).acquire_owned().await.ok()?;
                let request = requests.message().await.ok()??;
                let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
                Some(((own_place, place), request))
            };
            let ((own_place, place), request) = tokio::select! {
                next = next => match next { Some(next) => next, None => return },
                () = self.gateway.ending() => return,
            };
            let (service, out) = (self.clone(), out.clone());
            tokio::spawn(async move {
                let _own_place = own_place;
                let EndorsementRequest { number, height, proposal } = request;
                let response = Some(service.answer(proposal.unwrap_or_default(), height).await);
                // A stream that takes no answers keeps its own places, and nobody else's.
                drop(place);
                // Whoever asked may have gone, or takes no answers while this peer ends.
                tokio::select! {
                    _ = out.send(Ok(EndorsementAnswer { number, response })) => {}
                    () = service.gateway.ending() => {}
                }
            });
        }
    }

    /// What this peer says of a proposal once it has `height` blocks, for which it waits a bounded time.
    async fn answer(&self, message: SignedProposal, height: BlockNumber) -> protos::ProposalResponse {
        let answer = match folio_wire::SignedProposal::parse(message.proposal_bytes, message.signature) {
            Ok(proposal) => {
                self.gateway.wait_for_height(height).await;
                self.gateway.simulate(proposal).await.unwrap_or_else(|error| error.to_answer())
            }
            Err(error) => EndorserError::Malformed { reason: error.to_string() }.to_answer(),
        };
        answer.to_message()
    }
}
