//! Whatever becomes of rewards, in whatever order: the books balance, and no piece of stock is lost or given twice.

use folio_loyalty::books::Kind;
use folio_loyalty::rules::programme::{Kept, Penalty};
use folio_loyalty::units::Date;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::redeemer::{BOOK, CANCEL, HYATT, RESERVE, Redeemer};
use crate::world::{BOREA, CITY, NOW};

const STOCK: u64 = 9;
const SKEW: i64 = 300;

#[derive(Debug, Clone)]
enum Step {
    Have { member: usize, hold_seconds: u32 },
    Book { member: usize, days: i32, nights: u16 },
    Commit { nth: usize },
    Release { nth: usize },
    Refund { nth: usize, restock: bool },
    Stay { nth: usize },
    NoShow { nth: usize },
    Cancel { nth: usize, kept: u64 },
    Sweep,
    Count,
    Wait { seconds: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let nth = prop_oneof![3 => Just(0_usize), 1 => 1..6_usize];
    prop_oneof![
        5 => (0..2_usize, 1..2_000_u32).prop_map(|(member, hold_seconds)| Step::Have { member, hold_seconds }),
        2 => (0..2_usize, 0..6_i32, 1..3_u16).prop_map(|(member, days, nights)| Step::Book { member, days, nights }),
        3 => nth.clone().prop_map(|nth| Step::Commit { nth }),
        1 => nth.clone().prop_map(|nth| Step::Release { nth }),
        3 => (nth.clone(), any::<bool>()).prop_map(|(nth, restock)| Step::Refund { nth, restock }),
        1 => nth.clone().prop_map(|nth| Step::Stay { nth }),
        1 => nth.clone().prop_map(|nth| Step::NoShow { nth }),
        1 => (nth, prop::sample::select(vec![0, 5_000, 10_000]))
            .prop_map(|(nth, kept)| Step::Cancel { nth, kept }),
        1 => Just(Step::Sweep),
        1 => Just(Step::Count),
        3 => prop_oneof![0..1_500_i64, 0..300_000_i64].prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// What a test knows of a reservation.
#[derive(Debug, Clone)]
struct Known {
    id: Value,
    member: String,
    is_item: bool,
    ends_at: i64,
    state: String,
    /// Whether an article that was refunded went into stock again.
    restocked: bool,
}

struct History {
    cast: Redeemer,
    members: Vec<String>,
    known: Vec<Known>,
    now: i64,
}

impl History {
    fn new() -> Self {
        let mut cast = Redeemer::hyatt_with(|definition| {
            let rules = definition.award_nights.as_mut().unwrap();
            rules.late_cancellation = Penalty { keeps: Kept::FirstNight, cash: false, pays_hotel: true };
            rules.no_show = Penalty { keeps: Kept::Everything, cash: false, pays_hotel: true };
            rules.categories[3].standard = folio_loyalty::units::Points::new(5_000).unwrap();
            rules.categories[3].off_peak = None;
            definition.expiry.hard_months = Some(2);
        });
        cast.offer("bag", 3_000, json!({ "shelves": 2, "member_cap": 7 }), STOCK);
        let members = vec![cast.other("2"), cast.other("3")];
        Self { cast, members, known: Vec::new(), now: NOW }
    }

    fn today(&self) -> Date {
        Date::from_days(i32::try_from(self.now / 86_400).unwrap()).unwrap()
    }

    /// Takes a step, which the chaincode may refuse.
    fn take(&mut self, step: &Step) {
        let today = self.today().to_string();
        match step.clone() {
            Step::Have { member, hold_seconds } => {
                let fields = json!({ "item": "bag", "points": 3_000, "hotel": CITY, "as_of": today });
                let mut order = self.cast.order(&self.members[member], fields);
                order["hold_seconds"] = json!(hold_seconds);
                self.ask(RESERVE, order, member, true);
            }
            Step::Book { member, days, nights } => {
                let arrival = self.today().add_days(days).unwrap().to_string();
                let fields = json!({ "hotel": CITY, "arrival": arrival, "nights": nights,
                    "points": 5_000 * u64::from(nights), "as_of": today });
                let order = self.cast.order(&self.members[member], fields);
                self.ask(BOOK, order, member, false);
            }
            Step::Commit { nth } => self.end("reward.commit", nth, json!({})),
            Step::Release { nth } => self.end("reward.release", nth, json!({})),
            Step::Refund { nth, restock } => self.end("reward.refund", nth, json!({ "restock": restock })),
            Step::Stay { nth } => self.end("reward.award_night_stay", nth, json!({})),
            Step::NoShow { nth } => self.end("reward.award_night_no_show", nth, json!({})),
            Step::Cancel { nth, kept } => {
                let Some(known) = self.known.get(nth).cloned() else { return };
                let fields = json!({ "reservation": known.id, "points": kept, "as_of": today });
                let order = self.cast.order(&known.member, fields);
                let call = self.cast.world.submit(CANCEL, order);
                self.learn(nth, call.json().ok(), false);
            }
            Step::Sweep => {
                let ids: Vec<Value> = self.known.iter().map(|known| known.id.clone()).collect();
                self.cast.world.client(BOREA, "", "");
                let sweep = json!({ "reservations": ids, "as_of": today });
                if let Ok(swept) = self.cast.world.submit("reward.sweep", sweep).json::<Value>() {
                    for known in &mut self.known {
                        if swept["released"].as_array().unwrap().contains(&known.id) {
                            known.state = "released".to_owned();
                        }
                    }
                }
            }
            Step::Count => {
                self.cast.world.manager("CedarMSP");
                self.cast.world.ok("reward.stock", json!({ "programme": HYATT, "item": "bag" }));
            }
            Step::Wait { seconds } => {
                self.now += seconds;
                self.cast.wait(seconds);
            }
        }
    }

    fn ask(&mut self, function: &str, order: Value, member: usize, is_item: bool) {
        if let Ok(held) = self.cast.world.submit(function, order).json::<Value>() {
            self.known.insert(
                0,
                Known {
                    id: held["reservation"].clone(),
                    member: self.members[member].clone(),
                    is_item,
                    ends_at: held["ends_at"].as_i64().unwrap(),
                    state: "held".to_owned(),
                    restocked: false,
                },
            );
        }
    }

    fn end(&mut self, function: &str, nth: usize, more: Value) {
        let Some(known) = self.known.get(nth).cloned() else { return };
        let mut arguments = json!({ "reservation": known.id, "as_of": self.today().to_string() });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.cast.world.desk(CITY);
        let call = self.cast.world.submit(function, arguments);
        self.learn(nth, call.json().ok(), more["restock"] == json!(true));
    }

    fn learn(&mut self, nth: usize, ended: Option<Value>, restocked: bool) {
        if let Some(ended) = ended {
            self.known[nth].state = ended["state"].as_str().unwrap().to_owned();
            self.known[nth].restocked = restocked;
        }
    }

    fn check(&mut self) {
        let sum = |history: &mut Self, at: usize| {
            let members = [history.members.clone(), vec![history.cast.ann.clone()]].concat();
            let figures = members.iter().map(|member| {
                let (available, reserved, debt) = history.cast.world.figures(HYATT, member);
                [available, reserved, debt][at]
            });
            i64::try_from(figures.sum::<u64>()).unwrap()
        };
        for (at, kind) in [Kind::Available, Kind::Reserved].into_iter().enumerate() {
            assert_eq!(self.cast.total(kind), sum(self, at), "{kind:?}");
        }
        let is_gone = |known: &&Known| match known.state.as_str() {
            "committed" => true,
            "held" => self.now <= known.ends_at + SKEW,
            "refunded" => !known.restocked,
            _ => false,
        };
        let gone = self.known.iter().filter(|known| known.is_item).filter(is_gone).count();
        let free = STOCK - u64::try_from(gone).unwrap();
        assert_eq!(self.cast.free("bag"), json!(free), "{:?}", self.known);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn books_and_stock_hold_after_any_history_of_rewards(steps in prop::collection::vec(step(), 1..60)) {
        let mut history = History::new();
        for step in &steps {
            history.take(step);
            history.check();
        }
    }
}
