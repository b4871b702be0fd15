//! A peer's blocks replayed in a scratch folder, to its tip or to an earlier block.

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use folio_channel::ChannelConfig;
use folio_ledger::{BlockStore, BlockStoreOptions, Commit, Ledger, LedgerOptions, TransactionRecord};
use folio_types::{BlockNumber, StateError};
use folio_validator::{Chaincodes, OwnEndorsements, Rules, Verdict, View, validate};
use folio_wire::Block;

use super::copy::Scratch;

/// Most findings that are listed; a ledger with more is beyond help.
const FINDINGS_MAX: usize = 20;

/// What looks at each block that was replayed, and at the ledger as it was after it.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(&Block, &Ledger) -> Result<()>;

/// A ledger made anew from a peer's blocks. The scratch folder goes when this does.
pub(crate) struct Replayed {
    /// The ledger, as it was after the last block that was asked for.
    pub(crate) ledger: Ledger,
    pub(super) transactions: u64,
    pub(super) valid: u64,
    /// What is not as it should be.
    pub(crate) findings: Vec<String>,
    /// Whether every block that was asked for could be replayed.
    pub(crate) is_whole: bool,
    /// Last, so that it outlives the ledger that stands in it.
    _scratch: Scratch,
}

impl Replayed {
    /// Replays the blocks of the ledger in `folder` through block `last`, or through the last that there is.
    pub(crate) fn through(
        peer: &str,
        folder: &Path,
        genesis: &Block,
        last: Option<BlockNumber>,
        progress: impl FnMut(BlockNumber, BlockNumber),
    ) -> Result<Self> {
        Self::visited(peer, folder, genesis, last, progress, &mut |_, _| Ok(()))
    }

    /// The same; after each block `visit` is shown the block and the ledger as it is then.
    pub(crate) fn visited(
        peer: &str,
        folder: &Path,
        genesis: &Block,
        last: Option<BlockNumber>,
        mut progress: impl FnMut(BlockNumber, BlockNumber),
        visit: Visit<'_>,
    ) -> Result<Self> {
        let scratch = Scratch::beside(folder)?;
        let copied = scratch.blocks_of(folder)?;
        let options =
            BlockStoreOptions { file_bytes_max: LedgerOptions::default().block_file_bytes_max, ..Default::default() };
        let stored = BlockStore::open(&copied, options).with_context(|| format!("the blocks of {peer}"))?;
        let height = match last {
            Some(last) => {
                ensure!(last < stored.height(), "{peer} has {} blocks, counted from 0", stored.height());
                last + 1
            }
            None => stored.height(),
        };
        let mut replay = Replay {
            channel: ChannelConfig::from_block(genesis)?,
            ledger: Ledger::open(&scratch.ledger(), LedgerOptions { durable: false, ..Default::default() })?,
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            transactions: 0,
            valid: 0,
            findings: Vec::new(),
        };
        for number in 0..height {
            let bytes = stored.bytes(number)?.with_context(|| format!("block {number} of {peer} is missing"))?;
            let block = Block::decode(&bytes).with_context(|| format!("block {number} of {peer}"))?;
            if number == 0 && block.header_hash() != genesis.header_hash() {
                replay.find("block 0 is not the one that the network was founded with".to_owned());
            }
            let goes_on = replay.block(block.clone())?;
            if !goes_on || replay.findings.len() >= FINDINGS_MAX {
                break;
            }
            visit(&block, &replay.ledger)?;
            progress(number + 1, height);
        }
        let Replay { ledger, transactions, valid, findings, .. } = replay;
        let is_whole = ledger.tip().height == height;
        Ok(Self { ledger, transactions, valid, findings, is_whole, _scratch: scratch })
    }
}

/// A replay on its way.
struct Replay {
    channel: ChannelConfig,
    ledger: Ledger,
    threads: NonZeroUsize,
    transactions: u64,
    valid: u64,
    findings: Vec<String>,
}

impl Replay {
    /// Checks a block, judges it anew, compares, and commits it to the scratch ledger. False when it cannot go on.
    fn block(&mut self, block: Block) -> Result<bool> {
        let number = block.number;
        if number > 0 {
            let tip = self.ledger.tip();
            let check = self.channel.check_succession(&block, tip.height, tip.block_hash.as_ref());
            if let Err(error) = check {
                self.find(error.to_string());
                return Ok(false);
            }
        }
        let verdict = self.judge(&block)?;
        let stored: Vec<_> = block.verdicts().collect();
        if number > 0 && !verdict.codes().eq(stored.iter().copied()) {
            self.find(format!("block {number}: the peer's verdicts are not those that the rules give"));
        }
        let commit_hash = block.commit_hash().ok().flatten();
        let Verdict { transactions, updates, .. } = verdict;
        self.transactions += transactions.len() as u64;
        self.valid += transactions.iter().filter(|judged| judged.code.is_valid()).count() as u64;
        let records = transactions.into_iter().map(|judged| {
            let set = judged.transaction.map(|transaction| transaction.rwset);
            TransactionRecord::new(judged.envelope.as_ref(), judged.code, set)
        });
        let records = records.collect();
        self.ledger.commit(Commit { block, transactions: records, updates, private: Vec::new() })?;
        if number > 0 && self.ledger.tip().commit_hash != commit_hash {
            self.find(format!("block {number}: the peer's commit hash is not the one that its writes give"));
        }
        Ok(true)
    }

    fn judge(&self, block: &Block) -> Result<Verdict, StateError> {
        let state = self.ledger.snapshot();
        let has_transaction = |id: &_| {
            let found = state.transaction(id).map_err(|error| StateError { reason: error.to_string() })?;
            Ok(found.is_some())
        };
        let view = View {
            state: &*state,
            has_transaction: &has_transaction,
            chaincodes: &Chaincodes::committed(&*state),
            channel: &self.channel,
        };
        // An auditor has endorsed nothing: every signature is checked.
        let rules = Rules { channel: &self.channel, own: &OwnEndorsements::default() };
        validate(block, &rules, &view, self.threads)
    }

    fn find(&mut self, what: String) {
        self.findings.push(what);
    }
}
