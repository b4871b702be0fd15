//! A connection to the gateway of one peer.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use folio_proto::common::{Envelope, Status};
use folio_proto::gateway::gateway_client::GatewayClient;
use folio_proto::gateway::{
    CommitStatusRequest, EndorseRequest, EvaluateRequest, SignedCommitStatusRequest, SubmitRequest,
};
use folio_proto::protos::SignedProposal;
use folio_proto::protos::deliver_client::DeliverClient;
use folio_proto::protos::deliver_response::Type;
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_types::{BlockNumber, TxId, ValidationCode};
use folio_wire::{
    Block, Body, EndorserTransaction, NewProposal, SeekInfo, SeekPosition, Timestamp, encode_envelope, parse_envelope,
};
use prost::Message;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use crate::verdicts::Verdicts;
use crate::{Call, ClientError, Committed, Identity, Prepared};

/// Length of a nonce, as Fabric's clients have it.
const NONCE_BYTES: usize = 24;

const CONNECT_MS_MAX: u64 = 5_000;

/// Where a gateway is, and who vouches for it.
#[derive(Clone, Debug)]
pub struct GatewayAddress {
    /// Host and port.
    pub address: String,
    /// The TLS root certificate, in PEM.
    pub tls_root: String,
}

/// A client of one channel's chaincode through one gateway. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct Gateway {
    client: GatewayClient<Channel>,
    connection: Channel,
    identity: Arc<Identity>,
    channel: Arc<str>,
    chaincode: Arc<str>,
    verdicts: Option<Arc<Verdicts>>,
}

impl Gateway {
    /// Connects when the first call is made, and again when the connection broke.
    pub fn connect(
        gateway: &GatewayAddress,
        identity: Arc<Identity>,
        channel: &str,
        chaincode: &str,
    ) -> Result<Self, ClientError> {
        let unreachable = |error: tonic::transport::Error| ClientError::Unreachable {
            address: gateway.address.clone(),
            reason: error.to_string(),
        };
        let host = gateway.address.rsplit_once(':').map_or(gateway.address.as_str(), |(host, _)| host);
        let tls = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(&gateway.tls_root))
            .domain_name(host.trim_matches(['[', ']']));
        let endpoint = Endpoint::from_shared(format!("https://{}", gateway.address))
            .map_err(unreachable)?
            .tls_config(tls)
            .map_err(unreachable)?
            .connect_timeout(Duration::from_millis(CONNECT_MS_MAX))
            .tcp_nodelay(true);
        let connection = endpoint.connect_lazy();
        let client = GatewayClient::new(connection.clone())
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX);
        let (channel, chaincode) = (channel.into(), chaincode.into());
        Ok(Self { client, connection, identity, channel, chaincode, verdicts: None })
    }

    /// The same gateway, which learns from one stream of filtered blocks what becomes of its transactions, in place of
    /// a signed status request for each: for whoever submits many. To be called inside of a tokio runtime.
    #[must_use]
    pub fn following_blocks(self) -> Self {
        let (channel, identity) = (Arc::clone(&self.channel), Arc::clone(&self.identity));
        let request = move || {
            let seek = SeekInfo { start: SeekPosition::Newest, ..SeekInfo::from(0) };
            let payload = seek.payload(&channel, identity.serialized(), now(), Bytes::new());
            Envelope { signature: identity.sign(&payload), payload }
        };
        let verdicts = Some(Arc::new(Verdicts::follow(self.connection.clone(), request)));
        Self { verdicts, ..self }
    }

    /// The same gateway, which learns what becomes of its transactions from the stream of another user of the same peer.
    #[must_use]
    pub fn following_as(self, other: &Self) -> Self {
        Self { verdicts: other.verdicts.clone(), ..self }
    }

    /// Returns when the peer has a block, as far as its stream of blocks tells; at once while that is broken, or when the
    /// gateway does not follow it. Who calls next through several peers waits for all of them, so that no endorser
    /// simulates on state from before.
    pub async fn reached(&self, block: BlockNumber) {
        if let Some(verdicts) = self.verdicts.as_deref() {
            verdicts.reached(block).await;
        }
    }

    /// The identity that signs.
    pub fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// What the chaincode answers to a query. Nothing is ordered.
    pub async fn evaluate(&self, call: Call) -> Result<Bytes, ClientError> {
        let target_organizations = call.organisations.clone();
        let (proposal, tx_id) = self.propose(call, &self.channel);
        self.evaluate_signed(proposal, tx_id, self.channel.to_string(), target_organizations).await
    }

    /// Asks the peer itself, outside any channel: installations and the like.
    pub async fn evaluate_on_peer(&self, call: Call) -> Result<Bytes, ClientError> {
        let (proposal, tx_id) = self.propose(call, "");
        self.evaluate_signed(proposal, tx_id, String::new(), Vec::new()).await
    }

    async fn evaluate_signed(
        &self,
        proposal: SignedProposal,
        tx_id: TxId,
        channel_id: String,
        target_organizations: Vec<String>,
    ) -> Result<Bytes, ClientError> {
        let request = EvaluateRequest {
            transaction_id: tx_id.to_string(),
            channel_id,
            proposed_transaction: Some(proposal),
            target_organizations,
        };
        let answer = self.client.clone().evaluate(request).await;
        let answer = answer.map_err(|status| ClientError::from_status(&status))?.into_inner();
        Ok(answer.result.unwrap_or_default().payload)
    }

    /// Has a call endorsed, and signs the transaction that comes of it.
    pub async fn endorse(&self, call: Call) -> Result<Prepared, ClientError> {
        let endorsing_organizations = call.organisations.clone();
        let (proposal, tx_id) = self.propose(call, &self.channel);
        let request = EndorseRequest {
            transaction_id: tx_id.to_string(),
            channel_id: self.channel.to_string(),
            proposed_transaction: Some(proposal),
            endorsing_organizations,
        };
        let answer = self.client.clone().endorse(request).await;
        let answer = answer.map_err(|status| ClientError::from_status(&status))?.into_inner();
        let refuse = |reason: &str| ClientError::Answer { reason: reason.to_owned() };
        let payload = answer.prepared_transaction.ok_or_else(|| refuse("there is none"))?.payload;
        let signature = self.identity.sign(&payload);
        let transaction = Self::check(&payload, &signature, tx_id)?;
        let mut sets = transaction.rwset.namespaces.values();
        let writes = sets.any(|set| !set.writes.is_empty() || !set.collections.is_empty());
        let (result, event) = (transaction.response.payload, transaction.event);
        Ok(Prepared { tx_id, result, event, payload, signature, writes })
    }

    /// The transaction that came, which must be the one that was asked for.
    fn check(payload: &Bytes, signature: &Bytes, tx_id: TxId) -> Result<EndorserTransaction, ClientError> {
        let refuse = |reason: String| ClientError::Answer { reason };
        let (_, body) = parse_envelope(&encode_envelope(payload, signature)).map_err(|e| refuse(e.to_string()))?;
        match body {
            Body::Endorser(transaction) if transaction.tx_id == tx_id => Ok(*transaction),
            Body::Endorser(transaction) => Err(refuse(format!("{} in place of {tx_id}", transaction.tx_id))),
            Body::Config(_) => Err(refuse("a channel configuration".to_owned())),
        }
    }

    /// Returns once an orderer has the transaction on disk.
    pub async fn submit(&self, prepared: &Prepared) -> Result<(), ClientError> {
        let envelope = Envelope { payload: prepared.payload.clone(), signature: prepared.signature.clone() };
        let request = SubmitRequest {
            transaction_id: prepared.tx_id.to_string(),
            channel_id: self.channel.to_string(),
            prepared_transaction: Some(envelope),
        };
        let answer = self.client.clone().submit(request).await;
        answer.map(|_| ()).map_err(|status| ClientError::from_status(&status))
    }

    /// The block and the verdict of a transaction, waiting for them.
    pub async fn commit_status(&self, tx_id: TxId) -> Result<(BlockNumber, ValidationCode), ClientError> {
        let request = CommitStatusRequest {
            transaction_id: tx_id.to_string(),
            channel_id: self.channel.to_string(),
            identity: self.identity.serialized().clone(),
        };
        let request = Bytes::from(request.encode_to_vec());
        let signature = self.identity.sign(&request);
        let answer = self.client.clone().commit_status(SignedCommitStatusRequest { request, signature }).await;
        let answer = answer.map_err(|status| ClientError::from_status(&status))?.into_inner();
        let code = u8::try_from(answer.result).ok().and_then(ValidationCode::from_number);
        Ok((answer.block_number, code.unwrap_or(ValidationCode::InvalidOtherReason)))
    }

    /// A block that the peer has, whole.
    pub async fn block(&self, number: BlockNumber) -> Result<Block, ClientError> {
        let stop = SeekPosition::Number(number);
        let seek = SeekInfo { stop, fail_if_not_ready: true, ..SeekInfo::from(number) };
        let payload = seek.payload(&self.channel, self.identity.serialized(), now(), Bytes::new());
        let request = Envelope { signature: self.identity.sign(&payload), payload };
        let mut client = DeliverClient::new(self.connection.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX);
        let failed = |status: tonic::Status| ClientError::from_status(&status);
        let requests = tokio_stream::iter([request]);
        let answer = client.deliver(requests).await.map_err(failed)?.into_inner().message().await.map_err(failed)?;
        let refuse = |reason: String| ClientError::Answer { reason };
        match answer.and_then(|answer| answer.r#type) {
            Some(Type::Block(block)) => Block::from_message(block).map_err(|error| refuse(error.to_string())),
            Some(Type::Status(status)) if status == Status::NotFound as i32 => Err(refuse("not there yet".to_owned())),
            other => Err(refuse(format!("{other:?} in place of block {number}"))),
        }
    }

    /// Endorses, submits, and waits until the transaction is valid in a block.
    pub async fn transact(&self, call: Call) -> Result<Committed, ClientError> {
        let prepared = self.endorse(call).await?;
        self.finish(prepared).await
    }

    /// Submits a prepared transaction and waits until it is valid in a block.
    pub async fn finish(&self, prepared: Prepared) -> Result<Committed, ClientError> {
        // Before it is submitted, so that its block cannot pass unseen.
        let waiting = self.verdicts.as_deref().and_then(|verdicts| verdicts.wait_for(prepared.tx_id));
        self.submit(&prepared).await?;
        let told = match waiting {
            Some(waiting) => waiting.verdict().await,
            None => None,
        };
        let (block, code) = match told {
            Some(verdict) => verdict,
            None => self.commit_status(prepared.tx_id).await?,
        };
        if !code.is_valid() {
            return Err(ClientError::Invalid { tx_id: prepared.tx_id.to_string(), block, code });
        }
        let Prepared { tx_id, result, event, .. } = prepared;
        Ok(Committed { tx_id, result, event, block })
    }

    fn propose(&self, call: Call, channel: &str) -> (SignedProposal, TxId) {
        let chaincode = if call.chaincode.is_empty() { self.chaincode.to_string() } else { call.chaincode };
        let proposal = NewProposal {
            creator: self.identity.serialized().clone(),
            channel_id: channel.to_owned(),
            chaincode,
            args: call.args,
            transient: call.transient,
            timestamp: now(),
            nonce: nonce(),
        };
        let (proposal_bytes, tx_id) = proposal.build();
        let signature = self.identity.sign(&proposal_bytes);
        (SignedProposal { proposal_bytes, signature }, tx_id)
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp {
        seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(since.subsec_nanos()).unwrap_or(0),
    }
}

/// Fresh random bytes. Where the system has none to give, the clock's nanoseconds keep transaction ids apart; a
/// repeated id would only be refused.
fn nonce() -> Bytes {
    let mut nonce = [0u8; NONCE_BYTES];
    if getrandom::fill(&mut nonce).is_err() {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        nonce[..16].copy_from_slice(&since.as_nanos().to_be_bytes());
    }
    Bytes::copy_from_slice(&nonce)
}
