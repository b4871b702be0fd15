//! A consortium of three chains over the mock ledger, and what tests say to it.

use std::collections::{BTreeMap, BTreeSet};

use folio_chaincode_sdk::{Call, Creator, MockLedger};
use folio_loyalty::handlers::ROUTER;
use folio_loyalty::rules::programme::{Definition, demonstrated};
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::contract;

pub const HILTON: &str = "hilton-honors";
pub const TEXTBOOK: &str = "textbook";
pub const MARRIOTT: &str = "marriott-bonvoy";
pub const IHG: &str = "ihg-one-rewards";
pub const ACCOR: &str = "accor-all";
pub const EVERYTHING: &str = "everything";

pub const AURORA: &str = "AuroraMSP";
pub const BOREA: &str = "BoreaMSP";
pub const CEDAR: &str = "CedarMSP";

pub const CITY: &str = "AUR-CITY";
pub const RESORT: &str = "BOR-RESORT";
pub const LODGE: &str = "CED-LODGE";
/// A hotel of Aurora's that is not in the registry.
pub const NEW: &str = "AUR-NEW";

/// 2016-02-01, noon in UTC.
pub const NOW: i64 = 1_454_328_000;
pub const TODAY: &str = "2016-02-01";

/// How many calls of one function a world holds against the contract.
const HELD_CALLS_MAX: u32 = 16;

/// The ledger, and a number that makes every request new.
pub struct World {
    pub ledger: MockLedger,
    requests: u64,
    /// Functions of which a request was repeated.
    repeated: BTreeSet<String>,
    /// How many calls of each function were held against the contract.
    held: BTreeMap<String, u32>,
}

impl World {
    /// Hotels of three chains, the two programmes of the shipped consortium in force, and a rate of exchange.
    pub fn new() -> Self {
        let mut world = Self::empty();
        for (hotel, msp, brand) in [(CITY, AURORA, "Hilton"), (RESORT, BOREA, "Resort"), (LODGE, CEDAR, "Lodge")] {
            world.manager(msp);
            world.ok("hotel.register", register(hotel, msp, brand));
        }
        for (id, text) in demonstrated() {
            let definition = Definition::from_toml(text).unwrap();
            world.activate(id, &definition);
        }
        world.manager(AURORA);
        world.ok("fx.post", json!({ "from": "EUR", "to": "USD", "date": "2015-01-01", "rate": "1.2" }));
        world
    }

    pub fn empty() -> Self {
        let mut ledger = MockLedger::new(AURORA);
        ledger.set_names("folio", "loyalty");
        ledger.set_timestamp(NOW);
        Self { ledger, requests: 0, repeated: BTreeSet::new(), held: BTreeMap::new() }
    }

    /// Puts a version in force, as its owner's managers do.
    pub fn activate(&mut self, id: &str, definition: &Definition) {
        self.manager(&definition.owner);
        self.ok("programme.propose", json!({ "definition": definition }));
        let version = json!({ "programme": id, "version": definition.version });
        self.ok("programme.approve", version.clone());
        self.ok("programme.activate", version);
    }

    pub fn client(&mut self, msp: &str, role: &str, hotels: &str) {
        self.ledger.set_client(msp, &[("folio.role", role), ("folio.hotels", hotels)]);
        self.ledger.set_peer(msp);
    }

    pub fn manager(&mut self, msp: &str) {
        self.client(msp, "manager", "");
    }

    /// Another manager of the organisation, with a certificate of their own.
    pub fn other_manager(&mut self, msp: &str) {
        let mut creator = Creator { msp_id: msp.to_owned(), fingerprint: vec![9; 32], ..Creator::default() };
        creator.attributes.push(("folio.role".to_owned(), "manager".to_owned()));
        self.ledger.set_creator(creator);
        self.ledger.set_peer(msp);
    }

    pub fn agent(&mut self, msp: &str) {
        self.client(msp, "agent", "");
    }

    pub fn desk(&mut self, hotel: &str) {
        self.client(owner_of(hotel), "frontdesk", hotel);
    }

    /// The arguments with a request id that was not used before, unless they have one.
    pub fn request(&mut self, mut arguments: Value) -> Value {
        self.requests += 1;
        let object = arguments.as_object_mut().unwrap();
        object.entry("request_id").or_insert_with(|| format!("r{}", self.requests).into());
        arguments
    }

    pub fn submit(&mut self, function: &str, arguments: Value) -> Call<Vec<u8>> {
        let arguments = self.request(arguments);
        let call = self.ledger.submit(&ROUTER, function, &arguments);
        self.hold(function, &arguments, &call);
        if call.result.is_ok() && self.repeated.insert(function.to_owned()) {
            let again = self.ledger.simulate(&ROUTER, function, &arguments);
            contract::hold_repeated(function, &call, &again);
        }
        call
    }

    /// Holds a call against the contract, unless enough calls of the function were in this world: a history has many.
    fn hold(&mut self, function: &str, arguments: &Value, call: &Call<Vec<u8>>) {
        let held = self.held.entry(function.to_owned()).or_default();
        if *held < HELD_CALLS_MAX {
            *held += 1;
            contract::hold(function, arguments, call);
        }
    }

    pub fn ok(&mut self, function: &str, arguments: Value) -> Value {
        let call = self.submit(function, arguments);
        call.json().unwrap_or_else(|error| panic!("{function}: {error}"))
    }

    pub fn refused(&mut self, function: &str, arguments: Value) -> &'static str {
        let call = self.submit(function, arguments);
        assert!(!call.writes_anything(), "{function} was refused and wrote");
        call.refusal().unwrap_or_else(|| panic!("{function} was not refused: {:?}", call.json::<Value>()))
    }

    pub fn query(&mut self, function: &str, arguments: Value) -> Result<Value, &'static str> {
        let call = self.ledger.simulate(&ROUTER, function, &arguments);
        self.hold(function, &arguments, &call);
        assert!(!call.writes_anything());
        call.json().map_err(|error| error.code)
    }

    /// Enrols a member and answers the id.
    pub fn enrol(&mut self, programme: &str, as_of: &str) -> String {
        self.agent(programme_owner(programme));
        let enrolled = self.ok("member.enrol", json!({ "programme": programme, "as_of": as_of }));
        enrolled["member"].as_str().unwrap().to_owned()
    }

    /// Binds the key to a member, who was enrolled by this programme.
    pub fn bind(&mut self, programme: &str, member: &str, key: &SigningKey) {
        self.agent(programme_owner(programme));
        self.ok("member.bind_key", json!({ "member": member, "key": public(key) }));
    }

    /// Reports a stay as its hotel does.
    pub fn post(&mut self, stay: &Stay) -> Value {
        let call = self.try_post(stay);
        call.json().unwrap_or_else(|error| panic!("stay.post: {error}"))
    }

    pub fn try_post(&mut self, stay: &Stay) -> Call<Vec<u8>> {
        let hotel = stay.hotel().to_owned();
        self.desk(&hotel);
        self.hand_in(stay);
        let call = self.submit("stay.post", json!({ "hotel": hotel, "as_of": stay.as_of() }));
        self.ledger.clear_transient();
        call
    }

    /// Reports a purchase as its shop does.
    pub fn purchase(&mut self, purchase: &Value, as_of: &str) -> Call<Vec<u8>> {
        let shop = purchase["shop"].as_str().unwrap().to_owned();
        self.desk(&shop);
        self.ledger.set_transient("purchase", purchase.to_string().into_bytes());
        self.ledger.set_transient("secret", secret(owner_of(&shop)));
        let call = self.submit("purchase.post", json!({ "shop": shop, "as_of": as_of }));
        self.ledger.clear_transient();
        call
    }

    /// Has a version that waits judged again, as its hotel does.
    pub fn resolve(&mut self, stay: &Stay) -> Result<Value, folio_chaincode_sdk::Error> {
        let hotel = stay.hotel().to_owned();
        self.desk(&hotel);
        self.hand_in(stay);
        let call = self.submit("stay.resolve", json!({ "hotel": hotel, "as_of": stay.as_of() }));
        self.ledger.clear_transient();
        call.json()
    }

    /// Puts a stay and its hotel's secret into the transient map.
    pub fn hand_in(&mut self, stay: &Stay) {
        self.ledger.set_transient("stay", stay.json());
        self.ledger.set_transient("secret", secret(owner_of(stay.hotel())));
    }

    /// What a member has in a programme.
    pub fn account(&mut self, programme: &str, member: &str) -> Value {
        self.agent(programme_owner(programme));
        self.query("member.get", json!({ "member": member, "programme": programme })).unwrap()["account"].clone()
    }

    /// Points free to spend, set aside and owed.
    pub fn figures(&mut self, programme: &str, member: &str) -> (u64, u64, u64) {
        let account = self.account(programme, member);
        let of = |field: &str| account[field].as_u64().unwrap_or(0);
        (of("available"), of("reserved"), of("debt"))
    }

    /// The causes of a member's statement lines with the change of what is available, the newest first.
    pub fn lines(&mut self, programme: &str, member: &str) -> Vec<(String, i64)> {
        self.agent(programme_owner(programme));
        let page = self.query("member.statement", json!({ "member": member, "programme": programme })).unwrap();
        let lines = page["lines"].as_array().unwrap().iter();
        lines.map(|line| (line["cause"].as_str().unwrap().to_owned(), line["available"].as_i64().unwrap())).collect()
    }

    /// Lifts the limit on how old a spending may be, as for a channel that replays history.
    pub fn replay_history(&mut self) {
        self.agree(json!({ "spend_lag_days_max": null }));
    }

    /// Brings a policy in force that names the three organisations, as far as nothing else is said. Cedar's manager has the
    /// last word.
    pub fn agree(&mut self, mut policy: Value) {
        let fields = policy.as_object_mut().unwrap();
        fields.entry("organisations").or_insert_with(|| json!([AURORA, BOREA, CEDAR]));
        self.manager(AURORA);
        let mut decided = self.ok("policy.propose", policy);
        for msp in [BOREA, CEDAR] {
            self.manager(msp);
            if decided["in_force"] == false {
                let approval = json!({ "proposed_by": AURORA, "digest": decided["digest"] });
                decided = self.ok("policy.approve", approval);
            }
        }
        assert_eq!(decided["in_force"], true);
    }

    /// An intent for one of the functions, with a nonce of its own.
    pub fn intent(&mut self, function: &str, fields: Value) -> Value {
        self.requests += 1;
        let mut intent = json!({
            "channel": "folio",
            "chaincode": "loyalty",
            "function": function,
            "programme": HILTON,
            "nonce": format!("{:032x}", self.requests),
            "valid_until": NOW + 600,
            "as_of": TODAY,
        });
        let intent_fields = intent.as_object_mut().unwrap();
        intent_fields.extend(fields.as_object().unwrap().clone());
        intent
    }
}

/// A purchase of one item.
pub fn purchase(member: &str, programme: &str, source: &str, order: &str, net: i64) -> Value {
    json!({
        "shop": CITY, "order": order, "version": 1, "source": source, "programme": programme, "member": member,
        "date": "2016-01-20", "status": "paid",
        "items": [{ "item": "A-1", "category": "goods", "quantity": 1, "net": net, "currency": "EUR" }],
    })
}

/// Arguments of `hotel.register`.
pub fn register(hotel: &str, msp: &str, brand: &str) -> Value {
    let commitment = Sha256::new().chain_update(b"folio-hotel-secret-v1").chain_update(secret(msp)).finalize();
    json!({ "hotel": hotel, "brand": brand, "currency": "EUR", "secret_commitment": hex(&commitment) })
}

/// The intent with the member's signature, as arguments carry it.
pub fn signed(intent: &Value, key: &SigningKey) -> Value {
    let text = intent.to_string();
    let signature: Signature = key.sign(format!("folio-intent-v1\n{text}").as_bytes());
    json!({ "intent": text, "signature": hex(signature.normalize_s().to_der().as_bytes()) })
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

pub fn public(key: &SigningKey) -> String {
    hex(key.verifying_key().to_sec1_point(true).as_bytes())
}

pub fn secret(msp: &str) -> [u8; 32] {
    Sha256::digest(msp.as_bytes()).into()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The chain of a hotel, which its code begins with.
pub fn owner_of(hotel: &str) -> &'static str {
    BTreeMap::from([("AUR", AURORA), ("BOR", BOREA), ("CED", CEDAR)])[&hotel[..3]]
}

pub fn programme_owner(programme: &str) -> &'static str {
    BTreeMap::from([
        (HILTON, AURORA),
        (TEXTBOOK, BOREA),
        (IHG, CEDAR),
        (MARRIOTT, BOREA),
        ("world-of-hyatt", CEDAR),
        (ACCOR, BOREA),
        ("wyndham-rewards", CEDAR),
        (EVERYTHING, AURORA),
        ("textbook-retail", CEDAR),
        ("textbook-ratio", BOREA),
    ])[programme]
}

/// A stay version that a test changes until it says what it should.
#[derive(Clone, Debug)]
pub struct Stay(pub Value);

impl Stay {
    /// One room in the city hotel, paid directly, `nights` nights to `check_out` at EUR 100 each.
    pub fn new(member: &str, confirmation: &str, check_out: &str, nights: i32) -> Self {
        let departure: folio_loyalty::units::Date = check_out.parse().unwrap();
        let date = |back: i32| departure.add_days(-back).unwrap().to_string();
        let listed: Vec<Value> = (1..=nights)
            .rev()
            .map(|back| {
                json!({ "date": date(back), "rate_code": "BAR", "room_type": "A", "market": "Direct",
                    "channel": "Direct", "complimentary": false })
            })
            .collect();
        let lines: Vec<Value> = (1..=nights)
            .rev()
            .enumerate()
            .map(|(posting, back)| {
                json!({ "folio": "1", "posting": posting.to_string(), "date": date(back), "category": 9, "net": 10_000,
                    "gross": 11_000, "currency": "EUR" })
            })
            .collect();
        Self(json!({
            "hotel": CITY, "confirmation": confirmation, "leg": 1, "share": 0, "version": 1, "group": null,
            "programme": HILTON, "member": member, "member_number": null, "booked": null,
            "arrival": date(nights), "departure": check_out, "status": "checked_out",
            "rooms": [{ "number": null, "occupant_member": true, "payer_member": true, "nights": listed,
                "lines": lines }],
        }))
    }

    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    /// The net amount of every line, in cents.
    pub fn at(mut self, net: i64) -> Self {
        for line in self.0["rooms"][0]["lines"].as_array_mut().unwrap() {
            line["net"] = net.into();
        }
        self
    }

    pub fn market(mut self, market: &str) -> Self {
        for night in self.0["rooms"][0]["nights"].as_array_mut().unwrap() {
            night["market"] = market.into();
        }
        self
    }

    pub fn hotel(&self) -> &str {
        self.0["hotel"].as_str().unwrap()
    }

    pub fn as_of(&self) -> &str {
        self.0["departure"].as_str().unwrap()
    }

    pub fn json(&self) -> Vec<u8> {
        self.0.to_string().into_bytes()
    }
}
