//! An organisation: the authority of its identities beside the authority of its TLS endpoints.

use std::path::Path;

use folio_crypto::{Curve, SigningKey, create_private_folder};
use x509_cert::ext::pkix::name::DirectoryString;

use crate::{Authority, CaError, Credential, Enrolment, Subject, Validity};

const IDENTITY_STEM: &str = "identity-ca";
const TLS_STEM: &str = "tls-ca";

/// An organisation with its two authorities. Its MSP id is the O of every certificate.
#[derive(Debug)]
pub struct Organisation {
    msp_id: String,
    identity: Authority,
    tls: Authority,
}

impl Organisation {
    /// A new organisation whose identities are vouched for by a root on `curve`.
    pub fn create(msp_id: &str, curve: Curve, validity: Validity) -> Result<Self, CaError> {
        Ok(Self {
            msp_id: msp_id.to_owned(),
            identity: Authority::root(&subject(msp_id, "identity authority"), curve, validity)?,
            tls: Authority::root(&subject(msp_id, "TLS authority"), Curve::P256, validity)?,
        })
    }

    /// The id of its MSP.
    pub fn msp_id(&self) -> &str {
        &self.msp_id
    }

    /// The authority of identities.
    pub const fn identity_authority(&self) -> &Authority {
        &self.identity
    }

    /// The authority of TLS endpoints.
    pub const fn tls_authority(&self) -> &Authority {
        &self.tls
    }

    /// A new identity with a fresh key.
    pub fn enrol(&self, enrolment: &Enrolment, curve: Curve, validity: Validity) -> Result<Credential, CaError> {
        let key = SigningKey::generate(curve)?;
        let certificate_pem = self.identity.issue_identity(&self.msp_id, enrolment, &key.public_key(), validity)?;
        Ok(Credential { certificate_pem, key })
    }

    /// A new TLS endpoint, server and client in one, with a fresh P-256 key; `names` are DNS names and IP addresses.
    pub fn issue_server(&self, common_name: &str, names: &[&str], validity: Validity) -> Result<Credential, CaError> {
        let key = SigningKey::generate(Curve::P256)?;
        let subject = subject(&self.msp_id, common_name);
        let certificate_pem = self.tls.issue_server(&subject, names, &key.public_key(), validity)?;
        Ok(Credential { certificate_pem, key })
    }

    /// Writes both authorities into `folder`, which is made for the owner only.
    pub fn save(&self, folder: &Path) -> Result<(), CaError> {
        create_private_folder(folder)?;
        self.identity.save(folder, IDENTITY_STEM)?;
        self.tls.save(folder, TLS_STEM)
    }

    /// Reads what [`Organisation::save`] wrote.
    pub fn load(folder: &Path) -> Result<Self, CaError> {
        let identity = Authority::load(folder, IDENTITY_STEM)?;
        let tls = Authority::load(folder, TLS_STEM)?;
        let organisation = identity.certificate().tbs_certificate().subject().organization();
        let msp_id = match organisation {
            Ok(Some(DirectoryString::Utf8String(text))) => text,
            _ => {
                let path = folder.join(format!("{IDENTITY_STEM}.pem"));
                return Err(CaError::Certificate { path, reason: "its subject names no organisation".to_owned() });
            }
        };
        Ok(Self { msp_id, identity, tls })
    }
}

fn subject(msp_id: &str, common_name: &str) -> Subject {
    Subject { organisation: msp_id.to_owned(), unit: None, common_name: common_name.to_owned() }
}
