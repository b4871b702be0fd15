//! Points between wallets: `Transfer`, `TransferFrom`, `Approve` and `Allowance`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms;
use crate::handlers::wallet::{
    ApproveOrder, SignedCall, TransferFromOrder, TransferOrder, bring_up_to, load_to_spend, require_somebody,
};
use crate::ids::{ProgrammeId, WalletAddress};
use crate::state::Wallet;
use crate::units::{Date, Points};

use super::allowance::Allowance;

/// Arguments of `Allowance`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct AllowanceOf {
    programme: ProgrammeId,
    owner: WalletAddress,
    spender: WalletAddress,
}

/// What a transfer between wallets came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Transferred {
    programme: ProgrammeId,
    from: WalletAddress,
    to: WalletAddress,
    value: Points,
}

/// What an owner allows.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Allowed {
    programme: ProgrammeId,
    owner: WalletAddress,
    spender: WalletAddress,
    /// Points that the spender may still take.
    value: Points,
}

/// The wallet's key sends points to another wallet.
pub(in crate::handlers) fn transfer(context: &mut Context<'_>, call: SignedCall) -> Result<Transferred> {
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let TransferOrder { programme, wallet: from, to, value, as_of, .. } = call.order(context)?;
        let transferred = Transferred { programme, from, to, value };
        move_points(context, &transferred, as_of)?;
        Ok(transferred)
    })
}

/// The spender's key sends points out of a wallet whose owner allows it.
pub(in crate::handlers) fn transfer_from(context: &mut Context<'_>, call: SignedCall) -> Result<Transferred> {
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let TransferFromOrder { programme, wallet: spender, from, to, value, as_of, .. } = call.order(context)?;
        let mut allowance = Allowance::load(context, &programme, from, spender)?;
        allowance.take(value)?;
        if !value.is_zero() {
            allowance.save(context);
        }
        let transferred = Transferred { programme, from, to, value };
        move_points(context, &transferred, as_of)?;
        Ok(transferred)
    })
}

/// The owner's key allows a spender points, in place of what was allowed before.
///
/// A spender may take what was allowed before in the block that changes it: to be sure, allow nothing first.
pub(in crate::handlers) fn allow(context: &mut Context<'_>, call: SignedCall) -> Result<Allowed> {
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let ApproveOrder { programme, wallet: owner, spender, value, as_of, .. } = call.order(context)?;
        terms::must_get(context, &programme)?;
        clock::require_not_in_future(context, as_of)?;
        require_somebody(spender)?;
        let mut allowance = Allowance::load(context, &programme, owner, spender)?;
        allowance.points = value;
        allowance.save(context);
        event::emit(context, Event::TokenApproved { programme: programme.clone(), owner, spender, value })?;
        Ok(Allowed { programme, owner, spender, value })
    })
}

/// Anybody on the channel may ask.
pub(in crate::handlers) fn allowance(context: &Context<'_>, arguments: AllowanceOf) -> Result<Allowed> {
    let AllowanceOf { programme, owner, spender } = arguments;
    terms::must_get(context, &programme)?;
    let value = Allowance::load(context, &programme, owner, spender)?.points;
    Ok(Allowed { programme, owner, spender, value })
}

/// Moves points, lot by lot. No points at all are a transfer, too, as the standard has it: they are told of, and touch
/// nobody's wallet.
fn move_points(context: &mut Context<'_>, transferred: &Transferred, as_of: Date) -> Result<()> {
    let actor = Actor::of(context)?;
    let Transferred { programme, from, to, value } = transferred;
    let (from, to, value) = (*from, *to, *value);
    terms::must_get(context, programme)?;
    clock::require_not_in_future(context, as_of)?;
    require_somebody(to)?;
    if from == to {
        return Err(Error::new("WALLET_TO_SELF", "points go from one wallet to another"));
    }
    let mut journal = Journal::new(context, actor.row(), as_of, None)?;
    if !value.is_zero() {
        let mut sender = load_to_spend(context, &mut journal, programme, from, as_of)?;
        let mut receiver = Wallet::load(context, programme, to, as_of)?;
        bring_up_to(&mut journal, &mut receiver, as_of)?;
        let mut entry = Entry::new();
        sender.purse.send(&mut entry, &mut receiver.purse, value)?;
        journal.total(programme, &entry)?;
        sender.save(context);
        receiver.save(context);
    }
    journal.changes.lead(Event::TokenTransferred { programme: programme.clone(), from, to, value });
    journal.close(context)
}
