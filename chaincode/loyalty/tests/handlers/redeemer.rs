//! A member who has points of a programme and signs for what she wants, and what everybody else does about it.

use folio_chaincode_sdk::{Call, Record};
use folio_loyalty::books::{Kind, Totals};
use folio_loyalty::rules::programme::{Definition, shipped};
use folio_loyalty::state::{OWED, OwedRow, TOTALS, TotalsRow};
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};

use crate::world::{NOW, Stay, TODAY, World, key, programme_owner, signed};

pub const HYATT: &str = "world-of-hyatt";
pub const ACCOR: &str = "accor-all";

pub const RESERVE: &str = "reward.reserve";
pub const BOOK: &str = "reward.award_night_book";
pub const CANCEL: &str = "reward.award_night_cancel";

pub struct Redeemer {
    pub world: World,
    pub programme: &'static str,
    pub ann: String,
    key: SigningKey,
    now: i64,
}

impl Redeemer {
    /// Ann with 60,000 points of World of Hyatt, which the third chain owns.
    pub fn hyatt() -> Self {
        Self::hyatt_with(|_| ())
    }

    /// The same, under other rules.
    pub fn hyatt_with(change: impl FnOnce(&mut Definition)) -> Self {
        let mut definition = definition(HYATT);
        change(&mut definition);
        let mut world = World::new();
        world.activate(HYATT, &definition);
        let ann = world.enrol(HYATT, "2015-06-01");
        let key = key(1);
        world.bind(HYATT, &ann, &key);
        world.post(&Stay::new(&ann, "1", "2016-01-25", 20).with("programme", HYATT).at(50_000));
        let mut redeemer = Self { world, programme: HYATT, ann, key, now: NOW };
        assert_eq!(redeemer.figures(), (60_000, 0, 0));
        redeemer
    }

    /// Another member with 60,000 points, who has no key and asks the agent.
    pub fn other(&mut self, confirmation: &str) -> String {
        let member = self.world.enrol(HYATT, "2015-06-01");
        self.world.post(&Stay::new(&member, confirmation, "2016-01-25", 20).with("programme", HYATT).at(50_000));
        member
    }

    /// Ann's word for a function, signed.
    pub fn word(&mut self, function: &str, fields: Value) -> Value {
        let mut intent =
            self.world.intent(function, json!({ "programme": self.programme, "member": self.ann, "points": 0 }));
        intent["valid_until"] = (self.now + 600).into();
        intent.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        signed(&intent, &self.key)
    }

    pub fn submit(&mut self, function: &str, fields: Value) -> Call<Vec<u8>> {
        let word = self.word(function, fields);
        self.world.submit(function, word)
    }

    pub fn ok(&mut self, function: &str, fields: Value) -> Value {
        let word = self.word(function, fields);
        self.world.ok(function, word)
    }

    pub fn refused(&mut self, function: &str, fields: Value) -> &'static str {
        let word = self.word(function, fields);
        self.world.refused(function, word)
    }

    /// The order of a member without a key, as the programme's agent hands it in.
    pub fn order(&mut self, member: &str, fields: Value) -> Value {
        self.world.agent(programme_owner(self.programme));
        let mut order = json!({ "programme": self.programme, "member": member, "points": 0, "as_of": TODAY });
        order.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "order": order })
    }

    /// Offers an item with a price in points, and puts pieces of it into stock.
    pub fn offer(&mut self, item: &str, points: u64, terms: Value, stock: u64) {
        let mut all = json!({ "name": item, "prices": [{ "points": points }] });
        all.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        self.world.manager(programme_owner(self.programme));
        self.world.ok("reward.define", json!({ "programme": self.programme, "item": item, "terms": all }));
        if stock > 0 {
            let stock = json!({ "programme": self.programme, "item": item, "add": stock });
            assert_eq!(self.world.ok("reward.stock", stock.clone())["pieces"], stock["add"]);
        }
    }

    /// How many of an item are free, as the published catalogue says.
    pub fn free(&mut self, item: &str) -> Value {
        let page = self.world.query("reward.catalogue", json!({ "programme": self.programme, "limit": 50 })).unwrap();
        let items = page["items"].as_array().unwrap().iter();
        items.clone().find(|listed| listed["item"] == item).unwrap()["free"].clone()
    }

    /// Has a reservation ended by the hotel or whoever else is set.
    pub fn end(&self, held: &Value, as_of: &str) -> Value {
        json!({ "reservation": held["reservation"], "as_of": as_of })
    }

    pub fn figures(&mut self) -> (u64, u64, u64) {
        let ann = self.ann.clone();
        self.world.figures(self.programme, &ann)
    }

    /// Points of one line of the programme's totals. They balance, whenever they are asked for.
    pub fn total(&self, kind: Kind) -> i64 {
        let mut totals = Totals::new();
        let prefix = format!("{}{},", TOTALS.spec().prefix, self.programme);
        for (_, value) in self.world.ledger.state().filter(|(key, _)| key.starts_with(&prefix)) {
            TotalsRow::from_state(value, "totals").unwrap().add_to(&mut totals).unwrap();
        }
        assert!(totals.balance(), "{totals:?}");
        i64::try_from(totals.of(kind)).unwrap()
    }

    /// What rewards make the programme's owner owe other chains, in points.
    pub fn owed(&self) -> i64 {
        let prefix = format!("{}{},", OWED.spec().prefix, self.programme);
        let rows = self.world.ledger.state().filter(|(key, _)| key.starts_with(&prefix));
        let rows = rows.map(|(_, value)| OwedRow::from_state(value, "owed").unwrap());
        rows.flat_map(|row| row.items).filter(|item| item.cause == 2).map(|item| item.points).sum()
    }

    /// Time passes, in seconds.
    pub fn wait(&mut self, seconds: i64) {
        self.now += seconds;
        self.world.ledger.set_timestamp(self.now);
    }
}

pub fn definition(id: &str) -> Definition {
    Definition::from_toml(shipped().find(|(known, _)| *known == id).unwrap().1).unwrap()
}
