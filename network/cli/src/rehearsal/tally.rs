//! What the receipts say: points by programme and block, added up by who got them and not by the ledger.

use std::collections::BTreeMap;

use folio_types::BlockNumber;
use serde::Serialize;

use crate::audit::Books;

/// Points of one programme that moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    pub(super) issued: i64,
    /// Taken back by corrections and voids.
    pub(super) reversed: i64,
    /// From one member to another.
    pub(super) transferred: i64,
    pub(super) redeemed: i64,
    pub(super) expired: i64,
    pub(super) forfeited: i64,
    pub(super) decayed: i64,
}

/// Points of all programmes, by name.
pub(super) type Counts = BTreeMap<String, Count>;

/// What one organisation owes another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) points: i64,
    /// In smallest units.
    pub(super) minor: i64,
}

/// What organisations owe each other, by debtor and creditor.
pub(super) type Dues = BTreeMap<(String, String), Due>;

/// What every receipt says, under the block in which its transaction stands.
#[derive(Debug, Default)]
pub(super) struct Tally {
    blocks: BTreeMap<BlockNumber, Counts>,
    dues: BTreeMap<BlockNumber, Dues>,
}

impl Tally {
    /// Where what a receipt says is added.
    pub(super) fn at(&mut self, block: BlockNumber, programme: &str) -> &mut Count {
        self.blocks.entry(block).or_default().entry(programme.to_owned()).or_default()
    }

    /// Adds what one organisation owes another. Nothing is owed within one.
    pub(super) fn owe(&mut self, block: BlockNumber, debtor: &str, creditor: &str, due: Due) {
        if debtor != creditor {
            self.dues.entry(block).or_default().entry((debtor.to_owned(), creditor.to_owned())).or_default().add(due);
        }
    }

    /// All that is owed, or was, by what happened through a block.
    pub(super) fn owed_through(&self, last: BlockNumber) -> Dues {
        let mut sums = Dues::new();
        for (pair, due) in self.dues.range(..=last).flat_map(|(_, dues)| dues) {
            sums.entry(pair.clone()).or_default().add(*due);
        }
        sums
    }

    /// Everything through a block.
    pub(super) fn through(&self, last: BlockNumber) -> Counts {
        let mut sums = Counts::new();
        for (programme, count) in self.blocks.range(..=last).flat_map(|(_, counts)| counts) {
            sums.entry(programme.clone()).or_default().add(count, 1);
        }
        sums
    }
}

impl Due {
    /// Adds another.
    pub(super) const fn add(&mut self, other: Self) {
        self.points += other.points;
        self.minor += other.minor;
    }
}

impl Count {
    /// Adds what a correction or a report changed.
    pub(super) fn add_change(&mut self, points: i64) {
        if points >= 0 { self.issued += points } else { self.reversed -= points }
    }

    /// The lines of the count that books have, too, as the books tell them.
    pub(super) fn differs_from(&self, books: &Books) -> Vec<String> {
        let lines = [
            ("issued", self.issued, books.issued),
            ("reversed", self.reversed, books.reversed),
            ("redeemed", self.redeemed, books.redeemed),
            ("expired", self.expired, books.expired),
            ("forfeited", self.forfeited, books.forfeited),
            ("decayed", self.decayed, books.decayed),
        ];
        let other = lines.into_iter().filter(|(_, counted, booked)| counted != booked);
        let told = other.map(|(line, counted, booked)| {
            format!("{}: receipts come to {counted} {line}, and the books to {booked}", books.programme)
        });
        told.collect()
    }

    /// What happened since an earlier count.
    pub(super) fn since(mut self, earlier: &Self) -> Self {
        self.add(earlier, -1);
        self
    }

    fn add(&mut self, other: &Self, times: i64) {
        let Self { issued, reversed, transferred, redeemed, expired, forfeited, decayed } = other;
        self.issued += times * issued;
        self.reversed += times * reversed;
        self.transferred += times * transferred;
        self.redeemed += times * redeemed;
        self.expired += times * expired;
        self.forfeited += times * forfeited;
        self.decayed += times * decayed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_what_was_received_up_to_a_block_and_nothing_later() {
        let mut tally = Tally::default();
        tally.at(3, "a").add_change(100);
        tally.at(3, "a").add_change(-30);
        tally.at(5, "a").redeemed += 40;
        tally.at(4, "b").add_change(7);
        let through = tally.through(4);
        assert_eq!((through["a"].issued, through["a"].reversed, through["a"].redeemed), (100, 30, 0));
        assert_eq!(through["b"].issued, 7);
        tally.owe(4, "A", "B", Due { points: 1_000, minor: 500 });
        tally.owe(6, "A", "B", Due { points: -200, minor: -100 });
        tally.owe(4, "A", "A", Due { points: 1, minor: 1 });
        let pair = ("A".to_owned(), "B".to_owned());
        assert_eq!(tally.owed_through(5), Dues::from([(pair.clone(), Due { points: 1_000, minor: 500 })]));
        assert_eq!(tally.owed_through(6), Dues::from([(pair, Due { points: 800, minor: 400 })]));
        let month = tally.through(9)["a"].since(&through["a"]);
        assert_eq!(month, Count { redeemed: 40, ..Count::default() });
    }

    #[test]
    fn a_count_that_is_not_what_the_books_say_is_told_line_by_line() {
        let books = Books {
            programme: "club".to_owned(),
            accounts: 1,
            imported: 0,
            issued: 100,
            reversed: 0,
            available: 60,
            pending: 0,
            reserved: 0,
            wallet: 0,
            treasury: 0,
            redeemed: 40,
            converted: 0,
            expired: 0,
            forfeited: 0,
            decayed: 0,
            fees: 0,
            debt: 0,
            balanced: true,
        };
        let counted = Count { issued: 100, redeemed: 40, transferred: 7, ..Count::default() };
        assert_eq!(counted.differs_from(&books), [""; 0]);
        let lost = Count { redeemed: 39, forfeited: 1, ..counted };
        assert_eq!(lost.differs_from(&books).len(), 2);
    }
}
