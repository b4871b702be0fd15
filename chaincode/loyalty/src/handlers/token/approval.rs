//! Who else may hand vouchers on: `erc721:Approve` and `SetApprovalForAll`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::clock;
use crate::handlers::call::request;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::handlers::wallet::{OperatorOrder, SignedCall, VoucherApproveOrder, require_somebody};
use crate::ids::{ProgrammeId, VoucherId, WalletAddress};

use super::allowance::Allowance;
use super::voucher::Held;

/// Who may hand a voucher on beside its owner.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Approved {
    programme: ProgrammeId,
    token_id: VoucherId,
    owner: WalletAddress,
    approved: Option<WalletAddress>,
}

/// Whether one wallet may do with all vouchers of another what that one may.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct OperatorSet {
    programme: ProgrammeId,
    owner: WalletAddress,
    operator: WalletAddress,
    approved: bool,
}

/// The key of the owner, or of an operator of the owner's, lets another wallet hand the voucher on, in place of the one
/// before.
pub(in crate::handlers) fn approve(context: &mut Context<'_>, call: SignedCall) -> Result<Approved> {
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let VoucherApproveOrder { programme, wallet, approved, token_id, as_of, .. } = call.order(context)?;
        clock::require_not_in_future(context, as_of)?;
        let mut held = Held::find(context, programme, token_id)?;
        held.require_owner_or_operator(context, wallet)?;
        approved.map_or(Ok(()), require_somebody)?;
        if approved == Some(held.owner) {
            return Err(Error::new("WALLET_TO_SELF", "the owner may hand the voucher on already"));
        }
        held.row.approved = approved.map(|approved| approved.bytes().to_vec()).unwrap_or_default();
        held.save(context);
        let Held { programme, token_id, owner, .. } = held;
        let told = (programme.clone(), token_id.clone());
        event::emit(context, Event::VoucherApproved { programme: told.0, token_id: told.1, owner, approved })?;
        Ok(Approved { programme, token_id, owner, approved })
    })
}

/// The owner's key lets another wallet do with all vouchers what the owner may, or ends that.
pub(in crate::handlers) fn set_approval_for_all(context: &mut Context<'_>, call: SignedCall) -> Result<OperatorSet> {
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let OperatorOrder { programme, wallet: owner, operator, approved, as_of, .. } = call.order(context)?;
        terms::must_get(context, &programme)?;
        clock::require_not_in_future(context, as_of)?;
        require_somebody(operator)?;
        if operator == owner {
            return Err(Error::new("WALLET_TO_SELF", "the owner needs nobody's approval"));
        }
        let mut allowance = Allowance::load(context, &programme, owner, operator)?;
        allowance.operator = approved;
        allowance.save(context);
        let told = programme.clone();
        event::emit(context, Event::VoucherOperatorSet { programme: told, owner, operator, approved })?;
        Ok(OperatorSet { programme, owner, operator, approved })
    })
}
