//! Reading one frame.

use std::{fs::File, os::unix::fs::FileExt, path::Path};

use folio_types::{BlockNumber, Digest};

use super::{
    frame::{FRAME_HEADER_BYTES, FrameHeader, Magic},
    scan::read_file_header,
};
use crate::{LedgerError, error::IoContext};

/// The tag and payload of the frame `number`, which begins at `offset` of a log file.
pub(crate) fn read_frame(
    path: &Path,
    magic: Magic,
    number: BlockNumber,
    offset: u32,
) -> Result<(Digest, Vec<u8>), LedgerError> {
    let offset = u64::from(offset);
    let corrupt = |reason| LedgerError::Corrupt { file: path.to_owned(), offset, block: number, reason };
    let file = File::open(path).context("open", path)?;
    let file_header = read_file_header(&file, path, magic)?.ok_or_else(|| corrupt("the file's header is damaged"))?;
    let mut header = [0; FRAME_HEADER_BYTES];
    file.read_exact_at(&mut header, offset).context("read", path)?;
    let header = FrameHeader::decode(file_header.salt, &header)
        .filter(|header| header.number == number)
        .ok_or_else(|| corrupt("the frame's header is damaged"))?;
    let mut stored = vec![0; header.stored_bytes()];
    file.read_exact_at(&mut stored, offset + FRAME_HEADER_BYTES as u64).context("read", path)?;
    if !header.vouches_for(&stored) {
        return Err(corrupt("the frame's bytes do not match their checksum"));
    }
    let payload = header.decode_payload(stored).ok_or_else(|| corrupt("the frame's bytes do not decode"))?;
    Ok((header.tag, payload))
}
