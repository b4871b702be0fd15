//! Points from a merchant to a member: `treasury.award`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{CostClass, Entry, LotKey};
use crate::handlers::account::holder;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::points::award::own_lot;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId, TreasuryId};
use crate::rules::programme::ActivityKind;
use crate::state::{Account, Cause, LineRow};
use crate::units::{Date, Points};

use super::till::Treasury;

/// Most tills out of which one award is paid.
const TILLS_TRIED_MAX: usize = 64;

/// Arguments of `treasury.award`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Award {
    request_id: RequestId,
    treasury: TreasuryId,
    member: MemberId,
    points: Points,
    /// What they are given for; it stands on the ledger and should tell nothing of the person.
    #[serde(default)]
    activity: Option<Label>,
    /// The till that they are taken out of; nothing stands for the member's.
    #[serde(default)]
    till: Option<u16>,
    /// Business date.
    as_of: Date,
}

/// What a member got.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Awarded {
    treasury: TreasuryId,
    programme: ProgrammeId,
    member: MemberId,
    points: Points,
    /// The version of the programme by which they expire.
    programme_version: u32,
}

/// The merchant's staff give points to a member, who may be of any chain. The points' life begins now; the merchant has
/// paid for them, and they count towards no tier.
pub(in crate::handlers) fn award(context: &mut Context<'_>, arguments: Award) -> Result<Awarded> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Award { treasury: id, member, points, activity, till, as_of, .. } = arguments;
        let treasury = Treasury::must_get(context, id)?;
        treasury.require_staff(&actor)?;
        clock::require_not_in_future(context, as_of)?;
        if points.is_zero() {
            return Err(Error::new("POINTS_ZERO", "at least one point must be given"));
        }
        let first = till.map_or_else(|| Ok(treasury.till_of(member)), |till| treasury.checked(till))?;
        let terms = Terms::on(context, &treasury.programme, as_of)?;
        let mut journal = Journal::new(context, actor.row(), as_of, treasury.hotel.clone())?;
        let mut account = holder::receiver(context, &treasury.programme, member, as_of)?;
        upkeep::bring_up_to(context, &mut journal, &mut account, &terms, as_of)?;
        let entry = give(context, &treasury, &terms, (&mut account, as_of), first, points)?;
        upkeep::note_activity(&mut account, &terms, ActivityKind::Bonus, as_of);
        let why = LineRow {
            cause: Cause::Awarded.into(),
            treasury: id.bytes().to_vec(),
            activity: activity.map(|activity| activity.0).unwrap_or_default(),
            programme_version: terms.version(),
            ..LineRow::default()
        };
        journal.enter(context, &mut account, &entry, why)?;
        let programme = treasury.programme.clone();
        journal.changes.lead(Event::TreasuryAwarded { treasury: id, programme, member, points });
        account.save(context);
        journal.close(context)?;
        let (programme, programme_version) = (treasury.programme, terms.version());
        Ok(Awarded { treasury: id, programme, member, points, programme_version })
    })
}

/// Takes the points out of the tills, from one on, and touches no more of them than it must.
fn give(
    context: &mut Context<'_>,
    treasury: &Treasury,
    terms: &Terms,
    (account, day): (&mut Account, Date),
    first: u16,
    points: Points,
) -> Result<Entry> {
    let key = LotKey { funder: treasury.organisation.clone(), ..own_lot(terms, CostClass::Activity, day)? };
    let (mut entry, mut missing) = (Entry::new(), points);
    for place in treasury.ring(first).take(TILLS_TRIED_MAX) {
        let mut till = treasury.till(context, place)?;
        let given = till.give(&mut entry, &mut account.holdings, &key, missing)?;
        if given.is_zero() {
            continue;
        }
        treasury.put_till(context, place, till)?;
        missing = missing.checked_sub(given)?;
        if missing.is_zero() {
            return Ok(entry);
        }
    }
    let tried = TILLS_TRIED_MAX.min(usize::from(treasury.tills));
    let message = format!(
        "{missing} of {points} points are missing in {tried} of {} tills: the programme's manager can fund the treasury",
        treasury.tills
    );
    Err(Error::new("TREASURY_INSUFFICIENT", message))
}
