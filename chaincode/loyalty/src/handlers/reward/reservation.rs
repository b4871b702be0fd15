//! A reward that a member asked for: how it stands in answers, and what it takes to end one.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::holder::must_load;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{AT_THE_HOTEL, Actor};
use crate::handlers::call::clock::{self, CLOCK_SKEW_SECONDS};
use crate::handlers::consortium::hotel;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::outcome::owing::Owing;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{CertificateId, HotelId, ItemId, MemberId, ProgrammeId, ReservationId};
use crate::rules::settlement::Due;
use crate::state::{Account, ActorRow, AwardRow, Cause, Ended, HotelRow, LineRow, RESERVATIONS, ReservationRow, Role};
use crate::units::{Currency, Date, Money, Points};

use super::{paying, shelf};

/// A reservation.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Reservation {
    pub(super) reservation: ReservationId,
    programme: String,
    member: MemberId,
    /// The hotel that gives the reward; none when the programme or a merchant does.
    hotel: Option<String>,
    /// What the member pays.
    points: Points,
    /// Money that is collected beside the points.
    cash: Option<Money>,
    /// `held`, `committed`, `released`, `refunded`, `cancelled` or `no_show`.
    state: String,
    /// When the hold ends by itself, in seconds since 1970.
    ends_at: i64,
    /// The version of the programme whose price holds.
    programme_version: u32,
    item: Option<String>,
    /// The certificate that pays for it.
    certificate: Option<CertificateId>,
    /// The certificate that was bought.
    bought_certificate: Option<CertificateId>,
    /// The first of the nights that are booked, and how many they are.
    arrival: Option<Date>,
    nights: Option<u32>,
}

/// What became of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is open.
    Open,
    /// The reward was given.
    Given,
    /// It ended without: nobody ended it in time, or what was held came back.
    Over,
}

/// What became of a reservation by the time of the proposal.
pub(super) fn fate(context: &Context<'_>, row: &ReservationRow) -> Fate {
    match row.ended() {
        Ended::Committed => Fate::Given,
        Ended::Not if !has_run_out(context, row.ends_at_seconds) && !row.stock_returned => Fate::Open,
        _ => Fate::Over,
    }
}

/// Whether a hold that ends at this time has ended for everybody, however far their clocks are apart.
pub(super) fn has_run_out(context: &Context<'_>, ends_at_seconds: i64) -> bool {
    context.invocation().timestamp_seconds > ends_at_seconds.saturating_add(CLOCK_SKEW_SECONDS)
}

/// A reservation that is to be ended, or taken back, with everything that this takes.
pub(super) struct Open {
    pub(super) id: ReservationId,
    pub(super) row: ReservationRow,
    /// The hotel that gives the reward, if one does.
    pub(super) hotel: Option<(HotelId, HotelRow)>,
    /// The terms on the business date.
    pub(super) terms: Terms,
    pub(super) account: Account,
    pub(super) as_of: Date,
}

impl Open {
    /// The reservation, which must not have ended.
    pub(super) fn find(context: &Context<'_>, id: ReservationId, as_of: Date) -> Result<Self> {
        let row = must_get(context, id)?;
        if row.ended() != Ended::Not {
            return Err(Error::new("RESERVATION_NOT_OPEN", format!("reservation {id} has ended")));
        }
        Self::of(context, id, row, as_of)
    }

    /// A reservation, wherever it stands.
    pub(super) fn of(context: &Context<'_>, id: ReservationId, row: ReservationRow, as_of: Date) -> Result<Self> {
        clock::require_not_in_future(context, as_of)?;
        let hotel = match row.hotel.as_str() {
            "" => None,
            code => {
                let hotel = HotelId::new(code).ok_or_else(broken)?;
                let hotel_row = hotel::must_get(context, &hotel)?;
                Some((hotel, hotel_row))
            }
        };
        let programme = ProgrammeId::new(&row.programme).ok_or_else(broken)?;
        let member = MemberId::from_start_of(&row.member).ok_or_else(broken)?;
        let account = must_load(context, &programme, member)?;
        let terms = Terms::on(context, &programme, as_of.max(account.last_business_date))?;
        Ok(Self { id, row, hotel, terms, account, as_of })
    }

    /// Refuses everybody but who gives the reward: the hotel, or else the programme's own people.
    pub(super) fn require_giver(&self, actor: &Actor) -> Result<()> {
        match &self.hotel {
            Some((hotel, row)) => actor.require_at_hotel(hotel, &row.organisation),
            None => actor.require(&[Role::Agent, Role::Manager], &self.terms.owner),
        }
    }

    /// Refuses everybody but who gives the reward and the programme's agent.
    pub(super) fn require_giver_or_agent(&self, actor: &Actor) -> Result<()> {
        if actor.require(&[Role::Agent], &self.terms.owner).is_ok() {
            return Ok(());
        }
        if self.hotel.is_some() {
            actor.require_role(&[AT_THE_HOTEL, &[Role::Agent]].concat())?;
        }
        self.require_giver(actor)
    }

    /// Refuses a hold that has run out. What it held may be somebody else's by now.
    pub(super) fn require_in_time(&self, context: &Context<'_>) -> Result<()> {
        let (now, ends_at) = (context.invocation().timestamp_seconds, self.row.ends_at_seconds);
        if now > ends_at || self.row.stock_returned {
            let message = format!("the hold ended at {ends_at}, and this is {now}");
            return Err(Error::new("RESERVATION_EXPIRED", message));
        }
        Ok(())
    }

    /// The terms whose price holds: those of the version that was in force when the reward was asked for.
    pub(super) fn pinned_terms(&self, context: &Context<'_>) -> Result<Terms> {
        let programme = &self.terms.programme;
        let row = terms::must_get(context, programme)?;
        Terms::of_version(context, programme, &row, self.row.programme_version)
    }

    /// Brings the account up to date. A hold that has run out comes back here.
    pub(super) fn journal(&mut self, context: &mut Context<'_>, by: ActorRow) -> Result<Journal> {
        let hotel = self.hotel.as_ref().map(|(hotel, _)| hotel.clone());
        let mut journal = Journal::new(context, by, self.as_of, hotel)?;
        upkeep::bring_up_to(context, &mut journal, &mut self.account, &self.terms, self.as_of)?;
        Ok(journal)
    }

    /// What the hotel is paid for, when the reward is given.
    pub(super) fn due(&self) -> Result<Due> {
        Ok(Due::redemption(Points::new(self.row.worth)?.posting(), self.nights()?, self.occupancy_percent()?))
    }

    /// How many nights it is; none for any other reward.
    pub(super) fn nights(&self) -> Result<i32> {
        let nights = self.row.award.map_or(0, |award| award.nights);
        i32::try_from(nights).map_err(|_| broken())
    }

    /// How full the hotel was.
    pub(super) fn occupancy_percent(&self) -> Result<u8> {
        u8::try_from(self.row.occupancy_percent).map_err(|_| broken())
    }

    /// The programme's organisation owes the hotel's, by the agreement of the day on which the reward was asked for.
    pub(super) fn owe_hotel(&self, context: &Context<'_>, journal: &mut Journal, due: Due) -> Result<()> {
        let Some((_, hotel)) = &self.hotel else { return Ok(()) };
        let dated = Date::from_days(self.row.held_on).map_err(|_| broken())?;
        let (debtor, creditor, programme) = (&self.terms.owner, &hotel.organisation, &self.terms.programme);
        journal.owe(context, &Owing { debtor, creditor, programme, dated, due })
    }

    /// Whether the account still holds points for it.
    pub(super) fn holds_points(&self) -> bool {
        self.account.holdings.holds().iter().any(|hold| hold.id == self.id)
    }

    /// What it took beside points comes back: the stock to its shelf, the certificate to its member.
    pub(super) fn give_back(&self, context: &mut Context<'_>) -> Result<()> {
        shelf::put_back(context, self.id, &self.row, false)?;
        paying::reopen(context, self.id, &self.row)
    }

    /// Writes how it ended. `entry` says what moved.
    pub(super) fn end(
        mut self,
        context: &mut Context<'_>,
        mut journal: Journal,
        entry: &Entry,
        cause: Cause,
        ended: Ended,
    ) -> Result<Reservation> {
        // A certificate moves no points, and the statement tells of it.
        if !entry.is_empty() || !self.row.certificate.is_empty() {
            journal.enter(context, &mut self.account, entry, line(cause, self.id, &self.row))?;
        }
        self.row.ended = ended.into();
        RESERVATIONS.put(context, &self.id, &self.row);
        self.account.save(context);
        journal.close(context)?;
        Reservation::of(self.id, &self.row)
    }

    /// Ends it without the reward. The journal has the account up to date.
    pub(super) fn release(&mut self, context: &mut Context<'_>, journal: &mut Journal) -> Result<Entry> {
        let (reservation, programme) = (self.id, self.terms.programme.clone());
        let mut entry = Entry::new();
        if self.holds_points() {
            let today = self.account.last_business_date;
            let points = self.account.holdings.release(&mut entry, reservation, today)?;
            journal.changes.lead(Event::RewardReleased { reservation, programme, points });
        } else if !journal.changes.tell_of_release(reservation) {
            // The hold ran out, and its points came back when the account was touched since; or a certificate paid.
            journal.changes.push(Event::RewardReleased { reservation, programme, points: Points::ZERO });
        }
        self.give_back(context)?;
        Ok(entry)
    }
}

impl Reservation {
    pub(super) fn of(reservation: ReservationId, row: &ReservationRow) -> Result<Self> {
        let some_text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let state = match row.ended() {
            Ended::Not => "held",
            Ended::Committed => "committed",
            Ended::Released => "released",
            Ended::Refunded => "refunded",
            Ended::Cancelled => "cancelled",
            Ended::NoShow => "no_show",
        };
        let arrival = row.award.map(|award| Date::from_days(award.arrival)).transpose();
        Ok(Self {
            reservation,
            programme: row.programme.clone(),
            member: MemberId::from_start_of(&row.member).ok_or_else(broken)?,
            hotel: some_text(&row.hotel),
            points: Points::new(row.points)?,
            cash: cash_of(row)?,
            state: state.to_owned(),
            ends_at: row.ends_at_seconds,
            programme_version: row.programme_version,
            item: some_text(&row.item),
            certificate: CertificateId::from_start_of(&row.certificate),
            bought_certificate: CertificateId::from_start_of(&row.bought_certificate),
            arrival: arrival.map_err(|_| broken())?,
            nights: row.award.map(|award| award.nights),
        })
    }
}

/// The reservation, which must exist.
pub(super) fn must_get(context: &Context<'_>, id: ReservationId) -> Result<ReservationRow> {
    let row = RESERVATIONS.get(context, &id)?;
    row.ok_or_else(|| Error::new("RESERVATION_UNKNOWN", format!("there is no reservation {id}")))
}

/// The nights of an award booking. Any other reward is ended by other functions.
pub(super) fn must_be_award(row: &ReservationRow) -> Result<AwardRow> {
    row.award.ok_or_else(|| Error::new("RESERVATION_NOT_AWARD", "the reservation is of no award nights"))
}

/// The statement line of what happens to a reservation.
pub(super) fn line(cause: Cause, reservation: ReservationId, row: &ReservationRow) -> LineRow {
    LineRow {
        cause: cause.into(),
        reservation: reservation.bytes().to_vec(),
        programme_version: row.programme_version,
        item: row.item.clone(),
        certificate: row.certificate.clone(),
        ..LineRow::default()
    }
}

/// The item that it is for, if any.
pub(super) fn item_of(row: &ReservationRow) -> Result<Option<ItemId>> {
    match row.item.as_str() {
        "" => Ok(None),
        item => ItemId::new(item).map(Some).ok_or_else(broken),
    }
}

/// A random id: nobody can choose the digest of a proposal.
pub(super) fn new_id(context: &Context<'_>) -> ReservationId {
    context.sha256_id(&[b"folio-reservation-v1\n", context.invocation().tx_id.as_bytes()])
}

pub(super) fn broken() -> Error {
    Error::new(codes::STATE_UNREADABLE, "reservation holds a value out of range")
}

fn cash_of(row: &ReservationRow) -> Result<Option<Money>> {
    if row.cash_currency.is_empty() {
        return Ok(None);
    }
    let currency: Currency = row.cash_currency.parse().map_err(|_| broken())?;
    Ok(Some(Money::new(row.cash_minor, currency)))
}
