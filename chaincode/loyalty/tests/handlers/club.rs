//! A programme that a test changes until it says what it should, and members of it with keys.

use folio_loyalty::rules::programme::{Definition, shipped};
use folio_loyalty::units::Points;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{IHG, Stay, World, hex, key, signed};

/// A world in which IHG One Rewards is in force with other rules. Its tiers go by nights, and a night earns 1,200 points.
pub fn club(change: impl FnOnce(&mut Definition)) -> World {
    let (_, text) = shipped().find(|(id, _)| *id == IHG).unwrap();
    let mut definition = Definition::from_toml(text).unwrap();
    definition.benefits.clear();
    definition.expiry = Default::default();
    if let Some(transfer) = &mut definition.transfer {
        transfer.fee = None;
    }
    change(&mut definition);
    let mut world = World::new();
    world.activate(IHG, &definition);
    world
}

impl World {
    /// A member of the club with a key.
    pub fn clubber(&mut self, seed: u8) -> String {
        let member = self.enrol(IHG, "2015-06-01");
        self.bind(IHG, &member, &key(seed));
        member
    }

    /// So many nights of a member of the club.
    pub fn nights(&mut self, member: &str, confirmation: &str, check_out: &str, nights: i32) -> Value {
        self.post(&club_stay(member, confirmation, check_out, nights))
    }

    /// A signed intent about the club, as arguments carry it.
    pub fn word(&mut self, seed: u8, function: &str, member: &str, mut fields: Value) -> Value {
        fields["member"] = member.into();
        if fields.get("programme").is_none() {
            fields["programme"] = IHG.into();
        }
        let intent = self.intent(function, fields);
        signed(&intent, &key(seed))
    }

    /// Free, held and owed points of a member of the club.
    pub fn club_figures(&mut self, member: &str) -> (u64, u64, u64) {
        self.figures(IHG, member)
    }
}

pub fn club_stay(member: &str, confirmation: &str, check_out: &str, nights: i32) -> Stay {
    Stay::new(member, confirmation, check_out, nights).with("programme", IHG)
}

pub fn points(value: u64) -> Points {
    Points::new(value).unwrap()
}

/// The hash under which a gift stands.
pub fn claim_of(secret: &[u8]) -> String {
    hex(&Sha256::new().chain_update(b"folio-gift-claim-v1\n").chain_update(secret).finalize())
}

/// An order of a member without a key, as arguments carry it.
pub fn order(member: &str, mut fields: Value) -> Value {
    fields["member"] = member.into();
    if fields.get("programme").is_none() {
        fields["programme"] = IHG.into();
    }
    fields["as_of"] = crate::world::TODAY.into();
    json!({ "order": fields })
}
