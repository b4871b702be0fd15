//! The walk over a group's rooms, nights and lines that finds what is eligible for one purpose.

use super::group::{Group, GroupRoom};
use crate::rules::programme::{Eligibility, Hotel, Payer, RewardNights};
use crate::rules::reason::{Reason, ReasonSet};
use crate::rules::revenue::CategorySet;
use crate::rules::stay::{Line, Night, Room};

/// Something eligible, met on the walk.
pub(super) enum Eligible<'a> {
    /// A night of a room.
    Night(&'a Night<'a>),
    /// A revenue line, with the terms under which it was earned.
    Line(&'a Line<'a>, Option<&'a Night<'a>>),
}

/// How many rooms count on one evening.
#[derive(Clone, Copy)]
pub(super) struct RoomLimits {
    pub(super) nights: u8,
    pub(super) lines: u8,
}

/// What is asked of a group for one purpose.
pub(super) struct Gate<'a> {
    asks: &'a Eligibility,
    revenue: CategorySet,
    limits: RoomLimits,
}

impl<'a> Gate<'a> {
    pub(super) fn new(asks: &'a Eligibility, hotel: &Hotel<'_>, limits: RoomLimits) -> Self {
        Self { asks, revenue: asks.revenue_at(hotel.brand), limits }
    }

    /// Why nothing of the group counts, if so.
    pub(super) fn closed(&self, group: &Group<'_>, hotel: &Hotel<'_>, member_must_occupy: bool) -> Option<Reason> {
        let asks = self.asks;
        first_failing([
            (asks.chains.admits(hotel.chain), Reason::ChainIneligible),
            (asks.brands.admits(hotel.brand), Reason::BrandIneligible),
            (asks.hotels.admits(hotel.code), Reason::HotelIneligible),
            (!member_must_occupy || group.member_in_house, Reason::MemberNotInHouse),
            (group.nights >= u32::from(asks.minimum_nights), Reason::TooFewNights),
            (!asks.rewards.as_ref().is_some_and(|rewards| voided(group, rewards)), Reason::RewardStay),
            (asks.unpaid || group.room_revenue_positive, Reason::RateNotPositive),
        ])
    }

    /// Visits every eligible night and line of the group, room by room, and notes why others are not.
    pub(super) fn walk<E>(
        &self,
        group: &Group<'a>,
        reasons: &mut ReasonSet,
        mut visit: impl FnMut(Eligible<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (place, GroupRoom { room, .. }) in group.rooms.iter().enumerate() {
            for night in &room.nights {
                let counted = group.counts(place, night.date, self.limits.nights);
                match self.refusal(room, Some(night), counted) {
                    None => visit(Eligible::Night(night))?,
                    Some(reason) => reasons.add(reason),
                }
            }
            for line in room.lines.iter().filter(|line| self.revenue.contains(line.category)) {
                let terms = room.terms_on(line.date);
                let counted = group.counts(place, line.date, self.limits.lines);
                match self.refusal(room, terms, counted) {
                    None => visit(Eligible::Line(line, terms))?,
                    Some(reason) => reasons.add(reason),
                }
            }
        }
        Ok(())
    }

    /// Why a night does not count, if so. A day use has no night, and is as one of no market, channel or rate.
    fn refusal(&self, room: &Room<'_>, night: Option<&Night<'_>>, counted: bool) -> Option<Reason> {
        let asks = self.asks;
        let market = night.map_or("", |night| &night.market);
        let channel = night.map_or("", |night| &night.channel);
        let rate_code = night.map_or("", |night| &night.rate_code);
        let complimentary = night.is_some_and(|night| night.complimentary);
        let reward =
            night.is_some() && asks.rewards.as_ref().is_some_and(|rewards| rewards.rate_codes.admits(rate_code));
        first_failing([
            (counted, Reason::RoomLimit),
            (asks.payer == Payer::Anyone || room.payer_member, Reason::PayerNotMember),
            (asks.complimentary || !complimentary, Reason::Complimentary),
            (!reward, Reason::RewardNight),
            (asks.markets.admits(market), Reason::MarketIneligible),
            (asks.channels.admits(channel), Reason::ChannelIneligible),
            (asks.rate_codes.admits(rate_code), Reason::RateCodeIneligible),
        ])
    }
}

fn first_failing<const N: usize>(conditions: [(bool, Reason); N]) -> Option<Reason> {
    conditions.into_iter().find(|(holds, _)| !holds).map(|(_, reason)| reason)
}

fn voided(group: &Group<'_>, rewards: &RewardNights) -> bool {
    let mut nights = group.rooms.iter().flat_map(|room| &room.room.nights);
    rewards.void_stay && nights.any(|night| rewards.rate_codes.admits(&night.rate_code))
}
