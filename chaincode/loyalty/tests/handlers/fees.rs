//! What a transfer costs: points by the member's word, money by that of the programme's agent.

use folio_loyalty::rules::programme::{Definition, TransferFee, shipped};
use folio_loyalty::units::{Points, Rational};
use serde_json::{Value, json};

use crate::world::{AURORA, CEDAR, IHG, Stay, World, key, signed};

const TRANSFER: &str = "points.transfer";

/// IHG One Rewards with a fee of this kind, Ann with a key and as many stays of 20 nights, and Bob.
fn cast(fee: impl FnOnce(&mut TransferFee), stays: u32) -> (World, String, String) {
    let (_, text) = shipped().find(|(id, _)| *id == IHG).unwrap();
    let mut definition = Definition::from_toml(text).unwrap();
    fee(definition.transfer.as_mut().unwrap().fee.as_mut().unwrap());
    definition.validate().unwrap();
    let mut world = World::new();
    world.activate(IHG, &definition);
    let (ann, bob) = (world.enrol(IHG, "2015-06-01"), world.enrol(IHG, "2015-06-01"));
    world.bind(IHG, &ann, &key(1));
    for stay in 0..stays {
        let check_out = format!("2015-{:02}-25", 12 - stay);
        world.post(&Stay::new(&ann, &stay.to_string(), &check_out, 20).with("programme", IHG));
    }
    (world, ann, bob)
}

fn intent(world: &mut World, ann: &str, bob: &str, fields: Value) -> Value {
    let mut intent = world.intent(TRANSFER, json!({ "programme": IHG, "member": ann, "to": bob, "points": 20_000 }));
    intent.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    signed(&intent, &key(1))
}

#[test]
fn money_is_vouched_for_by_the_programmes_agent_and_the_payment_stands_in_the_statement() {
    let (mut world, ann, bob) = cast(|_| {}, 1);
    let mut arguments = intent(&mut world, &ann, &bob, json!({}));
    let call = world.submit(TRANSFER, arguments.clone());
    assert_eq!(call.refusal(), Some("TRANSFER_FEE_UNPAID"));
    let refusal = call.json::<Value>().unwrap_err().to_string();
    assert!(refusal.contains("100.00 USD"), "{refusal}");
    arguments["payment"] = json!("card-1");
    world.agent(AURORA);
    assert_eq!(world.refused(TRANSFER, arguments.clone()), "TRANSFER_FEE_UNPAID", "an agent of another programme");
    world.agent(CEDAR);
    let done = world.ok(TRANSFER, arguments);
    assert_eq!((&done["points"], &done["fee"], &done["available"]), (&json!(20_000), &json!(0), &json!(4_000)));
    let mut again = intent(&mut world, &ann, &bob, json!({ "points": 1_000 }));
    again["payment"] = json!("card-1");
    assert_eq!(world.refused(TRANSFER, again), "PAYMENT_USED");
    for (member, payment) in [(&ann, json!("card-1")), (&bob, Value::Null)] {
        let page = world.query("member.statement", json!({ "member": member, "programme": IHG })).unwrap();
        assert_eq!(page["lines"][0]["payment"], payment);
    }
}

#[test]
fn a_member_of_an_exempt_tier_pays_nothing() {
    let (mut world, ann, bob) = cast(|_| {}, 4);
    assert_eq!(world.account(IHG, &ann)["tier"], "Diamond");
    let mut arguments = intent(&mut world, &ann, &bob, json!({}));
    world.client(AURORA, "", "");
    arguments["payment"] = json!("somebody's words");
    assert_eq!(world.refused(TRANSFER, arguments.clone()), "PAYMENT_NOT_DUE");
    arguments.as_object_mut().unwrap().remove("payment");
    assert_eq!(world.ok(TRANSFER, arguments)["fee"], 0);
}

#[test]
fn a_fee_in_points_is_kept_by_the_programme_as_the_member_agreed_to_it() {
    let (mut world, ann, bob) = cast(
        |fee| {
            fee.points = Points::new(25).unwrap();
            fee.money = Rational::ZERO;
        },
        1,
    );
    for agreed in [json!({}), json!({ "fee": 499 }), json!({ "fee": 501 })] {
        let arguments = intent(&mut world, &ann, &bob, agreed);
        assert_eq!(world.refused(TRANSFER, arguments), "TRANSFER_FEE_DIFFERS");
    }
    let arguments = intent(&mut world, &ann, &bob, json!({ "fee": 500 }));
    let call = world.submit(TRANSFER, arguments);
    let event: Value = serde_json::from_slice(&call.event.clone().unwrap().1).unwrap();
    assert_eq!(call.json::<Value>().unwrap()["available"], 24_000 - 20_000 - 500);
    assert!(event.to_string().contains("\"fee\":500"), "{event}");
    assert_eq!((world.figures(IHG, &ann), world.figures(IHG, &bob)), ((3_500, 0, 0), (20_000, 0, 0)));
    assert_eq!(world.lines(IHG, &ann)[0], ("transfer_sent".to_owned(), -20_500));
    // The fee is beside the points: who has just those cannot send them.
    let all = intent(&mut world, &ann, &bob, json!({ "points": 3_000, "fee": 75 }));
    world.ok(TRANSFER, all);
    let rest = world.figures(IHG, &ann).0;
    assert_eq!(rest, 425);
}
