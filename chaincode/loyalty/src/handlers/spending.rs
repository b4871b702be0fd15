//! The opening of whatever takes points out of a member's account: the word is checked, the account found and its terms.

use folio_chaincode_sdk::{Context, Result};

use crate::ids::{HotelId, MemberId};
use crate::state::{Account, ActorRow};

use super::access::Actor;
use super::accounts;
pub(super) use super::accounts::must_load;
use super::clock;
use super::journal::Journal;
use super::mandate::{Mandate, Order, Word};
use super::pool;
use super::terms::Terms;
use super::upkeep;

/// A spending that a member has asked for, before anything moved.
pub(super) struct Spending {
    /// What the member wants. Where a pool's points are spent, the pool stands in the member's place.
    pub(super) order: Order,
    /// The member's account, or the pool's. It is brought up to date by [`Spending::journal`].
    pub(super) account: Account,
    /// The terms on the order's business date.
    pub(super) terms: Terms,
    by: ActorRow,
    word_of: Option<MemberId>,
}

impl Spending {
    /// Checks the member's word for a function and uses it up.
    pub(super) fn open(context: &mut Context<'_>, actor: &Actor, word: Word, function: &str) -> Result<Self> {
        let Mandate { mut order, by } = word.check(context, actor, function)?;
        let shared = pool::spent_by(context, &order, function)?;
        let word_of = shared.as_ref().map(|_| order.member);
        if let Some((pool, _)) = &shared {
            order.member = *pool;
        }
        let account = must_load(context, &order.programme, order.member)?;
        accounts::require_open(&account)?;
        clock::require_spendable(context, &account, order.as_of)?;
        let terms = Terms::on(context, &order.programme, order.as_of)?;
        if let (Some((_, row)), Some(member)) = (&shared, word_of) {
            pool::require_entitled(row, member, &terms)?;
        }
        Ok(Self { order, account, terms, by, word_of })
    }

    /// The journal of the spending, with everything that time has done to the account.
    pub(super) fn journal(&mut self, context: &mut Context<'_>, hotel: Option<HotelId>) -> Result<Journal> {
        let mut journal = Journal::new(context, self.by.clone(), self.order.as_of, hotel)?;
        journal.word_of = self.word_of;
        upkeep::bring_up_to(context, &mut journal, &mut self.account, &self.terms, self.order.as_of)?;
        Ok(journal)
    }
}
