//! Why the books refuse a movement.

use crate::ids::ReservationId;
use crate::units::{Overflow, Points};

use super::{HOLDS_MAX, LOTS_MAX};

/// Why the books refuse a movement. Nothing is half done: the caller drops what it was changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BooksError {
    /// More is asked for than there is to spend.
    #[error("{needed} points are needed, {available} are available")]
    Overdraft {
        /// Points asked for.
        needed: Points,
        /// Points free to spend.
        available: Points,
    },
    /// Spending is blocked while the member owes points.
    #[error("{debt} points are owed and are repaid by earning before any are spent")]
    Indebted {
        /// Points owed.
        debt: Points,
    },
    /// Spending moves at least one point.
    #[error("at least one point must be spent")]
    Nothing,
    /// The account would have to tell too many lots apart.
    #[error("an account tells at most {LOTS_MAX} lots apart")]
    TooManyLots,
    /// Too many rewards are on hold at once.
    #[error("an account has at most {HOLDS_MAX} holds at once")]
    TooManyHolds,
    /// There is no such hold: it was committed or released, or it ran out.
    #[error("hold {id} is not open")]
    HoldNotOpen {
        /// The hold.
        id: ReservationId,
    },
    /// A number left its range.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl BooksError {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Overdraft { .. } => "POINTS_INSUFFICIENT",
            Self::Indebted { .. } => "MEMBER_IN_DEBT",
            Self::Nothing => "POINTS_ZERO",
            Self::TooManyLots => "ACCOUNT_LOTS_FULL",
            Self::TooManyHolds => "ACCOUNT_HOLDS_FULL",
            Self::HoldNotOpen { .. } => "RESERVATION_NOT_OPEN",
            Self::Overflow(_) => "POINTS_OVERFLOW",
        }
    }
}
