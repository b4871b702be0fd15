//! Points and vouchers as tokens, by the names of ERC-20 and ERC-721.
//!
//! The points of a programme are one fungible token, and its vouchers one collection; every function takes the programme.
//! Where both standards have a function of one name, it means the points, and `erc721:` before it the vouchers. What
//! changes something is a [`SignedCall`](crate::handlers::wallet::SignedCall) of the wallet that decides; what only asks is open to
//! everybody on the channel, and adds up pages where the standard has one number.

mod allowance;
mod approval;
mod facts;
mod points;
mod supply;
mod voucher;
mod voucher_facts;

pub(super) use approval::{approve, set_approval_for_all};
pub(super) use facts::{
    balance_of, client_account_balance, client_account_id, decimals, name, symbol, voucher_name, voucher_symbol,
};
pub(super) use points::{allow, allowance, transfer, transfer_from};
pub(super) use supply::{total_supply, voucher_balance, voucher_supply};
pub(super) use voucher::{burn, mint, transfer_voucher};
pub(super) use voucher_facts::{get_approved, is_approved_for_all, owner_of, token_uri};
