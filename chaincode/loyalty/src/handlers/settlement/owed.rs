//! The rows of what is owed: `settlement.owed`.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::ProgrammeId;
use crate::state::{OWED, OwedRow, TxTail, Unreadable};
use crate::units::Date;

use super::dates;
use super::position::{PAGE_ROWS, PAGE_ROWS_MAX, Reader};
use super::row::{Item, RowKey, RowName};

/// Arguments of `settlement.owed`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Owed {
    programme: ProgrammeId,
    /// The first date; nothing stands for the beginning.
    #[serde(default)]
    from: Option<Date>,
    /// The last date; nothing stands for the newest.
    #[serde(default)]
    to: Option<Date>,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// A page of rows.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    programme: ProgrammeId,
    rows: Vec<Row>,
    next: Option<Cursor>,
}

/// What one transaction makes one organisation owe another.
#[derive(Serialize, JsonSchema)]
struct Row {
    row: RowName,
    /// The true business date, when that was sealed before.
    business_date: Option<Date>,
    items: Vec<Item>,
    /// The earlier row that this one gives a price, or whose dispute it ends.
    origin: Option<Origin>,
}

/// An earlier row of the same programme, debtor and creditor.
#[derive(Serialize, JsonSchema)]
struct Origin {
    date: Date,
    tx: Option<TxTail>,
}

/// Managers of both sides and of the programme's organisation, and auditors, read what is owed, row by row.
pub(in crate::handlers) fn owed(context: &Context<'_>, arguments: Owed) -> Result<Page> {
    let Owed { programme, from, to, limit, after } = arguments;
    let reader = Reader::of(context, &programme)?;
    let limit = limit.unwrap_or(PAGE_ROWS).clamp(1, PAGE_ROWS_MAX);
    let (from, to) = dates::asked(from, to)?;
    let (start, end) = ((programme.clone(), from), (programme.clone(), dates::end_after(to)));
    let page = OWED.page_between(context, &start, &end, after.as_ref(), limit)?;
    let seen = page.rows.into_iter().filter(|(key, _)| reader.may_see(&key.2, &key.3));
    let rows = seen.map(|(key, row)| Row::of(key, &row)).collect::<Result<_>>()?;
    Ok(Page { programme, rows, next: page.next })
}

impl Row {
    fn of(key: RowKey, row: &OwedRow) -> Result<Self> {
        let date = |days| Date::from_days(days).map_err(|error| Unreadable::from(error).of("owed"));
        let origin = row.origin.as_ref().map(|origin| {
            Ok::<_, folio_chaincode_sdk::Error>(Origin {
                date: date(origin.date)?,
                tx: TxTail::from_start_of(&origin.tx),
            })
        });
        Ok(Self {
            row: RowName::of(key),
            business_date: row.business_date.map(date).transpose()?,
            items: row.items.iter().map(Item::of).collect::<Result<_>>()?,
            origin: origin.transpose()?,
        })
    }
}
