//! What is done in a rehearsal: one act of one or two members on a business date.

use folio_loyalty::units::Date;
use folio_stays::FeedRow;

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Act {
    /// Its business date.
    pub(super) day: Date,
    pub(super) deed: Deed,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// A hotel reports a row of the feed.
    Report(FeedRow),
    /// A hotel reports a later version of a stay.
    Correction(Correction),
    /// A hotel takes a stay back.
    Void(Void),
    /// A member gives points to another.
    Transfer(Transfer),
    /// A member spends points at a hotel of another chain.
    Redemption(Redemption),
}

/// A later version of a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Correction {
    pub(super) hotel: String,
    pub(super) programme: String,
    pub(super) member: String,
    /// The canonical JSON of the version.
    pub(super) stay: String,
    /// The business date that the hotel names, which may be sealed by now.
    pub(super) as_of: Date,
    /// Whether it takes something off the bill.
    pub(super) is_rebate: bool,
}

/// A stay that is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Void {
    pub(super) hotel: String,
    pub(super) programme: String,
    pub(super) member: String,
    /// The place in the feed of the row that reported it.
    pub(super) position: u64,
}

/// Points that a member wants to give. How many follows from what the member has then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transfer {
    pub(super) programme: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// Points that a member wants to spend. How many follows from what the member has then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Redemption {
    pub(super) programme: String,
    pub(super) member: String,
    /// The hotel that gives the reward.
    pub(super) hotel: String,
    /// Whether the reward is given; else the points come back.
    pub(super) given: bool,
}

impl Act {
    /// The members whose acts go one after the other.
    pub(super) fn members(&self) -> Vec<&str> {
        match &self.deed {
            Deed::Report(row) => vec![&row.member],
            Deed::Correction(correction) => vec![&correction.member],
            Deed::Void(void) => vec![&void.member],
            Deed::Transfer(transfer) => vec![&transfer.from, &transfer.to],
            Deed::Redemption(redemption) => vec![&redemption.member],
        }
    }
}
