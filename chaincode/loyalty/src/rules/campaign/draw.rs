//! A prize draw: every entrant has a ticket that nobody could know before the seed was told, and the lowest win.

use crate::ids::MemberId;

/// A ticket: SHA-256 of the seed and the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket {
    /// What decides.
    pub number: [u8; 32],
    /// Whose it is.
    pub member: MemberId,
}

/// The lowest tickets of those that were seen so far, so that entrants can be counted page by page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranking {
    /// The lowest first.
    pub best: Vec<Ticket>,
}

impl Ranking {
    /// Takes a ticket in, and drops the highest when there are more than prizes.
    pub fn enter(&mut self, ticket: Ticket, prizes: u16) {
        if let Err(place) = self.best.binary_search(&ticket) {
            self.best.insert(place, ticket);
            self.best.truncate(usize::from(prizes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_tickets_win_in_whatever_order_they_are_seen() {
        let ticket = |number: u8| Ticket { number: [number; 32], member: MemberId::new([number; 16]) };
        for order in [[5, 1, 4, 2, 3], [1, 2, 3, 4, 5], [3, 5, 4, 2, 1]] {
            let mut ranking = Ranking::default();
            order.into_iter().for_each(|number| ranking.enter(ticket(number), 3));
            ranking.enter(ticket(2), 3);
            assert_eq!(ranking.best, [1, 2, 3].map(ticket));
        }
    }
}
