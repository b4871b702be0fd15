//! Treasuries: a merchant gives what it has bought, and awards at different tills never meet.

use folio_loyalty::handlers::ROUTER;
use serde_json::{Value, json};

use crate::tokens::told;
use crate::world::{AURORA, BOREA, CEDAR, CITY, HILTON, LODGE, RESORT, Stay, TEXTBOOK, TODAY, World};

/// A treasury of Borea's in the Hilton programme, with 1,000 points over four tills, and a member.
fn cast() -> (World, String, String) {
    let mut world = World::new();
    let ann = world.enrol(HILTON, "2015-06-01");
    world.manager(AURORA);
    let open = json!({ "programme": HILTON, "organisation": BOREA, "tills": 4 });
    let call = world.submit("treasury.open", open);
    assert_eq!(told(&call).0, "treasury.opened");
    let opened: Value = call.json().unwrap();
    let treasury = opened["treasury"].as_str().unwrap().to_owned();
    let call = world.submit("treasury.fund", fund(&treasury, 1_000));
    assert_eq!(told(&call).0, "treasury.funded");
    (world, treasury, ann)
}

fn fund(treasury: &str, points: u64) -> Value {
    json!({ "treasury": treasury, "points": points, "as_of": TODAY })
}

fn award(treasury: &str, member: &str, points: u64) -> Value {
    json!({ "treasury": treasury, "member": member, "points": points, "as_of": TODAY })
}

fn tills(world: &mut World, treasury: &str) -> Vec<u64> {
    world.manager(AURORA);
    let view = world.query("treasury.get", json!({ "treasury": treasury })).unwrap();
    let tills: Vec<u64> = view["tills"].as_array().unwrap().iter().map(|till| till.as_u64().unwrap()).collect();
    assert_eq!(view["points"].as_u64().unwrap(), tills.iter().sum::<u64>());
    tills
}

fn owed(world: &World) -> Vec<String> {
    world.ledger.state().filter(|(key, _)| key.starts_with('o')).map(|(key, _)| key.to_owned()).collect()
}

#[test]
fn a_merchant_gives_points_that_it_has_bought() {
    let (mut world, treasury, ann) = cast();
    assert_eq!(tills(&mut world, &treasury), [250; 4]);
    world.client(BOREA, "frontdesk", "");
    let mut arguments = award(&treasury, &ann, 200);
    arguments["activity"] = "dinner".into();
    arguments["till"] = 2.into();
    let call = world.submit("treasury.award", arguments);
    let (name, change) = told(&call);
    assert_eq!((name.as_str(), &change["points"]), ("treasury.awarded", &json!(200)));
    assert_eq!(tills(&mut world, &treasury), [250, 250, 50, 250]);
    assert_eq!(world.figures(HILTON, &ann), (200, 0, 0));
    let account = world.account(HILTON, &ann);
    assert_eq!(account["lots"], json!([{ "points": 200, "earned": "2016-02-01", "last_day": null }]));
    assert_eq!(account["tier"], "Member");
    let page = world.query("member.statement", json!({ "member": ann, "programme": HILTON })).unwrap();
    let line = &page["lines"][0];
    assert_eq!(
        (&line["cause"], &line["treasury"], &line["activity"]),
        (&json!("awarded"), &json!(treasury), &json!("dinner"))
    );
    assert_eq!((&line["by"]["organisation"], &line["by"]["role"]), (&json!(BOREA), &json!("frontdesk")));
}

#[test]
fn the_merchant_owes_for_its_points_unless_it_has_paid() {
    let (mut world, treasury, _) = cast();
    assert!(owed(&world)[0].starts_with("ohilton-honors,2016-02-01BoreaMSP,AuroraMSP,"));
    world.manager(AURORA);
    let mut arguments = fund(&treasury, 100);
    arguments["payment"] = "p-1".into();
    assert_eq!(world.ok("treasury.fund", arguments.clone())["owed"], false);
    assert_eq!(owed(&world).len(), 1);
    assert_eq!(world.refused("treasury.fund", arguments), "PAYMENT_USED");
    let own = world.ok("treasury.open", json!({ "programme": HILTON, "organisation": AURORA }));
    let own = own["treasury"].as_str().unwrap().to_owned();
    assert_eq!(world.ok("treasury.fund", fund(&own, 100))["owed"], false, "nobody owes to itself");
}

#[test]
fn an_award_goes_on_to_other_tills_only_when_its_own_is_short() {
    let (mut world, treasury, ann) = cast();
    world.client(BOREA, "agent", "");
    for (points, till, left) in
        [(250, 1, [250, 0, 250, 250]), (300, 3, [200, 0, 250, 0]), (1, 1, [200, 0, 249, 0]), (449, 0, [0, 0, 0, 0])]
    {
        let mut arguments = award(&treasury, &ann, points);
        arguments["till"] = till.into();
        world.client(BOREA, "agent", "");
        world.ok("treasury.award", arguments);
        assert_eq!(tills(&mut world, &treasury), left);
    }
    world.client(BOREA, "agent", "");
    assert_eq!(world.refused("treasury.award", award(&treasury, &ann, 1)), "TREASURY_INSUFFICIENT");
    assert_eq!(world.figures(HILTON, &ann), (1_000, 0, 0));
}

#[test]
fn only_a_programmes_manager_fills_a_treasury_and_only_the_merchant_empties_it() {
    let (mut world, treasury, ann) = cast();
    for (msp, role, code) in [(AURORA, "agent", "ROLE_NOT_ALLOWED"), (BOREA, "manager", "ORGANISATION_NOT_ALLOWED")] {
        world.client(msp, role, "");
        assert_eq!(world.refused("treasury.fund", fund(&treasury, 100)), code);
        let open = json!({ "programme": HILTON, "organisation": BOREA });
        assert_eq!(world.refused("treasury.open", open), code);
    }
    for (msp, role, code) in [
        (AURORA, "manager", "ORGANISATION_NOT_ALLOWED"),
        (CEDAR, "frontdesk", "ORGANISATION_NOT_ALLOWED"),
        (BOREA, "auditor", "ROLE_NOT_ALLOWED"),
        (BOREA, "", "ROLE_NOT_ALLOWED"),
    ] {
        world.client(msp, role, "");
        assert_eq!(world.refused("treasury.award", award(&treasury, &ann, 100)), code, "{msp} {role}");
    }
    for (msp, role, sees) in [(CEDAR, "manager", false), (CEDAR, "auditor", true), (BOREA, "pms", true)] {
        world.client(msp, role, "");
        assert_eq!(world.query("treasury.get", json!({ "treasury": treasury })).is_ok(), sees, "{msp} {role}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (mut world, treasury, ann) = cast();
    world.manager(AURORA);
    for (change, code) in [
        (json!({ "points": 0 }), "POINTS_ZERO"),
        (json!({ "points": 1_000_000_000_001_u64 }), "POINTS_ABOVE_MAXIMUM"),
        (json!({ "points": u64::MAX }), "BAD_ARGUMENTS"),
        (json!({ "till": 4 }), "TREASURY_TILL_UNKNOWN"),
        (json!({ "treasury": "00".repeat(16) }), "TREASURY_UNKNOWN"),
        (json!({ "as_of": "2016-02-03" }), "AS_OF_IN_FUTURE"),
    ] {
        let mut arguments = fund(&treasury, 100);
        arguments.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(world.refused("treasury.fund", arguments), code, "{change}");
    }
    for (change, code) in [
        (json!({ "tills": 0 }), "TREASURY_TILLS_INVALID"),
        (json!({ "tills": 4_097 }), "TREASURY_TILLS_INVALID"),
        (json!({ "organisation": null }), "TREASURY_MERCHANT_MISSING"),
        (json!({ "hotel": LODGE }), "TREASURY_MERCHANT_DIFFERS"),
        (json!({ "hotel": "NONE" }), "HOTEL_UNKNOWN"),
        (json!({ "programme": "none" }), "PROGRAMME_UNKNOWN"),
    ] {
        let mut arguments = json!({ "programme": HILTON, "organisation": BOREA });
        arguments.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(world.refused("treasury.open", arguments), code, "{change}");
    }
    world.client(BOREA, "agent", "");
    for (change, code) in [
        (json!({ "points": 0 }), "POINTS_ZERO"),
        (json!({ "points": 1_001 }), "TREASURY_INSUFFICIENT"),
        (json!({ "till": 4 }), "TREASURY_TILL_UNKNOWN"),
        (json!({ "member": "00".repeat(16) }), "MEMBER_UNKNOWN"),
        (json!({ "as_of": "2016-02-03" }), "AS_OF_IN_FUTURE"),
    ] {
        let mut arguments = award(&treasury, &ann, 100);
        arguments.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(world.refused("treasury.award", arguments), code, "{change}");
    }
}

#[test]
fn a_hotels_treasury_is_for_its_own_desk() {
    let (mut world, _, ann) = cast();
    world.manager(AURORA);
    let opened = world.ok("treasury.open", json!({ "programme": HILTON, "hotel": RESORT }));
    assert_eq!(opened["organisation"], BOREA);
    let treasury = opened["treasury"].as_str().unwrap().to_owned();
    world.ok("treasury.fund", fund(&treasury, 1_000));
    for (role, hotel, code) in [
        ("frontdesk", CITY, Err("HOTEL_NOT_ALLOWED")),
        ("agent", "", Err("ROLE_NOT_ALLOWED")),
        ("frontdesk", RESORT, Ok(())),
        ("manager", "", Ok(())),
    ] {
        world.client(BOREA, role, hotel);
        let call = world.submit("treasury.award", award(&treasury, &ann, 10));
        assert_eq!(call.refusal().map_or(Ok(()), Err), code, "{role} {hotel}");
    }
    world.client(BOREA, "frontdesk", RESORT);
    let page = world.query("member.statement", json!({ "member": ann, "programme": HILTON })).unwrap();
    assert_eq!(page["lines"].as_array().unwrap().len(), 2, "the hotel sees what it gave");
}

#[test]
fn a_request_that_is_sent_twice_gives_once() {
    let (mut world, treasury, ann) = cast();
    world.manager(AURORA);
    let mut funding = fund(&treasury, 400);
    funding["request_id"] = "f".into();
    let first = world.ok("treasury.fund", funding.clone());
    assert_eq!(world.ok("treasury.fund", funding), first);
    world.client(BOREA, "agent", "");
    let mut given = award(&treasury, &ann, 100);
    given["request_id"] = "a".into();
    let first = world.ok("treasury.award", given.clone());
    assert_eq!(world.ok("treasury.award", given), first);
    assert_eq!(tills(&mut world, &treasury).iter().sum::<u64>(), 1_300);
}

#[test]
fn an_award_repays_debt_and_opens_an_account_of_another_chain() {
    let (mut world, treasury, ann) = cast();
    let guest = world.enrol(TEXTBOOK, "2015-06-01");
    world.post(&Stay::new(&ann, "1", "2016-01-25", 1));
    world.agent(AURORA);
    let back = json!({ "programme": HILTON, "member": ann, "points": -1_300, "reason": "FRAUD", "as_of": TODAY });
    world.ok("points.adjust", back);
    assert_eq!(world.figures(HILTON, &ann), (0, 0, 100));
    world.client(BOREA, "agent", "");
    world.ok("treasury.award", award(&treasury, &ann, 150));
    world.ok("treasury.award", award(&treasury, &guest, 150));
    assert_eq!((world.figures(HILTON, &ann), world.figures(HILTON, &guest)), ((50, 0, 0), (150, 0, 0)));
}

#[test]
fn awards_to_different_members_at_different_tills_never_conflict() {
    let (mut world, treasury, _) = cast();
    let members: Vec<String> = (0..4).map(|_| world.enrol(HILTON, "2015-06-01")).collect();
    world.client(BOREA, "agent", "");
    let simulated: Vec<_> = members
        .iter()
        .enumerate()
        .map(|(till, member)| {
            let mut arguments = award(&treasury, member, 100);
            arguments["till"] = till.into();
            let arguments = world.request(arguments);
            world.ledger.simulate(&ROUTER, "treasury.award", &arguments)
        })
        .collect();
    for call in &simulated {
        assert_eq!(call.refusal(), None);
        assert!(call.ranges.is_empty(), "what is submitted scans nothing");
        world.ledger.commit(call).unwrap();
    }
    assert_eq!(tills(&mut world, &treasury), [150; 4]);
}

#[test]
fn members_spread_over_the_tills_by_themselves() {
    let (mut world, treasury, _) = cast();
    for _ in 0..40 {
        let member = world.enrol(HILTON, "2015-06-01");
        world.client(BOREA, "agent", "");
        world.ok("treasury.award", award(&treasury, &member, 1));
    }
    assert!(tills(&mut world, &treasury).iter().all(|left| *left < 250), "every till was asked");
}
