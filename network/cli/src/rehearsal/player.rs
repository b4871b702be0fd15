//! Playing an act: the calls that it takes, one after the other, until the ledger has answered each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use folio_client::{Call, Gateway, Trouble};
use folio_stays::{FeedRow, ReceiptOutcome};
use folio_types::BlockNumber;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::act::{Act, Correction, Deed, Void};
use super::cast::Cast;
use super::log::Log;
use super::price::{Price, worth};
use super::stage::{Chain, Stage};
use super::tally::Due;
use crate::sending::{Answered, Sent, Tries, transact};
use crate::submit::{ENROLLED, request_id};

/// How often a question is asked again after a lost connection, and the wait between.
const QUESTIONS_MAX: u32 = 30;
const QUESTION_WAIT: Duration = Duration::from_millis(500);

/// Who plays. Cheap to clone.
#[derive(Clone)]
pub(super) struct Player {
    pub(super) stage: Arc<Stage>,
    pub(super) cast: Arc<Cast>,
    pub(super) log: Arc<Log>,
    /// The keys of stays that earned points, by the place of their row in the feed.
    stays: Arc<Mutex<BTreeMap<u64, String>>>,
    seed: u64,
}

/// The receipt of a stay, as far as it is read here.
#[derive(Deserialize)]
struct StayReceipt {
    stay: String,
    outcome: ReceiptOutcome,
    duplicate: bool,
    programme: Option<String>,
    points: Earned,
}

/// Points of a version, and what they changed.
#[derive(Clone, Copy, Deserialize)]
struct Earned {
    total: i64,
    delta: i64,
}

/// What was answered, and the block in which it stands.
pub(super) struct Done {
    pub(super) answered: Answered,
    pub(super) block: BlockNumber,
}

impl Player {
    pub(super) fn new(stage: Arc<Stage>, cast: Arc<Cast>, log: Arc<Log>, seed: u64) -> Self {
        Self { stage, cast, log, stays: Arc::default(), seed }
    }

    /// The seed of the rehearsal.
    pub(super) const fn seed(&self) -> u64 {
        self.seed
    }

    /// Plays an act to its end.
    pub(super) async fn play(&self, act: &Act) -> Result<()> {
        match &act.deed {
            Deed::Report(row) => self.report(row).await.with_context(|| format!("row {}", row.position + 1)),
            Deed::Correction(correction) => self.correct(correction).await.context("a correction"),
            Deed::Void(void) => self.void(act, void).await.context("a void"),
            Deed::Transfer(transfer) => self.transfer(act.day, transfer).await.context("a transfer"),
            Deed::Redemption(redemption) => self.redeem(act.day, redemption).await.context("a redemption"),
        }
    }

    /// Sends a call until it is answered, and waits until every peer has its block. Nothing when it was refused.
    pub(super) async fn send(
        &self,
        gateway: &Gateway,
        function: &str,
        call: impl Fn() -> Call,
    ) -> Result<Option<Done>> {
        let mut tries = Tries::default();
        let sent = transact(gateway, call, &mut tries).await;
        self.log.tried(&tries);
        match sent.with_context(|| function.to_owned())? {
            Sent::Answered(answered) => {
                if let Some(committed) = &answered.committed {
                    self.log.committed(committed);
                    self.stage.everywhere.reached(committed.block).await;
                }
                let block = answered.committed.as_ref().map(|committed| committed.block);
                let block = block.unwrap_or_else(|| self.log.entries().newest);
                Ok(Some(Done { answered, block }))
            }
            Sent::Refused(error) => match error.chaincode_code() {
                Some(code) => {
                    self.log.refused(function, code);
                    Ok(None)
                }
                None => Err(error).with_context(|| function.to_owned()),
            },
        }
    }

    /// Asks a question.
    pub(super) async fn ask<T: DeserializeOwned>(&self, gateway: &Gateway, function: &str, about: &Value) -> Result<T> {
        let mut asked = 0;
        loop {
            match gateway.evaluate(Call::new(function, about.to_string())).await {
                Ok(answer) => return serde_json::from_slice(&answer).context("the answer cannot be read"),
                Err(error) if error.trouble() == Trouble::Connection && asked < QUESTIONS_MAX => {
                    asked += 1;
                    tokio::time::sleep(QUESTION_WAIT).await;
                }
                Err(error) => return Err(error).with_context(|| function.to_owned()),
            }
        }
    }

    /// A hotel reports a row, whose member is enrolled first when it is new.
    async fn report(&self, row: &FeedRow) -> Result<()> {
        if !self.enrol(&row.member).await? {
            self.log.unmet("stay: its member could not be enrolled");
            return Ok(());
        }
        let programme = row.parse().ok().map(|stay| stay.programme.to_string()).unwrap_or_default();
        let host = self.stage.host(&row.source)?;
        let as_of = row.business_date.to_string();
        let Some(found) = self.post(host, &row.source, &programme, &row.stay, &as_of).await? else { return Ok(()) };
        self.log.done(match found.outcome {
            ReceiptOutcome::Posted => "stays with points",
            ReceiptOutcome::ZeroPoint => "stays without points",
            ReceiptOutcome::Suspended => "stays in suspense",
            ReceiptOutcome::Superseded => "stays superseded",
        });
        if found.outcome == ReceiptOutcome::Posted {
            self.stays.lock().unwrap_or_else(PoisonError::into_inner).insert(row.position, found.stay);
        }
        Ok(())
    }

    /// Enrols a member who is not yet. Whether nothing was refused.
    async fn enrol(&self, id: &str) -> Result<bool> {
        let Some(member) = self.cast.to_enrol(id) else { return Ok(true) };
        let owner = self.stage.owner(member.programme)?;
        let key = self.cast.new_key(id)?;
        let arguments = json!({
            "request_id": format!("enrol-{id}"),
            "programme": member.programme,
            "member": id,
            "as_of": ENROLLED,
            "key": key.as_ref().map(|key| hex::encode(key.public_key().sec1_bytes())),
        });
        let call = || {
            Call::new("member.enrol", arguments.to_string())
                .with_transient("number", member.number.clone())
                .with_transient("secret", owner.secret.clone())
        };
        let Some(done) = self.send(&owner.agent, "member.enrol", call).await? else { return Ok(false) };
        let enrolled: Value = done.answered.read()?;
        let points = enrolled["points"].as_i64().unwrap_or_default();
        self.log.entries().tally.at(done.block, member.programme).issued += points;
        self.cast.enrolled(id, key);
        self.log.done("enrolments");
        Ok(true)
    }

    async fn correct(&self, correction: &Correction) -> Result<()> {
        let Correction { hotel, programme, stay, as_of, is_rebate, .. } = correction;
        let host = self.stage.host(hotel)?;
        if self.post(host, hotel, programme, stay, &as_of.to_string()).await?.is_some() {
            self.log.done(if *is_rebate { "rebates" } else { "late charges" });
        }
        Ok(())
    }

    /// Posts a stay version, and counts what it changed.
    async fn post(
        &self,
        host: &Chain,
        hotel: &str,
        programme: &str,
        stay: &str,
        as_of: &str,
    ) -> Result<Option<StayReceipt>> {
        let arguments =
            json!({ "request_id": request_id(hotel, stay, &host.secret), "hotel": hotel, "as_of": as_of }).to_string();
        let call = || {
            let call = Call::new("stay.post", arguments.clone()).with_transient("stay", stay.to_owned());
            self.between(host, programme, call.with_transient("secret", host.secret.clone()))
        };
        let Some(done) = self.send(&host.pms, "stay.post", call).await? else { return Ok(None) };
        let found: StayReceipt = done.answered.read()?;
        if let (Some(programme), false) = (&found.programme, found.duplicate) {
            let Earned { total, delta } = found.points;
            self.note_change(done.block, host, programme, total - delta, total)?;
        }
        Ok(Some(found))
    }

    async fn void(&self, act: &Act, void: &Void) -> Result<()> {
        let stay = self.stays.lock().unwrap_or_else(PoisonError::into_inner).remove(&void.position);
        let Some(stay) = stay else {
            self.log.unmet("void: the stay earned nothing");
            return Ok(());
        };
        let host = self.stage.host(&void.hotel)?;
        let arguments = json!({
            "request_id": format!("void-{stay}"),
            "hotel": void.hotel,
            "stay": stay,
            "reason": "rehearsal",
            "as_of": act.day.to_string(),
        });
        let call = || {
            let call = Call::new("stay.void", arguments.to_string()).with_transient("secret", host.secret.clone());
            self.between(host, &void.programme, call)
        };
        let Some(done) = self.send(&host.pms, "stay.void", call).await? else { return Ok(()) };
        let voided: Value = done.answered.read()?;
        let points = voided["points"].as_i64().context("a void tells no points")?;
        self.note_change(done.block, host, &void.programme, -points, 0)?;
        self.log.done("voids");
        Ok(())
    }

    /// Counts that a stay comes to other points than before, for which its hotel's chain pays the programme's: the
    /// difference of what both are worth.
    fn note_change(&self, block: BlockNumber, host: &Chain, programme: &str, before: i64, after: i64) -> Result<()> {
        let owner = self.stage.owner(programme)?;
        let price = Price::of(programme).accrual_minor;
        let due = Due { points: after - before, minor: worth(after, price) - worth(before, price) };
        let tally = &mut self.log.entries().tally;
        tally.at(block, programme).add_change(after - before);
        tally.owe(block, &host.msp_id, &owner.msp_id, due);
        Ok(())
    }

    /// The call, endorsed by the hotel's chain and the programme's: both keep the private part of a stay.
    fn between(&self, host: &Chain, programme: &str, call: Call) -> Call {
        match self.stage.owner(programme) {
            Ok(owner) if owner.msp_id != host.msp_id => call.endorsed_by(&[&host.msp_id, &owner.msp_id]),
            _ => call,
        }
    }
}
