//! How large a definition may be. Its reading is paid for at every call.

/// Longest definition, in bytes of its stored form.
pub const DEFINITION_BYTES_MAX: usize = 32 * 1024;
/// Longest name, code or pattern, in bytes.
pub const DEFINITION_TEXT_BYTES_MAX: usize = 64;
/// Most balances of a programme.
pub const BALANCES_MAX: usize = 8;
/// Most tiers.
pub const TIERS_MAX: usize = 16;
/// Most exceptions to one rule.
pub const EXCEPTIONS_MAX: usize = 64;
/// Most entries of one selection.
pub const SELECTION_ENTRIES_MAX: usize = 256;
/// Most kinds of activity with a fixed earn.
pub const ACTIVITIES_MAX: usize = 64;
/// Most rules for purchases.
pub const PURCHASE_RULES_MAX: usize = 64;
/// Longest symbol of a token, in bytes.
pub const SYMBOL_BYTES_MAX: usize = 11;
/// Most partners to whose currencies points are converted.
pub const PARTNERS_MAX: usize = 128;
/// Most categories of a price table of award nights.
pub const AWARD_CATEGORIES_MAX: usize = 64;
/// Most seasons of award nights, all hotels together.
pub const AWARD_SEASONS_MAX: usize = 256;
/// Most nights of one award booking.
pub const AWARD_NIGHTS_MAX: u16 = 60;
/// Most days ahead of arrival, and most days for a refund.
pub const AWARD_DAYS_MAX: u16 = 400;
/// Most rules of redemption that hold on some channels only.
pub const REDEMPTION_CHANNELS_MAX: usize = 16;
/// Deepest tier predicate.
pub const PREDICATE_DEPTH_MAX: usize = 6;
/// Most conditions in one tier predicate.
pub const PREDICATE_NODES_MAX: usize = 64;
/// Longest rolling window, in months.
pub const WINDOW_MONTHS_MAX: u8 = 36;
/// Longest period of expiry or validity, in months.
pub const PERIOD_MONTHS_MAX: u16 = 1200;
/// Most rules of benefits.
pub const BENEFITS_MAX: usize = 32;
/// Most offers among which a member chooses.
pub const OFFERS_MAX: usize = 16;
/// Most numbers of nights for which one rule gives something in a year.
pub const MILESTONES_MAX: u32 = 32;
/// Most uses of one benefit.
pub const BENEFIT_USES_MAX: u16 = 366;
/// Most members of a pool.
pub const POOL_MEMBERS_MAX: u16 = 32;
