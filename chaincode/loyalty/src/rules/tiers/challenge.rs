//! A tier that was given for another programme's, and what keeps it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{Date, NightCredits, Overflow};

/// So many nights by a date keep a tier that was matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Name of the tier.
    pub tier: String,
    /// First date that counts.
    pub from: Date,
    /// Last date that counts.
    pub by: Date,
    /// Night credits asked for.
    pub nights: NightCredits,
    /// Night credits so far.
    pub reached: NightCredits,
    /// The last day on which the tier is held when it is kept.
    pub keeps_until: Date,
}

impl Challenge {
    /// Whether the tier is kept.
    pub fn is_met(&self) -> bool {
        self.reached >= self.nights
    }

    /// Adds night credits of a date, or takes them away.
    pub(super) fn add(&mut self, date: Date, nights: NightCredits) -> Result<(), Overflow> {
        if (self.from..=self.by).contains(&date) {
            self.reached = self.reached.checked_add(nights)?;
        }
        Ok(())
    }
}
