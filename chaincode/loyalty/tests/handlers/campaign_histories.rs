//! Whatever campaigns there are and whatever versions stays come in: the books balance, caps and budgets hold, and a history
//! that is voided leaves nothing.

use std::collections::BTreeMap;

use folio_chaincode_sdk::Record;
use folio_loyalty::books::{Kind, Totals};
use folio_loyalty::ids::{MemberId, ProgrammeId};
use folio_loyalty::state::{
    Account, CAMPAIGN_MEMBERS, CAMPAIGN_PROGRESS, CampaignMemberRow, CampaignProgressRow, OWED, OwedRow, TOTALS,
    TotalsRow,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::campaigns::campaign;
use crate::world::{CEDAR, CITY, HILTON, NOW, RESORT, Stay, TEXTBOOK, World, owner_of, secret};

const MEMBERS: usize = 2;
const HOTELS: [&str; 2] = [CITY, RESORT];
const PROGRAMMES: [&str; 2] = [HILTON, TEXTBOOK];
const CAP: u64 = 2_500;
const BUDGET: u64 = 4_000;

#[derive(Debug, Clone)]
struct Version {
    number: usize,
    member: usize,
    programme: usize,
    hotel: usize,
    day: i32,
    nights: i32,
    net: i64,
    status: usize,
    offer: bool,
    /// Whether it is voided at once.
    void: bool,
    /// Whether claims are judged after it.
    award: bool,
    /// Whether a campaign is closed after it.
    close: Option<usize>,
}

fn version() -> impl Strategy<Value = Version> {
    let what = (0..5_usize, 0..MEMBERS, prop::sample::select(vec![0, 0, 0, 0, 1_usize]), 0..2_usize);
    let close = prop_oneof![12 => Just(None), 1 => (0..6_usize).prop_map(Some)];
    (what, (0..40_i32, 1..5_i32, 0..60_000_i64, 0..5_usize), (any::<bool>(), 0..6_u8, any::<bool>(), close)).prop_map(
        |((number, member, programme, hotel), (day, nights, net, status), (offer, void, award, close))| Version {
            number,
            member,
            programme,
            hotel,
            day,
            nights,
            net,
            status,
            offer,
            void: void == 0,
            award,
            close,
        },
    )
}

/// What campaigns give, and what they ask.
fn content() -> impl Strategy<Value = Value> {
    let each = json!({ "each": { "percent": "33.3", "per_night": 7, "per_stay": 100 } });
    let steps = |kind: &str, every: u32| json!({ "gives": { kind: { "every": every, "points": 150 } } });
    let gives = vec![
        json!({ "gives": each }),
        json!({ "gives": each, "every": 2 }),
        json!({ "gives": each, "every": 3, "caps": { "points": CAP } }),
        json!({ "gives": each, "budget": BUDGET }),
        json!({ "gives": each, "budget": BUDGET, "caps": { "points": CAP, "times": 3 }, "every": 2 }),
        json!({ "gives": each, "stacking": { "exclusive": "g" } }),
        json!({ "gives": each, "stacking": { "exclusive": "g" }, "minimum_nights": 2, "caps": { "times": 2 } }),
        json!({ "gives": each, "stacking": { "exclusive": "g" }, "budget": BUDGET, "weekdays": ["friday", "monday"] }),
        steps("spend_steps", 200),
        steps("points_steps", 1500),
    ];
    let asks = prop::sample::select(vec![
        json!({}),
        json!({ "counts_towards_tier": true }),
        json!({ "who": "registered" }),
        json!({ "who": "listed" }),
        json!({ "sponsor": CEDAR }),
        json!({ "when": { "from": "2016-01-10", "until": "2016-01-31", "hotels": { "only": [CITY] } } }),
    ]);
    (prop::sample::select(gives), asks).prop_map(|(mut gives, asks)| {
        gives.as_object_mut().unwrap().extend(asks.as_object().unwrap().clone());
        gives
    })
}

struct History {
    world: World,
    members: Vec<String>,
    campaigns: Vec<String>,
    offers: Vec<String>,
    versions: BTreeMap<usize, u32>,
    seconds: i64,
}

impl History {
    fn new(contents: &[Value]) -> Self {
        let mut world = World::new();
        world.replay_history();
        let members: Vec<String> = (0..MEMBERS).map(|_| world.enrol(HILTON, "2015-01-01")).collect();
        let mut campaigns = Vec::new();
        for (place, fields) in contents.iter().enumerate() {
            let content = campaign(&format!("c{place}"), HILTON, fields.clone());
            world.manager("AuroraMSP");
            world.ok("campaign.propose", json!({ "content": content }));
            let meant = json!({ "programme": HILTON, "campaign": content["id"] });
            world.ok("campaign.approve", meant.clone());
            if content["sponsor"] == json!(CEDAR) {
                world.manager(CEDAR);
                world.ok("campaign.approve", meant.clone());
                world.manager("AuroraMSP");
            }
            world.ok("campaign.activate", meant.clone());
            Self::let_in(&mut world, &content, &members);
            campaigns.push(content["id"].as_str().unwrap().to_owned());
        }
        world.agent("AuroraMSP");
        let offer = json!({ "gives": { "percent": 20, "per_stay": 3 }, "when": { "until": "2016-12-31" } });
        let offers = members.iter().map(|member| {
            let issued = world.ok("offer.issue", json!({ "programme": HILTON, "member": member, "content": offer }));
            issued["offer"].as_str().unwrap().to_owned()
        });
        let offers = offers.collect();
        Self { world, members, campaigns, offers, versions: BTreeMap::new(), seconds: 0 }
    }

    /// The first member takes part in everything, the second only in what is open to all.
    fn let_in(world: &mut World, content: &Value, members: &[String]) {
        let (id, member) = (&content["id"], &members[0]);
        if content["who"] == "registered" {
            let registration = json!({ "programme": HILTON, "campaign": id, "member": member, "as_of": "2016-01-12" });
            world.ok("campaign.register", json!({ "by_staff": registration }));
        }
        if content["who"] == "listed" {
            world.ok("campaign.target", json!({ "programme": HILTON, "campaign": id, "members": [member] }));
        }
    }

    fn report(&mut self, version: &Version) {
        self.seconds += 60;
        self.world.ledger.set_timestamp(NOW + self.seconds);
        let number = self.versions.entry(version.number).or_default();
        *number += 1;
        let first: folio_loyalty::units::Date = "2016-01-02".parse().unwrap();
        let check_out = first.add_days(version.day.min(30)).unwrap().to_string();
        let status = ["checked_out", "checked_out", "checked_out", "no_show", "cancelled"][version.status];
        let stay = Stay::new(&self.members[version.member], &version.number.to_string(), &check_out, version.nights)
            .at(version.net)
            .with("hotel", HOTELS[version.hotel])
            .with("programme", PROGRAMMES[version.programme])
            .with("version", *number)
            .with("status", status);
        let offer = version.offer.then(|| self.offers[version.member].clone());
        let hotel = HOTELS[version.hotel];
        self.world.desk(hotel);
        self.world.hand_in(&stay);
        let arguments = json!({ "hotel": hotel, "as_of": check_out, "offer": offer });
        let call = self.world.submit("stay.post", arguments);
        assert_eq!(call.refusal(), None, "{stay:?}: {:?}", call.result);
        self.world.ledger.clear_transient();
        if version.void {
            let stay = call.json::<Value>().unwrap()["stay"].clone();
            self.world.desk(hotel);
            self.world.ledger.set_transient("secret", secret(owner_of(hotel)));
            let void = json!({ "hotel": hotel, "stay": stay, "reason": "test", "as_of": check_out });
            let call = self.world.submit("stay.void", void);
            assert!([None, Some("STAY_NOT_POSTED")].contains(&call.refusal()), "{:?}", call.result);
            self.world.ledger.clear_transient();
        }
        if version.award {
            self.award();
        }
        if let Some(campaign) = version.close.and_then(|place| self.campaigns.get(place)).cloned() {
            self.world.manager("AuroraMSP");
            self.world.submit("campaign.close", json!({ "programme": HILTON, "campaign": campaign }));
        }
    }

    /// Has what was claimed so far judged, an hour later.
    fn award(&mut self) {
        self.seconds += 3_600;
        self.world.ledger.set_timestamp(NOW + self.seconds);
        self.world.agent(CEDAR);
        for campaign in self.campaigns.clone() {
            let page = json!({ "programme": HILTON, "campaign": campaign, "as_of": "2016-02-01", "limit": 2 });
            let call = self.world.submit("campaign.award", page);
            assert!([None, Some("CAMPAIGN_NO_BUDGET")].contains(&call.refusal()), "{:?}", call.result);
        }
    }

    /// All stays are cancelled: by a version that says so of the hotel where they are.
    fn void(&mut self, versions: &[Version]) {
        let mut last = BTreeMap::new();
        for version in versions {
            last.insert((version.number, version.hotel), version.clone());
        }
        for version in last.into_values() {
            self.report(&Version { status: 4, award: false, void: false, close: None, offer: false, ..version });
        }
    }

    fn account(&mut self, member: usize) -> Option<Account> {
        let (programme, member) = (ProgrammeId::new(HILTON).unwrap(), MemberId::parse(&self.members[member]).unwrap());
        self.world.ledger.run(|context| Account::load(context, &programme, member)).result.unwrap()
    }

    fn rows<R: Record>(&self, prefix: char) -> Vec<R> {
        let rows = self.world.ledger.state().filter(|(key, _)| key.starts_with(prefix));
        rows.map(|(_, value)| R::from_state(value, "row").unwrap()).collect()
    }

    fn check(&mut self) {
        let mut totals = Totals::new();
        let prefix = format!("{}{HILTON},", TOTALS.spec().prefix);
        for (_, value) in self.world.ledger.state().filter(|(key, _)| key.starts_with(&prefix)) {
            TotalsRow::from_state(value, "totals").unwrap().add_to(&mut totals).unwrap();
        }
        assert!(totals.balance());
        let accounts: Vec<Account> = (0..MEMBERS).filter_map(|member| self.account(member)).collect();
        let available: u64 = accounts.iter().map(|account| account.holdings.available().get()).sum();
        let debt: u64 = accounts.iter().map(|account| account.holdings.debt().get()).sum();
        assert_eq!(totals.of(Kind::Available), i128::from(available));
        assert_eq!(-totals.of(Kind::Debt), i128::from(debt));
        for row in self.rows::<CampaignProgressRow>(CAMPAIGN_PROGRESS.spec().prefix) {
            assert!(row.granted <= BUDGET);
        }
        for row in self.rows::<CampaignMemberRow>(CAMPAIGN_MEMBERS.spec().prefix) {
            let numbers = row.freed_numbers.iter().filter(|number| **number > row.last_number).count();
            assert_eq!(numbers, 0, "{row:?}");
            let steps: u64 = row.steps.iter().map(|given| given.lot.points).sum();
            assert!(steps == 0 || row.points == 0, "{row:?}");
        }
    }

    fn check_nothing_left(&mut self) {
        for member in 0..MEMBERS {
            if let Some(account) = self.account(member) {
                assert_eq!((account.holdings.available().get(), account.holdings.debt().get()), (0, 0));
                let lifetime = &account.counters.lifetime;
                assert!(lifetime.is_zero(), "{lifetime:?}");
            }
        }
        let mut owed: BTreeMap<String, i64> = BTreeMap::new();
        for (key, value) in self.world.ledger.state().filter(|(key, _)| key.starts_with(OWED.spec().prefix)) {
            // Programme, business date and debtor, creditor.
            let parts: Vec<&str> = key.split(',').collect();
            let sides = format!("{} {} {}", parts[0], &parts[1][10..], parts[2]);
            let row = OwedRow::from_state(value, "owed").unwrap();
            *owed.entry(sides).or_default() += row.items.iter().map(|item| item.points).sum::<i64>();
        }
        assert!(owed.values().all(|points| *points == 0), "{owed:?}");
        for row in self.rows::<CampaignMemberRow>(CAMPAIGN_MEMBERS.spec().prefix) {
            assert_eq!((row.points, row.times, row.counted, row.steps.len()), (0, 0, 0, 0), "{row:?}");
            assert_eq!(row.freed_numbers.len(), usize::try_from(row.last_number).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_voided_history_leaves_nothing_of_any_campaign(
        contents in prop::collection::vec(content(), 1..6),
        versions in prop::collection::vec(version(), 1..30),
    ) {
        let mut history = History::new(&contents);
        for version in &versions {
            history.report(version);
            history.check();
        }
        history.void(&versions);
        history.check();
        history.check_nothing_left();
    }
}
