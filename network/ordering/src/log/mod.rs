//! A log of batches on disk, in segments that are dropped from its old end.
//!
//! One folder holds files `<index of the first entry, 20 digits>.log`. Each begins with a header of 32 bytes; frames
//! follow. A frame is written and synced as a whole before the next one is begun, and holds the entries that became
//! durable together. All numbers are big-endian.
//!
//! ```text
//! header  "FOLIOLOG" | format u32 | first index u64 | salt u64 | crc32 of these u32
//! frame   payload bytes u32 | entries u32 | first index u64 | crc32 of salt, these and the payload u32 | payload
//! payload entries x ( bytes u32 | batch )
//! ```
//!
//! What follows from that order of writing: only the last frame of the last segment can be torn by a crash. A bad frame
//! there was never reported committed, and is cut off. A bad frame anywhere else is damage, and stops the process. The
//! salt is random, so that bytes inside an envelope cannot pass for a frame.

mod disk;
mod error;
mod frame;
mod segment;
mod store;
#[cfg(test)]
mod tests;

pub use error::LogError;
pub(crate) use store::Log;

#[cfg(test)]
pub(crate) use disk::faulty;
pub(crate) use disk::{Disk, RealDisk};
