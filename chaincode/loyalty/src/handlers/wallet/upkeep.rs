//! What time does to a wallet, made up for whenever it is touched.

use folio_chaincode_sdk::{Context, Result};

use crate::books::{Account as BookAccount, Entry};
use crate::handlers::call::clock;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::ids::{ProgrammeId, WalletAddress};
use crate::state::Wallet;
use crate::units::{Date, Points};

/// Drops the lots that reached their last day. A date before the wallet's last is taken for that one.
pub(in crate::handlers) fn bring_up_to(journal: &mut Journal, wallet: &mut Wallet, as_of: Date) -> Result<()> {
    let day = as_of.max(wallet.last_business_date);
    wallet.last_business_date = day;
    let mut entry = Entry::new();
    wallet.purse.expire(&mut entry, day)?;
    journal.total(&wallet.programme, &entry)?;
    let (programme, wallet) = (wallet.programme.clone(), wallet.purse.address());
    journal.tell_points(entry.of(BookAccount::Expired), |points| Event::WalletExpired { programme, wallet, points });
    Ok(())
}

/// The wallet out of which something is spent on a business date, without what has lapsed.
pub(in crate::handlers) fn load_to_spend(
    context: &Context<'_>,
    journal: &mut Journal,
    programme: &ProgrammeId,
    address: WalletAddress,
    as_of: Date,
) -> Result<Wallet> {
    let mut wallet = Wallet::load(context, programme, address, as_of)?;
    clock::require_spendable_since(context, wallet.last_business_date, as_of)?;
    bring_up_to(journal, &mut wallet, as_of)?;
    Ok(wallet)
}

/// What can be spent out of a wallet on a date, without touching it.
pub(in crate::handlers) fn live_balance(wallet: &Wallet, as_of: Date) -> Result<Points> {
    let mut purse = wallet.purse.clone();
    purse.expire(&mut Entry::new(), as_of.max(wallet.last_business_date))?;
    Ok(purse.balance())
}
