//! Members and stays as the chains' systems hand them in.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use folio_client::Call;
use folio_crypto::{Curve, SigningKey, create_private_folder, write_key_file};
use k256::ecdsa::VerifyingKey;
use serde_json::{Value, json};

use crate::TestNetwork;
use crate::deliver::now;

/// The programme of Aurora.
pub const PROGRAMME: &str = "hilton-honors";
/// The hotel of Aurora.
pub const HOTEL: &str = "AUR-CITY";
/// The business date of the stays.
const AS_OF: &str = "2016-03-02";

/// A member of [`PROGRAMME`] with a key of its own.
pub struct Guest {
    /// The member's id.
    pub member: String,
    key: SigningKey,
}

impl Guest {
    /// Enrols a new member, and binds a new key.
    pub async fn enrol(network: &TestNetwork) -> Result<Self> {
        let member = random()?;
        let agent = network.connect("aurora", "agent")?;
        let secret = network.network().secret("aurora")?;
        let enrolment = json!({
            "request_id": format!("enrol-{member}"), "programme": PROGRAMME, "member": member, "as_of": "2015-01-01",
        });
        let call = Call::new("member.enrol", enrolment.to_string());
        let call = call.with_transient("number", format!("SYN-{member}")).with_transient("secret", secret);
        agent.transact(call).await.context("member.enrol")?;
        let key = SigningKey::generate(Curve::Secp256k1)?;
        let point = VerifyingKey::from_sec1_bytes(&key.public_key().sec1_bytes())?.to_sec1_point(true);
        let binding = json!({
            "request_id": format!("bind-{member}"), "member": member, "key": hex::encode(point.as_bytes()),
        });
        agent.transact(Call::new("member.bind_key", binding.to_string())).await.context("member.bind_key")?;
        Ok(Self { member, key })
    }

    /// Keeps the member's key in a folder that nobody else may enter, and gives the file.
    pub fn write_key(&self, folder: &Path) -> Result<PathBuf> {
        create_private_folder(folder)?;
        let file = folder.join(&self.member).with_extension("pem");
        write_key_file(&file, self.key.to_pkcs8_pem()?.as_bytes())?;
        Ok(file)
    }

    /// A stay of one night at 100 euros, with some fields changed.
    pub fn stay(&self, changes: Value) -> Result<Value> {
        let mut stay = json!({
            "hotel": HOTEL, "confirmation": random()?, "leg": 1, "share": 0, "version": 1, "group": null,
            "programme": PROGRAMME, "member": self.member, "member_number": null,
            "booked": "2016-02-01", "arrival": "2016-03-01", "departure": AS_OF, "status": "checked_out",
            "rooms": [{
                "number": "305", "occupant_member": true, "payer_member": true,
                "nights": [{ "date": "2016-03-01", "rate_code": "BAR", "room_type": "A", "market": "Direct",
                    "channel": "Direct", "complimentary": false }],
                "lines": [{ "folio": "1", "posting": "1", "date": "2016-03-01", "category": 9, "net": 10_000,
                    "gross": 10_000, "currency": "EUR" }],
            }],
        });
        let fields = stay.as_object_mut().context("a stay is an object")?;
        fields.extend(changes.as_object().cloned().unwrap_or_default());
        Ok(stay)
    }

    /// The arguments of a transfer that the member signed, with some fields of the intent changed before.
    pub fn transfer(&self, to: &str, points: u64, changes: Value) -> Result<Value> {
        let mut intent = json!({
            "channel": "folio", "chaincode": "loyalty", "function": "points.transfer", "programme": PROGRAMME,
            "member": self.member, "to": to, "points": points, "nonce": random()?,
            "valid_until": now().seconds + 600, "as_of": AS_OF,
        });
        let fields = intent.as_object_mut().context("an intent is an object")?;
        fields.extend(changes.as_object().cloned().unwrap_or_default());
        let text = intent.to_string();
        let signature = self.key.sign(format!("folio-intent-v1\n{text}").as_bytes());
        Ok(json!({ "request_id": random()?, "intent": text, "signature": hex::encode(signature) }))
    }
}

/// The call that hands a stay in for `hotel`, with the secret of its organisation.
pub fn post(network: &TestNetwork, hotel: &str, stay: &Value) -> Result<Call> {
    let arguments = json!({ "request_id": random()?, "hotel": hotel, "as_of": AS_OF });
    let call = Call::new("stay.post", arguments.to_string());
    Ok(call.with_transient("stay", stay.to_string()).with_transient("secret", network.network().secret("aurora")?))
}

/// 32 hexadecimal digits that nobody had before.
fn random() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(hex::encode(bytes))
}
