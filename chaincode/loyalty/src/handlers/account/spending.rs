//! The opening of whatever takes points out of a member's account: the word is checked, the account found and its terms.

use folio_chaincode_sdk::{Context, Result};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::mandate::{Mandate, Order, Word};
use crate::handlers::outcome::journal::Journal;
use crate::handlers::points::pool;
use crate::handlers::programme::terms::Terms;
use crate::ids::{HotelId, MemberId};
use crate::state::{Account, ActorRow};

use super::holder::{self, must_load};
use super::upkeep;

/// A spending that a member has asked for, before anything moved.
pub(in crate::handlers) struct Spending {
    /// What the member wants. Where a pool's points are spent, the pool stands in the member's place.
    pub(in crate::handlers) order: Order,
    /// The member's account, or the pool's. It is brought up to date by [`Spending::journal`].
    pub(in crate::handlers) account: Account,
    /// The terms on the order's business date.
    pub(in crate::handlers) terms: Terms,
    by: ActorRow,
    word_of: Option<MemberId>,
}

impl Spending {
    /// Checks the member's word for a function and uses it up.
    pub(in crate::handlers) fn open(
        context: &mut Context<'_>,
        actor: &Actor,
        word: Word,
        function: &str,
    ) -> Result<Self> {
        let Mandate { mut order, by } = word.check(context, actor, function)?;
        let shared = pool::spent_by(context, &order, function)?;
        let word_of = shared.as_ref().map(|_| order.member);
        if let Some((pool, _)) = &shared {
            order.member = *pool;
        }
        let account = must_load(context, &order.programme, order.member)?;
        holder::require_open(&account)?;
        clock::require_spendable(context, &account, order.as_of)?;
        let terms = Terms::on(context, &order.programme, order.as_of)?;
        if let (Some((_, row)), Some(member)) = (&shared, word_of) {
            pool::require_entitled(row, member, &terms)?;
        }
        Ok(Self { order, account, terms, by, word_of })
    }

    /// The journal of the spending, with everything that time has done to the account.
    pub(in crate::handlers) fn journal(
        &mut self,
        context: &mut Context<'_>,
        hotel: Option<HotelId>,
    ) -> Result<Journal> {
        let mut journal = Journal::new(context, self.by.clone(), self.order.as_of, hotel)?;
        journal.word_of = self.word_of;
        upkeep::bring_up_to(context, &mut journal, &mut self.account, &self.terms, self.order.as_of)?;
        Ok(journal)
    }
}
