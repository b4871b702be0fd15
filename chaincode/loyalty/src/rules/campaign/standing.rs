//! What a campaign still has for a member.

use super::definition::{Campaign, Who};
use crate::rules::reason::Withheld;
use crate::units::{Date, Points};

impl Campaign {
    /// Whether a member takes part who registered on this date, or is listed, with a stay or purchase of `day`.
    pub fn is_open_to(&self, registered: Option<Date>, listed: bool, day: Date) -> Result<(), Withheld> {
        match self.who {
            Who::Everyone => Ok(()),
            Who::Registered if registered.is_some_and(|registered| registered <= day) => Ok(()),
            Who::Registered => Err(Withheld::NotRegistered),
            Who::Listed if listed => Ok(()),
            Who::Listed => Err(Withheld::NotListed),
        }
    }

    /// Whether it rewards the stay of this number.
    pub fn rewards_number(&self, number: u32) -> bool {
        self.every.is_none_or(|every| number.is_multiple_of(u32::from(every.max(1))))
    }

    /// What is left of `points` for a member who has had so many points so many times.
    pub fn within_caps(&self, points: Points, had: Points, times: u32) -> Result<Points, Withheld> {
        if points.is_zero() {
            return Err(Withheld::LessThanAPoint);
        }
        let left = self.caps.points.map_or(points, |cap| points.min(cap.checked_sub(had).unwrap_or_default()));
        let again = self.caps.times.is_none_or(|cap| times < u32::from(cap));
        if left.is_zero() || !again { Err(Withheld::Capped) } else { Ok(left) }
    }
}
