//! The published cases of Marriott Bonvoy, World of Hyatt, IHG One Rewards, ALL and Wyndham Rewards, and cases beside them
//! that the same rules decide.

use folio_loyalty::rules::conversion::converted;
use folio_loyalty::rules::expiry::{hard_expiry, has_lapsed, inactivity_expiry, is_activity};
use folio_loyalty::rules::programme::{ActivityKind, BonusBase, Definition, EarnRate, Step, TierRank};
use folio_loyalty::rules::redemption::redemption_worth;
use folio_loyalty::rules::tiers::{Contribution, Counters, Standing, Tally, evaluate};
use folio_loyalty::rules::transfer::{Party, TransferYear, check_transfer, transfer_cost};
use folio_loyalty::units::{NightCredits, Points, Rational};
use serde_json::Value;

use crate::support::{
    FOOD_AND_BEVERAGE, ROOM, charge, date, figures, paid_stay, points, programme, rated, room, stay, textbook_with,
    tier, vector,
};

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// The tier of a member who has this within the year; points are those of the second balance.
fn tier_for(definition: &Definition, nights: u64, status: u64) -> &str {
    let nights = NightCredits::try_from(Rational::integer(i64::try_from(nights).unwrap())).unwrap();
    let tally = Tally { nights, points: vec![0, i64::try_from(status).unwrap()], ..Tally::default() };
    let mut counters = Counters::default();
    counters.add(&definition.tiers, &Contribution { date: date("2026-06-01"), tally }).unwrap();
    let decision = evaluate(definition, &counters, Standing::default(), date("2026-06-01")).unwrap();
    definition.tiers.name_of(decision.standing.rank)
}

#[test]
fn wyndham_applies_its_minimum_after_the_bonus() {
    let wyndham = programme("wyndham-rewards");
    let (input, expect) = vector("WYN-1");
    let gold = tier(&wyndham, input["tier"].as_str().unwrap());
    let published = ["base", "accelerated", "floor_topup", "total"].map(|key| number(&expect[key]));
    let rate = input["room_rate_usd"].as_i64().unwrap();
    for (rate, rank, expected) in [
        (rate, gold, published),
        (180, gold, [1800, 180, 0, 1980]),
        (95, gold, [950, 95, 0, 1045]),
        (80, tier(&wyndham, "Blue"), [800, 0, 200, 1000]),
        (80, tier(&wyndham, "Titanium"), [800, 240, 0, 1040]),
    ] {
        assert_eq!(figures(&rated(&wyndham, &[&paid_stay("2026-02-01", 1, rate)], rank, "x")), expected, "{rate}");
    }
    let mut no_show = paid_stay("2026-02-01", 1, 80);
    no_show.status = folio_loyalty::rules::stay::Status::NoShow;
    assert_eq!(figures(&rated(&wyndham, &[&no_show], gold, "x")), [0; 4], "the minimum is for stays that count");
}

#[test]
fn wyndham_points_lapse_after_four_years_whatever_the_account_does() {
    let wyndham = programme("wyndham-rewards");
    let (input, expect) = vector("WYN-3");
    let day = |key: &str| date(input[key].as_str().unwrap());
    let hard = hard_expiry(&wyndham, day("lot_checkout")).unwrap();
    let rest = inactivity_expiry(&wyndham, TierRank(0), day("last_activity")).unwrap();
    assert_eq!(hard, Some(date(expect["expires_on"].as_str().unwrap())));
    assert!(hard < rest, "the account is active, and the lot lapses all the same");
    assert!(has_lapsed(inactivity_expiry(&wyndham, TierRank(0), date("2024-01-01")).unwrap(), date("2025-07-02")));
}

#[test]
fn accor_counts_blocks_of_ten_euros_and_partners_for_half() {
    let accor = programme("accor-all");
    let (input, expect) = vector("ACC-5");
    let mut partner = stay("2026-02-01", 2);
    charge(&mut partner, 0, ROOM, input["spend_eur"].as_i64().unwrap() * 100, "EUR");
    charge(&mut partner, 0, FOOD_AND_BEVERAGE, 5_000, "EUR");
    let classic = tier(&accor, "Classic");
    let published = points(number(&expect["points"]));
    assert_eq!(rated(&accor, &[&partner], classic, "Independent partner").total, published);
    assert_eq!(rated(&accor, &[&partner], classic, "Novotel").total, points(625));
    assert_eq!(figures(&rated(&accor, &[&partner], tier(&accor, "Platinum"), "ibis")), [312, 237, 0, 549]);
}

#[test]
fn accor_status_points_make_a_tier() {
    let accor = programme("accor-all");
    let (input, expect) = vector("ACC-3");
    let mut spent = stay("2026-02-01", 2);
    charge(&mut spent, 0, ROOM, input["eligible_spend_eur"].as_i64().unwrap() * 100, "EUR");
    let rating = rated(&accor, &[&spent], tier(&accor, "Silver"), "Novotel");
    assert_eq!(rating.status[0].points, points(number(&expect["status_points"])), "the bonus gives no status");
    assert_eq!(figures(&rating), [14_000, 3_360, 0, 17_360]);
    assert_eq!(tier_for(&accor, 2, rating.status[0].points.get()), expect["tier"]);
    for (nights, status, name) in [(9, 1_999, "Classic"), (30, 0, "Gold"), (0, 26_000, "Diamond"), (300, 0, "Platinum")]
    {
        assert_eq!(tier_for(&accor, nights, status), name, "{nights} nights, {status} points");
    }
}

#[test]
fn accor_takes_points_by_two_thousand_for_forty_euros() {
    let accor = programme("accor-all");
    let (input, expect) = vector("ACC-1");
    let (balance, bill) = (number(&input["balance"]), input["booking_eur"].as_i64().unwrap() * 100);
    // What a desk would offer: every amount that the rules take, within the balance and within the bill.
    let worth = |amount: u64| redemption_worth(&accor, TierRank(0), points(amount)).ok();
    let offered: Vec<(u64, i64)> = (1..=balance)
        .filter_map(|amount| Some((amount, worth(amount)?.minor)))
        .filter(|(_, euros)| *euros <= bill)
        .map(|(amount, cents)| (amount, cents / 100))
        .collect();
    let choices = expect["redeemable_choices"].as_array().unwrap().iter().map(number);
    let euros = expect["eur"].as_array().unwrap().iter().map(|euros| euros.as_i64().unwrap());
    assert_eq!(offered, choices.zip(euros).collect::<Vec<_>>());
}

#[test]
fn marriott_counts_three_rooms_and_one_of_them_for_nights() {
    let marriott = programme("marriott-bonvoy");
    let (input, expect) = vector("MAR-13");
    let nights = i32::try_from(number(&input["nights"])).unwrap();
    let mut group = stay("2026-02-01", nights);
    for place in 0..usize::try_from(number(&input["rooms"])).unwrap() {
        if place > 0 {
            group.rooms.push(room(group.arrival, nights));
            group.rooms[place].occupant_member = false;
        }
        charge(&mut group, place, ROOM, input["qualifying_usd_each"].as_i64().unwrap() * 100, "USD");
    }
    let member = tier(&marriott, input["tier"].as_str().unwrap());
    let rating = rated(&marriott, &[&group], member, "Sheraton");
    assert_eq!(rating.base.get(), number(&expect["base"]));
    assert_eq!(rating.nights.to_string(), expect["elite_night_credits"].to_string());
    group.rooms[0].occupant_member = false;
    assert_eq!(figures(&rated(&marriott, &[&group], member, "Sheraton")), [0; 4], "the member sleeps in none of them");
}

#[test]
fn marriott_halves_the_nights_of_some_brands_from_2026_on() {
    let marriott = programme("marriott-bonvoy");
    let (input, expect) = vector("MAR-9");
    assert_eq!(expect["elite_night_credits"], 0.5);
    let night = |brand: &str, arrival: &str| {
        rated(&marriott, &[&paid_stay(arrival, 1, 100)], TierRank(0), brand).nights.to_string()
    };
    for brand in input["brand"].as_str().unwrap().split('|') {
        assert_eq!(night(brand, "2026-02-01"), "1/2", "{brand}");
        assert_eq!(night(brand, "2025-02-01"), "1", "{brand}");
    }
    assert_eq!(night("Sheraton", "2026-02-01"), "1");
}

#[test]
fn marriott_tiers_take_nights_and_the_highest_one_spend() {
    let marriott = programme("marriott-bonvoy");
    for (nights, name) in
        [(9, "Member"), (10, "Silver Elite"), (49, "Gold Elite"), (50, "Platinum Elite"), (120, "Titanium Elite")]
    {
        assert_eq!(tier_for(&marriott, nights, 0), name, "{nights}");
    }
    let rating = rated(&marriott, &[&paid_stay("2026-02-01", 2, 600)], tier(&marriott, "Titanium Elite"), "Westin");
    assert_eq!(figures(&rating), [6000, 4500, 0, 10_500]);
    let half = rated(&marriott, &[&paid_stay("2026-02-01", 2, 600)], TierRank(0), "Residence Inn");
    assert_eq!(half.total, points(3000));
}

#[test]
fn marriott_caps_what_is_sent_and_received_in_a_year() {
    let marriott = programme("marriott-bonvoy");
    let given = |id: &str, key: &str| vector(id).0[key].as_u64().unwrap_or_default();
    for (id, code) in
        [("MAR-1", "TRANSFER_INCREMENT"), ("MAR-2", "TRANSFER_SENT_CAP"), ("MAR-3", "TRANSFER_RECEIVED_CAP")]
    {
        let party = |sent, received| {
            let year = TransferYear { year: 2026, sent, received, ..TransferYear::default() };
            Party { tier: TierRank(0), enrolled: date("2020-01-01"), active: true, year }
        };
        let sender = party(points(given(id, "sent_this_year")), points(0));
        let receiver = party(points(0), points(given(id, "recipient_received_this_year")));
        let checked = check_transfer(&marriott, points(given(id, "transfer")), &sender, &receiver, date("2026-06-01"));
        assert_eq!(checked.err().map(|refusal| refusal.code()), Some(code), "{id}");
        let later = check_transfer(&marriott, points(2000), &sender, &receiver, date("2027-01-01"));
        assert_eq!(later, Ok(()), "{id}: a new year");
    }
}

#[test]
fn marriott_points_become_miles_with_a_bonus_for_each_sixty_thousand() {
    let marriott = programme("marriott-bonvoy");
    for id in ["MAR-6", "MAR-7", "MAR-8"] {
        let (input, expect) = vector(id);
        for partner in input["partner"].as_str().unwrap().split('|') {
            let miles = converted(&marriott, partner, points(number(&input["convert_to_miles"])));
            assert_eq!(miles, Ok(number(&expect["miles"])), "{id} {partner}");
        }
    }
    for (partner, amount, miles) in [
        ("default", 59_997, Ok(19_999)),
        ("default", 120_000, Ok(50_000)),
        ("default", 2_997, Err("CONVERSION_BELOW_MINIMUM")),
        ("default", 240_003, Err("CONVERSION_ABOVE_MAXIMUM")),
        ("default", 3_001, Err("CONVERSION_INCREMENT")),
        ("XX", 3_000, Err("CONVERSION_PARTNER_UNKNOWN")),
    ] {
        let found = converted(&marriott, partner, points(amount)).map_err(|refusal| refusal.code());
        assert_eq!(found, miles, "{partner} {amount}");
    }
    let refused = converted(&programme("textbook"), "default", points(3_000)).unwrap_err();
    assert_eq!(refused.code(), "CONVERSION_NOT_OFFERED");
}

#[test]
fn a_gift_keeps_no_account_of_marriott_alive() {
    let marriott = programme("marriott-bonvoy");
    let (input, expect) = vector("MAR-5");
    for kind in [ActivityKind::TransferReceived, ActivityKind::TransferSent] {
        assert!(!is_activity(&marriott, kind), "{kind:?}");
    }
    let day = |key: &str| date(input[key].as_str().unwrap());
    let lapses = inactivity_expiry(&marriott, TierRank(0), day("last_earn")).unwrap();
    assert_eq!(expect["forfeited"], has_lapsed(lapses, day("as_of")));
    assert!(!has_lapsed(lapses, date("2026-01-15")), "the last day counts");
}

#[test]
fn hyatt_adds_its_bonus_to_base_points_and_counts_those_alone() {
    let hyatt = programme("world-of-hyatt");
    let (input, expect) = vector("HYA-1");
    let rank = tier(&hyatt, input["tier"].as_str().unwrap());
    let rating = rated(&hyatt, &[&paid_stay("2026-02-01", 2, input["eligible_usd"].as_i64().unwrap())], rank, "Andaz");
    let [base, bonus, total] = ["base", "bonus", "total"].map(|key| number(&expect[key]));
    assert_eq!(figures(&rating), [base, bonus, 0, total]);
    assert_eq!(rating.status[0].points.get(), base);
    let (input, expect) = vector("HYA-2");
    assert_eq!(tier_for(&hyatt, number(&input["nights"]), number(&input["base_points_ytd"])), expect["tier"]);
    for (nights, base, name) in [(60, 0, "Globalist"), (29, 49_999, "Discoverist"), (0, 24_999, "Member")] {
        assert_eq!(tier_for(&hyatt, nights, base), name, "{nights} nights, {base} points");
    }
}

#[test]
fn a_night_paid_with_points_earns_none_and_counts_towards_a_tier() {
    for (id, nights) in
        [("world-of-hyatt", "1"), ("marriott-bonvoy", "1"), ("ihg-one-rewards", "1"), ("wyndham-rewards", "1")]
    {
        let mut award = paid_stay("2026-02-01", 1, 0);
        award.rooms[0].nights[0].rate_code = "REWARD1".into();
        let rating = rated(&programme(id), &[&award], TierRank(0), "x");
        assert_eq!((figures(&rating), rating.nights.to_string().as_str()), ([0; 4], nights), "{id}");
    }
}

#[test]
fn ihg_counts_qualifying_points_or_nights_and_keeps_the_points_of_its_tiers() {
    let ihg = programme("ihg-one-rewards");
    let (input, expect) = vector("IHG-5");
    assert_eq!(tier_for(&ihg, number(&input["nights"]), number(&input["qualifying_points"])), expect["tier"]);
    for (nights, qualifying, name) in
        [(69, 119_999, "Platinum"), (70, 0, "Diamond"), (0, 59_999, "Gold"), (9, 0, "Club")]
    {
        assert_eq!(tier_for(&ihg, nights, qualifying), name, "{nights} nights, {qualifying} points");
    }
    let (input, expect) = vector("IHG-3");
    let lapses = |name: &str| {
        let last = date(input["last_activity"].as_str().unwrap());
        inactivity_expiry(&ihg, tier(&ihg, name), last).unwrap()
    };
    let as_of = date(input["as_of"].as_str().unwrap());
    assert_eq!(expect["forfeited"], has_lapsed(lapses(input["tier"].as_str().unwrap()), as_of));
    assert_eq!(lapses("Silver"), None);
}

#[test]
fn ihg_asks_five_dollars_for_a_thousand_points_and_nothing_of_diamond() {
    let ihg = programme("ihg-one-rewards");
    for id in ["IHG-1", "IHG-2"] {
        let (input, expect) = vector(id);
        let rank = tier(&ihg, input["tier"].as_str().unwrap());
        let cost = transfer_cost(&ihg, rank, None, points(number(&input["transfer"]))).unwrap();
        let cents = cost.money.map_or(0, |money| money.minor);
        assert_eq!((cost.points, cents), (points(0), expect["fee_usd"].as_i64().unwrap() * 100), "{id}");
    }
    for (amount, usd) in [(1, 5), (1000, 5), (1001, 10), (999_999, 5000)] {
        let cost = transfer_cost(&ihg, TierRank(0), None, points(amount)).unwrap();
        assert_eq!(cost.money.unwrap().to_string(), format!("{usd}.00 USD"), "{amount}");
    }
    assert!(transfer_cost(&ihg, TierRank(0), None, Points::MAX).is_ok(), "the largest amount has a price");
}

fn per_unit(points: &str) -> EarnRate {
    EarnRate { points: points.parse().unwrap(), ..EarnRate::default() }
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
