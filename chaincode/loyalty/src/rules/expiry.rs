//! When points lapse. A date of expiry is the last day on which the points can be used.
//!
//! Inactivity is an attribute of the account and the hard expiry one of the lot; the earlier of the two wins.

use super::programme::{ActivityKind, Definition, TierRank};
use crate::units::{Date, Overflow};

/// Last day on which the points of a resting account can be used; `None` when rest does not end them, as for the members
/// of an exempt tier.
pub fn inactivity_expiry(
    definition: &Definition,
    tier: TierRank,
    last_activity: Date,
) -> Result<Option<Date>, Overflow> {
    let Some(inactivity) = &definition.expiry.inactivity else { return Ok(None) };
    let tier = definition.tiers.name_of(tier);
    if inactivity.exempt_tiers.iter().any(|exempt| exempt == tier) {
        return Ok(None);
    }
    last_activity.add_months(i32::from(inactivity.months)).map(Some)
}

/// Last day on which points earned on a date can be used, whatever the account does; `None` when there is none.
pub fn hard_expiry(definition: &Definition, earned: Date) -> Result<Option<Date>, Overflow> {
    let expiry = match (definition.expiry.hard_months, definition.expiry.hard_days) {
        (Some(months), _) => earned.add_months(i32::from(months))?,
        (None, Some(days)) => earned.add_days(i32::from(days))?,
        (None, None) => return Ok(None),
    };
    Ok(Some(if definition.expiry.to_month_end { expiry.month_end() } else { expiry }))
}

/// The date on which points fade for the time that follows `times` times before; `None` when they do not fade.
pub fn next_decay(definition: &Definition, opened: Date, times: u32) -> Result<Option<Date>, Overflow> {
    let Some(decay) = definition.expiry.decay else { return Ok(None) };
    let times = i32::try_from(times).ok().and_then(|times| times.checked_add(1)).ok_or(Overflow)?;
    let months = i32::from(decay.every_months).checked_mul(times).ok_or(Overflow)?;
    opened.add_months(months).map(Some)
}

/// First date on which points earned on a date can be spent.
pub fn available_from(definition: &Definition, earned: Date) -> Result<Date, Overflow> {
    earned.add_days(i32::from(definition.calculation.available_after_days))
}

/// Whether an entry of this kind keeps the account active.
pub fn is_activity(definition: &Definition, kind: ActivityKind) -> bool {
    definition.expiry.inactivity.as_ref().is_some_and(|inactivity| inactivity.activity.contains(&kind))
}

/// Whether points with this expiry have lapsed on a date.
pub fn has_lapsed(expiry: Option<Date>, as_of: Date) -> bool {
    expiry.is_some_and(|last| last < as_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::programme::{ExpiryRules, Inactivity};

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn programme(inactivity_months: u16, hard_months: Option<u16>, exempt: &[&str]) -> Definition {
        let (_, text) = crate::rules::programme::shipped().next().unwrap();
        let mut definition = Definition::from_toml(text).unwrap();
        definition.expiry = ExpiryRules {
            inactivity: Some(Inactivity {
                months: inactivity_months,
                activity: vec![ActivityKind::Stay, ActivityKind::Redemption],
                exempt_tiers: exempt.iter().map(|name| (*name).to_owned()).collect(),
            }),
            hard_months,
            ..ExpiryRules::default()
        };
        definition
    }

    #[test]
    fn the_hard_expiry_beats_activity() {
        let definition = programme(18, Some(48), &[]);
        let resting = inactivity_expiry(&definition, TierRank(0), date("2026-02-20")).unwrap();
        let hard = hard_expiry(&definition, date("2022-03-01")).unwrap();
        assert_eq!((hard, hard < resting), (Some(date("2026-03-01")), true));
        assert!(!has_lapsed(hard, date("2026-03-01")), "usable on the last day");
        assert!(has_lapsed(hard, date("2026-03-02")));
    }

    #[test]
    fn gifts_do_not_keep_an_account_active_unless_the_programme_says_so() {
        let definition = programme(24, None, &[]);
        assert!(!is_activity(&definition, ActivityKind::TransferReceived));
        assert!(is_activity(&definition, ActivityKind::Stay));
        let expiry = inactivity_expiry(&definition, TierRank(0), date("2024-01-15")).unwrap();
        assert!(has_lapsed(expiry, date("2026-01-16")));
        assert!(!has_lapsed(expiry, date("2026-01-15")));
    }

    #[test]
    fn exempt_tiers_and_programmes_without_expiry_keep_their_points() {
        let mut definition = programme(12, None, &["Gold"]);
        let gold = definition.tiers.rank_of("Gold").unwrap();
        assert_eq!(inactivity_expiry(&definition, gold, date("2025-01-10")), Ok(None));
        assert!(has_lapsed(
            inactivity_expiry(&definition, TierRank(0), date("2025-01-10")).unwrap(),
            date("2026-01-11")
        ));
        definition.expiry = ExpiryRules::default();
        assert_eq!(inactivity_expiry(&definition, TierRank(0), date("2025-01-10")), Ok(None));
        assert_eq!(hard_expiry(&definition, date("2025-01-10")), Ok(None));
        assert!(!has_lapsed(None, date("2099-01-01")));
    }

    #[test]
    fn a_tenth_of_a_year_is_thirty_six_days() {
        let mut definition = programme(12, None, &[]);
        definition.expiry.hard_days = Some(365 / 10);
        assert_eq!(hard_expiry(&definition, date("2016-01-01")), Ok(Some(date("2016-02-06"))));
    }

    #[test]
    fn a_programme_may_move_the_hard_expiry_to_the_end_of_its_month() {
        let mut definition = programme(12, Some(24), &[]);
        definition.expiry.to_month_end = true;
        assert_eq!(hard_expiry(&definition, date("2022-02-10")), Ok(Some(date("2024-02-29"))));
    }
}
