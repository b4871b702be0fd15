//! The form in which a definition stands in the world state.

use folio_chaincode_sdk::{Packed, PackedError, from_packed};

use super::definition::Definition;

/// Schema of what follows the first byte: the [packed form](Packed). Schema 1, which was never released, was another.
///
/// A field that is added later goes to the end of its structure with a serde default, and a variant to the end of its
/// enumeration, so that bytes written before still read. Anything else takes a new number.
const SCHEMA_PACKED: u8 = 2;

/// Why stored bytes are not a definition. It is the chaincode's own state that is wrong, not an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// The first byte names a schema that is not known.
    #[error("a stored definition has schema {schema:?}, which is not known")]
    Schema {
        /// The byte, if there was one.
        schema: Option<u8>,
    },
    /// The rest cannot be read.
    #[error("a stored definition cannot be read: {0}")]
    Unreadable(#[from] PackedError),
}

impl Definition {
    /// The stored form. It can be read back by this and every later version of the chaincode.
    pub fn to_stored(&self) -> Vec<u8> {
        to_stored(SCHEMA_PACKED, self)
    }

    /// Reads the stored form. It was validated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        from_stored(SCHEMA_PACKED, bytes)
    }
}

/// The packed form of a value behind the number of its schema.
pub(in crate::rules) fn to_stored(schema: u8, value: &impl Packed) -> Vec<u8> {
    let mut bytes = vec![schema];
    value.pack(&mut bytes);
    bytes
}

/// Reads a value of this schema.
pub(in crate::rules) fn from_stored<T: Packed>(schema: u8, bytes: &[u8]) -> Result<T, StoredError> {
    match bytes.split_first() {
        Some((found, packed)) if *found == schema => Ok(from_packed(packed)?),
        other => Err(StoredError::Schema { schema: other.map(|(found, _)| *found) }),
    }
}

#[cfg(test)]
mod tests {
    use folio_chaincode_sdk::to_packed;

    use super::*;
    use crate::rules::programme::EarnRate;
    use crate::units::{BlockRule, Rational};

    /// Touches every kind of value: enumerations with and without content, dates, ratios, category sets, nested lists.
    const FROZEN: &str = r#"
        programme = "frozen"
        name = "Frozen"
        owner = "AuroraMSP"
        version = 1
        effective_from = "2015-01-01"
        currency = "EUR"
        calculation = { rounding = "half_even", scope = "line" }
        balances = [{ name = "points", kind = "reward", earn = { rate = { points = "12.5", per = 10 } } }]
        eligibility = { points = { revenue = ["room"], markets = { only = ["Direct"] } } }
        expiry = { inactivity = { months = 24, activity = ["stay"] } }

        [tiers]
        window = { rolling_months = 12 }
        validity = { calendar_years = { years = 1, months = 3 } }
        levels = [
            { name = "Member" },
            { name = "Gold", bonus_percent = 20, qualify = { all = [{ nights = "1/2" }, { spend = 100 }] } },
        ]
    "#;

    const STORED_BEFORE_PURCHASES: &str = concat!(
        "02120666726f7a656e0646726f7a656e094175726f72614d535001e88002020345555204020001020001010306706f69",
        "6e7473000305320401140201000200020000030d80040000000001010644697265637400000000000000000003010100",
        "0202020004010c00000201030203064d656d6265720002000304476f6c64280201000203020405c80102030103180100",
        "00000000000000",
    );

    /// The same, as it was written before `conversion` came to the end.
    const STORED_BEFORE_CONVERSION: &str = concat!(
        "02110666726f7a656e0646726f7a656e094175726f72614d535001e88002020345555204020001020001010306706f69",
        "6e7473000305320401140201000200020000030d80040000000001010644697265637400000000000000000003010100",
        "0202020004010c00000201030203064d656d6265720002000304476f6c64280201000203020405c80102030103180100",
        "000000000000",
    );

    #[test]
    fn what_was_written_at_any_time_reads_as_the_same_definition() {
        let definition = Definition::from_toml(FROZEN).unwrap();
        let stored = definition.to_stored();
        assert_eq!(Definition::from_stored(&stored).unwrap(), definition);
        for older in [STORED_BEFORE_CONVERSION, STORED_BEFORE_PURCHASES] {
            let older: Vec<u8> = older
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect();
            assert_eq!(Definition::from_stored(&older).unwrap(), definition);
        }
    }

    #[test]
    fn bytes_written_before_a_field_was_added_read_with_its_default() {
        #[derive(Packed)]
        struct Older {
            points: Rational,
            per: Option<Rational>,
        }
        let older = to_packed(&Older { points: Rational::ONE, per: Some(Rational::HUNDRED) });
        let rate: EarnRate = from_packed(&older).unwrap();
        assert_eq!((rate.points, rate.block()), (Rational::ONE, Rational::HUNDRED));
        assert_eq!((rate.partial_block, rate.per_stay), (BlockRule::default(), Rational::ZERO));
    }

    #[test]
    fn an_unknown_schema_and_cut_bytes_are_told_apart() {
        let stored = Definition::from_toml(FROZEN).unwrap().to_stored();
        assert_eq!(Definition::from_stored(&[]), Err(StoredError::Schema { schema: None }));
        assert_eq!(Definition::from_stored(&[9, 1, 2]), Err(StoredError::Schema { schema: Some(9) }));
        for length in 1..stored.len() {
            assert!(matches!(
                Definition::from_stored(&stored[..length]),
                Err(StoredError::Unreadable(PackedError::Truncated))
            ));
        }
    }
}
