//! Whether a member may give points to another.

use serde::{Deserialize, Serialize};

use super::programme::{Definition, TierDirection, TierRank, TransferFee, TransferRules};
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
    /// Running number of the latest month in which there was one, see [`Date::month_index`].
    pub month: i32,
    /// Number of transfers sent in that month.
    pub sent_in_month: u16,
    /// Number of transfers received in that month.
    pub received_in_month: u16,
    /// Date of the latest transfer, sent or received.
    pub latest: Option<Date>,
    /// Points contributed to pools.
    pub pooled: Points,
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
    /// The sender's number of transfers of the month.
    #[error("the sender has made all {cap} transfers of the month")]
    SentMonth {
        /// Most transfers in a month.
        cap: u16,
    },
    /// The receiver's number of transfers of the month.
    #[error("the receiver has had all {cap} transfers of the month")]
    ReceivedMonth {
        /// Most transfers in a month.
        cap: u16,
    },
    /// There was a transfer not long ago.
    #[error("{days} days must lie between two transfers, and the latest was on {latest}")]
    TooSoon {
        /// Days asked for.
        days: u16,
        /// The latest transfer.
        latest: Date,
    },
    /// An account is too young.
    #[error("an account must be {days} days old to send or receive")]
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
            Self::SentMonth { .. } => "TRANSFER_SENT_MONTH",
            Self::ReceivedMonth { .. } => "TRANSFER_RECEIVED_MONTH",
            Self::TooSoon { .. } => "TRANSFER_TOO_SOON",
            Self::AccountAge { .. } => "TRANSFER_ACCOUNT_AGE",
            Self::NoActivity => "TRANSFER_NO_ACTIVITY",
            Self::TierDirection => "TRANSFER_TIER_DIRECTION",
        }
    }
}

impl TransferYear {
    /// The record as of a date: empty when its year or its month is new.
    pub fn in_year_of(self, as_of: Date) -> Self {
        let (year, month) = (as_of.year(), as_of.month_index());
        let kept = if self.year == year { self } else { Self { year, latest: self.latest, ..Self::default() } };
        if kept.month == month { kept } else { Self { month, sent_in_month: 0, received_in_month: 0, ..kept } }
    }

    /// The record after sending.
    pub fn after_sending(self, points: Points, as_of: Date) -> Result<Self, Overflow> {
        let year = self.in_year_of(as_of);
        Ok(Self {
            sent: year.sent.checked_add(points)?,
            sent_count: year.sent_count.checked_add(1).ok_or(Overflow)?,
            sent_in_month: year.sent_in_month.checked_add(1).ok_or(Overflow)?,
            latest: Some(as_of),
            ..year
        })
    }

    /// The record after receiving.
    pub fn after_receiving(self, points: Points, as_of: Date) -> Result<Self, Overflow> {
        let year = self.in_year_of(as_of);
        Ok(Self {
            received: year.received.checked_add(points)?,
            received_count: year.received_count.checked_add(1).ok_or(Overflow)?,
            received_in_month: year.received_in_month.checked_add(1).ok_or(Overflow)?,
            latest: Some(as_of),
            ..year
        })
    }

    /// The record after a gift that was sent on a date was called back on another. What is of another year or month is not
    /// counted any more; that there was a transfer stays.
    pub fn after_calling_back(self, points: Points, sent: Date, as_of: Date) -> Self {
        let mut year = self.in_year_of(as_of);
        if sent.year() == year.year {
            year.sent = year.sent.checked_sub(points).unwrap_or_default();
            year.sent_count = year.sent_count.saturating_sub(1);
        }
        if sent.month_index() == year.month {
            year.sent_in_month = year.sent_in_month.saturating_sub(1);
        }
        year
    }

    /// The record of two accounts of one person together.
    pub fn merged(self, other: Self) -> Result<Self, Overflow> {
        let (newer, older) = if self.month >= other.month { (self, other) } else { (other, self) };
        let same_year = newer.year == older.year;
        let same_month = newer.month == older.month;
        let points = |of: fn(Self) -> Points| {
            if same_year { of(newer).checked_add(of(older)) } else { Ok(of(newer)) }
        };
        let count = |same: bool, of: fn(Self) -> u16| {
            if same { of(newer).saturating_add(of(older)) } else { of(newer) }
        };
        Ok(Self {
            sent: points(|year| year.sent)?,
            received: points(|year| year.received)?,
            pooled: points(|year| year.pooled)?,
            sent_count: count(same_year, |year| year.sent_count),
            received_count: count(same_year, |year| year.received_count),
            sent_in_month: count(same_month, |year| year.sent_in_month),
            received_in_month: count(same_month, |year| year.received_in_month),
            latest: newer.latest.max(older.latest),
            ..newer
        })
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
    let rules = offered(definition)?;
    check_amount(rules, points)?;
    check_direction(rules, sender, receiver)?;
    check_accounts(rules, &[sender, receiver], as_of)?;
    check_sender(rules, points, sender, as_of)?;
    check_receiver(rules, points, receiver, as_of)
}

/// Whether `sender` may set `points` aside on a date as a gift to somebody who is not known yet.
pub fn check_giving(
    definition: &Definition,
    points: Points,
    sender: &Party,
    as_of: Date,
) -> Result<(), TransferRefusal> {
    let rules = offered(definition)?;
    check_amount(rules, points)?;
    check_accounts(rules, &[sender], as_of)?;
    check_sender(rules, points, sender, as_of)
}

/// Whether `receiver` may have a gift on a date. Its sender was checked when it was given.
pub fn check_claiming(
    definition: &Definition,
    points: Points,
    sender: &Party,
    receiver: &Party,
    as_of: Date,
) -> Result<(), TransferRefusal> {
    let rules = offered(definition)?;
    check_direction(rules, sender, receiver)?;
    check_accounts(rules, &[receiver], as_of)?;
    check_receiver(rules, points, receiver, as_of)
}

fn offered(definition: &Definition) -> Result<&TransferRules, TransferRefusal> {
    definition.transfer.as_ref().ok_or(TransferRefusal::NotOffered)
}

fn check_amount(rules: &TransferRules, points: Points) -> Result<(), TransferRefusal> {
    if points.is_zero() || points < rules.minimum {
        return Err(TransferRefusal::BelowMinimum { points, minimum: rules.minimum });
    }
    if let Some(increment) = rules.increment.filter(|increment| !points.is_multiple_of(*increment)) {
        return Err(TransferRefusal::Increment { points, increment });
    }
    match rules.maximum.filter(|maximum| points > *maximum) {
        Some(maximum) => Err(TransferRefusal::AboveMaximum { points, maximum }),
        None => Ok(()),
    }
}

fn check_direction(rules: &TransferRules, sender: &Party, receiver: &Party) -> Result<(), TransferRefusal> {
    let goes_down = rules.direction == TierDirection::Any || sender.tier > receiver.tier;
    if goes_down { Ok(()) } else { Err(TransferRefusal::TierDirection) }
}

fn check_accounts(rules: &TransferRules, parties: &[&Party], as_of: Date) -> Result<(), TransferRefusal> {
    for party in parties {
        let inactive = if party.active { 0 } else { rules.inactive_age_days };
        let days = rules.account_age_days.max(inactive);
        if party.enrolled.days_until(as_of) < i32::from(days) {
            return Err(TransferRefusal::AccountAge { days });
        }
    }
    let active = !rules.activity_required || parties.iter().all(|party| party.active);
    if active { Ok(()) } else { Err(TransferRefusal::NoActivity) }
}

fn check_sender(rules: &TransferRules, points: Points, sender: &Party, as_of: Date) -> Result<(), TransferRefusal> {
    let year = sender.year.in_year_of(as_of);
    if let Some(cap) = rules.sent_count_per_month.filter(|cap| year.sent_in_month >= *cap) {
        return Err(TransferRefusal::SentMonth { cap });
    }
    if let Some(cap) = rules.sent_count_per_year.filter(|cap| year.sent_count >= *cap) {
        return Err(TransferRefusal::SentCount { cap });
    }
    check_days_between(rules, year, as_of)?;
    match rules.sent_per_year.filter(|cap| exceeds(year.sent, points, *cap)) {
        Some(cap) => Err(TransferRefusal::SentCap { sent: year.sent, points, cap }),
        None => Ok(()),
    }
}

fn check_receiver(rules: &TransferRules, points: Points, receiver: &Party, as_of: Date) -> Result<(), TransferRefusal> {
    let year = receiver.year.in_year_of(as_of);
    if let Some(cap) = rules.received_count_per_month.filter(|cap| year.received_in_month >= *cap) {
        return Err(TransferRefusal::ReceivedMonth { cap });
    }
    if let Some(cap) = rules.received_count_per_year.filter(|cap| year.received_count >= *cap) {
        return Err(TransferRefusal::ReceivedCount { cap });
    }
    check_days_between(rules, year, as_of)?;
    match rules.received_per_year.filter(|cap| exceeds(year.received, points, *cap)) {
        Some(cap) => Err(TransferRefusal::ReceivedCap { received: year.received, points, cap }),
        None => Ok(()),
    }
}

fn check_days_between(rules: &TransferRules, year: TransferYear, as_of: Date) -> Result<(), TransferRefusal> {
    match (rules.days_between, year.latest) {
        (Some(days), Some(latest)) if latest.days_until(as_of) < i32::from(days) => {
            Err(TransferRefusal::TooSoon { days, latest })
        }
        _ => Ok(()),
    }
}

/// What a member of a tier pays for giving `points` to one of another tier, where that is known.
pub fn transfer_cost(
    definition: &Definition,
    from: TierRank,
    to: Option<TierRank>,
    points: Points,
) -> Result<TransferCost, Overflow> {
    let fee = definition.transfer.as_ref().and_then(|rules| rules.fee.as_ref());
    let lists = |names: &[String], tier| names.iter().any(|name| definition.tiers.rank_of(name) == tier);
    let is_exempt =
        |fee: &TransferFee| lists(&fee.exempt_tiers, Some(from)) || (to.is_some() && lists(&fee.exempt_receivers, to));
    let Some(fee) = fee.filter(|fee| !is_exempt(fee)) else { return Ok(TransferCost::default()) };
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

pub(super) fn exceeds(before: Points, more: Points, cap: Points) -> bool {
    before.checked_add(more).map_or(true, |sum| sum > cap)
}
