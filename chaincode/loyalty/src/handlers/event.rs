//! The event catalogue.
//!
//! A transaction has one event. Its name is that of its first change, and its payload lists all. Events are read by
//! everybody on the channel: they hold points, ids and dates, and never money.

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::{CertificateId, ClaimId, HotelId, ItemId, MemberId, ProgrammeId, PurchaseKey, ReservationId, StayKey};
use crate::units::{Date, Points};

macro_rules! events {
    ($($(#[$about:meta])* $variant:ident $name:literal { $($(#[$field_about:meta])* $field:ident: $type:ty),* $(,)? })+) => {
        /// Something that changed.
        #[derive(Debug, Clone, Serialize, JsonSchema)]
        #[serde(tag = "name")]
        pub enum Event {
            $(
                $(#[$about])*
                #[serde(rename = $name)]
                #[allow(missing_docs, reason = "the fields are named as in the functions' answers")]
                $variant { $($field: $type),* },
            )+
        }

        impl Event {
            /// The names of all events.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The stable name.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name,)+ }
            }
        }
    };
}

events! {
    /// A hotel was registered.
    HotelRegistered "hotel.registered" { hotel: HotelId, organisation: String }
    /// It was said what revenue codes of a hotel stand for; the number is that of all of them.
    RevenueMapped "hotel.revenue_mapped" { hotel: HotelId, codes: u64 }
    /// A guest misses a stay.
    StayClaimed "stay.claimed" { claim: ClaimId, hotel: HotelId, programme: ProgrammeId, member: MemberId }
    /// The hotel has answered a claim.
    StayClaimAnswered "stay.claim_answered" { claim: ClaimId, hotel: HotelId, stay: Option<StayKey>, answer: String }
    /// A rate of exchange was declared.
    ExchangePosted "fx.posted" { from: String, to: String, date: Date }
    /// A policy of the consortium was set.
    PolicySet "policy.set" { spend_lag_days_max: Option<u32> }
    /// A version of a programme was proposed.
    ProgrammeProposed "programme.proposed" { programme: ProgrammeId, version: u32 }
    /// A manager approved a version.
    ProgrammeApproved "programme.approved" { programme: ProgrammeId, version: u32, approvals: u32 }
    /// A version is in force from its date on.
    ProgrammeActivated "programme.activated" { programme: ProgrammeId, version: u32, effective_from: Date }
    /// A member was enrolled.
    MemberEnrolled "member.enrolled" { member: MemberId, programme: ProgrammeId }
    /// A key was bound to a member.
    MemberKeyBound "member.key_bound" { member: MemberId }
    /// A member earned a fixed number of points.
    ActivityEarned "points.activity" { member: MemberId, programme: ProgrammeId, activity: String, points: Points }
    /// A purchase was rated.
    PurchasePosted "purchase.posted" { purchase: PurchaseKey, version: u32, shop: HotelId, member: MemberId,
        programme: ProgrammeId, points: i64, reasons: Vec<String> }
    /// A purchase version came after a later one.
    PurchaseSuperseded "purchase.superseded" { purchase: PurchaseKey, version: u32, shop: HotelId }
    /// A stay was rated and earned points.
    StayPosted "stay.posted" { stay: StayKey, version: u32, hotel: HotelId, member: MemberId, programme: ProgrammeId,
        points: i64 }
    /// A stay was rated and earned none.
    StayZeroPoint "stay.zero_point" { stay: StayKey, version: u32, hotel: HotelId, points: i64, reasons: Vec<String> }
    /// A stay waits for correction.
    StaySuspended "stay.suspended" { stay: StayKey, version: u32, hotel: HotelId, reason: String }
    /// What was posted for a stay was taken back.
    StayVoided "stay.voided" { stay: StayKey, hotel: HotelId, points: i64, reason: String }
    /// A stay version came after a later one.
    StaySuperseded "stay.superseded" { stay: StayKey, version: u32, hotel: HotelId }
    /// A member's tier changed.
    TierChanged "tier.changed" { member: MemberId, programme: ProgrammeId, before: String, after: String,
        valid_until: Option<Date> }
    /// Lots reached their last day.
    PointsExpired "points.expired" { member: MemberId, programme: ProgrammeId, points: Points }
    /// An account was inactive for too long.
    PointsForfeited "points.forfeited" { member: MemberId, programme: ProgrammeId, points: Points }
    /// Points became available on their date.
    PointsMatured "points.matured" { member: MemberId, programme: ProgrammeId, points: Points }
    /// A share of the points faded.
    PointsDecayed "points.decayed" { member: MemberId, programme: ProgrammeId, points: Points }
    /// The programme let points live longer.
    PointsExtended "points.extended" { member: MemberId, programme: ProgrammeId, points: Points, to: Date }
    /// The programme gave lapsed points back.
    PointsReinstated "points.reinstated" { member: MemberId, programme: ProgrammeId, points: Points }
    /// Points went from one member to another.
    PointsTransferred "points.transferred" { programme: ProgrammeId, from: MemberId, to: MemberId, points: Points,
        fee: Points }
    /// Points became a partner's currency: the programme has the partner credit the units.
    PointsConverted "points.converted" { programme: ProgrammeId, member: MemberId, partner: String, points: Points,
        units: u64 }
    /// Points were set aside for a reward.
    RewardReserved "reward.reserved" { reservation: ReservationId, programme: ProgrammeId, member: MemberId,
        hotel: Option<HotelId>, points: Points, item: Option<ItemId> }
    /// The reward was given.
    RewardCommitted "reward.committed" { reservation: ReservationId, programme: ProgrammeId, hotel: Option<HotelId>,
        points: Points, item: Option<ItemId> }
    /// The reward was not given, or its hold ran out.
    RewardReleased "reward.released" { reservation: ReservationId, programme: ProgrammeId, points: Points }
    /// A reward that was given was taken back.
    RewardRefunded "reward.refunded" { reservation: ReservationId, programme: ProgrammeId, member: MemberId,
        hotel: Option<HotelId>, points: Points, owed_reversed: bool }
    /// Points were given to a good cause.
    RewardDonated "reward.donated" { reservation: ReservationId, programme: ProgrammeId, member: MemberId, item: ItemId,
        good_cause: String, points: Points }
    /// An item is offered from now on.
    ItemDefined "reward.item_defined" { programme: ProgrammeId, item: ItemId }
    /// An item is no longer offered.
    ItemWithdrawn "reward.item_withdrawn" { programme: ProgrammeId, item: ItemId }
    /// The programme counted the stock of an item anew.
    StockChanged "reward.stock_changed" { programme: ProgrammeId, item: ItemId, free: u64 }
    /// A piece was taken out of one shard of an item's stock.
    StockTaken "reward.stock_taken" { programme: ProgrammeId, item: ItemId, shard: u32, left: u64 }
    /// Nights were booked for points.
    AwardBooked "reward.award_booked" { reservation: ReservationId, programme: ProgrammeId, member: MemberId,
        hotel: HotelId, arrival: Date, nights: u16, points: Points }
    /// The member let booked nights go.
    AwardCancelled "reward.award_cancelled" { reservation: ReservationId, programme: ProgrammeId, hotel: HotelId,
        returned: Points, kept: Points, cash_charged: bool }
    /// The guest did not come for booked nights.
    AwardNoShow "reward.award_no_show" { reservation: ReservationId, programme: ProgrammeId, hotel: HotelId,
        returned: Points, kept: Points, cash_charged: bool }
    /// A member has a certificate.
    CertificateIssued "certificate.issued" { certificate: CertificateId, programme: ProgrammeId, member: MemberId,
        last_day: Date }
    /// A certificate paid for a reward.
    CertificateUsed "certificate.used" { certificate: CertificateId, programme: ProgrammeId,
        reservation: ReservationId }
    /// A member gave a certificate to another.
    CertificateTransferred "certificate.transferred" { certificate: CertificateId, programme: ProgrammeId,
        from: MemberId, to: MemberId }
    /// The programme took a certificate back.
    CertificateVoided "certificate.voided" { certificate: CertificateId, programme: ProgrammeId, member: MemberId }
}

/// Everything that a transaction changed, the primary change first.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Changes {
    changes: Vec<Event>,
}

impl Changes {
    /// A change that follows from the primary one, or the primary one itself when none was told yet.
    pub(super) fn push(&mut self, event: Event) {
        self.changes.push(event);
    }

    /// The primary change, whatever was told before.
    pub(super) fn lead(&mut self, event: Event) {
        self.changes.insert(0, event);
    }

    /// Whether it was told that this hold ended without its reward.
    pub(super) fn tell_of_release(&self, id: ReservationId) -> bool {
        let is_it = |event: &Event| matches!(event, Event::RewardReleased { reservation, .. } if *reservation == id);
        self.changes.iter().any(is_it)
    }

    /// Sets the transaction's event.
    pub(super) fn emit(&self, context: &mut Context<'_>) -> Result<()> {
        match self.changes.first() {
            Some(first) => context.emit(first.name(), self),
            None => Ok(()),
        }
    }
}

/// A transaction with a single change.
pub(super) fn emit(context: &mut Context<'_>, event: Event) -> Result<()> {
    Changes { changes: vec![event] }.emit(context)
}
