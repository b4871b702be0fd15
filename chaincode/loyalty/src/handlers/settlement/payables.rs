//! What has not been closed: the payables of folded dates, but for what is disputed.

use folio_chaincode_sdk::{Context, Cursor, Error, PAGE_ENTRIES_MAX, Result, Rows};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{OrgId, ProgrammeId};
use crate::rules::settlement::{Netting, Payables, SumTooLarge, in_64_bits};
use crate::state::{
    CLOSINGS, ClosedRow, ClosingRow, CurrencyCode, NewestFirst, OUTSIDE, OWED_FOLDED, POSITIONS, PROGRAMMES,
    PayableRow, Unreadable,
};
use crate::units::{Currency, Date};

use super::dates;

/// Most rows that one closing reads. A shorter time has fewer.
const CLOSING_ROWS_MAX: usize = 10_000;

/// The payables of some dates in one currency.
pub(super) struct Unclosed {
    /// The number of the closing that they would make.
    pub(super) number: u32,
    /// The programmes, each with its first date.
    pub(super) programmes: Vec<ClosedRow>,
    /// What is to be set off.
    pub(super) payables: Payables,
    /// What is disputed.
    pub(super) disputed: Payables,
}

/// One organisation owes another.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct Payable {
    debtor: String,
    creditor: String,
    /// In smallest units.
    amount: i64,
}

/// What an organisation gets from all others together.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct Net {
    organisation: String,
    /// In smallest units; negative when it pays.
    amount: i64,
}

/// Payables and what is left of them when they are set off.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct Figures {
    /// What was added up, by debtor and creditor.
    payables: Vec<Payable>,
    /// What was disputed of the same dates, and left out.
    disputed: Vec<Payable>,
    /// What one of each two owes the other.
    bilateral: Vec<Payable>,
    /// What each gets or pays in all. The sum is zero.
    multilateral: Vec<Net>,
}

/// A currency as it stands in keys. What has no price yet is in none, and is never closed.
pub(super) fn code_of(currency: Currency) -> Result<CurrencyCode> {
    let known = currency.decimals().and_then(|_| CurrencyCode::new(currency.code()));
    known.ok_or_else(|| Error::new("CURRENCY_UNKNOWN", format!("{currency} is not in the code list")))
}

/// The newest closing in a currency, with its number.
pub(super) fn newest(context: &Context<'_>, currency: &CurrencyCode) -> Result<Option<(u32, ClosingRow)>> {
    let newest = CLOSINGS.page(context, &(currency.clone(),), None, 1)?.rows.pop();
    Ok(newest.map(|((_, NewestFirst(number)), row)| (number, row)))
}

impl Unclosed {
    /// The payables up to a date. All programmes in force must be folded that far.
    pub(super) fn through(context: &Context<'_>, currency: &CurrencyCode, through: Date) -> Result<Self> {
        let newest = newest(context, currency)?;
        if let Some((_, closed)) = newest.as_ref().filter(|(_, closed)| closed.through >= through.days()) {
            let closed = Date::from_days(closed.through).map_err(unreadable)?;
            return Err(Error::new("DATE_CLOSED", format!("{currency} is closed through {closed} already")));
        }
        let number = newest.as_ref().map_or(1, |(number, _)| number.saturating_add(1));
        let closed = newest.map(|(_, row)| row);
        let mut unclosed =
            Self { number, programmes: Vec::new(), payables: Payables::new(), disputed: Payables::new() };
        let mut left = CLOSING_ROWS_MAX;
        for programme in programmes(context)? {
            require_folded(context, &programme, through)?;
            let from = closed.as_ref().map_or(Ok(None), |closed| closed.end_of(&programme))?;
            unclosed.add(context, currency, (&programme, from, through), &mut left)?;
            unclosed.programmes.push(ClosedRow { programme: programme.to_string(), from: from.map(Date::days) });
        }
        Ok(unclosed)
    }

    fn add(
        &mut self,
        context: &Context<'_>,
        currency: &CurrencyCode,
        (programme, from, through): (&ProgrammeId, Option<Date>, Date),
        left: &mut usize,
    ) -> Result<()> {
        let from = (programme.clone(), from.unwrap_or(Date::FIRST));
        let to = (programme.clone(), through.add_days(1)?);
        each(
            left,
            |after| POSITIONS.page_between(context, &from, &to, after, PAGE_ENTRIES_MAX),
            |key, row| {
                let (_, _, debtor, creditor, _) = key;
                if key.4 == *currency {
                    self.payables.add(debtor, creditor, row.amount.into())?;
                }
                Ok(())
            },
        )?;
        each(
            left,
            |after| OUTSIDE.page_between(context, &from, &to, after, PAGE_ENTRIES_MAX),
            |key, row| {
                let (_, _, debtor, creditor, _) = key;
                for disputed in row.dispute.iter().flat_map(|dispute| &dispute.amounts) {
                    if disputed.currency == currency.as_str() {
                        let amount = i128::from(disputed.amount);
                        self.payables.add(debtor, creditor, -amount)?;
                        self.disputed.add(debtor, creditor, amount)?;
                    }
                }
                Ok(())
            },
        )
    }
}

impl ClosingRow {
    /// The first date of a programme that is not part of this or an earlier closing; nothing when none of its dates is.
    fn end_of(&self, programme: &ProgrammeId) -> Result<Option<Date>> {
        let has_it = self.programmes.iter().any(|closed| closed.programme == programme.as_str());
        let end = has_it.then(|| Date::from_days(self.through)).transpose().map_err(unreadable)?;
        Ok(end.map(|through| through.add_days(1)).transpose()?)
    }

    /// Whether a date of a programme is part of this or an earlier closing.
    pub(super) fn has(&self, programme: &ProgrammeId, date: Date) -> Result<bool> {
        Ok(self.end_of(programme)?.is_some_and(|end| date < end))
    }

    /// The figures.
    pub(super) fn figures(&self) -> Result<Figures> {
        let payables = |rows| PayableRow::payables(rows).map_err(|error| error.of("closing"));
        Figures::of(&payables(&self.payables)?, &payables(&self.disputed)?)
    }
}

impl Figures {
    /// The figures of some payables.
    pub(super) fn of(payables: &Payables, disputed: &Payables) -> Result<Self> {
        let Netting { bilateral, multilateral } = payables.net()?;
        let listed = |payables: &Payables| payables.iter().map(Payable::of).collect::<std::result::Result<_, _>>();
        let bilateral = bilateral.iter().map(|((debtor, creditor), amount)| Payable::of((debtor, creditor, *amount)));
        let multilateral = multilateral.into_iter().map(Net::of);
        Ok(Self {
            payables: listed(payables)?,
            disputed: listed(disputed)?,
            bilateral: bilateral.collect::<std::result::Result<_, _>>()?,
            multilateral: multilateral.collect::<std::result::Result<_, _>>()?,
        })
    }
}

impl Payable {
    fn of((debtor, creditor, amount): (&OrgId, &OrgId, i128)) -> std::result::Result<Self, SumTooLarge> {
        Ok(Self { debtor: debtor.to_string(), creditor: creditor.to_string(), amount: in_64_bits(amount)? })
    }
}

impl Net {
    fn of((organisation, amount): (OrgId, i128)) -> std::result::Result<Self, SumTooLarge> {
        Ok(Self { organisation: organisation.to_string(), amount: in_64_bits(amount)? })
    }
}

/// The programmes that have ever been in force.
fn programmes(context: &Context<'_>) -> Result<Vec<ProgrammeId>> {
    let (mut found, mut left) = (Vec::new(), CLOSING_ROWS_MAX);
    each(
        &mut left,
        |after| PROGRAMMES.page(context, &(), after, PAGE_ENTRIES_MAX),
        |programme, row| {
            if !row.in_force.is_empty() {
                found.push(programme.clone());
            }
            Ok(())
        },
    )?;
    Ok(found)
}

fn require_folded(context: &Context<'_>, programme: &ProgrammeId, through: Date) -> Result<()> {
    if dates::through(context, programme, OWED_FOLDED)? >= Some(through) {
        return Ok(());
    }
    let message = format!("{programme} is not folded through {through}: have it sealed and folded first");
    Err(Error::new("DATE_NOT_FOLDED", message))
}

/// Goes through all rows of a range, page by page, unless there are more than are left.
fn each<K, V>(
    left: &mut usize,
    page: impl Fn(Option<&Cursor>) -> Result<Rows<K, V>>,
    mut take: impl FnMut(&K, &V) -> Result<()>,
) -> Result<()> {
    let mut after = None;
    loop {
        let Rows { rows, next } = page(after.as_ref())?;
        *left = left.checked_sub(rows.len()).ok_or_else(|| {
            let message = format!("the dates have more than {CLOSING_ROWS_MAX} rows: close an earlier date first");
            Error::new("CLOSING_TOO_LARGE", message)
        })?;
        rows.iter().try_for_each(|(key, row)| take(key, row))?;
        match next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

pub(super) fn unreadable(error: impl Into<Unreadable>) -> Error {
    error.into().of("closing")
}
