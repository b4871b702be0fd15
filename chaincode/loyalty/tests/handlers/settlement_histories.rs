//! Whatever is posted, corrected, sealed, folded, priced, disputed and closed, in whatever order: nothing that is owed is
//! lost or counted twice, nets sum to zero, and what is sealed stays as it is.

use std::collections::BTreeMap;

use folio_chaincode_sdk::Record;
use folio_loyalty::state::{OUTSIDE, OWED, OutsideRow, OwedRow, STAYS, StayRow};
use folio_loyalty::units::Date;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::settling::{agree, agreement};
use crate::world::{
    AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, NOW, RESORT, Stay, TEXTBOOK, World, owner_of, programme_owner, secret,
};

pub const PROGRAMMES: [&str; 2] = [HILTON, TEXTBOOK];
const HOTELS: [&str; 3] = [CITY, RESORT, LODGE];
pub const CURRENCIES: [&str; 2] = ["EUR", "USD"];
const FIRST: &str = "2015-03-01";

/// Everything is added up once in so many steps.
const CHECKED_STEPS: usize = 6;

#[derive(Debug, Clone)]
enum Step {
    /// A new version of one of a few stays.
    Stay {
        number: usize,
        member: usize,
        programme: usize,
        hotel: usize,
        back: i32,
        nights: i32,
        net: i64,
    },
    /// What is posted for a stay is taken back.
    Void {
        nth: usize,
    },
    /// A reward, held and given.
    Reward {
        member: usize,
        programme: usize,
        hotel: usize,
    },
    /// An agreement with one of the hosts, for all of its hotels or for one.
    Agree {
        programme: usize,
        hotel: usize,
        narrow: bool,
        ahead: i32,
        price: u32,
        currency: usize,
    },
    Seal {
        programme: usize,
        back: i32,
    },
    /// Seals and folds both programmes, so that they can be closed.
    EndOfDay {
        back: i32,
    },
    Fold {
        programme: usize,
        limit: u32,
    },
    Price {
        programme: usize,
        limit: u32,
    },
    Dispute {
        nth: usize,
    },
    /// Both sides agree on an outcome, or only one of them says one.
    Settle {
        nth: usize,
        outcome: usize,
        both: bool,
    },
    Close {
        currency: usize,
        back: i32,
    },
    /// The business date and the clock go on.
    Wait {
        days: i32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (two, three) = (0..2_usize, 0..3_usize);
    prop_oneof![
        6 => (0..5_usize, two.clone(), two.clone(), three.clone(), 0..20_i32, 1..6_i32, 0..60_000_i64).prop_map(
            |(number, member, programme, hotel, back, nights, net)| Step::Stay { number, member, programme, hotel, back, nights, net }),
        2 => (two.clone(), two.clone(), three.clone()).prop_map(|(member, programme, hotel)| Step::Reward { member, programme, hotel }),
        2 => (two.clone(), three, any::<bool>(), -60..20_i32, 0..20_000_u32, two.clone()).prop_map(
            |(programme, hotel, narrow, ahead, price, currency)| Step::Agree { programme, hotel, narrow, ahead, price, currency }),
        1 => (0..4_usize).prop_map(|nth| Step::Void { nth }),
        2 => (two.clone(), 1..20_i32).prop_map(|(programme, back)| Step::Seal { programme, back }),
        2 => (1..6_i32).prop_map(|back| Step::EndOfDay { back }),
        2 => (two.clone(), 1..6_u32).prop_map(|(programme, limit)| Step::Fold { programme, limit }),
        2 => (two.clone(), 1..6_u32).prop_map(|(programme, limit)| Step::Price { programme, limit }),
        2 => (0..12_usize).prop_map(|nth| Step::Dispute { nth }),
        2 => (0..3_usize, 0..3_usize, any::<bool>()).prop_map(|(nth, outcome, both)| Step::Settle { nth, outcome, both }),
        2 => (two, 1..20_i32).prop_map(|(currency, back)| Step::Close { currency, back }),
        3 => (0..10_i32).prop_map(|days| Step::Wait { days }),
    ]
}

pub struct History {
    pub world: World,
    members: Vec<String>,
    versions: BTreeMap<usize, u32>,
    today: Date,
    pub sealed: BTreeMap<&'static str, Date>,
    /// Rows of sealed dates as they were when they were sealed.
    pub kept: BTreeMap<String, Vec<u8>>,
}

impl History {
    fn new() -> Self {
        let mut world = World::new();
        world.ledger.set_timestamp(at(FIRST.parse().unwrap()));
        // One of the four pairs has no agreement at first.
        agree(&mut world, HILTON, BOREA, agreement("2015-01-01", "EUR", "7/3"));
        agree(&mut world, HILTON, CEDAR, agreement("2015-03-10", "USD", "5"));
        agree(&mut world, TEXTBOOK, AURORA, agreement("2015-01-01", "EUR", "11"));
        let members = (0..2).map(|n| world.enrol(PROGRAMMES[n], FIRST)).collect();
        let (today, versions, sealed, kept) =
            (FIRST.parse().unwrap(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { world, members, versions, today, sealed, kept }
    }

    /// Takes a step, which the chaincode may refuse.
    fn take(&mut self, step: &Step) {
        match *step {
            Step::Stay { number, member, programme, hotel, back, nights, net } => {
                let version = self.versions.entry(number).or_default();
                *version += 1;
                // A stay keeps its hotel, which is part of its key.
                let stay = Stay::new(&self.members[member], &format!("{number}-{hotel}"), &self.day(-back), nights);
                let stay = stay.at(net).with("hotel", HOTELS[hotel]).with("programme", PROGRAMMES[programme]);
                let version = self.versions[&number];
                assert_eq!(self.world.try_post(&stay.with("version", version)).refusal(), None);
            }
            Step::Reward { member, programme, hotel } => {
                self.world.agent(programme_owner(PROGRAMMES[programme]));
                let order = json!({ "programme": PROGRAMMES[programme], "member": self.members[member],
                    "hotel": HOTELS[hotel], "points": 2_000, "as_of": self.day(0) });
                let held = self.world.submit("reward.reserve", json!({ "order": order })).json::<Value>();
                if let Ok(held) = held {
                    self.world.desk(HOTELS[hotel]);
                    let commit = json!({ "reservation": held["reservation"], "as_of": self.day(0) });
                    self.world.ok("reward.commit", commit);
                }
            }
            Step::Void { nth } => self.void(nth),
            Step::Agree { programme, hotel, narrow, ahead, price, currency } => {
                self.agree((PROGRAMMES[programme], HOTELS[hotel]), narrow, ahead, price, CURRENCIES[currency]);
            }
            Step::Seal { programme, back } => {
                self.world.manager(CEDAR);
                let date = self.today.add_days(-back).unwrap();
                let sealed = json!({ "programme": PROGRAMMES[programme], "date": date.to_string() });
                if self.world.submit("settlement.seal", sealed).refusal().is_none() {
                    self.sealed.insert(PROGRAMMES[programme], date);
                    self.kept.extend(self.sealed_rows());
                }
            }
            Step::EndOfDay { back } => {
                for programme in 0..PROGRAMMES.len() {
                    self.take(&Step::Seal { programme, back });
                    self.take(&Step::Fold { programme, limit: 1_000 });
                }
            }
            Step::Fold { programme, limit } => self.maintain("settlement.fold", programme, limit),
            Step::Price { programme, limit } => self.maintain("settlement.price", programme, limit),
            Step::Dispute { nth } => {
                let row = self.rows::<OwedRow>(OWED.spec().prefix).nth(nth);
                if let Some((row, _)) = row {
                    self.world.manager(if nth % 2 == 0 { &row[2] } else { &row[3] });
                    let arguments = json!({ "row": named(&row), "reason": "doubt" });
                    self.world.submit("settlement.dispute", arguments);
                }
            }
            Step::Settle { nth, outcome, both } => self.settle(nth, outcome, both),
            Step::Close { currency, back } => {
                self.world.manager(BOREA);
                let through = self.day(-back);
                self.world.submit("settlement.close", json!({ "currency": CURRENCIES[currency], "through": through }));
            }
            Step::Wait { days } => {
                self.today = self.today.add_days(days).unwrap();
                self.world.ledger.set_timestamp(at(self.today));
            }
        }
    }

    fn void(&mut self, nth: usize) {
        let stays = self.world.ledger.state().filter(|(key, _)| key.starts_with(STAYS.spec().prefix));
        let Some((key, value)) = stays.skip(nth).map(|(key, value)| (key[1..].to_owned(), value.to_vec())).next()
        else {
            return;
        };
        let hotel = StayRow::from_state(&value, "stay").unwrap().hotel;
        self.world.desk(&hotel);
        self.world.ledger.set_transient("secret", secret(owner_of(&hotel)));
        let arguments = json!({ "hotel": hotel, "stay": key, "reason": "mistake", "as_of": self.day(0) });
        self.world.submit("stay.void", arguments);
        self.world.ledger.clear_transient();
    }

    fn agree(&mut self, (programme, hotel): (&str, &str), narrow: bool, ahead: i32, price: u32, currency: &str) {
        let (owner, host) = (programme_owner(programme), owner_of(hotel));
        let mut terms = agreement(&self.day(ahead), currency, &format!("{price}/1009"));
        terms["redemption"]["per_night"] = match price % 2 {
            0 => json!([]),
            _ => json!([{ "from_percent": 0, "minor": price }, { "from_percent": 60, "minor": 9_999 }]),
        };
        let hotel = narrow.then_some(hotel);
        let proposal = json!({ "programme": programme, "host": host, "hotel": hotel, "agreement": terms });
        self.world.manager(owner);
        if let Ok(proposed) = self.world.submit("agreement.propose", proposal).json::<Value>() {
            self.world.manager(host);
            let number = &proposed["number"];
            let accepted = json!({ "programme": programme, "host": host, "hotel": hotel, "number": number });
            self.world.ok("agreement.accept", accepted);
        }
    }

    fn maintain(&mut self, function: &str, programme: usize, limit: u32) {
        self.world.client(CEDAR, "pms", LODGE);
        self.world.submit(function, json!({ "programme": PROGRAMMES[programme], "limit": limit }));
    }

    fn settle(&mut self, nth: usize, outcome: usize, both: bool) {
        let disputed: Vec<_> =
            self.rows::<OutsideRow>(OUTSIDE.spec().prefix).filter(|(_, row)| row.dispute.is_some()).collect();
        let Some((key, row)) = disputed.get(nth) else { return };
        let part = row.dispute.iter().flat_map(|dispute| &dispute.amounts).map(|part| part.amount / 2).next();
        let outcome = [json!("upheld"), json!("dismissed"), json!({ "agreed": part })][outcome].clone();
        for side in if both { &key[2..=3] } else { &key[2..=2] } {
            self.world.manager(side);
            self.world.submit("settlement.settle_dispute", json!({ "row": named(key), "outcome": outcome }));
        }
    }

    /// Seals, folds and prices all that there is.
    fn finish(&mut self) {
        self.take(&Step::Wait { days: 2 });
        self.take(&Step::EndOfDay { back: 1 });
        for programme in 0..PROGRAMMES.len() {
            self.take(&Step::Price { programme, limit: 200 });
        }
    }

    fn day(&self, ahead: i32) -> String {
        self.today.add_days(ahead).unwrap().to_string()
    }
}

fn named(key: &[String]) -> Value {
    json!({ "programme": key[0], "date": key[1], "debtor": key[2], "creditor": key[3], "tx": key[4] })
}

/// Noon of a date.
fn at(date: Date) -> i64 {
    i64::from(date.days()) * 86_400 + NOW % 86_400
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_owed_is_lost_counted_twice_or_rewritten(steps in prop::collection::vec(step(), 1..80)) {
        let mut history = History::new();
        for (number, step) in steps.iter().enumerate() {
            history.take(step);
            history.check_sealed();
            if number % CHECKED_STEPS == 0 {
                history.check();
            }
        }
        history.finish();
        history.check();
        history.check_stays();
    }
}
