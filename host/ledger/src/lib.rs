//! What a peer keeps of a channel: blocks, world state, history, private values.
//!
//! Invariant: a block is committed when its bytes are synced in the block file. All else here is made from the block
//! files and the private journal, and is made again whenever it lags behind them or is lost.

mod apply;
mod block_store;
mod error;
mod ledger;
mod log;
mod private_journal;
mod record;
mod recovery;
mod replay;
mod staging;
mod state;
mod step;
mod sync;
mod verify;

pub use block_store::{BLOCK_FILE_BYTES_MAX, BlockStore, BlockStoreOptions};
pub use error::LedgerError;
pub use ledger::{ChainTip, Ledger, LedgerOptions};
pub use record::{Commit, TransactionRecord, TxLocation};
pub use staging::{STAGED_BLOCKS_MAX, STAGED_BYTES_MAX, STAGED_SETS_MAX};
pub use state::Snapshot;
pub use step::{Step, StepHook};
pub use verify::{Finding, VerifyReport, verify};
