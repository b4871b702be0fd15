//! Rules of balances, rates, rooms and eligibility.

use super::Findings;
use crate::rules::programme::definition::Definition;
use crate::rules::programme::earning::{BalanceKind, Earn, EarnRate};
use crate::rules::programme::eligibility::Eligibility;
use crate::rules::programme::limits::{BALANCES_MAX, EXCEPTIONS_MAX, PURCHASE_RULES_MAX};
use crate::rules::revenue::CategorySet;
use crate::units::{NightCredits, Rational};

pub(super) fn check(definition: &Definition, findings: &mut Findings) {
    check_balances(definition, findings);
    let rules = &definition.eligibility;
    check_eligibility(&rules.points, "eligibility.points", findings);
    for (eligibility, key) in
        [(&rules.qualification, "eligibility.qualification"), (&rules.activity, "eligibility.activity")]
    {
        if let Some(eligibility) = eligibility {
            check_eligibility(eligibility, key, findings);
        }
    }
    findings.require(definition.rooms.earning_max > 0, "rooms.earning_max", "must be 1 or more");
    check_night_credit(definition, findings);
    let order = &definition.calculation.order;
    let repeated = order.iter().enumerate().any(|(place, step)| order.iter().take(place).any(|other| other == step));
    findings.require(!repeated, "calculation.order", "must name each step at most once");
    check_purchases(definition, findings);
}

fn check_purchases(definition: &Definition, findings: &mut Findings) {
    findings.count(definition.purchases.len(), 0, PURCHASE_RULES_MAX, "purchases");
    for (place, earn) in definition.purchases.iter().enumerate() {
        let key = format!("purchases[{place}]");
        findings.text(&earn.source, &format!("{key}.source"));
        findings.scope(&earn.when, &format!("{key}.when"));
        let of_stays = !earn.when.rate_codes.is_any() || !earn.when.room_types.is_any();
        findings.require(!of_stays, &format!("{key}.when"), "must not ask for rate codes or room types");
        findings.selection(&earn.categories, &format!("{key}.categories"));
        check_rate(definition, &earn.rate, &format!("{key}.rate"), findings);
        let nightly = !earn.rate.per_night.is_zero();
        findings.require(!nightly, &format!("{key}.rate.per_night"), "must be absent: a purchase has no nights");
        let cap = earn.spend_cap.is_none_or(Rational::is_positive);
        findings.require(cap, &format!("{key}.spend_cap"), "must be above zero");
    }
}

fn check_balances(definition: &Definition, findings: &mut Findings) {
    let balances = &definition.balances;
    findings.count(balances.len(), 1, BALANCES_MAX, "balances");
    let rewards = balances.iter().filter(|balance| balance.kind == BalanceKind::Reward).count();
    findings.require(rewards == 1, "balances", "must have exactly one balance of kind reward");
    for (place, balance) in balances.iter().enumerate() {
        let key = format!("balances[{place}]");
        findings.text(&balance.name, &format!("{key}.name"));
        let repeated = balances.iter().take(place).any(|other| other.name == balance.name);
        findings.require(!repeated, &format!("{key}.name"), "must not be listed twice");
        check_earn(definition, &balance.earn, &format!("{key}.earn"), findings);
    }
}

fn check_earn(definition: &Definition, earn: &Earn, key: &str, findings: &mut Findings) {
    check_rate(definition, &earn.rate, &format!("{key}.rate"), findings);
    findings.count(earn.exceptions.len(), 0, EXCEPTIONS_MAX, &format!("{key}.exceptions"));
    for (place, exception) in earn.exceptions.iter().enumerate() {
        let key = format!("{key}.exceptions[{place}]");
        findings.scope(&exception.when, &format!("{key}.when"));
        check_rate(definition, &exception.rate, &format!("{key}.rate"), findings);
    }
}

fn check_rate(definition: &Definition, rate: &EarnRate, key: &str, findings: &mut Findings) {
    for (value, name) in [(rate.points, "points"), (rate.per_night, "per_night"), (rate.per_stay, "per_stay")] {
        findings.require(value >= Rational::ZERO, &format!("{key}.{name}"), "must not be negative");
    }
    let units = Rational::integer(definition.currency.minor_units().unwrap_or(1));
    let minor = rate.block().checked_mul(units);
    let whole = minor.is_ok_and(|minor| minor.is_positive() && minor.to_integer().is_some());
    findings.require(whole, &format!("{key}.per"), "must be an amount above zero that can be paid in the currency");
}

fn check_eligibility(eligibility: &Eligibility, key: &str, findings: &mut Findings) {
    check_revenue(eligibility.revenue, &format!("{key}.revenue"), findings);
    let exceptions = &eligibility.revenue_exceptions;
    findings.count(exceptions.len(), 0, EXCEPTIONS_MAX, &format!("{key}.revenue_exceptions"));
    for (place, exception) in exceptions.iter().enumerate() {
        let key = format!("{key}.revenue_exceptions[{place}]");
        findings.selection(&exception.brands, &format!("{key}.brands"));
        check_revenue(exception.revenue, &format!("{key}.revenue"), findings);
    }
    for (selection, name) in [
        (&eligibility.chains, "chains"),
        (&eligibility.brands, "brands"),
        (&eligibility.hotels, "hotels"),
        (&eligibility.markets, "markets"),
        (&eligibility.channels, "channels"),
        (&eligibility.rate_codes, "rate_codes"),
    ] {
        findings.selection(selection, &format!("{key}.{name}"));
    }
    if let Some(rewards) = &eligibility.rewards {
        let key = format!("{key}.rewards.rate_codes");
        findings.selection(&rewards.rate_codes, &key);
        findings.require(!rewards.rate_codes.is_any(), &key, "must say which rates are paid with points");
    }
}

fn check_revenue(revenue: CategorySet, key: &str, findings: &mut Findings) {
    findings.require(!revenue.is_empty(), key, "must name at least one category");
    if let Some(name) = revenue.never_eligible() {
        findings.require(false, key, &format!("must not name {name}: tax, gratuity and totals never count"));
    }
}

fn check_night_credit(definition: &Definition, findings: &mut Findings) {
    let rules = &definition.night_credit;
    findings.require(rules.per_night >= NightCredits::ZERO, "night_credit.per_night", "must not be negative");
    findings.count(rules.exceptions.len(), 0, EXCEPTIONS_MAX, "night_credit.exceptions");
    for (place, exception) in rules.exceptions.iter().enumerate() {
        let key = format!("night_credit.exceptions[{place}]");
        findings.scope(&exception.when, &format!("{key}.when"));
        let positive = exception.per_night >= NightCredits::ZERO;
        findings.require(positive, &format!("{key}.per_night"), "must not be negative");
    }
}
