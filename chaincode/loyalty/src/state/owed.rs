//! What one transaction makes one organisation owe another.

use folio_chaincode_sdk::Record;

use crate::rules::settlement::{Due, OwedFor};

use super::Unreadable;

/// The numbers of why something is owed. They never change.
const CAUSES: [(u32, OwedFor); 3] = [(1, OwedFor::Accrual), (2, OwedFor::Redemption), (3, OwedFor::Settled)];

/// What one transaction makes the debtor owe the creditor. Nothing of it ever changes: a correction, a later price and the
/// outcome of a dispute are rows of their own.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OwedRow {
    /// What it is made of.
    #[prost(message, repeated, tag = "1")]
    pub items: Vec<OwedItemRow>,
    /// The true business date, in days since 1970, when that was sealed and the row stands in the date open then.
    #[prost(sint32, optional, tag = "2")]
    pub business_date: Option<i32>,
    /// The earlier row that this one gives a price, or whose dispute it ends.
    #[prost(message, optional, tag = "3")]
    pub origin: Option<OriginRow>,
}

impl Record for OwedRow {}

/// A row of the same programme, debtor and creditor.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OriginRow {
    /// The date in which it stands, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub date: i32,
    /// The end of its transaction's id.
    #[prost(bytes = "vec", tag = "2")]
    pub tx: Vec<u8>,
}

/// One thing that is owed for.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OwedItemRow {
    /// The hotel.
    #[prost(string, tag = "1")]
    pub hotel: String,
    /// Why: 1 a host pays the issuer for points that its guest earned, 2 the issuer pays a host for a reward, 3 both have
    /// settled a dispute.
    #[prost(uint32, tag = "2")]
    pub cause: u32,
    /// Points; negative when something is taken back.
    #[prost(sint64, tag = "3")]
    pub points: i64,
    /// Points that were owed for the same stay before.
    #[prost(sint64, tag = "4")]
    pub before: i64,
    /// The date whose agreement holds, in days since 1970: the check-out of a stay, the hold of a reward.
    #[prost(sint32, tag = "5")]
    pub dated: i32,
    /// The currency; empty while there is no price.
    #[prost(string, tag = "6")]
    pub currency: String,
    /// The amount in its smallest units.
    #[prost(sint64, tag = "7")]
    pub amount: i64,
    /// The number of the agreement that says so; 0 when none does.
    #[prost(uint32, tag = "8")]
    pub agreement: u32,
    /// Reward nights; negative when they are taken back.
    #[prost(sint32, tag = "9")]
    pub nights: i32,
    /// How full the house was, in percent.
    #[prost(uint32, tag = "10")]
    pub occupancy_percent: u32,
}

impl OwedItemRow {
    /// An item without a price.
    pub fn of(due: &Due, hotel: String, dated: i32) -> Self {
        let number = CAUSES.iter().find(|(_, known)| *known == due.cause).map_or(0, |(number, _)| *number);
        Self {
            hotel,
            cause: number,
            points: due.points,
            before: due.before,
            dated,
            nights: due.nights,
            occupancy_percent: due.occupancy_percent.into(),
            ..Self::default()
        }
    }

    /// What is to be valued.
    pub fn due(&self) -> Result<Due, Unreadable> {
        Ok(Due {
            cause: self.cause()?,
            points: self.points,
            before: self.before,
            nights: self.nights,
            occupancy_percent: u8::try_from(self.occupancy_percent).map_err(|_| Unreadable)?,
        })
    }

    /// Why it is owed.
    pub fn cause(&self) -> Result<OwedFor, Unreadable> {
        CAUSES.iter().find(|(number, _)| *number == self.cause).map(|(_, cause)| *cause).ok_or(Unreadable)
    }

    /// Whether it has a price.
    pub fn is_priced(&self) -> bool {
        !self.currency.is_empty()
    }
}

impl OwedRow {
    /// The items that wait for a price, by their places. A row that follows another takes points off those that wait, and
    /// waits for nothing itself.
    pub fn unpriced(&self) -> Vec<u32> {
        let places = (0..).zip(&self.items).filter(|(_, item)| self.origin.is_none() && !item.is_priced());
        places.map(|(place, _)| place).collect()
    }
}
