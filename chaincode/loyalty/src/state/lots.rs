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
    /// What they were given for: 1 a stay, 2 an activity, 3 a purchase, 4 a campaign.
    #[prost(uint32, tag = "6")]
    pub cost_class: u32,
}

/// The free lots of an account, column by column in spending order: most of them differ in month and points alone, and an
/// account with many is read and written at every stay.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LotsRow {
    /// What kinds of lots there are.
    #[prost(message, repeated, tag = "1")]
    pub kinds: Vec<LotKindRow>,
    /// The kind of each lot, as its place in `kinds`; empty when all are of the first.
    #[prost(uint32, repeated, tag = "2")]
    pub kind: Vec<u32>,
    /// How many points each lot has.
    #[prost(uint64, repeated, tag = "3")]
    pub points: Vec<u64>,
    /// When those of each lot were earned, as the first day of the month.
    #[prost(sint32, repeated, tag = "4")]
    pub earned: Vec<i32>,
    /// The last day of each lot whose kind has one, in days since 1970.
    #[prost(sint32, repeated, tag = "5")]
    pub last_days: Vec<i32>,
}

/// What lots have in common, whenever their points were earned.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LotKindRow {
    /// The issuer; empty for the programme of the account.
    #[prost(string, tag = "1")]
    pub issuer: String,
    /// Who pays for them.
    #[prost(string, tag = "2")]
    pub funder: String,
    /// What they were given for: 1 a stay, 2 an activity, 3 a purchase, 4 a campaign.
    #[prost(uint32, tag = "3")]
    pub cost_class: u32,
    /// Whether they have a last day.
    #[prost(bool, tag = "4")]
    pub lapses: bool,
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
            issuer: issuer_text(key, programme).to_owned(),
            funder: key.funder.to_string(),
            cost_class: cost_class_number(key.cost_class),
        }
    }

    /// The lot of a row in an account of `programme`.
    pub fn lot(&self, programme: &ProgrammeId) -> Result<Lot, Unreadable> {
        let key = LotKey {
            last_day: self.last_day.map(Date::from_days).transpose()?,
            earned: Date::from_days(self.earned)?,
            issuer: issuer_of(&self.issuer, programme)?,
            funder: OrgId::new(&self.funder).ok_or(Unreadable)?,
            cost_class: cost_class_of(self.cost_class)?,
        };
        Ok(Lot { key, points: Points::new(self.points)? })
    }
}

impl LotsRow {
    /// The row of lots in an account of `programme`.
    pub fn of(lots: &Lots, programme: &ProgrammeId) -> Self {
        let mut row = Self {
            kind: Vec::with_capacity(lots.len()),
            points: Vec::with_capacity(lots.len()),
            earned: Vec::with_capacity(lots.len()),
            ..Self::default()
        };
        let mut before: Option<(&LotKey, u32)> = None;
        for Lot { key, points } in lots.iter() {
            // Most lots are of the kind of the one before.
            let same = before.filter(|(other, _)| is_of_one_kind(other, key));
            let kind = same.map_or_else(|| row.place_of_kind(key, programme), |(_, kind)| kind);
            before = Some((key, kind));
            row.kind.push(kind);
            row.points.push(points.get());
            row.earned.push(key.earned.days());
            row.last_days.extend(key.last_day.map(Date::days));
        }
        if row.kinds.len() == 1 {
            row.kind.clear();
        }
        row
    }

    /// The lots of a row in an account of `programme`.
    pub fn lots(&self, programme: &ProgrammeId) -> Result<Lots, Unreadable> {
        let kinds = self.kinds.iter().map(|kind| Ok((kind.key(programme)?, kind.lapses)));
        let kinds: Vec<(LotKey, bool)> = kinds.collect::<Result<_, Unreadable>>()?;
        let is_whole = self.earned.len() == self.points.len() && [0, self.points.len()].contains(&self.kind.len());
        if !is_whole {
            return Err(Unreadable);
        }
        let mut last_days = self.last_days.iter();
        let mut lots = Vec::with_capacity(self.points.len());
        for (at, (points, earned)) in self.points.iter().zip(&self.earned).enumerate() {
            let place = self.kind.get(at).map_or(0, |place| *place as usize);
            let (kind, lapses) = kinds.get(place).ok_or(Unreadable)?;
            let last_day = match lapses {
                true => Some(Date::from_days(*last_days.next().ok_or(Unreadable)?)?),
                false => None,
            };
            let key = LotKey { earned: Date::from_days(*earned)?, last_day, ..kind.clone() };
            lots.push(Lot { key, points: Points::new(*points)? });
        }
        if last_days.next().is_some() { Err(Unreadable) } else { Ok(lots.into()) }
    }

    fn place_of_kind(&mut self, key: &LotKey, programme: &ProgrammeId) -> u32 {
        let (issuer, funder) = (issuer_text(key, programme), key.funder.as_str());
        let (cost_class, lapses) = (cost_class_number(key.cost_class), key.last_day.is_some());
        let is_it = |kind: &LotKindRow| {
            kind.cost_class == cost_class && kind.lapses == lapses && kind.funder == funder && kind.issuer == issuer
        };
        let place = self.kinds.iter().position(is_it).unwrap_or_else(|| {
            self.kinds.push(LotKindRow { issuer: issuer.to_owned(), funder: funder.to_owned(), cost_class, lapses });
            self.kinds.len() - 1
        });
        // An account has a few hundred lots.
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

impl LotKindRow {
    /// The key of a lot of this kind; its dates say nothing.
    fn key(&self, programme: &ProgrammeId) -> Result<LotKey, Unreadable> {
        Ok(LotKey {
            last_day: None,
            earned: Date::from_days(0)?,
            issuer: issuer_of(&self.issuer, programme)?,
            funder: OrgId::new(&self.funder).ok_or(Unreadable)?,
            cost_class: cost_class_of(self.cost_class)?,
        })
    }
}

impl HoldRow {
    /// The row of a hold in an account of `programme`.
    pub fn of(hold: &Hold, programme: &ProgrammeId) -> Self {
        Self {
            reservation: hold.id.bytes().to_vec(),
            lots: hold.lots.iter().map(|lot| LotRow::of(lot, programme)).collect(),
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

/// The lots of rows in an account of `programme`.
fn lots_of(rows: &[LotRow], programme: &ProgrammeId) -> Result<Lots, Unreadable> {
    rows.iter().map(|row| row.lot(programme)).collect()
}

/// Whether two lots differ in nothing but their dates and points.
fn is_of_one_kind(left: &LotKey, right: &LotKey) -> bool {
    left.cost_class == right.cost_class
        && left.last_day.is_some() == right.last_day.is_some()
        && left.funder == right.funder
        && left.issuer == right.issuer
}

/// How the issuer stands in an account of `programme`.
fn issuer_text<'a>(key: &'a LotKey, programme: &ProgrammeId) -> &'a str {
    if key.issuer == *programme { "" } else { key.issuer.as_str() }
}

fn issuer_of(text: &str, programme: &ProgrammeId) -> Result<ProgrammeId, Unreadable> {
    if text.is_empty() { Ok(programme.clone()) } else { ProgrammeId::new(text).ok_or(Unreadable) }
}

const fn cost_class_number(cost_class: CostClass) -> u32 {
    match cost_class {
        CostClass::Stay => 1,
        CostClass::Activity => 2,
        CostClass::Purchase => 3,
        CostClass::Campaign => 4,
    }
}

const fn cost_class_of(number: u32) -> Result<CostClass, Unreadable> {
    match number {
        1 => Ok(CostClass::Stay),
        2 => Ok(CostClass::Activity),
        3 => Ok(CostClass::Purchase),
        4 => Ok(CostClass::Campaign),
        _ => Err(Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme() -> ProgrammeId {
        ProgrammeId::new("p").unwrap()
    }

    fn lot(issuer: &str, funder: &str, earned: i32, last_day: Option<i32>, points: u64) -> Lot {
        let key = LotKey {
            last_day: last_day.map(|day| Date::from_days(day).unwrap()),
            earned: Date::from_days(earned).unwrap(),
            issuer: ProgrammeId::new(issuer).unwrap(),
            funder: OrgId::new(funder).unwrap(),
            cost_class: CostClass::Stay,
        };
        Lot { key, points: Points::new(points).unwrap() }
    }

    #[test]
    fn lots_of_one_kind_and_of_many_come_back_as_they_were() {
        let one: Lots = (0..40).map(|month| lot("p", "A", month * 30, None, 7)).collect();
        let many = [lot("p", "A", 0, None, 1), lot("q", "A", 0, None, 2), lot("p", "B", 9, Some(30), 3)];
        let many: Lots = many.into_iter().chain([lot("p", "B", 9, Some(31), 4), lot("p", "A", 5, None, 5)]).collect();
        for (lots, kinds) in [(Lots::new(), 0), (one, 1), (many, 3)] {
            let row = LotsRow::of(&lots, &programme());
            assert_eq!((row.kinds.len(), row.kind.is_empty()), (kinds, kinds < 2));
            assert_eq!(row.lots(&programme()).unwrap(), lots);
        }
    }

    #[test]
    fn columns_that_do_not_fit_each_other_are_unreadable() {
        let lots: Lots = [lot("p", "A", 0, None, 1), lot("p", "B", 9, Some(30), 3)].into_iter().collect();
        let whole = LotsRow::of(&lots, &programme());
        let spoils: [fn(&mut LotsRow); 7] = [
            |row| _ = row.kinds.pop(),
            |row| _ = row.kind.pop(),
            |row| _ = row.points.pop(),
            |row| _ = row.earned.pop(),
            |row| _ = row.last_days.pop(),
            |row| row.last_days.push(1),
            |row| row.kinds[0].cost_class = 99,
        ];
        for (at, spoil) in spoils.iter().enumerate() {
            let mut row = whole.clone();
            spoil(&mut row);
            assert!(row.lots(&programme()).is_err(), "{at}");
        }
    }
}
