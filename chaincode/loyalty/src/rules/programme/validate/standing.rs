//! Rules of tiers, expiry, transfers and redemption.

use super::Findings;
use crate::rules::programme::definition::Definition;
use crate::rules::programme::limits::{
    EXCEPTIONS_MAX, PARTNERS_MAX, PERIOD_MONTHS_MAX, POOL_MEMBERS_MAX, PREDICATE_DEPTH_MAX, PREDICATE_NODES_MAX,
    REDEMPTION_CHANNELS_MAX, SYMBOL_BYTES_MAX, TIERS_MAX, WINDOW_MONTHS_MAX,
};
use crate::rules::programme::spending::{ConversionRules, RedemptionRules, TransferFee, TransferRules};
use crate::rules::programme::tier::{Predicate, Validity, Window};
use crate::rules::programme::tokens::TokenRules;
use crate::units::{NightCredits, Rational};

const BONUS_PERCENT_MAX: i64 = 10_000;

pub(super) fn check(definition: &Definition, findings: &mut Findings) {
    check_tiers(definition, findings);
    check_expiry(definition, findings);
    if let Some(transfer) = &definition.transfer {
        check_transfer(definition, transfer, findings);
    }
    if let Some(redemption) = &definition.redemption {
        check_redemption(definition, redemption, findings);
    }
    if let Some(conversion) = &definition.conversion {
        check_conversion(conversion, findings);
    }
    if let Some(tokens) = &definition.tokens {
        check_tokens(definition, tokens, findings);
    }
}

fn check_tiers(definition: &Definition, findings: &mut Findings) {
    let tiers = &definition.tiers;
    check_window(tiers.window, "tiers.window", findings);
    match tiers.validity {
        Validity::Months(months) => check_months(months, "tiers.validity.months", findings),
        Validity::CalendarYears { years, months } => {
            let total = u16::from(years) * 12 + u16::from(months);
            findings.require(total <= PERIOD_MONTHS_MAX, "tiers.validity.calendar_years", "is too long");
        }
        Validity::Unlimited => {}
    }
    if let Some(months) = tiers.soft_landing_months {
        check_months(months, "tiers.soft_landing_months", findings);
    }
    findings.count(tiers.levels.len(), 1, TIERS_MAX, "tiers.levels");
    for (place, tier) in tiers.levels.iter().enumerate() {
        let key = format!("tiers.levels[{place}]");
        findings.text(&tier.name, &format!("{key}.name"));
        let repeated = tiers.levels.iter().take(place).any(|other| other.name == tier.name);
        findings.require(!repeated, &format!("{key}.name"), "must not be listed twice");
        let in_range = (Rational::ZERO..=Rational::integer(BONUS_PERCENT_MAX)).contains(&tier.bonus_percent);
        findings.require(in_range, &format!("{key}.bonus_percent"), "must be from 0 to 10000");
        if let Some(predicate) = &tier.lifetime {
            let key = format!("{key}.lifetime");
            findings.require(place > 0, &key, "must be absent: everybody holds the first tier");
            check_condition(definition, predicate, &key, findings);
        }
        let key = format!("{key}.qualify");
        match &tier.qualify {
            None => findings.require(place == 0, &key, "must say what a member must reach"),
            Some(_) if place == 0 => findings.require(false, &key, "must be absent: everybody holds the first tier"),
            Some(predicate) => check_condition(definition, predicate, &key, findings),
        }
    }
}

fn check_condition(definition: &Definition, predicate: &Predicate, key: &str, findings: &mut Findings) {
    let mut nodes = 0;
    check_predicate(definition, predicate, key, 1, &mut nodes, findings);
    findings.require(nodes <= PREDICATE_NODES_MAX, key, "has too many conditions");
}

fn check_predicate(
    definition: &Definition,
    predicate: &Predicate,
    key: &str,
    depth: usize,
    nodes: &mut usize,
    findings: &mut Findings,
) {
    *nodes += 1;
    if depth > PREDICATE_DEPTH_MAX {
        return findings.require(false, key, "is nested too deeply");
    }
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => {
            findings.require(!parts.is_empty(), key, "must list at least one condition");
            for (place, part) in parts.iter().enumerate() {
                check_predicate(definition, part, &format!("{key}[{place}]"), depth + 1, nodes, findings);
            }
        }
        Predicate::Within { window, of } => {
            check_window(*window, &format!("{key}.within.window"), findings);
            check_predicate(definition, of, &format!("{key}.within.of"), depth + 1, nodes, findings);
        }
        Predicate::Nights(nights) => findings.require(*nights > NightCredits::ZERO, key, "must ask for more than zero"),
        Predicate::Stays(stays) => findings.require(*stays > 0, key, "must ask for more than zero"),
        Predicate::Spend(amount) => {
            let minor = Rational::integer(definition.currency.minor_units().unwrap_or(1));
            let whole = amount.checked_mul(minor).is_ok_and(|amount| amount.to_integer().is_some());
            let payable = amount.is_positive() && whole;
            findings.require(payable, key, "must be an amount above zero that can be paid in the currency");
        }
        Predicate::Points { balance, at_least } => {
            findings.require(!at_least.is_zero(), key, "must ask for more than zero");
            let known = definition.balance_index(balance).is_some();
            findings.require(known, &format!("{key}.points.balance"), "must be the name of a balance");
        }
        Predicate::Brands(brands) => findings.require(*brands > 0, key, "must ask for more than zero"),
        Predicate::Ratio { balance, times, at_least } => {
            let positive = times.is_positive() && at_least.is_positive();
            findings.require(positive, key, "must ask for more than zero");
            let known = definition.balance_index(balance).is_some();
            findings.require(known, &format!("{key}.ratio.balance"), "must be the name of a balance");
        }
        Predicate::YearsAtTier { tier, at_least } => {
            findings.require(*at_least > 0, key, "must ask for more than zero");
            check_tier_name(definition, tier, &format!("{key}.years_at_tier.tier"), findings);
        }
    }
}

fn check_expiry(definition: &Definition, findings: &mut Findings) {
    let expiry = &definition.expiry;
    if let Some(months) = expiry.hard_months {
        check_months(months, "expiry.hard_months", findings);
    }
    let once = expiry.hard_months.is_none() || expiry.hard_days.is_none();
    findings.require(once, "expiry.hard_days", "must be absent beside expiry.hard_months");
    findings.require(expiry.hard_days != Some(0), "expiry.hard_days", "must be 1 or more");
    if let Some(decay) = &expiry.decay {
        let share = decay.percent.is_positive() && decay.percent <= Rational::HUNDRED;
        findings.require(share, "expiry.decay.percent", "must be above 0 and at most 100");
        check_months(decay.every_months, "expiry.decay.every_months", findings);
    }
    if let Some(months) = expiry.extension_months_max {
        check_months(months, "expiry.extension_months_max", findings);
    }
    if let Some(inactivity) = &expiry.inactivity {
        check_months(inactivity.months, "expiry.inactivity.months", findings);
        let restarts = !inactivity.activity.is_empty();
        findings.require(restarts, "expiry.inactivity.activity", "must name at least one kind");
        for name in &inactivity.exempt_tiers {
            check_tier_name(definition, name, "expiry.inactivity.exempt_tiers", findings);
        }
    }
}

fn check_transfer(definition: &Definition, transfer: &TransferRules, findings: &mut Findings) {
    let above_zero = transfer.increment.is_none_or(|increment| !increment.is_zero());
    findings.require(above_zero, "transfer.increment", "must be above zero");
    for (limit, key) in [
        (transfer.maximum, "transfer.maximum"),
        (transfer.sent_per_year, "transfer.sent_per_year"),
        (transfer.received_per_year, "transfer.received_per_year"),
    ] {
        let possible = limit.is_none_or(|limit| limit >= transfer.minimum);
        findings.require(possible, key, "must not be below transfer.minimum");
    }
    if let Some(fee) = &transfer.fee {
        check_transfer_fee(definition, fee, findings);
    }
    if let Some(pools) = &transfer.pools {
        let in_range = (2..=POOL_MEMBERS_MAX).contains(&pools.members_max);
        findings.require(in_range, "transfer.pools.members_max", &format!("must be from 2 to {POOL_MEMBERS_MAX}"));
        let possible = pools.contributed_per_year.is_none_or(|cap| cap >= pools.minimum);
        findings.require(possible, "transfer.pools.contributed_per_year", "must not be below transfer.pools.minimum");
    }
}

fn check_transfer_fee(definition: &Definition, fee: &TransferFee, findings: &mut Findings) {
    findings.require(!fee.per.is_zero(), "transfer.fee.per", "must be above zero");
    let costs = !fee.points.is_zero() || fee.money.is_positive();
    findings.require(costs, "transfer.fee", "must ask for points or for money");
    let minor_units = Rational::integer(definition.currency.minor_units().unwrap_or(1));
    let minor = fee.money.checked_mul(minor_units).ok().and_then(Rational::to_integer);
    let payable = minor.is_some_and(|minor| minor >= 0);
    findings.require(payable, "transfer.fee.money", "must be an amount of the programme's currency, zero or more");
    for (names, key) in [(&fee.exempt_tiers, "exempt_tiers"), (&fee.exempt_receivers, "exempt_receivers")] {
        for (place, name) in names.iter().enumerate() {
            check_tier_name(definition, name, &format!("transfer.fee.{key}[{place}]"), findings);
        }
    }
}

fn check_redemption(definition: &Definition, redemption: &RedemptionRules, findings: &mut Findings) {
    findings.require(redemption.value.is_positive(), "redemption.value", "must be above zero");
    let above_zero = redemption.increment.is_none_or(|increment| !increment.is_zero());
    findings.require(above_zero, "redemption.increment", "must be above zero");
    check_channels(redemption, findings);
    findings.count(redemption.better.len(), 0, EXCEPTIONS_MAX, "redemption.better");
    for (place, better) in redemption.better.iter().enumerate() {
        let key = format!("redemption.better[{place}]");
        findings.require(better.value > redemption.value, &format!("{key}.value"), "must be above redemption.value");
        if let Some(name) = &better.from_tier {
            check_tier_name(definition, name, &format!("{key}.from_tier"), findings);
        }
    }
}

/// Limits of the channels, each as those of all.
fn check_channels(redemption: &RedemptionRules, findings: &mut Findings) {
    findings.count(redemption.by_channel.len(), 0, REDEMPTION_CHANNELS_MAX, "redemption.by_channel");
    for (place, limits) in redemption.by_channel.iter().enumerate() {
        let key = format!("redemption.by_channel[{place}]");
        findings.selection(&limits.channels, &format!("{key}.channels"));
        let above_zero = limits.increment.is_none_or(|increment| !increment.is_zero());
        findings.require(above_zero, &format!("{key}.increment"), "must be above zero");
        let possible = limits.maximum.is_none_or(|maximum| maximum >= limits.minimum);
        findings.require(possible, &format!("{key}.maximum"), "must not be below its minimum");
    }
}

fn check_conversion(conversion: &ConversionRules, findings: &mut Findings) {
    let above_zero = conversion.increment.is_none_or(|increment| !increment.is_zero());
    findings.require(above_zero, "conversion.increment", "must be above zero");
    let possible = conversion.maximum.is_none_or(|maximum| maximum >= conversion.minimum);
    findings.require(possible, "conversion.maximum", "must not be below conversion.minimum");
    findings.count(conversion.partners.len(), 1, PARTNERS_MAX, "conversion.partners");
    for (place, rate) in conversion.partners.iter().enumerate() {
        let key = format!("conversion.partners[{place}]");
        findings.text(&rate.partner, &format!("{key}.partner"));
        let repeated = conversion.partners.iter().take(place).any(|other| other.partner == rate.partner);
        findings.require(!repeated, &format!("{key}.partner"), "must not be listed twice");
        findings.require(rate.points_a_unit.is_positive(), &format!("{key}.points_a_unit"), "must be above zero");
        let steps = rate.bonus.is_none_or(|bonus| !bonus.every.is_zero());
        findings.require(steps, &format!("{key}.bonus.every"), "must be above zero");
    }
}

fn check_tokens(definition: &Definition, tokens: &TokenRules, findings: &mut Findings) {
    let is_symbol = |text: &str| {
        let fits = (1..=SYMBOL_BYTES_MAX).contains(&text.len());
        fits && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let rule = format!("must have 1 to {SYMBOL_BYTES_MAX} capital letters and digits");
    findings.require(is_symbol(&tokens.symbol), "tokens.symbol", &rule);
    let vouchers = tokens.vouchers.as_deref();
    findings.require(vouchers.is_none_or(is_symbol), "tokens.vouchers", &rule);
    let told_apart = vouchers != Some(tokens.symbol.as_str());
    findings.require(told_apart, "tokens.vouchers", "must not be the symbol of the points");
    // Points fade in accounts alone: a wallet would be a way around it.
    let lasting = !tokens.withdrawals || definition.expiry.decay.is_none();
    findings.require(lasting, "tokens.withdrawals", "must be false where points fade: see expiry.decay");
    let possible = tokens.daily_maximum.is_none_or(|maximum| maximum >= tokens.minimum && !maximum.is_zero());
    findings.require(possible, "tokens.daily_maximum", "must be above zero and not below tokens.minimum");
}

fn check_window(window: Window, key: &str, findings: &mut Findings) {
    if let Window::RollingMonths(months) = window {
        let in_range = (1..=WINDOW_MONTHS_MAX).contains(&months);
        findings.require(in_range, key, &format!("must be from 1 to {WINDOW_MONTHS_MAX} months"));
    }
}

pub(super) fn check_months(months: u16, key: &str, findings: &mut Findings) {
    let in_range = (1..=PERIOD_MONTHS_MAX).contains(&months);
    findings.require(in_range, key, &format!("must be from 1 to {PERIOD_MONTHS_MAX}"));
}

pub(super) fn check_tier_name(definition: &Definition, name: &str, key: &str, findings: &mut Findings) {
    findings.require(definition.tiers.rank_of(name).is_some(), key, "must be the name of a tier");
}
