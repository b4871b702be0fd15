//! What a receipt says of any version, be it of a stay or of a purchase, and how receipts are kept.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::OfferId;
use crate::state::{ExtraRow, Outcome, ReceiptRow};

use super::posting::Difference;
use super::rated::Rated;

/// How many receipts of one stay or purchase are kept, those of its newest versions.
const RECEIPTS_MAX: usize = 16;

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
