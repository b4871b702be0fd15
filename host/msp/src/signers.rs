//! From signatures on a message to the identities that a policy may count.

use std::sync::Arc;

use bytes::Bytes;

use crate::{Identity, Msps};

/// One signature, with who claims to have made it.
#[derive(Clone, Debug)]
pub struct SignedData<'a> {
    /// The signer's serialized identity.
    pub identity: &'a Bytes,
    /// What was signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
}

/// The distinct identities whose signatures hold, in order. As in Fabric, an identity that already counts is skipped
/// before its signature is checked again, and one that nobody vouches for or that did not sign is left out without
/// spoiling the others.
pub fn valid_signers(msps: &Msps, signatures: &[SignedData<'_>]) -> Vec<Arc<Identity>> {
    let mut signers: Vec<Arc<Identity>> = Vec::with_capacity(signatures.len());
    for signed in signatures {
        let Ok(identity) = msps.resolve(signed.identity) else { continue };
        let counted = signers.iter().any(|signer| signer.is_same(&identity));
        if !counted && identity.verify(signed.message, signed.signature).is_ok() {
            signers.push(identity);
        }
    }
    signers
}
