//! Setting payables off: `settlement.close`, and `settlement.net`, which shows what a closing would come to.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::state::{CLOSINGS, ClosingRow, NewestFirst, PayableRow, Role};
use crate::units::{Currency, Date};

use super::accept::Closing;
use super::payables::{self, Figures, Unclosed};

/// Arguments of `settlement.close`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Close {
    request_id: RequestId,
    currency: Currency,
    /// The last date to close. One of this and `month` is said.
    #[serde(default)]
    through: Option<Date>,
    /// The last month to close, such as `2016-01`.
    #[serde(default)]
    month: Option<String>,
}

/// Arguments of `settlement.net`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Net {
    currency: Currency,
    /// The last date. One of this and `month` is said.
    #[serde(default)]
    through: Option<Date>,
    /// The last month, such as `2016-01`.
    #[serde(default)]
    month: Option<String>,
}

/// What a closing would come to.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Preview {
    currency: Currency,
    through: Date,
    figures: Figures,
}

/// A manager of any organisation closes a currency up to a date: the positions of all programmes in all dates that are not
/// closed yet, but for disputed rows. A date is closed once; what comes later for it lands in a later closing.
pub(in crate::handlers) fn close(context: &mut Context<'_>, arguments: Close) -> Result<Closing> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Close { currency, through, month, .. } = &arguments;
        let through = last_date(*through, month.as_deref())?;
        let code = payables::code_of(*currency)?;
        let Unclosed { number, programmes, payables, disputed } = Unclosed::through(context, &code, through)?;
        let row = ClosingRow {
            through: through.days(),
            programmes,
            payables: PayableRow::of(&payables),
            disputed: PayableRow::of(&disputed),
            by: actor.row(),
            accepted: Vec::new(),
        };
        CLOSINGS.put(context, &(code, NewestFirst(number)), &row);
        event::emit(context, Event::SettlementClosed { currency: currency.to_string(), closing: number, through })?;
        Closing::of(*currency, number, &row)
    })
}

/// A manager of any organisation, or an auditor, asks what a closing would come to.
pub(in crate::handlers) fn net(context: &Context<'_>, arguments: Net) -> Result<Preview> {
    Actor::of(context)?.require_role(&[Role::Manager, Role::Auditor])?;
    let Net { currency, through, month } = arguments;
    let through = last_date(through, month.as_deref())?;
    let unclosed = Unclosed::through(context, &payables::code_of(currency)?, through)?;
    let figures = Figures::of(&unclosed.payables, &unclosed.disputed)?;
    Ok(Preview { currency, through, figures })
}

/// The last date that is meant: a date, or the end of a month.
fn last_date(through: Option<Date>, month: Option<&str>) -> Result<Date> {
    let end_of = |month: &str| format!("{month}-01").parse().ok().map(Date::month_end);
    let date = match (through, month) {
        (Some(date), None) => Some(date),
        (None, Some(month)) => end_of(month),
        _ => None,
    };
    date.ok_or_else(|| Error::new("CLOSING_DATE_INVALID", "needs `through`, a date, or `month`, such as 2016-01"))
}
