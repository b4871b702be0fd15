//! Currencies and how many decimals each one has.

use folio_chaincode_sdk::value_schema;
use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// Codes of ISO 4217 by number of decimals, sorted, three letters each.
const NO_DECIMALS: &str = "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF";
const TWO_DECIMALS: &str = "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBMDBNDBOBBRLBSDBTNBWPBYNBZDCADCDFCHFCNYCOPCRCCUPCVECZK\
    DKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGTQGYDHKDHNLHRKHTGHUFIDRILSINRIRRJMDKESKGSKHRKPWKYDKZTLAKLBPLKRLRDLSLMADMDLMGA\
    MKDMMKMNTMOPMRUMURMVRMWKMXNMYRMZNNADNGNNIONOKNPRNZDPABPENPGKPHPPKRPLNQARRONRSDRUBSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVC\
    SYPSZLTHBTJSTMTTOPTRYTTDTWDTZSUAHUSDUYUUZSVESWSTXCDYERZARZMWZWG";
const THREE_DECIMALS: &str = "BHDIQDJODKWDLYDOMRTND";
const FOUR_DECIMALS: &str = "CLFUYW";

const CODE_BYTES: usize = 3;

/// A currency code: three capital letters. Whether the code is one of ISO 4217 is told by [`Currency::decimals`], so that
/// a stay in an unknown currency can be kept for correction instead of being unreadable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; CODE_BYTES],
    /// Follows from the code. It is asked for more often than codes are read.
    decimals: Option<u8>,
}

/// Why a text is not a currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three capital letters, such as EUR")]
pub struct CurrencyError;

impl Currency {
    /// How many decimals the currency's smallest unit has; `None` for a code that is not known.
    pub fn decimals(self) -> Option<u32> {
        self.decimals.map(u32::from)
    }

    /// How many smallest units one unit has: 100 for EUR, 1 for JPY, 1000 for KWD.
    pub fn minor_units(self) -> Option<i64> {
        self.decimals().map(|decimals| 10_i64.pow(decimals))
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }
}

fn decimals_of(code: [u8; CODE_BYTES]) -> Option<u8> {
    [(TWO_DECIMALS, 2), (NO_DECIMALS, 0), (THREE_DECIMALS, 3), (FOUR_DECIMALS, 4)]
        .into_iter()
        .find_map(|(codes, decimals)| stands_in(code, codes).then_some(decimals))
}

fn stands_in(code: [u8; CODE_BYTES], codes: &str) -> bool {
    let (codes, _) = codes.as_bytes().as_chunks::<CODE_BYTES>();
    codes.binary_search_by_key(&number_of(code), |known| number_of(*known)).is_ok()
}

/// The code as a number that sorts as the code does: one comparison in place of three.
const fn number_of([first, second, third]: [u8; CODE_BYTES]) -> u32 {
    u32::from_be_bytes([0, first, second, third])
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let code: [u8; CODE_BYTES] = text.as_bytes().try_into().map_err(|_| CurrencyError)?;
        if !code.iter().all(u8::is_ascii_uppercase) {
            return Err(CurrencyError);
        }
        Ok(Self { code, decimals: decimals_of(code) })
    }
}

value_schema!(Currency, "Currency", { "type": "string", "pattern": "^[A-Z]{3}$" });

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CodeText)
    }
}

struct CodeText;

impl Visitor<'_> for CodeText {
    type Value = Currency;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a currency code of three capital letters")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Currency, E> {
        text.parse().map_err(E::custom)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_as_binary_search_needs() {
        for codes in [NO_DECIMALS, TWO_DECIMALS, THREE_DECIMALS, FOUR_DECIMALS] {
            let (codes, rest) = codes.as_bytes().as_chunks::<CODE_BYTES>();
            assert!(rest.is_empty());
            assert!(codes.is_sorted_by(|left, right| left < right));
        }
    }

    #[test]
    fn decimals_follow_the_standard() {
        for (code, decimals) in [
            ("EUR", Some(2)),
            ("USD", Some(2)),
            ("AED", Some(2)),
            ("ZWG", Some(2)),
            ("JPY", Some(0)),
            ("KWD", Some(3)),
            ("CLF", Some(4)),
            ("XXQ", None),
        ] {
            assert_eq!(code.parse::<Currency>().unwrap().decimals(), decimals, "{code}");
        }
        for wrong in ["eur", "EU", "EURO", "", "E1R", "ÄR"] {
            assert!(wrong.parse::<Currency>().is_err(), "{wrong}");
        }
    }
}
