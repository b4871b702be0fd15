//! Opening a channel: its blocks, its log, and the tasks between them.

use std::path::Path;
use std::sync::Arc;

use folio_channel::path::BLOCK_VALIDATION;
use folio_ledger::{BlockStore, BlockStoreOptions};
use folio_msp::SigningIdentity;
use folio_ordering::{CommittedBatches, Consensus, Solo, SoloOptions};
use folio_types::BlockNumber;
use folio_wire::Block;
use tokio::sync::{mpsc, watch};
use tokio::task::{self, JoinHandle};

use super::Chain;
use super::blocks::Blocks;
use super::intake::{Intake, QUEUE_ENVELOPES_MAX};
use super::writer::{Tip, Writer};
use crate::OrdererError;
use crate::config::ConsensusKind;
use crate::genesis::Genesis;

const BLOCKS_FOLDER: &str = "blocks";
const LOG_FOLDER: &str = "log";

/// What works for a channel.
pub(crate) struct ChainTasks {
    channel: String,
    intake: JoinHandle<()>,
    answering: JoinHandle<()>,
    writer: JoinHandle<Result<(), OrdererError>>,
}

/// Opens a channel in its folder, where block 0 is `genesis`. When `closing` changes, its tasks end by themselves.
pub(crate) fn open(
    genesis: Genesis,
    folder: &Path,
    consensus: ConsensusKind,
    signer: Arc<SigningIdentity>,
    closing: watch::Receiver<bool>,
) -> Result<(Arc<Chain>, ChainTasks), OrdererError> {
    let channel = genesis.channel.clone();
    check_signer(&genesis, &signer)?;
    let (store, tip) = open_store(&genesis, &folder.join(BLOCKS_FOLDER))?;
    let blocks = Arc::new(Blocks::new(store));
    let writer = Writer { channel: channel.clone(), blocks: blocks.clone(), signer, tip };
    match consensus {
        ConsensusKind::Solo => {
            let opened = Solo::open(&folder.join(LOG_FOLDER), tip.index, SoloOptions::default());
            let (solo, committed) = opened.map_err(|source| OrdererError::Log { channel, source })?;
            start(genesis, blocks, writer, solo, committed, closing)
        }
    }
}

/// Peers would refuse every block of a signer that the channel does not know as an orderer.
fn check_signer(genesis: &Genesis, signer: &SigningIdentity) -> Result<(), OrdererError> {
    let refuse = |reason: String| OrdererError::Identity { msp_id: signer.msp_id().to_owned(), reason };
    let identity = genesis.config.msps().resolve(signer.serialized()).map_err(|error| refuse(error.to_string()))?;
    if genesis.config.satisfied(BLOCK_VALIDATION, &[identity]) {
        return Ok(());
    }
    let subject = signer.certificate().subject();
    Err(refuse(format!("{subject} does not satisfy {BLOCK_VALIDATION} of channel {}", genesis.channel)))
}

/// The block store with at least block 0 in it, and the end of its chain.
fn open_store(genesis: &Genesis, folder: &Path) -> Result<(BlockStore, Tip), OrdererError> {
    let channel = || genesis.channel.clone();
    let failed = |source| OrdererError::Store { channel: channel(), source };
    let store = BlockStore::open(folder, BlockStoreOptions::default()).map_err(failed)?;
    if store.height() == 0 {
        store.append(0, &genesis.block.header_hash(), genesis.bytes.clone()).map_err(failed)?;
    }
    let stored = |number: BlockNumber| match store.bytes(number) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(damaged(genesis, number, "it is missing")),
        Err(source) => Err(failed(source)),
    };
    if stored(0)? != genesis.bytes {
        return Err(OrdererError::OtherGenesis { channel: channel() });
    }
    let last = store.height().saturating_sub(1);
    let block = Block::decode(&stored(last)?).and_then(|block| Tip::behind(&block));
    let tip = block.map_err(|error| damaged(genesis, last, error))?;
    Ok((store, tip))
}

fn damaged(genesis: &Genesis, block: BlockNumber, reason: impl ToString) -> OrdererError {
    OrdererError::Block { channel: genesis.channel.clone(), block, reason: reason.to_string() }
}

fn start<C: Consensus>(
    genesis: Genesis,
    blocks: Arc<Blocks>,
    writer: Writer,
    consensus: C,
    committed: CommittedBatches,
    closing: watch::Receiver<bool>,
) -> Result<(Arc<Chain>, ChainTasks), OrdererError> {
    let (queue, submissions) = mpsc::channel(QUEUE_ENVELOPES_MAX);
    let leadership = consensus.leadership();
    let (intake, answering) = Intake::new(genesis.limits, consensus)
        .map_err(|source| OrdererError::CutLimits { channel: genesis.channel.clone(), source })?;
    let tasks = ChainTasks {
        channel: genesis.channel,
        intake: tokio::spawn(intake.run(submissions, closing)),
        answering: tokio::spawn(answering.run()),
        writer: task::spawn_blocking(move || writer.run(committed)),
    };
    Ok((Arc::new(Chain { config: genesis.config, blocks, queue, leadership }), tasks))
}

impl ChainTasks {
    /// Waits until the channel has ended: well if it was told to, else with what stopped it.
    pub(crate) async fn ended(self, closing: watch::Receiver<bool>) -> Result<(), OrdererError> {
        let Self { channel, intake, answering, writer } = self;
        let stopped = || OrdererError::Stopped { channel: channel.clone() };
        writer.await.map_err(|_| stopped())??;
        if !*closing.borrow() {
            return Err(stopped());
        }
        intake.await.map_err(|_| stopped())?;
        answering.await.map_err(|_| stopped())
    }
}
