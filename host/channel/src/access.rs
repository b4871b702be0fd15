//! Who may ask a channel for something.

use std::sync::Arc;

use bytes::Bytes;
use folio_crypto::SignatureError;
use folio_msp::{Identity, MspError};
use thiserror::Error;

use crate::ChannelConfig;

/// Why somebody may not.
#[derive(Debug, Error)]
pub enum AccessError {
    /// No organisation of the channel vouches for the creator.
    #[error("the creator is nobody of this channel: {0}")]
    Unknown(#[from] MspError),
    /// The certificate's time is over.
    #[error("the certificate of {who} expired at {not_after} (unix seconds)")]
    Expired {
        /// Organisation and common name.
        who: String,
        /// The last second.
        not_after: i64,
    },
    /// The signature is not the creator's.
    #[error("the signature is not that of {who}: {source}")]
    Signature {
        /// Organisation and common name.
        who: String,
        /// What is wrong with it.
        source: SignatureError,
    },
    /// The creator does not satisfy the policy.
    #[error("{who} does not satisfy the policy {policy}")]
    Policy {
        /// Organisation and common name.
        who: String,
        /// The policy.
        policy: &'static str,
    },
}

/// Something signed, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The signer's serialized identity.
    pub creator: &'a Bytes,
    /// What is signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
}

impl ChannelConfig {
    /// Checks that something is signed by an identity of the channel that is not expired at `now` (unix seconds), and
    /// that it satisfies the policy at a path. The cheap checks come first.
    pub fn authorise(&self, policy: &'static str, signed: Signed<'_>, now: i64) -> Result<Arc<Identity>, AccessError> {
        let identity = self.msps().resolve(signed.creator)?;
        check_expiry(&identity, now)?;
        let who = || name_of(&identity);
        if !self.satisfied(policy, std::slice::from_ref(&identity)) {
            return Err(AccessError::Policy { who: who(), policy });
        }
        match identity.verify(signed.message, signed.signature) {
            Ok(()) => Ok(identity),
            Err(source) => Err(AccessError::Signature { who: who(), source }),
        }
    }
}

/// Checks that a certificate's time is not over. That it has begun is for its organisation to see to.
pub fn check_expiry(identity: &Identity, now: i64) -> Result<(), AccessError> {
    if identity.expired_at(now) {
        let not_after = identity.certificate.not_after();
        return Err(AccessError::Expired { who: name_of(identity), not_after });
    }
    Ok(())
}

fn name_of(identity: &Identity) -> String {
    format!("{} of {}", identity.certificate.common_name(), identity.msp_id)
}
