//! Business dates of feeds, kept far from the calendar's ends so that no sum of days leaves it.

use folio_loyalty::units::Date;

/// The first year of a feed.
pub(crate) const YEAR_MIN: i32 = 1950;

/// The last year of a feed.
pub(crate) const YEAR_MAX: i32 = 2199;

/// The date, if it lies in the years of feeds.
pub(crate) fn within_feeds(date: Date) -> Option<Date> {
    (YEAR_MIN..=YEAR_MAX).contains(&date.year()).then_some(date)
}

/// Some days later, or earlier when negative. Feeds count days by the thousand and the calendar goes on for millions: a
/// date that would leave it stays where it is.
pub(crate) fn shifted(date: Date, days: i32) -> Date {
    date.add_days(days).unwrap_or(date)
}
