//! The rules of the loyalty chaincode, held through its public functions over a mock ledger.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests may stop where they stand")]

mod arbitrary;
mod award_nights;
mod budgets;
mod campaign_decisions;
mod campaign_histories;
mod campaign_parties;
mod campaigns;
mod catalogue;
mod certificates;
mod claims;
mod conversion;
mod earning;
mod fees;
mod groups;
mod growth;
mod histories;
mod imports;
mod lapsing;
mod members;
mod mirrors;
mod offers;
mod privacy;
mod programmes;
mod redeemer;
mod refunds;
mod registry;
mod reward_histories;
mod spending;
mod stays;
mod suspense;
mod token_histories;
mod tokens;
mod treasuries;
mod vouchers;
mod wallets;
mod what_is_available;
mod world;
