//! Settlement: how far dates are sealed and folded, positions, disputes and closings.

use folio_chaincode_sdk::{KeyPart, KeyReader, Record};

use crate::books::Totals;
use crate::rules::settlement::Payables;
use crate::units::{Date, Overflow};

use super::totals::{kind_of, number_of};
use super::{ActorRow, Unreadable};

/// A date whose rows are scanned from the latest to the earliest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatestFirst(pub Date);

impl KeyPart for LatestFirst {
    const FORM: &'static str = "falling date, 8 hex digits";

    fn write(&self, out: &mut String) {
        // The sign is turned over, so that dates before 1970 come after those since.
        KeyPart::write(&!(self.0.days().cast_unsigned() ^ (1 << 31)), out);
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        let days = !<u32 as KeyPart>::read(key)? ^ (1 << 31);
        Date::from_days(days.cast_signed()).ok().map(Self)
    }
}

/// How far something has come.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ThroughRow {
    /// The last business date that is done, in days since 1970.
    #[prost(sint32, optional, tag = "1")]
    pub through: Option<i32>,
    /// The last row that was taken of the dates after it; empty when none was.
    #[prost(string, tag = "2")]
    pub after: String,
}

impl Record for ThroughRow {}

/// A sum that many amounts of 64 bits may add up to.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct WideRow {
    /// The upper 64 bits, with the sign.
    #[prost(sint64, tag = "1")]
    pub high: i64,
    /// The lower 64 bits. A negative sum fills them, so that they are written at their full width.
    #[prost(fixed64, tag = "2")]
    pub low: u64,
}

impl From<i128> for WideRow {
    #[allow(clippy::cast_possible_truncation, reason = "the halves are cut off on purpose")]
    fn from(sum: i128) -> Self {
        Self { high: (sum >> 64) as i64, low: sum as u64 }
    }
}

impl From<WideRow> for i128 {
    fn from(row: WideRow) -> Self {
        Self::from(row.high) << 64 | Self::from(row.low)
    }
}

impl WideRow {
    /// Adds to it.
    pub fn add(&mut self, amount: i64) -> Result<(), Overflow> {
        *self = self.sum(i128::from(amount).into())?;
        Ok(())
    }

    /// The sum of two.
    pub fn sum(self, other: Self) -> Result<Self, Overflow> {
        i128::from(self).checked_add(other.into()).map(Self::from).ok_or(Overflow)
    }
}

/// The sum of what one organisation owes another for a sealed date, in one currency.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PositionRow {
    /// In smallest units.
    #[prost(message, required, tag = "1")]
    pub amount: WideRow,
    /// Points that it is owed for.
    #[prost(message, required, tag = "2")]
    pub points: WideRow,
    /// How many items were added up.
    #[prost(uint64, tag = "3")]
    pub items: u64,
}

impl Record for PositionRow {}

/// The sums of a programme's postings since its first, as they are after a date.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FoldedRow {
    /// By kind of account.
    #[prost(message, repeated, tag = "1")]
    pub sums: Vec<WideSumRow>,
    /// What the programme's manager expects of them never to be spent.
    #[prost(message, optional, tag = "2")]
    pub breakage: Option<BreakageRow>,
}

impl Record for FoldedRow {}

/// Sum of the postings to one kind of account.
#[derive(Clone, PartialEq, prost::Message)]
pub struct WideSumRow {
    /// The kind of account, by its number.
    #[prost(uint32, tag = "1")]
    pub kind: u32,
    /// The sum.
    #[prost(message, required, tag = "2")]
    pub points: WideRow,
}

/// Points that are expected never to be spent. It is an estimate and moves none.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BreakageRow {
    /// Which part of the points, as a ratio.
    #[prost(int64, tag = "1")]
    pub numerator: i64,
    /// See the numerator.
    #[prost(int64, tag = "2")]
    pub denominator: i64,
    /// The currency.
    #[prost(string, tag = "3")]
    pub currency: String,
    /// What they are worth, in its smallest units.
    #[prost(sint64, tag = "4")]
    pub amount: i64,
    /// Who estimates so.
    #[prost(message, required, tag = "5")]
    pub by: ActorRow,
}

/// What of a row stands outside the net: items that wait for a price, and a dispute of the others.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OutsideRow {
    /// The dispute, open or settled.
    #[prost(message, optional, tag = "1")]
    pub dispute: Option<DisputeRow>,
    /// The items that wait for a price, by their places.
    #[prost(uint32, repeated, tag = "2")]
    pub unpriced: Vec<u32>,
}

impl Record for OutsideRow {}

/// A dispute.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DisputeRow {
    /// Who disputes.
    #[prost(message, required, tag = "1")]
    pub by: ActorRow,
    /// Why, in a word.
    #[prost(string, tag = "2")]
    pub reason: String,
    /// What is disputed, a sum for each currency.
    #[prost(message, repeated, tag = "3")]
    pub amounts: Vec<AmountRow>,
    /// The outcome that the debtor agrees to.
    #[prost(message, optional, tag = "4")]
    pub debtor: Option<OutcomeRow>,
    /// The outcome that the creditor agrees to.
    #[prost(message, optional, tag = "5")]
    pub creditor: Option<OutcomeRow>,
    /// Whether both agree.
    #[prost(bool, tag = "6")]
    pub settled: bool,
}

/// An amount of money.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AmountRow {
    /// The currency.
    #[prost(string, tag = "1")]
    pub currency: String,
    /// Its smallest units.
    #[prost(sint64, tag = "2")]
    pub amount: i64,
}

/// How a dispute may end, as one side says.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OutcomeRow {
    /// 1 upheld: nothing of it is paid; 2 dismissed: all of it is; 3 a part of it is.
    #[prost(uint32, tag = "1")]
    pub outcome: u32,
    /// The part, in smallest units.
    #[prost(sint64, tag = "2")]
    pub amount: i64,
    /// Who says so.
    #[prost(message, required, tag = "3")]
    pub by: ActorRow,
}

/// A closing: the payables of some sealed dates in one currency, to be set off and paid. Nothing is ever added to it but who
/// accepts it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ClosingRow {
    /// The last date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub through: i32,
    /// The programmes, each with the first date that is part of it.
    #[prost(message, repeated, tag = "2")]
    pub programmes: Vec<ClosedRow>,
    /// The payables.
    #[prost(message, repeated, tag = "3")]
    pub payables: Vec<PayableRow>,
    /// What was disputed of the same dates and left out.
    #[prost(message, repeated, tag = "4")]
    pub disputed: Vec<PayableRow>,
    /// Who closed.
    #[prost(message, required, tag = "5")]
    pub by: ActorRow,
    /// Who accepts it, one for each organisation.
    #[prost(message, repeated, tag = "6")]
    pub accepted: Vec<ActorRow>,
}

impl Record for ClosingRow {}

/// A programme in a closing.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ClosedRow {
    /// The programme.
    #[prost(string, tag = "1")]
    pub programme: String,
    /// The first date, in days since 1970; nothing when it has all since the beginning.
    #[prost(sint32, optional, tag = "2")]
    pub from: Option<i32>,
}

/// What one organisation owes another.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PayableRow {
    /// Who owes.
    #[prost(string, tag = "1")]
    pub debtor: String,
    /// To whom.
    #[prost(string, tag = "2")]
    pub creditor: String,
    /// How much, in smallest units.
    #[prost(message, required, tag = "3")]
    pub amount: WideRow,
}

impl FoldedRow {
    /// The row of some sums.
    pub fn of(sums: &Totals) -> Self {
        let sums = sums.iter().map(|(kind, points)| WideSumRow { kind: number_of(kind), points: points.into() });
        Self { sums: sums.collect(), breakage: None }
    }

    /// The sums.
    pub fn sums(&self) -> Result<Totals, Unreadable> {
        let mut sums = Totals::new();
        for row in &self.sums {
            sums.add(kind_of(row.kind)?, row.points)?;
        }
        Ok(sums)
    }
}

impl PayableRow {
    /// The rows of some payables, in order.
    pub fn of(payables: &Payables) -> Vec<Self> {
        let rows = payables.iter().map(|(debtor, creditor, amount)| Self {
            debtor: debtor.to_string(),
            creditor: creditor.to_string(),
            amount: amount.into(),
        });
        rows.collect()
    }

    /// The payables of some rows.
    pub fn payables(rows: &[Self]) -> Result<Payables, Unreadable> {
        let mut payables = Payables::new();
        for row in rows {
            let name = |text: &str| crate::ids::OrgId::new(text).ok_or(Unreadable);
            payables.add(&name(&row.debtor)?, &name(&row.creditor)?, row.amount.into())?;
        }
        Ok(payables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_sums_are_read_as_they_were_written() {
        for sum in [0, 1, -1, i128::from(i64::MAX), i128::from(i64::MIN), i128::from(u64::MAX), i128::MAX, i128::MIN] {
            assert_eq!(i128::from(WideRow::from(sum)), sum);
        }
    }

    #[test]
    fn later_dates_come_first() {
        let key = |date: &str| {
            let mut text = String::new();
            LatestFirst(date.parse().unwrap()).write(&mut text);
            text
        };
        assert!(key("2016-01-02") < key("2016-01-01"));
        assert!(key("1970-01-01") < key("1969-12-31"));
        let read = LatestFirst::read(&mut KeyReader::new(&key("1969-12-31"))).unwrap();
        assert_eq!(read.0.to_string(), "1969-12-31");
    }
}
