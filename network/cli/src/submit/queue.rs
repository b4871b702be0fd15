//! Which row may go next: one in flight a member, in the order of the feed.

use std::collections::{BTreeMap, VecDeque};

use folio_stays::FeedRow;

/// Rows that wait for an earlier one of their member; the feed is not read further than that.
const WAITING_ROWS_MAX: usize = 20_000;

/// Rows in flight and rows that wait for them.
pub(super) struct Queue {
    window: usize,
    in_flight: usize,
    waiting: usize,
    members: BTreeMap<String, VecDeque<FeedRow>>,
}

impl Queue {
    pub(super) fn new(window: usize) -> Self {
        Self { window: window.max(1), in_flight: 0, waiting: 0, members: BTreeMap::new() }
    }

    /// Whether a further row can be taken from the feed.
    pub(super) fn has_room(&self) -> bool {
        self.in_flight < self.window && self.waiting < WAITING_ROWS_MAX
    }

    /// A row that came from the feed; it is handed back when it may start at once.
    pub(super) fn arrive(&mut self, row: FeedRow) -> Option<FeedRow> {
        if let Some(waiting) = self.members.get_mut(&row.member) {
            waiting.push_back(row);
            self.waiting += 1;
            return None;
        }
        self.members.insert(row.member.clone(), VecDeque::new());
        self.in_flight += 1;
        Some(row)
    }

    /// The member's row has ended; its next one may start.
    pub(super) fn ended(&mut self, member: &str) -> Option<FeedRow> {
        let next = self.members.get_mut(member)?.pop_front();
        match next {
            Some(_) => self.waiting -= 1,
            None => {
                self.members.remove(member);
                self.in_flight -= 1;
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(position: u64, member: &str) -> FeedRow {
        FeedRow {
            position,
            source: "AUR-CITY".to_owned(),
            business_date: "2015-07-01".parse().unwrap(),
            member: member.to_owned(),
            member_index: None,
            check_out_nights: None,
            stay: String::new(),
        }
    }

    #[test]
    fn rows_of_one_member_go_one_after_the_other_in_the_order_of_the_feed() {
        let mut queue = Queue::new(2);
        assert_eq!(queue.arrive(row(0, "a")).map(|row| row.position), Some(0));
        assert_eq!(queue.arrive(row(1, "a")), None);
        assert_eq!(queue.arrive(row(2, "a")), None);
        assert!(queue.has_room());
        assert_eq!(queue.arrive(row(3, "b")).map(|row| row.position), Some(3));
        assert!(!queue.has_room(), "two are in flight");
        assert_eq!(queue.ended("a").map(|row| row.position), Some(1));
        assert_eq!(queue.ended("b"), None);
        assert!(queue.has_room());
        assert_eq!(queue.ended("a").map(|row| row.position), Some(2));
        assert_eq!(queue.ended("a"), None);
        assert_eq!(queue.arrive(row(4, "a")).map(|row| row.position), Some(4));
    }
}
