//! What a member signs: an order to one function of the chaincode, on one channel, once, for a while.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use folio_crypto::SigningKey;
use serde_json::{Value, json};

use crate::session::{CHAINCODE, random_hex};

/// Comes before what is signed, so that it can be nothing else.
const INTENT_TAG: &[u8] = b"folio-intent-v1\n";

/// For how long an intent is good: longer than a lost connection is tried again.
const INTENT_SECONDS: u64 = 3_600;

/// Arguments of a call with the member's own word: an intent that says `order`, signed by `key`.
pub(crate) fn signed(key: &SigningKey, channel: &str, function: &str, request_id: &str, order: Value) -> Result<Value> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut intent = json!({
        "channel": channel,
        "chaincode": CHAINCODE,
        "function": function,
        "nonce": random_hex::<16>()?,
        "valid_until": now + INTENT_SECONDS,
    });
    if let (Some(intent), Value::Object(order)) = (intent.as_object_mut(), order) {
        intent.extend(order);
    }
    let intent = intent.to_string();
    let signature = key.sign(&[INTENT_TAG, intent.as_bytes()].concat());
    Ok(json!({ "request_id": request_id, "intent": intent, "signature": hex::encode(signature) }))
}
