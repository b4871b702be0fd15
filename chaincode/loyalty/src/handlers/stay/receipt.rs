//! What a hotel is told about a stay version.

use schemars::JsonSchema;
use serde::Serialize;

use crate::handlers::event::Event;
use crate::ids::{HotelId, MemberId, OfferId, StayKey};
use crate::rules::reason::Suspense;
use crate::state::{ExtraRow, Outcome, ReceiptRow, StayRow};
use crate::units::{Date, NightCredits};

use super::posting::Difference;
use super::rating::Rated;
use super::report::Report;

/// How many receipts of one stay are kept, those of its newest versions.
const RECEIPTS_MAX: usize = 16;

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

/// What a campaign or an offer gives for a version. It is none of the points of the version itself.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct ExtraView {
    campaign: Option<String>,
    offer: Option<OfferId>,
    points: u64,
    /// What this version changed.
    delta: i64,
    /// Why it gives nothing, or nothing yet.
    withheld: Option<String>,
}

/// What a version earned.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct PointsView {
    base: u64,
    bonus: u64,
    total: u64,
    /// What this version changed.
    delta: i64,
}

/// The member's tier.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct TierView {
    before: String,
    after: String,
}

impl PointsView {
    /// The points of a receipt.
    pub(in crate::handlers) fn of(row: &ReceiptRow) -> Self {
        Self { base: row.base, bonus: row.bonus, total: row.base.saturating_add(row.bonus), delta: row.delta }
    }
}

impl TierView {
    /// The tier of a receipt, when there is a member.
    pub(in crate::handlers) fn of(row: &ReceiptRow) -> Option<Self> {
        let before = row.tier_before.clone();
        let after = if row.tier_after.is_empty() { before.clone() } else { row.tier_after.clone() };
        Some(Self { before, after }).filter(|tier| !tier.before.is_empty())
    }
}

impl ExtraView {
    /// Those of a receipt.
    pub(in crate::handlers) fn all_of(row: &ReceiptRow) -> Vec<Self> {
        let some_text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let view = |extra: &ExtraRow| Self {
            campaign: some_text(&extra.campaign),
            offer: OfferId::from_start_of(&extra.offer),
            points: extra.points,
            delta: extra.delta,
            withheld: some_text(&extra.withheld),
        };
        row.extras.iter().map(view).collect()
    }
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

/// The receipt of a version, among those that are kept.
pub(in crate::handlers) fn find(receipts: &[ReceiptRow], version: u32) -> Option<&ReceiptRow> {
    receipts.iter().find(|receipt| receipt.version == version)
}

/// Keeps a receipt, in place of the one that its version had. The oldest goes when there are too many.
pub(in crate::handlers) fn keep(receipts: &mut Vec<ReceiptRow>, receipt: ReceiptRow) {
    receipts.retain(|kept| kept.version != receipt.version);
    let at = receipts.partition_point(|kept| kept.version < receipt.version);
    receipts.insert(at, receipt);
    let surplus = receipts.len().saturating_sub(RECEIPTS_MAX);
    receipts.drain(..surplus);
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

/// Completes the receipt of a version that was rated.
pub(in crate::handlers) fn rated_receipt(blank: ReceiptRow, rated: &Rated, difference: &Difference) -> ReceiptRow {
    let rating = &rated.rating;
    let outcome = if rating.total.is_zero() { Outcome::ZeroPoint } else { Outcome::Posted };
    let (before, after) = difference.tiers.clone();
    ReceiptRow {
        outcome: outcome.into(),
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
        extras: difference.extras.clone(),
        ..blank
    }
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

/// The name of an outcome in answers.
pub(in crate::handlers) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::None => "none",
        Outcome::Posted => "posted",
        Outcome::ZeroPoint => "zero_point",
        Outcome::Suspended => "suspended",
        Outcome::Superseded => "superseded",
        Outcome::Voided => "voided",
    }
}
