//! What the chains' managers do: agreements before the first day, seals, runs of expiry, closings.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use anyhow::{Context, Result};
use folio_client::{Call, Gateway};
use folio_loyalty::units::Date;
use folio_types::BlockNumber;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::player::Player;
use super::price::{Price, text};
use crate::session::random_hex;

/// The currency in which chains settle.
pub(super) const CURRENCY: &str = "EUR";

/// From when the agreements hold: before the first stay.
const AGREED_FROM: &str = "2014-01-01";

/// Most members of one run of expiry.
const RUN_MEMBERS: usize = 100;
/// Accounts looked at for a page.
const DUE_PAGE_ACCOUNTS: u32 = 500;
/// Rows folded by one call.
const FOLD_ROWS: u32 = 500;

/// What a month's end came to between the chains.
#[derive(Clone, Debug)]
pub(super) struct Closed {
    /// The newest block after every side had accepted.
    pub(super) block: BlockNumber,
    pub(super) figures: Figures,
    /// What was not as it should be.
    pub(super) findings: Vec<String>,
}

/// An order was refused that must not be. The log has its code, which is a finding: nothing breaks off for it.
#[derive(Debug)]
struct Refused {
    function: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} was refused", self.function)
    }
}

impl Error for Refused {}

/// What was ordered; nothing where it was refused.
pub(super) fn unless_refused<T>(ordered: Result<T>) -> Result<Option<T>> {
    match ordered {
        Err(error) if error.is::<Refused>() => Ok(None),
        ordered => ordered.map(Some),
    }
}

/// A closing, as the ledger told it.
#[derive(Clone, Debug, Deserialize)]
struct Closing {
    closing: u32,
    parties: Vec<String>,
    accepted: Vec<String>,
    figures: Figures,
}

/// Its figures.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Figures {
    /// What was added up.
    pub(super) payables: Vec<Payable>,
    /// What is left between each two.
    pub(super) bilateral: Vec<Payable>,
    /// What is left for each.
    pub(super) multilateral: Vec<Net>,
}

/// What one owes another, in smallest units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payable {
    pub(super) debtor: String,
    pub(super) creditor: String,
    #[serde(rename(serialize = "amount_minor"))]
    pub(super) amount: i64,
}

/// What one gets, or pays, in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Net {
    pub(super) organisation: String,
    #[serde(rename(serialize = "amount_minor"))]
    pub(super) amount: i64,
}

#[derive(Deserialize)]
struct DuePage {
    members: Vec<Due>,
    next: Option<Value>,
}

#[derive(Deserialize)]
struct Due {
    member: String,
}

#[derive(Deserialize)]
struct Folded {
    complete: bool,
}

impl Figures {
    /// Whether what is left for all comes to nothing, as it must, and setting off between two has changed it for nobody.
    pub(super) fn nets_to_zero(&self) -> bool {
        let sums = |payables: &[Payable]| {
            let mut sums: BTreeMap<String, i64> = BTreeMap::new();
            for Payable { debtor, creditor, amount } in payables {
                *sums.entry(debtor.clone()).or_default() -= amount;
                *sums.entry(creditor.clone()).or_default() += amount;
            }
            sums.retain(|_, sum| *sum != 0);
            sums
        };
        let nets: BTreeMap<String, i64> = self
            .multilateral
            .iter()
            .filter(|net| net.amount != 0)
            .map(|net| (net.organisation.clone(), net.amount))
            .collect();
        self.multilateral.iter().map(|net| net.amount).sum::<i64>() == 0
            && nets == sums(&self.payables)
            && nets == sums(&self.bilateral)
    }
}

impl Player {
    /// Every programme's owner agrees with every other chain on what they pay each other: one proposes, the other accepts.
    pub(super) async fn make_agreements(&self) -> Result<()> {
        for definition in self.stage.programmes() {
            let programme = definition.programme.as_str();
            let Price { accrual_minor, tariff_minor } = Price::of(programme);
            let owner = self.stage.owner(programme)?;
            for host in self.stage.chains.iter().filter(|chain| chain.msp_id != owner.msp_id) {
                let agreement = json!({
                    "effective_from": AGREED_FROM,
                    "currency": CURRENCY,
                    "accrual_per_thousand": text(accrual_minor),
                    "redemption": { "per_thousand": text(tariff_minor) },
                });
                let proposal = json!({ "programme": programme, "host": host.msp_id, "agreement": agreement });
                let proposed: Value = self.order(&owner.manager, "agreement.propose", proposal).await?;
                let word = json!({ "programme": programme, "host": host.msp_id, "number": proposed["number"] });
                let _: Value = self.order(&host.manager, "agreement.accept", word).await?;
            }
        }
        Ok(())
    }

    /// Brings every account that is due up to a date. Nobody else may be at these accounts.
    pub(super) async fn run_expiry(&self, through: Date) -> Result<()> {
        for definition in self.stage.programmes() {
            let programme = definition.programme.as_str();
            let agent = &self.stage.owner(programme)?.agent;
            let due = self.due(agent, programme, through).await?;
            for members in due.chunks(RUN_MEMBERS) {
                let run = json!({ "programme": programme, "members": members, "as_of": through.to_string() });
                let _: Value = self.order(agent, "points.expire", run).await?;
                self.log.done("runs of expiry");
            }
        }
        Ok(())
    }

    async fn due(&self, agent: &Gateway, programme: &str, by: Date) -> Result<Vec<String>> {
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let about = json!({
                "programme": programme, "by": by.to_string(), "limit": DUE_PAGE_ACCOUNTS, "after": after,
            });
            let page: DuePage = self.ask(agent, "points.due", &about).await?;
            found.extend(page.members.into_iter().map(|due| due.member));
            match page.next {
                Some(next) => after = next,
                None => return Ok(found),
            }
        }
    }

    /// Seals every programme through a date, and counts it as what it is.
    pub(super) async fn seal(&self, through: Date, what: &str) -> Result<()> {
        let seals = self.stage.programmes().map(async |definition| {
            let programme = definition.programme.as_str();
            let manager = &self.stage.owner(programme)?.manager;
            let seal = json!({ "programme": programme, "date": through.to_string() });
            let _: Value = self.order(manager, "settlement.seal", seal).await?;
            self.log.done(what);
            anyhow::Ok(())
        });
        futures::future::try_join_all(seals).await.map(|_| ())
    }

    /// Seals and folds every programme through a date, closes the currency, and has every side accept.
    pub(super) async fn close(&self, through: Date) -> Result<Closed> {
        self.seal(through, "dates sealed at the end of a month").await?;
        for definition in self.stage.programmes() {
            self.fold(&definition.programme).await?;
        }
        let first = self.stage.chains.first().context("the consortium has no organisation")?;
        let until = json!({ "currency": CURRENCY, "through": through.to_string() });
        let preview: BTreeMap<String, Value> = self.ask(&first.manager, "settlement.net", &until).await?;
        let mut closing: Closing = self.order(&first.manager, "settlement.close", until).await?;
        let expected: Option<Figures> =
            preview.get("figures").map(|figures| serde_json::from_value(figures.clone())).transpose()?;
        let mut findings = Vec::new();
        if expected.as_ref() != Some(&closing.figures) {
            findings.push("the closing is not what its preview came to".to_owned());
        }
        let figures = closing.figures.clone();
        for party in closing.parties.clone() {
            let word = json!({ "currency": CURRENCY, "closing": closing.closing });
            let manager = &self.stage.chain(&party)?.manager;
            match unless_refused(self.order(manager, "settlement.accept", word).await)? {
                Some(accepted) => closing = accepted,
                None => findings.push(format!("{party} could not accept the closing")),
            }
        }
        if closing.figures != figures {
            findings.push("the closing was changed while it was accepted".to_owned());
        }
        if closing.accepted.len() != closing.parties.len() {
            findings.push(format!("only {:?} of {:?} have accepted the closing", closing.accepted, closing.parties));
        }
        self.log.done("closings");
        Ok(Closed { block: self.log.entries().newest, figures: closing.figures, findings })
    }

    async fn fold(&self, programme: &str) -> Result<()> {
        let manager = &self.stage.owner(programme)?.manager;
        loop {
            let page = json!({ "programme": programme, "limit": FOLD_ROWS });
            let folded: Folded = self.order(manager, "settlement.fold", page).await?;
            self.log.done("pages folded");
            if folded.complete {
                return Ok(());
            }
        }
    }

    /// Sends a call that must not be refused. If it is, the error is [`Refused`].
    async fn order<T: DeserializeOwned>(&self, gateway: &Gateway, function: &str, mut arguments: Value) -> Result<T> {
        arguments["request_id"] = json!(random_hex::<16>()?);
        let arguments = arguments.to_string();
        let done = self.send(gateway, function, || Call::new(function, arguments.clone())).await?;
        let done = done.ok_or_else(|| Refused { function: function.to_owned() })?;
        done.answered.read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owes(debtor: &str, creditor: &str, amount: i64) -> Payable {
        Payable { debtor: debtor.to_owned(), creditor: creditor.to_owned(), amount }
    }

    fn net(organisation: &str, amount: i64) -> Net {
        Net { organisation: organisation.to_owned(), amount }
    }

    #[test]
    fn a_refused_order_breaks_nothing_off_and_every_other_error_does() {
        let refused: Result<u64> = Err(Refused { function: "settlement.close".to_owned() }.into());
        assert_eq!(unless_refused(refused).unwrap(), None);
        assert_eq!(unless_refused(Ok(7)).unwrap(), Some(7));
        assert!(unless_refused::<u64>(Err(anyhow::anyhow!("the peer is gone"))).is_err());
    }

    #[test]
    fn nets_come_to_zero_and_are_what_is_owed() {
        let good = Figures {
            payables: vec![owes("A", "B", 100), owes("B", "A", 30), owes("C", "A", 5)],
            bilateral: vec![owes("A", "B", 70), owes("C", "A", 5)],
            multilateral: vec![net("A", -65), net("B", 70), net("C", -5)],
        };
        assert!(good.nets_to_zero());
        let uneven = Figures { multilateral: vec![net("A", -65), net("B", 71), net("C", -5)], ..good.clone() };
        let other = Figures { multilateral: vec![net("A", -60), net("B", 65), net("C", -5)], ..good.clone() };
        let forgotten = Figures { bilateral: vec![owes("A", "B", 70)], ..good };
        assert!(!uneven.nets_to_zero() && !other.nets_to_zero() && !forgotten.nets_to_zero());
    }
}
