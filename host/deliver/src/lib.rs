//! Deliver: requests for blocks in, blocks out, a status at the end of each request. Orderers and peers share it.
//!
//! Invariant: a block is sent only while its reader's certificate holds, and never before it stands in the store.

mod cursor;
mod request;
mod source;
mod stream;

pub use source::{BlockSource, Channels};
pub use stream::{Answer, Deliver};
