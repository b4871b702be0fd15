//! Replaying a peer's blocks from genesis with nothing but the channel's configuration: hash chain, orderers' signatures,
//! every verdict, commit hashes, world state, and the books.

mod books;
mod copy;

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::{Context, Result};
use folio_channel::ChannelConfig;
use folio_ledger::{BlockStore, BlockStoreOptions, Commit, Ledger, LedgerOptions, TransactionRecord};
use folio_types::{BlockNumber, StateError};
use folio_validator::{Chaincodes, OwnEndorsements, Rules, Verdict, View, validate};
use folio_wire::Block;
use serde::Serialize;

pub(crate) use books::Books;

/// Most findings that are listed; a ledger with more is beyond help.
const FINDINGS_MAX: usize = 20;

/// What a replay found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Audit {
    pub(crate) peer: String,
    pub(crate) height: BlockNumber,
    pub(crate) block_hash: String,
    pub(crate) state_hash: String,
    pub(crate) transactions: u64,
    pub(crate) valid: u64,
    pub(crate) ok: bool,
    pub(crate) findings: Vec<String>,
    pub(crate) books: Vec<Books>,
}

impl Audit {
    /// The audit of a ledger that could not be replayed to its end.
    pub(crate) fn broken_off(peer: &str, reason: &anyhow::Error) -> Self {
        Self {
            peer: peer.to_owned(),
            height: 0,
            block_hash: String::new(),
            state_hash: String::new(),
            transactions: 0,
            valid: 0,
            ok: false,
            findings: vec![crate::told(reason)],
            books: Vec::new(),
        }
    }
}

/// Replays the blocks of the ledger in `folder`, which a running peer may have open. `genesis` is the block 0 that the
/// auditor trusts. `progress` is told blocks done and blocks there are.
pub(crate) fn audit(
    peer: &str,
    folder: &Path,
    genesis: &Block,
    mut progress: impl FnMut(BlockNumber, BlockNumber),
) -> Result<Audit> {
    let scratch = copy::Scratch::beside(folder)?;
    let copied = scratch.blocks_of(folder)?;
    let options =
        BlockStoreOptions { file_bytes_max: LedgerOptions::default().block_file_bytes_max, ..Default::default() };
    let stored = BlockStore::open(&copied, options).with_context(|| format!("the blocks of {peer}"))?;
    let ledger = Ledger::open(&scratch.ledger(), LedgerOptions { durable: false, ..Default::default() })?;
    let mut replay = Replay {
        channel: ChannelConfig::from_block(genesis)?,
        ledger: &ledger,
        threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        transactions: 0,
        valid: 0,
        findings: Vec::new(),
    };
    let height = stored.height();
    for number in 0..height {
        let bytes = stored.bytes(number)?.with_context(|| format!("block {number} of {peer} is missing"))?;
        let block = Block::decode(&bytes).with_context(|| format!("block {number} of {peer}"))?;
        if number == 0 && block.header_hash() != genesis.header_hash() {
            replay.find("block 0 is not the one that the network was founded with".to_owned());
        }
        if !replay.block(block)? || replay.findings.len() >= FINDINGS_MAX {
            break;
        }
        progress(number + 1, height);
    }
    let tip = ledger.tip();
    let (_, state_hash) = ledger.state_hash()?;
    let books = books::books(&*ledger.snapshot())?;
    for programme in books.iter().filter(|books| !books.balanced) {
        replay.find(format!("the books of {} do not balance", programme.programme));
    }
    Ok(Audit {
        peer: peer.to_owned(),
        height: tip.height,
        block_hash: tip.block_hash.map(hex::encode).unwrap_or_default(),
        state_hash: hex::encode(state_hash),
        transactions: replay.transactions,
        valid: replay.valid,
        ok: replay.findings.is_empty() && tip.height == height,
        findings: replay.findings,
        books,
    })
}

/// A replay on its way.
struct Replay<'a> {
    channel: ChannelConfig,
    ledger: &'a Ledger,
    threads: NonZeroUsize,
    transactions: u64,
    valid: u64,
    findings: Vec<String>,
}

impl Replay<'_> {
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
