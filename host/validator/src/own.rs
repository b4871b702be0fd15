//! The endorsements that this peer made itself.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Mutex, PoisonError},
};

use folio_crypto::sha256;
use folio_types::Digest;
use folio_wire::Endorsement;

/// Most endorsements that are remembered. The oldest half goes when there are more.
pub const OWN_ENDORSEMENTS_MAX: usize = 50_000;

/// Remembers the signatures that this peer made, so that it need not verify them when they come back in a block.
///
/// What is remembered is the exact signature over the exact outcome: an endorsement that was tampered with is verified,
/// and refused, like any other. Whether something is remembered therefore never changes a verdict.
#[derive(Debug, Default)]
pub struct OwnEndorsements(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: BTreeSet<Digest>,
    old: BTreeSet<Digest>,
}

impl OwnEndorsements {
    /// Remembers an endorsement that this peer has just signed.
    pub fn remember(&self, response_payload: &[u8], endorsement: &Endorsement) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.insert(key(response_payload, endorsement));
        if generations.young.len() >= OWN_ENDORSEMENTS_MAX / 2 {
            generations.old = mem::take(&mut generations.young);
        }
    }

    pub(crate) fn contains(&self, response_payload: &[u8], endorsement: &Endorsement) -> bool {
        let key = key(response_payload, endorsement);
        let generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.contains(&key) || generations.old.contains(&key)
    }

    /// Whether nothing is remembered, so that there is no need to ask.
    pub(crate) fn is_empty(&self) -> bool {
        let generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.is_empty() && generations.old.is_empty()
    }
}

/// Every part is hashed by itself, so that none can be moved over to its neighbour.
fn key(response_payload: &[u8], endorsement: &Endorsement) -> Digest {
    sha256(&[&sha256(&[response_payload]), &sha256(&[&endorsement.endorser]), &endorsement.signature])
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn endorsement(endorser: &'static [u8], signature: &[u8]) -> Endorsement {
        Endorsement { endorser: Bytes::from_static(endorser), signature: Bytes::copy_from_slice(signature) }
    }

    #[test]
    fn only_the_exact_endorsement_is_known() {
        let own = OwnEndorsements::default();
        own.remember(b"outcome", &endorsement(b"peer", b"signature"));
        assert!(own.contains(b"outcome", &endorsement(b"peer", b"signature")));
        for (payload, endorser, signature) in [
            (&b"other"[..], &b"peer"[..], &b"signature"[..]),
            (b"outcome", b"peer", b"tampered"),
            (b"outcome", b"other", b"signature"),
            (b"outcomep", b"eer", b"signature"),
            (b"outcome", b"peers", b"ignature"),
        ] {
            assert!(!own.contains(payload, &endorsement(endorser, signature)));
        }
    }

    #[test]
    fn the_memory_is_bounded_and_keeps_the_recent_half() {
        let own = OwnEndorsements::default();
        let made = |i: usize| endorsement(b"peer", &i.to_be_bytes());
        (0..OWN_ENDORSEMENTS_MAX + 1).for_each(|i| own.remember(b"outcome", &made(i)));
        assert!(own.contains(b"outcome", &made(OWN_ENDORSEMENTS_MAX)));
        assert!(own.contains(b"outcome", &made(OWN_ENDORSEMENTS_MAX / 2)));
        assert!(!own.contains(b"outcome", &made(0)));
    }
}
