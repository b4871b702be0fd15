//! A certificate with its key, as a process holds it.

use std::path::Path;

use folio_crypto::{SigningKey, create_private_folder, read_key_file, write_key_file};

use crate::CaError;

const CERTIFICATE_FILE: &str = "cert.pem";
const KEY_FILE: &str = "key.pem";

/// A certificate with its key.
#[derive(Debug)]
pub struct Credential {
    /// The certificate, in PEM.
    pub certificate_pem: String,
    /// Its private key.
    pub key: SigningKey,
}

impl Credential {
    /// Writes `cert.pem` and `key.pem` into `folder`, which is made for the owner only.
    pub fn save(&self, folder: &Path) -> Result<(), CaError> {
        create_private_folder(folder)?;
        write_key_file(&folder.join(KEY_FILE), self.key.to_pkcs8_pem()?.as_bytes())?;
        let path = folder.join(CERTIFICATE_FILE);
        std::fs::write(&path, &self.certificate_pem).map_err(|source| CaError::Io { action: "write", path, source })
    }

    /// Reads what [`Credential::save`] wrote.
    pub fn load(folder: &Path) -> Result<Self, CaError> {
        let key = SigningKey::from_pkcs8_pem(&read_key_file(&folder.join(KEY_FILE))?)?;
        let path = folder.join(CERTIFICATE_FILE);
        let certificate_pem =
            std::fs::read_to_string(&path).map_err(|source| CaError::Io { action: "read", path, source })?;
        Ok(Self { certificate_pem, key })
    }
}
