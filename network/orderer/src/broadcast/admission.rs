//! Whether an envelope may be ordered. Pure: it is told the time, and takes as long as a signature check.

use std::sync::Arc;

use bytes::Bytes;
use folio_channel::Signed;
use folio_channel::path::BROADCAST;
use folio_deliver::BlockSource;
use folio_proto::common::{self, Status};
use folio_types::limits::ENVELOPE_BYTES_MAX;
use folio_wire::{Envelope, HeaderType};
use prost::Message;

use super::refusal::Refusal;
use crate::chain::Chain;
use crate::channels::Channels;

/// An envelope that may be ordered.
#[derive(Debug)]
pub(super) struct Admitted {
    /// Its channel.
    pub(super) chain: Arc<Chain>,
    /// Its one canonical form, as it will stand in a block: encoded here, so that nothing else can slip in.
    pub(super) envelope: Bytes,
}

/// The size of an envelope. What is too large for any channel is refused before memory is reserved for it.
pub(super) fn check_size(message: &common::Envelope) -> Result<usize, Refusal> {
    let bytes = message.encoded_len();
    if bytes > ENVELOPE_BYTES_MAX { Err(too_large(bytes, ENVELOPE_BYTES_MAX)) } else { Ok(bytes) }
}

/// Checks an envelope at `now` (unix seconds), the cheap checks first.
pub(super) fn admit(channels: &Channels, message: &common::Envelope, now: i64) -> Result<Admitted, Refusal> {
    let bad_request = |reason: &dyn std::fmt::Display| Refusal::new(Status::BadRequest, reason);
    for (part, bytes) in [("payload", &message.payload), ("signature", &message.signature)] {
        if bytes.is_empty() {
            return Err(bad_request(&format!("the envelope has no {part}")));
        }
    }
    let parsed = Envelope::parse(message.payload.clone(), message.signature.clone())
        .map_err(|error| bad_request(&error.reason))?;
    let header = &parsed.header;
    let Some(chain) = channels.get(&header.channel_id) else {
        return Err(Refusal::new(Status::NotFound, format!("channel {:?} is not ordered here", header.channel_id)));
    };
    let (bytes, bytes_max) = (message.encoded_len(), chain.config().batch().size.bytes_max as usize);
    if bytes > bytes_max {
        return Err(too_large(bytes, bytes_max));
    }
    match header.kind {
        HeaderType::EndorserTransaction => {}
        HeaderType::Config | HeaderType::ConfigUpdate => {
            return Err(bad_request(&"this orderer does not take configuration updates"));
        }
        other => return Err(bad_request(&format!("header type {} is not ordered", other.number()))),
    }
    let signed = Signed { creator: &header.creator, message: &parsed.payload, signature: &parsed.signature };
    chain.config().authorise(BROADCAST, signed, now).map_err(|error| Refusal::new(Status::Forbidden, error))?;
    tracing::debug!(channel = header.channel_id, tx_id = header.tx_id, bytes, "envelope admitted");
    Ok(Admitted { chain: chain.clone(), envelope: parsed.encode() })
}

fn too_large(bytes: usize, limit: usize) -> Refusal {
    Refusal::new(Status::RequestEntityTooLarge, format!("envelope of {bytes} bytes is above the limit of {limit}"))
}
