//! A proposal of which any part can be spoilt, sent as it is.

use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use folio_client::{Call, Identity};
use folio_proto::common::Envelope;
use folio_proto::gateway::gateway_client::GatewayClient;
use folio_proto::gateway::{EndorseRequest, ErrorDetail, SubmitRequest};
use folio_proto::google;
use folio_proto::protos::SignedProposal;
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_wire::NewProposal;
use prost::Message;
use tonic::Status;
use tonic::transport::Channel;

use crate::TestNetwork;
use crate::deliver::now;

/// How a signature comes about.
pub type Sign = fn(&Identity, &[u8]) -> Bytes;

/// A proposal before it is signed.
#[derive(Clone)]
pub struct Draft {
    /// Who asks.
    pub identity: Arc<Identity>,
    /// The channel.
    pub channel: String,
    /// The chaincode.
    pub chaincode: String,
    /// What is called.
    pub call: Call,
    /// The client's clock is off by so many seconds.
    pub clock_off_seconds: i64,
    /// How it is signed.
    pub sign: Sign,
}

impl Draft {
    /// A sound proposal.
    pub fn new(network: &TestNetwork, identity: Arc<Identity>, call: Call) -> Self {
        let channel = network.network().topology().channel.clone();
        Self { identity, channel, chaincode: "loyalty".to_owned(), call, clock_off_seconds: 0, sign: Identity::sign }
    }

    /// The proposal as it travels, and the id of its transaction.
    pub fn build(&self) -> Result<(SignedProposal, String)> {
        let mut nonce = [0u8; 24];
        getrandom::fill(&mut nonce).context("the system gives no random bytes")?;
        let mut timestamp = now();
        timestamp.seconds += self.clock_off_seconds;
        let proposal = NewProposal {
            creator: self.identity.serialized().clone(),
            channel_id: self.channel.clone(),
            chaincode: self.chaincode.clone(),
            args: self.call.args.clone(),
            transient: self.call.transient.clone(),
            timestamp,
            nonce: Bytes::copy_from_slice(&nonce),
        };
        let (proposal_bytes, tx_id) = proposal.build();
        let signature = (self.sign)(&self.identity, &proposal_bytes);
        Ok((SignedProposal { proposal_bytes, signature }, tx_id.to_string()))
    }
}

impl TestNetwork {
    /// Asks the gateway of Aurora to have a proposal endorsed: the payload to sign, or all that was said against it.
    pub async fn endorse(&self, draft: &Draft, proposal: SignedProposal, tx_id: &str) -> Result<Result<Bytes, String>> {
        let request = EndorseRequest {
            transaction_id: tx_id.to_owned(),
            channel_id: draft.channel.clone(),
            proposed_transaction: Some(proposal),
            endorsing_organizations: Vec::new(),
        };
        match self.gateway().await?.endorse(request).await {
            Ok(answer) => Ok(Ok(answer.into_inner().prepared_transaction.unwrap_or_default().payload)),
            Err(status) => Ok(Err(text_of(&status))),
        }
    }

    /// Hands an envelope to the gateway of Aurora, which has it ordered.
    pub async fn order(&self, draft: &Draft, payload: &Bytes, tx_id: &str) -> Result<()> {
        let envelope = Envelope { payload: payload.clone(), signature: draft.identity.sign(payload) };
        let request = SubmitRequest {
            transaction_id: tx_id.to_owned(),
            channel_id: draft.channel.clone(),
            prepared_transaction: Some(envelope),
        };
        self.gateway().await?.submit(request).await?;
        Ok(())
    }

    /// The gateway of Aurora, unguarded by a client.
    pub async fn gateway(&self) -> Result<GatewayClient<Channel>> {
        Ok(GatewayClient::new(self.peer("aurora").await?).max_encoding_message_size(MESSAGE_BYTES_MAX))
    }
}

/// Everything that a status says.
pub fn text_of(status: &Status) -> String {
    let details = google::rpc::Status::decode(status.details()).map(|status| status.details).unwrap_or_default();
    let details = details.iter().filter_map(|any| ErrorDetail::decode(&any.value[..]).ok());
    let details: Vec<_> = details.map(|detail| detail.message).collect();
    format!("{:?}: {} {}", status.code(), status.message(), details.join("; "))
}
