//! What the standards count over all rows: `TotalSupply`, and of vouchers `BalanceOf`.
//!
//! A counter would be a row that everybody rewrites. A page of rows is counted a call; the sum over all pages is the
//! number, when nothing moved meanwhile.

use folio_chaincode_sdk::{Context, Cursor, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::clock;
use crate::handlers::call::page::OfProgramme;
use crate::handlers::programme::terms;
use crate::handlers::wallet::{NOBODY, live_balance};
use crate::ids::{ProgrammeId, VoucherId, WalletAddress};
use crate::state::{Unreadable, VOUCHERS, WALLETS, Wallet};
use crate::units::{Date, Points};

/// Rows of a page, when the caller does not say.
const PAGE_ROWS: u32 = 200;
/// Most rows of a page.
const PAGE_ROWS_MAX: u32 = 1_000;

/// Arguments of `TotalSupply`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Supply {
    programme: ProgrammeId,
    /// Nothing stands for the date of the proposal.
    #[serde(default)]
    as_of: Option<Date>,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// Arguments of `erc721:BalanceOf`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct VouchersOf {
    programme: ProgrammeId,
    owner: WalletAddress,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// Points in the wallets of a page.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct SupplyPage {
    programme: ProgrammeId,
    /// What can be spent out of these wallets.
    total_supply: Points,
    wallets: u32,
    next: Option<Cursor>,
}

/// Vouchers of a page.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct VoucherPage {
    programme: ProgrammeId,
    /// How many there are on the page.
    count: u32,
    token_ids: Vec<VoucherId>,
    next: Option<Cursor>,
}

/// Points in wallets. Points in accounts are no tokens until they are withdrawn.
pub(in crate::handlers) fn total_supply(context: &Context<'_>, arguments: Supply) -> Result<SupplyPage> {
    let Supply { programme, as_of, limit, after } = arguments;
    terms::must_get(context, &programme)?;
    let as_of = as_of.map_or_else(|| clock::proposal_date(context), Ok)?;
    let page = WALLETS.page(context, &(programme.clone(),), after.as_ref(), rows(limit))?;
    let mut total_supply = Points::ZERO;
    for ((_, address), row) in &page.rows {
        let wallet = Wallet::from_row(row, &programme, *address).map_err(|unreadable| unreadable.of("wallet"))?;
        total_supply = total_supply.checked_add(live_balance(&wallet, as_of)?)?;
    }
    Ok(SupplyPage { programme, total_supply, wallets: count(page.rows.len())?, next: page.next })
}

/// All vouchers of a programme.
pub(in crate::handlers) fn voucher_supply(context: &Context<'_>, arguments: OfProgramme) -> Result<VoucherPage> {
    let OfProgramme { programme, limit, after } = arguments;
    voucher_page(context, programme, NOBODY, limit, after.as_ref())
}

/// The vouchers of an owner.
pub(in crate::handlers) fn voucher_balance(context: &Context<'_>, arguments: VouchersOf) -> Result<VoucherPage> {
    let VouchersOf { programme, owner, limit, after } = arguments;
    crate::handlers::wallet::require_somebody(owner)?;
    voucher_page(context, programme, owner, limit, after.as_ref())
}

/// The vouchers themselves stand under nobody's address.
fn voucher_page(
    context: &Context<'_>,
    programme: ProgrammeId,
    under: WalletAddress,
    limit: Option<u32>,
    after: Option<&Cursor>,
) -> Result<VoucherPage> {
    terms::must_get(context, &programme)?;
    let page = VOUCHERS.page(context, &(programme.clone(), under), after, rows(limit))?;
    let token_ids: Vec<VoucherId> = page.rows.into_iter().map(|((_, _, token_id), _)| token_id).collect();
    Ok(VoucherPage { programme, count: count(token_ids.len())?, token_ids, next: page.next })
}

fn rows(limit: Option<u32>) -> u32 {
    limit.unwrap_or(PAGE_ROWS).clamp(1, PAGE_ROWS_MAX)
}

fn count(rows: usize) -> Result<u32> {
    u32::try_from(rows).map_err(|_| Unreadable.of("page"))
}
