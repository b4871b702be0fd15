//! The certificate authorities of one organisation, and what they vouch for.

use std::collections::BTreeSet;

use folio_crypto::SignatureError;
use folio_wire::config::MspConfig;

use crate::{MspError, certificate::Certificate, revocation::RevocationList};

/// Most authorities of one organisation.
const AUTHORITIES_MAX: usize = 64;

/// Roots first, then the intermediates that they vouch for.
pub(crate) struct Authorities {
    msp_id: String,
    all: Vec<Authority>,
}

/// One certificate authority.
pub(crate) struct Authority {
    certificate: Certificate,
    /// Index of the authority above; a root has none.
    parent: Option<usize>,
    /// Whether another authority stands below. Such a one issues no identities, as in Fabric.
    has_authorities_below: bool,
    /// Serial numbers that it took back.
    revoked: BTreeSet<Vec<u8>>,
}

impl Authority {
    /// Its certificate.
    pub(crate) const fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

impl Authorities {
    /// Reads the authorities and checks each from its root down.
    pub(crate) fn new(config: &MspConfig) -> Result<Self, MspError> {
        let got = config.root_certs.len() + config.intermediate_certs.len();
        if got > AUTHORITIES_MAX {
            return Err(MspError::TooManyAuthorities { msp_id: config.msp_id.clone(), got, max: AUTHORITIES_MAX });
        }
        let mut authorities = Self { msp_id: config.msp_id.clone(), all: Vec::with_capacity(got) };
        for pem in &config.root_certs {
            authorities.add_root(Certificate::from_pem(pem)?)?;
        }
        if authorities.all.is_empty() {
            return Err(MspError::NoRoot { msp_id: config.msp_id.clone() });
        }
        let intermediates = config.intermediate_certs.iter().map(|pem| Certificate::from_pem(pem));
        authorities.add_intermediates(intermediates.collect::<Result<_, _>>()?)?;
        for pem in &config.revocation_lists {
            authorities.apply(RevocationList::from_pem(pem)?)?;
        }
        Ok(authorities)
    }

    /// Finds the authority that vouches for an identity's certificate.
    pub(crate) fn vouch_for(&self, certificate: &Certificate) -> Result<&Authority, MspError> {
        let index = self.issuer_of(certificate)?;
        let authority = &self.all[index];
        if authority.has_authorities_below {
            return certificate.unfit("is issued by an authority that has authorities below itself");
        }
        // Revocation of any link takes the whole chain away.
        let (mut link, mut above) = (certificate, Some(index));
        while let Some(parent) = above {
            let parent = &self.all[parent];
            if parent.revoked.contains(link.serial()) {
                return Err(MspError::Revoked {
                    subject: link.subject().to_owned(),
                    serial: hex::encode(link.serial()),
                });
            }
            (link, above) = (&parent.certificate, parent.parent);
        }
        Ok(authority)
    }

    /// All authorities.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.all.iter().map(Authority::certificate)
    }

    fn add_root(&mut self, root: Certificate) -> Result<(), MspError> {
        root.check_authority()?;
        if !root.issued_by(&root) {
            return root.unfit("is not its own issuer, as a root is");
        }
        check_signature(&root, &root)?;
        self.all.push(Authority::new(root, None));
        Ok(())
    }

    /// Intermediates may stand in any order: each round takes those whose issuer is known by now.
    fn add_intermediates(&mut self, mut waiting: Vec<Certificate>) -> Result<(), MspError> {
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut unknown = None;
            for certificate in std::mem::take(&mut waiting) {
                match self.issuer_of(&certificate) {
                    Ok(parent) => self.add_intermediate(certificate, parent)?,
                    Err(error @ MspError::UnknownIssuer { .. }) => {
                        unknown = Some(error);
                        waiting.push(certificate);
                    }
                    Err(error) => return Err(error),
                }
            }
            match unknown {
                Some(error) if waiting.len() == before => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn add_intermediate(&mut self, certificate: Certificate, parent: usize) -> Result<(), MspError> {
        certificate.check_authority()?;
        let mut between = 0u8;
        let mut above = Some(parent);
        while let Some(index) = above {
            let authority = &self.all[index];
            if authority.certificate.path_length().is_some_and(|most| between >= most) {
                return certificate.unfit("stands deeper below an authority than its path length allows");
            }
            between = between.saturating_add(1);
            above = authority.parent;
        }
        self.all[parent].has_authorities_below = true;
        self.all.push(Authority::new(certificate, Some(parent)));
        Ok(())
    }

    /// The authority that signed `certificate`. Several may have the same name, as when a key is replaced.
    fn issuer_of(&self, certificate: &Certificate) -> Result<usize, MspError> {
        let mut refused = None;
        for (index, authority) in self.all.iter().enumerate() {
            if certificate.issued_by(&authority.certificate) {
                match check_signature(certificate, &authority.certificate) {
                    Ok(()) => return Ok(index),
                    Err(error) => refused = Some(error),
                }
            }
        }
        Err(refused.unwrap_or_else(|| MspError::UnknownIssuer {
            msp_id: self.msp_id.clone(),
            subject: certificate.subject().to_owned(),
            issuer: certificate.issuer().to_owned(),
        }))
    }

    fn apply(&mut self, list: RevocationList) -> Result<(), MspError> {
        match self.all.iter_mut().find(|authority| list.is_by(&authority.certificate)) {
            Some(authority) => {
                authority.revoked.extend(list.serials);
                Ok(())
            }
            None => Err(MspError::UnknownListIssuer { msp_id: self.msp_id.clone(), issuer: list.issuer }),
        }
    }
}

impl Authority {
    const fn new(certificate: Certificate, parent: Option<usize>) -> Self {
        Self { certificate, parent, has_authorities_below: false, revoked: BTreeSet::new() }
    }
}

/// Signature, its scheme, and the one question of time that needs no clock: as in Fabric, the authority must have been
/// valid when the certificate began.
fn check_signature(certificate: &Certificate, authority: &Certificate) -> Result<(), MspError> {
    let key = authority.public_key();
    if !certificate.signed().fits(key.curve()) {
        return Err(MspError::Algorithm {
            subject: certificate.subject().to_owned(),
            oid: certificate.signed().algorithm_oid.to_string(),
            curve: key.curve(),
        });
    }
    certificate.signed().verify(key).map_err(|source: SignatureError| MspError::NotSigned {
        subject: certificate.subject().to_owned(),
        issuer: certificate.issuer().to_owned(),
        source,
    })?;
    if (authority.not_before()..=authority.not_after()).contains(&certificate.not_before()) {
        Ok(())
    } else {
        certificate.unfit("begins when its authority is not valid")
    }
}
