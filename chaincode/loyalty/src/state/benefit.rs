//! What members were given beside points.

use folio_chaincode_sdk::Record;

use crate::rules::benefits::Granted;

use super::LotRow;

/// On which occasion something was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
pub enum OccasionKind {
    /// Nothing known.
    None = 0,
    /// The programme enrolled the member.
    Enrolment = 1,
    /// A tier was reached.
    Tier = 2,
    /// So many nights in a year.
    Nights = 3,
}

/// Something that a member was given, or may choose.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BenefitRow {
    /// Name of the programme's rule.
    #[prost(string, tag = "1")]
    pub rule: String,
    /// On which occasion.
    #[prost(enumeration = "OccasionKind", tag = "2")]
    pub occasion: i32,
    /// The tier, if that was it.
    #[prost(string, tag = "3")]
    pub tier: String,
    /// The nights, if those were it, in sixtieths.
    #[prost(sint32, tag = "4")]
    pub night_parts: i32,
    /// The calendar year of the nights, or that in which the tier ends; 0 when there is none.
    #[prost(sint32, tag = "5")]
    pub period: i32,
    /// Business date on which it was given, in days since 1970.
    #[prost(sint32, tag = "6")]
    pub granted: i32,
    /// Last day of the choice, in days since 1970; none when there is nothing to choose.
    #[prost(sint32, optional, tag = "7")]
    pub choose_by: Option<i32>,
    /// What was given; empty for as long as the member has not chosen.
    #[prost(string, tag = "8")]
    pub benefit: String,
    /// How often it can be used; 0 for points.
    #[prost(uint32, tag = "9")]
    pub uses: u32,
    /// How often it was used.
    #[prost(uint32, tag = "10")]
    pub used: u32,
    /// Last day of use, in days since 1970; none when there is none.
    #[prost(sint32, optional, tag = "11")]
    pub last_day: Option<i32>,
    /// The points that were given, with their lot.
    #[prost(message, optional, tag = "12")]
    pub points: Option<LotRow>,
    /// Business date of the points, in days since 1970.
    #[prost(sint32, tag = "13")]
    pub points_date: i32,
    /// Whether it was taken back, because what it was given for was corrected away.
    #[prost(bool, tag = "14")]
    pub revoked: bool,
    /// The version of the programme that decided.
    #[prost(uint32, tag = "15")]
    pub programme_version: u32,
}

impl Record for BenefitRow {}

/// What one rule has given an account for one period.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GrantedRow {
    /// Name of the rule.
    #[prost(string, tag = "1")]
    pub rule: String,
    /// The period.
    #[prost(sint32, tag = "2")]
    pub period: i32,
    /// What was given, one bit each.
    #[prost(uint32, tag = "3")]
    pub given: u32,
    /// What stays whatever happens.
    #[prost(uint32, tag = "4")]
    pub kept: u32,
}

impl From<&Granted> for GrantedRow {
    fn from(granted: &Granted) -> Self {
        Self { rule: granted.rule.clone(), period: granted.period, given: granted.given, kept: granted.kept }
    }
}

impl From<GrantedRow> for Granted {
    fn from(row: GrantedRow) -> Self {
        Self { rule: row.rule, period: row.period, given: row.given, kept: row.kept }
    }
}
