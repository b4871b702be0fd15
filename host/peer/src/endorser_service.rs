//! Proposals from clients, one a call (`protos.Endorser`), and from the gateways of other organisations, many on a
//! stream (`folio.v1.Endorsing`).

use std::sync::Arc;

use folio_gateway::Gateway;
use folio_proto::folio::v1::endorsing_server::Endorsing;
use folio_proto::folio::v1::{EndorsementAnswer, EndorsementRequest};
use folio_proto::protos::endorser_server::Endorser;
use folio_proto::protos::{self, SignedProposal};
use folio_wire::{ProposalResponse, Response as Answer};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

/// Status of an answer that says why a proposal was not endorsed.
const REFUSED_STATUS: i32 = 500;

/// Most proposals of one stream that this peer works on; it reads no more of them before one is answered.
const UNDER_WAY_MAX: usize = 256;

/// Serves proposals with this peer's endorser.
#[derive(Clone)]
pub(crate) struct EndorserService {
    pub(crate) gateway: Gateway,
}

#[tonic::async_trait]
impl Endorser for EndorserService {
    async fn process_proposal(
        &self,
        request: Request<SignedProposal>,
    ) -> Result<Response<protos::ProposalResponse>, Status> {
        Ok(Response::new(self.answer(request.into_inner()).await))
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
    /// Answers until the asking side ends its stream, or this peer ends.
    async fn endorse_all(
        self,
        mut requests: Streaming<EndorsementRequest>,
        out: mpsc::Sender<Result<EndorsementAnswer, Status>>,
    ) {
        let places = Arc::new(Semaphore::new(UNDER_WAY_MAX));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let request = tokio::select! {
                request = requests.message() => request,
                () = self.gateway.ending() => return,
            };
            let Ok(Some(EndorsementRequest { number, height, proposal })) = request else { return };
            let (service, out) = (self.clone(), out.clone());
            tokio::spawn(async move {
                let _place = place;
                service.gateway.wait_for_height(height).await;
                let response = Some(service.answer(proposal.unwrap_or_default()).await);
                // Whoever asked may have gone.
                let _ = out.send(Ok(EndorsementAnswer { number, response })).await;
            });
        }
    }

    async fn answer(&self, SignedProposal { proposal_bytes, signature }: SignedProposal) -> protos::ProposalResponse {
        let answer = match folio_wire::SignedProposal::parse(proposal_bytes, signature) {
            Ok(proposal) => self.gateway.simulate(proposal).await.unwrap_or_else(|error| refusal(&error)),
            Err(error) => refusal(&error),
        };
        answer.to_message()
    }
}

/// As in Fabric, a refused proposal is an answer with status 500 and without payload.
fn refusal(reason: &impl std::fmt::Display) -> ProposalResponse {
    let response = Answer { status: REFUSED_STATUS, message: reason.to_string(), ..Answer::default() };
    ProposalResponse { response, payload: bytes::Bytes::new(), endorsement: None }
}
