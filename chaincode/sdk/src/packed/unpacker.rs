//! Bytes to values.

use super::{Packed, PackedError};

type Result<T> = std::result::Result<T, PackedError>;

/// Bits of a number that one byte carries.
const GROUP_BITS: u32 = 7;

/// Most bytes of memory that a count takes before its parts are read.
const AHEAD_BYTES_MAX: usize = 64 * 1024;

/// Reads values one behind the other.
pub struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self.rest.split_first().ok_or(PackedError::Truncated)?;
        self.rest = rest;
        Ok(*byte)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<u64> {
        match self.byte()? {
            byte @ 0..0x80 => Ok(byte.into()),
            byte => self.long_number(byte),
        }
    }

    /// A number whose first byte says that more follow.
    fn long_number(&mut self, first: u8) -> Result<u64> {
        let mut value = u64::from(first & 0x7f);
        let mut shift = GROUP_BITS;
        loop {
            let byte = self.byte()?;
            let group = u64::from(byte & 0x7f);
            // The last of ten bytes has room for one bit.
            if shift >= u64::BITS || group >> (u64::BITS - shift).min(GROUP_BITS) != 0 {
                return Err(PackedError::Malformed("a number"));
            }
            value |= group << shift;
            match byte {
                0 => return Err(PackedError::Malformed("a number")),
                1..0x80 => return Ok(value),
                _ => shift += GROUP_BITS,
            }
        }
    }

    #[inline]
    pub(super) fn mark(&mut self, what: &'static str) -> Result<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(PackedError::Malformed(what)),
        }
    }

    /// A count of parts of at least one byte each.
    #[inline]
    fn count(&mut self) -> Result<usize> {
        let count = usize::unpack(self)?;
        if count > self.rest.len() { Err(PackedError::Truncated) } else { Ok(count) }
    }

    /// A text, where it stands.
    pub fn text(&mut self) -> Result<&'a str> {
        let length = self.count()?;
        let (slice, rest) = self.rest.split_at(length);
        self.rest = rest;
        str::from_utf8(slice).map_err(|_| PackedError::Malformed("a text"))
    }

    /// The parts of a list or a map.
    #[inline]
    pub(super) fn parts<T: Packed>(&mut self) -> Result<Vec<T>> {
        let count = self.count()?;
        let ahead = AHEAD_BYTES_MAX / size_of::<T>().max(1);
        let mut parts = Vec::with_capacity(count.min(ahead));
        for _ in 0..count {
            parts.push(T::unpack(self)?);
        }
        Ok(parts)
    }

    /// How many fields of a structure were written, of which these must be there and these are known. Fewer than are known
    /// is what an older version wrote.
    #[doc(hidden)]
    #[inline]
    pub fn fields(&mut self, needed: usize, known: usize) -> Result<usize> {
        let written = usize::unpack(self)?;
        if (needed..=known).contains(&written) { Ok(written) } else { Err(PackedError::Malformed("a structure")) }
    }
}
