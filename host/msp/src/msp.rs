//! The organisations of a channel, and the resolution of identities.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use bytes::Bytes;
use folio_crypto::Curve;
use folio_types::{Digest, Role};
use folio_wire::{SerializedIdentity, config::MspConfig};

use crate::{
    Identity, MspError,
    authorities::{Authorities, Authority},
    cache::Cache,
    certificate::Certificate,
    roles::Roles,
};

/// Largest identity that is read; real ones have about 900 bytes.
pub const IDENTITY_BYTES_MAX: usize = 16 * 1024;
/// Most resolved identities that are remembered.
pub const IDENTITIES_CACHED_MAX: usize = 4096;
/// How much of a foreign id an error repeats.
const SHOWN_CHARS_MAX: usize = 80;

/// The organisations of a channel at one configuration. A new configuration makes a new one, with nothing remembered:
/// what an old list did not revoke, the new one may.
pub struct Msps {
    by_id: BTreeMap<String, Msp>,
    resolved: Cache<Bytes, Arc<Identity>>,
}

/// One organisation.
struct Msp {
    authorities: Authorities,
    admins: BTreeSet<Digest>,
    roles: Roles,
    accepts_secp256k1: bool,
}

impl Msps {
    /// Reads the configurations of all organisations.
    pub fn new(configs: &[MspConfig]) -> Result<Self, MspError> {
        let mut by_id = BTreeMap::new();
        for config in configs {
            if by_id.insert(config.msp_id.clone(), Msp::new(config)?).is_some() {
                return Err(MspError::DuplicateMsp { msp_id: config.msp_id.clone() });
            }
        }
        Ok(Self { by_id, resolved: Cache::new(IDENTITIES_CACHED_MAX) })
    }

    /// The ids of the organisations, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }

    /// Who the creator or endorser with these bytes is, if an organisation vouches for it: its certificate is sound,
    /// signed by an authority of the organisation, not revoked, of a curve and with units that the organisation takes.
    /// Never asks whether it has expired.
    pub fn resolve(&self, serialized: &Bytes) -> Result<Arc<Identity>, MspError> {
        if let Some(identity) = self.resolved.get(serialized) {
            return Ok(identity);
        }
        if serialized.len() > IDENTITY_BYTES_MAX {
            return Err(MspError::TooLarge { length: serialized.len(), max: IDENTITY_BYTES_MAX });
        }
        // A copy of its own: a slice would keep the whole message alive for as long as the identity is remembered.
        let serialized = Bytes::copy_from_slice(serialized);
        let SerializedIdentity { msp_id, id_bytes } = SerializedIdentity::decode(&serialized)?;
        let Some(msp) = self.by_id.get(&msp_id) else {
            return Err(MspError::UnknownMsp { msp_id: msp_id.chars().take(SHOWN_CHARS_MAX).collect() });
        };
        let certificate = Certificate::from_pem(&id_bytes)?;
        let identity = Arc::new(msp.resolve(msp_id, certificate, serialized.clone())?);
        self.resolved.insert(serialized, identity.clone());
        Ok(identity)
    }
}

impl fmt::Debug for Msps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Msps").field(&self.by_id.keys()).finish()
    }
}

impl Msp {
    fn new(config: &MspConfig) -> Result<Self, MspError> {
        let mut msp = Self {
            authorities: Authorities::new(config)?,
            admins: BTreeSet::new(),
            roles: Roles::new(config.node_ous.as_ref())?,
            accepts_secp256k1: config.accepts_secp256k1,
        };
        for authority in msp.authorities.certificates() {
            msp.check_curve(&config.msp_id, authority)?;
        }
        for pem in &config.admins {
            let certificate = Certificate::from_pem(pem)?;
            let authority = msp.vouch_for(&config.msp_id, &certificate)?;
            msp.admins.insert(fingerprint(&certificate, authority));
        }
        Ok(msp)
    }

    fn resolve(&self, msp_id: String, certificate: Certificate, serialized: Bytes) -> Result<Identity, MspError> {
        let authority = self.vouch_for(&msp_id, &certificate)?;
        let fingerprint = fingerprint(&certificate, authority);
        let unit_role = self.roles.of(&certificate, authority.certificate())?;
        let role = if self.admins.contains(&fingerprint) { Role::Admin } else { unit_role };
        Ok(Identity { msp_id, role, certificate, fingerprint, serialized, unit_role })
    }

    /// All checks but that of the role.
    fn vouch_for(&self, msp_id: &str, certificate: &Certificate) -> Result<&Authority, MspError> {
        certificate.check_identity()?;
        self.check_curve(msp_id, certificate)?;
        self.authorities.vouch_for(certificate)
    }

    fn check_curve(&self, msp_id: &str, certificate: &Certificate) -> Result<(), MspError> {
        let curve = certificate.public_key().curve();
        if curve != Curve::Secp256k1 || self.accepts_secp256k1 {
            return Ok(());
        }
        Err(MspError::CurveNotAllowed { msp_id: msp_id.to_owned(), curve, subject: certificate.subject().to_owned() })
    }
}

fn fingerprint(certificate: &Certificate, authority: &Authority) -> Digest {
    certificate.signed().fingerprint(authority.certificate().public_key().curve())
}
