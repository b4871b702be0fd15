//! Lots and holds, as they stand in accounts and stays.

use crate::books::{CostClass, Hold, Lot, LotKey, Lots};
use crate::ids::{OrgId, ProgrammeId, ReservationId};
use crate::units::{Date, Points};

use super::Unreadable;

/// A lot.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LotRow {
    /// How many points.
    #[prost(uint64, tag = "1")]
    pub points: u64,
    /// The last day on which they can be spent, in days since 1970.
    #[prost(sint32, optional, tag = "2")]
    pub last_day: Option<i32>,
    /// When they were earned, as the first day of the month.
    #[prost(sint32, tag = "3")]
    pub earned: i32,
    /// The issuer; empty for the programme of the account.
    #[prost(string, tag = "4")]
    pub issuer: String,
    /// Who pays for them.
    #[prost(string, tag = "5")]
    pub funder: String,
    /// What they were given for: 1 a stay, 2 an activity.
    #[prost(uint32, tag = "6")]
    pub cost_class: u32,
}

/// A hold.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HoldRow {
    /// The reservation.
    #[prost(bytes = "vec", tag = "1")]
    pub reservation: Vec<u8>,
    /// The lots set aside.
    #[prost(message, repeated, tag = "2")]
    pub lots: Vec<LotRow>,
    /// When it ends by itself, in seconds since 1970.
    #[prost(sint64, tag = "3")]
    pub ends_at_seconds: i64,
}

impl LotRow {
    /// The row of a lot in an account of `programme`.
    pub fn of(lot: &Lot, programme: &ProgrammeId) -> Self {
        let key = &lot.key;
        Self {
            points: lot.points.get(),
            last_day: key.last_day.map(Date::days),
            earned: key.earned.days(),
            issuer: if key.issuer == *programme { String::new() } else { key.issuer.to_string() },
            funder: key.funder.to_string(),
            cost_class: match key.cost_class {
                CostClass::Stay => 1,
                CostClass::Activity => 2,
            },
        }
    }

    /// The lot of a row in an account of `programme`.
    pub fn lot(&self, programme: &ProgrammeId) -> Result<Lot, Unreadable> {
        let issuer = match self.issuer.as_str() {
            "" => programme.clone(),
            issuer => ProgrammeId::new(issuer).ok_or(Unreadable)?,
        };
        let key = LotKey {
            last_day: self.last_day.map(Date::from_days).transpose()?,
            earned: Date::from_days(self.earned)?,
            issuer,
            funder: OrgId::new(&self.funder).ok_or(Unreadable)?,
            cost_class: match self.cost_class {
                1 => CostClass::Stay,
                2 => CostClass::Activity,
                _ => return Err(Unreadable),
            },
        };
        Ok(Lot { key, points: Points::new(self.points)? })
    }
}

impl HoldRow {
    /// The row of a hold in an account of `programme`.
    pub fn of(hold: &Hold, programme: &ProgrammeId) -> Self {
        Self {
            reservation: hold.id.bytes().to_vec(),
            lots: lot_rows(&hold.lots, programme),
            ends_at_seconds: hold.ends_at_seconds,
        }
    }

    /// The hold of a row in an account of `programme`.
    pub fn hold(&self, programme: &ProgrammeId) -> Result<Hold, Unreadable> {
        Ok(Hold {
            id: ReservationId::new(self.reservation.as_slice().try_into()?),
            lots: lots_of(&self.lots, programme)?,
            ends_at_seconds: self.ends_at_seconds,
        })
    }
}

/// The rows of lots in an account of `programme`.
pub(super) fn lot_rows(lots: &Lots, programme: &ProgrammeId) -> Vec<LotRow> {
    lots.iter().map(|lot| LotRow::of(lot, programme)).collect()
}

/// The lots of rows in an account of `programme`.
pub(super) fn lots_of(rows: &[LotRow], programme: &ProgrammeId) -> Result<Lots, Unreadable> {
    rows.iter().map(|row| row.lot(programme)).collect()
}
