//! Whether points may leave an account into a wallet, and how long they live there.

use super::programme::{Definition, TokenRules};
use crate::units::{Date, Overflow, Points};

/// Why a withdrawal is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalRefusal {
    /// The programme's points are no tokens, or stay in accounts.
    #[error("the programme lets no points leave into wallets")]
    NotOffered,
    /// Fewer points than the programme allows.
    #[error("{points} points are below the minimum of {minimum} a withdrawal")]
    BelowMinimum {
        /// Points to withdraw.
        points: Points,
        /// The minimum.
        minimum: Points,
    },
    /// More points than may leave on one day.
    #[error("{points} points were to leave on one business date, and at most {maximum} may")]
    DailyMaximum {
        /// Points of the day, with those to withdraw.
        points: Points,
        /// The maximum.
        maximum: Points,
    },
    /// The day's sum left its range.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl WithdrawalRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOffered => "WITHDRAWAL_NOT_OFFERED",
            Self::BelowMinimum { .. } => "WITHDRAWAL_BELOW_MINIMUM",
            Self::DailyMaximum { .. } => "WITHDRAWAL_DAILY_MAXIMUM",
            Self::Overflow(_) => "WITHDRAWAL_OVERFLOW",
        }
    }
}

/// What a member withdrew on the latest business date on which there was a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawnDay {
    /// The date.
    pub day: Date,
    /// Points withdrawn on it.
    pub points: Points,
}

impl WithdrawnDay {
    /// What two accounts of one person have withdrawn on the latest day of either.
    pub fn merged(first: Option<Self>, second: Option<Self>) -> Result<Option<Self>, Overflow> {
        match (first, second) {
            (Some(first), Some(second)) if first.day == second.day => {
                Ok(Some(Self { points: first.points.checked_add(second.points)?, ..first }))
            }
            (Some(first), Some(second)) => Ok(Some(if first.day > second.day { first } else { second })),
            (first, second) => Ok(first.or(second)),
        }
    }
}

/// Checks a withdrawal, and answers what the member has withdrawn on that day with it.
pub fn check_withdrawal(
    definition: &Definition,
    points: Points,
    last: Option<WithdrawnDay>,
    day: Date,
) -> Result<WithdrawnDay, WithdrawalRefusal> {
    let rules: Option<&TokenRules> = definition.tokens.as_ref().filter(|rules| rules.withdrawals);
    let rules = rules.ok_or(WithdrawalRefusal::NotOffered)?;
    if points < rules.minimum {
        return Err(WithdrawalRefusal::BelowMinimum { points, minimum: rules.minimum });
    }
    let before = last.filter(|last| last.day == day).map_or(Points::ZERO, |last| last.points);
    let points = before.checked_add(points)?;
    if let Some(maximum) = rules.daily_maximum.filter(|maximum| points > *maximum) {
        return Err(WithdrawalRefusal::DailyMaximum { points, maximum });
    }
    Ok(WithdrawnDay { day, points })
}

/// The latest day on which points that leave an account on `day` can be used in wallets, when the account would end on
/// `account_ends` if it rested from then on. It is the end of the month before, or points that leave day by day would
/// stand in as many lots; where that is past already, it is the account's own end.
pub fn latest_day_in_wallets(account_ends: Option<Date>, day: Date) -> Result<Option<Date>, Overflow> {
    let Some(ends) = account_ends else { return Ok(None) };
    let month_before = ends.add_months(-1)?.month_end();
    Ok(Some(if month_before < day { ends } else { month_before }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::programme::shipped;

    fn points(value: u64) -> Points {
        Points::new(value).unwrap()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn programme(tokens: Option<TokenRules>) -> Definition {
        let (_, text) = shipped().find(|(id, _)| *id == "textbook").unwrap();
        let definition = Definition { tokens, ..Definition::from_toml(text).unwrap() };
        definition.validate().unwrap();
        definition
    }

    fn rules(minimum: u64, daily_maximum: Option<u64>) -> TokenRules {
        TokenRules {
            symbol: "TXB".to_owned(),
            withdrawals: true,
            minimum: points(minimum),
            daily_maximum: daily_maximum.map(points),
            vouchers: None,
        }
    }

    #[test]
    fn points_stay_in_accounts_unless_the_programme_says_otherwise() {
        let closed = TokenRules { withdrawals: false, ..rules(0, None) };
        for tokens in [None, Some(closed)] {
            let refused = check_withdrawal(&programme(tokens), points(100), None, date("2016-02-01"));
            assert_eq!(refused, Err(WithdrawalRefusal::NotOffered));
        }
    }

    #[test]
    fn withdrawals_of_one_day_add_up_and_those_of_another_do_not() {
        let definition = programme(Some(rules(100, Some(500))));
        let today = date("2016-02-01");
        let withdrew = |day: &str, value| Some(WithdrawnDay { day: date(day), points: points(value) });
        for (last, asked, came_to) in [
            (None, 99, Err("WITHDRAWAL_BELOW_MINIMUM")),
            (None, 500, Ok(500)),
            (None, 501, Err("WITHDRAWAL_DAILY_MAXIMUM")),
            (withdrew("2016-02-01", 400), 100, Ok(500)),
            (withdrew("2016-02-01", 401), 100, Err("WITHDRAWAL_DAILY_MAXIMUM")),
            (withdrew("2016-01-31", 500), 500, Ok(500)),
            (withdrew("2016-02-01", Points::MAX.get()), 100, Err("WITHDRAWAL_OVERFLOW")),
        ] {
            let checked = check_withdrawal(&definition, points(asked), last, today);
            assert_eq!(checked.map(|day| day.points.get()).map_err(|refusal| refusal.code()), came_to);
        }
    }

    #[test]
    fn points_in_wallets_end_no_later_than_the_account_would_have() {
        for (account_ends, day, latest) in [
            (None, "2016-02-01", None),
            (Some("2018-02-01"), "2016-02-01", Some("2018-01-31")),
            (Some("2018-02-28"), "2016-02-28", Some("2018-01-31")),
            (Some("2016-02-20"), "2016-02-01", Some("2016-02-20")),
            (Some("2016-02-20"), "2016-01-31", Some("2016-01-31")),
        ] {
            let got = latest_day_in_wallets(account_ends.map(date), date(day)).unwrap();
            assert_eq!(got, latest.map(date));
            assert!(got.is_none_or(|got| got <= date(account_ends.unwrap()) && got >= date(day)));
        }
    }
}
