//! Points for a treasury: `treasury.fund`.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::outcome::owing::Owing;
use crate::handlers::points::fee::use_payment;
use crate::handlers::points::issue::require_issuable;
use crate::handlers::programme::terms;
use crate::ids::{ProgrammeId, TreasuryId};
use crate::rules::settlement::Due;
use crate::state::Role;
use crate::units::{Date, Points};

use super::till::Treasury;

/// Arguments of `treasury.fund`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Fund {
    request_id: RequestId,
    treasury: TreasuryId,
    points: Points,
    /// The till that they go into; nothing spreads them evenly over all.
    #[serde(default)]
    till: Option<u16>,
    /// What the programme knows the merchant's payment by; where nothing was paid yet, the merchant owes for the points.
    #[serde(default)]
    payment: Option<Label>,
    /// Business date.
    as_of: Date,
}

/// What a treasury got.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Funded {
    treasury: TreasuryId,
    programme: ProgrammeId,
    points: Points,
    /// Whether the merchant owes the programme's organisation for them.
    owed: bool,
}

/// The programme's manager issues points to a merchant, who has paid for them or owes for them.
pub(in crate::handlers) fn fund(context: &mut Context<'_>, arguments: Fund) -> Result<Funded> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Fund { treasury: id, points, till, payment, as_of, .. } = arguments;
        let mut treasury = Treasury::must_get(context, id)?;
        let owner = terms::must_get(context, &treasury.programme)?.owner;
        actor.require_organisation(&owner)?;
        clock::require_not_in_future(context, as_of)?;
        require_issuable(points)?;
        let programme = treasury.programme.clone();
        let mut journal = Journal::new(context, actor.row(), as_of, treasury.hotel.clone())?;
        let mut entry = Entry::new();
        match till.map(|till| treasury.checked(till)).transpose()? {
            Some(place) => {
                let mut till = treasury.till(context, place)?;
                till.fund(&mut entry, points)?;
                treasury.put_till(context, place, till)?;
            }
            None => treasury.spread(context, &mut entry, points)?,
        }
        journal.total(&programme, &entry)?;
        match &payment {
            Some(payment) => use_payment(context, &programme, payment)?,
            None => {
                let (debtor, creditor, programme) = (treasury.organisation.as_str(), owner.as_str(), &programme);
                let due = Due::accrual(0, points.posting());
                journal.owe(context, &Owing { debtor, creditor, programme, dated: as_of, due })?;
            }
        }
        journal.changes.push(Event::TreasuryFunded { treasury: id, programme: programme.clone(), points });
        journal.close(context)?;
        let owed = payment.is_none() && treasury.organisation.as_str() != owner;
        Ok(Funded { treasury: id, programme, points, owed })
    })
}
