//! A chaincode that does, on demand, everything that a peer must measure, bound or refuse.
//!
//! It is no example of a good chaincode: the runtime's tests and benchmarks drive its component.

#[cfg(not(target_arch = "wasm32"))]
pub mod build;
mod limits;
mod rows;

pub use limits::KEY_MARK;

use folio_chaincode_sdk::{Context, Error, Query, Result, Router, Submit, export};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Functions that take no arguments.
#[derive(Deserialize, JsonSchema)]
pub struct Nothing {}

/// Text in, and text out.
#[derive(Deserialize, Serialize, JsonSchema)]
pub struct Text {
    /// The text.
    pub text: String,
}

/// What the chaincode learnt of its caller.
#[derive(Serialize, JsonSchema)]
struct Caller<'a> {
    channel: &'a str,
    chaincode: &'a str,
    tx_id: &'a str,
    timestamp_seconds: i64,
    msp_id: &'a str,
    role: String,
    common_name: &'a str,
    attributes: &'a [(String, String)],
    fingerprint: &'a [u8],
    transient: Option<Vec<u8>>,
}

fn echo(_: &Context<'_>, arguments: Text) -> Result<Text> {
    Ok(arguments)
}

fn refuse(context: &mut Context<'_>, arguments: Text) -> Result<()> {
    context.put("refused".to_owned(), vec![1]);
    Err(Error::new("REFUSED", arguments.text))
}

fn caller(context: &Context<'_>, _: Nothing) -> Result<serde_json::Value> {
    let invocation = context.invocation();
    let caller = Caller {
        channel: &invocation.channel,
        chaincode: &invocation.chaincode,
        tx_id: &invocation.tx_id,
        timestamp_seconds: invocation.timestamp_seconds,
        msp_id: &invocation.creator.msp_id,
        role: format!("{:?}", invocation.creator.role),
        common_name: &invocation.creator.common_name,
        attributes: &invocation.creator.attributes,
        fingerprint: &invocation.creator.fingerprint,
        transient: context.transient("stay").map(<[u8]>::to_vec),
    };
    serde_json::to_value(caller).map_err(|error| Error::new("UNWRITABLE", error.to_string()))
}

/// The probe's functions.
pub static ROUTER: Router = Router::new(&[
    ("echo", &Query(echo)),
    ("refuse", &Submit(refuse)),
    ("caller", &Query(caller)),
    ("put2get2", &Submit(rows::put2get2)),
    ("writes", &Submit(rows::writes)),
    ("scan", &Query(rows::scan)),
    ("history", &Query(rows::history)),
    ("history_and_write", &Submit(rows::history_and_write)),
    ("private_put", &Submit(rows::private_put)),
    ("private_get", &Query(rows::private_get)),
    ("private_hash", &Query(rows::private_hash)),
    ("spin", &Query(limits::spin)),
    ("fill", &Query(limits::fill)),
    ("panic", &Query(limits::panic)),
    ("recurse", &Query(limits::recurse)),
    ("eat_memory", &Query(limits::eat_memory)),
    ("respond", &Query(limits::respond)),
    ("emit", &Submit(limits::emit)),
    ("log", &Query(limits::log)),
    ("hash", &Query(limits::hash)),
    ("verify", &Query(limits::verify)),
    ("nan", &Query(limits::nan)),
    ("marked_key", &Query(limits::marked_key)),
]);

export!(ROUTER);
