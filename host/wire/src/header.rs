//! The two headers that proposals, transactions and requests for blocks share.

use bytes::Bytes;
use folio_crypto::sha256;
use folio_proto::common;
use folio_types::TxId;

use crate::WireError;
use crate::message::{decode, encode, non_empty};

const CHANNEL_HEADER: &str = "channel header";
const SIGNATURE_HEADER: &str = "signature header";

/// A moment by the sender's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Nanoseconds beside them.
    pub nanos: i32,
}

/// What the data of a payload is (`common.HeaderType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderType {
    /// The channel configuration from here on.
    Config,
    /// A wish to change the configuration.
    ConfigUpdate,
    /// A proposal, or the transaction made of it.
    EndorserTransaction,
    /// A request for blocks.
    DeliverSeekInfo,
    /// A number that nothing here acts on.
    Other(i32),
}

/// Both headers: what they say, and their bytes as received, because hashes cover those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The encoded channel header.
    pub channel_header: Bytes,
    /// The encoded signature header.
    pub signature_header: Bytes,
    /// What the message is.
    pub kind: HeaderType,
    /// The channel; empty for requests to one peer alone.
    pub channel_id: String,
    /// The transaction id as the sender wrote it.
    pub tx_id: String,
    /// When the sender made the message.
    pub timestamp: Option<Timestamp>,
    /// Must be 0 wherever it is looked at.
    pub epoch: u64,
    /// What the kind adds, encoded.
    pub extension: Bytes,
    /// SHA-256 of the sender's TLS certificate, or nothing.
    pub tls_cert_hash: Bytes,
    /// The sender's serialized identity.
    pub creator: Bytes,
    /// Random bytes that the sender uses once.
    pub nonce: Bytes,
}

/// The transaction id that nonce and creator make.
pub fn tx_id(nonce: &[u8], creator: &[u8]) -> TxId {
    TxId::from_digest(sha256(&[nonce, creator]))
}

/// Encodes a signature header; requests for blocks leave the nonce empty.
pub fn encode_signature_header(creator: &Bytes, nonce: &Bytes) -> Bytes {
    encode(&common::SignatureHeader { creator: creator.clone(), nonce: nonce.clone() })
}

impl HeaderType {
    /// The number on the wire.
    pub const fn number(self) -> i32 {
        match self {
            Self::Config => common::HeaderType::Config as i32,
            Self::ConfigUpdate => common::HeaderType::ConfigUpdate as i32,
            Self::EndorserTransaction => common::HeaderType::EndorserTransaction as i32,
            Self::DeliverSeekInfo => common::HeaderType::DeliverSeekInfo as i32,
            Self::Other(number) => number,
        }
    }

    fn from_number(number: i32) -> Self {
        let known = [Self::Config, Self::ConfigUpdate, Self::EndorserTransaction, Self::DeliverSeekInfo];
        known.into_iter().find(|kind| kind.number() == number).unwrap_or(Self::Other(number))
    }
}

impl Header {
    /// Reads both headers and judges neither.
    pub(crate) fn decode(header: common::Header) -> Result<Self, WireError> {
        let channel: common::ChannelHeader = decode(CHANNEL_HEADER, &header.channel_header)?;
        let signature: common::SignatureHeader = decode(SIGNATURE_HEADER, &header.signature_header)?;
        Ok(Self {
            channel_header: header.channel_header,
            signature_header: header.signature_header,
            kind: HeaderType::from_number(channel.r#type),
            channel_id: channel.channel_id,
            tx_id: channel.tx_id,
            timestamp: channel.timestamp.map(|t| Timestamp { seconds: t.seconds, nanos: t.nanos }),
            epoch: channel.epoch,
            extension: channel.extension,
            tls_cert_hash: channel.tls_cert_hash,
            creator: signature.creator,
            nonce: signature.nonce,
        })
    }

    /// What Fabric asks of every message that may become part of a block.
    pub(crate) fn check_common(&self) -> Result<(), WireError> {
        if self.epoch != 0 {
            return Err(WireError::mismatch("epoch of the channel header", "0", &self.epoch.to_string()));
        }
        non_empty(&self.nonce, SIGNATURE_HEADER, "nonce")?;
        non_empty(&self.creator, SIGNATURE_HEADER, "creator")
    }

    /// The transaction id, which must be the one that nonce and creator make.
    pub(crate) fn check_tx_id(&self) -> Result<TxId, WireError> {
        let expected = tx_id(&self.nonce, &self.creator);
        match TxId::parse(&self.tx_id) {
            Ok(got) if got == expected => Ok(expected),
            _ => Err(WireError::mismatch("transaction id", &expected.to_string(), &self.tx_id)),
        }
    }
}

/// What goes into a channel header that we write.
pub(crate) struct ChannelHeaderParts<'a> {
    pub(crate) kind: HeaderType,
    pub(crate) version: i32,
    pub(crate) timestamp: Timestamp,
    pub(crate) channel_id: &'a str,
    pub(crate) tx_id: Option<TxId>,
    pub(crate) extension: Bytes,
    pub(crate) tls_cert_hash: Bytes,
}

impl ChannelHeaderParts<'_> {
    pub(crate) fn encode(self) -> Bytes {
        encode(&common::ChannelHeader {
            r#type: self.kind.number(),
            version: self.version,
            timestamp: Some(prost_types::Timestamp { seconds: self.timestamp.seconds, nanos: self.timestamp.nanos }),
            channel_id: self.channel_id.to_owned(),
            tx_id: self.tx_id.map(|id| id.to_string()).unwrap_or_default(),
            epoch: 0,
            extension: self.extension,
            tls_cert_hash: self.tls_cert_hash,
        })
    }
}
