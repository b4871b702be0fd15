//! Closings, and whether they are what the positions of their dates come to.

use anyhow::Result;
use folio_loyalty::ids::{OrgId, ProgrammeId};
use folio_loyalty::rules::settlement::Payables;
use folio_loyalty::state::{CLOSINGS, ClosingRow, CurrencyCode, NewestFirst, PayableRow};
use folio_loyalty::units::{Date, Overflow};
use folio_types::StateReader;
use serde::Serialize;

use super::{Net, nets, uneven};
use crate::report::{Cell, Sheet, movements};
use crate::rows::each_row;

/// A closing.
#[derive(Debug, Serialize)]
pub(super) struct Closing {
    currency: String,
    number: u32,
    through: Date,
    /// The organisations that accept it.
    accepted: Vec<String>,
    payables: Vec<Payable>,
    net: Vec<Net>,
    #[serde(skip)]
    row: ClosingRow,
    /// What positions and disputes of its dates come to.
    #[serde(skip)]
    found: Payables,
    #[serde(skip)]
    told: Payables,
}

/// What one organisation owes another.
#[derive(Debug, Serialize)]
struct Payable {
    debtor: OrgId,
    creditor: OrgId,
    /// In smallest units.
    amount_minor: i128,
}

/// Every closing, by currency, the newest first.
pub(super) fn all(state: &dyn StateReader) -> Result<Vec<Closing>> {
    let mut closings = Vec::new();
    each_row(state, &CLOSINGS, &(), |(currency, NewestFirst(number)), row| {
        closings.push(Closing::of(&currency, number, row)?);
        Ok(())
    })?;
    Ok(closings)
}

/// The closings as tables: what they say, and what is left of it when it is set off.
pub(super) fn sheets(closings: &[Closing]) -> [Sheet; 2] {
    let head = |closing: &Closing| [closing.currency.as_str().into(), closing.number.into(), closing.through.into()];
    let payables = closings.iter().flat_map(|closing| {
        closing.payables.iter().map(move |payable| {
            let amount = Cell::Money(payable.amount_minor, closing.currency.clone());
            let pair = [payable.debtor.as_str().into(), payable.creditor.as_str().into(), amount];
            let accepted = closing.accepted.join(" ").into();
            head(closing).into_iter().chain(pair).chain([accepted]).collect()
        })
    });
    let net = closings.iter().flat_map(|closing| {
        closing.net.iter().map(move |net| {
            let [_, organisation, amount] = net.cells();
            head(closing).into_iter().chain([organisation, amount]).collect()
        })
    });
    [
        Sheet {
            name: "closings",
            header: &["currency", "closing", "through", "debtor", "creditor", "payable", "accepted by"],
            rows: payables.collect(),
        },
        Sheet {
            name: "closed-net",
            header: &["currency", "closing", "through", "organisation", "gets, or pays"],
            rows: net.collect(),
        },
    ]
}

/// The closing that an amount of a date is part of; nothing when the date is not closed in the currency.
pub(super) fn that_has<'a>(
    closings: &'a mut [Closing],
    currency: &str,
    programme: &ProgrammeId,
    date: Date,
) -> Option<&'a mut Closing> {
    closings.iter_mut().find(|closing| closing.currency == currency && closing.has(programme, date))
}

impl Closing {
    fn of(currency: &CurrencyCode, number: u32, row: ClosingRow) -> Result<Self> {
        let told = PayableRow::payables(&row.payables).map_err(|error| error.of("closing"))?;
        let payables = told.iter().map(|(debtor, creditor, amount_minor)| Payable {
            debtor: debtor.clone(),
            creditor: creditor.clone(),
            amount_minor,
        });
        Ok(Self {
            currency: currency.to_string(),
            number,
            through: movements::date(row.through)?,
            accepted: row.accepted.iter().map(|actor| actor.organisation.clone()).collect(),
            payables: payables.collect(),
            net: nets(currency.as_str(), &told)?,
            row,
            found: Payables::new(),
            told,
        })
    }

    /// Whether a date of a programme is part of it.
    fn has(&self, programme: &ProgrammeId, date: Date) -> bool {
        let closed = self.row.programmes.iter().find(|closed| closed.programme == programme.as_str());
        let begins = closed.is_some_and(|closed| closed.from.is_none_or(|from| from <= date.days()));
        begins && date <= self.through
    }

    /// Notes what a position or a dispute of its dates adds.
    pub(super) fn add(&mut self, debtor: &OrgId, creditor: &OrgId, amount: i128) -> Result<(), Overflow> {
        self.found.add(debtor, creditor, amount)
    }

    /// What in it does not add up.
    pub(super) fn findings(&self) -> impl Iterator<Item = String> {
        let Self { currency, number, .. } = self;
        let differs = (self.found != self.told)
            .then(|| format!("closing {number} in {currency} is not what the positions of its dates come to"));
        let uneven = uneven(&self.net).map(move |_| format!("closing {number} in {currency} does not net to zero"));
        differs.into_iter().chain(uneven)
    }
}
