//! A report on its way into the ledger: checked, judged, entered.

use folio_chaincode_sdk::{Context, Result};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, Seen};
use crate::handlers::call::secret::Secret;
use crate::handlers::consortium::awaited;
use crate::handlers::earning::posting::{Earner, Posting};
use crate::handlers::earning::rated::Rated;
use crate::handlers::earning::receipt::{self, rated_receipt};
use crate::handlers::offer::Named;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::ids::{HotelId, OrgId, StayKey};
use crate::rules::reason::Suspense;
use crate::rules::stay::Stay;
use crate::state::{HOTELS, HotelRow, Outcome, ReceiptRow, STAYS, SUSPENSE, StayRow, SuspenseRow};
use crate::units::Date;

use super::group::{Group, Legs};
use super::post::Post;
use super::rating::{self, Judged, Known};
use super::receipt::{Receipt, blank_receipt, rated_event, suspended_receipt};
use super::report::Report;

/// A report of somebody who may make it, beside what the ledger knows of the stay.
pub(super) struct Submission<'a> {
    actor: Actor,
    hotel: HotelId,
    /// None of the hotel but the actor's organisation is known while it is not registered.
    hotel_row: HotelRow,
    is_registered: bool,
    as_of: Date,
    secret: Secret,
    report: Report<'a>,
    request: Seen,
    row: StayRow,
    /// The group that the stay is rated with.
    group: Option<Group>,
    /// The other stays of the group.
    others: Vec<Stay<'a>>,
    /// The offer that the report names.
    offer: Option<Named>,
}

/// What a submission comes to.
pub(super) struct Verdict {
    /// Whether it can be rated, and with what result.
    pub(super) judged: Judged,
    /// The organisation of the programme, which keeps the report beside the hotel's.
    programme_owner: Option<String>,
}

impl<'a> Submission<'a> {
    /// Reads the call. Refuses who may not report stays of the hotel, and what is not well formed.
    pub(super) fn read(context: &mut Context<'_>, json: &'a [u8], arguments: Post) -> Result<Self> {
        let Post { request_id, hotel, as_of, offer } = arguments;
        let offer = Named::of_call(context, offer)?;
        let actor = Actor::of(context)?;
        let registered = HOTELS.get(context, &hotel)?;
        match &registered {
            Some(row) => actor.require_at_hotel(&hotel, &row.organisation)?,
            None => awaited::require_vouched(&actor, &hotel)?,
        }
        clock::require_not_in_future(context, as_of)?;
        let secret = match &registered {
            Some(row) => Secret::of_hotel(context, row)?,
            None => awaited::secret(context, &actor, &hotel)?,
        };
        let report = Report::read(context, json, &hotel, &secret)?;
        report.require_after_departure(as_of)?;
        let request = request::look_up(context, &request_id, &report.digest)?;
        let row = STAYS.get(context, &report.key)?;
        let row = row.unwrap_or_else(|| StayRow { hotel: hotel.to_string(), ..StayRow::default() });
        let is_registered = registered.is_some();
        let hotel_row = registered
            .unwrap_or_else(|| HotelRow { organisation: actor.organisation.to_string(), ..HotelRow::default() });
        Ok(Self {
            actor,
            hotel,
            hotel_row,
            is_registered,
            as_of,
            secret,
            report,
            request,
            row,
            group: None,
            others: Vec::new(),
            offer,
        })
    }

    /// The receipt of the version, if it was reported before. It must have been the same content.
    pub(super) fn known(&self) -> Result<Option<Receipt>> {
        let Some(receipt) = receipt::find(&self.row.receipts, self.version()) else { return Ok(None) };
        self.report.require_same_content(receipt)?;
        Ok(Some(Receipt::of(self.report.key, receipt, true)))
    }

    /// Whether a newer version was reported before.
    pub(super) fn is_superseded(&self) -> bool {
        self.row.newest().is_some_and(|newest| newest.version > self.version())
    }

    /// Whether it is this version that waits.
    pub(super) fn is_waiting(&self) -> bool {
        self.row.waits() && !self.is_superseded()
    }

    /// Gathers the other stays that it is rated with.
    pub(super) fn gather(&mut self, context: &mut Context<'_>, legs: &'a Legs) -> Result<()> {
        let report = &self.report;
        let group = Group::find(context, &self.secret, &report.stay, report.key, &mut self.row)?;
        let Some(mut group) = group else { return Ok(()) };
        self.others = group.others(context, &self.secret, self.report.key, legs)?;
        group.join(self.report.key)?;
        self.group = Some(group);
        Ok(())
    }

    /// Judges the stay.
    pub(super) fn judge(&self, context: &Context<'_>) -> Result<Verdict> {
        if !self.is_registered {
            return Ok(Verdict { judged: Judged::Suspended(Suspense::HotelUnknown), programme_owner: None });
        }
        let stay = &self.report.stay;
        let programme = rating::find_programme(context, stay)?;
        let programme_owner = programme.as_ref().map(|(_, row)| row.owner.clone());
        let posted = self.group.as_ref().map_or(&self.row.posted, |group| &group.row.posted).as_ref();
        let (key, hotel, as_of, offer) = (self.report.key, &self.hotel_row, self.as_of, self.offer);
        let known = Known { key, hotel, as_of, posted, offer };
        let judged = rating::judge(context, stay, &self.others, programme, &known)?;
        Ok(Verdict { judged, programme_owner })
    }

    /// Notes a version that is older than the newest.
    pub(super) fn supersede(self, context: &mut Context<'_>) -> Result<Receipt> {
        let mut journal = self.journal(context)?;
        self.report.keep(context, &self.hotel_row.organisation, None);
        let (stay, version, hotel) = (self.report.key, self.version(), self.hotel.clone());
        journal.changes.push(Event::StaySuperseded { stay, version, hotel });
        let receipt = blank_receipt(&self.report, self.as_of, Outcome::Superseded);
        self.close(context, journal, receipt)
    }

    /// Posts the stay, or puts it on the worklist.
    pub(super) fn enter(mut self, context: &mut Context<'_>, verdict: Verdict) -> Result<Receipt> {
        let mut journal = self.journal(context)?;
        self.report.keep(context, &self.hotel_row.organisation, verdict.programme_owner.as_deref());
        // Whose the hotel is the registry says, as soon as it knows.
        self.row.organisation = if self.is_registered { String::new() } else { self.hotel_row.organisation.clone() };
        let receipt = match verdict.judged {
            Judged::Suspended(reason) => self.suspend(context, &mut journal, reason),
            Judged::Rated(rated) => self.post(context, &mut journal, rated)?,
        };
        self.close(context, journal, receipt)
    }

    fn suspend(&self, context: &mut Context<'_>, journal: &mut Journal, reason: Suspense) -> ReceiptRow {
        let (stay, version) = (self.report.key, self.version());
        let waiting = SuspenseRow { version, as_of: self.as_of.days(), reason: reason.code().to_owned() };
        SUSPENSE.put(context, &self.place(), &waiting);
        let event = Event::StaySuspended { stay, version, hotel: self.hotel.clone(), reason: reason.code().to_owned() };
        journal.changes.push(event);
        suspended_receipt(&self.report, self.as_of, reason)
    }

    fn post(&mut self, context: &mut Context<'_>, journal: &mut Journal, rated: Box<Rated>) -> Result<ReceiptRow> {
        // A call ends with its instance: what is large is left behind and not taken apart.
        let rated = Box::leak(rated);
        if self.row.waits() {
            SUSPENSE.delete(context, &self.place());
        }
        let (report, as_of) = (&self.report, self.as_of);
        let posting = Posting {
            earner: Earner::Stay(report.key),
            version: report.stay.version,
            earned_on: self.others.iter().map(|other| other.departure).fold(report.stay.departure, Date::max),
            funder: &self.hotel_row.organisation,
            as_of,
        };
        let posted = self.group.as_mut().map_or(&mut self.row.posted, |group| &mut group.row.posted).take();
        let difference = posting.post(context, journal, rated, posted)?;
        let mut receipt = rated_receipt(blank_receipt(report, as_of, Outcome::None), rated, &difference);
        journal.changes.lead(rated_event(report, &self.hotel, rated, &receipt));
        match &mut self.group {
            None => self.row.posted = difference.posted,
            Some(group) => {
                receipt.together = u32::try_from(group.row.stays.len()).unwrap_or(u32::MAX);
                self.row.group = group.key.bytes().to_vec();
                group.row.posted = difference.posted;
                group.save(context);
            }
        }
        Ok(receipt)
    }

    fn close(mut self, context: &mut Context<'_>, journal: Journal, receipt: ReceiptRow) -> Result<Receipt> {
        let told = Receipt::of(self.report.key, &receipt, false);
        receipt::keep(&mut self.row.receipts, receipt);
        STAYS.put(context, &self.report.key, &self.row);
        if let Seen::Never(request) = self.request {
            // The receipt stands in the stay's own row.
            request.answered(context, Vec::new());
        }
        journal.close(context)?;
        Ok(told)
    }

    fn journal(&self, context: &Context<'_>) -> Result<Journal> {
        Journal::new(context, self.actor.row(), self.as_of, Some(self.hotel.clone()))
    }

    fn place(&self) -> (HotelId, OrgId, StayKey) {
        (self.hotel.clone(), self.actor.organisation.clone(), self.report.key)
    }

    const fn version(&self) -> u32 {
        self.report.stay.version
    }
}
