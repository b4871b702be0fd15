//! The catalogue of reasons: why a stay waits for correction, and why it earned less than it might.
//!
//! The codes stand on the ledger and in receipts. They never change their meaning; new ones are added.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! catalogue {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every entry, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.code())
            }
        }
    };
}

catalogue! {
    /// Why a stay goes to its hotel's worklist: it cannot be rated until somebody corrects or completes it.
    Suspense {
        /// The hotel is not registered.
        HotelUnknown => "HOTEL_UNKNOWN",
        /// The programme is not known.
        ProgrammeUnknown => "PROGRAMME_UNKNOWN",
        /// No version of the programme was in force on the stay's date.
        ProgrammeNotInForce => "PROGRAMME_NOT_IN_FORCE",
        /// The member is not enrolled.
        MemberUnknown => "MEMBER_UNKNOWN",
        /// The guest left before arriving.
        DepartureBeforeArrival => "DEPARTURE_BEFORE_ARRIVAL",
        /// The booking was made after the guest had left.
        BookedAfterDeparture => "BOOKED_AFTER_DEPARTURE",
        /// The nights listed are not the nights between arrival and departure.
        NightsMismatch => "NIGHTS_MISMATCH",
        /// A night lies outside the stay.
        NightOutsideStay => "NIGHT_OUTSIDE_STAY",
        /// A revenue line is dated outside the stay.
        LineOutsideStay => "LINE_OUTSIDE_STAY",
        /// A posting of a folio is listed twice.
        LineRepeated => "LINE_REPEATED",
        /// A line's revenue category is not in the code list.
        CategoryUnknown => "CATEGORY_UNKNOWN",
        /// A line's currency is not in the code list.
        CurrencyUnknown => "CURRENCY_UNKNOWN",
        /// No exchange rate leads from a line's currency to the programme's.
        ExchangeRateMissing => "EXCHANGE_RATE_MISSING",
        /// The member has left the programme.
        MemberClosed => "MEMBER_CLOSED",
    }
}

catalogue! {
    /// Why a stay, or a part of it, earned nothing. The stay is accepted all the same.
    Reason {
        /// The guest did not come.
        NoShow => "NO_SHOW",
        /// The booking was cancelled.
        Cancelled => "CANCELLED",
        /// The room revenue is zero or negative.
        RateNotPositive => "RATE_NOT_POSITIVE",
        /// Hotels of this chain do not take part.
        ChainIneligible => "CHAIN_INELIGIBLE",
        /// Hotels of this brand do not take part.
        BrandIneligible => "BRAND_INELIGIBLE",
        /// The hotel does not take part.
        HotelIneligible => "HOTEL_INELIGIBLE",
        /// The stay is shorter than the programme asks.
        TooFewNights => "TOO_FEW_NIGHTS",
        /// The member slept in none of the rooms.
        MemberNotInHouse => "MEMBER_NOT_IN_HOUSE",
        /// A night paid with points makes the whole stay a reward stay.
        RewardStay => "REWARD_STAY",
        /// The night was paid with points.
        RewardNight => "REWARD_NIGHT",
        /// The market segment does not earn.
        MarketIneligible => "MARKET_INELIGIBLE",
        /// The distribution channel does not earn.
        ChannelIneligible => "CHANNEL_INELIGIBLE",
        /// The rate code does not earn.
        RateCodeIneligible => "RATE_CODE_INELIGIBLE",
        /// The night was complimentary.
        Complimentary => "COMPLIMENTARY",
        /// Somebody else than the member paid for the room.
        PayerNotMember => "PAYER_NOT_MEMBER",
        /// More rooms than the programme lets earn at once.
        RoomLimit => "ROOM_LIMIT",
        /// No revenue line is of a kind that earns.
        NoEligibleRevenue => "NO_ELIGIBLE_REVENUE",
        /// What is eligible is too little to be worth a point.
        BelowOnePoint => "BELOW_ONE_POINT",
        /// The programme does not reward this kind of purchase here.
        SourceIneligible => "SOURCE_INELIGIBLE",
        /// Items of this category do not earn.
        CategoryIneligible => "CATEGORY_INELIGIBLE",
        /// The purchase earns up to a certain spend.
        SpendCapped => "SPEND_CAPPED",
    }
}

catalogue! {
    /// Why a campaign or an offer gives nothing for a stay or a purchase, or has not given it yet.
    Withheld {
        /// It does not reward stays, or purchases of this kind.
        OtherKind => "CAMPAIGN_OTHER_KIND",
        /// The stay is not in its hotels or on its dates.
        OtherScope => "CAMPAIGN_OTHER_SCOPE",
        /// The stay was booked after the last date for it.
        BookedLate => "CAMPAIGN_BOOKED_LATE",
        /// The stay is shorter than it asks.
        ShortStay => "CAMPAIGN_SHORT_STAY",
        /// It is not for members of this tier.
        OtherTier => "CAMPAIGN_OTHER_TIER",
        /// No night or revenue that it looks at is eligible.
        NothingEligible => "CAMPAIGN_NOTHING_ELIGIBLE",
        /// What it would give is less than a point.
        LessThanAPoint => "CAMPAIGN_LESS_THAN_A_POINT",
        /// The member had not registered by then.
        NotRegistered => "CAMPAIGN_NOT_REGISTERED",
        /// The member is not on its list.
        NotListed => "CAMPAIGN_NOT_LISTED",
        /// It rewards another of the member's stays: every second, third and so on.
        NotThisOne => "CAMPAIGN_NOT_THIS_ONE",
        /// The member has had as much of it as a member can have.
        Capped => "CAMPAIGN_CAPPED",
        /// A better one of its group counts.
        BetterOne => "CAMPAIGN_BETTER_ONE",
        /// It waits for its turn at the budget.
        AwaitsBudget => "CAMPAIGN_AWAITS_BUDGET",
        /// The budget was used up before its turn.
        BudgetUsedUp => "CAMPAIGN_BUDGET_USED_UP",
        /// There is no such offer for this member.
        OfferUnknown => "OFFER_UNKNOWN",
        /// The offer was used for another stay.
        OfferUsed => "OFFER_USED",
        /// A stay takes one offer, and this one has another.
        OfferSecond => "OFFER_SECOND",
    }
}

/// The reasons found while a stay is rated, each once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ReasonSet {
    bits: u32,
}

impl ReasonSet {
    pub(super) const fn add(&mut self, reason: Reason) {
        self.bits |= 1 << reason as u32;
    }

    pub(super) const fn is_empty(self) -> bool {
        self.bits == 0
    }

    pub(super) fn into_vec(self) -> Vec<Reason> {
        Reason::ALL.iter().copied().filter(|reason| self.bits >> *reason as u32 & 1 == 1).collect()
    }
}

const _: () = assert!(Reason::ALL.len() <= u32::BITS as usize, "a reason set has one bit for each reason");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_stable_unique_and_the_same_in_json() {
        let mut seen = BTreeSet::new();
        for reason in Reason::ALL {
            assert!(seen.insert(reason.code()));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
        }
        for suspense in Suspense::ALL {
            assert!(seen.insert(suspense.code()));
            assert_eq!(serde_json::to_value(suspense).unwrap(), suspense.code());
        }
        for withheld in Withheld::ALL {
            assert!(seen.insert(withheld.code()));
            assert_eq!(serde_json::to_value(withheld).unwrap(), withheld.code());
        }
    }

    #[test]
    fn a_reason_is_reported_once_and_in_catalogue_order() {
        let mut reasons = ReasonSet::default();
        assert!(reasons.is_empty());
        for reason in [Reason::BelowOnePoint, Reason::NoShow, Reason::Complimentary, Reason::NoShow] {
            reasons.add(reason);
        }
        assert_eq!(reasons.into_vec(), [Reason::NoShow, Reason::Complimentary, Reason::BelowOnePoint]);
    }
}
