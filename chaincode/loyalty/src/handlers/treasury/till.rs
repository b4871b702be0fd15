//! The rows of a treasury.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::books::Till;
use crate::handlers::call::access::{Actor, STAFF};
use crate::ids::{HotelId, MemberId, OrgId, ProgrammeId, TreasuryId};
use crate::state::{Role, TREASURIES, TreasuryHeadRow, TreasuryRow, Unreadable};
use crate::units::Points;

/// Most tills of a treasury.
pub(super) const TILLS_MAX: u16 = 64;

/// The place of the head, which no till has.
const HEAD: u16 = u16::MAX;

/// What a treasury is.
pub(super) struct Treasury {
    pub(super) id: TreasuryId,
    pub(super) programme: ProgrammeId,
    /// The merchant's organisation.
    pub(super) organisation: OrgId,
    /// The hotel whose treasury it is, when it is not the whole organisation's.
    pub(super) hotel: Option<HotelId>,
    pub(super) tills: u16,
}

impl Treasury {
    /// The treasury, which must have been opened.
    pub(super) fn must_get(context: &Context<'_>, id: TreasuryId) -> Result<Self> {
        let row = TREASURIES.get(context, &(id, HEAD))?;
        let unknown = || Error::new("TREASURY_UNKNOWN", format!("there is no treasury {id}"));
        let TreasuryHeadRow { programme, organisation, hotel, tills, .. } =
            row.ok_or_else(unknown)?.head.ok_or_else(broken)?;
        Ok(Self {
            id,
            programme: ProgrammeId::new(&programme).ok_or_else(broken)?,
            organisation: OrgId::new(&organisation).ok_or_else(broken)?,
            hotel: HotelId::new(&hotel),
            tills: u16::try_from(tills).ok().filter(|tills| (1..=TILLS_MAX).contains(tills)).ok_or_else(broken)?,
        })
    }

    /// Writes what the treasury is.
    pub(super) fn put_head(context: &mut Context<'_>, id: TreasuryId, head: TreasuryHeadRow) {
        TREASURIES.put(context, &(id, HEAD), &TreasuryRow { head: Some(head), points: 0 });
    }

    /// The merchant's staff; of a hotel's treasury those at the hotel, and the organisation's managers.
    pub(super) fn require_staff(&self, actor: &Actor) -> Result<()> {
        match &self.hotel {
            Some(hotel) if actor.role != Role::Manager => actor.require_at_hotel(hotel, self.organisation.as_str()),
            _ => actor.require(STAFF, self.organisation.as_str()),
        }
    }

    /// One till.
    pub(super) fn till(&self, context: &Context<'_>, place: u16) -> Result<Till> {
        let row = TREASURIES.get(context, &(self.id, place))?.unwrap_or_default();
        Ok(Till::of(self.id, Points::new(row.points).map_err(|_| broken())?))
    }

    /// Writes a till.
    pub(super) fn put_till(&self, context: &mut Context<'_>, place: u16, till: Till) {
        TREASURIES.put(context, &(self.id, place), &TreasuryRow { head: None, points: till.points().get() });
    }

    /// The till that was named; refuses one that there is not.
    pub(super) fn checked(&self, place: u16) -> Result<u16> {
        if place < self.tills {
            return Ok(place);
        }
        let message = format!("the treasury has tills 0 to {}, and {place} is none of them", self.tills - 1);
        Err(Error::new("TREASURY_TILL_UNKNOWN", message))
    }

    /// The till of a member. Ids of members are random, so that members spread over the tills by themselves.
    pub(super) fn till_of(&self, member: MemberId) -> u16 {
        let [.., high, low] = *member.bytes();
        u16::from_be_bytes([high, low]) % self.tills
    }

    /// All tills, from one on and around.
    pub(super) fn ring(&self, first: u16) -> impl Iterator<Item = u16> + use<> {
        (first..self.tills).chain(0..first)
    }
}

fn broken() -> Error {
    Unreadable.of("treasury")
}
