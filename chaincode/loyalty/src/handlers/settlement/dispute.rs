//! Disputes: `settlement.dispute` and `settlement.settle_dispute`.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Context, Error, Result, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::rules::settlement::{Due, OwedFor};
use crate::state::{AmountRow, CurrencyCode, DisputeRow, OUTSIDE, OutcomeRow, OutsideRow, OwedItemRow, OwedRow, Role};
use crate::units::Overflow;

use super::payables;
use super::row::RowName;

/// The numbers of outcomes in rows. They never change.
const UPHELD: u32 = 1;
const DISMISSED: u32 = 2;
const AGREED: u32 = 3;

/// Arguments of `settlement.dispute`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Dispute {
    request_id: RequestId,
    row: RowName,
    /// Why, in a word such as `not_our_guest`. It stands on the ledger.
    reason: Text<32>,
}

/// Arguments of `settlement.settle_dispute`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Settle {
    request_id: RequestId,
    row: RowName,
    outcome: Outcome,
}

/// How a dispute ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// Nothing of the row is paid.
    Upheld,
    /// All of it is.
    Dismissed,
    /// So much of it is, in smallest units of its currency.
    Agreed(i64),
}

/// A dispute, as both sides see it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Disputed {
    row: RowName,
    reason: String,
    /// The organisation that disputes.
    by: String,
    /// What stands outside the net.
    amounts: Vec<Amount>,
    /// The outcome that the debtor agrees to.
    debtor: Option<Outcome>,
    /// The outcome that the creditor agrees to.
    creditor: Option<Outcome>,
    /// Whether both agree to the same.
    settled: bool,
}

/// An amount of money.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Amount {
    currency: String,
    minor: i64,
}

/// A manager of either side disputes a row whose date is not closed. It leaves the net and stays to be seen until both sides
/// agree on an outcome.
pub(in crate::handlers) fn dispute(context: &mut Context<'_>, arguments: Dispute) -> Result<Disputed> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Dispute { row: name, reason, .. } = &arguments;
        require_side(&actor, name)?;
        let owed = name.must_get(context)?;
        let outside = OUTSIDE.get(context, &name.key())?.unwrap_or_default();
        if outside.dispute.is_some() {
            return Err(Error::new("DISPUTE_EXISTS", "the row is, or was, disputed already"));
        }
        let amounts = disputable(&owed)?;
        for amount in &amounts {
            require_unclosed(context, name, &amount.currency)?;
        }
        let (by, reason) = (actor.row(), reason.to_string());
        let dispute = DisputeRow { by, reason, amounts, debtor: None, creditor: None, settled: false };
        OUTSIDE.put(context, &name.key(), &OutsideRow { dispute: Some(dispute.clone()), ..outside });
        let RowName { programme, date, debtor, creditor, tx } = name.clone();
        event::emit(context, Event::SettlementDisputed { programme, date, debtor, creditor, tx })?;
        Ok(Disputed::of(name.clone(), &dispute))
    })
}

/// A manager of either side says to which outcome it agrees, and may say otherwise until the other agrees to the same. Then
/// what is to be paid lands in the open date.
pub(in crate::handlers) fn settle_dispute(context: &mut Context<'_>, arguments: Settle) -> Result<Disputed> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Settle { row: name, outcome, .. } = &arguments;
        require_side(&actor, name)?;
        let outside = OUTSIDE.get(context, &name.key())?.unwrap_or_default();
        let open = outside.dispute.clone().filter(|dispute| !dispute.settled);
        let mut dispute = open.ok_or_else(|| Error::new("DISPUTE_UNKNOWN", "no dispute of this row is open"))?;
        let payable = payable(*outcome, &dispute.amounts)?;
        let said = OutcomeRow { by: actor.row(), ..outcome.row() };
        let is_debtor = actor.organisation == name.debtor;
        let side = if is_debtor { &mut dispute.debtor } else { &mut dispute.creditor };
        *side = Some(said);
        dispute.settled = Outcome::of(dispute.debtor.as_ref()) == Outcome::of(dispute.creditor.as_ref());
        if dispute.settled {
            let owed = name.must_get(context)?;
            let items = items(&owed, payable);
            if !items.is_empty() {
                name.follow(context, items)?;
            }
        }
        let settled = dispute.settled;
        OUTSIDE.put(context, &name.key(), &OutsideRow { dispute: Some(dispute.clone()), ..outside });
        let RowName { programme, date, debtor, creditor, tx } = name.clone();
        let organisation = actor.organisation.to_string();
        let event = Event::SettlementDisputeAnswered { programme, date, debtor, creditor, tx, organisation, settled };
        event::emit(context, event)?;
        Ok(Disputed::of(name.clone(), &dispute))
    })
}

fn require_side(actor: &Actor, name: &RowName) -> Result<()> {
    if [&name.debtor, &name.creditor].contains(&&actor.organisation) {
        return Ok(());
    }
    Err(Error::new("ORGANISATION_NOT_ALLOWED", format!("this is between {} and {}", name.debtor, name.creditor)))
}

fn require_unclosed(context: &Context<'_>, name: &RowName, currency: &str) -> Result<()> {
    let Some(code) = CurrencyCode::new(currency) else { return Ok(()) };
    let Some((_, newest)) = payables::newest(context, &code)? else { return Ok(()) };
    if newest.has(&name.programme, name.date)? {
        return Err(Error::new("DATE_CLOSED", format!("{} is closed in {currency}", name.date)));
    }
    Ok(())
}

/// What of a row can be disputed: what it comes to in each currency. An item without a price has nothing to dispute yet, and
/// what both sides have settled is not disputed again.
fn disputable(owed: &OwedRow) -> Result<Vec<AmountRow>> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for item in owed.items.iter().filter(|item| item.is_priced()) {
        if item.cause().map_err(|error| error.of("owed"))? == OwedFor::Settled {
            return Err(Error::new(
                "DISPUTE_SETTLED",
                "the row is the outcome of a dispute, to which both sides agreed",
            ));
        }
        let sum = sums.entry(&item.currency).or_default();
        *sum = sum.checked_add(item.amount).ok_or(Overflow)?;
    }
    if sums.is_empty() {
        return Err(Error::new("DISPUTE_UNPRICED", "the row has no price yet: dispute the row that brings it"));
    }
    Ok(sums.into_iter().map(|(currency, amount)| AmountRow { currency: currency.to_owned(), amount }).collect())
}

/// What is paid under an outcome.
fn payable(outcome: Outcome, disputed: &[AmountRow]) -> Result<Vec<AmountRow>> {
    let Outcome::Agreed(minor) = outcome else {
        return Ok(if outcome == Outcome::Dismissed { disputed.to_vec() } else { Vec::new() });
    };
    let part = match disputed {
        [whole] if (whole.amount.min(0)..=whole.amount.max(0)).contains(&minor) => whole,
        _ => {
            let message = "an agreed amount lies between nothing and what is disputed, in a single currency";
            return Err(Error::new("DISPUTE_AMOUNT_INVALID", message));
        }
    };
    Ok(vec![AmountRow { currency: part.currency.clone(), amount: minor }])
}

/// The items of the row in which a settled dispute ends.
fn items(owed: &OwedRow, payable: Vec<AmountRow>) -> Vec<OwedItemRow> {
    let (hotel, dated) = owed.items.first().map(|item| (item.hotel.clone(), item.dated)).unwrap_or_default();
    let due = Due { cause: OwedFor::Settled, points: 0, before: 0, nights: 0, occupancy_percent: 0 };
    let items = payable.into_iter().filter(|part| part.amount != 0).map(|AmountRow { currency, amount }| OwedItemRow {
        currency,
        amount,
        ..OwedItemRow::of(&due, hotel.clone(), dated)
    });
    items.collect()
}

impl Outcome {
    fn row(self) -> OutcomeRow {
        let (outcome, amount) = match self {
            Self::Upheld => (UPHELD, 0),
            Self::Dismissed => (DISMISSED, 0),
            Self::Agreed(minor) => (AGREED, minor),
        };
        OutcomeRow { outcome, amount, ..OutcomeRow::default() }
    }

    fn of(row: Option<&OutcomeRow>) -> Option<Self> {
        row.and_then(|row| match row.outcome {
            UPHELD => Some(Self::Upheld),
            DISMISSED => Some(Self::Dismissed),
            AGREED => Some(Self::Agreed(row.amount)),
            _ => None,
        })
    }
}

impl Disputed {
    /// The dispute of a row.
    pub(super) fn of(row: RowName, dispute: &DisputeRow) -> Self {
        let amounts = dispute.amounts.iter().map(|part| Amount { currency: part.currency.clone(), minor: part.amount });
        Self {
            row,
            reason: dispute.reason.clone(),
            by: dispute.by.organisation.clone(),
            amounts: amounts.collect(),
            debtor: Outcome::of(dispute.debtor.as_ref()),
            creditor: Outcome::of(dispute.creditor.as_ref()),
            settled: dispute.settled,
        }
    }
}
