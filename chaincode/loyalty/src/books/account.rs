//! The chart of accounts of a programme.

use crate::ids::{MemberId, TreasuryId, WalletAddress};

/// One account of a programme's books.
///
/// Points come out of [`Issued`](Self::Issued), whose balance is therefore negative: it is what the issuer has promised.
/// A member's debt is negative too. All other balances are zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// Points that the programme has ever issued.
    Issued,
    /// Points that a system before this ledger had issued. Its balance is negative, too.
    Imported,
    /// Issued points that were taken back, because what earned them was corrected.
    Reversed,
    /// What a member can spend.
    Available(MemberId),
    /// What a member has earned and can spend from a later date on.
    Pending(MemberId),
    /// What is held for a reward that the member has asked for.
    Reserved(MemberId),
    /// What was taken back from a member who had already spent it.
    Debt(MemberId),
    /// What stands in a wallet, as a token.
    Wallet(WalletAddress),
    /// What a merchant holds to give to its customers.
    Treasury(TreasuryId),
    /// Points spent on rewards.
    Redeemed,
    /// Points whose lot reached its last day.
    Expired,
    /// Points lost because the account was inactive, or because a booking was let go too late.
    Forfeited,
    /// Points that lost their worth bit by bit.
    Decayed,
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
    Imported,
    Reversed,
    Available,
    Pending,
    Reserved,
    Debt,
    Wallet,
    Treasury,
    Redeemed,
    Expired,
    Forfeited,
    Decayed,
    Fees,
    Converted,
}

impl Account {
    /// What the account is for.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Issued => Kind::Issued,
            Self::Imported => Kind::Imported,
            Self::Reversed => Kind::Reversed,
            Self::Available(_) => Kind::Available,
            Self::Pending(_) => Kind::Pending,
            Self::Reserved(_) => Kind::Reserved,
            Self::Debt(_) => Kind::Debt,
            Self::Wallet(_) => Kind::Wallet,
            Self::Treasury(_) => Kind::Treasury,
            Self::Redeemed => Kind::Redeemed,
            Self::Expired => Kind::Expired,
            Self::Forfeited => Kind::Forfeited,
            Self::Decayed => Kind::Decayed,
            Self::Fees => Kind::Fees,
            Self::Converted => Kind::Converted,
        }
    }
}
