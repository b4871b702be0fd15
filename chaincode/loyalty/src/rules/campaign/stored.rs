//! The form in which campaigns and offers stand in the world state.

use super::{Campaign, Offer};
use crate::rules::programme::{StoredError, from_stored, to_stored};

/// Schema of what follows the first byte: the [packed form](folio_chaincode_sdk::Packed). As with definitions, a field
/// that is added later goes to the end of its structure with a serde default; anything else takes a new number.
const SCHEMA_PACKED: u8 = 1;

impl Campaign {
    /// The stored form.
    pub fn to_stored(&self) -> Vec<u8> {
        to_stored(SCHEMA_PACKED, self)
    }

    /// Reads the stored form. It was validated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        from_stored(SCHEMA_PACKED, bytes)
    }
}

impl Offer {
    /// The stored form.
    pub fn to_stored(&self) -> Vec<u8> {
        to_stored(SCHEMA_PACKED, self)
    }

    /// Reads the stored form. It was validated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        from_stored(SCHEMA_PACKED, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::campaign::EachStay;
    use crate::rules::programme::{Definition, Scope, shipped};
    use crate::units::{Points, Rational};

    /// Touches every kind of value.
    const FROZEN: &str = r#"
        id = "frozen"
        programme = "textbook"
        name = "Frozen"
        when = { from = "2016-01-01", until = "2016-01-31", hotels = { only = ["A"] } }
        book_by = "2016-01-15"
        weekdays = ["friday"]
        earners = { stays = true, sources = ["event"] }
        minimum_nights = 2
        tiers = ["Gold"]
        who = "registered"
        register_by = "2016-01-20"
        every = 3
        gives = { each = { percent = "12.5", per_night = 7, per_stay = 100 } }
        caps = { points = 5000, times = 2 }
        budget = 90000
        stacking = { exclusive = "g" }
        counts_towards_tier = true
        sponsor = "CedarMSP"
        draw = { commitment = "0707070707070707070707070707070707070707070707070707070707070707", prizes = 2, points = 9 }
    "#;

    const FROZEN_STORED: &str = concat!(
        "01130666726f7a656e0874657874626f6f6b0646726f7a656e08000001010141000001c2860201fe86020201de8602010402",
        "0101056576656e74020104476f6c640101e8860201030003320407640201882701020190bf0501016701010843656461724d",
        "5350010340303730373037303730373037303730373037303730373037303730373037303730373037303730373037303730",
        "373037303730373037303730373037303730370209",
    );
    const STEPS_STORED: &str = concat!(
        "011301730874657874626f6f6b015308000000000001c2860201fe860202000002010000000000000103d00f02c801010102",
        "00000000000000",
    );
    const OFFER_STORED: &str = "010403c8010200050800000000000000020100";

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn campaign(text: &str) -> Campaign {
        let (_, definition) = shipped().find(|(id, _)| *id == "textbook").unwrap();
        Campaign::from_toml(text, &Definition::from_toml(definition).unwrap()).unwrap()
    }

    #[test]
    fn the_stored_forms_are_frozen() {
        let steps = r#"
            id = "s"
            programme = "textbook"
            name = "S"
            when = { from = "2016-01-01", until = "2016-01-31" }
            gives = { spend_steps = { every = 1000, points = 200, most = 1 } }
        "#;
        for (text, frozen) in [(FROZEN, FROZEN_STORED), (steps, STEPS_STORED)] {
            let stored = campaign(text).to_stored();
            assert_eq!(hex(&stored), frozen);
            assert_eq!(Campaign::from_stored(&stored).unwrap(), campaign(text));
        }
        let gives = EachStay { percent: Rational::HUNDRED, per_night: Points::ZERO, per_stay: Points::new(5).unwrap() };
        let offer = Offer { gives, when: Scope::default(), minimum_nights: 1, counts_towards_tier: false };
        let stored = offer.to_stored();
        assert_eq!(hex(&stored), OFFER_STORED);
        assert_eq!(Offer::from_stored(&stored).unwrap(), offer);
    }

    #[test]
    fn an_unknown_schema_is_told_apart() {
        assert_eq!(Campaign::from_stored(&[]), Err(StoredError::Schema { schema: None }));
        assert_eq!(Campaign::from_stored(&[9, 1]), Err(StoredError::Schema { schema: Some(9) }));
        assert!(matches!(Offer::from_stored(&[1, 4]), Err(StoredError::Unreadable(_))));
    }
}
