//! Replaying a peer's blocks from genesis with nothing but the channel's configuration: hash chain, orderers' signatures,
//! every verdict, commit hashes, world state, and the books.

mod books;
mod copy;
mod replay;

use std::path::Path;

use anyhow::Result;
use folio_types::BlockNumber;
use folio_wire::Block;
use serde::Serialize;

pub(crate) use books::{Books, Held, books, held};
pub(crate) use replay::{Replayed, Visit};

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
/// auditor trusts. `progress` is told blocks done and blocks there are, and `visit` is shown each block.
pub(crate) fn audit(
    peer: &str,
    folder: &Path,
    genesis: &Block,
    progress: impl FnMut(BlockNumber, BlockNumber),
    visit: Visit<'_>,
) -> Result<Audit> {
    let mut replayed = Replayed::visited(peer, folder, genesis, None, progress, visit)?;
    let tip = replayed.ledger.tip();
    let (_, state_hash) = replayed.ledger.state_hash()?;
    let books = books(&*replayed.ledger.snapshot())?;
    for programme in books.iter().filter(|books| !books.balanced) {
        replayed.findings.push(format!("the books of {} do not balance", programme.programme));
    }
    Ok(Audit {
        peer: peer.to_owned(),
        height: tip.height,
        block_hash: tip.block_hash.map(hex::encode).unwrap_or_default(),
        state_hash: hex::encode(state_hash),
        transactions: replayed.transactions,
        valid: replayed.valid,
        ok: replayed.findings.is_empty() && replayed.is_whole,
        findings: replayed.findings,
        books,
    })
}
