//! A programme as versioned data: everything that its owner may decide, and nothing that code decides for it.
//!
//! A [`Definition`] is one version of one programme. It is proposed by its owner, takes effect from a date and is never
//! edited; [`Timeline`] picks the version for a stay. Its JSON refuses unknown keys, so that a misspelt rule is an error
//! and not a silent default, and [`Definition::validate`] names the key and the rule of everything else that is wrong.

mod activity;
#[cfg(not(target_arch = "wasm32"))]
mod authoring;
mod award;
mod benefit;
mod definition;
mod earning;
mod eligibility;
mod lapse;
mod limits;
mod memo;
mod scope;
mod spending;
mod stored;
mod tier;
mod timeline;
mod tokens;
mod validate;

pub use activity::{ActivityEarn, ActivityLimit, Period, PurchaseEarn};
#[cfg(not(target_arch = "wasm32"))]
pub use authoring::{AuthoringError, demonstrated, shipped};
pub use award::{
    AwardCategory, AwardNightRules, FreeNight, FreeNightChoice, Kept, Penalty, RefundRules, Season, SeasonDates,
};
pub use benefit::{BenefitRule, Occasion, Offer};
pub use definition::Definition;
pub use earning::{
    Balance, BalanceKind, BonusBase, Calculation, Earn, EarnException, EarnRate, NightCreditException,
    NightCreditRules, RoomRules, RoundingScope, Step,
};
pub use eligibility::{Eligibility, EligibilityRules, Payer, RevenueException, RewardNights};
pub use lapse::{ActivityKind, Decay, ExpiryRules, Inactivity};
pub use limits::*;
pub use scope::{DateChoice, Hotel, Scope, Selection, StayDates};
pub use spending::{
    BetterValue, ChannelRedemption, ConversionBonus, ConversionRules, PartnerRate, PoolRules, PoolSpenders,
    RedemptionRules, TierDirection, TransferFee, TransferRules,
};
pub use stored::StoredError;
pub(in crate::rules) use stored::{from_stored, to_stored};
pub use tier::{Attribution, Predicate, Tier, TierRank, TierRules, Validity, Window};
pub use timeline::{Timeline, VersionEntry};
pub use tokens::TokenRules;
pub use validate::{DefinitionError, Problem};
pub(in crate::rules) use validate::{Findings, listed};
