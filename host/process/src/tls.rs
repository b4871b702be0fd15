//! TLS files of a server.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tonic::transport::{Identity, ServerTlsConfig};

use crate::ProcessError;

/// A certificate and its private key, both PEM files. Relative paths start at the configuration file's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPair {
    /// The certificate, followed by its chain where there is one.
    pub certificate: PathBuf,
    /// The private key, PKCS#8.
    pub key: PathBuf,
}

impl KeyPair {
    /// The same pair with its paths starting at `folder`.
    pub fn under(&self, folder: &Path) -> Self {
        Self { certificate: folder.join(&self.certificate), key: folder.join(&self.key) }
    }

    /// Both files' texts: certificate, then key.
    pub fn read(&self) -> Result<(String, String), ProcessError> {
        let read = |what, path: &Path| {
            std::fs::read_to_string(path).map_err(|source| ProcessError::unreadable(what, path, source))
        };
        Ok((read("certificate", &self.certificate)?, read("private key", &self.key)?))
    }
}

/// The TLS settings of a server that proves itself with `pair`.
pub fn server_tls(pair: &KeyPair) -> Result<ServerTlsConfig, ProcessError> {
    let (certificate, key) = pair.read()?;
    if !certificate.contains("BEGIN CERTIFICATE") || !key.contains("PRIVATE KEY") {
        let reason = "expected PEM text of a certificate and of a PKCS#8 key".to_owned();
        return Err(ProcessError::Tls { certificate: pair.certificate.clone(), key: pair.key.clone(), reason });
    }
    Ok(ServerTlsConfig::new().identity(Identity::from_pem(certificate, key)))
}
