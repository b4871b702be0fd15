//! One member's story: stays at two chains, a new tier, points given to a friend of another chain, a reward at a third.

use anyhow::{Context, Result};
use folio_client::{Call, Gateway};
use folio_crypto::{Curve, SigningKey};
use folio_topology::Network;
use serde_json::{Value, json};

use crate::intent;
use crate::session::{connect, random_hex};

const PROGRAMME: &str = "hilton-honors";

/// Nights of each stay, where, and from when to when.
const STAYS: [(&str, &str, &str, &str, i64); 4] = [
    ("AUR-CITY", "CITY-1", "2017-02-06", "2017-02-10", 18_500),
    ("BOR-RESORT", "RES-1", "2017-03-03", "2017-03-08", 21_000),
    ("AUR-CITY", "CITY-2", "2017-04-18", "2017-04-20", 16_900),
    ("BOR-RESORT", "RES-2", "2017-06-12", "2017-06-16", 24_400),
];

/// A member with the key that only the member has.
struct Person {
    name: &'static str,
    id: String,
    key: SigningKey,
}

/// Tells the story, a line a step, and returns Ana's statement as the ledger has it.
pub(super) async fn tell(network: &Network, mut say: impl FnMut(String)) -> Result<Value> {
    let ana = enrol(network, "aurora", PROGRAMME, "Ana").await?;
    let bruno = enrol(network, "borea", "textbook", "Bruno").await?;
    say(format!(
        "Ana ({}) joins Hilton Honors at Aurora, Bruno ({}) the textbook programme at Borea",
        short(&ana.id),
        short(&bruno.id)
    ));
    // Hilton Honors lets points go only to an account that is 30 days old: Bruno has one since a stay of his own.
    stay(network, &bruno, "AUR-CITY", "CITY-B", "2017-01-20", "2017-01-21", 15_000).await?;
    say("2017-01-21 Bruno checks out of AUR-CITY, and so has an account in Hilton Honors too".to_owned());
    for (hotel, confirmation, arrival, departure, rate) in STAYS {
        let receipt = stay(network, &ana, hotel, confirmation, arrival, departure, rate).await?;
        let points = &receipt["points"];
        let (before, after) = (text(&receipt["tier"]["before"]), text(&receipt["tier"]["after"]));
        let tier = if before == after { String::new() } else { format!(", {before} becomes {after}") };
        say(format!("{departure} Ana checks out of {hotel}: {} points{tier}", points["total"]));
    }
    let given = transfer(network, &ana, &bruno, 5_000, "2017-07-01").await?;
    say(format!(
        "2017-07-01 Ana signs: 5,000 points to {} of another chain; {} stay with her",
        bruno.name, given["available"]
    ));
    let reward = redeem(network, &ana, 5_000, "2017-08-20").await?;
    say(format!("2017-08-20 Ana signs: 5,000 points for a reward at CED-LODGE; it is {}", text(&reward["state"])));
    let auditor = connect(network, network.topology().organisation("cedar")?, "auditor")?;
    let question = json!({ "member": ana.id, "programme": PROGRAMME });
    evaluate(&auditor, "member.statement", &question).await
}

async fn enrol(network: &Network, organisation: &str, programme: &str, name: &'static str) -> Result<Person> {
    let key = SigningKey::generate(Curve::Secp256k1)?;
    let organisation = network.topology().organisation(organisation)?;
    let agent = connect(network, organisation, "agent")?;
    let arguments = json!({
        "request_id": random_hex::<16>()?,
        "programme": programme,
        "member": random_hex::<16>()?,
        "as_of": "2017-01-02",
        "key": hex::encode(key.public_key().sec1_bytes()),
    });
    let call = Call::new("member.enrol", arguments.to_string())
        .with_transient("number", format!("DEMO-{name}-{}", &random_hex::<16>()?[..8]))
        .with_transient("secret", network.secret(&organisation.name)?);
    let enrolled = transact(&agent, call).await?;
    Ok(Person { name, id: text(&enrolled["member"]).to_owned(), key })
}

async fn stay(
    network: &Network,
    guest: &Person,
    hotel: &str,
    confirmation: &str,
    arrival: &str,
    departure: &str,
    rate: i64,
) -> Result<Value> {
    let owner =
        network.topology().organisations.iter().find(|organisation| organisation.hotels.iter().any(|h| h == hotel));
    let owner = owner.with_context(|| format!("nobody owns {hotel}"))?;
    let (arrival_date, departure_date): (folio_loyalty::units::Date, folio_loyalty::units::Date) =
        (arrival.parse()?, departure.parse()?);
    let dates: Vec<String> = (arrival_date.days()..departure_date.days())
        .map(|day| folio_loyalty::units::Date::from_days(day).map(|date| date.to_string()))
        .collect::<Result<_, _>>()?;
    let night = |date: &String| json!({ "date": date, "rate_code": "BAR", "room_type": "A", "market": "Direct", "channel": "Direct", "complimentary": false });
    let line = |(place, date): (usize, &String)| json!({ "folio": "1", "posting": (place + 1).to_string(), "date": date, "category": 9, "net": rate, "gross": rate, "currency": "EUR" });
    let version = json!({
        "hotel": hotel, "confirmation": confirmation, "leg": 1, "share": 0, "version": 1, "group": null,
        "programme": PROGRAMME, "member": guest.id, "member_number": null, "booked": null,
        "arrival": arrival, "departure": departure, "status": "checked_out",
        "rooms": [{
            "number": "305", "occupant_member": true, "payer_member": true,
            "nights": dates.iter().map(night).collect::<Vec<_>>(),
            "lines": dates.iter().enumerate().map(line).collect::<Vec<_>>(),
        }],
    });
    let pms = connect(network, owner, "pms")?;
    let arguments = json!({ "request_id": random_hex::<16>()?, "hotel": hotel, "as_of": departure });
    let call = Call::new("stay.post", arguments.to_string())
        .with_transient("stay", version.to_string())
        .with_transient("secret", network.secret(&owner.name)?);
    transact(&pms, call).await
}

async fn transfer(network: &Network, from: &Person, to: &Person, points: u64, as_of: &str) -> Result<Value> {
    let agent = connect(network, network.topology().organisation("aurora")?, "agent")?;
    let wish = json!({ "to": to.id, "points": points, "as_of": as_of });
    let arguments = signed(network, from, "points.transfer", wish)?;
    transact(&agent, Call::new("points.transfer", arguments.to_string())).await
}

async fn redeem(network: &Network, guest: &Person, points: u64, as_of: &str) -> Result<Value> {
    let desk = connect(network, network.topology().organisation("cedar")?, "frontdesk")?;
    let wish = json!({ "points": points, "hotel": "CED-LODGE", "reward": "dinner", "as_of": as_of });
    let arguments = signed(network, guest, "reward.reserve", wish)?;
    let held = transact(&desk, Call::new("reward.reserve", arguments.to_string())).await?;
    let commit = json!({ "request_id": random_hex::<16>()?, "reservation": held["reservation"], "as_of": as_of });
    transact(&desk, Call::new("reward.commit", commit.to_string())).await
}

/// Arguments with the member's word.
fn signed(network: &Network, member: &Person, function: &str, wish: Value) -> Result<Value> {
    let mut order = json!({ "programme": PROGRAMME, "member": member.id });
    if let (Some(order), Value::Object(wish)) = (order.as_object_mut(), wish) {
        order.extend(wish);
    }
    intent::signed(&member.key, &network.topology().channel, function, &random_hex::<16>()?, order)
}

async fn transact(gateway: &Gateway, call: Call) -> Result<Value> {
    let committed = gateway.transact(call).await?;
    serde_json::from_slice(&committed.result).context("the answer is no JSON")
}

async fn evaluate(gateway: &Gateway, function: &str, question: &Value) -> Result<Value> {
    let answer = gateway.evaluate(Call::new(function, question.to_string())).await?;
    serde_json::from_slice(&answer).context("the answer is no JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}
