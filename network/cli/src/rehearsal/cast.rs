//! The members of the rehearsal, and who of them has a key.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use folio_crypto::{Curve, SigningKey};
use folio_stays::{Member, Members};

use super::draw::Draw;

/// Of a thousand members, how many sign for themselves. Their programme's agent acts for the others.
const KEYS_PER_MILLE: u64 = 300;

/// The members, and who of them is enrolled.
pub(super) struct Cast {
    seed: u64,
    members: BTreeMap<String, Member>,
    enrolled: Mutex<BTreeMap<String, Option<Arc<SigningKey>>>>,
}

impl Cast {
    pub(super) fn new(seed: u64, members: &Members) -> Self {
        let members = members.iter().map(|member| (member.id.clone(), member)).collect();
        Self { seed, members, enrolled: Mutex::default() }
    }

    /// The member, if it is one of ours that is not enrolled yet.
    pub(super) fn to_enrol(&self, member: &str) -> Option<&Member> {
        let enrolled = self.enrolled.lock().unwrap_or_else(PoisonError::into_inner);
        self.members.get(member).filter(|_| !enrolled.contains_key(member))
    }

    /// A new key for a member who signs; nothing for the others.
    pub(super) fn new_key(&self, member: &str) -> Result<Option<Arc<SigningKey>>> {
        if !Draw::about(self.seed, member.to_owned()).happens("key", KEYS_PER_MILLE) {
            return Ok(None);
        }
        Ok(Some(Arc::new(SigningKey::generate(Curve::Secp256k1)?)))
    }

    /// The member is enrolled, with this key.
    pub(super) fn enrolled(&self, member: &str, key: Option<Arc<SigningKey>>) {
        self.enrolled.lock().unwrap_or_else(PoisonError::into_inner).insert(member.to_owned(), key);
    }

    /// The key with which a member signs, if it does.
    pub(super) fn key_of(&self, member: &str) -> Option<Arc<SigningKey>> {
        self.enrolled.lock().unwrap_or_else(PoisonError::into_inner).get(member).cloned().flatten()
    }
}
