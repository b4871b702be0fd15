//! A member's lots, in the order in which they are spent.

use crate::ids::{OrgId, ProgrammeId};
use crate::units::{Date, Overflow, Points};

use super::lot::{date_order, is_past};
use super::{CostClass, Lot, LotKey};

/// Most lots that one account tells apart, free and held together.
pub const LOTS_MAX: usize = 256;

/// Lots in spending order, no two with one key, none empty.
///
/// An account has many lots of few kinds, and is read and written at every stay: what they have in common stands once.
#[derive(Debug, Clone, Default)]
pub struct Lots {
    kinds: Vec<LotKind>,
    lots: Vec<DatedLot>,
    total: Points,
}

/// What lots have in common, whenever their points were earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotKind {
    /// The programme that issued them.
    pub issuer: ProgrammeId,
    /// The organisation that pays the issuer for them.
    pub funder: OrgId,
    /// What they were given for.
    pub cost_class: CostClass,
}

/// A lot, beside its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedLot {
    /// The last day on which the points can be spent.
    pub last_day: Option<Date>,
    /// When they were earned, as the first day of the month.
    pub earned: Date,
    /// Its kind's place among the kinds.
    pub kind: usize,
    /// How many points; never none.
    pub points: Points,
}

impl LotKind {
    fn of(key: &LotKey) -> Self {
        Self { issuer: key.issuer.clone(), funder: key.funder.clone(), cost_class: key.cost_class }
    }

    /// The order of spending among lots with the same dates.
    const fn order(&self) -> (&ProgrammeId, &OrgId, CostClass) {
        (&self.issuer, &self.funder, self.cost_class)
    }
}

impl DatedLot {
    /// The order of spending among lots of one kind.
    const fn order(&self) -> (bool, Option<Date>, Date) {
        date_order(self.last_day, self.earned)
    }
}

impl Lots {
    /// No lots.
    pub const fn new() -> Self {
        Self { kinds: Vec::new(), lots: Vec::new(), total: Points::ZERO }
    }

    /// Lots as they were kept; nothing unless they are in spending order, no two with one key, and none empty.
    pub fn kept(kinds: Vec<LotKind>, lots: Vec<DatedLot>) -> Option<Self> {
        let mut total = Points::ZERO;
        for lot in &lots {
            total = total.checked_add(lot.points).ok()?;
        }
        let is_whole = |lot: &DatedLot| lot.kind < kinds.len() && !lot.points.is_zero();
        let is_before = |first: &DatedLot, next: &DatedLot| {
            let kind = |lot: &DatedLot| kinds[lot.kind].order();
            first.order().cmp(&next.order()).then_with(|| kind(first).cmp(&kind(next))).is_lt()
        };
        let is_sound = lots.iter().all(is_whole) && lots.is_sorted_by(is_before);
        is_sound.then_some(Self { kinds, lots, total })
    }

    /// The kinds that there are, and possibly some of which there is no lot any more.
    pub fn kinds(&self) -> &[LotKind] {
        &self.kinds
    }

    /// The lots beside their kinds, first to be spent first.
    pub fn dated(&self) -> &[DatedLot] {
        &self.lots
    }

    /// The lots, first to be spent first.
    pub fn iter(&self) -> impl Iterator<Item = Lot> {
        self.lots.iter().map(|lot| self.whole(lot))
    }

    /// How many lots there are.
    pub fn len(&self) -> usize {
        self.lots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lots.is_empty()
    }

    /// Whether there is a lot with this key.
    pub fn contains(&self, key: &LotKey) -> bool {
        self.place(key).is_ok()
    }

    /// All points together.
    pub const fn total(&self) -> Points {
        self.total
    }

    /// Puts points into the lot of their key.
    pub fn put(&mut self, key: &LotKey, points: Points) -> Result<(), Overflow> {
        if points.is_zero() {
            return Ok(());
        }
        let total = self.total.checked_add(points)?;
        match self.place(key) {
            Ok(at) => self.lots[at].points = self.lots[at].points.checked_add(points)?,
            Err(at) => {
                let kind = self.place_of_kind(key);
                self.lots.insert(at, DatedLot { last_day: key.last_day, earned: key.earned, kind, points });
            }
        }
        self.total = total;
        Ok(())
    }

    /// Puts all these lots back.
    pub fn put_all(&mut self, lots: &Self) -> Result<(), Overflow> {
        lots.iter().try_for_each(|lot| self.put(&lot.key, lot.points))
    }

    /// Takes up to `points` from the front, whatever there is.
    pub fn take_first(&mut self, points: Points) -> Self {
        let mut missing = points;
        let mut whole = 0;
        while let Some(lot) = self.lots.get(whole).filter(|lot| lot.points <= missing) {
            missing = missing.checked_sub(lot.points).unwrap_or_default();
            whole += 1;
        }
        let mut taken = self.take_range(whole);
        if !missing.is_zero() && !self.lots.is_empty() {
            let part = self.take_at(0, missing);
            taken.kinds.clone_from(&self.kinds);
            taken.lots.push(part);
            // A part of what was there together.
            taken.total = taken.total.checked_add(part.points).unwrap_or(Points::MAX);
        }
        taken
    }

    /// Takes up to `points` out of the lot of this key, and says how many those were.
    pub fn take_of(&mut self, key: &LotKey, points: Points) -> Points {
        let place = self.place(key).ok().filter(|_| !points.is_zero());
        place.map_or(Points::ZERO, |at| self.take_at(at, points).points)
    }

    /// Takes the lots whose last day is past.
    pub fn take_past(&mut self, day: Date) -> Self {
        // Lots that end stand in front, those that end first foremost.
        let past = self.lots.partition_point(|lot| is_past(lot.last_day, day));
        self.take_range(past)
    }

    /// Takes the first `count` lots.
    fn take_range(&mut self, count: usize) -> Self {
        if count == 0 {
            return Self::new();
        }
        let lots: Vec<_> = self.lots.drain(..count).collect();
        let total = lots.iter().try_fold(Points::ZERO, |sum, lot| sum.checked_add(lot.points)).unwrap_or(Points::MAX);
        self.total = self.total.checked_sub(total).unwrap_or_default();
        Self { kinds: self.kinds.clone(), lots, total }
    }

    fn take_at(&mut self, at: usize, most: Points) -> DatedLot {
        let held = self.lots[at];
        let taken = if held.points <= most {
            self.lots.remove(at)
        } else {
            self.lots[at].points = held.points.checked_sub(most).unwrap_or_default();
            DatedLot { points: most, ..held }
        };
        self.total = self.total.checked_sub(taken.points).unwrap_or_default();
        taken
    }

    fn whole(&self, lot: &DatedLot) -> Lot {
        let LotKind { issuer, funder, cost_class } = self.kinds[lot.kind].clone();
        let key = LotKey { last_day: lot.last_day, earned: lot.earned, issuer, funder, cost_class };
        Lot { key, points: lot.points }
    }

    fn place(&self, key: &LotKey) -> Result<usize, usize> {
        let (dates, kind) = (key.date_order(), key.kind_order());
        self.lots.binary_search_by(|lot| lot.order().cmp(&dates).then_with(|| self.kinds[lot.kind].order().cmp(&kind)))
    }

    fn place_of_kind(&mut self, key: &LotKey) -> usize {
        self.kinds.iter().position(|kind| kind.order() == key.kind_order()).unwrap_or_else(|| {
            self.kinds.push(LotKind::of(key));
            self.kinds.len() - 1
        })
    }
}

impl PartialEq for Lots {
    /// In whatever order their kinds stand.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Lots {}

impl FromIterator<Lot> for Lots {
    /// Lots from wherever they were kept. Lots with one key merge, and empty ones are dropped.
    fn from_iter<I: IntoIterator<Item = Lot>>(lots: I) -> Self {
        let mut all = Self::new();
        for lot in lots {
            // More than fit are as many as fit.
            let room = Points::MAX.checked_sub(all.total).unwrap_or_default();
            let _ = all.put(&lot.key, lot.points.min(room));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::CostClass;
    use crate::ids::{OrgId, ProgrammeId};

    fn points(value: u64) -> Points {
        Points::new(value).unwrap()
    }

    fn key(last_day: Option<&str>, earned: &str, funder: &str) -> LotKey {
        LotKey {
            last_day: last_day.map(|day| day.parse().unwrap()),
            earned: earned.parse().unwrap(),
            issuer: ProgrammeId::new("p").unwrap(),
            funder: OrgId::new(funder).unwrap(),
            cost_class: CostClass::Stay,
        }
    }

    #[test]
    fn points_merge_only_when_all_five_conditions_agree() {
        let base = key(Some("2017-12-31"), "2015-07-01", "A");
        let others = [
            key(None, "2015-07-01", "A"),
            key(Some("2017-12-31"), "2015-08-01", "A"),
            key(Some("2017-12-31"), "2015-07-01", "B"),
            LotKey { issuer: ProgrammeId::new("q").unwrap(), ..base.clone() },
            LotKey { cost_class: CostClass::Activity, ..base.clone() },
        ];
        let mut lots = Lots::new();
        lots.put(&base, points(10)).unwrap();
        lots.put(&base, points(5)).unwrap();
        assert_eq!(lots.len(), 1);
        for (n, other) in others.iter().enumerate() {
            lots.put(other, points(1)).unwrap();
            assert_eq!(lots.len(), n + 2);
        }
        assert_eq!(lots.total(), points(20));
    }

    #[test]
    fn spending_takes_the_soonest_expiry_then_the_oldest() {
        let order = [
            key(Some("2016-01-31"), "2015-09-01", "A"),
            key(Some("2016-12-31"), "2015-01-01", "B"),
            key(Some("2016-12-31"), "2015-02-01", "A"),
            key(None, "2014-01-01", "A"),
            key(None, "2015-01-01", "A"),
        ];
        let mut lots = Lots::new();
        for key in order.iter().rev() {
            lots.put(key, points(10)).unwrap();
        }
        let taken = lots.take_first(points(25));
        let taken: Vec<_> = taken.iter().map(|lot| (lot.key.clone(), lot.points.get())).collect();
        assert_eq!(taken, [(order[0].clone(), 10), (order[1].clone(), 10), (order[2].clone(), 5)]);
        assert_eq!(lots.total(), points(25));
    }

    #[test]
    fn what_was_taken_and_put_back_leaves_the_lots_as_they_were() {
        let mut lots = Lots::new();
        for (day, amount) in [("2016-01-31", 7), ("2016-02-29", 8), ("2016-03-31", 9)] {
            lots.put(&key(Some(day), "2015-01-01", "A"), points(amount)).unwrap();
        }
        let before = lots.clone();
        let taken = lots.take_first(points(10));
        lots.put_all(&taken).unwrap();
        assert_eq!(lots, before);
    }

    #[test]
    fn a_lot_lives_through_its_last_day() {
        let mut lots = Lots::new();
        lots.put(&key(Some("2016-01-31"), "2015-01-01", "A"), points(7)).unwrap();
        lots.put(&key(None, "2015-01-01", "A"), points(1)).unwrap();
        assert!(lots.take_past("2016-01-31".parse().unwrap()).is_empty());
        assert_eq!(lots.take_past("2016-02-01".parse().unwrap()).total(), points(7));
        assert_eq!(lots.total(), points(1));
    }

    #[test]
    fn lots_do_not_wrap() {
        let mut lots = Lots::new();
        lots.put(&key(None, "2015-01-01", "A"), Points::MAX).unwrap();
        assert_eq!(lots.put(&key(None, "2015-02-01", "A"), points(1)), Err(Overflow));
    }
}
