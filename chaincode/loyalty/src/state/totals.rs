//! Rows that each transaction writes for itself, to be added up later.

use folio_chaincode_sdk::Record;

use crate::books::{Kind, Totals};
use crate::units::Overflow;

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
    /// The true business date, in days since 1970, when that was sealed and the row stands in the date open then.
    #[prost(sint32, optional, tag = "3")]
    pub business_date: Option<i32>,
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

impl TotalsRow {
    /// The row of what a transaction adds.
    pub fn of(totals: &Totals, hotel: String, business_date: Option<i32>) -> Result<Self, Overflow> {
        let sum = |(kind, points)| {
            let points = i64::try_from(points).map_err(|_| Overflow)?;
            Ok(SumRow { kind: number_of(kind), points })
        };
        Ok(Self { sums: totals.iter().map(sum).collect::<Result<_, _>>()?, hotel, business_date })
    }

    /// Adds the row to totals.
    pub fn add_to(&self, totals: &mut Totals) -> Result<(), Unreadable> {
        for sum in &self.sums {
            totals.add(kind_of(sum.kind)?, sum.points)?;
        }
        Ok(())
    }
}

/// The number of a kind of account.
pub(super) fn number_of(kind: Kind) -> u32 {
    KINDS.iter().find(|(_, known)| *known == kind).map_or(0, |(number, _)| *number)
}

/// The kind of account of a number.
pub(super) fn kind_of(number: u32) -> Result<Kind, Unreadable> {
    KINDS.iter().find(|(known, _)| *known == number).map(|(_, kind)| *kind).ok_or(Unreadable)
}
