//! Rewards: what members get for their points.
//!
//! `reservation` is a reward that a member asked for and what it takes to end one, whatever it is. `desk` holds points for
//! a reward at a hotel, or for an `item` of the `catalogue`, whose stock stands on shelves (`shelf`). `award_night` books
//! nights, and `award_end` is how such bookings end. A `certificate` pays in place of points (`paying`) and may be given
//! away (`passing`). `refund` takes back what was given, `sweep` ends what ran out, and `available` tells a member's
//! choices.
//!
//! Points are first set aside, under the member's own word, and the price is that of this moment. A hold that nobody ends
//! in time ends by itself: its points count as available, its stock as free and its certificate as unused when they are
//! next touched.

mod available;
mod award_end;
mod award_night;
mod catalogue;
mod certificate;
mod desk;
mod item;
mod passing;
mod paying;
mod refund;
mod reservation;
mod shelf;
mod sweep;

pub(super) use available::available;
pub(super) use award_end::{cancel as award_night_cancel, no_show as award_night_no_show, stay as award_night_stay};
pub(super) use award_night::{book as award_night_book, quote as award_night_quote};
pub(super) use catalogue::{catalogue, define, stock, withdraw};
pub(super) use certificate::{issue as certificate_issue, list as certificate_list, void as certificate_void};
pub(super) use desk::{commit, release, reserve};
pub(super) use passing::transfer as certificate_transfer;
pub(super) use refund::refund;
pub(super) use sweep::{overdue, sweep};
