//! The endorsers of other organisations.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use folio_types::BlockNumber;
use folio_wire::{ProposalResponse, SignedProposal};
use tonic::transport::Channel;

use crate::endorsing::EndorsementStream;
use crate::status::Detail;

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
    by_organisation: BTreeMap<String, (Vec<Asked>, AtomicUsize)>,
}

/// A peer with the stream on which it is asked.
struct Asked {
    peer: RemotePeer,
    stream: EndorsementStream,
}

impl Peers {
    pub(crate) fn new(peers: Vec<RemotePeer>) -> Self {
        let mut by_organisation: BTreeMap<String, (Vec<Asked>, AtomicUsize)> = BTreeMap::new();
        for peer in peers {
            let stream = EndorsementStream::start(peer.address.clone(), peer.channel.clone());
            by_organisation.entry(peer.msp_id.clone()).or_default().0.push(Asked { peer, stream });
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
            let Asked { peer, stream } = &peers[first.wrapping_add(offset) % peers.len()];
            match stream.ask(proposal, height).await {
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
