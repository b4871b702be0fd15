//! Wallets: points outside of accounts, in the hands of whoever has a key.
//!
//! A wallet is no row of a register: it is the address of a secp256k1 key, and whoever can sign with that key acts for it.
//! The order may be handed in by anybody on the channel. Points come in from a member's account (`wallet.withdraw`) and go
//! back into one (`wallet.deposit`); between wallets they move by the functions of a token.

mod address;
mod deposit;
mod order;
mod upkeep;
mod view;
mod withdraw;

pub(super) use address::{NOBODY, address_of, require_somebody};
pub(super) use deposit::deposit;
#[cfg(not(target_arch = "wasm32"))]
pub(super) use order::wallet_intents;
pub(super) use order::{
    ApproveOrder, BurnOrder, OperatorOrder, SignedCall, TransferFromOrder, TransferOrder, VoucherApproveOrder,
    VoucherTransferOrder,
};
pub(super) use upkeep::{bring_up_to, live_balance, load_to_spend};
pub(super) use view::get;
pub(super) use withdraw::withdraw;
