//! A consortium of two organisations on disk, a real orderer over real TLS, and clients of it.
#![allow(dead_code, unreachable_pub, reason = "each test is a crate of its own, and none uses all of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use folio_ca::{Credential, Enrolment, Organisation, Validity};
use folio_crypto::Curve;
use folio_msp::SigningIdentity;
use folio_orderer::{Config, ConsensusKind, IdentityFiles, Orderer, OrdererError, TlsFiles};
use folio_proto::common::{self, Envelope, Status};
use folio_proto::orderer::BroadcastResponse;
use folio_proto::orderer::atomic_broadcast_client::AtomicBroadcastClient;
use folio_proto::orderer::deliver_response::Type;
use folio_types::{ConfigPolicy, MetaRule, Principal, Role, SignaturePolicy, SignatureRule};
use folio_wire::config::{
    self, BatchSize, BatchTimeout, BlockDataHashingStructure, Capabilities, ConfigGroup, ConsensusType,
    HashingAlgorithm, MspConfig, NodeOus, OrdererAddresses,
};
use folio_wire::{Block, HeaderType, SeekInfo, Timestamp, encode_signature_header, tx_id};
use prost::Message;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

pub const CHANNEL: &str = "folio";
pub const ABSOLUTE_BYTES_MAX: u32 = 1024 * 1024;

/// 2020 to 2120.
pub const CENTURY: Validity = Validity::days(1_577_836_800, 36_500);

/// How the channel cuts batches.
#[derive(Clone, Copy)]
pub struct Cutting {
    pub messages_max: u32,
    pub preferred_bytes: u32,
    pub timeout: Duration,
}

impl Default for Cutting {
    fn default() -> Self {
        Self { messages_max: 10, preferred_bytes: ABSOLUTE_BYTES_MAX / 2, timeout: Duration::from_millis(50) }
    }
}

/// Organisations, their files, and the channel's block 0.
pub struct Consortium {
    pub folder: TempDir,
    pub ordering: Organisation,
    pub aurora: Organisation,
    pub genesis: Block,
}

impl Consortium {
    pub fn new(cutting: Cutting) -> Self {
        Self::on(Curve::Secp256k1, cutting)
    }

    /// A consortium whose identities have keys on one curve.
    pub fn on(curve: Curve, cutting: Cutting) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ordering = Organisation::create("OrdererMSP", curve, CENTURY).unwrap();
        let aurora = Organisation::create("AuroraMSP", curve, CENTURY).unwrap();
        let config = config::Config { sequence: 0, channel: channel_group(&ordering, &aurora, cutting) };
        let genesis = config::genesis_block(CHANNEL, &config, Timestamp::default(), &Bytes::from_static(b"nonce"));
        std::fs::write(folder.path().join("genesis.block"), genesis.encode()).unwrap();
        enrol(&ordering, Role::Orderer, curve, CENTURY).save(&folder.path().join("identity")).unwrap();
        let server = ordering.issue_server("orderer", &["localhost", "127.0.0.1"], CENTURY).unwrap();
        server.save(&folder.path().join("tls")).unwrap();
        Self { folder, ordering, aurora, genesis }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The configuration of the orderer, on a free port.
    pub fn config(&self) -> Config {
        Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            data: "data".into(),
            genesis: vec!["genesis.block".into()],
            identity: IdentityFiles {
                msp_id: "OrdererMSP".to_owned(),
                certificate: "identity/cert.pem".into(),
                key: "identity/key.pem".into(),
            },
            tls: TlsFiles { certificate: "tls/cert.pem".into(), key: "tls/key.pem".into(), client_roots: None },
            consensus: ConsensusKind::Solo,
            check_threads: 0,
            log: "info".to_owned(),
        }
        .under(self.folder.path())
    }

    /// A client of the organisation that writes and reads.
    pub fn client(&self) -> SigningIdentity {
        identity(&self.aurora, Role::Client, CENTURY)
    }

    pub fn roots(&self) -> String {
        self.ordering.tls_authority().certificate_pem().to_owned()
    }
}

pub fn enrol(organisation: &Organisation, role: Role, curve: Curve, validity: Validity) -> Credential {
    let enrolment = Enrolment { common_name: format!("{role:?}"), role, attributes: BTreeMap::new() };
    organisation.enrol(&enrolment, curve, validity).unwrap()
}

pub fn identity(organisation: &Organisation, role: Role, validity: Validity) -> SigningIdentity {
    let credential = enrol(organisation, role, Curve::Secp256k1, validity);
    SigningIdentity::new(organisation.msp_id(), &credential.certificate_pem, credential.key).unwrap()
}

fn channel_group(ordering: &Organisation, aurora: &Organisation, cutting: Cutting) -> ConfigGroup {
    let mut channel = ConfigGroup::default();
    channel.set(&HashingAlgorithm, "Admins");
    channel.set(&BlockDataHashingStructure, "Admins");
    channel.set(&OrdererAddresses(vec!["localhost:7050".to_owned()]), "Admins");
    channel.set(&Capabilities(BTreeSet::from(["V3_0".to_owned()])), "Admins");
    set_meta_policies(&mut channel);

    let mut orderer = ConfigGroup::default();
    let size = BatchSize {
        envelopes_max: cutting.messages_max,
        bytes_max: cutting.preferred_bytes.max(ABSOLUTE_BYTES_MAX),
        preferred_bytes_max: cutting.preferred_bytes,
    };
    orderer.set(&size, "Admins");
    orderer.set(&BatchTimeout(cutting.timeout), "Admins");
    orderer.set(&ConsensusType { name: "solo".to_owned(), metadata: Bytes::new() }, "Admins");
    orderer.set(&Capabilities(BTreeSet::from(["V2_0".to_owned()])), "Admins");
    set_meta_policies(&mut orderer);
    let writers = ConfigPolicy::ImplicitMeta { sub_policy: "Writers".to_owned(), rule: MetaRule::Any };
    orderer.set_policy("BlockValidation", writers, "Admins");
    orderer.groups.insert("OrdererMSP".to_owned(), organisation_group(ordering, &[Role::Orderer]));

    let mut application = ConfigGroup::default();
    application.set(&Capabilities(BTreeSet::from(["V2_5".to_owned()])), "Admins");
    set_meta_policies(&mut application);
    application.groups.insert("AuroraMSP".to_owned(), organisation_group(aurora, &[Role::Client, Role::Admin]));

    channel.groups.insert(config::ORDERER_GROUP.to_owned(), orderer);
    channel.groups.insert(config::APPLICATION_GROUP.to_owned(), application);
    channel
}

fn organisation_group(organisation: &Organisation, writers: &[Role]) -> ConfigGroup {
    let pem = |text: &str| vec![Bytes::copy_from_slice(text.as_bytes())];
    let msp = MspConfig {
        msp_id: organisation.msp_id().to_owned(),
        root_certs: pem(organisation.identity_authority().certificate_pem()),
        tls_root_certs: pem(organisation.tls_authority().certificate_pem()),
        node_ous: Some(NodeOus::usual()),
        accepts_secp256k1: true,
        ..MspConfig::default()
    };
    let mut group = ConfigGroup::default();
    group.set(&msp, "Admins");
    group.set_policy("Readers", any_of(&msp.msp_id, &[Role::Client, Role::Peer, Role::Admin]), "Admins");
    group.set_policy("Writers", any_of(&msp.msp_id, writers), "Admins");
    group.set_policy("Admins", any_of(&msp.msp_id, &[Role::Admin]), "Admins");
    group
}

fn any_of(msp_id: &str, roles: &[Role]) -> ConfigPolicy {
    ConfigPolicy::Signature(SignaturePolicy {
        rule: SignatureRule::NOutOf { n: 1, rules: (0..roles.len()).map(SignatureRule::SignedBy).collect() },
        principals: roles.iter().map(|role| Principal { msp_id: msp_id.to_owned(), role: *role }).collect(),
    })
}

fn set_meta_policies(group: &mut ConfigGroup) {
    for (name, rule) in [("Readers", MetaRule::Any), ("Writers", MetaRule::Any), ("Admins", MetaRule::Majority)] {
        group.set_policy(name, ConfigPolicy::ImplicitMeta { sub_policy: name.to_owned(), rule }, "Admins");
    }
}

/// A running orderer with threads of its own, so that it can be killed.
pub struct Server {
    runtime: Runtime,
    orderer: Orderer,
}

impl Server {
    /// Starts an orderer; waits while a killed one still holds the folder.
    pub async fn start(config: Config) -> Self {
        loop {
            match Self::try_start(config.clone()).await {
                Ok(server) => return server,
                Err(OrdererError::InUse { .. }) => tokio::task::yield_now().await,
                Err(OrdererError::Store { source: folio_ledger::LedgerError::Locked { .. }, .. }) => {
                    tokio::task::yield_now().await
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    pub async fn try_start(config: Config) -> Result<Self, OrdererError> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        match runtime.spawn(Orderer::start(config)).await.unwrap() {
            Ok(orderer) => Ok(Self { runtime, orderer }),
            Err(error) => {
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    /// Ends it as SIGTERM does.
    pub async fn stop(self) {
        self.runtime.spawn(self.orderer.shutdown()).await.unwrap().unwrap();
        self.runtime.shutdown_background();
    }

    /// Drops everything where it stands.
    pub fn kill(self) {
        self.runtime.shutdown_background();
        drop(self.orderer);
    }

    pub async fn connect(&self, consortium: &Consortium) -> AtomicBroadcastClient<Channel> {
        self.connect_as(consortium, None).await.unwrap()
    }

    /// Connects with a TLS certificate of the client, or without.
    pub async fn connect_as(
        &self,
        consortium: &Consortium,
        own: Option<&Credential>,
    ) -> Result<AtomicBroadcastClient<Channel>, tonic::transport::Error> {
        connect_to(self.orderer.address(), consortium, own).await
    }
}

/// A client of the orderer at an address, with a TLS certificate of its own or without.
pub async fn connect_to(
    address: SocketAddr,
    consortium: &Consortium,
    own: Option<&Credential>,
) -> Result<AtomicBroadcastClient<Channel>, tonic::transport::Error> {
    let roots = Certificate::from_pem(consortium.roots());
    let mut tls = ClientTlsConfig::new().ca_certificate(roots).domain_name("localhost");
    if let Some(own) = own {
        let key = own.key.to_pkcs8_pem().unwrap();
        tls = tls.identity(Identity::from_pem(&own.certificate_pem, key.as_bytes()));
    }
    let endpoint = Endpoint::from_shared(format!("https://{address}")).unwrap().tls_config(tls)?;
    let channel = endpoint.tcp_nodelay(true).connect().await?;
    Ok(AtomicBroadcastClient::new(channel).max_decoding_message_size(100 * 1024 * 1024))
}

/// What goes into an envelope, each part open to be spoilt.
pub struct Draft {
    pub kind: i32,
    pub channel: String,
    pub epoch: u64,
    pub creator: Bytes,
    pub nonce: Bytes,
    pub data: Bytes,
}

impl Draft {
    /// A transaction that no peer would find valid, but every orderer orders.
    pub fn new(creator: &SigningIdentity, number: u64) -> Self {
        Self {
            kind: HeaderType::EndorserTransaction.number(),
            channel: CHANNEL.to_owned(),
            epoch: 0,
            creator: creator.serialized().clone(),
            nonce: Bytes::copy_from_slice(&number.to_be_bytes()),
            data: Bytes::from(format!("transaction {number}")),
        }
    }

    pub fn sign(self, signer: &SigningIdentity) -> Envelope {
        let channel_header = common::ChannelHeader {
            r#type: self.kind,
            channel_id: self.channel,
            tx_id: tx_id(&self.nonce, &self.creator).to_string(),
            epoch: self.epoch,
            ..Default::default()
        };
        let header = common::Header {
            channel_header: channel_header.encode_to_vec().into(),
            signature_header: encode_signature_header(&self.creator, &self.nonce),
        };
        let payload = common::Payload { header: Some(header), data: self.data }.encode_to_vec();
        Envelope { signature: signer.sign(&payload).into(), payload: payload.into() }
    }
}

pub fn envelope(signer: &SigningIdentity, number: u64) -> Envelope {
    Draft::new(signer, number).sign(signer)
}

/// An open Broadcast stream.
pub struct Broadcasting {
    pub envelopes: mpsc::Sender<Envelope>,
    pub answers: Streaming<BroadcastResponse>,
}

pub async fn broadcasting(client: &mut AtomicBroadcastClient<Channel>) -> Broadcasting {
    let (envelopes, stream) = mpsc::channel(10_000);
    let answers = client.broadcast(ReceiverStream::new(stream)).await.unwrap().into_inner();
    Broadcasting { envelopes, answers }
}

impl Broadcasting {
    pub async fn answer(&mut self) -> (Status, String) {
        let answer = self.answers.next().await.unwrap().unwrap();
        (answer.status(), answer.info)
    }
}

/// Broadcasts envelopes on one stream, and expects all of them to be ordered.
pub async fn order(client: &mut AtomicBroadcastClient<Channel>, envelopes: Vec<Envelope>) {
    let count = envelopes.len();
    let answers = client.broadcast(tokio_stream::iter(envelopes)).await.unwrap().into_inner();
    let answers: Vec<_> = answers.map(|answer| answer.unwrap()).collect().await;
    assert_eq!(answers.len(), count);
    assert!(answers.iter().all(|answer| answer.status() == Status::Success), "{answers:?}");
}

pub fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp { seconds: now.as_secs() as i64, nanos: 0 }
}

/// A signed request for blocks.
pub fn seek(signer: &SigningIdentity, seek: SeekInfo) -> Envelope {
    seek_at(signer, CHANNEL, seek, now(), Bytes::new())
}

pub fn seek_at(
    signer: &SigningIdentity,
    channel: &str,
    seek: SeekInfo,
    timestamp: Timestamp,
    tls_cert_hash: Bytes,
) -> Envelope {
    let payload = seek.payload(channel, signer.serialized(), timestamp, tls_cert_hash);
    Envelope { signature: signer.sign(&payload).into(), payload }
}

/// An open Deliver stream.
pub struct Delivering {
    pub requests: mpsc::Sender<Envelope>,
    pub answers: Streaming<folio_proto::orderer::DeliverResponse>,
}

pub async fn delivering(client: &mut AtomicBroadcastClient<Channel>) -> Delivering {
    let (requests, stream) = mpsc::channel(16);
    let answers = client.deliver(ReceiverStream::new(stream)).await.unwrap().into_inner();
    Delivering { requests, answers }
}

impl Delivering {
    /// The next answer; none when the stream has ended.
    pub async fn answer(&mut self) -> Option<Type> {
        Some(self.answers.next().await?.unwrap().r#type.unwrap())
    }

    pub async fn block(&mut self) -> Block {
        match self.answer().await {
            Some(Type::Block(block)) => Block::from_message(block).unwrap(),
            other => panic!("expected a block, got {other:?}"),
        }
    }

    /// The blocks that come before a status, and that status.
    pub async fn request(&mut self, request: Envelope) -> (Vec<Block>, Status) {
        self.requests.send(request).await.unwrap();
        let mut blocks = Vec::new();
        loop {
            match self.answer().await.unwrap() {
                Type::Block(block) => blocks.push(Block::from_message(block).unwrap()),
                Type::Status(status) => return (blocks, Status::try_from(status).unwrap()),
            }
        }
    }
}

/// The chain from block 0 on until it holds so many transactions.
pub async fn chain(
    client: &mut AtomicBroadcastClient<Channel>,
    signer: &SigningIdentity,
    transactions: usize,
) -> Vec<Block> {
    let mut stream = delivering(client).await;
    stream.requests.send(seek(signer, SeekInfo::from(0))).await.unwrap();
    let mut blocks = vec![stream.block().await];
    while blocks.iter().skip(1).map(|block| block.data.len()).sum::<usize>() < transactions {
        blocks.push(stream.block().await);
    }
    blocks
}

/// The envelopes of a chain in order, genesis left out.
pub fn envelopes(chain: &[Block]) -> Vec<Bytes> {
    chain.iter().skip(1).flat_map(|block| block.data.clone()).collect()
}

pub fn encoded(envelope: &Envelope) -> Bytes {
    envelope.encode_to_vec().into()
}

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
