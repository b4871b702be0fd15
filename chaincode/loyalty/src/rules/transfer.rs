//! Whether a member may give points to another.

use serde::{Deserialize, Serialize};

use super::programme::{Definition, TierDirection, TierRank};
use crate::units::{Date, Money, Overflow, Points, Rational};

/// What a member has sent and received in one calendar year. The account keeps the latest year only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferYear {
    /// The year.
    pub year: i32,
    /// Points sent.
    pub sent: Points,
    /// Points received.
    pub received: Points,
    /// Number of transfers sent.
    pub sent_count: u16,
    /// Number of transfers received.
    pub received_count: u16,
}

/// One side of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// The tier held.
    pub tier: TierRank,
    /// Date of enrolment.
    pub enrolled: Date,
    /// Whether the account has had activity.
    pub active: bool,
    /// What was sent and received before.
    pub year: TransferYear,
}

/// What a transfer costs its sender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TransferCost {
    /// Points that the programme keeps, beside those that are transferred.
    pub points: Points,
    /// Money that the sender must have paid; none when nothing is asked.
    pub money: Option<Money>,
}

/// Why a transfer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefusal {
    /// The programme offers no transfers.
    #[error("the programme offers no transfers")]
    NotOffered,
    /// Fewer points than the programme allows.
    #[error("{points} points are below the minimum of {minimum}")]
    BelowMinimum {
        /// Points to transfer.
        points: Points,
        /// The minimum.
        minimum: Points,
    },
    /// Not a multiple of the increment.
    #[error("{points} points are not a multiple of {increment}")]
    Increment {
        /// Points to transfer.
        points: Points,
        /// The increment.
        increment: Points,
    },
    /// More points than one transfer may have.
    #[error("{points} points are above the maximum of {maximum} a transfer")]
    AboveMaximum {
        /// Points to transfer.
        points: Points,
        /// The maximum.
        maximum: Points,
    },
    /// The sender's cap of the year.
    #[error("{sent} points sent this year and {points} more exceed the annual cap of {cap}")]
    SentCap {
        /// Points sent before.
        sent: Points,
        /// Points to transfer.
        points: Points,
        /// The cap.
        cap: Points,
    },
    /// The receiver's cap of the year.
    #[error("{received} points received this year and {points} more exceed the annual cap of {cap}")]
    ReceivedCap {
        /// Points received before.
        received: Points,
        /// Points to transfer.
        points: Points,
        /// The cap.
        cap: Points,
    },
    /// The sender's number of transfers of the year.
    #[error("the sender has made all {cap} transfers of the year")]
    SentCount {
        /// Most transfers in a year.
        cap: u16,
    },
    /// The receiver's number of transfers of the year.
    #[error("the receiver has had all {cap} transfers of the year")]
    ReceivedCount {
        /// Most transfers in a year.
        cap: u16,
    },
    /// An account is too young.
    #[error("both accounts must be {days} days old")]
    AccountAge {
        /// Age asked for.
        days: u16,
    },
    /// An account has had no activity.
    #[error("both accounts must have had activity")]
    NoActivity,
    /// The receiver's tier is not below the sender's.
    #[error("points move only from a higher tier to a lower")]
    TierDirection,
}

impl TransferRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOffered => "TRANSFER_NOT_OFFERED",
            Self::BelowMinimum { .. } => "TRANSFER_BELOW_MINIMUM",
            Self::Increment { .. } => "TRANSFER_INCREMENT",
            Self::AboveMaximum { .. } => "TRANSFER_ABOVE_MAXIMUM",
            Self::SentCap { .. } => "TRANSFER_SENT_CAP",
            Self::ReceivedCap { .. } => "TRANSFER_RECEIVED_CAP",
            Self::SentCount { .. } => "TRANSFER_SENT_COUNT",
            Self::ReceivedCount { .. } => "TRANSFER_RECEIVED_COUNT",
            Self::AccountAge { .. } => "TRANSFER_ACCOUNT_AGE",
            Self::NoActivity => "TRANSFER_NO_ACTIVITY",
            Self::TierDirection => "TRANSFER_TIER_DIRECTION",
        }
    }
}

impl TransferYear {
    /// The record as of the year of a date: empty when the year is new.
    pub fn in_year_of(self, as_of: Date) -> Self {
        let year = as_of.year();
        if self.year == year { self } else { Self { year, ..Self::default() } }
    }

    /// The record after sending.
    pub fn after_sending(self, points: Points, as_of: Date) -> Result<Self, Overflow> {
        let year = self.in_year_of(as_of);
        let sent_count = year.sent_count.checked_add(1).ok_or(Overflow)?;
        Ok(Self { sent: year.sent.checked_add(points)?, sent_count, ..year })
    }

    /// The record after receiving.
    pub fn after_receiving(self, points: Points, as_of: Date) -> Result<Self, Overflow> {
        let year = self.in_year_of(as_of);
        let received_count = year.received_count.checked_add(1).ok_or(Overflow)?;
        Ok(Self { received: year.received.checked_add(points)?, received_count, ..year })
    }
}

/// Whether `points` may go from `sender` to `receiver` on a date. The first limit that is broken answers.
pub fn check_transfer(
    definition: &Definition,
    points: Points,
    sender: &Party,
    receiver: &Party,
    as_of: Date,
) -> Result<(), TransferRefusal> {
    let rules = definition.transfer.as_ref().ok_or(TransferRefusal::NotOffered)?;
    if points.is_zero() || points < rules.minimum {
        return Err(TransferRefusal::BelowMinimum { points, minimum: rules.minimum });
    }
    if let Some(increment) = rules.increment.filter(|increment| !points.is_multiple_of(*increment)) {
        return Err(TransferRefusal::Increment { points, increment });
    }
    if let Some(maximum) = rules.maximum.filter(|maximum| points > *maximum) {
        return Err(TransferRefusal::AboveMaximum { points, maximum });
    }
    if rules.direction == TierDirection::Downward && sender.tier <= receiver.tier {
        return Err(TransferRefusal::TierDirection);
    }
    let old_enough = |party: &Party| party.enrolled.days_until(as_of) >= i32::from(rules.account_age_days);
    if !old_enough(sender) || !old_enough(receiver) {
        return Err(TransferRefusal::AccountAge { days: rules.account_age_days });
    }
    if rules.activity_required && !(sender.active && receiver.active) {
        return Err(TransferRefusal::NoActivity);
    }
    let (sent, received) = (sender.year.in_year_of(as_of), receiver.year.in_year_of(as_of));
    if let Some(cap) = rules.sent_count_per_year.filter(|cap| sent.sent_count >= *cap) {
        return Err(TransferRefusal::SentCount { cap });
    }
    if let Some(cap) = rules.received_count_per_year.filter(|cap| received.received_count >= *cap) {
        return Err(TransferRefusal::ReceivedCount { cap });
    }
    if let Some(cap) = rules.sent_per_year.filter(|cap| exceeds(sent.sent, points, *cap)) {
        return Err(TransferRefusal::SentCap { sent: sent.sent, points, cap });
    }
    if let Some(cap) = rules.received_per_year.filter(|cap| exceeds(received.received, points, *cap)) {
        return Err(TransferRefusal::ReceivedCap { received: received.received, points, cap });
    }
    Ok(())
}

/// What a member of a tier pays for giving `points` away.
pub fn transfer_cost(definition: &Definition, tier: TierRank, points: Points) -> Result<TransferCost, Overflow> {
    let fee = definition.transfer.as_ref().and_then(|rules| rules.fee.as_ref());
    let is_exempt = |name: &String| definition.tiers.rank_of(name) == Some(tier);
    let Some(fee) = fee.filter(|fee| !fee.exempt_tiers.iter().any(is_exempt)) else {
        return Ok(TransferCost::default());
    };
    let blocks = points.get().div_ceil(fee.per.get().max(1));
    let minor_units = Rational::integer(definition.currency.minor_units().unwrap_or(1));
    // A valid definition asks for whole smallest units.
    let a_block = fee.money.checked_mul(minor_units)?.to_integer().ok_or(Overflow)?;
    let minor = i64::try_from(blocks).ok().and_then(|blocks| a_block.checked_mul(blocks)).ok_or(Overflow)?;
    Ok(TransferCost {
        points: Points::new(fee.points.get().checked_mul(blocks).ok_or(Overflow)?)?,
        money: (minor > 0).then(|| Money::new(minor, definition.currency)),
    })
}

fn exceeds(before: Points, more: Points, cap: Points) -> bool {
    before.checked_add(more).map_or(true, |sum| sum > cap)
}
