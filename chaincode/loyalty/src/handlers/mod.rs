//! The functions of the chaincode: a thin layer between arguments, rules, books and world state.
//!
//! Each function takes one JSON object and answers one. It says who may call it, reads the rows it needs, asks the rules
//! and the books, and writes what came out. Refusals carry a stable code; nothing is written then.
//!
//! Invariant: no function reads more than a bounded number of rows, and only queries and the closing of an import scan.

mod access;
mod adjust;
mod awaited;
mod award;
mod claim;
mod clock;
mod convert;
mod enrol;
pub mod event;
mod exchange;
mod expiry;
mod goodwill;
mod hotel;
mod import;
mod issue;
mod journal;
mod mandate;
mod member;
mod number;
mod policy;
mod programme;
mod purchase;
mod refusal;
mod request;
mod revenue_map;
mod reward;
mod secret;
mod spending;
mod statement;
mod stay;
mod terms;
mod text;
mod token;
mod transfer;
mod treasury;
mod upkeep;
mod wallet;

use folio_chaincode_sdk::{Query, Router, Submit};

/// Every function by its name.
pub static ROUTER: Router = Router::new(&[
    ("stay.post", &Submit(stay::post)),
    ("stay.get", &Query(stay::get)),
    ("stay.void", &Submit(stay::void)),
    ("stay.resolve", &Submit(stay::resolve)),
    ("stay.suspense", &Query(stay::suspense)),
    ("stay.claim", &Submit(claim::claim)),
    ("stay.claims", &Query(claim::claims)),
    ("stay.answer_claim", &Submit(claim::answer)),
    ("purchase.post", &Submit(purchase::post)),
    ("purchase.get", &Query(purchase::get)),
    ("points.award", &Submit(award::award)),
    ("points.due", &Query(expiry::due)),
    ("points.expire", &Submit(expiry::expire)),
    ("points.extend", &Submit(goodwill::extend)),
    ("points.reinstate", &Submit(goodwill::reinstate)),
    ("points.transfer", &Submit(transfer::transfer)),
    ("points.convert", &Submit(convert::convert)),
    ("reward.reserve", &Submit(reward::reserve)),
    ("reward.commit", &Submit(reward::commit)),
    ("reward.release", &Submit(reward::release)),
    ("member.enrol", &Submit(enrol::enrol)),
    ("member.get", &Query(member::get)),
    ("member.bind_key", &Submit(member::bind_key)),
    ("member.statement", &Query(statement::statement)),
    ("member.resolve", &Query(number::resolve)),
    ("programme.propose", &Submit(programme::propose)),
    ("programme.approve", &Submit(programme::approve)),
    ("programme.activate", &Submit(programme::activate)),
    ("programme.get", &Query(programme::get)),
    ("programme.versions", &Query(programme::versions)),
    ("programme.simulate", &Query(stay::simulate)),
    ("hotel.register", &Submit(hotel::register)),
    ("hotel.get", &Query(hotel::get)),
    ("hotel.map_revenue", &Submit(revenue_map::map)),
    ("hotel.revenue_map", &Query(revenue_map::get)),
    ("fx.post", &Submit(exchange::post)),
    ("fx.get", &Query(exchange::get)),
    ("policy.set", &Submit(policy::set)),
    ("policy.get", &Query(policy::get)),
    ("wallet.withdraw", &Submit(wallet::withdraw)),
    ("wallet.deposit", &Submit(wallet::deposit)),
    ("wallet.get", &Query(wallet::get)),
    ("Name", &Query(token::name)),
    ("Symbol", &Query(token::symbol)),
    ("Decimals", &Query(token::decimals)),
    ("TotalSupply", &Query(token::total_supply)),
    ("BalanceOf", &Query(token::balance_of)),
    ("Transfer", &Submit(token::transfer)),
    ("Approve", &Submit(token::allow)),
    ("Allowance", &Query(token::allowance)),
    ("TransferFrom", &Submit(token::transfer_from)),
    ("ClientAccountBalance", &Query(token::client_account_balance)),
    ("ClientAccountID", &Query(token::client_account_id)),
    ("erc721:Name", &Query(token::voucher_name)),
    ("erc721:Symbol", &Query(token::voucher_symbol)),
    ("erc721:TotalSupply", &Query(token::voucher_supply)),
    ("erc721:BalanceOf", &Query(token::voucher_balance)),
    ("erc721:Approve", &Submit(token::approve)),
    ("erc721:TransferFrom", &Submit(token::transfer_voucher)),
    ("OwnerOf", &Query(token::owner_of)),
    ("GetApproved", &Query(token::get_approved)),
    ("SetApprovalForAll", &Submit(token::set_approval_for_all)),
    ("IsApprovedForAll", &Query(token::is_approved_for_all)),
    ("TokenURI", &Query(token::token_uri)),
    ("Mint", &Submit(token::mint)),
    ("Burn", &Submit(token::burn)),
    ("treasury.open", &Submit(treasury::open)),
    ("treasury.fund", &Submit(treasury::fund)),
    ("treasury.award", &Submit(treasury::award)),
    ("treasury.get", &Query(treasury::get)),
    ("points.import", &Submit(import::import)),
    ("points.import_close", &Submit(import::close)),
    ("points.import_get", &Query(import::get)),
    ("points.mirror", &Submit(import::mirror)),
    ("points.mirror_list", &Query(import::mirror_list)),
    ("points.adjust", &Submit(adjust::adjust)),
    ("reward.define", &Submit(reward::define)),
    ("reward.withdraw", &Submit(reward::withdraw)),
    ("reward.stock", &Submit(reward::stock)),
    ("reward.catalogue", &Query(reward::catalogue)),
    ("reward.available", &Query(reward::available)),
    ("reward.refund", &Submit(reward::refund)),
    ("reward.overdue", &Query(reward::overdue)),
    ("reward.sweep", &Submit(reward::sweep)),
    ("reward.award_night_quote", &Query(reward::award_night_quote)),
    ("reward.award_night_book", &Submit(reward::award_night_book)),
    ("reward.award_night_cancel", &Submit(reward::award_night_cancel)),
    ("reward.award_night_stay", &Submit(reward::award_night_stay)),
    ("reward.award_night_no_show", &Submit(reward::award_night_no_show)),
    ("certificate.issue", &Submit(reward::certificate_issue)),
    ("certificate.void", &Submit(reward::certificate_void)),
    ("certificate.transfer", &Submit(reward::certificate_transfer)),
    ("certificate.list", &Query(reward::certificate_list)),
]);
