//! Whatever happens, in whatever order: the books balance, no lot is empty, and tiers are what the stays earned.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Call, Record};
use folio_loyalty::books::Totals;
use folio_loyalty::handlers::event::Event;
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::rules::programme::{Definition, shipped};
use folio_loyalty::rules::tiers::{self, Contribution, Counters, Standing, Tally};
use folio_loyalty::state::{Account, StayRow, TOTALS, TotalsRow};
use folio_loyalty::{books::Kind, units::Date};
use proptest::prelude::*;
use serde_json::json;

use crate::world::{CITY, HILTON, LODGE, NOW, RESORT, Stay, TEXTBOOK, World, owner_of, programme_owner};

const MEMBERS: usize = 3;
const HOTELS: [&str; 3] = [CITY, RESORT, LODGE];
const PROGRAMMES: [&str; 2] = [HILTON, TEXTBOOK];

#[derive(Debug, Clone)]
enum Step {
    /// A new version of one of a few stays.
    Stay {
        number: usize,
        member: usize,
        programme: usize,
        hotel: usize,
        day: i32,
        nights: i32,
        net: i64,
        status: usize,
    },
    Transfer {
        programme: usize,
        from: usize,
        to: usize,
        points: u64,
    },
    Reserve {
        programme: usize,
        member: usize,
        hotel: usize,
        points: u64,
    },
    Commit {
        nth: usize,
    },
    Release {
        nth: usize,
    },
    /// Time passes: the business date and the clock.
    Wait {
        days: i32,
        seconds: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (member, programme, hotel) = (0..MEMBERS, 0..2_usize, 0..3_usize);
    prop_oneof![
        6 => (0..8_usize, member.clone(), programme.clone(), hotel.clone(), 0..40_i32, 0..12_i32, -2_000..60_000_i64, 0..6_usize)
            .prop_map(|(number, member, programme, hotel, day, nights, net, status)| Step::Stay {
                number, member, programme, hotel, day, nights, net, status }),
        2 => (programme.clone(), member.clone(), member.clone(), 0..6_u64)
            .prop_map(|(programme, from, to, thousands)| Step::Transfer { programme, from, to, points: thousands * 1000 }),
        2 => (programme, member, hotel, 0..12_u64)
            .prop_map(|(programme, member, hotel, thousands)| Step::Reserve { programme, member, hotel, points: thousands * 1000 }),
        1 => (0..3_usize).prop_map(|nth| Step::Commit { nth }),
        1 => (0..3_usize).prop_map(|nth| Step::Release { nth }),
        2 => (0..200_i32, 0..3_000_i64).prop_map(|(days, seconds)| Step::Wait { days, seconds }),
    ]
}

struct History {
    world: World,
    members: Vec<String>,
    versions: BTreeMap<usize, u32>,
    reservations: Vec<(String, String)>,
    today: Date,
    now: i64,
}

impl History {
    fn new() -> Self {
        let mut world = World::new();
        world.replay_history();
        let members = (0..MEMBERS).map(|n| world.enrol(PROGRAMMES[n % 2], "2015-01-01")).collect();
        // Far enough ahead that business dates never lie in its future.
        let (today, now) = ("2015-03-01".parse().unwrap(), NOW + 30 * 366 * 86_400);
        world.ledger.set_timestamp(now);
        Self { world, members, versions: BTreeMap::new(), reservations: Vec::new(), today, now }
    }

    /// Takes a step, which the chaincode may refuse.
    fn take(&mut self, step: &Step) {
        match *step {
            Step::Stay { number, member, programme, hotel, day, nights, net, status } => {
                let version = self.versions.entry(number).or_default();
                *version += 1;
                let check_out = self.today.add_days(-day).unwrap().to_string();
                let status =
                    ["checked_out", "checked_out", "checked_out", "checked_out", "no_show", "cancelled"][status];
                let stay = Stay::new(&self.members[member], &number.to_string(), &check_out, nights)
                    .at(net)
                    .with("hotel", HOTELS[hotel])
                    .with("programme", PROGRAMMES[programme])
                    .with("version", *version)
                    .with("status", status);
                let call = self.world.try_post(&stay);
                assert_eq!(call.refusal(), None, "{stay:?}");
                Self::check_event(&call);
            }
            Step::Transfer { programme, from, to, points } => {
                self.world.agent(programme_owner(PROGRAMMES[programme]));
                let order = json!({ "programme": PROGRAMMES[programme], "member": self.members[from],
                    "to": self.members[to], "points": points, "as_of": self.today.to_string() });
                Self::check_event(&self.world.submit("points.transfer", json!({ "order": order })));
            }
            Step::Reserve { programme, member, hotel, points } => {
                self.world.agent(programme_owner(PROGRAMMES[programme]));
                let order = json!({ "programme": PROGRAMMES[programme], "member": self.members[member],
                    "hotel": HOTELS[hotel], "points": points, "as_of": self.today.to_string() });
                let call = self.world.submit("reward.reserve", json!({ "order": order }));
                Self::check_event(&call);
                if let Ok(held) = call.json::<serde_json::Value>() {
                    let id = held["reservation"].as_str().unwrap().to_owned();
                    self.reservations.push((id, HOTELS[hotel].to_owned()));
                }
            }
            Step::Commit { nth } => self.end("reward.commit", nth),
            Step::Release { nth } => self.end("reward.release", nth),
            Step::Wait { days, seconds } => {
                self.today = self.today.add_days(days).unwrap();
                self.now += seconds;
                self.world.ledger.set_timestamp(self.now);
            }
        }
    }

    fn end(&mut self, function: &str, nth: usize) {
        if let Some((id, hotel)) = self.reservations.get(nth).cloned() {
            self.world.client(owner_of(&hotel), "frontdesk", &hotel);
            let arguments = json!({ "reservation": id, "as_of": self.today.to_string() });
            Self::check_event(&self.world.submit(function, arguments));
        }
    }

    /// Every change tells of itself: one event, named after the first of the changes that it lists.
    fn check_event(call: &Call<Vec<u8>>) {
        assert_eq!(call.writes_anything(), call.event.is_some());
        if let Some((name, payload)) = &call.event {
            let payload: serde_json::Value = serde_json::from_slice(payload).unwrap();
            assert_eq!(payload["changes"][0]["name"], json!(name));
            for change in payload["changes"].as_array().unwrap() {
                assert!(Event::NAMES.contains(&change["name"].as_str().unwrap()), "{change}");
            }
        }
    }

    fn account(&mut self, programme: &str, member: usize) -> Option<Account> {
        let programme = ProgrammeId::new(programme).unwrap();
        let member = MemberId::parse(&self.members[member]).unwrap();
        self.world.ledger.run(|context| Account::load(context, &programme, member)).result.unwrap()
    }

    fn check(&mut self) {
        for programme in PROGRAMMES {
            let totals = self.totals(programme);
            assert!(totals.balance(), "{programme}: {totals:?}");
            let accounts: Vec<Account> = (0..MEMBERS).filter_map(|member| self.account(programme, member)).collect();
            let sum = |of: fn(&Account) -> u64| i128::from(accounts.iter().map(of).sum::<u64>());
            assert_eq!(totals.of(Kind::Available), sum(|account| account.holdings.available().get()));
            assert_eq!(totals.of(Kind::Reserved), sum(|account| account.holdings.reserved().unwrap().get()));
            assert_eq!(-totals.of(Kind::Debt), sum(|account| account.holdings.debt().get()));
            for account in &accounts {
                assert!(account.holdings.lots().iter().all(|lot| !lot.points.is_zero()));
                assert!(account.holdings.debt().is_zero() || account.holdings.available().is_zero());
                self.check_tier(programme, account);
            }
        }
    }

    /// Sums of all totals rows of a programme, each of which sums to zero.
    fn totals(&self, programme: &str) -> Totals {
        let mut totals = Totals::new();
        let prefix = format!("{}{programme},", TOTALS.spec().prefix);
        for (_, value) in self.world.ledger.state().filter(|(key, _)| key.starts_with(&prefix)) {
            let row = TotalsRow::from_state(value, "totals").unwrap();
            assert_eq!(row.sums.iter().map(|sum| sum.points).sum::<i64>(), 0, "{row:?}");
            row.add_to(&mut totals).unwrap();
        }
        totals
    }

    /// Counters are the sum of what is posted for stays, and the tier kept is the one that they give.
    fn check_tier(&self, programme: &str, account: &Account) {
        let definition = definition(programme);
        let mut lifetime = Tally::default();
        if programme == TEXTBOOK && self.enrolled_in(account, TEXTBOOK) {
            lifetime.points = vec![100];
        }
        let stays = self.world.ledger.state().filter(|(key, _)| key.starts_with('s'));
        for (_, value) in stays {
            let posted = StayRow::from_state(value, "stay").unwrap().posted;
            let own =
                posted.filter(|posted| posted.programme == programme && posted.member == account.member().bytes());
            for contribution in own.into_iter().flat_map(|posted| posted.contributions) {
                lifetime.add(&Contribution::try_from(contribution).unwrap().tally).unwrap();
            }
        }
        assert_eq!(trimmed(&account.counters), trimmed(&Counters { lifetime, ..Counters::default() }));
        let rank = definition.tiers.rank_of(&account.tier.name).unwrap_or_default();
        let held = Standing { rank, valid_until: account.tier.valid_until };
        let again = tiers::evaluate(&definition, &account.counters, held, account.last_business_date).unwrap();
        assert_eq!(again.change, tiers::Change::Kept, "{account:?}");
    }

    fn enrolled_in(&self, account: &Account, programme: &str) -> bool {
        let member = account.member().to_string();
        let place = self.members.iter().position(|known| *known == member).unwrap();
        PROGRAMMES[place % 2] == programme
    }
}

fn definition(programme: &str) -> Definition {
    Definition::from_toml(shipped().find(|(id, _)| *id == programme).unwrap().1).unwrap()
}

/// The counters since enrolment, where zeros at the end of points mean nothing.
fn trimmed(counters: &Counters) -> Tally {
    let mut tally = counters.lifetime.clone();
    while tally.points.last() == Some(&0) {
        tally.points.pop();
    }
    tally
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn books_and_tiers_hold_after_any_history(steps in prop::collection::vec(step(), 1..40)) {
        let mut history = History::new();
        for step in &steps {
            history.take(step);
            history.check();
        }
    }
}
