//! SHA-256, the only digest of the ledger.

use folio_types::Digest;
use sha2::{Digest as _, Sha256};

/// SHA-256 over the concatenation of `parts`, without copying them together.
pub fn sha256(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_over_the_concatenation() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for parts in [&[b"abc".as_slice()][..], &[b"a", b"", b"bc"]] {
            assert_eq!(hex::encode(sha256(parts)), abc);
        }
    }
}
