//! The acts of a rehearsal one after the other, from a feed and a script, through a last date.

use std::collections::VecDeque;

use anyhow::Result;
use folio_loyalty::units::Date;
use folio_stays::Feed;

use super::act::{Act, Deed};
use super::script::Script;

/// The acts, in the order of their dates.
pub(super) struct Acts {
    feed: Feed,
    script: Script,
    /// The last date that is played.
    until: Option<Date>,
    coming: VecDeque<Act>,
    last: Option<Date>,
    is_over: bool,
}

impl Acts {
    pub(super) fn new(feed: Feed, script: Script, until: Option<Date>) -> Self {
        Self { feed, script, until, coming: VecDeque::new(), last: None, is_over: false }
    }

    /// Through which date is played from now on.
    pub(super) const fn end_with(&mut self, until: Date) {
        self.until = Some(until);
    }

    /// The last date of a date's month that is played.
    pub(super) fn last_of_month(&self, day: Date) -> Date {
        self.until.map_or(day.month_end(), |until| until.min(day.month_end()))
    }

    /// The business date of the next act; nothing at the end.
    pub(super) fn next_day(&mut self) -> Result<Option<Date>> {
        while self.coming.is_empty() && !self.is_over {
            match self.feed.next().transpose()? {
                Some(row) => {
                    self.last = self.last.max(Some(row.business_date));
                    self.coming.extend(self.script.take(row));
                }
                None => {
                    self.is_over = true;
                    // What would follow after the last month is not played: its hotels report nothing any more.
                    let end = self.last.map(Date::month_end);
                    self.coming.extend(end.map(|end| self.script.rest(end)).unwrap_or_default());
                }
            }
        }
        let day = self.coming.front().map(|act| act.day);
        Ok(day.filter(|day| self.until.is_none_or(|until| *day <= until)))
    }

    /// The next act, if it is of a date up to this one.
    pub(super) fn next_through(&mut self, through: Date) -> Result<Option<Act>> {
        Ok(match self.next_day()? {
            Some(day) if day <= through => self.coming.pop_front(),
            _ => None,
        })
    }
}

impl Act {
    /// Whether a guest leaves: the months of a rehearsal begin with the first who does.
    pub(super) const fn is_check_out(&self) -> bool {
        matches!(&self.deed, Deed::Report(row) if row.check_out_nights.is_some())
    }
}
