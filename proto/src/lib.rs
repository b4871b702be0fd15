//! The messages and services on the wire: Fabric's packages, one of our own, and the code generated from them.
//!
//! Invariant: every package, message, field name and field number under `fabric/` is Fabric's own, so that its clients
//! talk to our peers unchanged. What is missing there is what Folio never sends or reads. The one addition is
//! `msp.FabricCryptoConfig.accepts_secp256k1`, with a number far from Fabric's.
//!
//! `bytes` fields are [`bytes::Bytes`], which share the received buffer, and maps are ordered, so that equal messages
//! have equal encodings. Everything beyond `folio-wire` speaks in plain values; only services use these types directly.

#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated; the .proto files carry the words")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/packages.rs"));
}

pub use generated::{common, folio, gateway, google, kvrwset, lifecycle, msp, orderer, protos, rwset, txmgr};
