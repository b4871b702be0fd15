//! The shape of what functions take beside their arguments, or inside of them as text: what a member or a wallet signs, and
//! what comes in the transient map. Native tools publish it; a component does not hold it.

use folio_chaincode_sdk::of_input;
use schemars::Schema;

use crate::handlers::call::mandate::Intent;
use crate::handlers::wallet;
use crate::rules::purchase::Purchase;
use crate::rules::stay::Stay;

/// What a member signs.
pub fn member_intent() -> Schema {
    of_input::<Intent>()
}

/// What a wallet's key signs, by function.
pub fn wallet_intents() -> Vec<(&'static str, Schema)> {
    wallet::wallet_intents()
}

/// Reports that come in the transient map, by name.
pub fn reports() -> Vec<(&'static str, Schema)> {
    vec![("purchase", of_input::<Purchase<'_>>()), ("stay", of_input::<Stay<'_>>())]
}
