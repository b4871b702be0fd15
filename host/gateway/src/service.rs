//! `gateway.Gateway`: requests in, checked; answers out.

use bytes::Bytes;
use folio_msp::Identity;
use folio_proto::gateway::gateway_server::Gateway as GatewayService;
use folio_proto::gateway::{
    ChaincodeEventsRequest, ChaincodeEventsResponse, CommitStatusRequest, CommitStatusResponse, EndorseRequest,
    EndorseResponse, EvaluateRequest, EvaluateResponse, SignedChaincodeEventsRequest, SignedCommitStatusRequest,
    SubmitRequest, SubmitResponse,
};
use folio_proto::orderer::{SeekPosition, seek_position};
use folio_proto::{common, protos};
use folio_types::{BlockNumber, TxId};
use folio_wire::SignedProposal;
use prost::Message;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::Gateway;
use crate::events::{EVENT_BLOCKS_QUEUED_MAX, EventsFrom};
use crate::status::malformed;

const READERS: &str = "/Channel/Application/Readers";

#[tonic::async_trait]
impl GatewayService for Gateway {
    async fn evaluate(&self, request: Request<EvaluateRequest>) -> Result<Response<EvaluateResponse>, Status> {
        let request = request.into_inner();
        let proposal = proposal_of(request.proposed_transaction)?;
        let result = self.evaluate(proposal, &request.target_organizations).await?;
        Ok(Response::new(EvaluateResponse { result: Some(result) }))
    }

    async fn endorse(&self, request: Request<EndorseRequest>) -> Result<Response<EndorseResponse>, Status> {
        let request = request.into_inner();
        let proposal = proposal_of(request.proposed_transaction)?;
        let payload = self.endorse(proposal, &request.endorsing_organizations).await?;
        let prepared_transaction = Some(common::Envelope { payload, signature: Bytes::new() });
        Ok(Response::new(EndorseResponse { prepared_transaction }))
    }

    async fn submit(&self, request: Request<SubmitRequest>) -> Result<Response<SubmitResponse>, Status> {
        let envelope = request.into_inner().prepared_transaction;
        self.order(envelope.ok_or_else(|| malformed("a prepared transaction is required"))?).await?;
        Ok(Response::new(SubmitResponse {}))
    }

    async fn commit_status(
        &self,
        request: Request<SignedCommitStatusRequest>,
    ) -> Result<Response<CommitStatusResponse>, Status> {
        let signed = request.into_inner();
        let request = CommitStatusRequest::decode(signed.request.clone())
            .map_err(|error| malformed(format!("invalid status request: {error}")))?;
        self.check_channel(&request.channel_id)?;
        self.authorise(&request.identity, &signed.request, &signed.signature)?;
        let tx_id = TxId::parse(&request.transaction_id).map_err(|error| malformed(error.to_string()))?;
        let verdict = self.verdict(tx_id).await?;
        Ok(Response::new(CommitStatusResponse {
            result: i32::from(verdict.code.number()),
            block_number: verdict.block,
        }))
    }

    type ChaincodeEventsStream = ReceiverStream<Result<ChaincodeEventsResponse, Status>>;

    async fn chaincode_events(
        &self,
        request: Request<SignedChaincodeEventsRequest>,
    ) -> Result<Response<Self::ChaincodeEventsStream>, Status> {
        let signed = request.into_inner();
        let request = ChaincodeEventsRequest::decode(signed.request.clone())
            .map_err(|error| malformed(format!("invalid chaincode events request: {error}")))?;
        self.check_channel(&request.channel_id)?;
        self.authorise(&request.identity, &signed.request, &signed.signature)?;
        let from = self.events_from(request)?;
        let (out, stream) = mpsc::channel(EVENT_BLOCKS_QUEUED_MAX);
        tokio::spawn(self.clone().follow_events(from, out));
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

impl Gateway {
    fn check_channel(&self, channel: &str) -> Result<(), Status> {
        if channel == self.channel.id() {
            return Ok(());
        }
        Err(Status::not_found(format!("channel {channel:?} not found; this peer serves {:?}", self.channel.id())))
    }

    /// Checks a request that is signed by itself: a known, unexpired reader, and its signature.
    fn authorise(&self, creator: &Bytes, message: &[u8], signature: &[u8]) -> Result<(), Status> {
        let denied = |reason: String| Status::permission_denied(reason);
        let creator = self.channel.msps().resolve(creator).map_err(|error| denied(error.to_string()))?;
        if creator.expired_at(self.endorser.now_seconds()) {
            return Err(denied("the client's certificate has expired".to_owned()));
        }
        creator.verify(message, signature).map_err(|error| denied(error.to_string()))?;
        if !self.channel.satisfied(READERS, std::slice::from_ref::<std::sync::Arc<Identity>>(&creator)) {
            return Err(denied(format!("{} does not meet the policy {READERS}", creator.msp_id)));
        }
        Ok(())
    }

    fn events_from(&self, request: ChaincodeEventsRequest) -> Result<EventsFrom, Status> {
        let chaincode = request.chaincode_id;
        if let Ok(tx_id) = TxId::parse(&request.after_transaction_id) {
            let found = self.ledger.transaction(&tx_id).map_err(|error| Status::internal(error.to_string()))?;
            if let Some(found) = found {
                return Ok(EventsFrom { chaincode, block: found.block, after_tx: Some(tx_id.to_string()) });
            }
        }
        let block = start_block(request.start_position.as_ref(), *self.height.borrow())?;
        Ok(EventsFrom { chaincode, block, after_tx: None })
    }
}

fn start_block(position: Option<&SeekPosition>, height: BlockNumber) -> Result<BlockNumber, Status> {
    use seek_position::Type;
    match position.and_then(|position| position.r#type.as_ref()) {
        None | Some(Type::NextCommit(_)) => Ok(height),
        Some(Type::Oldest(_)) => Ok(0),
        Some(Type::Newest(_)) => Ok(height.saturating_sub(1)),
        Some(Type::Specified(specified)) => Ok(specified.number),
    }
}

fn proposal_of(message: Option<protos::SignedProposal>) -> Result<SignedProposal, Status> {
    let message = message.ok_or_else(|| malformed("a signed proposal is required"))?;
    SignedProposal::parse(message.proposal_bytes, message.signature).map_err(|error| malformed(error.to_string()))
}
