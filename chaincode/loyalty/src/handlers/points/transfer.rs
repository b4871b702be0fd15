//! Giving points to another member: `points.transfer`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::holder;
use crate::handlers::account::spending::Spending;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::Order;
use crate::handlers::call::request;
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId};
use crate::rules::programme::ActivityKind;
use crate::rules::transfer::{check_transfer, transfer_cost};
use crate::state::{Account, Cause, LineRow};
use crate::units::{Date, Points};

use super::fee::{OnPaidWord, party, require_agreed, require_paid, to_self};

/// The name of the function, which an intent must carry.
pub(in crate::handlers) const FUNCTION: &str = "points.transfer";

/// What a transfer came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Transferred {
    programme: ProgrammeId,
    from: MemberId,
    to: MemberId,
    points: Points,
    /// Points that the programme keeps.
    #[serde(default)]
    fee: Points,
    /// What the sender has left.
    available: Points,
    /// The version of the programme whose limits held.
    programme_version: u32,
}

/// The member gives points to another, who may be of another chain; an account is opened there when it is the first.
/// Points keep their lots: they neither live longer nor cost another party.
///
/// A fee in points is part of the member's word. A fee in money was paid to the programme before: its agent hands the
/// transfer in, with what the payment is known by.
pub(in crate::handlers) fn transfer(context: &mut Context<'_>, arguments: OnPaidWord) -> Result<Transferred> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let (word, payment) = arguments.word();
        let mut spending = Spending::open(context, &actor, word, FUNCTION)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, account: mut sender, terms, .. } = spending;
        let to = order.to.ok_or_else(|| Error::new("TRANSFER_RECEIVER_MISSING", "the intent names nobody as `to`"))?;
        let mut receiver = holder::receiver(context, &order.programme, to, order.as_of)?;
        if receiver.member() == sender.member() {
            return Err(to_self());
        }
        upkeep::bring_up_to(context, &mut journal, &mut receiver, &terms, order.as_of)?;
        // The receiver's year may have begun already.
        let day = receiver.last_business_date;
        check_transfer(&terms.definition, order.points, &party(&sender, &terms), &party(&receiver, &terms), day)?;
        let (from_tier, to_tier) = (upkeep::rank(&sender, &terms), upkeep::rank(&receiver, &terms));
        let cost = transfer_cost(&terms.definition, from_tier, Some(to_tier), order.points)?;
        require_agreed(&cost, &order)?;
        require_paid(context, &cost, &actor, &terms, payment.as_ref())?;
        let moved = Moved { points: order.points, fee: cost.points, payment };
        move_points(context, &mut journal, &terms, (&mut sender, &mut receiver), &moved, day)?;

        let Order { programme, points, fee, .. } = order;
        let (from, to) = (sender.member(), receiver.member());
        journal.changes.lead(Event::PointsTransferred { programme: programme.clone(), from, to, points, fee });
        sender.save(context);
        receiver.save(context);
        journal.close(context)?;
        let available = sender.holdings.available();
        Ok(Transferred { programme, from, to, points, fee, available, programme_version: terms.version() })
    })
}

/// What moves, and what it is paid with.
struct Moved {
    points: Points,
    fee: Points,
    payment: Option<Label>,
}

fn move_points(
    context: &mut Context<'_>,
    journal: &mut Journal,
    terms: &Terms,
    (sender, receiver): (&mut Account, &mut Account),
    moved: &Moved,
    day: Date,
) -> Result<()> {
    let Moved { points, fee, payment } = moved;
    let (points, mut entry) = (*points, Entry::new());
    sender.holdings.transfer(&mut entry, &mut receiver.holdings, points, *fee)?;
    sender.transfers = sender.transfers.after_sending(points, day)?;
    receiver.transfers = receiver.transfers.after_receiving(points, day)?;
    upkeep::note_activity(sender, terms, ActivityKind::TransferSent, day);
    upkeep::note_activity(receiver, terms, ActivityKind::TransferReceived, day);
    journal.total(&terms.programme, &entry)?;
    let (from, to) = (sender.member(), receiver.member());
    for (account, cause, other) in [(sender, Cause::TransferSent, to), (receiver, Cause::TransferReceived, from)] {
        let paid = payment.as_ref().filter(|_| cause == Cause::TransferSent);
        let why = LineRow {
            payment: paid.map_or_else(String::new, |payment| payment.0.clone()),
            cause: cause.into(),
            other_member: other.bytes().to_vec(),
            programme_version: terms.version(),
            ..LineRow::default()
        };
        journal.line(context, account, &entry, why)?;
    }
    Ok(())
}
