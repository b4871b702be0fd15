//! The chart of accounts of a programme.

use crate::ids::MemberId;

/// One account of a programme's books.
///
/// Points come out of [`Issued`](Self::Issued), whose balance is therefore negative: it is what the issuer has promised.
/// A member's debt is negative too. All other balances are zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// Points that the programme has ever issued.
    Issued,
    /// Issued points that were taken back, because what earned them was corrected.
    Reversed,
    /// What a member can spend.
    Available(MemberId),
    /// What is held for a reward that the member has asked for.
    Reserved(MemberId),
    /// What was taken back from a member who had already spent it.
    Debt(MemberId),
    /// Points spent on rewards.
    Redeemed,
    /// Points whose lot reached its last day.
    Expired,
    /// Points lost because the account was inactive.
    Forfeited,
    /// Points kept by the programme as a fee.
    Fees,
    /// Points that became a partner's currency.
    Converted,
}

/// What an account is for, whoever it belongs to: the line of a programme's totals that it counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the account of the same name")]
pub enum Kind {
    Issued,
    Reversed,
    Available,
    Reserved,
    Debt,
    Redeemed,
    Expired,
    Forfeited,
    Fees,
    Converted,
}

impl Account {
    /// What the account is for.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Issued => Kind::Issued,
            Self::Reversed => Kind::Reversed,
            Self::Available(_) => Kind::Available,
            Self::Reserved(_) => Kind::Reserved,
            Self::Debt(_) => Kind::Debt,
            Self::Redeemed => Kind::Redeemed,
            Self::Expired => Kind::Expired,
            Self::Forfeited => Kind::Forfeited,
            Self::Fees => Kind::Fees,
            Self::Converted => Kind::Converted,
        }
    }
}
