//! What is in a wallet: `wallet.get`.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::clock;
use crate::handlers::programme::terms;
use crate::ids::{ProgrammeId, WalletAddress};
use crate::state::Wallet;
use crate::units::{Date, Points};

use super::upkeep::live_balance;

/// Arguments of `wallet.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    programme: ProgrammeId,
    wallet: WalletAddress,
    /// Nothing stands for the date of the proposal.
    #[serde(default)]
    as_of: Option<Date>,
}

/// A wallet on a date.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct View {
    programme: ProgrammeId,
    wallet: WalletAddress,
    as_of: Date,
    /// What can be spent on that date.
    balance: Points,
    /// Points by their last day, those that end first foremost; those that have lapsed by that date are not among them.
    lots: Vec<LotView>,
}

/// Points that end together.
#[derive(Serialize, JsonSchema)]
struct LotView {
    points: Points,
    earned: Date,
    last_day: Option<Date>,
}

/// Anybody on the channel sees what is in a wallet. Whose it is stands nowhere.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<View> {
    let Get { programme, wallet: address, as_of } = arguments;
    terms::must_get(context, &programme)?;
    let as_of = as_of.map_or_else(|| clock::proposal_date(context), Ok)?;
    let wallet = Wallet::load(context, &programme, address, as_of)?;
    let as_of = as_of.max(wallet.last_business_date);
    let live = wallet.purse.lots().iter().filter(|lot| !lot.key.is_past(as_of));
    let lots = live.map(|lot| LotView { points: lot.points, earned: lot.key.earned, last_day: lot.key.last_day });
    let (lots, balance) = (lots.collect(), live_balance(&wallet, as_of)?);
    Ok(View { programme, wallet: address, as_of, balance, lots })
}
