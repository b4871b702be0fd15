//! Endorsers asked one by one, and one that lies.

use std::fs;
use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use folio_client::Identity;
use folio_proto::folio::v1::endorsing_server::{Endorsing, EndorsingServer};
use folio_proto::folio::v1::{EndorsementAnswer, EndorsementRequest};
use folio_proto::protos::endorser_client::EndorserClient;
use folio_proto::protos::{self, SignedProposal};
use folio_wire::{ChaincodeId, Endorsement, ProposalResponse, Response, build_response_payload, endorsed_bytes};
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Server, ServerTlsConfig};
use tonic::{Request, Status, Streaming};

use crate::TestNetwork;

impl TestNetwork {
    /// What the endorser of an organisation says to a proposal, with no gateway between.
    pub async fn endorsement(&self, organisation: &str, proposal: SignedProposal) -> Result<ProposalResponse> {
        let mut client = EndorserClient::new(self.peer(organisation).await?);
        Ok(ProposalResponse::from_message(client.process_proposal(proposal).await?.into_inner())?)
    }
}

/// What a [`LyingEndorser`] says of every proposal.
#[derive(Clone, Copy, Debug)]
pub enum Lie {
    /// It signs an outcome to which no chaincode came.
    Endorses,
    /// It says that the chaincode refused.
    Refuses,
}

/// Stands in the place of an organisation's peer, with that peer's keys, and lies.
pub struct LyingEndorser {
    stop: watch::Sender<bool>,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl LyingEndorser {
    /// Takes the place of the peer of `organisation`, which must not run.
    pub async fn start(network: &TestNetwork, organisation: &str, lie: Lie) -> Result<Self> {
        let peer = network.process(&format!("peer0.{organisation}"))?;
        let msp_id = &network.network().topology().organisation(organisation)?.msp_id;
        let (stop, stopped) = watch::channel(false);
        let liar = Liar {
            stopped: stopped.clone(),
            identity: Arc::new(Identity::load(msp_id, &peer.folder.join("identity"))?),
            lie,
        };
        let pem = |file: &str| fs::read(peer.folder.join("tls").join(file)).context("the peer's TLS files");
        let tls = tonic::transport::Identity::from_pem(pem("cert.pem")?, pem("key.pem")?);
        let listener = TcpListener::bind(peer.address).await?;
        let server = Server::builder()
            .tls_config(ServerTlsConfig::new().identity(tls))?
            .add_service(EndorsingServer::new(liar))
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), until(stopped));
        Ok(Self { stop, server: tokio::spawn(server) })
    }

    /// Leaves the place.
    pub async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        Ok(self.server.await??)
    }
}

/// Ready when the flag is up, or nobody can raise it any more.
async fn until(mut flag: watch::Receiver<bool>) {
    let _ = flag.wait_for(|up| *up).await;
}

#[derive(Clone)]
struct Liar {
    /// Streams end with the server, which would wait for them otherwise.
    stopped: watch::Receiver<bool>,
    identity: Arc<Identity>,
    lie: Lie,
}

#[tonic::async_trait]
impl Endorsing for Liar {
    type EndorseStream = BoxStream<'static, Result<EndorsementAnswer, Status>>;

    async fn endorse(
        &self,
        requests: Request<Streaming<EndorsementRequest>>,
    ) -> Result<tonic::Response<Self::EndorseStream>, Status> {
        let liar = self.clone();
        let answers = requests.into_inner().map(move |request| {
            let EndorsementRequest { number, proposal, .. } = request?;
            Ok(EndorsementAnswer { number, response: Some(liar.lie_of(proposal.unwrap_or_default())?) })
        });
        Ok(tonic::Response::new(answers.take_until(Box::pin(until(self.stopped.clone()))).boxed()))
    }
}

impl Liar {
    fn lie_of(
        &self,
        SignedProposal { proposal_bytes, signature }: SignedProposal,
    ) -> Result<protos::ProposalResponse, Status> {
        let proposal = folio_wire::SignedProposal::parse(proposal_bytes, signature);
        let proposal = proposal.map_err(|error| Status::invalid_argument(error.to_string()))?;
        let response = match self.lie {
            Lie::Endorses => Response { status: 200, message: String::new(), payload: Bytes::from_static(b"{}") },
            Lie::Refuses => Response { status: 500, message: "NO: it is a lie".to_owned(), payload: Bytes::new() },
        };
        let chaincode = ChaincodeId { name: proposal.header.chaincode.clone(), version: "0.1.0".to_owned() };
        let payload = build_response_payload(&proposal.hash(), Bytes::new(), None, &response, &chaincode);
        let endorser = self.identity.serialized().clone();
        let signature = self.identity.sign(&endorsed_bytes(&payload, &endorser));
        let endorsement = response.is_success().then_some(Endorsement { endorser, signature });
        Ok(ProposalResponse { response, payload, endorsement }.to_message())
    }
}
