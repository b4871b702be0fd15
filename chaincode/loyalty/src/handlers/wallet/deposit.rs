//! Points out of a wallet into an account: `wallet.deposit`.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::holder;
use crate::handlers::account::upkeep as account_upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::request;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId, WalletAddress};
use crate::rules::programme::ActivityKind;
use crate::state::{Cause, LineRow};
use crate::units::Points;

use super::order::{DepositOrder, SignedCall};
use super::upkeep;

/// What a deposit came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Deposited {
    programme: ProgrammeId,
    wallet: WalletAddress,
    member: MemberId,
    value: Points,
    /// What is left in the wallet.
    balance: Points,
}

/// Points of a wallet go into the account of a member, who may be of another chain; an account is opened there when it is
/// the first. They keep their lots, and repay debt first.
pub(in crate::handlers) fn deposit(context: &mut Context<'_>, call: SignedCall) -> Result<Deposited> {
    let actor = Actor::of(context)?;
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let DepositOrder { programme, wallet: address, to: member, value, as_of, .. } = call.order(context)?;
        let terms = Terms::on(context, &programme, as_of)?;
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        let mut wallet = upkeep::load_to_spend(context, &mut journal, &programme, address, as_of)?;
        let mut account = holder::receiver(context, &programme, member, as_of)?;
        account_upkeep::bring_up_to(context, &mut journal, &mut account, &terms, as_of)?;
        let mut entry = Entry::new();
        wallet.purse.deposit(&mut entry, &mut account.holdings, value)?;
        account_upkeep::note_activity(&mut account, &terms, ActivityKind::TransferReceived, as_of);
        let why = LineRow {
            cause: Cause::Deposited.into(),
            wallet: address.bytes().to_vec(),
            programme_version: terms.version(),
            ..LineRow::default()
        };
        journal.enter(context, &mut account, &entry, why)?;
        let event = Event::WalletDeposited { programme: programme.clone(), wallet: address, member, points: value };
        journal.changes.lead(event);
        account.save(context);
        wallet.save(context);
        journal.close(context)?;
        Ok(Deposited { programme, wallet: address, member, value, balance: wallet.purse.balance() })
    })
}
