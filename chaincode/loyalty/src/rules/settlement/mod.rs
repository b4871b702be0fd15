//! What chains owe each other, and what a programme owes its members.
//!
//! An [`Agreement`] of a programme's owner and a host says what a point costs; [`Due`] is what is valued by it. [`Netting`]
//! sets payables off against each other, in pairs and among all. [`RollForward`] leads a programme's promise to its members
//! from one date to another. All of it is exact but for one rounding, when points become money.

mod agreement;
mod due;
mod liability;
mod netting;
mod sum;

pub use agreement::{
    Agreement, AgreementRefusal, OCCUPANCY_BANDS_MAX, OccupancyBand, PRICE_DENOMINATOR_MAX, PRICE_UNITS_MAX, Tariff,
    in_force_on,
};
pub use due::{Due, OwedFor};
pub use liability::{Held, RollForward};
pub use netting::{Netting, Payables};
pub use sum::{SumTooLarge, in_64_bits};
