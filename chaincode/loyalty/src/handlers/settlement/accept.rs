//! Closings once they are made: `settlement.accept` and `settlement.get`.

use std::collections::BTreeSet;

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::state::{CLOSINGS, ClosingRow, CurrencyCode, NewestFirst, PayableRow, Role};
use crate::units::{Currency, Date};

use super::payables::{self, Figures};

/// Arguments of `settlement.accept`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Accept {
    request_id: RequestId,
    currency: Currency,
    /// The number of the closing.
    closing: u32,
}

/// Arguments of `settlement.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    currency: Currency,
    /// The number of the closing; nothing stands for the newest.
    #[serde(default)]
    closing: Option<u32>,
}

/// A closing.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Closing {
    currency: Currency,
    /// Its number in this currency.
    closing: u32,
    through: Date,
    programmes: Vec<Part>,
    figures: Figures,
    /// Who closed.
    closed_by: String,
    /// The organisations that owe or are owed.
    parties: Vec<String>,
    /// Those that accept it.
    accepted: Vec<String>,
}

/// A programme in a closing.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Part {
    programme: String,
    /// Its first date; nothing when it has all since the beginning.
    from: Option<Date>,
}

/// A manager accepts a closing for an organisation that owes or is owed. It is a recorded act, counted here: who endorses
/// cannot be seen by a chaincode.
pub(in crate::handlers) fn accept(context: &mut Context<'_>, arguments: Accept) -> Result<Closing> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Accept { currency, closing, .. } = &arguments;
        let code = payables::code_of(*currency)?;
        let mut row = must_get(context, &code, *closing)?;
        let parties = row.parties()?;
        let organisation = actor.organisation.to_string();
        if !parties.contains(&organisation) {
            let message = format!("{organisation} neither owes nor is owed anything in closing {closing}");
            return Err(Error::new("CLOSING_NOT_PARTY", message));
        }
        if row.accepted.iter().any(|by| by.organisation == organisation) {
            return Err(Error::new(
                "CLOSING_ACCEPTED",
                format!("{organisation} has accepted closing {closing} already"),
            ));
        }
        row.accepted.push(actor.row());
        CLOSINGS.put(context, &(code, NewestFirst(*closing)), &row);
        let (currency, closing) = (*currency, *closing);
        let (accepted, parties) = (count(row.accepted.len()), count(parties.len()));
        let event =
            Event::SettlementAccepted { currency: currency.to_string(), closing, organisation, accepted, parties };
        event::emit(context, event)?;
        Closing::of(currency, closing, &row)
    })
}

/// A manager of any organisation, or an auditor, reads a closing.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Closing> {
    Actor::of(context)?.require_role(&[Role::Manager, Role::Auditor])?;
    let Get { currency, closing } = arguments;
    let code = payables::code_of(currency)?;
    let (number, row) = match closing {
        Some(number) => (number, must_get(context, &code, number)?),
        None => payables::newest(context, &code)?.ok_or_else(|| unknown(&code))?,
    };
    Closing::of(currency, number, &row)
}

fn must_get(context: &Context<'_>, currency: &CurrencyCode, number: u32) -> Result<ClosingRow> {
    CLOSINGS.get(context, &(currency.clone(), NewestFirst(number)))?.ok_or_else(|| unknown(currency))
}

fn unknown(currency: &CurrencyCode) -> Error {
    Error::new("CLOSING_UNKNOWN", format!("there is no such closing in {currency}"))
}

impl ClosingRow {
    /// Whoever owes or is owed.
    fn parties(&self) -> Result<BTreeSet<String>> {
        let payables = PayableRow::payables(&self.payables).map_err(payables::unreadable)?;
        Ok(payables.parties().into_iter().map(ToString::to_string).collect())
    }
}

impl Closing {
    /// The closing of a row.
    pub(super) fn of(currency: Currency, closing: u32, row: &ClosingRow) -> Result<Self> {
        let date = |days| Date::from_days(days).map_err(payables::unreadable);
        let programmes = row
            .programmes
            .iter()
            .map(|part| Ok(Part { programme: part.programme.clone(), from: part.from.map(date).transpose()? }));
        Ok(Self {
            currency,
            closing,
            through: date(row.through)?,
            programmes: programmes.collect::<Result<_>>()?,
            figures: row.figures()?,
            closed_by: row.by.organisation.clone(),
            parties: row.parties()?.into_iter().collect(),
            accepted: row.accepted.iter().map(|by| by.organisation.clone()).collect(),
        })
    }
}

fn count(organisations: usize) -> u32 {
    u32::try_from(organisations).unwrap_or(u32::MAX)
}
