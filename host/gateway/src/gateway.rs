//! The gateway's parts, and what its services share.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use folio_channel::ChannelConfig;
use folio_endorser::{Endorser, EndorserError};
use folio_ledger::Ledger;
use folio_types::BlockNumber;
use folio_wire::{ProposalResponse, SignedProposal};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::broadcaster::Broadcaster;
use crate::endorsing::ENDORSEMENT_MS_MAX;
use crate::notifier::Notifier;
use crate::peers::{Peers, RemotePeer};
use crate::status::Detail;

/// Proposals that a core simulates at once, in turns; others wait. One that waits for the disk leaves the core to another.
pub const SIMULATIONS_A_CORE: usize = 2;

/// Longest wait of an endorser for the height at which the asking peer simulates.
pub const HEIGHT_WAIT_MS_MAX: u64 = 500;

/// This peer, as other parties know it.
#[derive(Clone, Debug)]
pub struct LocalPeer {
    /// Its organisation.
    pub msp_id: String,
    /// Host and port.
    pub address: String,
}

/// What client applications speak to. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) local: LocalPeer,
    pub(crate) channel: Arc<ChannelConfig>,
    pub(crate) endorser: Arc<Endorser>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) notifier: Arc<Notifier>,
    pub(crate) height: watch::Receiver<BlockNumber>,
    pub(crate) peers: Arc<Peers>,
    pub(crate) orderers: Arc<[Broadcaster]>,
    simulations: Arc<Semaphore>,
    turn: Arc<AtomicUsize>,
}

impl Gateway {
    /// A gateway of the local peer, which asks `peers` for endorsements and hands transactions to `orderers`.
    pub fn new(
        local: LocalPeer,
        channel: Arc<ChannelConfig>,
        endorser: Arc<Endorser>,
        ledger: Arc<Ledger>,
        notifier: Arc<Notifier>,
        peers: Vec<RemotePeer>,
        orderers: Vec<Broadcaster>,
    ) -> Self {
        let height = notifier.height();
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            local,
            channel,
            endorser,
            ledger,
            notifier,
            height,
            peers: Arc::new(Peers::new(peers)),
            orderers: orderers.into(),
            simulations: Arc::new(Semaphore::new(SIMULATIONS_A_CORE * cores)),
            turn: Arc::default(),
        }
    }

    /// Checks, simulates and signs a proposal on this peer.
    pub async fn simulate(&self, proposal: SignedProposal) -> Result<ProposalResponse, EndorserError> {
        self.with_endorser(move |endorser| endorser.process(&proposal)).await
    }

    /// Lets the endorser do something, on a thread that may be kept busy.
    pub(crate) async fn with_endorser<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Endorser) -> Result<T, EndorserError> + Send + 'static,
    ) -> Result<T, EndorserError> {
        let ended = || EndorserError::Unavailable { reason: "is ending" };
        let wait = Duration::from_millis(ENDORSEMENT_MS_MAX);
        let permit = timeout(wait, Arc::clone(&self.simulations).acquire_owned()).await;
        let permit = permit.map_err(|_| EndorserError::Unavailable { reason: "is busy" })?.map_err(|_| ended())?;
        let endorser = Arc::clone(&self.endorser);
        let work = move || {
            let _permit = permit;
            work(&endorser)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| ended())?
    }

    /// Waits, for a bounded time, until this peer has `height` blocks.
    pub async fn wait_for_height(&self, height: BlockNumber) {
        let mut current = self.height.clone();
        // At the end of the wait the proposal is simulated all the same; the gateway that asked compares.
        let _ = timeout(Duration::from_millis(HEIGHT_WAIT_MS_MAX), current.wait_for(|now| *now >= height)).await;
    }

    /// Ready when this peer is ending, and streams to it must.
    pub async fn ending(&self) {
        self.notifier.closed().await;
    }

    pub(crate) fn reaches(&self, msp_id: &str) -> bool {
        msp_id == self.local.msp_id || self.peers.has(msp_id)
    }

    pub(crate) fn next_turn(&self) -> usize {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn local_detail(&self) -> Detail {
        Detail { address: self.local.address.clone(), msp_id: self.local.msp_id.clone(), message: String::new() }
    }
}
