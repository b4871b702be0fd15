//! What a programme owes its members, from one date to another.

use serde_json::{Value, json};

use crate::settling::{fold, reward, seal, world};
use crate::world::{AURORA, BOREA, CEDAR, HILTON, LODGE, Stay, TODAY, World};

const ESTIMATE: &str = "settlement.estimate_breakage";

fn liability(world: &mut World, from: Option<&str>, to: Option<&str>) -> Value {
    world.manager(AURORA);
    let answer = world.query("settlement.liability", json!({ "programme": HILTON, "from": from, "to": to })).unwrap();
    for part in ["liability", "folded", "unfolded"] {
        let of = |field: &str| answer[part][field].as_i64().unwrap();
        let came = of("opening") + of("imported") + of("issued");
        let went = ["reversed", "redeemed", "converted", "expired", "forfeited", "decayed", "fees"];
        assert_eq!(came - went.iter().map(|field| of(field)).sum::<i64>(), of("closing"), "{part}");
    }
    let held = |field: &str| answer["held"][field].as_i64().unwrap();
    let held =
        held("available") + held("pending") + held("reserved") + held("wallet") + held("treasury") - held("debt");
    assert_eq!(answer["liability"]["closing"], json!(held));
    answer
}

/// Ann, who earned twice in July, had the second stay corrected and spent 5,000 today.
fn cast() -> (World, i64, i64, i64) {
    let (mut world, ann) = world();
    let first = world.post(&Stay::new(&ann, "1", "2015-07-03", 10))["points"]["total"].as_i64().unwrap();
    let second = world.post(&Stay::new(&ann, "2", "2015-07-20", 2))["points"]["total"].as_i64().unwrap();
    let mut late = Stay::new(&ann, "2", "2015-07-20", 2).at(1_000).with("version", 2);
    late = late.with("departure", "2015-07-20");
    let last = world.post(&late)["points"]["total"].as_i64().unwrap();
    assert_eq!(reward(&mut world, &ann, 5_000, LODGE).refusal(), None);
    (world, first, second, last)
}

#[test]
fn liability_rolls_forward_over_folded_and_open_dates_alike() {
    let (mut world, first, second, last) = cast();
    let check = |world: &mut World| {
        let july = liability(world, Some("2015-07-01"), Some("2015-07-31"));
        let figures = &july["liability"];
        assert_eq!((&figures["opening"], &figures["issued"]), (&json!(0), &json!(first + second)));
        assert_eq!((&figures["reversed"], &figures["closing"]), (&json!(second - last), &json!(first + last)));
        let later = liability(world, Some("2015-07-04"), Some(TODAY));
        let figures = &later["liability"];
        assert_eq!((&figures["opening"], &figures["redeemed"]), (&json!(first), &json!(5_000)));
        assert_eq!(figures["closing"], json!(first + last - 5_000));
        let all = liability(world, None, None);
        assert_eq!((&all["liability"]["opening"], &all["next"]), (&json!(0), &Value::Null));
        all
    };
    let open = check(&mut world);
    assert_eq!(open["folded"]["issued"], 0);
    seal(&mut world, HILTON, "2015-07-19");
    fold(&mut world, HILTON, 1);
    let part = check(&mut world);
    assert_eq!((&part["folded"]["issued"], &part["unfolded"]["issued"]), (&json!(first), &json!(second)));
    world.ledger.set_timestamp(crate::world::NOW + 86_400);
    seal(&mut world, HILTON, TODAY);
    world.client(CEDAR, "pms", LODGE);
    // In the midst of a fold, too.
    world.ok("settlement.fold", json!({ "programme": HILTON, "limit": 1 }));
    check(&mut world);
    fold(&mut world, HILTON, 1);
    let folded = check(&mut world);
    assert_eq!(folded["unfolded"]["closing"], 0);
    assert_eq!(folded["folded_through"], TODAY);
}

#[test]
fn a_late_correction_counts_in_the_open_date() {
    let (mut world, first, _, last) = cast();
    seal(&mut world, HILTON, "2015-07-31");
    fold(&mut world, HILTON, 10);
    let before = liability(&mut world, Some("2015-07-01"), Some("2015-07-31"));
    let member = world.enrol(HILTON, "2015-06-01");
    let late = world.post(&Stay::new(&member, "8", "2015-07-10", 2))["points"]["total"].as_i64().unwrap();
    let after = liability(&mut world, Some("2015-07-01"), Some("2015-07-31"));
    assert_eq!(before["liability"], after["liability"]);
    let august = liability(&mut world, Some("2015-08-01"), Some("2015-08-31"));
    assert_eq!((&august["liability"]["opening"], &august["liability"]["issued"]), (&json!(first + last), &json!(late)));
}

#[test]
fn liability_is_read_by_the_programme_and_auditors() {
    let (mut world, ..) = cast();
    for (msp, role, code) in [
        (BOREA, "manager", Some("ORGANISATION_NOT_ALLOWED")),
        (AURORA, "agent", Some("ROLE_NOT_ALLOWED")),
        (CEDAR, "auditor", None),
    ] {
        world.client(msp, role, "");
        assert_eq!(world.query("settlement.liability", json!({ "programme": HILTON })).err(), code);
    }
}

#[test]
fn breakage_is_a_dated_estimate_in_money_that_moves_no_points() {
    let (mut world, ..) = cast();
    let estimate = |date: &str, rate: &str, minor: i64| json!({ "programme": HILTON, "date": date, "rate": rate, "amount": { "minor": minor, "currency": "USD" } });
    world.manager(AURORA);
    assert_eq!(world.refused(ESTIMATE, estimate("2015-07-31", "1/5", 900)), "DATE_NOT_FOLDED");
    seal(&mut world, HILTON, "2015-08-31");
    fold(&mut world, HILTON, 10);
    let before = liability(&mut world, None, None);
    assert_eq!(before["breakage"], Value::Null);
    world.manager(BOREA);
    assert_eq!(world.refused(ESTIMATE, estimate("2015-07-31", "1/5", 900)), "ORGANISATION_NOT_ALLOWED");
    world.agent(AURORA);
    assert_eq!(world.refused(ESTIMATE, estimate("2015-07-31", "1/5", 900)), "ROLE_NOT_ALLOWED");
    world.manager(AURORA);
    for (rate, minor) in [("-1/5", 900), ("6/5", 900), ("1/5", -1)] {
        assert_eq!(world.refused(ESTIMATE, estimate("2015-07-31", rate, minor)), "BREAKAGE_INVALID");
    }
    // On a date on which nothing moved, and on one on which something did.
    for (date, minor) in [("2015-08-31", 800), ("2015-07-20", 700)] {
        let noted = world.ok(ESTIMATE, estimate(date, "1/5", minor));
        assert_eq!((&noted["date"], &noted["rate"], &noted["by"]), (&json!(date), &json!("1/5"), &json!(AURORA)));
        assert_eq!(world.refused(ESTIMATE, estimate(date, "1/4", minor)), "BREAKAGE_EXISTS");
    }
    let after = liability(&mut world, None, None);
    assert_eq!(after["liability"], before["liability"]);
    assert_eq!(after["breakage"]["amount"], json!({ "minor": 800, "currency": "USD" }));
    let july = liability(&mut world, None, Some("2015-07-31"));
    assert_eq!((&july["breakage"]["date"], &july["breakage"]["amount"]["minor"]), (&json!("2015-07-20"), &json!(700)));
    assert_eq!(liability(&mut world, None, Some("2015-07-19"))["breakage"], Value::Null);
    // Folding goes on from sums that an estimate has not changed.
    world.ledger.set_timestamp(crate::world::NOW + 86_400);
    seal(&mut world, HILTON, TODAY);
    fold(&mut world, HILTON, 10);
    assert_eq!(liability(&mut world, None, None)["liability"], before["liability"]);
}
