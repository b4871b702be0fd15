//! Whether a request for blocks may be served. Pure: it is told the time.

use std::sync::Arc;

use folio_channel::Signed;
use folio_msp::Identity;
use folio_proto::common::{self, Status};
use folio_types::Digest;
use folio_wire::{Header, SeekInfo, SeekRequest};

use crate::cursor::Cursor;
use crate::{BlockSource, Channels};

/// Policy that whoever asks for blocks must satisfy.
const READERS: &str = "/Channel/Readers";

/// How far the clock of whoever asks may be from ours (Fabric's `AuthenticationTimeWindow`).
pub(crate) const TIME_WINDOW_SECONDS: u64 = 15 * 60;

/// Why a request is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: Status,
    pub(crate) reason: String,
}

/// A request that is being served.
pub(crate) struct Served {
    pub(crate) source: Arc<dyn BlockSource>,
    pub(crate) channel: Arc<str>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) seek: SeekInfo,
    pub(crate) cursor: Cursor,
}

/// Where a connection must be bound to: the hash of the client's TLS certificate, when clients must have one.
pub(crate) type Binding = Option<Digest>;

/// Checks a request at `now` (unix seconds) in Fabric's order.
pub(crate) fn open(
    channels: &dyn Channels,
    message: common::Envelope,
    binding: Binding,
    now: i64,
) -> Result<Served, Refused> {
    let bad_request = |reason: String| Refused { status: Status::BadRequest, reason };
    let request = SeekRequest::parse(message).map_err(|error| bad_request(error.to_string()))?;
    check_time(&request.header, now).map_err(bad_request)?;
    check_binding(&request.header, binding).map_err(bad_request)?;
    let channel = request.header.channel_id;
    let Some(source) = channels.find(&channel) else {
        return Err(Refused { status: Status::NotFound, reason: format!("channel {channel:?} is not here") });
    };
    let signed = Signed { creator: &request.header.creator, message: &request.payload, signature: &request.signature };
    let identity = source
        .config()
        .authorise(READERS, signed, now)
        .map_err(|error| Refused { status: Status::Forbidden, reason: error.to_string() })?;
    let height = *source.height().borrow();
    let seek = request.seek;
    let cursor = Cursor::open(&seek, height).map_err(|status| {
        let reason = format!("{:?} to {:?} in a channel of {height} blocks", seek.start, seek.stop);
        Refused { status, reason }
    })?;
    Ok(Served { source, channel: channel.into(), identity, seek, cursor })
}

fn check_time(header: &Header, now: i64) -> Result<(), String> {
    let Some(timestamp) = header.timestamp else {
        return Err("the channel header has no timestamp".to_owned());
    };
    let apart = timestamp.seconds.abs_diff(now);
    if apart > TIME_WINDOW_SECONDS {
        return Err(format!("the timestamp is {apart} s from our clock, at most {TIME_WINDOW_SECONDS} are taken"));
    }
    Ok(())
}

fn check_binding(header: &Header, binding: Binding) -> Result<(), String> {
    match binding {
        Some(expected) if header.tls_cert_hash[..] != expected[..] => {
            Err("the channel header does not name the TLS certificate of this connection".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use folio_wire::Timestamp;

    use super::*;

    fn header(timestamp: Option<i64>, tls_cert_hash: &'static [u8]) -> Header {
        Header {
            channel_header: Default::default(),
            signature_header: Default::default(),
            kind: folio_wire::HeaderType::DeliverSeekInfo,
            channel_id: "folio".to_owned(),
            tx_id: String::new(),
            timestamp: timestamp.map(|seconds| Timestamp { seconds, nanos: 0 }),
            epoch: 0,
            extension: Default::default(),
            tls_cert_hash: tls_cert_hash.into(),
            creator: Default::default(),
            nonce: Default::default(),
        }
    }

    #[test]
    fn a_request_must_be_at_most_fifteen_minutes_from_our_clock() {
        let now = 1_700_000_000;
        for (seconds, good) in [
            (now, true),
            (now - 900, true),
            (now + 900, true),
            (now - 901, false),
            (now + 901, false),
            (i64::MIN, false),
        ] {
            assert_eq!(check_time(&header(Some(seconds), b""), now).is_ok(), good, "{seconds}");
        }
        assert!(check_time(&header(None, b""), now).is_err());
    }

    #[test]
    fn a_request_must_name_the_certificate_of_its_connection_when_clients_have_one() {
        for (claimed, binding, good) in [
            (&[7; 32][..], Some([7; 32]), true),
            (&[8; 32], Some([7; 32]), false),
            (&[], Some([7; 32]), false),
            (&[], None, true),
            (&[8; 32], None, true),
        ] {
            assert_eq!(check_binding(&header(None, claimed), binding).is_ok(), good, "{claimed:?}");
        }
    }
}
