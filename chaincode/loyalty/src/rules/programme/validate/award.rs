//! Rules of award nights and refunds.

use super::Findings;
use crate::rules::programme::award::{AwardCategory, AwardNightRules, RefundRules};
use crate::rules::programme::definition::Definition;
use crate::rules::programme::limits::{
    AWARD_CATEGORIES_MAX, AWARD_DAYS_MAX, AWARD_NIGHTS_MAX, AWARD_SEASONS_MAX, SELECTION_ENTRIES_MAX,
};

pub(super) fn check(definition: &Definition, findings: &mut Findings) {
    if let Some(rules) = &definition.award_nights {
        check_award_nights(definition, rules, findings);
    }
    if let Some(RefundRules { days, grace_days }) = definition.refund {
        findings.require(days <= AWARD_DAYS_MAX, "refund.days", &format!("must be at most {AWARD_DAYS_MAX}"));
        let fits = grace_days <= AWARD_DAYS_MAX;
        findings.require(fits, "refund.grace_days", &format!("must be at most {AWARD_DAYS_MAX}"));
    }
}

fn check_award_nights(definition: &Definition, rules: &AwardNightRules, findings: &mut Findings) {
    findings.count(rules.categories.len(), 1, AWARD_CATEGORIES_MAX, "award_nights.categories");
    for (place, category) in rules.categories.iter().enumerate() {
        let key = format!("award_nights.categories[{place}]");
        check_category(category, &key, findings);
        let repeated = rules.categories.iter().take(place).any(|other| other.name == category.name);
        findings.require(!repeated, &format!("{key}.name"), "must not be listed twice");
    }
    findings.count(rules.seasons.len(), 0, AWARD_SEASONS_MAX, "award_nights.seasons");
    for (place, dates) in rules.seasons.iter().enumerate() {
        let key = format!("award_nights.seasons[{place}]");
        findings.require(dates.from <= dates.until, &format!("{key}.until"), "must not be before from");
        findings.selection(&dates.hotels, &format!("{key}.hotels"));
    }
    if let Some(free) = &rules.free_night {
        findings.require(free.every >= 2, "award_nights.free_night.every", "must be 2 or more");
        let known = free.from_tier.as_ref().is_none_or(|name| definition.tiers.rank_of(name).is_some());
        findings.require(known, "award_nights.free_night.from_tier", "must be the name of a tier");
    }
    let nights = (1..=AWARD_NIGHTS_MAX).contains(&rules.nights_max);
    findings.require(nights, "award_nights.nights_max", &format!("must be from 1 to {AWARD_NIGHTS_MAX}"));
    for (days, key) in
        [(rules.book_ahead_days, "award_nights.book_ahead_days"), (rules.cancel_days, "award_nights.cancel_days")]
    {
        findings.require(days <= AWARD_DAYS_MAX, key, &format!("must be at most {AWARD_DAYS_MAX}"));
    }
}

fn check_category(category: &AwardCategory, key: &str, findings: &mut Findings) {
    findings.text(&category.name, &format!("{key}.name"));
    for (entries, name) in [(&category.hotels, "hotels"), (&category.brands, "brands")] {
        let key = format!("{key}.{name}");
        findings.count(entries.len(), 0, SELECTION_ENTRIES_MAX, &key);
        entries.iter().for_each(|entry| findings.text(entry, &key));
    }
    findings.require(!category.standard.is_zero(), &format!("{key}.standard"), "must be above zero");
    let off_peak = category.off_peak.is_none_or(|points| !points.is_zero() && points <= category.standard);
    findings.require(off_peak, &format!("{key}.off_peak"), "must be above zero and not above standard");
    let peak = category.peak.is_none_or(|points| points >= category.standard);
    findings.require(peak, &format!("{key}.peak"), "must not be below standard");
}
