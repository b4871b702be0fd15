//! Rules of benefits.

use super::Findings;
use super::standing::{check_months, check_tier_name};
use crate::rules::benefits::milestones;
use crate::rules::programme::benefit::{BenefitRule, Occasion, Offer};
use crate::rules::programme::definition::Definition;
use crate::rules::programme::limits::{BENEFIT_USES_MAX, BENEFITS_MAX, MILESTONES_MAX, OFFERS_MAX};
use crate::units::NightCredits;

pub(super) fn check(definition: &Definition, findings: &mut Findings) {
    let rules = &definition.benefits;
    findings.count(rules.len(), 0, BENEFITS_MAX, "benefits");
    for (place, rule) in rules.iter().enumerate() {
        let key = format!("benefits[{place}]");
        findings.text(&rule.name, &format!("{key}.name"));
        let repeated = rules.iter().take(place).any(|other| other.name == rule.name);
        findings.require(!repeated, &format!("{key}.name"), "must not be listed twice");
        check_occasion(definition, rule, &format!("{key}.when"), findings);
        check_offers(rule, &key, findings);
    }
}

fn check_occasion(definition: &Definition, rule: &BenefitRule, key: &str, findings: &mut Findings) {
    match &rule.when {
        Occasion::Enrolment => {}
        Occasion::Tier(name) => check_tier_name(definition, name, key, findings),
        Occasion::Nights { at, every, up_to } => {
            findings.require(*at > NightCredits::ZERO, &format!("{key}.nights.at"), "must be above zero");
            let steps = every.is_none_or(|every| every > NightCredits::ZERO);
            findings.require(steps, &format!("{key}.nights.every"), "must be above zero");
            let ordered = up_to.is_none_or(|last| last >= *at);
            findings.require(ordered, &format!("{key}.nights.up_to"), "must not be below at");
            let bounded = every.is_none() || up_to.is_some();
            findings.require(bounded, &format!("{key}.nights.up_to"), "must say where it ends");
            let few = milestones(*at, *every, *up_to) <= MILESTONES_MAX;
            findings.require(
                few,
                &format!("{key}.nights"),
                &format!("must give at most {MILESTONES_MAX} times a year"),
            );
            let counted = definition.tiers.counts_calendar_years();
            findings.require(counted, key, "needs calendar years: set tiers.keep_years");
        }
    }
}

fn check_offers(rule: &BenefitRule, key: &str, findings: &mut Findings) {
    findings.count(rule.offers.len(), 1, OFFERS_MAX, &format!("{key}.offers"));
    for (place, offer) in rule.offers.iter().enumerate() {
        let key = format!("{key}.offers[{place}]");
        let Offer { benefit, uses, months, .. } = offer;
        findings.text(benefit, &format!("{key}.benefit"));
        let repeated = rule.offers.iter().take(place).any(|other| other.benefit == *benefit);
        findings.require(!repeated, &format!("{key}.benefit"), "must not be listed twice");
        let in_range = (1..=BENEFIT_USES_MAX).contains(uses);
        findings.require(in_range, &format!("{key}.uses"), &format!("must be from 1 to {BENEFIT_USES_MAX}"));
        if let Some(months) = months {
            check_months(*months, &format!("{key}.months"), findings);
        }
    }
    let is_choice = rule.offers.len() > 1;
    let deadline = rule.choose_days.is_some_and(|days| days > 0) == is_choice;
    findings.require(
        deadline,
        &format!("{key}.choose_days"),
        "must say how long there is to choose, where there is a choice",
    );
}
