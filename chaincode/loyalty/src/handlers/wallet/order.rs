//! A wallet's word: what its key signed.

#[cfg(not(target_arch = "wasm32"))]
use folio_chaincode_sdk::of_input;
use folio_chaincode_sdk::{Context, Error, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::handlers::call::mandate::{INTENT_TAG, Scope, malformed};
use crate::handlers::call::request::RequestId;
use crate::handlers::call::text::HexBytes;
use crate::ids::{MemberId, ProgrammeId, VoucherId, WalletAddress};
use crate::state::{Nonce, Signer};
use crate::units::{Date, Points};

use super::address::address_of;

/// Arguments of every function that a wallet's key decides on. Anybody on the channel may hand them in.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct SignedCall {
    /// What the client calls its request by.
    pub(in crate::handlers) request_id: RequestId,
    /// The wallet's secp256k1 key in SEC1 form. Its address stands for the wallet.
    key: HexBytes,
    /// The exact JSON that was signed.
    intent: String,
    /// The signature over it, in DER.
    signature: HexBytes,
}

/// What a wallet's key can sign, for one function.
pub(in crate::handlers) trait WalletOrder: DeserializeOwned {
    /// The name of the function.
    const FUNCTION: &'static str;

    /// The wallet that speaks.
    fn wallet(&self) -> WalletAddress;

    /// What it is good for.
    fn scope(&self) -> Scope<'_>;
}

impl SignedCall {
    /// The order, when the wallet's key signed it for this function, and uses it up. It is verified before it is read.
    pub(in crate::handlers) fn order<O: WalletOrder>(&self, context: &mut Context<'_>) -> Result<O> {
        let (address, key) = address_of(context, &self.key)?;
        let message = [INTENT_TAG, self.intent.as_bytes()].concat();
        if !context.verify_secp256k1(&key, &message, &self.signature.0) {
            return Err(Error::new("INTENT_SIGNATURE_INVALID", "the signature is not the key's over this intent"));
        }
        let order: O = serde_json::from_str(&self.intent).map_err(malformed)?;
        if order.wallet() != address {
            let message = format!("the intent speaks for wallet {}, and the key is that of {address}", order.wallet());
            return Err(Error::new("WALLET_KEY_DIFFERS", message));
        }
        let [signer @ .., _, _, _, _] = *address.bytes();
        order.scope().use_up(context, Signer::new(signer), O::FUNCTION)?;
        Ok(order)
    }
}

/// What must be said, even if it is nothing.
fn address_or_null(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Option<WalletAddress>>()
}

macro_rules! wallet_orders {
    ($($(#[$about:meta])* $name:ident for $for:literal { $($(#[$field_about:meta])* $field:ident: $type:ty,)* })+) => {
        $(
            $(#[$about])*
            #[derive(Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub(in crate::handlers) struct $name {
                channel: String,
                chaincode: String,
                function: String,
                nonce: Nonce,
                /// Seconds since 1970.
                valid_until: i64,
                /// The programme whose points or vouchers are meant.
                pub(in crate::handlers) programme: ProgrammeId,
                /// The wallet that speaks.
                pub(in crate::handlers) wallet: WalletAddress,
                /// Business date.
                pub(in crate::handlers) as_of: Date,
                $($(#[$field_about])* pub(in crate::handlers) $field: $type,)*
            }

            impl WalletOrder for $name {
                const FUNCTION: &'static str = $for;

                fn wallet(&self) -> WalletAddress {
                    self.wallet
                }

                fn scope(&self) -> Scope<'_> {
                    let Self { channel, chaincode, function, nonce, valid_until, .. } = self;
                    Scope { channel, chaincode, function, nonce: *nonce, valid_until: *valid_until }
                }
            }
        )+

        /// What a wallet's key can sign, by the function that it is for.
        #[cfg(not(target_arch = "wasm32"))]
        pub(in crate::handlers) fn wallet_intents() -> Vec<(&'static str, Schema)> {
            vec![$(($for, of_input::<$name>()),)+]
        }
    };
}

wallet_orders! {
    /// Points into a member's account.
    DepositOrder for "wallet.deposit" {
        /// The member.
        to: MemberId,
        value: Points,
    }

    /// Points to another wallet.
    TransferOrder for "Transfer" {
        to: WalletAddress,
        value: Points,
    }

    /// Another wallet may take points, up to a value.
    ApproveOrder for "Approve" {
        spender: WalletAddress,
        value: Points,
    }

    /// Points out of a wallet that allows it.
    TransferFromOrder for "TransferFrom" {
        from: WalletAddress,
        to: WalletAddress,
        value: Points,
    }

    /// Another wallet may hand a voucher on; nothing stands for none.
    VoucherApproveOrder for "erc721:Approve" {
        #[serde(deserialize_with = "Option::deserialize")]
        #[schemars(schema_with = "address_or_null")]
        approved: Option<WalletAddress>,
        token_id: VoucherId,
    }

    /// Another wallet may do with all vouchers what the owner may.
    OperatorOrder for "SetApprovalForAll" {
        operator: WalletAddress,
        approved: bool,
    }

    /// A voucher to another wallet.
    VoucherTransferOrder for "erc721:TransferFrom" {
        from: WalletAddress,
        to: WalletAddress,
        token_id: VoucherId,
    }

    /// An end to a voucher.
    BurnOrder for "Burn" {
        token_id: VoucherId,
    }
}
