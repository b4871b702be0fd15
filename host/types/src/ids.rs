//! Identifiers: transaction ids, block positions, digests.

use std::fmt;

use thiserror::Error;

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// Height of a block in its channel; genesis is 0.
pub type BlockNumber = u64;

/// Position of a transaction inside its block, from 0.
pub type TxNumber = u64;

/// Where a value was written: Fabric's "height", block then transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Block that holds the writing transaction.
    pub block: BlockNumber,
    /// Position of that transaction in the block.
    pub tx: TxNumber,
}

impl Version {
    /// The version of what transaction `tx` of block `block` writes.
    pub const fn new(block: BlockNumber, tx: TxNumber) -> Self {
        Self { block, tx }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.block, self.tx)
    }
}

/// A transaction id: SHA-256 over nonce and creator, shown and carried as 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxId(Digest);

/// Why a text is no transaction id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("transaction id must be 64 lowercase hex digits, got {got:?}")]
pub struct TxIdError {
    /// The text that was refused, cut to 80 characters.
    pub got: String,
}

impl TxId {
    /// The id that stands for this digest.
    pub const fn from_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// Reads the 64 lowercase hex digits of the wire form.
    pub fn parse(text: &str) -> Result<Self, TxIdError> {
        let refused = || TxIdError { got: text.chars().take(80).collect() };
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(refused());
        }
        let mut digest = Digest::default();
        hex::decode_to_slice(text, &mut digest).map_err(|_| refused())?;
        Ok(Self(digest))
    }

    /// The 32 bytes behind the text.
    pub const fn digest(&self) -> &Digest {
        &self.0
    }
}

impl fmt::Display for TxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for TxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_64_lowercase_hex_digits_are_a_transaction_id() {
        let good = "8d4dbd2d73f6d78a0716ae72baabe97521642931ae3483b2e78e477b0298a642";
        assert_eq!(TxId::parse(good).unwrap().to_string(), good);
        for bad in ["", "8d", &good[1..], &good.to_uppercase(), &format!("{good}00"), "zz"] {
            assert!(TxId::parse(bad).is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn versions_order_by_block_then_transaction() {
        assert!(Version::new(1, 9) < Version::new(2, 0));
        assert!(Version::new(2, 0) < Version::new(2, 1));
    }
}
