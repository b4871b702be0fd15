//! The rules of a programme as data, and the pure functions that interpret them.
//!
//! [`programme`] is what a programme says, [`stay`] what a hotel reports and [`purchase`] what a shop reports, and the
//! rest are the judgements: what they earn ([`rating`]) and what campaigns give beside it ([`campaign`]), which tier a member
//! holds ([`tiers`]) and what is given for it ([`benefits`]), when points lapse ([`expiry`]), whether a transfer
//! ([`transfer`]), a contribution to a pool ([`pool`]) or a walk into a wallet ([`withdrawal`]) is allowed, what points are
//! worth ([`redemption`]) or become elsewhere ([`conversion`]), what nights ([`award_night`]) and articles ([`catalogue`])
//! cost in points and what a [`certificate`] pays for, what chains owe each other ([`settlement`]), and what their
//! organisations agree on for all ([`policy`]). [`spread`] deals out what many take from at once. Given the same values
//! they answer the same, everywhere.

pub mod activity;
pub mod award_night;
pub mod benefits;
pub mod campaign;
pub mod catalogue;
pub mod certificate;
pub mod conversion;
pub mod expiry;
pub mod policy;
pub mod pool;
pub mod programme;
pub mod purchase;
pub mod rating;
pub mod reason;
pub mod redemption;
pub mod revenue;
pub mod settlement;
pub mod spread;
pub mod stay;
pub mod tiers;
pub mod transfer;
pub mod withdrawal;
