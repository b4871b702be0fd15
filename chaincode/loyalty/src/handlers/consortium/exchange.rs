//! Exchange rates: `fx.post` and `fx.get`.
//!
//! A rate is declared for a date and holds until the next one of the same pair of currencies, and at most until the end of
//! the 60th month after its own.
//!
//! A rate of a source that the policy in force names is never changed. One of an organisation that it does not name, or no
//! longer, holds until a source that it names declares another of the same date.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::ids::OrgId;
use crate::state::{CurrencyCode, DatedRateRow, EXCHANGE, EXCHANGE_MONTHS, Role, Unreadable};
use crate::units::{Currency, Date, ExchangeRates, Rational};

use super::policy;

/// A rate holds at most until the end of this many months after its own.
const MONTHS_HELD_MAX: u32 = 60;

/// Arguments of `fx.post`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Post {
    request_id: RequestId,
    from: Currency,
    to: Currency,
    date: Date,
    /// Units of `to` for one unit of `from`.
    rate: Rational,
}

/// Arguments of `fx.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    from: Currency,
    to: Currency,
    date: Date,
}

/// A rate.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Rate {
    from: Currency,
    to: Currency,
    /// The date for which it was declared.
    date: Date,
    rate: Rational,
    /// Who declared it.
    organisation: String,
}

/// A manager of an organisation that the consortium takes rates from declares the rate of a date that has come.
pub(in crate::handlers) fn post(context: &mut Context<'_>, arguments: Post) -> Result<Rate> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        policy::fx_is_declared_by(context, &actor.organisation)?;
        let Post { from, to, date, rate, .. } = arguments;
        for currency in [from, to] {
            if currency.decimals().is_none() {
                return Err(Error::new("CURRENCY_UNKNOWN", format!("{currency} is not in the code list")));
            }
        }
        if from == to || !rate.is_positive() {
            return Err(Error::new("FX_RATE_INVALID", "a rate is positive and leads from one currency to another"));
        }
        clock::require_not_in_future(context, date)?;
        let month = month_of(date)?;
        let pair = pair(from, to)?;
        let key = (pair.0.clone(), pair.1.clone(), month);
        let found = EXCHANGE.get(context, &key)?;
        if found.is_none() {
            note_month(context, &pair, month)?;
        }
        let mut row = found.unwrap_or_default();
        let organisation = actor.organisation.to_string();
        let (numerator, denominator) = (rate.numerator(), rate.denominator());
        let declared = DatedRateRow { from: date.days(), numerator, denominator, organisation: organisation.clone() };
        match row.rates.binary_search_by_key(&declared.from, |rate| rate.from) {
            Ok(at) => {
                require_replaceable(context, &row.rates[at], from, to, date)?;
                row.rates[at] = declared;
            }
            Err(at) => row.rates.insert(at, declared),
        }
        EXCHANGE.put(context, &key, &row);
        event::emit(context, Event::ExchangePosted { from: from.to_string(), to: to.to_string(), date })?;
        Ok(Rate { from, to, date, rate, organisation })
    })
}

/// Refuses to change the rate of a source that is named now.
fn require_replaceable(
    context: &Context<'_>,
    row: &DatedRateRow,
    from: Currency,
    to: Currency,
    date: Date,
) -> Result<()> {
    let by = &row.organisation;
    let organisation = OrgId::new(by).ok_or_else(|| Unreadable.of("exchange rates"))?;
    if !policy::trusts_rates_of(context, &organisation)? {
        return Ok(());
    }
    let message = format!("{by} declared the rate from {from} to {to} of {date} already, and it is not changed");
    Err(Error::new("FX_EXISTS", message))
}

/// Anybody on the channel may ask which rate holds on a date.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Rate> {
    let Get { from, to, date } = arguments;
    find(context, from, to, date)?
        .ok_or_else(|| Error::new("EXCHANGE_RATE_MISSING", format!("no rate from {from} to {to} holds on {date}")))
}

/// The rates on a date from these currencies into the target; those that are missing are left out.
pub(in crate::handlers) fn rates_on(
    context: &Context<'_>,
    from: &[Currency],
    target: Currency,
    date: Date,
) -> Result<ExchangeRates> {
    let mut rates = ExchangeRates::into_currency(target);
    for currency in from {
        if let Some(found) = find(context, *currency, target, date)? {
            rates.set(*currency, found.rate);
        }
    }
    Ok(rates)
}

/// The newest rate that is not younger than the date: of its own month, or the last of the latest month before it that
/// has any.
fn find(context: &Context<'_>, from: Currency, to: Currency, date: Date) -> Result<Option<Rate>> {
    let (from_code, to_code) = pair(from, to)?;
    let month = month_of(date)?;
    let newest_of = |month| -> Result<Option<Rate>> {
        let row = EXCHANGE.get(context, &(from_code.clone(), to_code.clone(), month))?.unwrap_or_default();
        let until = row.rates.partition_point(|rate| rate.from <= date.days());
        let newest = row.rates[..until].last().map(|row| read(row, from, to)).transpose();
        newest.map_err(|unreadable| unreadable.of("exchange rates"))
    };
    if let Some(rate) = newest_of(month)? {
        return Ok(Some(rate));
    }
    let months = EXCHANGE_MONTHS.get(context, &(from_code.clone(), to_code.clone()))?.unwrap_or_default().months;
    let before = months[..months.partition_point(|known| *known < month)].last();
    match before.filter(|before| month - **before <= MONTHS_HELD_MAX) {
        Some(before) => newest_of(*before),
        None => Ok(None),
    }
}

/// Adds a month to those that have rates.
fn note_month(context: &mut Context<'_>, pair: &(CurrencyCode, CurrencyCode), month: u32) -> Result<()> {
    let mut row = EXCHANGE_MONTHS.get(context, pair)?.unwrap_or_default();
    if let Err(at) = row.months.binary_search(&month) {
        row.months.insert(at, month);
        EXCHANGE_MONTHS.put(context, pair, &row);
    }
    Ok(())
}

fn read(row: &DatedRateRow, from: Currency, to: Currency) -> std::result::Result<Rate, Unreadable> {
    let rate = Rational::new(row.numerator, row.denominator)?;
    Ok(Rate { from, to, date: Date::from_days(row.from)?, rate, organisation: row.organisation.clone() })
}

fn pair(from: Currency, to: Currency) -> Result<(CurrencyCode, CurrencyCode)> {
    let code = |currency: Currency| CurrencyCode::new(currency.code());
    let pair = code(from).zip(code(to));
    pair.ok_or_else(|| Error::new(codes::BAD_ARGUMENTS, "a currency code cannot stand in a key"))
}

fn month_of(date: Date) -> Result<u32> {
    u32::try_from(date.month_index())
        .map_err(|_| Error::new(codes::BAD_ARGUMENTS, "a date before the year 0 cannot stand in a key"))
}
