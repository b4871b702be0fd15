//! Lots: points that came in under the same conditions.

use crate::ids::{OrgId, ProgrammeId};
use crate::units::{Date, Points};

/// What points of a lot have in common. Points merge into one lot only when all five agree.
///
/// The order is the order of spending: what expires soonest goes first, and of those what was earned first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotKey {
    /// The last day on which the points can be spent, whatever the member does; `None` when they have none.
    pub last_day: Option<Date>,
    /// When they were earned, as the first day of the month.
    pub earned: Date,
    /// The programme that issued them.
    pub issuer: ProgrammeId,
    /// The organisation that pays the issuer for them.
    pub funder: OrgId,
    /// What they were given for.
    pub cost_class: CostClass,
}

/// What points were given for, which decides who bears what cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostClass {
    /// Earned by staying.
    Stay,
    /// Given by the programme for doing something, such as enrolling.
    Activity,
    /// Earned by buying something else than a stay.
    Purchase,
    /// Given by a campaign.
    Campaign,
}

/// Some points of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// What the points have in common.
    pub key: LotKey,
    /// How many; never none.
    pub points: Points,
}

impl LotKey {
    /// Whether the points can no longer be spent on `day`.
    pub fn is_past(&self, day: Date) -> bool {
        is_past(self.last_day, day)
    }

    /// The day in which points earned on `day` are put together: the first of its month.
    pub fn bucket(day: Date) -> Date {
        let (year, month, _) = day.ymd();
        Date::from_ymd(year, month, 1).unwrap_or(day)
    }

    /// The order of spending among lots of one kind.
    pub(super) const fn date_order(&self) -> (bool, Option<Date>, Date) {
        date_order(self.last_day, self.earned)
    }

    /// The order of spending among lots with the same dates.
    pub(super) const fn kind_order(&self) -> (&ProgrammeId, &OrgId, CostClass) {
        (&self.issuer, &self.funder, self.cost_class)
    }
}

/// What expires soonest goes first, and of those what was earned first.
pub(super) const fn date_order(last_day: Option<Date>, earned: Date) -> (bool, Option<Date>, Date) {
    (last_day.is_none(), last_day, earned)
}

/// Whether points with this last day can no longer be spent on `day`.
pub(super) fn is_past(last_day: Option<Date>, day: Date) -> bool {
    last_day.is_some_and(|last| last < day)
}

impl PartialOrd for LotKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LotKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.date_order().cmp(&other.date_order()).then_with(|| self.kind_order().cmp(&other.kind_order()))
    }
}
