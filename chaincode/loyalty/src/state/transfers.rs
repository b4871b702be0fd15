//! What an account has sent and received.

use crate::rules::transfer::TransferYear;
use crate::units::{Date, Points};

use super::Unreadable;

/// Transfers of a calendar year.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct TransferYearRow {
    /// The year.
    #[prost(sint32, tag = "1")]
    pub year: i32,
    /// Points sent.
    #[prost(uint64, tag = "2")]
    pub sent: u64,
    /// Points received.
    #[prost(uint64, tag = "3")]
    pub received: u64,
    /// How often points were sent.
    #[prost(uint32, tag = "4")]
    pub sent_count: u32,
    /// How often points were received.
    #[prost(uint32, tag = "5")]
    pub received_count: u32,
    /// Running number of the latest month in which there was one.
    #[prost(sint32, tag = "6")]
    pub month: i32,
    /// How often points were sent in it.
    #[prost(uint32, tag = "7")]
    pub sent_in_month: u32,
    /// How often points were received in it.
    #[prost(uint32, tag = "8")]
    pub received_in_month: u32,
    /// Date of the latest transfer, in days since 1970.
    #[prost(sint32, optional, tag = "9")]
    pub latest: Option<i32>,
    /// Points contributed to pools.
    #[prost(uint64, tag = "10")]
    pub pooled: u64,
}

impl From<TransferYear> for TransferYearRow {
    fn from(year: TransferYear) -> Self {
        Self {
            year: year.year,
            sent: year.sent.get(),
            received: year.received.get(),
            sent_count: u32::from(year.sent_count),
            received_count: u32::from(year.received_count),
            month: year.month,
            sent_in_month: u32::from(year.sent_in_month),
            received_in_month: u32::from(year.received_in_month),
            latest: year.latest.map(Date::days),
            pooled: year.pooled.get(),
        }
    }
}

impl TryFrom<TransferYearRow> for TransferYear {
    type Error = Unreadable;

    fn try_from(row: TransferYearRow) -> Result<Self, Unreadable> {
        let count = |count: u32| u16::try_from(count).map_err(|_| Unreadable);
        Ok(Self {
            year: row.year,
            sent: Points::new(row.sent)?,
            received: Points::new(row.received)?,
            sent_count: count(row.sent_count)?,
            received_count: count(row.received_count)?,
            month: row.month,
            sent_in_month: count(row.sent_in_month)?,
            received_in_month: count(row.received_in_month)?,
            latest: row.latest.map(Date::from_days).transpose()?,
            pooled: Points::new(row.pooled)?,
        })
    }
}
