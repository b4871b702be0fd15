//! Which tier a member holds, from counters that the account keeps.
//!
//! Counters are bounded: a total since enrolment, two calendar years and at most as many months as the longest rolling
//! window. A tier rises as soon as its condition is met, and never falls before its validity has ended.

mod counters;
mod evaluate;
mod progress;

pub use counters::{Contribution, Counters, MonthTally, SPEND_STEP_MINOR, Tally, YearTally};
pub use evaluate::{Change, Decision, Standing, evaluate};
pub use progress::{Condition, Progress, progress};
