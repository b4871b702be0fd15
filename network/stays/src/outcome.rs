//! What became of the rows of a feed.
//!
//! Every row read is counted once: `read = rows + refused` and `rows = posted + zero_point + suspended + duplicates`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Distinct reasons, tier changes and refusals that are told apart; what is more is counted under [`OTHER`].
pub const DISTINCT_MAX: usize = 200;

/// Name of what is past [`DISTINCT_MAX`].
pub const OTHER: &str = "OTHER";

/// The ledger's answer to a stay version, as far as it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Receipt {
    /// What was done with it.
    pub outcome: ReceiptOutcome,
    /// The same version was there before: this is its first receipt again.
    #[serde(default)]
    pub duplicate: bool,
    /// The programme of the stay; none for a stay that was not rated.
    #[serde(default)]
    pub programme: Option<String>,
    /// Points; none for a stay in suspense.
    #[serde(default)]
    pub points: Option<ReceiptPoints>,
    /// Tier before and after; none when it was not evaluated.
    #[serde(default)]
    pub tier: Option<TierChange>,
    /// Codes of the rules that decided.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// What the ledger did with a stay version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOutcome {
    /// Points were posted, or the difference to those of an older version.
    Posted,
    /// Accepted without points.
    ZeroPoint,
    /// Put aside until somebody resolves it.
    Suspended,
    /// Older than a version that is there: nothing posted.
    Superseded,
}

/// Points of a receipt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ReceiptPoints {
    /// By the amount.
    #[serde(default)]
    pub base: i64,
    /// By the tier.
    #[serde(default)]
    pub bonus: i64,
    /// What this version added to the member's balance.
    #[serde(default)]
    pub delta: i64,
}

/// Tier of the member before and after.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TierChange {
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// How a row ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With a receipt.
    Receipt(Receipt),
    /// With a refusal, by its stable code; nothing is on the ledger.
    Refused(String),
}

/// One row and all that happened until it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowResult {
    /// Nights of a check-out; none for a stay that did not happen.
    pub check_out_nights: Option<u64>,
    /// How it ended.
    pub answer: Answer,
    /// Times that it met another transaction on the same keys and was sent again.
    pub conflicts: u64,
    /// Times that it was sent again because endorsers did not agree.
    pub mismatches: u64,
    /// Times that it was sent again because a connection was lost.
    pub reconnects: u64,
}

/// The counts of all rows so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// Rows that got a receipt.
    pub rows: u64,
    /// Of these: with points.
    pub posted: u64,
    /// Of these: accepted without points.
    pub zero_point: u64,
    /// Of these: in suspense.
    pub suspended: u64,
    /// Of these: nothing new. The version was there before, or a later one was.
    pub duplicates: u64,
    /// Nights of every check-out row read.
    pub room_nights: u64,
    /// Points added to balances.
    pub points: i64,
    /// Rows sent again after a conflict, counted each time.
    pub conflicts: u64,
    /// Check-out rows read.
    pub check_outs: u64,
    /// Of the suspended: check-outs.
    pub suspended_check_outs: u64,
    /// Of [`Self::room_nights`]: nights of suspended check-outs.
    pub suspended_nights: u64,
    /// Of the duplicates: those overtaken by a later version.
    pub superseded: u64,
    /// Rows that the ledger refused; they are not among [`Self::rows`].
    pub refused: u64,
    /// Rows sent again because endorsers did not agree, counted each time.
    pub mismatches: u64,
    /// Rows sent again after a lost connection, counted each time.
    pub reconnects: u64,
    /// Rows by reason; one row may have several.
    pub reasons: BTreeMap<String, u64>,
    /// Tier changes, as `programme: before > after`.
    pub tier_changes: BTreeMap<String, u64>,
    /// Refused rows by code.
    pub refusals: BTreeMap<String, u64>,
}

impl Outcome {
    /// Counts a row.
    pub fn add(&mut self, row: &RowResult) {
        self.conflicts += row.conflicts;
        self.mismatches += row.mismatches;
        self.reconnects += row.reconnects;
        if let Some(nights) = row.check_out_nights {
            self.check_outs += 1;
            self.room_nights += nights;
        }
        match &row.answer {
            Answer::Receipt(receipt) => self.add_receipt(receipt, row.check_out_nights),
            Answer::Refused(code) => {
                self.refused += 1;
                count(&mut self.refusals, code);
            }
        }
    }

    // A duplicate is nothing but that: what its first receipt said was counted when it was posted.
    fn add_receipt(&mut self, receipt: &Receipt, check_out_nights: Option<u64>) {
        self.rows += 1;
        if receipt.duplicate {
            self.duplicates += 1;
            return;
        }
        match receipt.outcome {
            ReceiptOutcome::Suspended => {
                self.suspended += 1;
                self.suspended_check_outs += u64::from(check_out_nights.is_some());
                self.suspended_nights += check_out_nights.unwrap_or_default();
            }
            ReceiptOutcome::Posted => self.posted += 1,
            ReceiptOutcome::ZeroPoint => self.zero_point += 1,
            ReceiptOutcome::Superseded => {
                self.duplicates += 1;
                self.superseded += 1;
            }
        }
        self.points = self.points.saturating_add(receipt.points.unwrap_or_default().delta);
        for reason in &receipt.reasons {
            count(&mut self.reasons, reason);
        }
        let programme = receipt.programme.as_deref().unwrap_or_default();
        if let Some(TierChange { before, after }) = receipt.tier.as_ref().filter(|tier| tier.before != tier.after) {
            count(&mut self.tier_changes, &format!("{programme}: {before} > {after}"));
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    let known = counts.len() < DISTINCT_MAX || counts.contains_key(name);
    *counts.entry(if known { name } else { OTHER }.to_owned()).or_default() += 1;
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn row(nights: Option<u64>, receipt: &str) -> RowResult {
        let answer = Answer::Receipt(serde_json::from_str(receipt).unwrap());
        RowResult { check_out_nights: nights, answer, conflicts: 0, mismatches: 0, reconnects: 0 }
    }

    pub(crate) fn all_kinds() -> Outcome {
        let mut outcome = Outcome::default();
        outcome.add(&row(
            Some(3),
            r#"{"stay":"k","version":1,"outcome":"posted","programme":"hilton-honors","points":{"base":900,"bonus":180,"total":1080,"delta":1080},
               "nights":"3","tier":{"before":"Silver","after":"Gold"},"reasons":[]}"#,
        ));
        outcome.add(&row(Some(2), r#"{"outcome":"zero_point","points":{"delta":0},"reasons":["CHANNEL_INELIGIBLE"]}"#));
        outcome.add(&row(
            Some(7),
            r#"{"outcome":"suspended","programme":null,"points":null,"reasons":["NIGHTS_MISMATCH"]}"#,
        ));
        outcome.add(&row(Some(3), r#"{"outcome":"posted","duplicate":true,"points":{"delta":1080},"reasons":["X"]}"#));
        outcome.add(&row(Some(3), r#"{"outcome":"superseded","points":{"delta":0}}"#));
        outcome.add(&row(None, r#"{"outcome":"zero_point","reasons":["CANCELLED"],"tier":null}"#));
        outcome.add(&row(
            Some(1),
            r#"{"outcome":"posted","points":{"delta":-80},"tier":{"before":"Gold","after":"Gold"}}"#,
        ));
        outcome.add(&RowResult {
            check_out_nights: Some(4),
            answer: Answer::Refused("STAY_CONTENT_DIFFERS".to_owned()),
            conflicts: 2,
            mismatches: 1,
            reconnects: 3,
        });
        outcome
    }

    #[test]
    fn rows_are_counted_once_and_a_duplicate_adds_no_points() {
        let outcome = all_kinds();
        assert_eq!(outcome.rows, 7);
        assert_eq!(outcome.posted + outcome.zero_point + outcome.suspended + outcome.duplicates, outcome.rows);
        assert_eq!((outcome.posted, outcome.zero_point, outcome.suspended, outcome.duplicates), (2, 2, 1, 2));
        assert_eq!((outcome.points, outcome.room_nights, outcome.check_outs), (1_000, 23, 7));
        assert_eq!((outcome.suspended_check_outs, outcome.suspended_nights, outcome.superseded), (1, 7, 1));
        assert_eq!((outcome.refused, outcome.conflicts, outcome.mismatches, outcome.reconnects), (1, 2, 1, 3));
        assert_eq!(outcome.tier_changes, BTreeMap::from([("hilton-honors: Silver > Gold".to_owned(), 1)]));
        assert!(!outcome.reasons.contains_key("X"));
    }

    #[test]
    fn what_is_told_apart_is_bounded() {
        let mut counts = BTreeMap::new();
        for name in 0..1_000 {
            count(&mut counts, &name.to_string());
        }
        assert_eq!(counts.len(), DISTINCT_MAX + 1);
        assert_eq!(counts[OTHER], 800);
    }
}
