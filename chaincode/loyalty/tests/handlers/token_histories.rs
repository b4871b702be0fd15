//! Whatever wallets, merchants and a system before this ledger do, in whatever order: the books balance, what everybody
//! holds is what the totals say, no wallet gives more than it has, and no spender takes more than is allowed.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Call, Record};
use folio_loyalty::books::{Kind, Totals};
use folio_loyalty::handlers::event::Event;
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::rules::programme::TokenRules;
use folio_loyalty::state::{Account, TOTALS, TREASURIES, TotalsRow, TreasuryRow, WALLETS, WalletRow};
use folio_loyalty::units::{Date, Points};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::tokens::{address, by, programme, rules};
use crate::world::{BOREA, CEDAR, MARRIOTT, NOW, Stay, World, hex, key, signed};

const MEMBERS: usize = 3;
const WALLET_KEYS: [u8; 3] = [11, 12, 13];

#[derive(Debug, Clone)]
enum Step {
    Stay { member: usize, number: usize, nights: i32 },
    Withdraw { member: usize, wallet: usize, points: u64 },
    Deposit { wallet: usize, member: usize, points: u64 },
    Transfer { from: usize, to: usize, points: u64 },
    Approve { owner: usize, spender: usize, points: u64 },
    TransferFrom { spender: usize, from: usize, to: usize, points: u64 },
    Fund { points: u64 },
    Award { member: usize, points: u64 },
    Adjust { member: usize, points: i64 },
    Import { points: u64, debt: u64 },
    Wait { days: i32 },
}

/// Most steps are such as succeed: amounts that may be there, and spenders who may be allowed.
fn step() -> impl Strategy<Value = Step> {
    let (member, wallet, points, many) = (0..MEMBERS, 0..WALLET_KEYS.len(), 0..700_u64, 0..4_000_u64);
    let another = prop_oneof![9 => 1..WALLET_KEYS.len(), 1 => Just(0)];
    let owner = prop_oneof![4 => Just(2), 1 => wallet.clone()];
    let after = |wallet: usize, places: usize| (wallet + places) % WALLET_KEYS.len();
    prop_oneof![
        3 => (member.clone(), 0..4_usize, 0..9_i32).prop_map(|(member, number, nights)| Step::Stay { member, number, nights }),
        4 => (member.clone(), wallet.clone(), many.clone())
            .prop_map(|(member, wallet, points)| Step::Withdraw { member, wallet, points }),
        3 => (wallet.clone(), member.clone(), points.clone())
            .prop_map(|(wallet, member, points)| Step::Deposit { wallet, member, points }),
        4 => (wallet.clone(), another.clone(), points.clone())
            .prop_map(move |(from, places, points)| Step::Transfer { from, to: after(from, places), points }),
        2 => (wallet.clone(), many.clone())
            .prop_map(move |(owner, points)| Step::Approve { owner, spender: after(owner, 1), points }),
        5 => (wallet, owner, another, points.clone()).prop_map(move |(spender, owner, places, points)| {
            let from = after(spender, owner);
            Step::TransferFrom { spender, from, to: after(from, places), points }
        }),
        2 => many.prop_map(|points| Step::Fund { points }),
        3 => (member.clone(), points.clone()).prop_map(|(member, points)| Step::Award { member, points }),
        1 => (member, -4_000..4_000_i64).prop_map(|(member, points)| Step::Adjust { member, points }),
        1 => (prop_oneof![points, Just(0)], 0..300_u64).prop_map(|(points, debt)| Step::Import { points, debt }),
        1 => (0..400_i32).prop_map(|days| Step::Wait { days }),
    ]
}

struct History {
    world: World,
    members: Vec<String>,
    treasury: String,
    versions: BTreeMap<usize, u32>,
    /// What each owner allows each spender, as a plain map counts it.
    allowed: BTreeMap<(usize, usize), u64>,
    batches: u16,
    today: Date,
}

impl History {
    fn new() -> Self {
        let mut world = World::new();
        let tokens = TokenRules { minimum: Points::ZERO, daily_maximum: None, ..rules() };
        world.activate(MARRIOTT, &programme(Some(tokens)));
        world.replay_history();
        let members: Vec<String> = (0..MEMBERS).map(|_| world.enrol(MARRIOTT, "2015-01-01")).collect();
        for (member, seed) in members.iter().zip(1..) {
            world.bind(MARRIOTT, member, &key(seed));
        }
        world.manager(BOREA);
        let opened = world.ok("treasury.open", json!({ "programme": MARRIOTT, "organisation": CEDAR, "tills": 3 }));
        let treasury = opened["treasury"].as_str().unwrap().to_owned();
        // Far enough ahead that business dates never lie in its future.
        world.ledger.set_timestamp(NOW + 60 * 366 * 86_400);
        let today = "2015-03-01".parse().unwrap();
        let (versions, allowed) = (BTreeMap::new(), BTreeMap::new());
        let mut history = Self { world, members, treasury, versions, allowed, batches: 0, today };
        for member in 0..MEMBERS {
            history.stay(member, 9, 9);
            history.take(&Step::Withdraw { member, wallet: member, points: 2_000 });
            history.take(&Step::Approve { owner: member, spender: (member + 1) % 3, points: 1_500 });
        }
        history
    }

    /// Takes a step, which the chaincode may refuse.
    fn take(&mut self, step: &Step) {
        let day = self.today.to_string();
        let address_of = |wallet: usize| address(&key(WALLET_KEYS[wallet]));
        match *step {
            Step::Stay { member, number, nights } => self.stay(member, number, nights),
            Step::Withdraw { member, wallet, points } => {
                let fields = json!({ "programme": MARRIOTT, "member": self.members[member], "points": points,
                    "wallet": address_of(wallet) });
                let intent = self.intent("wallet.withdraw", fields);
                let seed = u8::try_from(member).unwrap() + 1;
                self.submit("wallet.withdraw", signed(&intent, &key(seed)));
            }
            Step::Deposit { wallet, member, points } => {
                let to = self.members[member].clone();
                self.word("wallet.deposit", wallet, json!({ "to": to, "value": points }));
            }
            Step::Transfer { from, to, points } => {
                self.word("Transfer", from, json!({ "to": address_of(to), "value": points }));
            }
            Step::Approve { owner, spender, points } => {
                self.word("Approve", owner, json!({ "spender": address_of(spender), "value": points }));
                self.allowed.insert((owner, spender), points);
            }
            Step::TransferFrom { spender, from, to, points } => {
                let fields = json!({ "from": address_of(from), "to": address_of(to), "value": points });
                let done = self.word("TransferFrom", spender, fields).result.is_ok();
                let allowed = self.allowed.entry((from, spender)).or_default();
                assert!(!done || points <= *allowed, "{points} of {allowed}");
                *allowed -= if done { points } else { 0 };
            }
            Step::Fund { points } => {
                self.world.manager(BOREA);
                self.submit("treasury.fund", json!({ "treasury": self.treasury, "points": points, "as_of": day }));
            }
            Step::Award { member, points } => {
                self.world.client(CEDAR, "pms", "");
                let fields = json!({ "treasury": self.treasury, "member": self.members[member], "points": points,
                    "as_of": day });
                self.submit("treasury.award", fields);
            }
            Step::Adjust { member, points } => {
                self.world.agent(BOREA);
                let fields = json!({ "programme": MARRIOTT, "member": self.members[member], "points": points,
                    "reason": "R", "as_of": day });
                self.submit("points.adjust", fields);
            }
            Step::Import { points, debt } => self.import(points, debt),
            Step::Wait { days } => self.today = self.today.add_days(days).unwrap(),
        }
    }

    fn stay(&mut self, member: usize, number: usize, nights: i32) {
        let version = self.versions.entry(number * MEMBERS + member).or_default();
        *version += 1;
        let stay = Stay::new(&self.members[member], &format!("{member}-{number}"), &self.today.to_string(), nights)
            .with("programme", MARRIOTT)
            .with("version", *version);
        let call = self.world.try_post(&stay);
        assert_eq!(call.refusal(), None);
    }

    /// One new member: with points, or with debt when there are none.
    fn import(&mut self, points: u64, debt: u64) {
        self.batches += 1;
        let member = hex(&Sha256::digest(self.batches.to_be_bytes())[..16]);
        let debt = if points == 0 { debt } else { 0 };
        let lots =
            if points == 0 { json!([]) } else { json!([{ "points": points, "earned": self.today.to_string() }]) };
        let check = hex(&Sha256::digest(format!("{member}:{points}:{debt}"))[..16]);
        let control =
            json!({ "members": 1, "lots": u64::from(points > 0), "points": points, "debt": debt, "check": check });
        let rows = json!([{ "member": member, "lots": lots, "debt": debt }]);
        self.world.manager(BOREA);
        let fields = json!({ "programme": MARRIOTT, "import": "11".repeat(16), "batch": self.batches,
            "as_of": self.today.to_string(), "control": control, "rows": rows });
        let call = self.submit("points.import", fields);
        assert_eq!(call.refusal(), None);
        self.members.push(member);
    }

    fn intent(&mut self, function: &str, fields: Value) -> Value {
        let mut intent = self.world.intent(function, fields);
        intent["as_of"] = self.today.to_string().into();
        intent["valid_until"] = (NOW + 60 * 366 * 86_400 + 60).into();
        intent
    }

    fn word(&mut self, function: &str, wallet: usize, mut fields: Value) -> Call<Vec<u8>> {
        let wallet = key(WALLET_KEYS[wallet]);
        fields["programme"] = MARRIOTT.into();
        fields["wallet"] = address(&wallet).into();
        let intent = self.intent(function, fields);
        self.submit(function, by(&wallet, &intent))
    }

    /// Every change tells of itself: one event, named after the first of the changes that it lists.
    fn submit(&mut self, function: &str, arguments: Value) -> Call<Vec<u8>> {
        let call = self.world.submit(function, arguments);
        assert_eq!(call.writes_anything(), call.event.is_some());
        assert!(call.result.is_ok() || !call.writes_anything());
        if let Some((name, payload)) = &call.event {
            let payload: Value = serde_json::from_slice(payload).unwrap();
            assert_eq!(payload["changes"][0]["name"], json!(name));
            assert!(Event::NAMES.contains(&name.as_str()));
        }
        call
    }

    fn check(&mut self) {
        let programme = ProgrammeId::new(MARRIOTT).unwrap();
        let totals = self.totals();
        assert!(totals.balance(), "{totals:?}");
        let mut accounts: Vec<Account> = Vec::new();
        for member in &self.members {
            let member = MemberId::parse(member).unwrap();
            let account = self.world.ledger.run(|context| Account::load(context, &programme, member)).result.unwrap();
            accounts.extend(account);
        }
        let sum = |of: fn(&Account) -> u64| i128::from(accounts.iter().map(of).sum::<u64>());
        assert_eq!(totals.of(Kind::Available), sum(|account| account.holdings.available().get()));
        assert_eq!(-totals.of(Kind::Debt), sum(|account| account.holdings.debt().get()));
        let rows = |prefix: char| self.world.ledger.state().filter(move |(key, _)| key.starts_with(prefix));
        let wallets = rows(WALLETS.spec().prefix).map(|(_, value)| WalletRow::from_state(value, "wallet").unwrap());
        let in_wallets: u64 = wallets.map(|row| row.lots.points.iter().sum::<u64>()).sum();
        assert_eq!(totals.of(Kind::Wallet), i128::from(in_wallets));
        let tills = rows(TREASURIES.spec().prefix).map(|(_, value)| TreasuryRow::from_state(value, "till").unwrap());
        let in_tills: i64 = tills.map(|row| row.points + row.head.map_or(0, |head| head.spread.cast_signed())).sum();
        assert_eq!(totals.of(Kind::Treasury), i128::from(in_tills));
        for ((owner, spender), allowed) in self.allowed.clone() {
            let fields = json!({ "programme": MARRIOTT, "owner": address(&key(WALLET_KEYS[owner])),
                "spender": address(&key(WALLET_KEYS[spender])) });
            assert_eq!(self.world.query("Allowance", fields).unwrap()["value"], allowed);
        }
    }

    /// Sums of all totals rows of the programme, each of which sums to zero.
    fn totals(&self) -> Totals {
        let mut totals = Totals::new();
        let prefix = format!("{}{MARRIOTT},", TOTALS.spec().prefix);
        for (_, value) in self.world.ledger.state().filter(|(key, _)| key.starts_with(&prefix)) {
            let row = TotalsRow::from_state(value, "totals").unwrap();
            assert_eq!(row.sums.iter().map(|sum| sum.points).sum::<i64>(), 0, "{row:?}");
            row.add_to(&mut totals).unwrap();
        }
        totals
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn books_wallets_and_tills_hold_after_any_history(steps in prop::collection::vec(step(), 1..40)) {
        let mut history = History::new();
        for step in &steps {
            history.take(step);
            history.check();
        }
    }
}
