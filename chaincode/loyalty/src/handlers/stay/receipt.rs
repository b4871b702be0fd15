//! What a hotel is told about a stay version.

use schemars::JsonSchema;
use serde::Serialize;

use crate::handlers::earning::rated::Rated;
use crate::handlers::earning::receipt::{ExtraView, PointsView, TierView, outcome_name};
use crate::handlers::outcome::event::Event;
use crate::ids::{HotelId, MemberId, StayKey};
use crate::rules::reason::Suspense;
use crate::state::{Outcome, ReceiptRow, StayRow};
use crate::units::{Date, NightCredits};

use super::report::Report;

/// What became of a stay version.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Receipt {
    stay: StayKey,
    version: u32,
    outcome: &'static str,
    /// Whether the same report was received before. Nothing is written then.
    duplicate: bool,
    programme: Option<String>,
    programme_version: Option<u32>,
    points: PointsView,
    /// Night credits.
    nights: NightCredits,
    /// How many stays were rated as one; points and nights are those of all. `null` for a stay by itself.
    together: Option<u32>,
    tier: Option<TierView>,
    /// Why it waits, or why it or parts of it earned nothing.
    reasons: Vec<String>,
    /// What campaigns and an offer give beside it.
    extras: Vec<ExtraView>,
}

impl Receipt {
    /// The receipt of a row.
    pub(super) fn of(stay: StayKey, row: &ReceiptRow, duplicate: bool) -> Self {
        Self {
            stay,
            version: row.version,
            outcome: outcome_name(row.outcome()),
            duplicate,
            programme: Some(row.programme.clone()).filter(|programme| !programme.is_empty()),
            programme_version: Some(row.programme_version).filter(|version| *version != 0),
            points: PointsView::of(row),
            nights: NightCredits::from_parts(row.night_parts),
            together: Some(row.together).filter(|together| *together != 0),
            tier: TierView::of(row),
            reasons: row.reasons.clone(),
            extras: ExtraView::all_of(row),
        }
    }

    /// Whether it says that the version waits for this reason.
    pub(super) fn waits_for(&self, reason: Suspense) -> bool {
        self.reasons == [reason.code()]
    }
}

impl StayRow {
    /// The receipt of the newest version.
    pub(super) fn newest(&self) -> Option<&ReceiptRow> {
        self.receipts.last()
    }

    /// Whether the newest version waits for correction.
    pub(super) fn waits(&self) -> bool {
        self.newest().is_some_and(|newest| newest.outcome() == Outcome::Suspended)
    }
}

/// The receipt of a version of which nothing but the outcome is known.
pub(super) fn blank_receipt(report: &Report<'_>, as_of: Date, outcome: Outcome) -> ReceiptRow {
    ReceiptRow {
        version: report.stay.version,
        digest: report.digest.to_vec(),
        outcome: outcome.into(),
        as_of: as_of.days(),
        ..ReceiptRow::default()
    }
}

/// The receipt of a version that waits.
pub(super) fn suspended_receipt(report: &Report<'_>, as_of: Date, reason: Suspense) -> ReceiptRow {
    let receipt = blank_receipt(report, as_of, Outcome::Suspended);
    ReceiptRow { reasons: vec![reason.code().to_owned()], ..receipt }
}

/// What the channel is told of a version that was rated.
pub(super) fn rated_event(report: &Report<'_>, hotel: &HotelId, rated: &Rated, receipt: &ReceiptRow) -> Event {
    let (stay, version, hotel) = (report.key, report.stay.version, hotel.clone());
    if receipt.outcome() == Outcome::Posted {
        let (member, programme): (MemberId, _) = (rated.account.member(), rated.terms.programme.clone());
        Event::StayPosted { stay, version, hotel, member, programme, points: receipt.delta }
    } else {
        Event::StayZeroPoint { stay, version, hotel, points: receipt.delta, reasons: receipt.reasons.clone() }
    }
}
