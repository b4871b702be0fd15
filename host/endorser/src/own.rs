//! The endorsements that this peer made itself and need not verify again at commit.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use folio_crypto::sha256;
use folio_types::Digest;

/// Most endorsements that are remembered; older ones are verified like anybody's.
pub(crate) const OWN_ENDORSEMENTS_MAX: usize = 50_000;

/// Remembers what this peer signed, by a digest over outcome and signature. Cleared by a restart.
#[derive(Default)]
pub struct OwnEndorsements {
    known: Mutex<(HashSet<Digest>, VecDeque<Digest>)>,
}

impl OwnEndorsements {
    /// Remembers that this peer made `signature` over `payload`.
    pub fn remember(&self, payload: &[u8], signature: &[u8]) {
        let digest = digest_of(payload, signature);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (set, order) = &mut *known;
        if set.insert(digest) {
            order.push_back(digest);
        }
        if order.len() > OWN_ENDORSEMENTS_MAX
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
    }

    /// Whether this peer made `signature` over `payload`.
    pub fn made(&self, payload: &[u8], signature: &[u8]) -> bool {
        let digest = digest_of(payload, signature);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).0.contains(&digest)
    }
}

/// The length comes first, so that no other split of the same bytes has this digest.
fn digest_of(payload: &[u8], signature: &[u8]) -> Digest {
    sha256(&[&(payload.len() as u64).to_be_bytes(), payload, signature])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_signature_over_the_very_outcome_is_known_and_the_oldest_is_forgotten() {
        let own = OwnEndorsements::default();
        own.remember(b"outcome", b"signature");
        assert!(own.made(b"outcome", b"signature"));
        assert!(!own.made(b"outcome", b"another") && !own.made(b"other", b"signature"));
        for number in 0..OWN_ENDORSEMENTS_MAX {
            own.remember(&number.to_be_bytes(), b"s");
        }
        assert!(!own.made(b"outcome", b"signature"));
    }
}
