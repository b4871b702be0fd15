//! Exchange rates: `fx.post` and `fx.get`.
//!
//! A rate is declared for a date and holds until the next one of the same pair of currencies.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::state::{CurrencyCode, DatedRateRow, EXCHANGE, ExchangeYearRow, Role, Unreadable};
use crate::units::{Currency, Date, ExchangeRates, Rational};

use super::policy;

/// A rate holds at most until the end of this many years after its own.
const YEARS_HELD_MAX: u16 = 5;

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

/// A manager of an organisation that the consortium takes rates from declares the rate of a date. A declared rate is never
/// changed.
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
        let key = key(from, to, year_of(date)?)?;
        let mut row = EXCHANGE.get(context, &key)?.unwrap_or_default();
        let organisation = actor.organisation.to_string();
        let (numerator, denominator) = (rate.numerator(), rate.denominator());
        let declared = DatedRateRow { from: date.days(), numerator, denominator, organisation: organisation.clone() };
        match row.rates.binary_search_by_key(&declared.from, |rate| rate.from) {
            Ok(_) => {
                return Err(Error::new(
                    "FX_EXISTS",
                    format!("the rate from {from} to {to} of {date} is declared already"),
                ));
            }
            Err(at) => row.rates.insert(at, declared),
        }
        EXCHANGE.put(context, &key, &row);
        event::emit(context, Event::ExchangePosted { from: from.to_string(), to: to.to_string(), date })?;
        Ok(Rate { from, to, date, rate, organisation })
    })
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

/// The newest rate that is not younger than the date.
fn find(context: &Context<'_>, from: Currency, to: Currency, date: Date) -> Result<Option<Rate>> {
    let year = year_of(date)?;
    for year in (year.saturating_sub(YEARS_HELD_MAX)..=year).rev() {
        let row: ExchangeYearRow = EXCHANGE.get(context, &key(from, to, year)?)?.unwrap_or_default();
        let until = row.rates.partition_point(|rate| rate.from <= date.days());
        if let Some(row) = row.rates[..until].last() {
            return read(row, from, to).map(Some).map_err(|unreadable| unreadable.of("exchange rates"));
        }
    }
    Ok(None)
}

fn read(row: &DatedRateRow, from: Currency, to: Currency) -> std::result::Result<Rate, Unreadable> {
    let rate = Rational::new(row.numerator, row.denominator)?;
    Ok(Rate { from, to, date: Date::from_days(row.from)?, rate, organisation: row.organisation.clone() })
}

fn key(from: Currency, to: Currency, year: u16) -> Result<(CurrencyCode, CurrencyCode, u16)> {
    let code = |currency: Currency| CurrencyCode::new(currency.code());
    match (code(from), code(to)) {
        (Some(from), Some(to)) => Ok((from, to, year)),
        _ => Err(Error::new(codes::BAD_ARGUMENTS, "a currency code cannot stand in a key")),
    }
}

fn year_of(date: Date) -> Result<u16> {
    u16::try_from(date.year()).map_err(|_| Error::new(codes::BAD_ARGUMENTS, "the year cannot stand in a key"))
}
