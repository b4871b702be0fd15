//! The bytes of headers and frames. Pure: nothing here touches a file.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::{Batch, BatchError, Committed, LogIndex};

const MAGIC: &[u8; 8] = b"FOLIOLOG";
const FORMAT: u32 = 1;
const CRC_BYTES: usize = size_of::<u32>();
const ENTRY_LENGTH_BYTES: usize = size_of::<u32>();
const FRAME_HEAD_BYTES: usize = 2 * size_of::<u32>() + size_of::<u64>() + CRC_BYTES;

/// Length of a segment's header.
pub(super) const HEADER_BYTES: usize = MAGIC.len() + size_of::<u32>() + 2 * size_of::<u64>() + CRC_BYTES;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Index of its first entry, also when it has none yet.
    pub(super) first: LogIndex,
    /// Goes into every checksum of the segment.
    pub(super) salt: u64,
}

impl Header {
    pub(super) fn encode(self) -> Bytes {
        let mut out = BytesMut::with_capacity(HEADER_BYTES);
        out.put_slice(MAGIC);
        out.put_u32(FORMAT);
        out.put_u64(self.first);
        out.put_u64(self.salt);
        let crc = crc32fast::hash(&out);
        out.put_u32(crc);
        out.freeze()
    }

    /// The header at the front of a segment, or what is wrong with it.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let Some((head, _)) = bytes.split_at_checked(HEADER_BYTES) else {
            return Err(format!("header needs {HEADER_BYTES} bytes, file has {}", bytes.len()));
        };
        let (mut fields, mut crc) = head.split_at(HEADER_BYTES - CRC_BYTES);
        if crc32fast::hash(fields) != crc.get_u32() {
            return Err("header checksum is wrong".to_owned());
        }
        if !fields.starts_with(MAGIC) {
            return Err("this is no log segment".to_owned());
        }
        fields.advance(MAGIC.len());
        match fields.get_u32() {
            FORMAT => Ok(Self { first: fields.get_u64(), salt: fields.get_u64() }),
            other => Err(format!("log format {other} is unknown, this program knows {FORMAT}")),
        }
    }
}

/// Writes one frame that holds `batches`, of which the first gets the index `first`.
pub(super) fn encode_frame(salt: u64, first: LogIndex, batches: &[Batch]) -> Result<Bytes, BatchError> {
    let narrow = |got: usize| u32::try_from(got).map_err(|_| BatchError::TooLarge { got });
    let payload_bytes = batches.iter().fold(0, |sum, batch| sum + ENTRY_LENGTH_BYTES + batch.encoded_len());
    let mut out = BytesMut::with_capacity(FRAME_HEAD_BYTES + payload_bytes);
    out.put_u32(narrow(payload_bytes)?);
    out.put_u32(narrow(batches.len())?);
    out.put_u64(first);
    out.put_u32(0);
    for batch in batches {
        out.put_u32(narrow(batch.encoded_len())?);
        batch.encode(&mut out)?;
    }
    let crc = checksum(salt, &out);
    out[FRAME_HEAD_BYTES - CRC_BYTES..FRAME_HEAD_BYTES].copy_from_slice(&crc.to_be_bytes());
    Ok(out.freeze())
}

/// A frame that holds: where it ends, and its payload.
struct Frame {
    end: usize,
    first: LogIndex,
    entries: u32,
    payload: Bytes,
}

/// What a segment holds.
#[derive(Debug)]
pub(super) struct Scan {
    /// Entries in order.
    pub(super) entries: Vec<Committed>,
    /// Where the last good frame ends.
    pub(super) good_bytes: usize,
    /// What follows it.
    pub(super) tail: Tail,
}

/// What follows the last good frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing.
    Clean,
    /// A frame that was not finished.
    Torn,
    /// A bad frame, and a good one after it, which was written only once the bad one had been good.
    Damaged,
}

/// Reads all frames of a segment.
pub(super) fn scan(segment: &Bytes, header: Header) -> Result<Scan, BatchError> {
    let mut entries = Vec::new();
    let mut good_bytes = HEADER_BYTES;
    let mut next = header.first;
    while let Some(frame) = frame_at(segment, good_bytes, header.salt).filter(|frame| frame.first == next) {
        read_entries(&frame, &mut entries)?;
        next = next.saturating_add(u64::from(frame.entries));
        good_bytes = frame.end;
    }
    let tail = match segment.len() - good_bytes {
        0 => Tail::Clean,
        _ if later_frame_holds(segment, good_bytes, header.salt, next) => Tail::Damaged,
        _ => Tail::Torn,
    };
    Ok(Scan { entries, good_bytes, tail })
}

fn read_entries(frame: &Frame, entries: &mut Vec<Committed>) -> Result<(), BatchError> {
    let mut payload = frame.payload.clone();
    for position in 0..u64::from(frame.entries) {
        if payload.len() < ENTRY_LENGTH_BYTES {
            return Err(BatchError::Short { needed: ENTRY_LENGTH_BYTES, left: payload.len() });
        }
        let length = payload.get_u32() as usize;
        if payload.len() < length {
            return Err(BatchError::Short { needed: length, left: payload.len() });
        }
        let batch = Batch::decode(payload.split_to(length))?;
        entries.push(Committed { index: frame.first.saturating_add(position), batch });
    }
    match payload.len() {
        0 => Ok(()),
        left => Err(BatchError::Trailing { left }),
    }
}

/// The frame at `offset`, if it is whole and its checksum holds.
fn frame_at(segment: &Bytes, offset: usize, salt: u64) -> Option<Frame> {
    let mut head = segment.get(offset..offset.checked_add(FRAME_HEAD_BYTES)?)?;
    let (payload_bytes, entries, first, crc) =
        (head.get_u32() as usize, head.get_u32(), head.get_u64(), head.get_u32());
    let end = offset.checked_add(FRAME_HEAD_BYTES)?.checked_add(payload_bytes)?;
    let frame = segment.get(offset..end)?;
    let holds = entries > 0 && checksum(salt, frame) == crc;
    holds.then(|| Frame { end, first, entries, payload: segment.slice(end - payload_bytes..end) })
}

/// Whether a frame with a higher index than the one that should stand at `bad` is found behind it.
fn later_frame_holds(segment: &Bytes, bad: usize, salt: u64, next: LogIndex) -> bool {
    let entries_max = (segment.len() - bad) as u64;
    let plausible = |offset: usize| {
        let index_at = offset + 2 * size_of::<u32>();
        let mut index = segment.get(index_at..index_at + size_of::<u64>())?;
        (1..=entries_max).contains(&index.get_u64().checked_sub(next)?).then_some(offset)
    };
    (bad + 1..segment.len()).filter_map(plausible).any(|offset| frame_at(segment, offset, salt).is_some())
}

/// The checksum of a frame, whose own field is left out.
fn checksum(salt: u64, frame: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&salt.to_be_bytes());
    hasher.update(&frame[..FRAME_HEAD_BYTES - CRC_BYTES]);
    hasher.update(&frame[FRAME_HEAD_BYTES..]);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(bytes: &'static [u8]) -> Batch {
        Batch { envelopes: vec![Bytes::from_static(bytes)] }
    }

    fn segment(frames: &[&[Batch]]) -> (Bytes, Header) {
        let header = Header { first: 7, salt: 0x0123_4567_89ab_cdef };
        let mut out = BytesMut::from(&header.encode()[..]);
        let mut next = header.first;
        for batches in frames {
            out.put_slice(&encode_frame(header.salt, next, batches).unwrap());
            next += batches.len() as u64;
        }
        (out.freeze(), header)
    }

    #[test]
    fn the_written_form_stays_what_it_is() {
        let (bytes, _) = segment(&[&[batch(b"x")]]);
        let expected = "464f4c494f4c4f47000000010000000000000007\
                        0123456789abcdef369b1365\
                        0000000d0000000100000000000000070c7597d5\
                        00000009000000010000000178";
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected.replace(char::is_whitespace, ""));
    }

    #[test]
    fn a_segment_is_read_back_with_its_indexes() {
        let (bytes, header) = segment(&[&[batch(b"a"), batch(b"b")], &[batch(b"c")]]);
        assert_eq!(Header::decode(&bytes), Ok(header));
        let scan = scan(&bytes, header).unwrap();
        assert_eq!(scan.entries.iter().map(|entry| entry.index).collect::<Vec<_>>(), [7, 8, 9]);
        assert_eq!(scan.entries[2].batch, batch(b"c"));
        assert_eq!((scan.good_bytes, scan.tail), (bytes.len(), Tail::Clean));
    }

    #[test]
    fn a_header_with_any_changed_byte_is_refused() {
        let good = Header { first: 1, salt: 2 }.encode();
        for position in 0..HEADER_BYTES {
            let mut bad = good.to_vec();
            bad[position] ^= 0x10;
            assert!(Header::decode(&bad).is_err(), "byte {position}");
            assert!(Header::decode(&good[..position]).is_err(), "length {position}");
        }
    }

    #[test]
    fn a_changed_byte_tears_the_last_frame_and_damages_an_earlier_one() {
        let (bytes, header) = segment(&[&[batch(b"first")], &[batch(b"second"), batch(b"third")]]);
        let (first_only, _) = segment(&[&[batch(b"first")]]);
        for position in HEADER_BYTES..bytes.len() {
            let mut bad = bytes.to_vec();
            bad[position] ^= 0x40;
            let scan = scan(&bad.into(), header).unwrap();
            let expected = if position < first_only.len() { (0, Tail::Damaged) } else { (1, Tail::Torn) };
            assert_eq!((scan.entries.len(), scan.tail), expected, "byte {position}");
        }
    }

    #[test]
    fn a_frame_inside_an_envelope_does_not_pass_for_one_of_the_log() {
        let forged = encode_frame(0, 8, &[batch(b"forged")]).unwrap();
        let hidden = Batch { envelopes: vec![forged] };
        let (bytes, header) = segment(&[&[hidden]]);
        let scan = scan(&bytes.slice(..bytes.len() - 1), header).unwrap();
        assert_eq!((scan.entries.len(), scan.tail), (0, Tail::Torn));
    }
}
