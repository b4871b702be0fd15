//! Rows that each transaction writes for itself, to be added up later.

use folio_chaincode_sdk::Record;

use crate::books::{Kind, Totals};

use super::Unreadable;

/// The numbers of the lines of totals. They never change.
const KINDS: [(u32, Kind); 15] = [
    (1, Kind::Issued),
    (2, Kind::Reversed),
    (3, Kind::Available),
    (4, Kind::Reserved),
    (5, Kind::Debt),
    (6, Kind::Redeemed),
    (7, Kind::Expired),
    (8, Kind::Forfeited),
    (9, Kind::Fees),
    (10, Kind::Converted),
    (11, Kind::Imported),
    (12, Kind::Pending),
    (13, Kind::Wallet),
    (14, Kind::Treasury),
    (15, Kind::Decayed),
];

/// What one transaction adds to a programme's totals.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TotalsRow {
    /// Sums of its postings.
    #[prost(message, repeated, tag = "1")]
    pub sums: Vec<SumRow>,
    /// The hotel where it happened, if any.
    #[prost(string, tag = "2")]
    pub hotel: String,
}

impl Record for TotalsRow {}

/// Sum of the postings to one kind of account.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SumRow {
    /// The kind of account, by its number.
    #[prost(uint32, tag = "1")]
    pub kind: u32,
    /// The sum.
    #[prost(sint64, tag = "2")]
    pub points: i64,
}

/// What one transaction makes the debtor owe the creditor. It is counted in points; the agreement of the two says what a
/// point costs.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OwedRow {
    /// The hotel.
    #[prost(string, tag = "1")]
    pub hotel: String,
    /// Why: 1 a host pays the issuer for points that its guest earned, 2 the issuer pays a host for a reward.
    #[prost(uint32, tag = "2")]
    pub cause: u32,
    /// Points; negative when an earlier row is corrected.
    #[prost(sint64, tag = "3")]
    pub points: i64,
}

impl Record for OwedRow {}

impl TotalsRow {
    /// The row of what a transaction adds.
    pub fn of(totals: &Totals, hotel: String) -> Self {
        let number = |kind| KINDS.iter().find(|(_, known)| *known == kind).map_or(0, |(number, _)| *number);
        Self { sums: totals.iter().map(|(kind, points)| SumRow { kind: number(kind), points }).collect(), hotel }
    }

    /// Adds the row to totals.
    pub fn add_to(&self, totals: &mut Totals) -> Result<(), Unreadable> {
        for sum in &self.sums {
            let (_, kind) = KINDS.iter().find(|(number, _)| *number == sum.kind).ok_or(Unreadable)?;
            totals.add(*kind, sum.points)?;
        }
        Ok(())
    }
}
