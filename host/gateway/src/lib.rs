//! The gateway: what client applications speak to. It finds endorsers, compares their answers, hands transactions to
//! an orderer and tells what became of them.
//!
//! Invariant: it signs nothing and decides nothing. A wrong gateway can refuse service, and no more.

mod broadcaster;
mod endorse;
mod endorsing;
mod evaluate;
mod events;
mod gateway;
mod layout;
mod notifier;
mod peers;
mod service;
mod status;
mod submit;

pub use broadcaster::{BroadcastError, Broadcaster, OUTSTANDING_MAX};
pub use gateway::{Gateway, HEIGHT_WAIT_MS_MAX, LocalPeer, SIMULATIONS_A_CORE};
pub use notifier::{Notifier, TooManyWaiters, TxStatus, WAITERS_MAX};
pub use peers::RemotePeer;
pub use submit::BROADCAST_MS_MAX;
