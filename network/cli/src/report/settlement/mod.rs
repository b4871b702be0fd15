//! Who owes whom for points, and what is left of it when it is set off.

mod closings;
mod owed;

use std::collections::BTreeMap;

use anyhow::Result;
use folio_loyalty::ids::{OrgId, ProgrammeId};
use folio_loyalty::rules::settlement::Payables;
use folio_loyalty::state::UNPRICED;
use folio_types::StateReader;
use serde::Serialize;

use super::{Cell, Report, Sheet};
use closings::Closing;
use owed::{Between, Owed};

/// What organisations owe each other, as far as it is closed and beyond.
#[derive(Debug, Serialize)]
pub(crate) struct Settlement {
    /// What one owes another in points of a programme.
    pairs: Vec<Pair>,
    /// What is left, all programmes of the report together, when all that is not closed is set off.
    open_net: Vec<Net>,
    /// The closings, of all programmes, the newest of each currency first.
    closings: Vec<Closing>,
}

/// What one organisation owes another in points of a programme, in one currency.
#[derive(Debug, Serialize)]
struct Pair {
    programme: ProgrammeId,
    debtor: OrgId,
    creditor: OrgId,
    /// Nothing stands for what has no price yet.
    currency: Option<String>,
    /// Amounts in smallest units.
    #[serde(flatten)]
    between: Between,
    /// What goes into the net: open and folded without what is disputed.
    payable_minor: i128,
}

/// What an organisation gets from all others together in a currency, negative when it pays.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Net {
    currency: String,
    organisation: OrgId,
    amount_minor: i128,
}

impl Settlement {
    /// Adds up what is owed in points of these programmes.
    pub(crate) fn of(state: &dyn StateReader, programmes: &[ProgrammeId]) -> Result<Self> {
        let mut closings = closings::all(state)?;
        let owed = Owed::of(state, &mut closings)?;
        let mut payables: BTreeMap<String, Payables> = BTreeMap::new();
        let mut pairs = Vec::new();
        for ((programme, debtor, creditor, currency), between) in owed.pairs {
            if !programmes.contains(&programme) {
                continue;
            }
            let currency = Some(currency).filter(|currency| currency.as_str() != UNPRICED);
            let payable_minor = between.payable();
            if let Some(currency) = &currency {
                let payables = payables.entry(currency.to_string()).or_default();
                payables.add(&debtor, &creditor, payable_minor)?;
            }
            let currency = currency.map(|currency| currency.to_string());
            pairs.push(Pair { programme, debtor, creditor, currency, between, payable_minor });
        }
        let mut open_net = Vec::new();
        for (currency, payables) in payables {
            open_net.extend(nets(&currency, &payables)?);
        }
        Ok(Self { pairs, open_net, closings })
    }
}

/// What each organisation gets or pays when payables are set off.
fn nets(currency: &str, payables: &Payables) -> Result<Vec<Net>> {
    let nets = payables.net()?.multilateral.into_iter();
    Ok(nets
        .map(|(organisation, amount_minor)| Net { currency: currency.to_owned(), organisation, amount_minor })
        .collect())
}

/// The currencies whose nets do not sum to zero.
fn uneven<'a>(nets: impl IntoIterator<Item = &'a Net>) -> impl Iterator<Item = String> {
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for net in nets {
        *sums.entry(&net.currency).or_default() += net.amount_minor;
    }
    sums.into_iter().filter(|(_, sum)| *sum != 0).map(|(currency, _)| currency.to_owned())
}

impl Report for Settlement {
    const NAME: &'static str = "settlement";

    fn sheets(&self) -> Vec<Sheet> {
        let pairs = Sheet {
            name: "pairs",
            header: &[
                "programme",
                "debtor",
                "creditor",
                "currency",
                "open",
                "folded",
                "disputed",
                "payable",
                "closed",
                "points not closed",
                "items not closed",
            ],
            rows: self.pairs.iter().map(Pair::cells).collect(),
        };
        let open_net = Sheet {
            name: "open-net",
            header: &["currency", "organisation", "gets, or pays"],
            rows: self.open_net.iter().map(|net| net.cells().into()).collect(),
        };
        let [closings, closed_net] = closings::sheets(&self.closings);
        vec![pairs, open_net, closings, closed_net]
    }

    fn findings(&self) -> Vec<String> {
        let open = uneven(&self.open_net).map(|currency| format!("what is open in {currency} does not net to zero"));
        open.chain(self.closings.iter().flat_map(Closing::findings)).collect()
    }
}

impl Pair {
    fn cells(&self) -> Vec<Cell> {
        let Between { open_minor, folded_minor, disputed_minor, closed_minor, points, items } = self.between;
        let money = |amount: i128| match &self.currency {
            Some(currency) => Cell::Money(amount, currency.clone()),
            None => Cell::Empty,
        };
        vec![
            self.programme.as_str().into(),
            self.debtor.as_str().into(),
            self.creditor.as_str().into(),
            self.currency.as_deref().unwrap_or("no price yet").into(),
            money(open_minor),
            money(folded_minor),
            money(disputed_minor),
            money(self.payable_minor),
            money(closed_minor),
            points.into(),
            items.into(),
        ]
    }
}

impl Net {
    fn cells(&self) -> [Cell; 3] {
        let amount = Cell::Money(self.amount_minor, self.currency.clone());
        [self.currency.as_str().into(), self.organisation.as_str().into(), amount]
    }
}

#[cfg(test)]
mod tests;
