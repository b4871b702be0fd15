//! Points for somebody who is not enrolled yet: `points.gift`, `points.claim_gift` and `points.cancel_gift`.
//!
//! The giver has points set aside under the hash of a secret and hands the secret over outside this ledger. Whoever has it
//! is enrolled, and the programme's staff claim the gift with it. The points come back by themselves when it has ended.

use folio_chaincode_sdk::{Context, Error, HexId, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::holder::{self, must_load};
use crate::handlers::account::spending::Spending;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::mandate::{OnWord, Order};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{GiftClaim, MemberId, ProgrammeId, ReservationId};
use crate::rules::programme::ActivityKind;
use crate::rules::transfer::{check_claiming, check_giving, transfer_cost};
use crate::state::{Account, Cause, GIFTS, GiftRow, LineRow};
use crate::units::{Date, Points};

use super::fee::{OnPaidWord, party, require_agreed, require_paid, to_self};

/// The names of the functions, which an intent must carry.
const GIFT: &str = "points.gift";
const CANCEL: &str = "points.cancel_gift";

/// What the secret is hashed with.
const CLAIM_TAG: &[u8] = b"folio-gift-claim-v1\n";

/// The secret's name in the transient map.
const CLAIM_TRANSIENT: &str = "claim";

/// A shorter secret could be guessed from its hash.
const SECRET_BYTES_MIN: usize = 16;
const SECRET_BYTES_MAX: usize = 64;

/// For how many days a gift waits, when nothing is said.
const GIFT_DAYS: u16 = 30;
/// For how many days at most.
const GIFT_DAYS_MAX: u16 = 366;

const SECONDS_A_DAY: i64 = 86_400;

/// How a gift ended, as its row numbers it.
const CLAIMED: u32 = 1;
const CANCELLED: u32 = 2;

/// Arguments of `points.claim_gift`. The secret comes in the transient map.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Claim {
    request_id: RequestId,
    programme: ProgrammeId,
    /// Who gets the points.
    member: MemberId,
    as_of: Date,
}

/// A gift.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Gift {
    claim: GiftClaim,
    programme: String,
    from: MemberId,
    to: Option<MemberId>,
    /// Points that are given, or that have arrived.
    points: Points,
    /// Points that the programme keeps.
    fee: Points,
    /// `open`, `claimed` or `cancelled`.
    state: String,
    /// When it ends by itself, in seconds since 1970.
    ends_at: i64,
}

/// The member has points set aside for whoever has the secret.
pub(in crate::handlers) fn give(context: &mut Context<'_>, arguments: OnPaidWord) -> Result<Gift> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let (word, payment) = arguments.word();
        let mut spending = Spending::open(context, &actor, word, GIFT)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, terms, .. } = spending;
        let claim = new_claim(context, &order)?;
        let (points, day) = (order.points, account.last_business_date);
        check_giving(&terms.definition, points, &party(&account, &terms), day)?;
        let cost = transfer_cost(&terms.definition, upkeep::rank(&account, &terms), None, points)?;
        require_agreed(&cost, &order)?;
        require_paid(context, &cost, &actor, &terms, payment.as_ref())?;
        let ends_at_seconds = end_of(context, &order)?;
        let hold: ReservationId = context.sha256_id(&[b"folio-gift-v1\n", context.invocation().tx_id.as_bytes()]);
        let mut entry = Entry::new();
        account.holdings.hold(&mut entry, hold, points.checked_add(cost.points)?, ends_at_seconds)?;
        account.transfers = account.transfers.after_sending(points, day)?;
        upkeep::note_activity(&mut account, &terms, ActivityKind::TransferSent, day);
        let why = LineRow {
            payment: payment.map_or_else(String::new, |payment| payment.0),
            ..line(Cause::GiftGiven, hold, terms.version())
        };
        journal.enter(context, &mut account, &entry, why)?;
        let from = account.member();
        let row = GiftRow {
            programme: terms.programme.to_string(),
            from: from.bytes().to_vec(),
            hold: hold.bytes().to_vec(),
            points: points.get(),
            fee: cost.points.get(),
            given: day.days(),
            ends_at_seconds,
            by: actor.row(),
            ..GiftRow::default()
        };
        GIFTS.put(context, &claim, &row);
        let (programme, fee) = (terms.programme, cost.points);
        journal.changes.lead(Event::GiftGiven { claim, programme, from, points, fee });
        account.save(context);
        journal.close(context)?;
        Gift::of(claim, &row, points)
    })
}

/// Staff of the programme claim a gift for a member who brings the secret. The points keep their lots; those whose last
/// day has come meanwhile do not arrive.
pub(in crate::handlers) fn claim(context: &mut Context<'_>, arguments: Claim) -> Result<Gift> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    let claim = claim_of_call(context)?;
    request::once(context, &arguments.request_id, claim.bytes(), |context| {
        let Claim { programme, member, as_of, .. } = &arguments;
        clock::require_not_in_future(context, *as_of)?;
        let mut open = Open::find(context, claim, programme)?;
        if context.invocation().timestamp_seconds > open.row.ends_at_seconds {
            return Err(ended());
        }
        let mut sender = must_load(context, programme, open.from)?;
        let mut receiver = holder::receiver(context, programme, *member, *as_of)?;
        if sender.member() == receiver.member() {
            return Err(to_self());
        }
        let day = (*as_of).max(sender.last_business_date).max(receiver.last_business_date);
        let terms = Terms::on(context, programme, day)?;
        actor.require_organisation(&terms.owner)?;
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        upkeep::bring_up_to(context, &mut journal, &mut sender, &terms, day)?;
        upkeep::bring_up_to(context, &mut journal, &mut receiver, &terms, day)?;
        let (giver, taker) = (party(&sender, &terms), party(&receiver, &terms));
        check_claiming(&terms.definition, open.points, &giver, &taker, day)?;
        let arrived = open.hand_over(context, &mut journal, &terms, (&mut sender, &mut receiver), day)?;
        let (from, to) = (sender.member(), receiver.member());
        journal.changes.lead(Event::GiftClaimed { claim, programme: programme.clone(), from, to, points: arrived });
        (open.row.ended, open.row.to) = (CLAIMED, to.bytes().to_vec());
        GIFTS.put(context, &claim, &open.row);
        sender.save(context);
        receiver.save(context);
        journal.close(context)?;
        Gift::of(claim, &open.row, arrived)
    })
}

/// The giver calls a gift back before anybody has claimed it.
pub(in crate::handlers) fn cancel(context: &mut Context<'_>, arguments: OnWord) -> Result<Gift> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let mut spending = Spending::open(context, &actor, arguments.word(), CANCEL)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, terms, .. } = spending;
        let claim = order.claim.ok_or_else(claim_missing)?;
        let mut open = Open::find(context, claim, &order.programme)?;
        if !account.is_of(open.from.bytes()) {
            return Err(Error::new("GIFT_OF_OTHER", "another member gave this"));
        }
        if !open.is_held(&account) {
            return Err(ended());
        }
        let (mut entry, day) = (Entry::new(), account.last_business_date);
        account.holdings.release(&mut entry, open.hold, day)?;
        let given = Date::from_days(open.row.given).map_err(|_| broken())?;
        account.transfers = account.transfers.after_calling_back(open.points, given, day);
        journal.enter(context, &mut account, &entry, line(Cause::GiftReturned, open.hold, terms.version()))?;
        open.row.ended = CANCELLED;
        GIFTS.put(context, &claim, &open.row);
        let (programme, from, points) = (terms.programme, account.member(), open.points);
        journal.changes.lead(Event::GiftCancelled { claim, programme, from, points });
        account.save(context);
        journal.close(context)?;
        Gift::of(claim, &open.row, points)
    })
}

/// A gift that has not ended.
struct Open {
    row: GiftRow,
    from: MemberId,
    hold: ReservationId,
    points: Points,
}

impl Open {
    fn find(context: &Context<'_>, claim: GiftClaim, programme: &ProgrammeId) -> Result<Self> {
        let row = GIFTS.get(context, &claim)?.filter(|row| row.programme == programme.as_str());
        let row = row.ok_or_else(|| Error::new("GIFT_UNKNOWN", format!("{programme} has no such gift")))?;
        if row.ended != 0 {
            return Err(ended());
        }
        Ok(Self {
            from: MemberId::from_start_of(&row.from).ok_or_else(broken)?,
            hold: ReservationId::from_start_of(&row.hold).ok_or_else(broken)?,
            points: Points::new(row.points)?,
            row,
        })
    }

    /// Whether its points are still held: the hold may have run out, and come back when the account was touched.
    fn is_held(&self, account: &Account) -> bool {
        account.holdings.holds().iter().any(|hold| hold.id == self.hold)
    }

    fn hand_over(
        &self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        terms: &Terms,
        (sender, receiver): (&mut Account, &mut Account),
        day: Date,
    ) -> Result<Points> {
        if !self.is_held(sender) {
            return Err(ended());
        }
        let mut entry = Entry::new();
        let to = &mut receiver.holdings;
        let arrived = sender.holdings.give_held(&mut entry, to, self.hold, self.points, day)?;
        receiver.transfers = receiver.transfers.after_receiving(arrived, day)?;
        upkeep::note_activity(receiver, terms, ActivityKind::TransferReceived, day);
        journal.total(&terms.programme, &entry)?;
        let (from, to) = (sender.member(), receiver.member());
        for (account, cause, other) in [(sender, Cause::GiftClaimed, to), (receiver, Cause::GiftReceived, from)] {
            let why = LineRow { other_member: other.bytes().to_vec(), ..line(cause, self.hold, terms.version()) };
            journal.line(context, account, &entry, why)?;
        }
        Ok(arrived)
    }
}

impl Gift {
    fn of(claim: GiftClaim, row: &GiftRow, points: Points) -> Result<Self> {
        let state = match row.ended {
            CLAIMED => "claimed",
            CANCELLED => "cancelled",
            _ => "open",
        };
        Ok(Self {
            claim,
            programme: row.programme.clone(),
            from: MemberId::from_start_of(&row.from).ok_or_else(broken)?,
            to: MemberId::from_start_of(&row.to),
            points,
            fee: Points::new(row.fee)?,
            state: state.to_owned(),
            ends_at: row.ends_at_seconds,
        })
    }
}

/// The hash that the order names, which stands for no gift yet.
fn new_claim(context: &Context<'_>, order: &Order) -> Result<GiftClaim> {
    let claim = order.claim.ok_or_else(claim_missing)?;
    if GIFTS.contains(context, &claim) {
        return Err(Error::new("GIFT_EXISTS", "a gift stands under this hash already: draw another secret"));
    }
    Ok(claim)
}

/// The hash of the secret that came with the call.
fn claim_of_call(context: &Context<'_>) -> Result<GiftClaim> {
    let secret = context.transient(CLAIM_TRANSIENT);
    let secret = secret.filter(|secret| (SECRET_BYTES_MIN..=SECRET_BYTES_MAX).contains(&secret.len()));
    let secret = secret.ok_or_else(|| {
        let message = format!(
            "the transient map must hold `claim`, the secret of {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes"
        );
        Error::new("GIFT_SECRET_MISSING", message)
    })?;
    Ok(HexId::new(context.sha256(&[CLAIM_TAG, secret])))
}

fn end_of(context: &Context<'_>, order: &Order) -> Result<i64> {
    let days = order.days.unwrap_or(GIFT_DAYS);
    if !(1..=GIFT_DAYS_MAX).contains(&days) {
        return Err(Error::new("GIFT_DAYS_INVALID", format!("a gift waits for 1 to {GIFT_DAYS_MAX} days")));
    }
    Ok(context.invocation().timestamp_seconds.saturating_add(i64::from(days) * SECONDS_A_DAY))
}

fn line(cause: Cause, hold: ReservationId, programme_version: u32) -> LineRow {
    LineRow { cause: cause.into(), reservation: hold.bytes().to_vec(), programme_version, ..LineRow::default() }
}

fn claim_missing() -> Error {
    Error::new("GIFT_CLAIM_MISSING", "the intent names no `claim`, the hash of the secret")
}

fn ended() -> Error {
    Error::new("GIFT_ENDED", "the gift was claimed or called back, or its time is over")
}

fn broken() -> Error {
    Error::new(codes::STATE_UNREADABLE, "gift holds a value out of range")
}
