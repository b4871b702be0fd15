//! A member's lots, in the order in which they are spent.

use crate::units::{Date, Overflow, Points};

use super::{Lot, LotKey};

/// Most lots that one account tells apart, free and held together.
pub const LOTS_MAX: usize = 256;

/// Lots in spending order, no two with one key, none empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lots {
    lots: Vec<Lot>,
}

impl Lots {
    /// No lots.
    pub const fn new() -> Self {
        Self { lots: Vec::new() }
    }

    /// The lots, first to be spent first.
    pub fn iter(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter()
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
    pub fn total(&self) -> Points {
        // `put` refuses whatever would make the sum too large.
        self.lots.iter().try_fold(Points::ZERO, |sum, lot| sum.checked_add(lot.points)).unwrap_or(Points::MAX)
    }

    /// Puts points into the lot of their key.
    pub fn put(&mut self, key: &LotKey, points: Points) -> Result<(), Overflow> {
        if points.is_zero() {
            return Ok(());
        }
        self.total().checked_add(points)?;
        match self.place(key) {
            Ok(at) => self.lots[at].points = self.lots[at].points.checked_add(points)?,
            Err(at) => self.lots.insert(at, Lot { key: key.clone(), points }),
        }
        Ok(())
    }

    /// Puts all these lots back.
    pub fn put_all(&mut self, lots: Self) -> Result<(), Overflow> {
        lots.lots.iter().try_for_each(|lot| self.put(&lot.key, lot.points))
    }

    /// Takes up to `points` from the front, whatever there is.
    pub fn take_first(&mut self, points: Points) -> Self {
        let mut taken = Self::new();
        let mut missing = points;
        while !missing.is_zero() && !self.lots.is_empty() {
            let lot = self.take_at(0, missing);
            missing = missing.checked_sub(lot.points).unwrap_or_default();
            taken.lots.push(lot);
        }
        taken
    }

    /// Takes up to `points` out of the lot of this key, whatever there is.
    pub fn take_of(&mut self, key: &LotKey, points: Points) -> Self {
        let lot = self.place(key).ok().filter(|_| !points.is_zero()).map(|at| self.take_at(at, points));
        Self { lots: lot.into_iter().collect() }
    }

    /// Takes the lots whose last day is past.
    pub fn take_past(&mut self, day: Date) -> Self {
        // Lots that end stand in front, those that end first foremost.
        let kept = self.lots.partition_point(|lot| lot.key.is_past(day));
        Self { lots: self.lots.drain(..kept).collect() }
    }

    fn take_at(&mut self, at: usize, most: Points) -> Lot {
        let held = self.lots[at].points;
        if held <= most {
            return self.lots.remove(at);
        }
        self.lots[at].points = held.checked_sub(most).unwrap_or_default();
        Lot { key: self.lots[at].key.clone(), points: most }
    }

    fn place(&self, key: &LotKey) -> Result<usize, usize> {
        self.lots.binary_search_by(|lot| lot.key.cmp(key))
    }
}

impl FromIterator<Lot> for Lots {
    /// Lots from wherever they were kept. Lots with one key merge, and empty ones are dropped.
    fn from_iter<I: IntoIterator<Item = Lot>>(lots: I) -> Self {
        Self::from(lots.into_iter().collect::<Vec<_>>())
    }
}

impl From<Vec<Lot>> for Lots {
    /// The same. Lots that are in order already, as those of a row are, stay where they are.
    fn from(mut lots: Vec<Lot>) -> Self {
        let in_order = lots.is_sorted_by(|left, right| left.key < right.key);
        if in_order && lots.iter().all(|lot| !lot.points.is_zero()) {
            return Self { lots };
        }
        lots.retain(|lot| !lot.points.is_zero());
        lots.sort_by(|left, right| left.key.cmp(&right.key));
        lots.dedup_by(|later, first| {
            let merges = later.key == first.key;
            if merges {
                first.points = first.points.checked_add(later.points).unwrap_or(Points::MAX);
            }
            merges
        });
        Self { lots }
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
        lots.put_all(taken).unwrap();
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
