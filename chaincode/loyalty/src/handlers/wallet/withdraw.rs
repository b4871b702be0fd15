//! Points out of an account into a wallet: `wallet.withdraw`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::spending::Spending;
use crate::handlers::account::upkeep as account_upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Order, Word};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::outcome::event::Event;
use crate::ids::{MemberId, ProgrammeId, WalletAddress};
use crate::rules::programme::ActivityKind;
use crate::rules::withdrawal::{check_withdrawal, latest_day_in_wallets};
use crate::state::{Cause, LineRow, Wallet};
use crate::units::{Date, Points};

use super::address::require_somebody;
use super::upkeep;

/// The name of the function, which an intent must carry.
const FUNCTION: &str = "wallet.withdraw";

/// Arguments of `wallet.withdraw`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Withdraw {
    request_id: RequestId,
    /// The exact JSON that the member signed.
    #[serde(default)]
    intent: Option<String>,
    /// The signature over it, in DER.
    #[serde(default)]
    signature: Option<HexBytes>,
    /// What a member without a key has asked the agent for.
    #[serde(default)]
    order: Option<Order>,
}

/// What a withdrawal came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Withdrawn {
    programme: ProgrammeId,
    member: MemberId,
    wallet: WalletAddress,
    points: Points,
    /// The last day on which any of them can be used in wallets, when there is one.
    usable_until: Option<Date>,
    /// What the member has left.
    available: Points,
    /// The version of the programme whose limits held.
    programme_version: u32,
}

/// The member puts points into a wallet, anybody's, as far as the programme lets points leave. They keep their lots, and
/// the end that the account's rest would have had goes with them.
pub(in crate::handlers) fn withdraw(context: &mut Context<'_>, arguments: Withdraw) -> Result<Withdrawn> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Withdraw { intent, signature, order, .. } = arguments;
        let mut spending = Spending::open(context, &actor, Word { intent, signature, order }, FUNCTION)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, terms, .. } = spending;
        let Order { programme, member, points, as_of, wallet, .. } = order;
        let address = wallet.ok_or_else(|| Error::new("WITHDRAWAL_WALLET_MISSING", "the intent names no `wallet`"))?;
        require_somebody(address)?;
        account.withdrawn = Some(check_withdrawal(&terms.definition, points, account.withdrawn, as_of)?);
        account_upkeep::note_activity(&mut account, &terms, ActivityKind::TransferSent, as_of);
        let usable_until = latest_day_in_wallets(account_upkeep::last_day_of_rest(&account, &terms)?, as_of)?;

        let mut wallet = Wallet::load(context, &programme, address, as_of)?;
        upkeep::bring_up_to(&mut journal, &mut wallet, as_of)?;
        let mut entry = Entry::new();
        account.holdings.withdraw(&mut entry, &mut wallet.purse, points, usable_until)?;
        let why = LineRow {
            cause: Cause::Withdrawn.into(),
            wallet: address.bytes().to_vec(),
            programme_version: terms.version(),
            ..LineRow::default()
        };
        journal.enter(context, &mut account, &entry, why)?;
        journal.changes.lead(Event::WalletWithdrawn { programme: programme.clone(), member, wallet: address, points });
        account.save(context);
        wallet.save(context);
        journal.close(context)?;
        let available = account.holdings.available();
        let programme_version = terms.version();
        Ok(Withdrawn { programme, member, wallet: address, points, usable_until, available, programme_version })
    })
}
