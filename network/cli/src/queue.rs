//! Which piece of work may go next: one in flight a member, in the order of arrival, a bounded window over all.

use std::collections::{BTreeMap, VecDeque};

/// Pieces that wait for an earlier one of their members; nothing further is read than that.
const WAITING_MAX: usize = 20_000;

/// Work in flight, and work that waits for it.
pub(crate) struct Queue<T> {
    window: usize,
    in_flight: usize,
    arrived: u64,
    /// Places of the pieces of each member, in order; the first is in flight, or may be.
    members: BTreeMap<String, VecDeque<u64>>,
    waiting: BTreeMap<u64, Waiting<T>>,
    /// What nobody is waited for any more.
    ready: VecDeque<u64>,
}

/// A piece that waits.
struct Waiting<T> {
    work: T,
    /// How many of its members are still at an earlier one.
    behind: usize,
}

impl<T> Queue<T> {
    /// A queue that lets so many pieces go at once.
    pub(crate) fn new(window: usize) -> Self {
        Self {
            window: window.max(1),
            in_flight: 0,
            arrived: 0,
            members: BTreeMap::new(),
            waiting: BTreeMap::new(),
            ready: VecDeque::new(),
        }
    }

    /// Whether further work can be taken in.
    pub(crate) fn has_room(&self) -> bool {
        self.in_flight + self.ready.len() < self.window && self.waiting.len() < WAITING_MAX
    }

    /// How many pieces are in flight.
    pub(crate) const fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Takes a piece of work of these members in. Each is named once.
    pub(crate) fn arrive<'a>(&mut self, members: impl IntoIterator<Item = &'a str>, work: T) {
        let place = self.arrived;
        self.arrived += 1;
        let mut behind = 0;
        for member in members {
            let places = self.members.entry(member.to_owned()).or_default();
            behind += usize::from(!places.is_empty());
            places.push_back(place);
        }
        self.waiting.insert(place, Waiting { work, behind });
        if behind == 0 {
            self.ready.push_back(place);
        }
    }

    /// The next piece that may go, if any.
    pub(crate) fn next(&mut self) -> Option<T> {
        if self.in_flight >= self.window {
            return None;
        }
        let place = self.ready.pop_front()?;
        let Waiting { work, .. } = self.waiting.remove(&place)?;
        self.in_flight += 1;
        Some(work)
    }

    /// A piece of these members has ended.
    pub(crate) fn ended<'a>(&mut self, members: impl IntoIterator<Item = &'a str>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        for member in members {
            let Some(places) = self.members.get_mut(member) else { continue };
            places.pop_front();
            let Some(next) = places.front() else {
                self.members.remove(member);
                continue;
            };
            let Some(waiting) = self.waiting.get_mut(next) else { continue };
            waiting.behind -= 1;
            if waiting.behind == 0 {
                self.ready.push_back(*next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn going(queue: &mut Queue<u32>) -> Vec<u32> {
        std::iter::from_fn(|| queue.next()).collect()
    }

    #[test]
    fn work_of_one_member_goes_one_after_the_other_in_the_order_of_arrival() {
        let mut queue = Queue::new(2);
        for work in [1, 2, 3] {
            queue.arrive(["a"], work);
        }
        assert_eq!(going(&mut queue), [1]);
        assert!(queue.has_room());
        queue.arrive(["b"], 4);
        assert_eq!(going(&mut queue), [4]);
        assert!(!queue.has_room(), "two are in flight");
        queue.ended(["a"]);
        queue.ended(["b"]);
        assert_eq!(going(&mut queue), [2]);
        queue.ended(["a"]);
        assert_eq!(going(&mut queue), [3]);
        queue.ended(["a"]);
        assert_eq!(queue.in_flight(), 0);
    }

    #[test]
    fn work_of_two_members_waits_for_both_and_both_wait_for_it() {
        let mut queue = Queue::new(9);
        queue.arrive(["a"], 1);
        queue.arrive(["b"], 2);
        queue.arrive(["a", "b"], 3);
        queue.arrive(["b"], 4);
        queue.arrive(["c"], 5);
        assert_eq!(going(&mut queue), [1, 2, 5]);
        queue.ended(["a"]);
        assert_eq!(going(&mut queue), [0; 0]);
        queue.ended(["b"]);
        assert_eq!(going(&mut queue), [3]);
        queue.ended(["a", "b"]);
        assert_eq!(going(&mut queue), [4]);
    }

    #[test]
    fn no_more_goes_than_the_window_holds() {
        let mut queue = Queue::new(2);
        queue.arrive(["a", "b"], 1);
        queue.arrive(["a"], 2);
        queue.arrive(["b"], 3);
        queue.arrive(["c"], 4);
        assert_eq!(going(&mut queue), [1, 4]);
        queue.ended(["a", "b"]);
        assert_eq!(going(&mut queue), [2], "one of the two that have become free");
        queue.ended(["c"]);
        assert_eq!(going(&mut queue), [3]);
    }
}
