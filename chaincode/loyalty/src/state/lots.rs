//! Lots and holds, as they stand in accounts and stays.

use crate::books::{CostClass, DatedLot, Hold, Lot, LotKey, LotKind, Lots};
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

/// The free lots of an account, column by column in spending order: an account with many is read and written at every
/// stay. A date stands as the days that it is after the one of the lot before.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LotsRow {
    /// What kinds of lots there are, in the order in which the lots name them.
    #[prost(message, repeated, tag = "1")]
    pub kinds: Vec<LotKindRow>,
    /// The kind of each lot, as its place in `kinds`; empty when all are of the first.
    #[prost(uint32, repeated, tag = "2")]
    pub kind: Vec<u32>,
    /// How many points each lot has.
    #[prost(uint64, repeated, tag = "3")]
    pub points: Vec<u64>,
    /// When those of each lot were earned, as the first day of the month; the first of them in days since 1970.
    #[prost(sint32, repeated, tag = "4")]
    pub earned: Vec<i32>,
    /// The last day of each lot that has one, which stand in front; the first of them in days since 1970.
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
            issuer: issuer_text(&key.issuer, programme).to_owned(),
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
        let dated = lots.dated();
        let (mut earned, mut last_day) = (0, 0);
        let after = |date: Date, before: &mut i32| {
            let days = date.days().wrapping_sub(*before);
            *before = date.days();
            days
        };
        let (kinds, kind) = kinds_of(lots, programme);
        Self {
            kinds,
            kind,
            points: dated.iter().map(|lot| lot.points.get()).collect(),
            earned: dated.iter().map(|lot| after(lot.earned, &mut earned)).collect(),
            last_days: dated.iter().map_while(|lot| Some(after(lot.last_day?, &mut last_day))).collect(),
        }
    }

    /// The lots of a row in an account of `programme`.
    pub fn lots(&self, programme: &ProgrammeId) -> Result<Lots, Unreadable> {
        let is_whole = self.earned.len() == self.points.len()
            && self.last_days.len() <= self.points.len()
            && [0, self.points.len()].contains(&self.kind.len());
        if !is_whole {
            return Err(Unreadable);
        }
        let kinds = self.kinds.iter().map(|kind| kind.kind(programme)).collect::<Result<_, Unreadable>>()?;
        let (mut earned, mut last_day) = (0_i32, 0_i32);
        let dated = self.points.iter().enumerate().map(|(at, points)| {
            earned = earned.checked_add(self.earned[at]).ok_or(Unreadable)?;
            let days = self.last_days.get(at);
            last_day = last_day.checked_add(days.copied().unwrap_or_default()).ok_or(Unreadable)?;
            Ok(DatedLot {
                last_day: days.map(|_| Date::from_days(last_day)).transpose()?,
                earned: Date::from_days(earned)?,
                kind: self.kind.get(at).map_or(0, |place| *place as usize),
                points: Points::new(*points)?,
            })
        });
        Lots::kept(kinds, dated.collect::<Result<_, Unreadable>>()?).ok_or(Unreadable)
    }
}

/// The kinds of lots in an account of `programme`, as the lots name them, and where each lot's kind stands among them.
fn kinds_of(lots: &Lots, programme: &ProgrammeId) -> (Vec<LotKindRow>, Vec<u32>) {
    let mut places: Vec<Option<u32>> = vec![None; lots.kinds().len()];
    let mut rows = Vec::new();
    let mut kind = Vec::new();
    for (at, lot) in lots.dated().iter().enumerate() {
        let place = *places[lot.kind].get_or_insert_with(|| {
            rows.push(LotKindRow::of(&lots.kinds()[lot.kind], programme));
            // An account has a few hundred lots.
            u32::try_from(rows.len() - 1).unwrap_or(u32::MAX)
        });
        if rows.len() > 1 {
            // Until now all were of the first.
            kind.resize(at, 0);
            kind.push(place);
        }
    }
    (rows, kind)
}

impl LotKindRow {
    fn of(kind: &LotKind, programme: &ProgrammeId) -> Self {
        Self {
            issuer: issuer_text(&kind.issuer, programme).to_owned(),
            funder: kind.funder.to_string(),
            cost_class: cost_class_number(kind.cost_class),
        }
    }

    fn kind(&self, programme: &ProgrammeId) -> Result<LotKind, Unreadable> {
        Ok(LotKind {
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
            lots: hold.lots.iter().map(|lot| LotRow::of(&lot, programme)).collect(),
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
    let mut lots = Lots::new();
    for row in rows {
        let Lot { key, points } = row.lot(programme)?;
        lots.put(&key, points)?;
    }
    Ok(lots)
}

/// How the issuer stands in an account of `programme`.
fn issuer_text<'a>(issuer: &'a ProgrammeId, programme: &ProgrammeId) -> &'a str {
    if issuer == programme { "" } else { issuer.as_str() }
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
        let spoils: [fn(&mut LotsRow); 9] = [
            |row| _ = row.kinds.pop(),
            |row| _ = row.kind.pop(),
            |row| _ = row.points.pop(),
            |row| _ = row.earned.pop(),
            |row| row.last_days.extend([1, 1]),
            |row| row.kinds[0].cost_class = 99,
            |row| row.earned[1] = i32::MAX,
            |row| row.points[0] = 0,
            |row| row.points[0] = u64::MAX >> 1,
        ];
        for (at, spoil) in spoils.iter().enumerate() {
            let mut row = whole.clone();
            spoil(&mut row);
            assert!(row.lots(&programme()).is_err(), "{at}");
        }
    }
}
