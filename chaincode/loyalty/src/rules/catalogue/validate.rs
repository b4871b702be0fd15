//! What must be true of an item before it is offered.

use crate::rules::certificate::CertificateWorth;
use crate::rules::programme::{DEFINITION_TEXT_BYTES_MAX, Definition, SELECTION_ENTRIES_MAX, Selection};
use crate::units::Money;

use super::{GivenBy, ItemKind, ItemRefusal, ItemTerms, Price};

/// Most prices of one item.
pub const ITEM_PRICES_MAX: usize = 16;
/// Most of one item that a member may be limited to.
pub const MEMBER_CAP_MAX: u16 = 16;
/// Most shelves over which the stock of an item is spread.
pub const STOCK_SHELVES_MAX: u16 = 16_384;
/// Most days for which a certificate from the catalogue is good.
pub const CERTIFICATE_DAYS_MAX: u16 = 3_660;

impl ItemTerms {
    /// Whether the item can be offered under a programme.
    pub fn validate(&self, definition: &Definition) -> Result<(), ItemRefusal> {
        let texts = self.texts().all(|text| (1..=DEFINITION_TEXT_BYTES_MAX).contains(&text.len()));
        require(texts, "text", format!("must have 1 to {DEFINITION_TEXT_BYTES_MAX} bytes"))?;
        let count = (1..=ITEM_PRICES_MAX).contains(&self.prices.len());
        require(count, "prices", format!("must have 1 to {ITEM_PRICES_MAX} entries"))?;
        let payable = |price: &Price| !price.points.is_zero() && price.cash.as_ref().is_none_or(is_payable);
        require(self.prices.iter().all(payable), "prices", "must ask for points, and for money that can be paid")?;
        let once = self.prices.iter().enumerate().all(|(at, price)| !self.prices[..at].contains(price));
        require(once, "prices", "must not be listed twice")?;
        let ordered = self.from.zip(self.until).is_none_or(|(from, until)| from <= until);
        require(ordered, "until", "must not be before from")?;
        let known = self.from_tier.as_ref().is_none_or(|name| definition.tiers.rank_of(name).is_some());
        require(known, "from_tier", "must be the name of a tier")?;
        let cap = self.member_cap.is_none_or(|cap| (1..=MEMBER_CAP_MAX).contains(&cap));
        require(cap, "member_cap", format!("must be from 1 to {MEMBER_CAP_MAX}"))?;
        require(self.shelves <= STOCK_SHELVES_MAX, "shelves", format!("must be at most {STOCK_SHELVES_MAX}"))?;
        let selections = self.selections().into_iter().flatten();
        let fits = |selection: &Selection| selection.entries().len() <= SELECTION_ENTRIES_MAX;
        require(
            selections.clone().all(fits),
            "given_by",
            format!("must list at most {SELECTION_ENTRIES_MAX} of each"),
        )?;
        if self.is_given_at_once() {
            require(self.given_by == GivenBy::default(), "given_by", "must be absent: the programme gives it")?;
            require(self.prices.iter().all(|price| price.cash.is_none()), "prices", "must be in points alone")?;
        }
        self.validate_certificate(definition)
    }

    fn validate_certificate(&self, definition: &Definition) -> Result<(), ItemRefusal> {
        let ItemKind::Certificate { worth, days, .. } = &self.kind else { return Ok(()) };
        let in_range = (1..=CERTIFICATE_DAYS_MAX).contains(days);
        require(in_range, "kind.days", format!("must be from 1 to {CERTIFICATE_DAYS_MAX}"))?;
        validate_worth(worth, definition)
    }

    fn selections(&self) -> Option<[&Selection; 3]> {
        match &self.given_by {
            GivenBy::Hotels { chains, brands, hotels } => Some([chains, brands, hotels]),
            GivenBy::Merchant(_) => None,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let cause = match &self.kind {
            ItemKind::Donation { cause } => Some(cause),
            _ => None,
        };
        let merchant = match &self.given_by {
            GivenBy::Merchant(merchant) => Some(merchant),
            GivenBy::Hotels { .. } => None,
        };
        let listed = self.selections().into_iter().flatten().flat_map(|selection| selection.entries());
        [Some(&self.name), cause, merchant].into_iter().flatten().chain(listed).map(String::as_str)
    }
}

/// Whether a certificate can be for this under a programme.
pub fn validate_worth(worth: &CertificateWorth, definition: &Definition) -> Result<(), ItemRefusal> {
    match worth {
        CertificateWorth::UpTo { points, .. } => require(!points.is_zero(), "worth.points", "must be above zero"),
        CertificateWorth::Night { category } => {
            let rules = definition.award_nights.as_ref();
            let known = rules.is_some_and(|rules| rules.place_of(category).is_some());
            require(known, "worth.category", "must be a category of the programme's price table")
        }
    }
}

fn is_payable(cash: &Money) -> bool {
    cash.minor > 0 && cash.currency.decimals().is_some()
}

fn require(holds: bool, key: &'static str, rule: impl Into<String>) -> Result<(), ItemRefusal> {
    if holds { Ok(()) } else { Err(ItemRefusal::Invalid { key, rule: rule.into() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::programme::shipped;

    fn textbook() -> Definition {
        Definition::from_toml(shipped().find(|(id, _)| *id == "textbook").unwrap().1).unwrap()
    }

    fn item(json: &str) -> ItemTerms {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_item_that_contradicts_itself_cannot_be_offered() {
        for (json, key) in [
            (r#"{"name":"","prices":[{"points":5}]}"#, "text"),
            (r#"{"name":"x","prices":[]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":0}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1,"cash":{"minor":0,"currency":"EUR"}}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1,"cash":{"minor":1,"currency":"XXQ"}}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1},{"points":1}]}"#, "prices"),
            (r#"{"name":"x","prices":[{"points":1}],"from":"2016-01-02","until":"2016-01-01"}"#, "until"),
            (r#"{"name":"x","prices":[{"points":1}],"from_tier":"Tin"}"#, "from_tier"),
            (r#"{"name":"x","prices":[{"points":1}],"member_cap":17}"#, "member_cap"),
            (r#"{"name":"x","prices":[{"points":1}],"member_cap":0}"#, "member_cap"),
            (r#"{"name":"x","prices":[{"points":1}],"shelves":16385}"#, "shelves"),
            (r#"{"name":"x","prices":[{"points":1}],"kind":{"donation":{"cause":""}}}"#, "text"),
            (
                r#"{"name":"x","prices":[{"points":1}],"kind":{"donation":{"cause":"y"}},"given_by":{"merchant":"m"}}"#,
                "given_by",
            ),
            (
                r#"{"name":"x","prices":[{"points":1}],"kind":{"certificate":{"worth":{"up_to":{"points":0}},"days":9}}}"#,
                "worth.points",
            ),
            (
                r#"{"name":"x","prices":[{"points":1}],"kind":{"certificate":{"worth":{"up_to":{"points":1}},"days":0}}}"#,
                "kind.days",
            ),
            (
                r#"{"name":"x","prices":[{"points":1}],"kind":{"certificate":{"worth":{"night":{"category":"4"}},"days":9}}}"#,
                "worth.category",
            ),
        ] {
            let Err(ItemRefusal::Invalid { key: found, .. }) = item(json).validate(&textbook()) else {
                panic!("{json}");
            };
            assert_eq!(found, key, "{json}");
        }
    }
}
