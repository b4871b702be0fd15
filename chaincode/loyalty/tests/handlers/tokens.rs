//! What tests of tokens begin with: a programme whose points may leave, and wallets by their keys.

use folio_chaincode_sdk::Call;
use folio_loyalty::rules::programme::{Definition, TokenRules, shipped};
use folio_loyalty::units::Points;
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{CEDAR, MARRIOTT, Stay, World, hex, key, public, signed};

/// Marriott Bonvoy as shipped, with these rules for tokens.
pub fn programme(tokens: Option<TokenRules>) -> Definition {
    let (_, text) = shipped().find(|(id, _)| *id == MARRIOTT).unwrap();
    let definition = Definition { tokens, ..Definition::from_toml(text).unwrap() };
    definition.validate().unwrap();
    definition
}

/// Points may leave, 100 at least and 10,000 a day at most; there are vouchers.
pub fn rules() -> TokenRules {
    TokenRules {
        symbol: "BON".to_owned(),
        withdrawals: true,
        minimum: Points::new(100).unwrap(),
        daily_maximum: Some(Points::new(10_000).unwrap()),
        vouchers: Some("BONV".to_owned()),
    }
}

/// Ann with 24,000 Marriott points of last week and key 1, and Bob without any.
pub struct Cast {
    pub world: World,
    pub ann: String,
    pub bob: String,
}

impl Cast {
    pub fn new() -> Self {
        Self::with(rules())
    }

    pub fn with(tokens: TokenRules) -> Self {
        let mut world = World::new();
        world.activate(MARRIOTT, &programme(Some(tokens)));
        let ann = world.enrol(MARRIOTT, "2015-06-01");
        let bob = world.enrol(MARRIOTT, "2015-06-01");
        world.bind(MARRIOTT, &ann, &key(1));
        world.post(&Stay::new(&ann, "1", "2016-01-25", 20).with("programme", MARRIOTT));
        Self { world, ann, bob }
    }

    /// Ann's signed word to put points into the wallet of a key.
    pub fn withdrawal(&mut self, points: u64, wallet: &SigningKey) -> Value {
        let ann = self.ann.clone();
        let fields = json!({ "programme": MARRIOTT, "member": ann, "points": points, "wallet": address(wallet) });
        signed(&self.world.intent("wallet.withdraw", fields), &key(1))
    }

    /// Points of Ann's in the wallet of a key.
    pub fn withdraw(&mut self, points: u64, wallet: &SigningKey) -> Value {
        let arguments = self.withdrawal(points, wallet);
        self.world.client(CEDAR, "", "");
        self.world.ok("wallet.withdraw", arguments)
    }

    /// What a wallet's key signed for a function, as arguments carry it.
    pub fn word(&mut self, function: &str, wallet: &SigningKey, fields: Value) -> Value {
        let mut all = json!({ "programme": MARRIOTT, "wallet": address(wallet) });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let intent = self.world.intent(function, all);
        by(wallet, &intent)
    }

    /// Has a wallet's word handed in by somebody who has nothing to do with it.
    pub fn submit(&mut self, function: &str, wallet: &SigningKey, fields: Value) -> Call<Vec<u8>> {
        let word = self.word(function, wallet, fields);
        self.world.client(CEDAR, "", "");
        self.world.submit(function, word)
    }

    pub fn ok(&mut self, function: &str, wallet: &SigningKey, fields: Value) -> Value {
        let call = self.submit(function, wallet, fields);
        call.json().unwrap_or_else(|error| panic!("{function}: {error}"))
    }

    pub fn refused(&mut self, function: &str, wallet: &SigningKey, fields: Value) -> &'static str {
        let call = self.submit(function, wallet, fields);
        assert!(!call.writes_anything());
        call.refusal().unwrap_or_else(|| panic!("{function} was not refused"))
    }

    /// What a query of the programme's tokens answers anybody.
    pub fn ask(&mut self, function: &str, fields: Value) -> Value {
        let mut all = json!({ "programme": MARRIOTT });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.world.client(CEDAR, "", "");
        self.world.query(function, all).unwrap_or_else(|code| panic!("{function}: {code}"))
    }

    /// What can be spent out of the wallet of a key today.
    pub fn balance(&mut self, wallet: &SigningKey) -> u64 {
        self.ask("BalanceOf", json!({ "account": address(wallet) }))["balance"].as_u64().unwrap()
    }

    pub fn figures(&mut self, member: &str) -> (u64, u64, u64) {
        self.world.figures(MARRIOTT, member)
    }
}

/// The intent, signed by a wallet's key.
pub fn by(wallet: &SigningKey, intent: &Value) -> Value {
    let mut arguments = signed(intent, wallet);
    arguments["key"] = public(wallet).into();
    arguments
}

/// The address of a key, as the documentation tells to compute it.
pub fn address(wallet: &SigningKey) -> String {
    let key = wallet.verifying_key().to_sec1_point(true);
    let digest = Sha256::new().chain_update(b"folio-wallet-v1\n").chain_update(key.as_bytes()).finalize();
    hex(&digest[12..])
}

/// The name of the event of a call, and its first change.
pub fn told(call: &Call<Vec<u8>>) -> (String, Value) {
    let (name, payload) = call.event.clone().unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    (name, payload["changes"][0].clone())
}
