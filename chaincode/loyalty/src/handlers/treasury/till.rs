//! The rows of a treasury.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::books::{Entry, Till};
use crate::handlers::call::access::{Actor, STAFF};
use crate::ids::{HotelId, MemberId, OrgId, ProgrammeId, TreasuryId};
use crate::rules::spread;
use crate::state::{Role, TREASURIES, TreasuryHeadRow, TreasuryRow, Unreadable};
use crate::units::Points;

/// Most tills of a treasury.
pub(super) const TILLS_MAX: u16 = 4_096;

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
    /// Points that were put into all tills together, of which each has its share.
    spread: Points,
    head: TreasuryHeadRow,
}

impl Treasury {
    /// The treasury, which must have been opened.
    pub(super) fn must_get(context: &Context<'_>, id: TreasuryId) -> Result<Self> {
        let row = TREASURIES.get(context, &(id, HEAD))?;
        let unknown = || Error::new("TREASURY_UNKNOWN", format!("there is no treasury {id}"));
        let head = row.ok_or_else(unknown)?.head.ok_or_else(broken)?;
        Ok(Self {
            id,
            programme: ProgrammeId::new(&head.programme).ok_or_else(broken)?,
            organisation: OrgId::new(&head.organisation).ok_or_else(broken)?,
            hotel: HotelId::new(&head.hotel),
            tills: u16::try_from(head.tills).ok().filter(|tills| (1..=TILLS_MAX).contains(tills)).ok_or_else(broken)?,
            spread: Points::new(head.spread).map_err(|_| broken())?,
            head,
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
        Ok(Till::of(self.id, self.points_in(place, &row)?))
    }

    /// Points in a till: its share of what was spread, and what came and went in the till itself.
    pub(super) fn points_in(&self, place: u16, row: &TreasuryRow) -> Result<Points> {
        let points = self.share(place)?.checked_add(row.points).and_then(|points| u64::try_from(points).ok());
        points.and_then(|points| Points::new(points).ok()).ok_or_else(broken)
    }

    /// Puts points into all tills at once, of which none is written.
    pub(super) fn spread(&mut self, context: &mut Context<'_>, entry: &mut Entry, points: Points) -> Result<()> {
        let mut all = Till::of(self.id, self.spread);
        all.fund(entry, points)?;
        self.spread = all.points();
        self.head.spread = self.spread.get();
        Self::put_head(context, self.id, self.head.clone());
        Ok(())
    }

    fn share(&self, place: u16) -> Result<i64> {
        i64::try_from(spread::share(self.spread.get(), self.tills, place)).map_err(|_| broken())
    }

    /// Writes a till.
    pub(super) fn put_till(&self, context: &mut Context<'_>, place: u16, till: Till) -> Result<()> {
        let points = till.points().posting().checked_sub(self.share(place)?).ok_or_else(broken)?;
        TREASURIES.put(context, &(self.id, place), &TreasuryRow { head: None, points });
        Ok(())
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
