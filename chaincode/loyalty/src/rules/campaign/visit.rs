//! Whether a campaign holds for a stay or a purchase, as far as one can tell without the member's part in it.

use super::definition::Campaign;
use crate::rules::programme::{DateChoice, Hotel, StayDates};
use crate::rules::reason::Withheld;
use crate::rules::stay::Night;
use crate::units::Date;

/// A stay or a purchase, as campaigns look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit<'a> {
    /// The hotel, or the shop.
    pub hotel: Hotel<'a>,
    /// The dates of the stay; all of them are the day of a purchase.
    pub dates: StayDates,
    /// Nights slept.
    pub nights: u32,
    /// The tier under which it is rated.
    pub tier: &'a str,
    /// What kind of purchase it is; none for a stay.
    pub source: Option<&'a str>,
}

impl Campaign {
    /// Whether it can hold for the visit; the nights then decide one by one.
    pub fn admits(&self, visit: &Visit<'_>) -> Result<(), Withheld> {
        let Visit { hotel, dates, nights, tier, source } = visit;
        let rewarded = match source {
            None => self.earners.stays,
            Some(source) => self.earners.sources.iter().any(|listed| listed == source),
        };
        let booked = dates.pick(DateChoice::Booking);
        let in_tier = self.tiers.is_empty() || self.tiers.iter().any(|listed| listed == tier);
        let conditions = [
            (rewarded, Withheld::OtherKind),
            (self.when.covers_stay(hotel, *dates), Withheld::OtherScope),
            (self.book_by.is_none_or(|last| booked <= last), Withheld::BookedLate),
            (*nights >= u32::from(self.minimum_nights), Withheld::ShortStay),
            (in_tier, Withheld::OtherTier),
        ];
        conditions.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, withheld)| Err(withheld))
    }

    /// Whether a night counts, or revenue of an evening without one.
    pub fn covers(&self, night: Option<&Night<'_>>, evening: Date) -> bool {
        let on_its_day = self.weekdays.is_empty() || self.weekdays.contains(&evening.weekday());
        on_its_day && self.when.covers_night(night)
    }
}
