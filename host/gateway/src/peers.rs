//! The endorsers of other organisations.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use folio_proto::protos;
use folio_proto::protos::endorser_client::EndorserClient;
use folio_types::BlockNumber;
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_wire::{ProposalResponse, SignedProposal};
use tonic::Request;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;

use crate::status::Detail;

/// Longest wait for one endorsement.
pub const ENDORSEMENT_MS_MAX: u64 = 10_000;

/// The gRPC header that carries the height at which the asking peer simulates. An endorser that is behind waits for it.
pub const HEIGHT_HEADER: &str = "folio-height";

/// A peer of another organisation.
#[derive(Clone)]
pub struct RemotePeer {
    /// Its organisation.
    pub msp_id: String,
    /// Host and port, for error details.
    pub address: String,
    /// The connection, made when first used.
    pub channel: Channel,
}

/// The peers that can be asked, by organisation. Those of one organisation take turns.
pub(crate) struct Peers {
    by_organisation: BTreeMap<String, (Vec<RemotePeer>, AtomicUsize)>,
}

impl Peers {
    pub(crate) fn new(peers: Vec<RemotePeer>) -> Self {
        let mut by_organisation: BTreeMap<String, (Vec<RemotePeer>, AtomicUsize)> = BTreeMap::new();
        for peer in peers {
            by_organisation.entry(peer.msp_id.clone()).or_default().0.push(peer);
        }
        Self { by_organisation }
    }

    /// Whether an organisation has a peer that can be asked.
    pub(crate) fn has(&self, msp_id: &str) -> bool {
        self.by_organisation.contains_key(msp_id)
    }

    /// Asks the organisation's peers in turn until one answers.
    pub(crate) async fn endorse(
        &self,
        msp_id: &str,
        proposal: &SignedProposal,
        height: BlockNumber,
    ) -> Result<ProposalResponse, Vec<Detail>> {
        let Some((peers, turn)) = self.by_organisation.get(msp_id) else {
            let message = format!("no peer of {msp_id} is known");
            return Err(vec![Detail { address: String::new(), msp_id: msp_id.to_owned(), message }]);
        };
        let first = turn.fetch_add(1, Ordering::Relaxed);
        let mut failures = Vec::new();
        for offset in 0..peers.len() {
            let peer = &peers[first.wrapping_add(offset) % peers.len()];
            match ask(peer, proposal, height).await {
                Ok(response) => return Ok(response),
                Err(message) => {
                    let (address, msp_id) = (peer.address.clone(), peer.msp_id.clone());
                    failures.push(Detail { address, msp_id, message });
                }
            }
        }
        Err(failures)
    }
}

async fn ask(peer: &RemotePeer, proposal: &SignedProposal, height: BlockNumber) -> Result<ProposalResponse, String> {
    let mut client = EndorserClient::new(peer.channel.clone())
        .max_decoding_message_size(MESSAGE_BYTES_MAX)
        .max_encoding_message_size(MESSAGE_BYTES_MAX);
    let mut request = Request::new(proposal.to_message());
    request.set_timeout(Duration::from_millis(ENDORSEMENT_MS_MAX));
    request.metadata_mut().insert(HEIGHT_HEADER, MetadataValue::from(height));
    let response: protos::ProposalResponse =
        client.process_proposal(request).await.map_err(|status| status.message().to_owned())?.into_inner();
    ProposalResponse::from_message(response).map_err(|error| error.to_string())
}
