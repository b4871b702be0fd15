//! Whatever members do with gifts, pools and each other, the books balance.

use folio_chaincode_sdk::Record;
use folio_loyalty::books::{Kind, Totals};
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::rules::programme::{PoolRules, PoolSpenders};
use folio_loyalty::state::{ACCOUNTS, Account, AccountRow, TOTALS, TotalsRow};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::club::{claim_of, club, club_stay, order, points};
use crate::world::{CEDAR, CITY, IHG, NOW, TODAY, World};

const MEMBERS: usize = 4;

#[derive(Debug, Clone)]
enum Step {
    Stay { number: usize, member: usize, nights: i32 },
    Gift { member: usize, secret: u8, thousands: u64 },
    Claim { member: usize, secret: u8 },
    Cancel { member: usize, secret: u8 },
    Contribute { member: usize, thousands: u64 },
    Withdraw { member: usize, thousands: u64 },
    Leave { member: usize },
    Spend { member: usize, thousands: u64, shared: bool },
    Merge { member: usize, other: usize },
    Close { member: usize },
    Wait { seconds: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let (member, secret, thousands) = (0..MEMBERS, 0..6_u8, 1..5_u64);
    prop_oneof![
        5 => (0..6_usize, member.clone(), 0..9_i32)
            .prop_map(|(number, member, nights)| Step::Stay { number, member, nights }),
        3 => (member.clone(), secret.clone(), thousands.clone())
            .prop_map(|(member, secret, thousands)| Step::Gift { member, secret, thousands }),
        2 => (member.clone(), secret.clone()).prop_map(|(member, secret)| Step::Claim { member, secret }),
        1 => (member.clone(), secret).prop_map(|(member, secret)| Step::Cancel { member, secret }),
        3 => (member.clone(), thousands.clone())
            .prop_map(|(member, thousands)| Step::Contribute { member, thousands }),
        1 => (member.clone(), thousands.clone()).prop_map(|(member, thousands)| Step::Withdraw { member, thousands }),
        1 => member.clone().prop_map(|member| Step::Leave { member }),
        2 => (member.clone(), thousands, any::<bool>())
            .prop_map(|(member, thousands, shared)| Step::Spend { member, thousands, shared }),
        1 => (member.clone(), member.clone()).prop_map(|(member, other)| Step::Merge { member, other }),
        1 => member.prop_map(|member| Step::Close { member }),
        1 => (0..200_000_i64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

struct History {
    world: World,
    members: Vec<String>,
    pool: String,
    versions: [u32; 6],
    now: i64,
}

impl History {
    /// Members without keys, so that the agent hands everything in, with 10,800 points each; the first two share a pool.
    fn new() -> Self {
        let mut world = club(|definition| {
            let rules =
                PoolRules { members_max: 4, minimum: points(0), contributed_per_year: None, spend: PoolSpenders::Any };
            definition.transfer.as_mut().unwrap().pools = Some(rules);
        });
        world.replay_history();
        let members: Vec<String> = (0..MEMBERS).map(|_| world.enrol(IHG, "2015-06-01")).collect();
        for (number, member) in members.iter().enumerate() {
            world.nights(member, &format!("first {number}"), "2016-01-20", 9);
        }
        world.agent(CEDAR);
        let pool = world.ok("pool.open", order(&members[0], json!({})))["pool"].as_str().unwrap().to_owned();
        let opener = order(&members[0], json!({ "pool": pool, "to": members[1] }));
        let joiner = order(&members[1], json!({ "pool": pool }));
        world.ok("pool.join", json!({ "opener": opener, "joiner": joiner }));
        Self { world, members, pool, versions: [0; 6], now: NOW }
    }

    fn ask(&mut self, function: &str, member: usize, fields: Value) {
        self.world.agent(CEDAR);
        let arguments = order(&self.members[member], fields);
        let call = self.world.submit(function, arguments);
        assert_eq!(call.writes_anything(), call.event.is_some(), "{function}");
    }

    /// Takes a step, which the chaincode may refuse.
    fn take(&mut self, step: &Step) {
        let (pool, secret) = (self.pool.clone(), |number: u8| vec![number; 16]);
        match *step {
            Step::Stay { number, member, nights } => {
                self.versions[number] += 1;
                let stay = club_stay(&self.members[member], &number.to_string(), "2016-01-25", nights)
                    .with("version", self.versions[number]);
                assert_eq!(self.world.try_post(&stay).refusal(), None, "{stay:?}");
            }
            Step::Gift { member, secret: number, thousands } => {
                let fields = json!({ "points": thousands * 1000, "claim": claim_of(&secret(number)), "days": 1 });
                self.ask("points.gift", member, fields);
            }
            Step::Claim { member, secret: number } => {
                self.world.agent(CEDAR);
                self.world.ledger.set_transient("claim", secret(number));
                let arguments = json!({ "programme": IHG, "member": self.members[member], "as_of": TODAY });
                self.world.submit("points.claim_gift", arguments);
                self.world.ledger.clear_transient();
            }
            Step::Cancel { member, secret: number } => {
                self.ask("points.cancel_gift", member, json!({ "claim": claim_of(&secret(number)) }));
            }
            Step::Contribute { member, thousands } => {
                self.ask("pool.contribute", member, json!({ "pool": pool, "points": thousands * 1000 }));
            }
            Step::Withdraw { member, thousands } => {
                self.ask("pool.withdraw", member, json!({ "pool": pool, "points": thousands * 1000 }));
            }
            Step::Leave { member } => self.ask("pool.leave", member, json!({ "pool": pool })),
            Step::Spend { member, thousands, shared } => {
                let from = shared.then_some(pool);
                let fields = json!({ "pool": from, "points": 4000 + thousands * 1000, "hotel": CITY });
                self.ask("reward.reserve", member, fields);
            }
            Step::Merge { member, other } => {
                let survivor = self.members[other].clone();
                for (one, two) in [(member, other), (other, member)] {
                    let fields = json!({ "to": self.members[two], "survivor": survivor });
                    self.ask("member.merge", one, fields);
                }
            }
            Step::Close { member } => self.ask("member.close", member, json!({})),
            Step::Wait { seconds } => {
                self.now += seconds;
                self.world.ledger.set_timestamp(self.now);
            }
        }
    }

    fn check(&self) {
        let (mut totals, mut accounts) = (Totals::new(), Vec::new());
        let programme = ProgrammeId::new(IHG).unwrap();
        let prefix = |letter: char| format!("{letter}{IHG},");
        for (key, value) in self.world.ledger.state() {
            if key.starts_with(&prefix(TOTALS.spec().prefix)) {
                TotalsRow::from_state(value, "totals").unwrap().add_to(&mut totals).unwrap();
            } else if let Some(member) = key.strip_prefix(&prefix(ACCOUNTS.spec().prefix)) {
                let row = AccountRow::from_state(value, "account").unwrap();
                accounts.push(Account::of_row(row, &programme, MemberId::parse(member).unwrap()).unwrap());
            }
        }
        assert!(totals.balance(), "{totals:?}");
        let sum = |of: fn(&Account) -> u64| i128::from(accounts.iter().map(of).sum::<u64>());
        assert_eq!(totals.of(Kind::Available), sum(|account| account.holdings.available().get()));
        assert_eq!(totals.of(Kind::Reserved), sum(|account| account.holdings.reserved().unwrap().get()));
        assert_eq!(-totals.of(Kind::Debt), sum(|account| account.holdings.debt().get()));
        assert!(
            accounts
                .iter()
                .all(|account| { account.holdings.debt().is_zero() || account.holdings.available().is_zero() })
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_whatever_members_do_together(steps in prop::collection::vec(step(), 1..60)) {
        let mut history = History::new();
        for step in &steps {
            history.take(step);
            history.check();
        }
    }
}
