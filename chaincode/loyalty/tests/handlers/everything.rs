//! Long histories of the example programme, in which everything that a programme can offer is on: stays, purchases, activities
//! and a campaign, transfers, gifts, rewards and their refunds, wallets, voids, runs of expiry and members who become one.
//! After each step the books balance, what is held is what the totals say, no bound is passed, and the tier that is kept is
//! the one that the counters give.

use std::cell::RefCell;
use std::collections::BTreeMap;

use folio_chaincode_sdk::Record;
use folio_loyalty::books::{Kind, LOTS_MAX, Totals};
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::rules::programme::Definition;
use folio_loyalty::rules::tiers::{self, Standing};
use folio_loyalty::state::{Account, TOTALS, TotalsRow, WALLETS, WalletRow};
use folio_loyalty::units::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::campaigns::campaign;
use crate::club::claim_of;
use crate::redeemer::definition;
use crate::tokens::{address, by};
use crate::world::{AURORA, CITY, EVERYTHING, LODGE, NOW, RESORT, Stay, World, key, purchase, secret};

const MEMBERS: usize = 5;
const STAYS: usize = 8;
const HOTELS: [&str; 3] = [CITY, RESORT, LODGE];
const STEPS: usize = 200;
/// Ten thousand steps in a release build.
const CASES: u32 = if cfg!(debug_assertions) { 6 } else { 50 };

/// What is done, as often as it is listed.
const FUNCTIONS: [&str; 30] = [
    "stay.post",
    "stay.post",
    "stay.post",
    "stay.post",
    "stay.post",
    "stay.post",
    "stay.void",
    "purchase.post",
    "purchase.post",
    "points.award",
    "points.award",
    "points.transfer",
    "points.transfer",
    "points.gift",
    "points.claim_gift",
    "points.expire",
    "points.expire",
    "points.convert",
    "reward.reserve",
    "reward.reserve",
    "reward.commit",
    "reward.release",
    "reward.refund",
    "wallet.withdraw",
    "wallet.withdraw",
    "wallet.deposit",
    "tier.evaluate",
    "wait",
    "wait",
    "member.merge",
];

/// A function, and numbers from which its arguments are made.
#[derive(Debug, Clone)]
struct Step {
    function: usize,
    member: usize,
    other: usize,
    number: usize,
    amount: u64,
    days: i32,
}

fn step() -> impl Strategy<Value = Step> {
    (0..FUNCTIONS.len(), 0..MEMBERS, 1..MEMBERS, 0..STAYS, 0..40_u64, 0..30_i32).prop_map(
        |(function, member, other, number, amount, days)| {
            let other = (member + other) % MEMBERS;
            Step { function, member, other, number, amount, days }
        },
    )
}

struct History {
    world: World,
    definition: Definition,
    members: Vec<String>,
    /// The version and the key of each stay.
    stays: BTreeMap<usize, (u32, Value)>,
    purchases: BTreeMap<usize, u32>,
    /// Reservations with their hotel, the newest first.
    held: Vec<(Value, &'static str)>,
    gifts: u32,
    payments: u32,
    merges: u32,
    today: Date,
}

impl History {
    fn new() -> Self {
        let mut world = World::new();
        world.replay_history();
        let definition = definition(EVERYTHING);
        world.activate(EVERYTHING, &definition);
        let spring = json!({ "when": { "from": "2015-04-01", "until": "2017-03-31" }, "counts_towards_tier": true });
        world.run_campaign(&campaign("spring", EVERYTHING, spring));
        let members = (0..MEMBERS).map(|_| world.enrol(EVERYTHING, "2015-01-01")).collect();
        // Far enough ahead that business dates never lie in its future.
        world.ledger.set_timestamp(NOW + 60 * 366 * 86_400);
        let (stays, purchases, held) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let today = "2015-03-01".parse().unwrap();
        Self { world, definition, members, stays, purchases, held, gifts: 0, payments: 0, merges: 0, today }
    }

    /// Takes a step, which the chaincode may refuse, and answers whether something changed.
    fn take(&mut self, step: &Step) -> bool {
        let (day, points) = (self.today.to_string(), step.amount * 500);
        let (member, other) = (self.members[step.member].clone(), self.members[step.other].clone());
        let function = FUNCTIONS[step.function];
        match function {
            "stay.post" => return self.stay(step, &member),
            "stay.void" => {
                let Some((_, stay)) = self.stays.get(&step.number).cloned() else { return false };
                let hotel = HOTELS[step.number % 3];
                self.world.desk(hotel);
                self.world.ledger.set_transient("secret", secret(crate::world::owner_of(hotel)));
                let void = json!({ "hotel": hotel, "stay": stay, "reason": "wrong guest", "as_of": day });
                let done = self.submit(function, void);
                self.world.ledger.clear_transient();
                return done.is_some();
            }
            "purchase.post" => {
                let version = self.purchases.entry(step.number).or_default();
                *version += 1;
                let order = step.number.to_string();
                let mut meal = purchase(&member, EVERYTHING, "restaurant", &order, i64::try_from(points).unwrap() * 20);
                meal["version"] = json!(*version);
                meal["date"] = json!(self.today.add_days(-step.days).unwrap());
                return self.world.purchase(&meal, &day).writes_anything();
            }
            "points.award" => {
                self.world.agent(AURORA);
                let activity = ["review", "birthday", "referral"][step.number % 3];
                let mut award =
                    json!({ "programme": EVERYTHING, "member": member, "activity": activity, "as_of": day });
                if activity == "referral" {
                    award["other"] = json!(other);
                }
                return self.submit(function, award).is_some();
            }
            "points.transfer" => return self.pay(function, &member, points, json!({ "to": other })),
            "points.gift" => {
                self.gifts += 1;
                let claim = claim_of(format!("sixteen bytes and {}", self.gifts).as_bytes());
                return self.pay(function, &member, points, json!({ "claim": claim }));
            }
            "points.claim_gift" => {
                self.world.agent(AURORA);
                let brought = format!("sixteen bytes and {}", self.gifts);
                self.world.ledger.set_transient("claim", brought.into_bytes());
                let claim = json!({ "programme": EVERYTHING, "member": other, "as_of": day });
                let done = self.submit(function, claim);
                self.world.ledger.clear_transient();
                return done.is_some();
            }
            "points.expire" => {
                self.world.agent(AURORA);
                let run = json!({ "programme": EVERYTHING, "members": [member, other], "as_of": day });
                return self.submit(function, run).is_some();
            }
            "points.convert" => {
                let points = 3_000 + step.amount % 4 * 1_500;
                let fields = json!({ "points": points, "partner": "Railway Miles", "units": points / 3 * 2 });
                let order = self.order(&member, fields);
                return self.submit(function, order).is_some();
            }
            "reward.reserve" => {
                let hotel = HOTELS[step.number % 3];
                let order = self.order(&member, json!({ "points": points, "hotel": hotel }));
                let Some(held) = self.submit(function, order) else { return false };
                self.held.insert(0, (held["reservation"].clone(), hotel));
            }
            "reward.commit" | "reward.release" | "reward.refund" => {
                let Some((held, hotel)) = self.held.get(step.number % 3).cloned() else { return false };
                self.world.desk(hotel);
                return self.submit(function, json!({ "reservation": held, "as_of": day })).is_some();
            }
            "wallet.withdraw" => {
                let fields = json!({ "points": points, "wallet": address(&key(11)) });
                let order = self.order(&member, fields);
                return self.submit(function, order).is_some();
            }
            "wallet.deposit" => {
                let mut fields = json!({ "programme": EVERYTHING, "wallet": address(&key(11)), "to": member,
                    "value": step.amount * 40, "as_of": day });
                fields["valid_until"] = json!(NOW + 60 * 366 * 86_400 + 600);
                let intent = self.world.intent(function, fields);
                return self.submit(function, by(&key(11), &intent)).is_some();
            }
            "tier.evaluate" => {
                self.world.agent(AURORA);
                let asked = json!({ "programme": EVERYTHING, "member": member, "as_of": day });
                return self.submit(function, asked).is_some();
            }
            "wait" => self.today = self.today.add_days(step.days).unwrap(),
            _ => return self.merge(&member, &other),
        }
        true
    }

    /// A new version of one of a few stays.
    fn stay(&mut self, step: &Step, member: &str) -> bool {
        let check_out = self.today.add_days(-step.days).unwrap().to_string();
        let version = self.stays.get(&step.number).map_or(1, |(version, _)| version + 1);
        let status = if step.amount < 4 { "cancelled" } else { "checked_out" };
        let stay = Stay::new(member, &step.number.to_string(), &check_out, step.days % 9)
            .at(i64::try_from(step.amount).unwrap() * 4_937)
            .with("hotel", HOTELS[step.number % 3])
            .with("programme", EVERYTHING)
            .with("version", version)
            .with("status", status);
        let call = self.world.try_post(&stay);
        let Ok(receipt) = call.json::<Value>() else { return false };
        self.stays.insert(step.number, (version, receipt["stay"].clone()));
        call.writes_anything()
    }

    /// Points go to somebody else, with the fee for it in points and in money, or free for a member of an exempt tier.
    fn pay(&mut self, function: &str, member: &str, points: u64, fields: Value) -> bool {
        self.payments += 1;
        let payment = format!("card-{}", self.payments);
        let mut order = self.order(member, fields);
        order["order"]["points"] = json!(points);
        let free = order.clone();
        order["order"]["fee"] = json!(points.div_ceil(1_000) * 10);
        order["payment"] = json!(payment);
        self.submit(function, order).or_else(|| self.submit(function, free)).is_some()
    }

    /// Two members become one, which both of them ask for. Two mergers leave members for the rest of the history.
    fn merge(&mut self, member: &str, other: &str) -> bool {
        if self.merges == 2 {
            return false;
        }
        let mut merged = false;
        for (one, another) in [(member, other), (other, member)] {
            let order = self.order(one, json!({ "to": another, "survivor": other }));
            merged = self.submit("member.merge", order).is_some_and(|done| done["merged"] == true);
        }
        self.merges += u32::from(merged);
        merged
    }

    fn order(&mut self, member: &str, mut fields: Value) -> Value {
        self.world.agent(AURORA);
        fields["programme"] = json!(EVERYTHING);
        fields["member"] = json!(member);
        fields["as_of"] = json!(self.today);
        json!({ "order": fields })
    }

    fn submit(&mut self, function: &str, arguments: Value) -> Option<Value> {
        let call = self.world.submit(function, arguments);
        // A run that ends no points keeps only its answer, for whoever asks again.
        let tells = call.writes_anything() == call.event.is_some() || function == "points.expire";
        assert!(tells, "{function}: every change tells of itself");
        call.json().ok()
    }

    fn check(&mut self) {
        let totals = self.totals();
        assert!(totals.balance(), "{totals:?}");
        let programme = ProgrammeId::new(EVERYTHING).unwrap();
        let accounts: Vec<Account> = self
            .members
            .iter()
            .filter_map(|member| {
                let member = MemberId::parse(member).unwrap();
                self.world.ledger.run(|context| Account::load(context, &programme, member)).result.unwrap()
            })
            .collect();
        let sum = |of: fn(&Account) -> u64| i128::from(accounts.iter().map(of).sum::<u64>());
        assert_eq!(totals.of(Kind::Available), sum(|account| account.holdings.available().get()));
        assert_eq!(totals.of(Kind::Pending), sum(|account| account.holdings.pending_points().unwrap().get()));
        assert_eq!(totals.of(Kind::Reserved), sum(|account| account.holdings.reserved().unwrap().get()));
        assert_eq!(-totals.of(Kind::Debt), sum(|account| account.holdings.debt().get()));
        assert_eq!(totals.of(Kind::Wallet), self.in_wallets());
        for account in &accounts {
            let lots = account.holdings.lots();
            assert!(lots.iter().all(|lot| !lot.points.is_zero()) && lots.iter().count() <= LOTS_MAX);
            assert!(account.holdings.debt().is_zero() || account.holdings.available().is_zero());
            self.check_tier(account);
        }
    }

    /// The tier kept is the one that the counters give on the account's date.
    fn check_tier(&self, account: &Account) {
        let rank = self.definition.tiers.rank_of(&account.tier.name).unwrap_or_default();
        let held = Standing { rank, valid_until: account.tier.valid_until };
        let on = account.last_business_date;
        let again = tiers::evaluate(&self.definition, &account.counters, held, on).unwrap();
        assert_eq!(again.change, tiers::Change::Kept, "{account:?}");
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals::new();
        for row in self.rows(TOTALS.spec().prefix) {
            let row = TotalsRow::from_state(row, "totals").unwrap();
            assert_eq!(row.sums.iter().map(|sum| sum.points).sum::<i64>(), 0, "{row:?}");
            row.add_to(&mut totals).unwrap();
        }
        totals
    }

    fn in_wallets(&self) -> i128 {
        let wallets = self.rows(WALLETS.spec().prefix).map(|row| WalletRow::from_state(row, "wallet").unwrap());
        i128::from(wallets.map(|row| row.lots.points.iter().sum::<u64>()).sum::<u64>())
    }

    fn rows(&self, prefix: impl std::fmt::Display) -> impl Iterator<Item = &[u8]> {
        let prefix = format!("{prefix}{EVERYTHING},");
        self.world.ledger.state().filter(move |(key, _)| key.starts_with(&prefix)).map(|(_, value)| value)
    }
}

#[test]
fn books_and_tiers_hold_through_long_histories_of_everything_at_once() {
    let changed = RefCell::new(BTreeMap::<&str, u32>::new());
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(step(), STEPS);
    let run = TestRunner::new(config).run(&steps, |steps| {
        let mut history = History::new();
        for step in &steps {
            if history.take(step) {
                *changed.borrow_mut().entry(FUNCTIONS[step.function]).or_default() += 1;
            }
            history.check();
        }
        Ok(())
    });
    run.unwrap();
    let changed = changed.into_inner();
    // In a few histories chance may leave something out.
    for function in FUNCTIONS.into_iter().filter(|_| !cfg!(debug_assertions)) {
        assert!(changed.contains_key(function), "{function} changed nothing in all histories: {changed:?}");
    }
}
