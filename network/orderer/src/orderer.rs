//! An orderer: its channels and its server, from start to end.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use folio_crypto::{SigningKey, read_key_file};
use folio_deliver::Deliver;
use folio_msp::SigningIdentity;
use folio_process::ProcessError;
use folio_proto::orderer::atomic_broadcast_server::AtomicBroadcastServer;
use folio_types::limits::{ENVELOPE_BYTES_MAX, MESSAGE_BYTES_MAX};
use futures::future::select_all;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};

use crate::OrdererError;
use crate::broadcast::Broadcast;
use crate::chain::{self, ChainTasks};
use crate::channels::Channels;
use crate::check_pool::CheckPool;
use crate::config::{Config, IdentityFiles, TlsFiles};
use crate::genesis::Genesis;
use crate::service::Service;

/// Largest request: an envelope that is too large is still read, so that its sender is told so.
const REQUEST_BYTES_MAX: usize = 2 * ENVELOPE_BYTES_MAX;

/// What a sender may have under way on one stream before the orderer has read it.
const STREAM_WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// The same over all streams of a connection.
const CONNECTION_WINDOW_BYTES: u32 = 16 * 1024 * 1024;

/// Streams of one connection.
const STREAMS_MAX: u32 = 1024;

/// How often a silent connection is asked whether anybody is there: a reader may wait for blocks for hours.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);

/// How long the answer may take.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a stream may take to end when the orderer does.
const STREAMS_END_TIMEOUT: Duration = Duration::from_secs(5);

const FOLDER_MODE: u32 = 0o700;
const LOCK_MODE: u32 = 0o600;

/// A running orderer.
pub struct Orderer {
    address: SocketAddr,
    closing: watch::Sender<bool>,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
    chains: Vec<JoinHandle<Result<(), OrdererError>>>,
    _lock: File,
}

impl Orderer {
    /// Opens the channels and starts to serve. What is committed but not in a block yet becomes one in the background.
    pub async fn start(config: Config) -> Result<Self, OrdererError> {
        tracing::info!(?config, "starting");
        config.check().map_err(|reason| ProcessError::Config { path: Path::new("orderer").to_owned(), reason })?;
        let signer = Arc::new(read_identity(&config.identity)?);
        let tls = read_tls(&config.tls)?;
        let lock = lock_folder(&config.data)?;
        let (closing, closes) = watch::channel(false);
        let (channels, tasks) = open_channels(&config, &signer, &closes)?;

        let listener = TcpListener::bind(config.listen).await.map_err(OrdererError::io("listen on", config.listen))?;
        let address = listener.local_addr().map_err(OrdererError::io("listen on", config.listen))?;
        let checks = CheckPool::new(config.check_threads());
        let service = Service {
            broadcast: Broadcast::new(channels.clone(), checks, closes.clone()),
            deliver: Deliver::new(Arc::new(channels), closes.clone()),
        };
        let server = start_server(tls, listener, service, closes.clone())?;
        tracing::info!(%address, "serving");
        let chains = tasks.into_iter().map(|tasks| tokio::spawn(tasks.ended(closes.clone()))).collect();
        Ok(Self { address, closing, server, chains, _lock: lock })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until something stops that should not.
    pub async fn stopped(&mut self) -> OrdererError {
        let stopped = || OrdererError::Stopped { channel: "all".to_owned() };
        tokio::select! {
            (chain, at, _) = select_all(&mut self.chains) => {
                self.chains.swap_remove(at);
                chain.unwrap_or_else(|_| Err(stopped())).err().unwrap_or_else(stopped)
            }
            server = &mut self.server => match server {
                Ok(Err(error)) => error.into(),
                _ => stopped(),
            },
        }
    }

    /// Takes no more envelopes, orders and answers those that were found good, refuses what is still under check, and
    /// ends.
    pub async fn shutdown(self) -> Result<(), OrdererError> {
        self.closing.send_replace(true);
        for chain in self.chains {
            chain.await.unwrap_or_else(|error| Err(OrdererError::Stopped { channel: error.to_string() }))?;
        }
        // Everything is answered; a client that does not read its answers is not waited for.
        let mut server = self.server;
        match timeout(STREAMS_END_TIMEOUT, &mut server).await {
            Ok(Ok(Err(error))) => Err(error.into()),
            Ok(_) => Ok(()),
            Err(_) => {
                server.abort();
                Ok(())
            }
        }
    }
}

fn open_channels(
    config: &Config,
    signer: &Arc<SigningIdentity>,
    closing: &watch::Receiver<bool>,
) -> Result<(Channels, Vec<ChainTasks>), OrdererError> {
    let mut chains = BTreeMap::new();
    let mut tasks = Vec::new();
    for path in &config.genesis {
        let genesis = Genesis::read(path, config.consensus)?;
        let channel = genesis.channel.clone();
        if chains.contains_key(&channel) {
            return Err(OrdererError::ChannelTwice { channel });
        }
        let folder = config.data.join(&channel);
        let (chain, working) = chain::open(genesis, &folder, config.consensus, signer.clone(), closing.clone())?;
        chains.insert(channel, chain);
        tasks.push(working);
    }
    Ok((Channels::new(chains), tasks))
}

fn start_server(
    tls: ServerTlsConfig,
    listener: TcpListener,
    service: Service,
    mut closing: watch::Receiver<bool>,
) -> Result<JoinHandle<Result<(), tonic::transport::Error>>, OrdererError> {
    let service = AtomicBroadcastServer::new(service)
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(MESSAGE_BYTES_MAX);
    let router = Server::builder()
        .tls_config(tls)?
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_concurrent_streams(STREAMS_MAX)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .add_service(service);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Ok(tokio::spawn(router.serve_with_incoming_shutdown(incoming, async move {
        // An error says that the orderer was dropped, which ends it as well.
        let _ = closing.wait_for(|closing| *closing).await;
    })))
}

fn read_identity(files: &IdentityFiles) -> Result<SigningIdentity, OrdererError> {
    let refuse = |reason: String| OrdererError::Identity { msp_id: files.msp_id.clone(), reason };
    let certificate = read(&files.certificate)?;
    let key = read_key_file(&files.key)?;
    let key = SigningKey::from_pkcs8_pem(&key).map_err(|error| refuse(error.to_string()))?;
    SigningIdentity::new(&files.msp_id, &certificate, key).map_err(|error| refuse(error.to_string()))
}

fn read_tls(files: &TlsFiles) -> Result<ServerTlsConfig, OrdererError> {
    let certificate = read(&files.certificate)?;
    let key = read_key_file(&files.key)?;
    let config = ServerTlsConfig::new().identity(Identity::from_pem(certificate, key.as_bytes()));
    Ok(match &files.client_roots {
        Some(roots) => config.client_ca_root(Certificate::from_pem(read(roots)?)),
        None => config,
    })
}

fn read(path: &Path) -> Result<String, OrdererError> {
    std::fs::read_to_string(path).map_err(OrdererError::file("read", path))
}

/// Makes the data folder, and keeps other processes out of it for as long as the file is open.
fn lock_folder(folder: &Path) -> Result<File, OrdererError> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(OrdererError::file("create", folder))?;
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(LOCK_MODE)
        .open(&path)
        .map_err(OrdererError::file("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OrdererError::InUse { folder: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(OrdererError::file("lock", &path)(source)),
    }
}
