//! Revocation lists.

use x509_cert::{
    crl::TbsCertList,
    der::{Decode, Encode},
};

use crate::{MspError, certificate::Certificate, signed::Signed};

const WHAT: &str = "revocation list";
const PEM_LABEL: &str = "X509 CRL";

/// The serial numbers that one authority takes back. Dates are not looked at: what stands on a list of the committed
/// configuration is revoked.
pub(crate) struct RevocationList {
    signed: Signed,
    issuer_der: Vec<u8>,
    pub(crate) issuer: String,
    pub(crate) serials: Vec<Vec<u8>>,
}

impl RevocationList {
    pub(crate) fn from_pem(pem: &[u8]) -> Result<Self, MspError> {
        let malformed = |e: x509_cert::der::Error| MspError::Malformed { what: WHAT, reason: e.to_string() };
        let signed = Signed::from_pem(WHAT, PEM_LABEL, pem)?;
        let list: TbsCertList = TbsCertList::from_der(&signed.content).map_err(malformed)?;
        // A critical extension may narrow what the list means, as an indirect list does.
        let critical = list.crl_extensions.iter().flatten().find(|extension| extension.critical);
        if let Some(extension) = critical {
            let reason = format!("critical extension {} is not understood", extension.extn_id);
            return Err(MspError::Malformed { what: WHAT, reason });
        }
        let revoked = list.revoked_certificates.iter().flatten();
        Ok(Self {
            issuer_der: list.issuer.to_der().map_err(malformed)?,
            issuer: list.issuer.to_string(),
            serials: revoked.map(|entry| entry.serial_number.as_bytes().to_vec()).collect(),
            signed,
        })
    }

    /// Whether `authority` issued this list.
    pub(crate) fn is_by(&self, authority: &Certificate) -> bool {
        let key = authority.public_key();
        authority.has_subject(&self.issuer_der)
            && authority.may_sign_lists()
            && self.signed.fits(key.curve())
            && self.signed.verify(key).is_ok()
    }
}
