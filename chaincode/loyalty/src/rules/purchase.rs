//! A version of a purchase as a shop, a restaurant or an event desk reports it, and the reading of its canonical JSON.
//!
//! As with a stay, the JSON travels in the transient map, is kept in a private collection, and never stands on the ledger.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stay::{LINE_AMOUNT_MINOR_MAX, STAY_TEXT_BYTES_MAX};
use crate::ids::MemberId;
use crate::units::{Currency, Date};

/// Longest purchase version, in bytes of JSON.
pub const PURCHASE_BYTES_MAX: usize = 64 * 1024;
/// Most items of one purchase.
pub const PURCHASE_ITEMS_MAX: usize = 500;

/// One version of one purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Purchase<'a> {
    /// Code of the shop, as the registry of hotels knows it.
    #[serde(borrow)]
    pub shop: Cow<'a, str>,
    /// Number of the order.
    #[serde(borrow)]
    pub order: Cow<'a, str>,
    /// Version of this report; a later one corrects the earlier.
    pub version: u32,
    /// What kind of purchase it is, as programmes name it.
    #[serde(borrow)]
    pub source: Cow<'a, str>,
    /// Programme in which the member wants to earn.
    #[serde(borrow)]
    pub programme: Cow<'a, str>,
    /// The member: 32 lowercase hexadecimal digits.
    #[serde(borrow)]
    pub member: Cow<'a, str>,
    /// Business date of the purchase.
    pub date: Date,
    /// What became of it.
    pub status: PurchaseStatus,
    /// What was bought.
    #[serde(borrow)]
    pub items: Vec<Item<'a>>,
}

/// What became of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseStatus {
    /// It was paid.
    Paid,
    /// It was not paid, or the money was given back.
    Cancelled,
}

/// One item of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item<'a> {
    /// What it is, as the shop calls it.
    #[serde(borrow)]
    pub item: Cow<'a, str>,
    /// Its category, as the shop names it.
    #[serde(borrow)]
    pub category: Cow<'a, str>,
    /// How many.
    pub quantity: u32,
    /// Amount for all of them without tax, in smallest units.
    pub net: i64,
    /// Its currency.
    pub currency: Currency,
}

/// Why bytes are not a purchase version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurchaseError {
    /// The JSON is not of the canonical shape.
    #[error("the purchase is not canonical: see line {line}, column {column}")]
    Malformed {
        /// Where, counted from 1.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// Something exceeds its limit.
    #[error("{key} is {got}, at most {max} is accepted")]
    TooLarge {
        /// What is too large.
        key: &'static str,
        /// Its size.
        got: u64,
        /// The limit.
        max: u64,
    },
    /// A member id is not 32 lowercase hexadecimal digits.
    #[error("the member is not 32 lowercase hexadecimal digits")]
    Member,
}

impl PurchaseError {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "PURCHASE_MALFORMED",
            Self::TooLarge { .. } => "PURCHASE_TOO_LARGE",
            Self::Member => "PURCHASE_MEMBER_MALFORMED",
        }
    }
}

impl<'a> Purchase<'a> {
    /// Reads canonical JSON, within the limits of this module. Text is borrowed from the bytes.
    pub fn parse(json: &'a [u8]) -> Result<Self, PurchaseError> {
        at_most("purchase", json.len(), PURCHASE_BYTES_MAX)?;
        // What stands in the JSON is not for everybody who reads a refusal, so only the place is told.
        let malformed =
            |error: serde_json::Error| PurchaseError::Malformed { line: error.line(), column: error.column() };
        let purchase: Self = serde_json::from_slice(json).map_err(malformed)?;
        purchase.check_limits()?;
        Ok(purchase)
    }

    /// The currencies that must be exchanged into the programme's.
    pub fn foreign_currencies(&self, programme_currency: Currency) -> Vec<Currency> {
        let mut found = Vec::new();
        for item in &self.items {
            if item.currency != programme_currency && !found.contains(&item.currency) {
                found.push(item.currency);
            }
        }
        found
    }

    fn check_limits(&self) -> Result<(), PurchaseError> {
        for (key, text) in
            [("shop", &self.shop), ("order", &self.order), ("source", &self.source), ("programme", &self.programme)]
        {
            at_most(key, text.len(), STAY_TEXT_BYTES_MAX)?;
        }
        if MemberId::parse(&self.member).is_none() {
            return Err(PurchaseError::Member);
        }
        at_most("items", self.items.len(), PURCHASE_ITEMS_MAX)?;
        for item in &self.items {
            at_most("item", item.item.len(), STAY_TEXT_BYTES_MAX)?;
            at_most("category", item.category.len(), STAY_TEXT_BYTES_MAX)?;
            let (got, max) = (item.net.unsigned_abs(), LINE_AMOUNT_MINOR_MAX.unsigned_abs());
            if got > max {
                return Err(PurchaseError::TooLarge { key: "amount", got, max });
            }
        }
        Ok(())
    }
}

fn at_most(key: &'static str, got: usize, max: usize) -> Result<(), PurchaseError> {
    if got > max { Err(PurchaseError::TooLarge { key, got: got as u64, max: max as u64 }) } else { Ok(()) }
}
