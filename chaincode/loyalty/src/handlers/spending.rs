//! The opening of whatever takes points out of a member's account: the word is checked, the account found and its terms.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::{HotelId, MemberId, ProgrammeId};
use crate::state::{Account, ActorRow};

use super::access::Actor;
use super::clock;
use super::journal::Journal;
use super::mandate::{Mandate, Order, Word};
use super::terms::Terms;
use super::upkeep;

/// A spending that a member has asked for, before anything moved.
pub(super) struct Spending {
    /// What the member wants.
    pub(super) order: Order,
    /// The member's account. It is brought up to date by [`Spending::journal`].
    pub(super) account: Account,
    /// The terms on the order's business date.
    pub(super) terms: Terms,
    by: ActorRow,
}

impl Spending {
    /// Checks the member's word for a function and uses it up.
    pub(super) fn open(context: &mut Context<'_>, actor: &Actor, word: Word, function: &str) -> Result<Self> {
        let Mandate { order, by } = word.check(context, actor, function)?;
        let account = must_load(context, &order.programme, order.member)?;
        clock::require_spendable(context, &account, order.as_of)?;
        let terms = Terms::on(context, &order.programme, order.as_of)?;
        Ok(Self { order, account, terms, by })
    }

    /// The journal of the spending, with everything that time has done to the account.
    pub(super) fn journal(&mut self, context: &mut Context<'_>, hotel: Option<HotelId>) -> Result<Journal> {
        let mut journal = Journal::new(context, self.by.clone(), self.order.as_of, hotel)?;
        upkeep::bring_up_to(context, &mut journal, &mut self.account, &self.terms, self.order.as_of)?;
        Ok(journal)
    }
}

/// The account, which must have been opened.
pub(super) fn must_load(context: &Context<'_>, programme: &ProgrammeId, member: MemberId) -> Result<Account> {
    let account = Account::load(context, programme, member)?;
    account.ok_or_else(|| Error::new("ACCOUNT_UNKNOWN", format!("member {member} has no account in {programme}")))
}
