//! Treasuries: points that a merchant buys and gives to members.
//!
//! The points of a treasury stand in tills, a row each once something came or went there by itself; what is put into all
//! of them is only counted, and each has its share. An award takes out of one till, which the caller names or which follows
//! from the member, and goes on to the next tills only when that one is short. Awards out of different tills never
//! conflict: whoever gives points at several places at once names a till for each of them. Members spread over the tills by
//! chance, so that of 200 awards at once about 5 meet another at 4,096 tills.

mod award;
mod fund;
mod open;
mod till;
mod view;

pub(super) use award::award;
pub(super) use fund::fund;
pub(super) use open::open;
pub(super) use view::get;
