//! `stay.post`: a hotel reports a stay version.

use folio_chaincode_sdk::{Context, Error, Result};
use serde::Deserialize;

use crate::handlers::access::Actor;
use crate::handlers::clock;
use crate::handlers::event::Event;
use crate::handlers::hotel;
use crate::handlers::journal::Journal;
use crate::handlers::request::{self, RequestId, Seen};
use crate::handlers::text::hex;
use crate::ids::{HotelId, MemberId};
use crate::rules::reason::Suspense;
use crate::state::{HotelRow, Outcome, ReceiptRow, STAYS, SUSPENSE, StayRow, SuspenseRow};
use crate::units::Date;

use super::posting::{Difference, Posting};
use super::rating::{self, Judged, Rated};
use super::receipt::Receipt;
use super::report::{Report, json_of_call};

/// Arguments of `stay.post`. The stay itself comes in the transient map, beside the organisation's secret.
#[derive(Deserialize)]
pub(in crate::handlers) struct Post {
    request_id: RequestId,
    hotel: HotelId,
    /// Business date of the report: of the check-out, or of what happened instead.
    as_of: Date,
}

/// The hotel's own system or front desk reports a version of a stay.
///
/// - The same version with the same content gets its first receipt, and nothing is written.
/// - The same version with other content is refused.
/// - A version older than the newest is noted and posts nothing.
/// - A newer version posts the difference to what is posted.
/// - What cannot be rated goes to the hotel's worklist; what was posted before stays as it is.
pub(in crate::handlers) fn post(context: &mut Context<'_>, arguments: Post) -> Result<Receipt> {
    let Post { request_id, hotel, as_of } = arguments;
    let actor = Actor::of(context)?;
    let hotel_row = hotel::must_get(context, &hotel)?;
    actor.require_at_hotel(&hotel, &hotel_row)?;
    clock::require_not_in_future(context, as_of)?;
    let json = json_of_call(context)?;
    let report = Report::read(context, &json, &hotel, &hotel_row)?;
    require_after_departure(&report, as_of)?;
    let request = request::look_up(context, &request_id, &report.digest)?;

    let mut row =
        STAYS.get(context, &report.key)?.unwrap_or_else(|| StayRow { hotel: hotel.to_string(), ..StayRow::default() });
    let version = report.stay.version;
    if let Some(receipt) = row.receipt(version) {
        require_same_content(receipt, &report)?;
        return Ok(Receipt::of(report.key, receipt, true));
    }
    let mut journal = Journal::new(context, actor.row(), as_of, Some(hotel.clone()))?;
    let superseded = row.newest().is_some_and(|newest| newest.version > version);
    let receipt = if superseded {
        report.keep(context, &[&hotel_row.organisation]);
        journal.changes.push(Event::StaySuperseded { stay: report.key, version, hotel });
        blank_receipt(&report, as_of, Outcome::Superseded)
    } else {
        take_up(context, &mut journal, &report, &hotel, &hotel_row, as_of, &mut row)?
    };
    let told = Receipt::of(report.key, &receipt, false);
    row.keep(receipt);
    STAYS.put(context, &report.key, &row);
    if let Seen::Never(request) = request {
        // The receipt stands in the stay's own row.
        request.answered(context, Vec::new());
    }
    journal.close(context)?;
    Ok(told)
}

/// Judges the newest version of a stay, and posts it or puts it on the worklist.
fn take_up(
    context: &mut Context<'_>,
    journal: &mut Journal,
    report: &Report<'_>,
    hotel: &HotelId,
    hotel_row: &HotelRow,
    as_of: Date,
    row: &mut StayRow,
) -> Result<ReceiptRow> {
    let stay = &report.stay;
    let programme = rating::find_programme(context, stay)?;
    let owner = programme.as_ref().map(|(_, row)| row.owner.clone());
    report.keep(context, &[&hotel_row.organisation, owner.as_deref().unwrap_or_default()]);
    let waited = row.newest().is_some_and(|newest| newest.outcome() == Outcome::Suspended);
    let place = (hotel.clone(), report.key);
    match rating::judge(context, stay, programme, hotel_row, as_of, row.posted.as_ref())? {
        Judged::Suspended(reason) => {
            let waiting = SuspenseRow { version: stay.version, as_of: as_of.days(), reason: reason.code().to_owned() };
            SUSPENSE.put(context, &place, &waiting);
            journal.changes.push(Event::StaySuspended {
                stay: report.key,
                version: stay.version,
                hotel: hotel.clone(),
                reason: reason.code().to_owned(),
            });
            Ok(suspended_receipt(report, as_of, reason))
        }
        Judged::Rated(mut rated) => {
            if waited {
                SUSPENSE.delete(context, &place);
            }
            let posting = Posting { key: report.key, stay, hotel: hotel_row, as_of };
            let difference = posting.post(context, journal, &mut rated, row.posted.take())?;
            let receipt = rated_receipt(report, as_of, &rated, &difference);
            journal.changes.lead(rated_event(report, hotel, &rated, &receipt));
            row.posted = difference.posted;
            Ok(receipt)
        }
    }
}

/// A report of a stay that took place is not dated before its end.
fn require_after_departure(report: &Report<'_>, as_of: Date) -> Result<()> {
    if report.stay.took_place() && as_of < report.stay.departure {
        // The date of departure is not for everybody, so the refusal does not tell it.
        return Err(Error::new("AS_OF_BEFORE_DEPARTURE", format!("business date {as_of} is before the departure")));
    }
    Ok(())
}

fn require_same_content(receipt: &ReceiptRow, report: &Report<'_>) -> Result<()> {
    if receipt.digest == report.digest {
        return Ok(());
    }
    let message = format!(
        "version {} of stay {} was received with content {}, and this is {}: send a new version",
        receipt.version,
        report.key,
        hex(&receipt.digest),
        hex(&report.digest)
    );
    Err(Error::new("STAY_CONTENT_DIFFERS", message))
}

fn blank_receipt(report: &Report<'_>, as_of: Date, outcome: Outcome) -> ReceiptRow {
    ReceiptRow {
        version: report.stay.version,
        digest: report.digest.to_vec(),
        outcome: outcome.into(),
        as_of: as_of.days(),
        ..ReceiptRow::default()
    }
}

fn suspended_receipt(report: &Report<'_>, as_of: Date, reason: Suspense) -> ReceiptRow {
    let receipt = blank_receipt(report, as_of, Outcome::Suspended);
    ReceiptRow { reasons: vec![reason.code().to_owned()], ..receipt }
}

fn rated_receipt(report: &Report<'_>, as_of: Date, rated: &Rated, difference: &Difference) -> ReceiptRow {
    let rating = &rated.rating;
    let outcome = if rating.total.is_zero() { Outcome::ZeroPoint } else { Outcome::Posted };
    let (before, after) = difference.tiers.clone();
    ReceiptRow {
        programme: rated.terms.programme.to_string(),
        programme_version: rated.terms.version(),
        base: rating.base.get(),
        // Whatever is not base: the tier's bonus, and what was added to reach a minimum.
        bonus: rating.total.get().saturating_sub(rating.base.get()),
        delta: difference.points,
        night_parts: rating.nights.parts(),
        tier_after: if after == before { String::new() } else { after },
        tier_before: before,
        reasons: rating.reasons.iter().map(|reason| reason.code().to_owned()).collect(),
        ..blank_receipt(report, as_of, outcome)
    }
}

fn rated_event(report: &Report<'_>, hotel: &HotelId, rated: &Rated, receipt: &ReceiptRow) -> Event {
    let (stay, version, hotel) = (report.key, report.stay.version, hotel.clone());
    if receipt.outcome() == Outcome::Posted {
        let (member, programme): (MemberId, _) = (rated.account.member(), rated.terms.programme.clone());
        Event::StayPosted { stay, version, hotel, member, programme, points: receipt.delta }
    } else {
        Event::StayZeroPoint { stay, version, hotel, points: receipt.delta, reasons: receipt.reasons.clone() }
    }
}
