//! The bytes of a feed: a plain or gzip file, told apart by its first bytes, and digested while it is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use crate::error::StaysError;

/// The first two bytes of every gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Bytes read from disk at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// Opens a feed and unpacks it when it is gzip.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, StaysError> {
    let failed = |source| StaysError::File { path: path.to_owned(), source };
    let mut file = BufReader::with_capacity(BUFFER_BYTES, File::open(path).map_err(failed)?);
    let packed = file.fill_buf().map_err(failed)?.starts_with(&GZIP_MAGIC);
    Ok(if packed {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    })
}

/// SHA-256 of the unpacked bytes of a feed, so that packing it again does not make it another feed.
pub type FeedDigest = [u8; 32];

/// Passes bytes on and digests them; refuses to go on past a limit.
pub(crate) struct DigestReader<R> {
    inner: R,
    hash: Sha256,
    left_bytes: u64,
    limit_bytes: u64,
}

impl<R: Read> DigestReader<R> {
    pub(crate) fn new(inner: R, limit_bytes: u64) -> Self {
        Self { inner, hash: Sha256::new(), left_bytes: limit_bytes, limit_bytes }
    }

    /// The digest of what was read; the reader must stand at its end.
    pub(crate) fn finish(self) -> FeedDigest {
        self.hash.finalize().into()
    }
}

impl<R: Read> Read for DigestReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left_bytes = self.left_bytes.checked_sub(count as u64).ok_or_else(|| {
            io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {} bytes unpacked", self.limit_bytes))
        })?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// SHA-256 of the parts one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
