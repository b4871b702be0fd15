//! What a peer keeps of a channel: blocks, world state, history, private values.
//!
//! Invariant: a block is committed when its bytes are synced in the block file. All else here is made from the block
//! files and the private journal, and is made again whenever it lags behind them or is lost.

mod block_store;
mod error;
mod log;
mod step;
mod sync;

pub use block_store::{BLOCK_FILE_BYTES_MAX, BlockStore, BlockStoreOptions};
pub use error::LedgerError;
pub use step::{Step, StepHook};
