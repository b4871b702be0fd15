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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::campaign::{Caps, example_campaigns};
    use crate::rules::programme::{Definition, shipped};

    fn any() -> Campaign {
        let (_, definition) = shipped().find(|(id, _)| *id == "textbook").unwrap();
        let (_, text) = example_campaigns().nth(2).unwrap();
        Campaign::from_toml(text, &Definition::from_toml(definition).unwrap()).unwrap()
    }

    #[test]
    fn caps_leave_what_is_left_of_them() {
        let points = |value: u64| Points::new(value).unwrap();
        let caps = |points: Option<u64>, times| Campaign {
            caps: Caps { points: points.map(|value| Points::new(value).unwrap()), times },
            ..any()
        };
        for (campaign, wanted, had, times, left) in [
            (caps(None, None), 900, 1_000_000, 99, Ok(900)),
            (caps(Some(1000), None), 900, 0, 0, Ok(900)),
            (caps(Some(1000), None), 900, 400, 9, Ok(600)),
            (caps(Some(1000), None), 900, 1000, 1, Err(Withheld::Capped)),
            (caps(Some(1000), None), 900, 2000, 1, Err(Withheld::Capped)),
            (caps(None, Some(2)), 900, 0, 1, Ok(900)),
            (caps(None, Some(2)), 900, 0, 2, Err(Withheld::Capped)),
            (caps(None, None), 0, 0, 0, Err(Withheld::LessThanAPoint)),
        ] {
            let found = campaign.within_caps(points(wanted), points(had), times);
            assert_eq!(found, left.map(points), "{:?} {had} {times}", campaign.caps);
        }
    }

    #[test]
    fn who_takes_part_is_everyone_or_who_registered_by_then_or_is_listed() {
        let date = |text: &str| Some(text.parse::<Date>().unwrap());
        for (who, registered, listed, outcome) in [
            (Who::Everyone, None, false, Ok(())),
            (Who::Registered, None, true, Err(Withheld::NotRegistered)),
            (Who::Registered, date("2016-01-10"), false, Ok(())),
            (Who::Registered, date("2016-01-11"), false, Err(Withheld::NotRegistered)),
            (Who::Listed, date("2016-01-01"), false, Err(Withheld::NotListed)),
            (Who::Listed, None, true, Ok(())),
        ] {
            let campaign = Campaign { who, ..any() };
            assert_eq!(campaign.is_open_to(registered, listed, date("2016-01-10").unwrap()), outcome, "{who:?}");
        }
    }
}
