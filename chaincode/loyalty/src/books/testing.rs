//! What the tests of the books are written with.

use crate::ids::{MemberId, OrgId, ProgrammeId};
use crate::units::{Date, Points};

use super::{CostClass, LotKey};

pub(super) const ANN: MemberId = MemberId::new([1; 16]);

pub(super) fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

pub(super) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A lot of stays.
pub(super) fn lot(earned: &str, last_day: Option<&str>) -> LotKey {
    LotKey {
        last_day: last_day.map(date),
        earned: date(earned),
        issuer: ProgrammeId::new("p").unwrap(),
        funder: OrgId::new("o").unwrap(),
        cost_class: CostClass::Stay,
    }
}
