//! Requests for blocks.

use bytes::Bytes;
use folio_proto::common;
use folio_proto::orderer::{self, seek_info, seek_position};
use folio_types::BlockNumber;

use crate::header::{ChannelHeaderParts, Header, HeaderType, Timestamp, encode_signature_header};
use crate::message::{decode, encode, non_empty, required};
use crate::{Envelope, WireError};

const WHAT: &str = "request for blocks";

/// A block, named one way or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeekPosition {
    /// The oldest block held.
    Oldest,
    /// The newest block at the time of asking.
    Newest,
    /// The block with this number.
    Number(BlockNumber),
    /// The block after the newest.
    NextCommit,
}

/// Which blocks a Deliver stream should carry (`orderer.SeekInfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeekInfo {
    /// The first block.
    pub start: SeekPosition,
    /// The last block.
    pub stop: SeekPosition,
    /// Whether to answer NOT_FOUND for blocks to come, in place of waiting for them.
    pub fail_if_not_ready: bool,
    /// Whether a server in trouble should still answer.
    pub best_effort: bool,
    /// Whether to leave out the data of blocks, but for configuration.
    pub headers_only: bool,
}

/// A signed request for blocks. Its signature is not verified here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeekRequest {
    /// What the signature covers.
    pub payload: Bytes,
    /// The asker's signature.
    pub signature: Bytes,
    /// Who asks, and on which channel. There may be no nonce.
    pub header: Header,
    /// What is asked.
    pub seek: SeekInfo,
}

impl SeekPosition {
    /// The value of a message.
    pub fn from_message(message: orderer::SeekPosition) -> Result<Self, WireError> {
        use seek_position::Type;
        Ok(match required(message.r#type, "seek position", "type")? {
            Type::Newest(_) => Self::Newest,
            Type::Oldest(_) => Self::Oldest,
            Type::Specified(specified) => Self::Number(specified.number),
            Type::NextCommit(_) => Self::NextCommit,
        })
    }

    /// The message for services.
    pub fn to_message(self) -> orderer::SeekPosition {
        use seek_position::Type;
        let position = match self {
            Self::Newest => Type::Newest(orderer::SeekNewest {}),
            Self::Oldest => Type::Oldest(orderer::SeekOldest {}),
            Self::Number(number) => Type::Specified(orderer::SeekSpecified { number }),
            Self::NextCommit => Type::NextCommit(orderer::SeekNextCommit {}),
        };
        orderer::SeekPosition { r#type: Some(position) }
    }
}

impl SeekInfo {
    /// All blocks from `start` on, those to come included.
    pub const fn from(start: BlockNumber) -> Self {
        Self {
            start: SeekPosition::Number(start),
            stop: SeekPosition::Number(BlockNumber::MAX),
            fail_if_not_ready: false,
            best_effort: false,
            headers_only: false,
        }
    }

    /// The payload of a request, to be signed by `creator`.
    pub fn payload(&self, channel_id: &str, creator: &Bytes, timestamp: Timestamp, tls_cert_hash: Bytes) -> Bytes {
        let channel_header = ChannelHeaderParts {
            kind: HeaderType::DeliverSeekInfo,
            version: 0,
            timestamp,
            channel_id,
            tx_id: None,
            extension: Bytes::new(),
            tls_cert_hash,
        };
        let header = common::Header {
            channel_header: channel_header.encode(),
            signature_header: encode_signature_header(creator, &Bytes::new()),
        };
        encode(&common::Payload { header: Some(header), data: encode(&self.to_message()) })
    }

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: orderer::SeekInfo = decode(WHAT, bytes)?;
        Ok(Self {
            start: SeekPosition::from_message(required(message.start, WHAT, "start")?)?,
            stop: SeekPosition::from_message(required(message.stop, WHAT, "stop")?)?,
            fail_if_not_ready: message.behavior == i32::from(seek_info::SeekBehavior::FailIfNotReady),
            best_effort: message.error_response == i32::from(seek_info::SeekErrorResponse::BestEffort),
            headers_only: message.content_type == i32::from(seek_info::SeekContentType::HeaderWithSig),
        })
    }

    fn to_message(self) -> orderer::SeekInfo {
        let mut message = orderer::SeekInfo {
            start: Some(self.start.to_message()),
            stop: Some(self.stop.to_message()),
            ..Default::default()
        };
        if self.fail_if_not_ready {
            message.set_behavior(seek_info::SeekBehavior::FailIfNotReady);
        }
        if self.best_effort {
            message.set_error_response(seek_info::SeekErrorResponse::BestEffort);
        }
        if self.headers_only {
            message.set_content_type(seek_info::SeekContentType::HeaderWithSig);
        }
        message
    }
}

impl SeekRequest {
    /// Reads what came on a Deliver stream. The header's type is not looked at: Fabric's clients differ in it.
    pub fn parse(message: common::Envelope) -> Result<Self, WireError> {
        let envelope = Envelope::open(message.payload, message.signature).map_err(|error| error.reason)?;
        non_empty(envelope.header.channel_id.as_bytes(), WHAT, "channel_id")?;
        non_empty(&envelope.header.creator, WHAT, "creator")?;
        let seek = SeekInfo::decode(&envelope.data)?;
        Ok(Self { payload: envelope.payload, signature: envelope.signature, header: envelope.header, seek })
    }
}
