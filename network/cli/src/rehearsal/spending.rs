//! Acts that take points out of a member's account: by the member's own word, or by the agent for one who cannot sign.

use anyhow::Result;
use folio_client::{Call, Gateway};
use folio_loyalty::rules::programme::{TierDirection, TierRank};
use folio_loyalty::units::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Redemption, Transfer};
use super::amount::{to_redeem, to_transfer};
use super::draw::Draw;
use super::player::{Done, Player};
use super::price::{Price, worth};
use super::tally::Due;
use crate::intent;
use crate::session::random_hex;

/// A member, as far as it is asked for.
#[derive(Deserialize)]
struct Standing {
    account: Option<Holding>,
}

/// What a member has.
#[derive(Deserialize)]
struct Holding {
    available: u64,
    tier: String,
}

/// A reservation, as far as it is read.
#[derive(Deserialize)]
struct Reservation {
    reservation: String,
    points: i64,
}

impl Player {
    /// A member gives points to another. Where points only go down the tiers, the higher of the two gives.
    pub(super) async fn transfer(&self, day: Date, transfer: &Transfer) -> Result<()> {
        let definition = self.stage.definition(&transfer.programme)?;
        let Some(rules) = &definition.transfer else {
            self.log.unmet("transfer: the programme offers none");
            return Ok(());
        };
        let (from, to) = (&transfer.from, &transfer.to);
        let giver = self.holding(&transfer.programme, from, day).await?;
        let taker = self.holding(&transfer.programme, to, day).await?;
        let (Some(giver), Some(taker)) = (giver, taker) else {
            self.log.unmet("transfer: one of the two has no account");
            return Ok(());
        };
        let rank = |holding: &Holding| definition.tiers.rank_of(&holding.tier).unwrap_or(TierRank::default());
        let mut sides = (from, giver.available, to);
        if rules.direction == TierDirection::Downward {
            if rank(&giver) == rank(&taker) {
                self.log.unmet("transfer: both are of one tier");
                return Ok(());
            }
            if rank(&giver) < rank(&taker) {
                sides = (to, taker.available, from);
            }
        }
        let (from, available, to) = sides;
        let draw = Draw::about(self.seed(), format!("{from} {to} {day}"));
        let Some(points) = to_transfer(rules, available, &draw) else {
            self.log.unmet("transfer: too few points");
            return Ok(());
        };
        let order = json!({
            "programme": transfer.programme, "member": from, "to": to, "points": points, "as_of": day.to_string(),
        });
        let agent = &self.stage.owner(&transfer.programme)?.agent;
        if let Some(done) = self.spend(agent, "points.transfer", from, order).await? {
            let points = i64::try_from(points)?;
            self.log.entries().tally.at(done.block, &transfer.programme).transferred += points;
            self.log.done(if self.cast.key_of(from).is_some() { "transfers, signed" } else { "transfers, by agents" });
        }
        Ok(())
    }

    /// A member has points set aside at a hotel's desk, which then gives the reward or lets them go.
    pub(super) async fn redeem(&self, day: Date, redemption: &Redemption) -> Result<()> {
        let Redemption { programme, member, hotel, given } = redemption;
        let definition = self.stage.definition(programme)?;
        let Some(rules) = &definition.redemption else {
            self.log.unmet("redemption: the programme offers none");
            return Ok(());
        };
        let available = self.holding(programme, member, day).await?.map_or(0, |holding| holding.available);
        let draw = Draw::about(self.seed(), format!("{member} {hotel} {day}"));
        let Some(points) = to_redeem(rules, available, &draw) else {
            self.log.unmet("redemption: too few points");
            return Ok(());
        };
        let order = json!({
            "programme": programme, "member": member, "points": points, "hotel": hotel, "reward": "rehearsal",
            "as_of": day.to_string(),
        });
        let desk = &self.stage.host(hotel)?.frontdesk;
        let signs = self.cast.key_of(member).is_some();
        let reserves = if signs { desk } else { &self.stage.owner(programme)?.agent };
        let Some(held) = self.spend(reserves, "reward.reserve", member, order).await? else { return Ok(()) };
        let held: Reservation = held.answered.read()?;
        let function = if *given { "reward.commit" } else { "reward.release" };
        let arguments = json!({
            "request_id": random_hex::<16>()?, "reservation": held.reservation, "as_of": day.to_string(),
        });
        let call = || Call::new(function, arguments.to_string());
        let Some(done) = self.send(desk, function, call).await? else { return Ok(()) };
        if *given {
            let (owner, host) = (self.stage.owner(programme)?, self.stage.host(hotel)?);
            let due = Due { points: held.points, minor: worth(held.points, Price::of(programme).tariff_minor) };
            let tally = &mut self.log.entries().tally;
            tally.at(done.block, programme).redeemed += held.points;
            tally.owe(done.block, &owner.msp_id, &host.msp_id, due);
        }
        self.log.done(match (given, signs) {
            (true, true) => "redemptions, signed",
            (true, false) => "redemptions, by agents",
            (false, _) => "redemptions released",
        });
        Ok(())
    }

    /// What a member has on a date; nothing without an account.
    async fn holding(&self, programme: &str, member: &str, day: Date) -> Result<Option<Holding>> {
        let agent = &self.stage.owner(programme)?.agent;
        let about = json!({ "member": member, "programme": programme, "as_of": day.to_string() });
        let standing: Standing = self.ask(agent, "member.get", &about).await?;
        Ok(standing.account)
    }

    /// Sends what a member wants. The same word goes with every try.
    async fn spend(&self, gateway: &Gateway, function: &str, member: &str, order: Value) -> Result<Option<Done>> {
        let key = self.cast.key_of(member);
        let request_id = random_hex::<16>()?;
        let arguments = match key {
            Some(key) => intent::signed(&key, &self.stage.channel, function, &request_id, order)?,
            // The programme's agent hands it in.
            None => json!({ "request_id": request_id, "order": order }),
        };
        let arguments = arguments.to_string();
        self.send(gateway, function, || Call::new(function, arguments.clone())).await
    }
}
