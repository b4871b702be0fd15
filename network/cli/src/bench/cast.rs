//! Who takes part in a measurement: the members, and the users who call for them.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use folio_client::{Call, Gateway};
use folio_crypto::{Curve, SigningKey};
use folio_loyalty::rules::programme::Definition;
use folio_loyalty::units::Date;
use folio_topology::Network;
use serde_json::json;
use tokio::task::JoinSet;

use crate::consortium;
use crate::session::{connect, random_hex};

const PROGRAMME: &str = include_str!("programme.toml");

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// Members and users of one run. Every run has members of its own, and so never meets what an earlier one left.
pub(super) struct Cast {
    /// A random word, in all names of this run.
    pub(super) run: String,
    pub(super) members: Vec<Member>,
    pub(super) programme: String,
    /// Business date of all calls: the day on which the run began.
    pub(super) today: Date,
    /// The hotel that reports the stays.
    pub(super) hotel: String,
    /// The secret of the hotel's owner.
    pub(super) secret: Vec<u8>,
    /// The hotel's property management system.
    pub(super) pms: Gateway,
    /// The programme's agent.
    pub(super) agent: Gateway,
    pub(super) channel: String,
}

/// A member with the key that signs for it.
pub(super) struct Member {
    pub(super) id: String,
    pub(super) key: SigningKey,
}

impl Cast {
    /// Puts the measurements' programme in force and enrols members in it, `in_flight` at a time.
    pub(super) async fn enrol(network: &Network, members: usize, in_flight: usize) -> Result<Self> {
        let owner = network.topology().organisations.first().context("the consortium has no organisation")?;
        let hotel = owner.hotels.first().with_context(|| format!("{} has no hotel to measure with", owner.name))?;
        let mut programme = Definition::from_toml(PROGRAMME).context("the measurements' programme cannot be read")?;
        programme.owner.clone_from(&owner.msp_id);
        consortium::bring_programme(network, &programme).await?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
        let pms = connect(network, owner, "pms")?.following_blocks();
        let agent = connect(network, owner, "agent")?.following_as(&pms);
        let mut cast = Self {
            run: random_hex::<8>()?,
            members: Vec::with_capacity(members),
            programme: programme.programme,
            today: Date::from_days(i32::try_from(since.as_secs() / SECONDS_A_DAY)?)?,
            hotel: hotel.clone(),
            secret: network.secret(&owner.name)?,
            pms,
            agent,
            channel: network.topology().channel.clone(),
        };
        for _ in 0..members {
            cast.members.push(Member { id: random_hex::<16>()?, key: SigningKey::generate(Curve::Secp256k1)? });
        }
        cast.enrol_members(in_flight).await?;
        Ok(cast)
    }

    async fn enrol_members(&self, in_flight: usize) -> Result<()> {
        let mut tasks = JoinSet::new();
        for member in &self.members {
            if tasks.len() >= in_flight
                && let Some(enrolled) = tasks.join_next().await
            {
                enrolled.context("an enrolment ended without an answer")??;
            }
            let arguments = json!({
                "request_id": format!("bench-enrol-{}", member.id),
                "programme": self.programme,
                "member": member.id,
                "key": hex::encode(member.key.public_key().sec1_bytes()),
                "as_of": self.today.to_string(),
            });
            let agent = self.agent.clone();
            let call = Call::new("member.enrol", arguments.to_string());
            tasks.spawn(async move { agent.transact(call).await });
        }
        while let Some(enrolled) = tasks.join_next().await {
            enrolled.context("an enrolment ended without an answer")??;
        }
        Ok(())
    }
}

/// A cast is shared by all workers.
pub(super) type SharedCast = Arc<Cast>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programme_of_the_measurements_is_valid_and_limits_no_transfer() {
        let definition = Definition::from_toml(PROGRAMME).unwrap();
        let transfer = definition.transfer.unwrap();
        assert!(transfer.sent_count_per_year.is_none() && transfer.sent_per_year.is_none());
    }
}
