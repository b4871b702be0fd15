//! The bytes of a log file, integers little-endian.
//!
//! ```text
//! file   0  8  magic of the kind of log
//!        8  2  format, 1
//!       10  2  zero
//!       12  4  number of the file in its log
//!       16  4  salt
//!       20  4  CRC-32 of bytes 0..20
//! frame  0  4  magic "Fold"
//!        4  1  codec: 0 stored as it is, 1 LZ4 block
//!        5  3  zero
//!        8  8  number of the block
//!       16  4  bytes stored
//!       20  4  bytes after decoding
//!       24 32  tag (a block's header hash)
//!       56  4  CRC-32 of the stored bytes
//!       60  4  CRC-32 of the salt and bytes 0..60
//!       64     the stored bytes
//! ```
//! The salt is random, and never leaves the machine: bytes that a client put into a block can not pass for a frame.

use std::fmt;

use folio_types::{BlockNumber, Digest, limits::MESSAGE_BYTES_MAX};

use crate::LedgerError;

pub(crate) const FILE_HEADER_BYTES: usize = 24;
pub(crate) const FRAME_HEADER_BYTES: usize = 64;

/// Largest payload of a frame. A block is a message, so it is no larger than one.
const PAYLOAD_BYTES_MAX: usize = MESSAGE_BYTES_MAX;

/// Payloads below this size are stored as they are.
const COMPRESS_BYTES_MIN: usize = 512;

const FORMAT: u16 = 1;
const FRAME_MAGIC: [u8; 4] = *b"Fold";

/// What begins every file of one kind of log.
pub(crate) type Magic = [u8; 8];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileHeader {
    pub(crate) number: u32,
    pub(crate) salt: u32,
}

impl FileHeader {
    pub(crate) fn encode(&self, magic: Magic) -> [u8; FILE_HEADER_BYTES] {
        let mut out = [0; FILE_HEADER_BYTES];
        out[..8].copy_from_slice(&magic);
        out[8..10].copy_from_slice(&FORMAT.to_le_bytes());
        out[12..16].copy_from_slice(&self.number.to_le_bytes());
        out[16..20].copy_from_slice(&self.salt.to_le_bytes());
        let crc = crc32fast::hash(&out[..20]);
        out[20..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    pub(crate) fn decode(magic: Magic, bytes: &[u8; FILE_HEADER_BYTES]) -> Option<Self> {
        let header = Self { number: u32_at(bytes, 12), salt: u32_at(bytes, 16) };
        (header.encode(magic) == *bytes).then_some(header)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Stored,
    Lz4,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    codec: Codec,
    pub(crate) number: BlockNumber,
    stored_bytes: u32,
    raw_bytes: u32,
    pub(crate) tag: Digest,
    payload_crc: u32,
}

impl fmt::Debug for FrameHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame {} ({:?}, {} of {} bytes)", self.number, self.codec, self.stored_bytes, self.raw_bytes)
    }
}

impl FrameHeader {
    /// The header in `bytes`, if its own checksum holds and its numbers are possible.
    pub(crate) fn decode(salt: u32, bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..FRAME_HEADER_BYTES)?;
        if bytes[..4] != FRAME_MAGIC || u32_at(bytes, 60) != header_crc(salt, &bytes[..60]) {
            return None;
        }
        let codec = match bytes[4..8] {
            [0, 0, 0, 0] => Codec::Stored,
            [1, 0, 0, 0] => Codec::Lz4,
            _ => return None,
        };
        let header = Self {
            codec,
            number: BlockNumber::from_le_bytes(array_at(bytes, 8)),
            stored_bytes: u32_at(bytes, 16),
            raw_bytes: u32_at(bytes, 20),
            tag: array_at(bytes, 24),
            payload_crc: u32_at(bytes, 56),
        };
        let fits = |bytes: u32| bytes as usize <= PAYLOAD_BYTES_MAX;
        (fits(header.stored_bytes) && fits(header.raw_bytes)).then_some(header)
    }

    fn encode(&self, salt: u32) -> [u8; FRAME_HEADER_BYTES] {
        let mut out = [0; FRAME_HEADER_BYTES];
        out[..4].copy_from_slice(&FRAME_MAGIC);
        out[4] = u8::from(self.codec == Codec::Lz4);
        out[8..16].copy_from_slice(&self.number.to_le_bytes());
        out[16..20].copy_from_slice(&self.stored_bytes.to_le_bytes());
        out[20..24].copy_from_slice(&self.raw_bytes.to_le_bytes());
        out[24..56].copy_from_slice(&self.tag);
        out[56..60].copy_from_slice(&self.payload_crc.to_le_bytes());
        let crc = header_crc(salt, &out[..60]);
        out[60..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// Bytes of the payload as it stands in the file.
    pub(crate) fn stored_bytes(&self) -> usize {
        self.stored_bytes as usize
    }

    /// Bytes of the whole frame.
    pub(crate) fn frame_bytes(&self) -> u64 {
        FRAME_HEADER_BYTES as u64 + u64::from(self.stored_bytes)
    }

    /// Whether these stored bytes are the ones that were written.
    pub(crate) fn vouches_for(&self, stored: &[u8]) -> bool {
        stored.len() == self.stored_bytes() && crc32fast::hash(stored) == self.payload_crc
    }

    /// The payload behind stored bytes that the header vouches for.
    pub(crate) fn decode_payload(&self, stored: Vec<u8>) -> Option<Vec<u8>> {
        match self.codec {
            Codec::Stored => (self.stored_bytes == self.raw_bytes).then_some(stored),
            Codec::Lz4 => {
                let mut raw = vec![0; self.raw_bytes as usize];
                let length = lz4_flex::block::decompress_into(&stored, &mut raw).ok()?;
                (length == raw.len()).then_some(raw)
            }
        }
    }
}

/// A whole frame, ready to be written. Certificates repeat in every transaction, so that a block shrinks to a third.
pub(crate) fn encode_frame(
    salt: u32,
    number: BlockNumber,
    tag: &Digest,
    payload: &[u8],
) -> Result<Vec<u8>, LedgerError> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(LedgerError::TooLarge { block: number, bytes: payload.len(), limit: PAYLOAD_BYTES_MAX });
    }
    let mut frame = vec![0; FRAME_HEADER_BYTES];
    let mut codec = Codec::Stored;
    if payload.len() >= COMPRESS_BYTES_MIN {
        frame.resize(FRAME_HEADER_BYTES + lz4_flex::block::get_maximum_output_size(payload.len()), 0);
        match lz4_flex::block::compress_into(payload, &mut frame[FRAME_HEADER_BYTES..]) {
            Ok(length) if length < payload.len() => {
                frame.truncate(FRAME_HEADER_BYTES + length);
                codec = Codec::Lz4;
            }
            _ => frame.truncate(FRAME_HEADER_BYTES),
        }
    }
    if codec == Codec::Stored {
        frame.extend_from_slice(payload);
    }
    let stored = &frame[FRAME_HEADER_BYTES..];
    // Both lengths are at most PAYLOAD_BYTES_MAX, which a u32 holds.
    let header = FrameHeader {
        codec,
        number,
        stored_bytes: stored.len() as u32,
        raw_bytes: payload.len() as u32,
        tag: *tag,
        payload_crc: crc32fast::hash(stored),
    };
    frame[..FRAME_HEADER_BYTES].copy_from_slice(&header.encode(salt));
    Ok(frame)
}

/// Where a frame header next begins in `bytes`, if anywhere.
pub(crate) fn find_frame(salt: u32, bytes: &[u8]) -> Option<usize> {
    (0..bytes.len()).find(|at| FrameHeader::decode(salt, &bytes[*at..]).is_some())
}

fn header_crc(salt: u32, bytes: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&salt.to_le_bytes());
    crc.update(bytes);
    crc.finalize()
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(salt: u32, frame: &[u8]) -> Option<(FrameHeader, Vec<u8>)> {
        let header = FrameHeader::decode(salt, frame)?;
        let stored = frame.get(FRAME_HEADER_BYTES..FRAME_HEADER_BYTES + header.stored_bytes())?;
        header.vouches_for(stored).then_some(())?;
        Some((header, header.decode_payload(stored.to_vec())?))
    }

    #[test]
    fn a_frame_gives_back_its_payload_compressed_or_not() {
        let noise: Vec<u8> = (0..2_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for payload in [vec![], vec![7; 10], vec![7; 100_000], noise] {
            let frame = encode_frame(9, 5, &[3; 32], &payload).unwrap();
            let (header, back) = decode(9, &frame).unwrap();
            assert_eq!((header.number, header.tag, back), (5, [3; 32], payload));
            assert_eq!(header.frame_bytes(), frame.len() as u64);
        }
    }

    #[test]
    fn every_flipped_bit_of_a_frame_is_noticed() {
        let frame = encode_frame(9, 5, &[3; 32], b"some payload").unwrap();
        for bit in 0..frame.len() * 8 {
            let mut damaged = frame.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(9, &damaged).is_none(), "bit {bit}");
        }
    }

    #[test]
    fn a_frame_of_another_file_is_no_frame_here() {
        let frame = encode_frame(9, 5, &[3; 32], b"some payload").unwrap();
        assert!(decode(10, &frame).is_none());
        assert_eq!(find_frame(10, &frame), None);
        assert_eq!(find_frame(9, &[&[1, 2, 3], frame.as_slice()].concat()), Some(3));
    }
}
