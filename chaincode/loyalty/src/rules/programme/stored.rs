//! The form in which a definition stands in the world state.

use super::definition::Definition;

/// Schema of what follows the first byte: MessagePack, structures as arrays in the order of their fields.
///
/// A field that is added later goes to the end of its structure with a serde default, so that bytes written before it
/// still read; a variant of an enumeration is known by its name. Anything else takes a new number.
const SCHEMA_ARRAYS: u8 = 1;

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
    #[error("a stored definition cannot be read: {message}")]
    Unreadable {
        /// What the reader found.
        message: String,
    },
}

impl Definition {
    /// The stored form. It can be read back by this and every later version of the chaincode.
    pub fn to_stored(&self) -> Result<Vec<u8>, StoredError> {
        let mut bytes = vec![SCHEMA_ARRAYS];
        rmp_serde::encode::write(&mut bytes, self)
            .map_err(|error| StoredError::Unreadable { message: error.to_string() })?;
        Ok(bytes)
    }

    /// Reads the stored form. It was validated before it was stored.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        match bytes.split_first() {
            Some((&SCHEMA_ARRAYS, arrays)) => {
                rmp_serde::from_slice(arrays).map_err(|error| StoredError::Unreadable { message: error.to_string() })
            }
            other => Err(StoredError::Schema { schema: other.map(|(schema, _)| *schema) }),
        }
    }
}

#[cfg(test)]
mod tests {
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

    const FROZEN_STORED: &str = concat!(
        "01dc0011a666726f7a656ea646726f7a656ea94175726f72614d535001cd4034a9636865636b5f6f7574a345555294a9",
        "68616c665f6576656ea46c696e65a46261736592aa746965725f626f6e7573a76d696e696d756d9193a6706f696e7473",
        "a67265776172649395921902920a01a870726f5f726174619200019200010090939dcd020090a3616e79a3616e79a361",
        "6e7981a46f6e6c7991a6446972656374a3616e79a3616e79a6616e796f6e65c200c2c0c0c0930101c292920101909481",
        "ae726f6c6c696e675f6d6f6e7468730ca9636865636b5f6f757481ae63616c656e6461725f79656172739201039293a6",
        "4d656d626572920001c093a4476f6c6492140181a3616c6c9281a66e696768747392010281a57370656e649264019393",
        "1891a47374617990c0c2c0c090",
    );

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_stored_form_of_schema_1_is_frozen() {
        let definition = Definition::from_toml(FROZEN).unwrap();
        let stored = definition.to_stored().unwrap();
        assert_eq!(hex(&stored), FROZEN_STORED);
        assert_eq!(Definition::from_stored(&stored).unwrap(), definition);
    }

    #[test]
    fn bytes_written_before_a_field_was_added_read_with_its_default() {
        let older = rmp_serde::to_vec(&(Rational::ONE, Some(Rational::HUNDRED))).unwrap();
        let rate: EarnRate = rmp_serde::from_slice(&older).unwrap();
        assert_eq!((rate.points, rate.block()), (Rational::ONE, Rational::HUNDRED));
        assert_eq!((rate.partial_block, rate.per_stay), (BlockRule::default(), Rational::ZERO));
    }

    #[test]
    fn an_unknown_schema_and_cut_bytes_are_told_apart() {
        let stored = Definition::from_toml(FROZEN).unwrap().to_stored().unwrap();
        assert_eq!(Definition::from_stored(&[]), Err(StoredError::Schema { schema: None }));
        assert_eq!(Definition::from_stored(&[9, 1, 2]), Err(StoredError::Schema { schema: Some(9) }));
        for length in 1..stored.len() {
            assert!(matches!(Definition::from_stored(&stored[..length]), Err(StoredError::Unreadable { .. })));
        }
    }
}
