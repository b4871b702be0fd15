//! Which tier a member holds, from counters that the account keeps.
//!
//! Counters are bounded: a total since enrolment, two or three calendar years and at most as many months as the longest
//! rolling window. A tier rises as soon as its condition is met, and never falls before its validity has ended.

mod challenge;
mod counters;
mod evaluate;
mod held_years;
mod progress;

pub use challenge::Challenge;
pub use counters::{BrandTally, Contribution, Counters, MonthTally, SPEND_STEP_MINOR, Tally, YearTally};
pub use evaluate::{Change, Decision, Standing, evaluate, judge};
pub use held_years::{HeldYears, TierYears};
pub use progress::{Condition, Progress, progress};
