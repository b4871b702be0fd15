//! Envelopes: signed messages, the entries of blocks.

use bytes::Bytes;
use folio_proto::common;
use folio_types::ValidationCode;
use folio_types::limits::ENVELOPE_BYTES_MAX;
use thiserror::Error;

use crate::header::{Header, HeaderType};
use crate::message::{at_most, decode, encode, non_empty, required};
use crate::transaction::event_of;
use crate::{ChaincodeEvent, EndorserTransaction, WireError};

const WHAT: &str = "envelope";

/// Keys of the two fields of an envelope, both length-delimited.
const PAYLOAD_KEY: u8 = 0x0a;
const SIGNATURE_KEY: u8 = 0x12;

/// An envelope whose headers are read and whose data is still encoded. Nothing is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What the signature covers.
    pub payload: Bytes,
    /// The creator's signature; empty in envelopes still to be signed and in genesis.
    pub signature: Bytes,
    /// Who sends what, where.
    pub header: Header,
    /// Encoded as the header's type says.
    pub data: Bytes,
}

/// What an envelope of a block holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// An endorsed transaction.
    Endorser(Box<EndorserTransaction>),
    /// An encoded `common.ConfigEnvelope`.
    Config(Bytes),
}

/// Why an envelope cannot be a valid transaction.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {reason}", code.name())]
pub struct EnvelopeError {
    /// The verdict that Fabric's peers give.
    pub code: ValidationCode,
    /// What is wrong.
    pub reason: WireError,
}

/// Reads an entry of a block whole: its headers, then what they announce.
///
/// Fabric looks at the creator's signature between the two steps. Who wants its codes for envelopes that are wrong in
/// several ways calls [`Envelope::decode`] and [`Envelope::body`], and verifies in between.
pub fn parse_envelope(bytes: &Bytes) -> Result<(Envelope, Body), EnvelopeError> {
    let envelope = Envelope::decode(bytes)?;
    let body = envelope.body()?;
    Ok((envelope, body))
}

/// Encodes an envelope in its one canonical form.
pub fn encode_envelope(payload: &Bytes, signature: &Bytes) -> Bytes {
    encode(&common::Envelope { payload: payload.clone(), signature: signature.clone() })
}

/// Checks that an envelope is exactly what encoding its payload and signature gives, and that it has both.
///
/// Otherwise the same signed payload could stand in blocks under many forms. Configuration is exempt.
pub fn check_canonical(bytes: &[u8]) -> Result<(), WireError> {
    let rest = skip_field(bytes, PAYLOAD_KEY, "payload")?;
    let rest = skip_field(rest, SIGNATURE_KEY, "signature")?;
    if rest.is_empty() { Ok(()) } else { Err(WireError::NotCanonical { what: WHAT }) }
}

impl Envelope {
    /// Reads an encoded envelope and its headers, with the checks that come before its signature.
    pub fn decode(bytes: &Bytes) -> Result<Self, EnvelopeError> {
        non_empty(bytes, WHAT, "content").map_err(|e| e.code(ValidationCode::NilEnvelope))?;
        at_most(WHAT, ENVELOPE_BYTES_MAX, bytes).map_err(|e| e.code(ValidationCode::BadPayload))?;
        let message: common::Envelope = decode(WHAT, bytes).map_err(|e| e.code(ValidationCode::InvalidOtherReason))?;
        Self::parse(message.payload, message.signature)
    }

    /// Reads the headers of a payload, with the checks that come before its signature.
    pub fn parse(payload: Bytes, signature: Bytes) -> Result<Self, EnvelopeError> {
        let envelope = Self::open(payload, signature)?;
        envelope.check_header().map_err(|e| e.code(ValidationCode::BadCommonHeader))?;
        Ok(envelope)
    }

    /// Reads the headers of a payload and judges nothing.
    pub(crate) fn open(payload: Bytes, signature: Bytes) -> Result<Self, EnvelopeError> {
        let message: common::Payload = decode("payload", &payload).map_err(|e| e.code(ValidationCode::BadPayload))?;
        let header = required(message.header, "payload", "header")
            .and_then(Header::decode)
            .map_err(|e| e.code(ValidationCode::BadCommonHeader))?;
        Ok(Self { payload, signature, header, data: message.data })
    }

    /// Reads what the headers announce, with the checks that come after the signature.
    pub fn body(&self) -> Result<Body, EnvelopeError> {
        match self.header.kind {
            HeaderType::EndorserTransaction => {
                EndorserTransaction::parse(&self.header, &self.data).map(|tx| Body::Endorser(Box::new(tx)))
            }
            HeaderType::Config => Ok(Body::Config(self.data.clone())),
            kind => {
                let reason = WireError::unsupported("header type", kind.number());
                Err(reason.code(ValidationCode::UnsupportedTxPayload))
            }
        }
    }

    /// The chaincode event of a transaction that stands judged in a block; `None` where there is none to read.
    pub fn event(&self) -> Option<ChaincodeEvent> {
        match self.header.kind {
            HeaderType::EndorserTransaction => event_of(&self.data).ok().flatten(),
            _ => None,
        }
    }

    /// The message for services.
    pub fn to_message(&self) -> common::Envelope {
        common::Envelope { payload: self.payload.clone(), signature: self.signature.clone() }
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Bytes {
        encode_envelope(&self.payload, &self.signature)
    }

    fn check_header(&self) -> Result<(), WireError> {
        match self.header.kind {
            HeaderType::EndorserTransaction | HeaderType::Config | HeaderType::ConfigUpdate => {
                self.header.check_common()
            }
            kind => Err(WireError::unsupported("header type", kind.number())),
        }
    }
}

impl WireError {
    /// This reason under a validation code.
    pub(crate) const fn code(self, code: ValidationCode) -> EnvelopeError {
        EnvelopeError { code, reason: self }
    }
}

/// What follows a non-empty length-delimited field that begins `bytes`, its length in the fewest bytes.
fn skip_field<'a>(bytes: &'a [u8], key: u8, field: &'static str) -> Result<&'a [u8], WireError> {
    const NOT_CANONICAL: WireError = WireError::NotCanonical { what: WHAT };
    let Some((&first, rest)) = bytes.split_first() else {
        return Err(WireError::Missing { what: WHAT, field });
    };
    if first != key {
        return Err(NOT_CANONICAL);
    }
    let mut after_length = rest;
    let length = prost::encoding::decode_varint(&mut after_length).map_err(|_| NOT_CANONICAL)?;
    if prost::encoding::encoded_len_varint(length) != rest.len() - after_length.len() {
        return Err(NOT_CANONICAL);
    }
    if length == 0 {
        return Err(WireError::Missing { what: WHAT, field });
    }
    let length = usize::try_from(length).map_err(|_| NOT_CANONICAL)?;
    after_length.get(length..).ok_or(NOT_CANONICAL)
}
