//! `protos.Endorser`: proposals from clients and from the gateways of other organisations.

use folio_gateway::{Gateway, HEIGHT_HEADER};
use folio_proto::protos::endorser_server::Endorser;
use folio_proto::protos::{self, SignedProposal};
use folio_types::BlockNumber;
use folio_wire::{ProposalResponse, Response as Answer};
use tonic::{Request, Response, Status};

/// Status of an answer that says why a proposal was not endorsed.
const REFUSED_STATUS: i32 = 500;

/// Serves proposals with this peer's endorser.
pub(crate) struct EndorserService {
    pub(crate) gateway: Gateway,
}

#[tonic::async_trait]
impl Endorser for EndorserService {
    async fn process_proposal(
        &self,
        request: Request<SignedProposal>,
    ) -> Result<Response<protos::ProposalResponse>, Status> {
        if let Some(height) = asked_height(&request) {
            self.gateway.wait_for_height(height).await;
        }
        let SignedProposal { proposal_bytes, signature } = request.into_inner();
        let answer = match folio_wire::SignedProposal::parse(proposal_bytes, signature) {
            Ok(proposal) => self.gateway.simulate(proposal).await.unwrap_or_else(|error| refusal(&error)),
            Err(error) => refusal(&error),
        };
        Ok(Response::new(answer.to_message()))
    }
}

fn asked_height<T>(request: &Request<T>) -> Option<BlockNumber> {
    request.metadata().get(HEIGHT_HEADER)?.to_str().ok()?.parse().ok()
}

/// As in Fabric, a refused proposal is an answer with status 500 and without payload.
fn refusal(reason: &impl std::fmt::Display) -> ProposalResponse {
    let response = Answer { status: REFUSED_STATUS, message: reason.to_string(), ..Answer::default() };
    ProposalResponse { response, payload: bytes::Bytes::new(), endorsement: None }
}
