//! The peer, put together and run.

use std::future::Future;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use folio_channel::ChannelConfig;
use folio_crypto::{SigningKey, read_key_file};
use folio_endorser::{Endorser, EndorserSettings};
use folio_gateway::{Broadcaster, Gateway, LocalPeer, Notifier, RemotePeer};
use folio_ledger::{Commit, Ledger, LedgerOptions, TransactionRecord};
use folio_msp::SigningIdentity;
use folio_process::{KeyPair, server_tls};
use folio_proto::folio::v1::endorsing_server::EndorsingServer;
use folio_proto::gateway::gateway_server::GatewayServer;
use folio_proto::protos::deliver_server::DeliverServer;
use folio_proto::protos::endorser_server::EndorserServer;
use folio_runtime::{Runtime, RuntimeConfig};
use folio_types::limits::MESSAGE_BYTES_MAX;
use folio_types::{UpdateBatch, ValidationCode, implicit_collection};
use folio_validator::OwnEndorsements;
use folio_wire::Block;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Server};

use crate::config::Config;
use crate::deliver_service::DeliverService;
use crate::endorser_service::{EndorserService, REQUEST_BYTES_MAX};
use crate::fetch::{BLOCKS_QUEUED_MAX, Fetcher, Source, Tip};
use crate::pipeline::Pipeline;
use crate::{PeerError, clock};

/// Most streams that one connection may have open.
const STREAMS_PER_CONNECTION_MAX: u32 = 4096;

/// Runs a peer until `shutdown` is ready, or until its own state is in doubt.
pub async fn run(config: Config, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), PeerError> {
    let parts = Parts::assemble(&config)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| network(format!("listening on {}", config.listen), &error))?;
    let (stopped, stop) = oneshot::channel();
    let (blocks, received) = mpsc::channel(BLOCKS_QUEUED_MAX);
    let fetcher = tokio::spawn(parts.fetcher(blocks).run());
    let pipeline = parts.pipeline(config.check_threads());
    let committer = thread::Builder::new()
        .name("commit".to_owned())
        .spawn(move || _ = stopped.send(pipeline.run(received)))
        .map_err(|error| network("starting the commit thread".to_owned(), &error))?;
    tracing::info!(peer = config.name, listen = %config.listen, channel = parts.channel.id(), height = parts.ledger.height(), "ready");
    let served = parts.serve(&config, listener, shutdown, stop).await;
    // Without the fetcher no block comes, and the committer ends after the one that it has.
    fetcher.abort();
    let _ = fetcher.await;
    let _ = tokio::task::spawn_blocking(move || committer.join()).await;
    served
}

/// What a peer is made of.
struct Parts {
    channel: Arc<ChannelConfig>,
    ledger: Arc<Ledger>,
    identity: Arc<SigningIdentity>,
    own: Arc<OwnEndorsements>,
    notifier: Arc<Notifier>,
    gateway: Gateway,
    sources: Vec<Source>,
}

impl Parts {
    fn assemble(config: &Config) -> Result<Self, PeerError> {
        let genesis = read_genesis(&config.genesis)?;
        let refused = |reason: String| PeerError::Genesis { path: config.genesis.clone(), reason };
        let channel = ChannelConfig::from_block(&genesis).map_err(|error| refused(error.to_string()))?;
        let channel = Arc::new(channel);
        let ledger = Arc::new(open_ledger(config, &genesis)?);
        let identity = Arc::new(read_identity(&config.msp_id, &config.identity)?);
        let chaincode = |error: &dyn std::fmt::Display| PeerError::Chaincode { reason: error.to_string() };
        let runtime = Runtime::new(&RuntimeConfig { cache_dir: config.compiled() });
        let runtime = Arc::new(runtime.map_err(|error| chaincode(&error))?);
        let own = Arc::new(OwnEndorsements::default());
        let endorser = Endorser::new(
            Arc::clone(&channel),
            Arc::clone(&ledger),
            runtime,
            &config.data.join("chaincode"),
            Arc::clone(&identity),
            Arc::clone(&own),
            EndorserSettings { timestamp_window_seconds: config.timestamp_window_seconds },
            Arc::new(|| clock::now().0),
        )
        .map_err(|error| chaincode(&error))?;
        let notifier = Arc::new(Notifier::new(ledger.height()));
        let sources = orderers(config, &channel)?;
        let broadcasters =
            sources.iter().map(|source| Broadcaster::start(source.address.clone(), source.channel.clone()));
        let gateway = Gateway::new(
            LocalPeer { msp_id: config.msp_id.clone(), address: config.listen.to_string() },
            Arc::clone(&channel),
            Arc::new(endorser),
            Arc::clone(&ledger),
            Arc::clone(&notifier),
            other_peers(config, &channel)?,
            broadcasters.collect(),
        );
        Ok(Self { channel, ledger, identity, own, notifier, gateway, sources })
    }

    fn fetcher(&self, out: mpsc::Sender<Block>) -> Fetcher {
        let tip = self.ledger.tip();
        Fetcher {
            channel: Arc::clone(&self.channel),
            identity: Arc::clone(&self.identity),
            sources: self.sources.clone(),
            tip: Tip { height: tip.height, hash: tip.block_hash },
            out,
        }
    }

    fn pipeline(&self, threads: NonZeroUsize) -> Pipeline {
        Pipeline {
            channel: Arc::clone(&self.channel),
            ledger: Arc::clone(&self.ledger),
            own: Arc::clone(&self.own),
            notifier: Arc::clone(&self.notifier),
            threads,
            own_collection: implicit_collection(self.identity.msp_id()),
        }
    }

    async fn serve(
        &self,
        config: &Config,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
        stop: oneshot::Receiver<Result<(), PeerError>>,
    ) -> Result<(), PeerError> {
        let gateway = GatewayServer::new(self.gateway.clone())
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX);
        let endorser = EndorserService::new(self.gateway.clone());
        let endorsing = EndorsingServer::new(endorser.clone())
            .max_decoding_message_size(REQUEST_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX);
        let endorser = EndorserServer::new(endorser)
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX);
        let (closing, closes) = watch::channel(false);
        let deliver = DeliverService::new(&self.channel, &self.ledger, &self.notifier, closes);
        let deliver = DeliverServer::new(deliver).max_encoding_message_size(MESSAGE_BYTES_MAX);
        let mut server = Server::builder()
            .tls_config(server_tls(&config.tls)?)
            .map_err(|error| network("TLS".to_owned(), &error))?
            .tcp_nodelay(true)
            .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX);
        let (failed, failure) = oneshot::channel();
        let notifier = Arc::clone(&self.notifier);
        let end = async move {
            tokio::select! {
                () = shutdown => {}
                Ok(Err(error)) = stop => {
                    let _ = failed.send(error);
                }
            }
            // Whoever waits for blocks to come would keep the server from ending.
            closing.send_replace(true);
            notifier.close();
        };
        server
            .add_service(gateway)
            .add_service(endorser)
            .add_service(endorsing)
            .add_service(deliver)
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), end)
            .await
            .map_err(|error| network("serving".to_owned(), &error))?;
        // The sender is gone without a word when the peer was asked to end.
        failure.await.map_or(Ok(()), Err)
    }
}

fn read_genesis(path: &Path) -> Result<Block, PeerError> {
    let refused = |reason: String| PeerError::Genesis { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    Block::decode(&bytes.into()).map_err(|error| refused(error.to_string()))
}

/// Opens the ledger; a new one begins with block 0, and an old one must begin with the same.
fn open_ledger(config: &Config, genesis: &Block) -> Result<Ledger, PeerError> {
    let folder = config.data.join("ledger");
    let ledger = Ledger::open(&folder, LedgerOptions::default()).map_err(|reason| {
        if reason.is_damage() { PeerError::Damaged { folder: folder.clone(), reason } } else { reason.into() }
    })?;
    match ledger.block(0)? {
        None => {
            let record = TransactionRecord::new(None, ValidationCode::Valid, None);
            ledger.commit(Commit {
                block: genesis.clone(),
                transactions: vec![record],
                updates: UpdateBatch::default(),
                private: Vec::new(),
            })?;
        }
        Some(first) if first.header_hash() != genesis.header_hash() => {
            let reason = "the ledger begins with another block 0: it belongs to another network".to_owned();
            return Err(PeerError::Genesis { path: config.genesis.clone(), reason });
        }
        Some(_) => {}
    }
    Ok(ledger)
}

fn read_identity(msp_id: &str, files: &KeyPair) -> Result<SigningIdentity, PeerError> {
    let refused = |path: &Path, reason: String| PeerError::Identity { path: path.to_owned(), reason };
    let certificate =
        std::fs::read(&files.certificate).map_err(|error| refused(&files.certificate, error.to_string()))?;
    let pem = read_key_file(&files.key).map_err(|error| refused(&files.key, error.to_string()))?;
    let key = SigningKey::from_pkcs8_pem(&pem).map_err(|error| refused(&files.key, error.to_string()))?;
    SigningIdentity::new(msp_id, certificate, key).map_err(|error| refused(&files.certificate, error.to_string()))
}

fn orderers(config: &Config, channel: &ChannelConfig) -> Result<Vec<Source>, PeerError> {
    let configured = if config.orderers.is_empty() { channel.orderer_addresses() } else { &config.orderers };
    let roots = channel.orderer_tls_roots();
    let source = |address: &String| Ok(Source { address: address.clone(), channel: connect(address, &roots)? });
    configured.iter().map(source).collect()
}

/// The peers that the other organisations named in the channel's configuration.
fn other_peers(config: &Config, channel: &ChannelConfig) -> Result<Vec<RemotePeer>, PeerError> {
    let others = channel.organisations().iter().filter(|organisation| organisation.msp_id != config.msp_id);
    let mut peers = Vec::new();
    for organisation in others {
        for address in &organisation.anchor_peers {
            let channel = connect(address, &organisation.tls_roots)?;
            peers.push(RemotePeer { msp_id: organisation.msp_id.clone(), address: address.clone(), channel });
        }
    }
    Ok(peers)
}

/// A connection that is made when first used, and again after a break.
fn connect(address: &str, tls_roots: &[bytes::Bytes]) -> Result<Channel, PeerError> {
    let refused = |error: tonic::transport::Error| network(format!("address {address}"), &error);
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
    let tls = ClientTlsConfig::new().ca_certificates(tls_roots.iter().map(Certificate::from_pem)).domain_name(host);
    let endpoint = Endpoint::from_shared(format!("https://{address}")).map_err(refused)?;
    Ok(endpoint.tls_config(tls).map_err(refused)?.tcp_nodelay(true).connect_lazy())
}

fn network(what: String, error: &dyn std::fmt::Display) -> PeerError {
    PeerError::Network { what, reason: error.to_string() }
}
