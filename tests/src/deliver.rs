//! What the peers say about the end of the chain.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use folio_client::Identity;
use folio_proto::common::{Envelope, Status};
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use folio_proto::protos::deliver_client::DeliverClient;
use folio_proto::{orderer, protos};
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_wire::{Block, SeekInfo, SeekPosition, Timestamp};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use crate::TestNetwork;

/// How long a peer may take to catch up with the orderer.
const CATCH_UP_MAX: Duration = Duration::from_secs(20);
const CATCH_UP_POLL: Duration = Duration::from_millis(20);

/// The end of a peer's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Number of the last block.
    pub number: u64,
    /// Hash of its header.
    pub hash: String,
    /// Hash of all state changes up to it.
    pub commit_hash: String,
}

impl TestNetwork {
    /// Waits until every peer has what the orderer has, and gives the one end of all their chains.
    pub async fn agreed_tip(&self) -> Result<Tip> {
        let ordered = self.last_ordered().await?;
        let mut tips = BTreeMap::new();
        for organisation in &self.network().topology().organisations {
            tips.insert(organisation.name.clone(), self.tip_at(&organisation.name, ordered.number).await?);
        }
        let first = tips.values().next().context("no peer")?.clone();
        ensure!(tips.values().all(|tip| *tip == first), "the peers disagree: {tips:?}");
        ensure!(first.hash == hex::encode(ordered.header_hash()), "the peers have another block than the orderer");
        Ok(first)
    }

    /// The last block of the orderer.
    pub async fn last_ordered(&self) -> Result<Block> {
        let identity = self.identity("aurora", "pms")?;
        let mut client = AtomicBroadcastClient::new(self.orderer().await?).max_decoding_message_size(MESSAGE_BYTES_MAX);
        let request = self.seek(&identity, SeekPosition::Newest, SeekPosition::Newest);
        let answer = client.deliver(tokio_stream::iter([request])).await?.into_inner().message().await?;
        match answer.and_then(|answer| answer.r#type) {
            Some(orderer::deliver_response::Type::Block(block)) => Ok(Block::from_message(block)?),
            other => bail!("the orderer answered {other:?} in place of a block"),
        }
    }

    /// Blocks of an organisation's peer, waiting until the peer has the last of them.
    pub async fn blocks(&self, organisation: &str, numbers: RangeInclusive<u64>) -> Result<Vec<Block>> {
        let deadline = Instant::now() + CATCH_UP_MAX;
        let mut client =
            DeliverClient::new(self.peer(organisation).await?).max_decoding_message_size(MESSAGE_BYTES_MAX);
        let identity = self.identity(organisation, "pms")?;
        let (first, last) = (SeekPosition::Number(*numbers.start()), SeekPosition::Number(*numbers.end()));
        loop {
            let request = self.seek(&identity, first, last);
            let mut answers = client.deliver(tokio_stream::iter([request])).await?.into_inner();
            let mut blocks = Vec::new();
            for number in numbers.clone() {
                match answers.message().await?.and_then(|answer| answer.r#type) {
                    Some(protos::deliver_response::Type::Block(block)) => blocks.push(Block::from_message(block)?),
                    // A peer waits for its next block only; one that is further behind says so at once.
                    Some(protos::deliver_response::Type::Status(status))
                        if status == i32::from(Status::NotFound) && Instant::now() < deadline =>
                    {
                        break;
                    }
                    other => bail!("the peer of {organisation} answered {other:?} in place of block {number}"),
                }
            }
            if !blocks.is_empty() {
                return Ok(blocks);
            }
            tokio::time::sleep(CATCH_UP_POLL).await;
        }
    }

    async fn tip_at(&self, organisation: &str, number: u64) -> Result<Tip> {
        let mut blocks = self.blocks(organisation, number..=number).await?;
        let block = blocks.pop().context("no block")?;
        let commit_hash = block.commit_hash()?.with_context(|| format!("block {number} has no commit hash"))?;
        Ok(Tip { number, hash: hex::encode(block.header_hash()), commit_hash: hex::encode(commit_hash) })
    }

    /// A connection to an organisation's peer.
    pub async fn peer(&self, organisation: &str) -> Result<Channel> {
        let root = std::fs::read_to_string(self.network().tls_root(organisation))?;
        self.channel_to(&format!("peer0.{organisation}"), &root).await
    }

    /// A connection to a process over TLS.
    pub async fn channel_to(&self, process: &str, tls_root: &str) -> Result<Channel> {
        let address = self.process(process)?.address;
        let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(tls_root)).domain_name("localhost");
        let endpoint = Endpoint::from_shared(format!("https://{address}"))?.tls_config(tls)?.tcp_nodelay(true);
        endpoint.connect().await.with_context(|| format!("cannot reach {process} at {address}"))
    }

    /// A request for blocks.
    pub fn seek(&self, identity: &Identity, start: SeekPosition, stop: SeekPosition) -> Envelope {
        let info = SeekInfo { start, stop, ..SeekInfo::from(0) };
        let channel = &self.network().topology().channel;
        let payload = info.payload(channel, identity.serialized(), now(), Bytes::new());
        Envelope { signature: identity.sign(&payload), payload }
    }
}

/// The moment, as headers have it.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp { seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX), nanos: 0 }
}
