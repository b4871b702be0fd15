//! Published cases of other programmes, expressed as definitions alone. Their full definitions come later; that these
//! parts of them need no code is what is held here.

use folio_loyalty::rules::programme::{
    Balance, BalanceKind, BonusBase, Calculation, Definition, Earn, EarnException, EarnRate, NightCreditException,
    Predicate, RevenueException, Scope, Step, Tier, Window,
};
use folio_loyalty::rules::tiers::{Contribution, Counters, Standing, Tally, evaluate};
use folio_loyalty::units::{BlockRule, NightCredits, Rational};

use crate::support::{
    FOOD_AND_BEVERAGE, ROOM, charge, date, figures, only, paid_stay, points, rated, room, stay, textbook_with, tier,
};

fn level(name: &str, bonus: &str, qualify: Option<Predicate>) -> Tier {
    Tier { name: name.to_owned(), bonus_percent: bonus.parse().unwrap(), qualify }
}

fn at_least(balance: &str, at_least: u64) -> Predicate {
    Predicate::Points { balance: balance.to_owned(), at_least: points(at_least) }
}

fn nights(count: &str) -> Predicate {
    Predicate::Nights(count.parse().unwrap())
}

fn status_balance(name: &str, rate: EarnRate) -> Balance {
    let earn = Earn { rate, minimum_per_stay: points(0), exceptions: Vec::new() };
    Balance { name: name.to_owned(), kind: BalanceKind::Status, earn }
}

fn per_unit(points: &str) -> EarnRate {
    EarnRate { points: points.parse().unwrap(), ..EarnRate::default() }
}

#[test]
fn wyndham_applies_its_minimum_after_the_bonus() {
    let wyndham = textbook_with(|definition| {
        definition.balances[0].earn.rate = per_unit("10");
        definition.balances[0].earn.minimum_per_stay = points(1000);
        definition.calculation.order = vec![Step::TierBonus, Step::Minimum];
        definition.tiers.levels = vec![level("Blue", "0", None), level("Gold", "10", Some(nights("5")))];
    });
    let gold = tier(&wyndham, "Gold");
    assert_eq!(figures(&rated(&wyndham, &[&paid_stay("2026-02-01", 1, 80)], gold, "x")), [800, 80, 120, 1000]);
    assert_eq!(figures(&rated(&wyndham, &[&paid_stay("2026-02-01", 1, 180)], gold, "x")), [1800, 180, 0, 1980]);
    let mut no_show = paid_stay("2026-02-01", 1, 80);
    no_show.status = folio_loyalty::rules::stay::Status::NoShow;
    assert_eq!(figures(&rated(&wyndham, &[&no_show], gold, "x")), [0; 4], "the minimum is for stays that count");
}

/// 25 points for EUR 10, at partners half of that and for the room only; status points by the same rule.
fn accor() -> Definition {
    textbook_with(|definition| {
        definition.currency = "EUR".parse().unwrap();
        definition.calculation = Calculation::default();
        let block = |points: &str| EarnRate { per: Some(Rational::integer(10)), ..per_unit(points) };
        let exceptions = vec![EarnException {
            when: Scope { brands: only(&["Independent partner"]), ..Scope::default() },
            rate: block("12.5"),
        }];
        definition.balances[0].earn = Earn { rate: block("25"), minimum_per_stay: points(0), exceptions };
        definition.balances.push(status_balance("status", block("25")));
        definition.eligibility.points.revenue_exceptions = vec![RevenueException {
            brands: only(&["Independent partner"]),
            revenue: serde_json::from_str(r#"["room"]"#).unwrap(),
        }];
        definition.tiers.window = Window::CalendarYear;
        definition.tiers.levels = vec![
            level("Classic", "0", None),
            level("Silver", "24", Some(Predicate::Any(vec![nights("10"), at_least("status", 2_000)]))),
            level("Gold", "48", Some(Predicate::Any(vec![nights("30"), at_least("status", 7_000)]))),
            level("Platinum", "76", Some(Predicate::Any(vec![nights("60"), at_least("status", 14_000)]))),
        ];
    })
}

#[test]
fn accor_counts_blocks_of_ten_euros_and_partners_for_half() {
    let accor = accor();
    let mut partner = stay("2026-02-01", 2);
    charge(&mut partner, 0, ROOM, 20_000, "EUR");
    charge(&mut partner, 0, FOOD_AND_BEVERAGE, 5_000, "EUR");
    let classic = tier(&accor, "Classic");
    assert_eq!(rated(&accor, &[&partner], classic, "Independent partner").total, points(250));
    assert_eq!(rated(&accor, &[&partner], classic, "Novotel").total, points(625));
    let mut full_blocks = accor;
    full_blocks.balances[0].earn.rate.partial_block = BlockRule::Floor;
    partner.rooms[0].lines[1].net = 5_999;
    assert_eq!(rated(&full_blocks, &[&partner], classic, "Novotel").total, points(625));
}

#[test]
fn accor_status_points_make_a_tier() {
    let accor = accor();
    let mut spent = stay("2026-02-01", 2);
    charge(&mut spent, 0, ROOM, 560_000, "EUR");
    let rating = rated(&accor, &[&spent], tier(&accor, "Silver"), "Novotel");
    assert_eq!(figures(&rating), [14_000, 3_360, 0, 17_360]);
    assert_eq!(rating.status[0].points, points(14_000), "the bonus gives no status");
    let mut counters = Counters::default();
    counters.add(&accor.tiers, &rating.contributions[0]).unwrap();
    let decision = evaluate(&accor, &counters, Standing::default(), date("2026-02-03")).unwrap();
    assert_eq!(accor.tiers.name_of(decision.standing.rank), "Platinum");
}

#[test]
fn marriott_counts_three_rooms_and_half_nights_at_some_brands() {
    let marriott = textbook_with(|definition| {
        definition.balances[0].earn.rate = per_unit("10");
        definition.rooms.earning_max = 3;
        definition.rooms.member_must_occupy = true;
        definition.night_credit.exceptions = vec![NightCreditException {
            when: Scope {
                brands: only(&["Protea", "City Express"]),
                from: Some(date("2026-01-01")),
                ..Scope::default()
            },
            per_night: "0.5".parse().unwrap(),
        }];
    });
    let mut group = stay("2026-02-01", 2);
    for place in 0..4 {
        if place > 0 {
            group.rooms.push(room(group.arrival, 2));
            group.rooms[place].occupant_member = false;
        }
        charge(&mut group, place, ROOM, 20_000, "USD");
    }
    let member = tier(&marriott, "Member");
    let rating = rated(&marriott, &[&group], member, "Sheraton");
    assert_eq!((rating.base, rating.nights.to_string().as_str()), (points(6000), "2"));
    let night = |arrival: &str| rated(&marriott, &[&paid_stay(arrival, 1, 100)], member, "Protea").nights;
    assert_eq!(night("2026-02-01").to_string(), "1/2");
    assert_eq!(night("2025-02-01"), NightCredits::ONE);
}

#[test]
fn hyatt_and_ihg_count_base_points_or_nights() {
    let with_tiers = |levels: Vec<Tier>| {
        textbook_with(|definition| {
            definition.calculation = Calculation::default();
            definition.balances.push(status_balance("base", per_unit("5")));
            definition.balances[0].earn.rate = per_unit("5");
            definition.tiers.window = Window::CalendarYear;
            definition.tiers.levels = levels;
        })
    };
    let either = |count, base| Some(Predicate::Any(vec![nights(count), at_least("base", base)]));
    let hyatt = with_tiers(vec![
        level("Member", "0", None),
        level("Explorist", "20", either("30", 50_000)),
        level("Globalist", "30", either("60", 100_000)),
    ]);
    let ihg = with_tiers(vec![
        level("Club", "0", None),
        level("Gold", "40", either("20", 40_000)),
        level("Platinum", "60", either("40", 60_000)),
    ]);
    let rating = rated(&hyatt, &[&paid_stay("2026-02-01", 2, 450)], tier(&hyatt, "Globalist"), "Park Hyatt");
    assert_eq!(figures(&rating), [2250, 675, 0, 2925]);
    for (definition, count, base, name) in [(&hyatt, "0", 100_000, "Globalist"), (&ihg, "39", 60_000, "Platinum")] {
        let tally = Tally { nights: count.parse().unwrap(), points: vec![0, base], ..Tally::default() };
        let mut counters = Counters::default();
        counters.add(&definition.tiers, &Contribution { date: date("2026-06-01"), tally }).unwrap();
        let decision = evaluate(definition, &counters, Standing::default(), date("2026-06-01")).unwrap();
        assert_eq!(definition.tiers.name_of(decision.standing.rank), name);
    }
}

#[test]
fn fixed_points_add_to_those_for_money_and_the_bonus_says_what_it_is_of() {
    for (applies_to, order, expected) in [
        (BonusBase::Classic, [Step::TierBonus, Step::Minimum], [1700, 500, 0, 2200]),
        (BonusBase::Base, [Step::TierBonus, Step::Minimum], [1700, 850, 0, 2550]),
        (BonusBase::Total, [Step::Minimum, Step::TierBonus], [1700, 1000, 300, 3000]),
    ] {
        let definition = textbook_with(|definition| {
            let fixed =
                EarnRate { per_night: "100".parse().unwrap(), per_stay: "500".parse().unwrap(), ..per_unit("10") };
            definition.balances[0].earn.rate = fixed;
            definition.balances[0].earn.minimum_per_stay = points(2000);
            definition.calculation.bonus_applies_to = applies_to;
            definition.calculation.order = order.to_vec();
            definition.tiers.levels[1].bonus_percent = "50".parse().unwrap();
        });
        let silver = tier(&definition, "Silver");
        let rating = rated(&definition, &[&paid_stay("2026-02-01", 2, 100)], silver, "x");
        assert_eq!(figures(&rating), expected, "{applies_to:?}");
    }
}
