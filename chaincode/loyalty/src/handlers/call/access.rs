//! Who may do what.
//!
//! An organisation vouches for its people and systems by certificate attributes: `folio.role` names one role, and
//! `folio.hotels` lists the hotels of a property management system or a front desk.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::{HotelId, OrgId};
use crate::state::{ActorRow, Role};

const ROLE_ATTRIBUTE: &str = "folio.role";
const HOTELS_ATTRIBUTE: &str = "folio.hotels";

/// Roles that report stays and give rewards at a hotel.
pub(in crate::handlers) const AT_THE_HOTEL: &[Role] = &[Role::Pms, Role::Frontdesk];

/// Everybody who works for an organisation; an auditor only reads.
pub(in crate::handlers) const STAFF: &[Role] = &[Role::Pms, Role::Frontdesk, Role::Agent, Role::Manager];

/// How much of a certificate's digest stands for a person.
const USER_BYTES: usize = 8;

/// Who signed the proposal.
#[derive(Debug, Clone)]
pub(in crate::handlers) struct Actor {
    /// The organisation.
    pub(in crate::handlers) organisation: OrgId,
    /// The role; [`Role::None`] when the certificate names none that is known.
    pub(in crate::handlers) role: Role,
    /// SHA-256 of the certificate.
    pub(in crate::handlers) fingerprint: Vec<u8>,
    hotels: String,
}

impl Actor {
    /// Who signed this proposal.
    pub(in crate::handlers) fn of(context: &Context<'_>) -> Result<Self> {
        let creator = context.creator();
        let organisation = OrgId::new(&creator.msp_id).ok_or_else(|| {
            Error::new(
                "ORGANISATION_NAME_INVALID",
                "the name of the organisation is too long or holds other characters",
            )
        })?;
        let role = creator.attribute(ROLE_ATTRIBUTE).unwrap_or_default();
        let role = Role::named(role);
        Ok(Self {
            organisation,
            role,
            fingerprint: creator.fingerprint.clone(),
            hotels: creator.attribute(HOTELS_ATTRIBUTE).unwrap_or_default().to_owned(),
        })
    }

    /// How it stands beside what was done.
    pub(in crate::handlers) fn row(&self) -> ActorRow {
        ActorRow {
            organisation: self.organisation.to_string(),
            role: self.role.into(),
            // So nobody has to open certificates to see that two lines are of one person. It tells no more than the
            // certificate, which stands beside it in the transaction.
            user: self.fingerprint.get(..USER_BYTES).unwrap_or_default().to_vec(),
            member_signed: false,
        }
    }

    /// Whether this is an auditor, who may read whatever the organisation.
    pub(in crate::handlers) fn is_auditor(&self) -> bool {
        self.role == Role::Auditor
    }

    /// Refuses every other role.
    pub(in crate::handlers) fn require_role(&self, allowed: &[Role]) -> Result<()> {
        if allowed.contains(&self.role) {
            return Ok(());
        }
        let names: Vec<&str> = allowed.iter().map(|role| role.name()).collect();
        let message = format!("needs role {}, and yours is {}", names.join(" or "), self.role.name());
        Err(Error::new("ROLE_NOT_ALLOWED", message))
    }

    /// Refuses every other organisation.
    pub(in crate::handlers) fn require_organisation(&self, organisation: &str) -> Result<()> {
        if self.organisation.as_str() == organisation {
            return Ok(());
        }
        let message = format!("needs an identity of {organisation}, and yours is of {}", self.organisation);
        Err(Error::new("ORGANISATION_NOT_ALLOWED", message))
    }

    /// Refuses everybody but those with one of these roles in this organisation.
    pub(in crate::handlers) fn require(&self, allowed: &[Role], organisation: &str) -> Result<()> {
        self.require_organisation(organisation)?;
        self.require_role(allowed)
    }

    /// Refuses everybody but the system and the front desk of a hotel of this organisation.
    pub(in crate::handlers) fn require_at_hotel(&self, hotel: &HotelId, organisation: &str) -> Result<()> {
        self.require(AT_THE_HOTEL, organisation)?;
        if self.works_at(hotel.as_str()) {
            return Ok(());
        }
        Err(Error::new("HOTEL_NOT_ALLOWED", format!("your certificate does not list hotel {hotel}")))
    }

    /// Whether the own organisation has certified that this is the system or the front desk of the hotel. That the hotel
    /// is the organisation's, only the registry can say.
    pub(in crate::handlers) fn is_vouched_for_at(&self, hotel: &HotelId) -> bool {
        AT_THE_HOTEL.contains(&self.role) && self.works_at(hotel.as_str())
    }

    /// Whether the certificate lists the hotel.
    pub(in crate::handlers) fn works_at(&self, hotel: &str) -> bool {
        self.hotels.split(',').any(|listed| listed.trim() == hotel)
    }
}
