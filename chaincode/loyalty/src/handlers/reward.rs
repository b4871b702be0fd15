//! Rewards: `reward.reserve`, `reward.commit` and `reward.release`.
//!
//! Points are first set aside, under the member's own word, and the price is that of this moment. When the hotel has given
//! the reward it commits, and the points are spent. A hold that is not committed ends by itself.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::ids::{HotelId, MemberId, ProgrammeId, ReservationId};
use crate::rules::programme::ActivityKind;
use crate::rules::redemption::redemption_worth;
use crate::state::{Account, Cause, HotelRow, LineRow, RESERVATIONS, ReservationRow, Role};
use crate::units::{Date, Points};

use super::access::{AT_THE_HOTEL, Actor};
use super::clock::{self, CLOCK_SKEW_SECONDS};
use super::event::Event;
use super::hotel;
use super::journal::{Journal, OwedFor};
use super::mandate::{Order, Word};
use super::request::{self, RequestId};
use super::spending::{Spending, must_load};
use super::terms::Terms;
use super::text::HexBytes;
use super::upkeep;

/// The name of the function, which an intent must carry.
const RESERVE: &str = "reward.reserve";

/// How long points are held at a desk, when nothing is said.
const DESK_HOLD_SECONDS: u32 = 15 * 60;

/// How long points may be held: from the booking of an award night to the stay.
const HOLD_SECONDS_MAX: u32 = 400 * 24 * 60 * 60;

/// How a reservation ended, as its row numbers it.
const COMMITTED: u32 = 1;
const RELEASED: u32 = 2;

/// Arguments of `reward.reserve`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Reserve {
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
    /// How long the points are held, from the proposal on; nothing stands for a quarter of an hour.
    #[serde(default)]
    hold_seconds: Option<u32>,
}

/// Arguments of `reward.commit` and `reward.release`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct End {
    request_id: RequestId,
    reservation: ReservationId,
    /// Business date.
    as_of: Date,
}

/// A reservation.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Reservation {
    reservation: ReservationId,
    programme: String,
    member: MemberId,
    hotel: String,
    points: Points,
    /// `held`, `committed` or `released`.
    state: String,
    /// When the hold ends by itself, in seconds since 1970.
    ends_at: i64,
    /// The version of the programme whose price holds.
    programme_version: u32,
}

/// The member has points set aside for a reward at a hotel, which may be of any chain.
pub(super) fn reserve(context: &mut Context<'_>, arguments: Reserve) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Reserve { intent, signature, order, hold_seconds, .. } = arguments;
        let mut spending = Spending::open(context, &actor, Word { intent, signature, order }, RESERVE)?;
        let hotel = spending.order.hotel.clone();
        let hotel = hotel.ok_or_else(|| Error::new("REWARD_HOTEL_MISSING", "the intent names no `hotel`"))?;
        let hotel_row = hotel::must_get(context, &hotel)?;
        let seconds = hold_seconds.unwrap_or(DESK_HOLD_SECONDS);
        if !(1..=HOLD_SECONDS_MAX).contains(&seconds) {
            let message = format!("points are held for 1 to {HOLD_SECONDS_MAX} seconds");
            return Err(Error::new("REWARD_HOLD_INVALID", message));
        }
        let ends_at_seconds = context.invocation().timestamp_seconds.saturating_add(i64::from(seconds));

        let mut journal = spending.journal(context, Some(hotel.clone()))?;
        let Spending { order, mut account, terms, .. } = spending;
        // The worth is money and is told to nobody here; the programme's limits on redemption are checked with it.
        redemption_worth(&terms.definition, upkeep::rank(&account, &terms), order.points)?;
        let id = new_reservation_id(context);
        let mut entry = Entry::new();
        account.holdings.hold(&mut entry, id, order.points, ends_at_seconds)?;
        journal.enter(context, &mut account, &entry, line(Cause::Reserved, id, terms.version()))?;
        let row = ReservationRow {
            programme: order.programme.to_string(),
            member: order.member.bytes().to_vec(),
            hotel: hotel.to_string(),
            hotel_organisation: hotel_row.organisation,
            reward: order.reward.map(|reward| reward.0).unwrap_or_default(),
            points: order.points.get(),
            programme_version: terms.version(),
            ends_at_seconds,
            ended: 0,
        };
        RESERVATIONS.put(context, &id, &row);
        let (programme, member, points) = (order.programme, order.member, order.points);
        journal.changes.lead(Event::RewardReserved { reservation: id, programme, member, hotel, points });
        account.save(context);
        journal.close(context)?;
        Reservation::of(id, &row)
    })
}

/// The hotel has given the reward: the points are spent, and the programme's organisation owes the hotel's for them.
pub(super) fn commit(context: &mut Context<'_>, arguments: End) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let mut open = Open::find(context, &arguments)?;
        actor.require_at_hotel(&open.hotel, &open.hotel_row.organisation)?;
        let (now, ends_at) = (context.invocation().timestamp_seconds, open.row.ends_at_seconds);
        if now > ends_at {
            let message = format!("the hold ended at {ends_at}, and this is {now}");
            return Err(Error::new("RESERVATION_EXPIRED", message));
        }
        let mut journal = open.journal(context, &actor, arguments.as_of)?;
        let mut entry = Entry::new();
        let points = open.account.holdings.redeem(&mut entry, arguments.reservation)?;
        upkeep::note_activity(&mut open.account, &open.terms, ActivityKind::Redemption, arguments.as_of);
        journal.owe(
            context,
            &open.terms.owner,
            &open.hotel_row.organisation,
            OwedFor::Redemption,
            &open.terms.programme,
            points.posting(),
        )?;
        let (reservation, programme) = (arguments.reservation, open.terms.programme.clone());
        let hotel = open.hotel.clone();
        journal.changes.lead(Event::RewardCommitted { reservation, programme, hotel, points });
        open.end(context, journal, &entry, Cause::Redeemed, COMMITTED)
    })
}

/// The hotel or the programme's agent gives the points back; when the hold has run out anybody may.
pub(super) fn release(context: &mut Context<'_>, arguments: End) -> Result<Reservation> {
    let actor = Actor::of(context)?;
    request::once(context, &arguments.request_id, &[], |context| {
        let mut open = Open::find(context, &arguments)?;
        let now = context.invocation().timestamp_seconds;
        if now <= open.row.ends_at_seconds.saturating_add(CLOCK_SKEW_SECONDS)
            && actor.require(&[Role::Agent], &open.terms.owner).is_err()
        {
            actor.require_role(&[AT_THE_HOTEL, &[Role::Agent]].concat())?;
            actor.require_at_hotel(&open.hotel, &open.hotel_row.organisation)?;
        }
        let mut journal = open.journal(context, &actor, arguments.as_of)?;
        let (reservation, programme) = (arguments.reservation, open.terms.programme.clone());
        let mut entry = Entry::new();
        if open.account.holdings.holds().iter().any(|hold| hold.id == reservation) {
            let today = open.account.last_business_date;
            let points = open.account.holdings.release(&mut entry, reservation, today)?;
            journal.changes.lead(Event::RewardReleased { reservation, programme, points });
        } else if journal.changes.is_empty() {
            // The hold ran out, and its points came back when the account was touched since.
            journal.changes.push(Event::RewardReleased { reservation, programme, points: Points::ZERO });
        }
        open.end(context, journal, &entry, Cause::Released, RELEASED)
    })
}

/// A reservation that has not ended, with everything that ending it takes.
struct Open {
    id: ReservationId,
    row: ReservationRow,
    hotel: HotelId,
    hotel_row: HotelRow,
    terms: Terms,
    account: Account,
}

impl Open {
    fn find(context: &Context<'_>, arguments: &End) -> Result<Self> {
        let id = arguments.reservation;
        let row = RESERVATIONS.get(context, &id)?;
        let row = row.ok_or_else(|| Error::new("RESERVATION_UNKNOWN", format!("there is no reservation {id}")))?;
        if row.ended != 0 {
            return Err(Error::new("RESERVATION_NOT_OPEN", format!("reservation {id} has ended")));
        }
        clock::require_not_in_future(context, arguments.as_of)?;
        let hotel = HotelId::new(&row.hotel).ok_or_else(broken)?;
        let programme = ProgrammeId::new(&row.programme).ok_or_else(broken)?;
        let member = MemberId::from_start_of(&row.member).ok_or_else(broken)?;
        let hotel_row = hotel::must_get(context, &hotel)?;
        let account = must_load(context, &programme, member)?;
        let terms = Terms::on(context, &programme, arguments.as_of.max(account.last_business_date))?;
        Ok(Self { id, row, hotel, hotel_row, terms, account })
    }

    /// Brings the account up to date. A hold that has run out comes back here.
    fn journal(&mut self, context: &mut Context<'_>, actor: &Actor, as_of: Date) -> Result<Journal> {
        let mut journal = Journal::new(context, actor.row(), as_of, Some(self.hotel.clone()))?;
        upkeep::bring_up_to(context, &mut journal, &mut self.account, &self.terms, as_of)?;
        Ok(journal)
    }

    fn end(
        mut self,
        context: &mut Context<'_>,
        mut journal: Journal,
        entry: &Entry,
        cause: Cause,
        ended: u32,
    ) -> Result<Reservation> {
        if !entry.is_empty() {
            journal.enter(context, &mut self.account, entry, line(cause, self.id, self.row.programme_version))?;
        }
        self.row.ended = ended;
        RESERVATIONS.put(context, &self.id, &self.row);
        self.account.save(context);
        journal.close(context)?;
        Reservation::of(self.id, &self.row)
    }
}

impl Reservation {
    fn of(reservation: ReservationId, row: &ReservationRow) -> Result<Self> {
        let state = match row.ended {
            COMMITTED => "committed",
            RELEASED => "released",
            _ => "held",
        };
        Ok(Self {
            reservation,
            programme: row.programme.clone(),
            member: MemberId::from_start_of(&row.member).ok_or_else(broken)?,
            hotel: row.hotel.clone(),
            points: Points::new(row.points)?,
            state: state.to_owned(),
            ends_at: row.ends_at_seconds,
            programme_version: row.programme_version,
        })
    }
}

fn line(cause: Cause, reservation: ReservationId, programme_version: u32) -> LineRow {
    LineRow { cause: cause.into(), reservation: reservation.bytes().to_vec(), programme_version, ..LineRow::default() }
}

/// A random id: nobody can choose the digest of a proposal.
fn new_reservation_id(context: &Context<'_>) -> ReservationId {
    context.sha256_id(&[b"folio-reservation-v1\n", context.invocation().tx_id.as_bytes()])
}

fn broken() -> Error {
    Error::new(codes::STATE_UNREADABLE, "reservation holds a value out of range")
}
