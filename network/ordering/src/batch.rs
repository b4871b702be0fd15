//! A cut batch, and the bytes under which a log or another node keeps it.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use thiserror::Error;

const COUNT_BYTES: usize = size_of::<u32>();
const LENGTH_BYTES: usize = size_of::<u32>();

/// Envelopes that become one block, in block order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The envelopes as they will stand in the block.
    pub envelopes: Vec<Bytes>,
}

/// Why bytes are no batch.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BatchError {
    /// The bytes end before the batch does.
    #[error("batch ends early: {needed} bytes needed, {left} left")]
    Short {
        /// Bytes that the next part needs.
        needed: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// Bytes follow the last envelope.
    #[error("{left} bytes follow the last envelope of a batch")]
    Trailing {
        /// How many.
        left: usize,
    },
    /// An envelope, or their number, does not fit into 32 bits.
    #[error("batch part of {got} is too large to be kept")]
    TooLarge {
        /// The length or count.
        got: usize,
    },
}

impl Batch {
    /// The number of bytes that [`Batch::encode`] writes.
    pub fn encoded_len(&self) -> usize {
        self.envelopes.iter().fold(COUNT_BYTES, |sum, envelope| sum + LENGTH_BYTES + envelope.len())
    }

    /// Writes the number of envelopes, then each with its length before it (32-bit big-endian numbers).
    pub fn encode(&self, out: &mut BytesMut) -> Result<(), BatchError> {
        out.reserve(self.encoded_len());
        out.put_u32(narrow(self.envelopes.len())?);
        for envelope in &self.envelopes {
            out.put_u32(narrow(envelope.len())?);
            out.put_slice(envelope);
        }
        Ok(())
    }

    /// Reads what [`Batch::encode`] wrote. The envelopes share the memory of `bytes`.
    pub fn decode(mut bytes: Bytes) -> Result<Self, BatchError> {
        let count = take_u32(&mut bytes)?;
        // A count can claim anything; what is reserved is bounded by the bytes that are there.
        let mut envelopes = Vec::with_capacity(count.min(bytes.len() / LENGTH_BYTES));
        for _ in 0..count {
            let length = take_u32(&mut bytes)?;
            if bytes.len() < length {
                return Err(BatchError::Short { needed: length, left: bytes.len() });
            }
            envelopes.push(bytes.split_to(length));
        }
        match bytes.len() {
            0 => Ok(Self { envelopes }),
            left => Err(BatchError::Trailing { left }),
        }
    }
}

fn narrow(got: usize) -> Result<u32, BatchError> {
    u32::try_from(got).map_err(|_| BatchError::TooLarge { got })
}

fn take_u32(bytes: &mut Bytes) -> Result<usize, BatchError> {
    if bytes.len() < size_of::<u32>() {
        return Err(BatchError::Short { needed: size_of::<u32>(), left: bytes.len() });
    }
    Ok(bytes.get_u32() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(batch: &Batch) -> Bytes {
        let mut out = BytesMut::new();
        batch.encode(&mut out).unwrap();
        assert_eq!(out.len(), batch.encoded_len());
        out.freeze()
    }

    #[test]
    fn a_batch_is_read_back_as_it_was_written() {
        for envelopes in [vec![], vec![Bytes::new()], vec![Bytes::from_static(b"one"), Bytes::from(vec![7; 70_000])]] {
            let batch = Batch { envelopes };
            assert_eq!(Batch::decode(encoded(&batch)).unwrap(), batch);
        }
    }

    #[test]
    fn the_written_form_stays_what_it_is() {
        let batch = Batch { envelopes: vec![Bytes::from_static(b"ab"), Bytes::from_static(b"c")] };
        assert_eq!(&encoded(&batch)[..], b"\0\0\0\x02\0\0\0\x02ab\0\0\0\x01c");
    }

    #[test]
    fn cut_and_lengthened_bytes_are_refused() {
        let whole = encoded(&Batch { envelopes: vec![Bytes::from_static(b"one"), Bytes::from_static(b"two")] });
        for length in 0..whole.len() {
            assert!(matches!(Batch::decode(whole.slice(..length)), Err(BatchError::Short { .. })), "at {length}");
        }
        let mut longer = whole.to_vec();
        longer.push(0);
        assert_eq!(Batch::decode(longer.into()), Err(BatchError::Trailing { left: 1 }));
        assert!(Batch::decode(Bytes::from_static(&[0xff; 8])).is_err());
    }
}
