//! Certificates: what one pays for.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::programme::AwardNightRules;
use crate::units::{Overflow, Points};

/// What a certificate pays for, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CertificateWorth {
    /// A night, or an article of the catalogue, up to so many points.
    UpTo {
        /// The most that it pays.
        points: Points,
        /// How many points the member may add where the price is higher.
        #[serde(default)]
        top_up: Points,
    },
    /// A night in a hotel of this category of the price table, or of one below.
    Night {
        /// Name of the category.
        category: String,
    },
}

/// Why a certificate does not pay for something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefusal {
    /// It is worth less than what is asked for, and no more points may be added.
    #[error("the certificate is for {worth}, and {price} points are asked for")]
    TooLittle {
        /// What it is for.
        worth: String,
        /// The price.
        price: Points,
    },
    /// It is for something else.
    #[error("the certificate is for {worth}, not for {wanted}")]
    Other {
        /// What it is for.
        worth: String,
        /// What is wanted.
        wanted: &'static str,
    },
    /// The price left its range.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl CertificateRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLittle { .. } => "CERTIFICATE_TOO_LITTLE",
            Self::Other { .. } => "CERTIFICATE_NOT_FOR_THIS",
            Self::Overflow(_) => "CERTIFICATE_OVERFLOW",
        }
    }
}

impl CertificateWorth {
    /// Points that the member adds for a night of this price in a hotel of the category at `place` in the table.
    pub fn top_up_for_night(
        &self,
        rules: &AwardNightRules,
        place: usize,
        price: Points,
    ) -> Result<Points, CertificateRefusal> {
        match self {
            Self::UpTo { .. } => self.top_up_for(price),
            // The table lists categories from the lowest.
            Self::Night { category } if rules.place_of(category).is_some_and(|own| place <= own) => Ok(Points::ZERO),
            Self::Night { .. } => Err(CertificateRefusal::TooLittle { worth: self.text(), price }),
        }
    }

    /// Points that the member adds for an article of this price.
    pub fn top_up_for_article(&self, price: Points) -> Result<Points, CertificateRefusal> {
        match self {
            Self::UpTo { .. } => self.top_up_for(price),
            Self::Night { .. } => Err(CertificateRefusal::Other { worth: self.text(), wanted: "an article" }),
        }
    }

    fn top_up_for(&self, price: Points) -> Result<Points, CertificateRefusal> {
        let Self::UpTo { points, top_up } = self else { return Ok(Points::ZERO) };
        let missing = price.checked_sub(*points).unwrap_or_default();
        let is_allowed = missing <= *top_up;
        is_allowed.then_some(missing).ok_or_else(|| CertificateRefusal::TooLittle { worth: self.text(), price })
    }

    fn text(&self) -> String {
        match self {
            Self::UpTo { points, top_up } => format!("up to {points} points and {top_up} on top"),
            Self::Night { category } => format!("a night of category {category}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_pays_up_to_its_worth_and_the_member_what_the_programme_lets_her_add() {
        let points = |value| Points::new(value).unwrap();
        let worth = CertificateWorth::UpTo { points: points(35_000), top_up: points(15_000) };
        for (price, added) in [(1, Ok(0)), (35_000, Ok(0)), (35_001, Ok(1)), (50_000, Ok(15_000))] {
            assert_eq!(worth.top_up_for_article(points(price)).map(Points::get), added);
        }
        for price in [points(50_001), Points::MAX] {
            assert_eq!(worth.top_up_for_article(price).unwrap_err().code(), "CERTIFICATE_TOO_LITTLE");
        }
        let night = CertificateWorth::Night { category: "4".to_owned() };
        assert_eq!(night.top_up_for_article(points(1)).unwrap_err().code(), "CERTIFICATE_NOT_FOR_THIS");
    }
}
