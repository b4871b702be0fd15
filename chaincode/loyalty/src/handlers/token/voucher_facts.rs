//! What is known of a voucher: `OwnerOf`, `GetApproved`, `IsApprovedForAll` and `TokenURI`.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::programme::terms;
use crate::ids::{ProgrammeId, VoucherId, WalletAddress};
use crate::units::Date;

use super::allowance::Allowance;
use super::voucher::Held;

/// Arguments of what asks about a voucher.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct AboutVoucher {
    programme: ProgrammeId,
    token_id: VoucherId,
}

/// Arguments of `IsApprovedForAll`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct AboutOperator {
    programme: ProgrammeId,
    owner: WalletAddress,
    operator: WalletAddress,
}

/// Whose a voucher is.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Owner {
    owner: WalletAddress,
}

/// Who may hand it on beside its owner.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct ApprovedFor {
    approved: Option<WalletAddress>,
}

/// Whether an operator is approved.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct ApprovedForAll {
    approved: bool,
}

/// What a voucher is for.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct TokenUri {
    kind: String,
    uri: Option<String>,
    valid_until: Option<Date>,
}

/// Whose a voucher is.
pub(in crate::handlers) fn owner_of(context: &Context<'_>, arguments: AboutVoucher) -> Result<Owner> {
    Ok(Owner { owner: find(context, arguments)?.owner })
}

/// The wallet that was approved for a voucher.
pub(in crate::handlers) fn get_approved(context: &Context<'_>, arguments: AboutVoucher) -> Result<ApprovedFor> {
    let held = find(context, arguments)?;
    Ok(ApprovedFor { approved: WalletAddress::from_start_of(&held.row.approved) })
}

/// What a voucher is for, and where that is described.
pub(in crate::handlers) fn token_uri(context: &Context<'_>, arguments: AboutVoucher) -> Result<TokenUri> {
    let held = find(context, arguments)?;
    let valid_until = held.valid_until()?;
    Ok(TokenUri { uri: Some(held.row.uri).filter(|uri| !uri.is_empty()), kind: held.row.kind, valid_until })
}

/// Whether one wallet may do with all vouchers of another what that one may.
pub(in crate::handlers) fn is_approved_for_all(
    context: &Context<'_>,
    arguments: AboutOperator,
) -> Result<ApprovedForAll> {
    let AboutOperator { programme, owner, operator } = arguments;
    terms::must_get(context, &programme)?;
    Ok(ApprovedForAll { approved: Allowance::load(context, &programme, owner, operator)?.operator })
}

fn find(context: &Context<'_>, arguments: AboutVoucher) -> Result<Held> {
    Held::find(context, arguments.programme, arguments.token_id)
}
