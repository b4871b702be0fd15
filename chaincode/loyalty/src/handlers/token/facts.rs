//! What a token is, and who has how many: the queries of ERC-20 that look at one row.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::clock;
use crate::handlers::call::text::HexBytes;
use crate::handlers::programme::terms::{self, Terms};
use crate::handlers::wallet::{address_of, live_balance};
use crate::ids::{ProgrammeId, WalletAddress};
use crate::rules::programme::TokenRules;
use crate::state::Wallet;
use crate::units::{Date, Points};

/// Arguments of what asks about the token itself.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct About {
    programme: ProgrammeId,
}

/// Arguments of `BalanceOf`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct BalanceOf {
    programme: ProgrammeId,
    account: WalletAddress,
    /// Nothing stands for the date of the proposal.
    #[serde(default)]
    as_of: Option<Date>,
}

/// Arguments of `ClientAccountBalance`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct ClientBalance {
    programme: ProgrammeId,
    /// The client's secp256k1 key in SEC1 form.
    key: HexBytes,
    /// Nothing stands for the date of the proposal.
    #[serde(default)]
    as_of: Option<Date>,
}

/// Arguments of `ClientAccountID`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct ClientKey {
    /// The client's secp256k1 key in SEC1 form.
    key: HexBytes,
}

/// A token's name.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Name {
    name: String,
}

/// A token's short name.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Symbol {
    symbol: String,
}

/// How many digits stand behind the point.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Decimals {
    decimals: u8,
}

/// What can be spent out of a wallet on a date.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Balance {
    account: WalletAddress,
    balance: Points,
    as_of: Date,
}

/// A wallet.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Account {
    account: WalletAddress,
}

/// The name of the points is that of the programme.
pub(in crate::handlers) fn name(context: &Context<'_>, arguments: About) -> Result<Name> {
    Ok(Name { name: terms_now(context, &arguments.programme)?.definition.name })
}

/// The name of the vouchers is that of the programme, too.
pub(in crate::handlers) fn voucher_name(context: &Context<'_>, arguments: About) -> Result<Name> {
    voucher_symbol_of(&token_rules(context, &arguments.programme)?)?;
    name(context, arguments)
}

/// The symbol of the points.
pub(in crate::handlers) fn symbol(context: &Context<'_>, arguments: About) -> Result<Symbol> {
    Ok(Symbol { symbol: token_rules(context, &arguments.programme)?.symbol })
}

/// The symbol of the vouchers.
pub(in crate::handlers) fn voucher_symbol(context: &Context<'_>, arguments: About) -> Result<Symbol> {
    Ok(Symbol { symbol: voucher_symbol_of(&token_rules(context, &arguments.programme)?)? })
}

/// Points are whole.
pub(in crate::handlers) fn decimals(context: &Context<'_>, arguments: About) -> Result<Decimals> {
    terms::must_get(context, &arguments.programme)?;
    Ok(Decimals { decimals: 0 })
}

/// What can be spent out of a wallet; nothing, when nothing ever went into it.
pub(in crate::handlers) fn balance_of(context: &Context<'_>, arguments: BalanceOf) -> Result<Balance> {
    let BalanceOf { programme, account, as_of } = arguments;
    terms::must_get(context, &programme)?;
    let as_of = as_of.map_or_else(|| clock::proposal_date(context), Ok)?;
    let wallet = Wallet::load(context, &programme, account, as_of)?;
    Ok(Balance { account, balance: live_balance(&wallet, as_of)?, as_of: as_of.max(wallet.last_business_date) })
}

/// The same for the wallet of a key.
pub(in crate::handlers) fn client_account_balance(context: &Context<'_>, arguments: ClientBalance) -> Result<Balance> {
    let ClientBalance { programme, key, as_of } = arguments;
    let (account, _) = address_of(context, &key)?;
    balance_of(context, BalanceOf { programme, account, as_of })
}

/// The wallet of a key: what to tell others who are to send something.
pub(in crate::handlers) fn client_account_id(context: &Context<'_>, arguments: ClientKey) -> Result<Account> {
    let (account, _) = address_of(context, &arguments.key)?;
    Ok(Account { account })
}

/// The symbol of the vouchers, when the programme has any.
pub(super) fn voucher_symbol_of(rules: &TokenRules) -> Result<String> {
    let symbol = rules.vouchers.clone();
    symbol.ok_or_else(|| Error::new("VOUCHERS_NOT_OFFERED", "the programme mints no vouchers: its `tokens` name none"))
}

/// What the programme says of tokens, on the date of the proposal.
fn token_rules(context: &Context<'_>, programme: &ProgrammeId) -> Result<TokenRules> {
    rules_of(&terms_now(context, programme)?)
}

/// What the terms say of tokens.
pub(super) fn rules_of(terms: &Terms) -> Result<TokenRules> {
    let rules = terms.definition.tokens.clone();
    rules.ok_or_else(|| Error::new("TOKENS_NOT_OFFERED", "the programme's points are no tokens: it has no `tokens`"))
}

fn terms_now(context: &Context<'_>, programme: &ProgrammeId) -> Result<Terms> {
    Terms::on(context, programme, clock::proposal_date(context)?)
}
