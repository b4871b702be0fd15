//! What a hotel is told about a stay version.

use serde::Serialize;

use crate::ids::StayKey;
use crate::state::{Outcome, ReceiptRow, StayRow};
use crate::units::NightCredits;

/// How many receipts of one stay are kept, those of its newest versions.
pub(super) const RECEIPTS_MAX: usize = 16;

/// What became of a stay version.
#[derive(Serialize)]
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
    tier: Option<TierView>,
    /// Why it waits, or why it or parts of it earned nothing.
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct PointsView {
    base: u64,
    bonus: u64,
    total: u64,
    /// What this version changed.
    delta: i64,
}

#[derive(Serialize)]
struct TierView {
    before: String,
    after: String,
}

impl Receipt {
    /// The receipt of a row.
    pub(super) fn of(stay: StayKey, row: &ReceiptRow, duplicate: bool) -> Self {
        let tier = TierView {
            before: row.tier_before.clone(),
            after: if row.tier_after.is_empty() { row.tier_before.clone() } else { row.tier_after.clone() },
        };
        Self {
            stay,
            version: row.version,
            outcome: outcome_name(row.outcome()),
            duplicate,
            programme: Some(row.programme.clone()).filter(|programme| !programme.is_empty()),
            programme_version: Some(row.programme_version).filter(|version| *version != 0),
            points: PointsView {
                base: row.base,
                bonus: row.bonus,
                total: row.base.saturating_add(row.bonus),
                delta: row.delta,
            },
            nights: NightCredits::from_parts(row.night_parts),
            tier: Some(tier).filter(|tier| !tier.before.is_empty()),
            reasons: row.reasons.clone(),
        }
    }
}

impl StayRow {
    /// The receipt of a version.
    pub(super) fn receipt(&self, version: u32) -> Option<&ReceiptRow> {
        self.receipts.iter().find(|receipt| receipt.version == version)
    }

    /// The receipt of the newest version.
    pub(super) fn newest(&self) -> Option<&ReceiptRow> {
        self.receipts.last()
    }

    /// Keeps a receipt. The oldest goes when there are too many.
    pub(super) fn keep(&mut self, receipt: ReceiptRow) {
        let at = self.receipts.partition_point(|kept| kept.version < receipt.version);
        self.receipts.insert(at, receipt);
        let surplus = self.receipts.len().saturating_sub(RECEIPTS_MAX);
        self.receipts.drain(..surplus);
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::None => "none",
        Outcome::Posted => "posted",
        Outcome::ZeroPoint => "zero_point",
        Outcome::Suspended => "suspended",
        Outcome::Superseded => "superseded",
    }
}
