//! The rules of the loyalty chaincode, held through its public functions over a mock ledger.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests may stop where they stand"
)]

mod agreements;
mod arbitrary;
mod award_nights;
mod benefits;
mod budgets;
mod campaign_decisions;
mod campaign_histories;
mod campaign_lives;
mod campaign_parties;
mod campaigns;
mod catalogue;
mod certificates;
mod claims;
mod closings;
mod club;
mod contract;
mod conversion;
mod crowds;
mod disputes;
mod earning;
mod everything;
mod fees;
mod gifts;
mod groups;
mod growth;
mod histories;
mod holds;
mod imports;
mod lapsing;
mod liability;
mod members;
mod merged;
mod mirrors;
mod offers;
mod persons;
mod policies;
mod pools;
mod privacy;
mod programmes;
mod redeemer;
mod refunds;
mod registry;
mod reward_histories;
mod schema;
mod settlement;
mod settlement_audit;
mod settlement_histories;
mod settling;
mod spending;
mod status;
mod stays;
mod suspense;
mod textbook;
mod together;
mod token_histories;
mod tokens;
mod treasuries;
mod vectors;
mod vouchers;
mod wallets;
mod what_is_available;
mod world;
