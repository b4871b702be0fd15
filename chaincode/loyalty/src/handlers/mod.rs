//! The functions of the chaincode: a thin layer between arguments, rules, books and world state.
//!
//! Each function takes one JSON object and answers one. It says who may call it, reads the rows it needs, asks the rules
//! and the books, and writes what came out. Refusals carry a stable code; nothing is written then.
//!
//! A function stands in the room of its group: `member.merge` in `member`, `points.transfer` in `points`. Four rooms
//! have no functions and serve the others: `call` is what every function asks first, `account` how a member's account
//! is found, brought up to date and opened, `earning` what stays and purchases share, and `outcome` what is written.
//!
//! Invariant: no function reads more than a bounded number of rows, and only queries scan, the closing of an import, what
//! maintains settlement, the founding of the consortium, and the pages of a campaign's awards and draw.

mod account;
mod benefit;
mod call;
mod campaign;
mod consortium;
#[cfg(not(target_arch = "wasm32"))]
pub mod contract;
mod earning;
mod import;
mod member;
mod offer;
mod outcome;
mod points;
mod programme;
mod purchase;
mod reward;
mod settlement;
mod stay;
mod tier;
mod token;
mod treasury;
mod wallet;

use folio_chaincode_sdk::{Query, Router, Submit};

use consortium::{agreement, exchange, hotel, policy, revenue_map};
pub use outcome::event;
use points::{adjust, award, convert, expiry, gift, goodwill, pool, transfer};

/// Every function by its name, group by group.
pub static ROUTER: Router = Router::new(&[
    // Consortium.
    ("hotel.register", &Submit(hotel::register)),
    ("hotel.get", &Query(hotel::get)),
    ("hotel.map_revenue", &Submit(revenue_map::map)),
    ("hotel.revenue_map", &Query(revenue_map::get)),
    ("fx.post", &Submit(exchange::post)),
    ("fx.get", &Query(exchange::get)),
    ("policy.propose", &Submit(policy::propose)),
    ("policy.approve", &Submit(policy::approve)),
    ("policy.get", &Query(policy::get)),
    ("agreement.propose", &Submit(agreement::propose)),
    ("agreement.accept", &Submit(agreement::accept)),
    ("agreement.get", &Query(agreement::get)),
    // Programmes.
    ("programme.propose", &Submit(programme::propose)),
    ("programme.approve", &Submit(programme::approve)),
    ("programme.activate", &Submit(programme::activate)),
    ("programme.get", &Query(programme::get)),
    ("programme.versions", &Query(programme::versions)),
    ("programme.simulate", &Query(stay::simulate)),
    // Members.
    ("member.enrol", &Submit(member::enrol)),
    ("member.get", &Query(member::get)),
    ("member.bind_key", &Submit(member::bind_key)),
    ("member.statement", &Query(member::statement)),
    ("member.resolve", &Query(member::resolve)),
    ("member.rotate_key", &Submit(member::rotate_key)),
    ("member.recover", &Submit(member::recover)),
    ("member.cancel_recovery", &Submit(member::cancel_recovery)),
    ("member.link", &Submit(member::link)),
    ("member.merge", &Submit(member::merge)),
    ("member.merge_account", &Submit(member::merge_account)),
    ("member.close", &Submit(member::close)),
    ("member.match_status", &Submit(member::match_status)),
    // Stays and purchases.
    ("stay.post", &Submit(stay::post)),
    ("stay.get", &Query(stay::get)),
    ("stay.void", &Submit(stay::void)),
    ("stay.resolve", &Submit(stay::resolve)),
    ("stay.suspense", &Query(stay::suspense)),
    ("stay.claim", &Submit(stay::claim)),
    ("stay.claims", &Query(stay::claims)),
    ("stay.answer_claim", &Submit(stay::answer)),
    ("purchase.post", &Submit(purchase::post)),
    ("purchase.get", &Query(purchase::get)),
    // Points and pools.
    ("points.award", &Submit(award::award)),
    ("points.due", &Query(expiry::due)),
    ("points.expire", &Submit(expiry::expire)),
    ("points.extend", &Submit(goodwill::extend)),
    ("points.reinstate", &Submit(goodwill::reinstate)),
    ("points.transfer", &Submit(transfer::transfer)),
    ("points.convert", &Submit(convert::convert)),
    ("points.import", &Submit(import::import)),
    ("points.import_close", &Submit(import::close)),
    ("points.import_get", &Query(import::get)),
    ("points.mirror", &Submit(import::mirror)),
    ("points.mirror_list", &Query(import::mirror_list)),
    ("points.adjust", &Submit(adjust::adjust)),
    ("points.gift", &Submit(gift::give)),
    ("points.claim_gift", &Submit(gift::claim)),
    ("points.cancel_gift", &Submit(gift::cancel)),
    ("pool.open", &Submit(pool::open)),
    ("pool.join", &Submit(pool::join)),
    ("pool.leave", &Submit(pool::leave)),
    ("pool.contribute", &Submit(pool::contribute)),
    ("pool.withdraw", &Submit(pool::withdraw)),
    ("pool.get", &Query(pool::get)),
    // Rewards.
    ("reward.reserve", &Submit(reward::reserve)),
    ("reward.commit", &Submit(reward::commit)),
    ("reward.release", &Submit(reward::release)),
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
    // Tiers and benefits.
    ("tier.evaluate", &Submit(tier::evaluate)),
    ("tier.history", &Query(tier::history)),
    ("benefit.list", &Query(benefit::list)),
    ("benefit.choose", &Submit(benefit::choose)),
    ("benefit.use", &Submit(benefit::use_up)),
    // Campaigns and offers.
    ("campaign.propose", &Submit(campaign::propose)),
    ("campaign.reveal", &Submit(campaign::reveal)),
    ("campaign.approve", &Submit(campaign::approve)),
    ("campaign.activate", &Submit(campaign::activate)),
    ("campaign.close", &Submit(campaign::close)),
    ("campaign.get", &Query(campaign::get)),
    ("campaign.list", &Query(campaign::list)),
    ("campaign.register", &Submit(campaign::register)),
    ("campaign.target", &Submit(campaign::target)),
    ("campaign.award", &Submit(campaign::award)),
    ("campaign.draw", &Submit(campaign::draw)),
    ("offer.issue", &Submit(offer::issue)),
    ("offer.list", &Query(offer::list)),
    ("offer.verify", &Query(offer::verify)),
    // Settlement.
    ("settlement.seal", &Submit(settlement::seal)),
    ("settlement.fold", &Submit(settlement::fold)),
    ("settlement.price", &Submit(settlement::price)),
    ("settlement.position", &Query(settlement::position)),
    ("settlement.owed", &Query(settlement::owed)),
    ("settlement.outside", &Query(settlement::outside)),
    ("settlement.dispute", &Submit(settlement::dispute)),
    ("settlement.settle_dispute", &Submit(settlement::settle_dispute)),
    ("settlement.net", &Query(settlement::net)),
    ("settlement.close", &Submit(settlement::close)),
    ("settlement.accept", &Submit(settlement::accept)),
    ("settlement.get", &Query(settlement::get)),
    ("settlement.liability", &Query(settlement::liability)),
    ("settlement.estimate_breakage", &Submit(settlement::estimate_breakage)),
    // Tokens, wallets and treasuries.
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
]);
