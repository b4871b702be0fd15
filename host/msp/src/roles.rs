//! From organisational units to roles.

use folio_types::Role;
use folio_wire::config::NodeOus;

use crate::{MspError, certificate::Certificate};

/// Which units make which role in one organisation.
pub(crate) struct Roles {
    /// None where the organisation does not tell roles apart.
    units: Option<Vec<Unit>>,
}

struct Unit {
    name: String,
    /// The authority that must have certified it.
    certified_by: Option<Certificate>,
    role: Role,
}

impl Roles {
    pub(crate) fn new(config: Option<&NodeOus>) -> Result<Self, MspError> {
        let Some(config) = config else { return Ok(Self { units: None }) };
        let mut units = Vec::new();
        for (unit, role) in [
            (&config.client, Role::Client),
            (&config.peer, Role::Peer),
            (&config.admin, Role::Admin),
            (&config.orderer, Role::Orderer),
        ] {
            if let Some(unit) = unit {
                let certified_by =
                    if unit.certificate.is_empty() { None } else { Some(Certificate::from_pem(&unit.certificate)?) };
                units.push(Unit { name: unit.name.clone(), certified_by, role });
            }
        }
        Ok(Self { units: Some(units) })
    }

    /// The one role of a certificate by this authority. Where roles are told apart, an identity must have exactly one
    /// of them, as in Fabric; elsewhere all are plain members.
    pub(crate) fn of(&self, certificate: &Certificate, authority: &Certificate) -> Result<Role, MspError> {
        let Some(units) = &self.units else { return Ok(Role::Member) };
        let mut roles = units
            .iter()
            .filter(|unit| certificate.units().contains(&unit.name))
            .filter(|unit| unit.certified_by.as_ref().is_none_or(|by| by == authority))
            .map(|unit| unit.role);
        match (roles.next(), roles.next()) {
            (Some(role), None) => Ok(role),
            _ => {
                Err(MspError::Roles { subject: certificate.subject().to_owned(), units: certificate.units().to_vec() })
            }
        }
    }
}
