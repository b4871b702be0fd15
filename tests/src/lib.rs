//! What the tests of the whole need: the real binary, networks of real processes, clients that may break every rule.
//!
//! Invariant: a network of a test stands in a folder and on ports of its own, and leaves neither process nor file.

mod binary;
mod deliver;
pub mod disk;
mod draft;
mod endorser;
mod feed;
pub mod guest;
mod network;
pub mod orderer;
mod workspace;

pub use binary::{Folio, Output};
pub use deliver::Tip;
pub use draft::{Draft, Sign, text_of};
pub use endorser::{Lie, LyingEndorser};
pub use feed::Feed;
pub use network::{TestNetwork, free_ports, on_network};
pub use workspace::workspace;
