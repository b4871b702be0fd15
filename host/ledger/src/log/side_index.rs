//! A small file beside each full log file that lists its frames, so that opening a long log does not read all of it.
//!
//! It is a hint: it is checked against the log file, and made again where it does not fit.

use std::{fs, path::Path};

use folio_types::BlockNumber;

use super::{frame::FileHeader, scan::Entry};

const MAGIC: [u8; 8] = *b"FoldIdx1";
const HEADER_BYTES: usize = 24;
const ENTRY_BYTES: usize = 44;
const CRC_BYTES: usize = 4;

/// The frames of a full file, if the side index beside it was written for exactly this file.
pub(crate) fn load(path: &Path, header: &FileHeader, log_bytes: u64) -> Option<Vec<Entry>> {
    let bytes = fs::read(path).ok()?;
    let body = bytes.len().checked_sub(CRC_BYTES).filter(|body| *body >= HEADER_BYTES)?;
    let (body, crc) = bytes.split_at(body);
    let is_whole = crc32fast::hash(body).to_le_bytes() == *crc;
    let fits = body[..HEADER_BYTES] == encode_header(header, log_bytes);
    let entries = &body[HEADER_BYTES..];
    (is_whole && fits && entries.len().is_multiple_of(ENTRY_BYTES))
        .then(|| entries.chunks_exact(ENTRY_BYTES).filter_map(decode_entry).collect())
}

/// Writes the side index of a full file. Failure is no harm: the next opening reads the log file instead.
pub(crate) fn store(path: &Path, header: &FileHeader, log_bytes: u64, entries: &[Entry]) {
    let mut bytes = encode_header(header, log_bytes).to_vec();
    for entry in entries {
        bytes.extend_from_slice(&entry.number.to_le_bytes());
        bytes.extend_from_slice(&entry.offset.to_le_bytes());
        bytes.extend_from_slice(&entry.tag);
    }
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    if let Err(error) = fs::write(path, bytes) {
        tracing::warn!(file = %path.display(), %error, "side index not written");
    }
}

fn encode_header(header: &FileHeader, log_bytes: u64) -> [u8; HEADER_BYTES] {
    let mut out = [0; HEADER_BYTES];
    out[..8].copy_from_slice(&MAGIC);
    out[8..12].copy_from_slice(&header.number.to_le_bytes());
    out[12..16].copy_from_slice(&header.salt.to_le_bytes());
    out[16..].copy_from_slice(&log_bytes.to_le_bytes());
    out
}

fn decode_entry(bytes: &[u8]) -> Option<Entry> {
    Some(Entry {
        number: BlockNumber::from_le_bytes(bytes[..8].try_into().ok()?),
        offset: u32::from_le_bytes(bytes[8..12].try_into().ok()?),
        tag: bytes[12..ENTRY_BYTES].try_into().ok()?,
    })
}
