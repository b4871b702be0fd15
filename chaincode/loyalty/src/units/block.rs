//! Earning by blocks of money: "25 points per EUR 10".

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Overflow, Rational, Rounding};

/// What the last, incomplete block of spend is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum BlockRule {
    /// Nothing: only full blocks count.
    Floor,
    /// Its exact share of a block.
    #[default]
    ProRata,
    /// As much as a full block.
    Ceil,
}

impl BlockRule {
    /// How many blocks of size `block` there are in `amount`, both in the same unit. `block` is greater than zero.
    pub fn blocks(self, amount: Rational, block: Rational) -> Result<Rational, Overflow> {
        let exact = amount.checked_div(block)?;
        match self {
            Self::ProRata => Ok(exact),
            Self::Floor => Ok(Rational::integer(exact.round(Rounding::Floor))),
            Self::Ceil => {
                let below = exact.checked_neg()?.round(Rounding::Floor);
                below.checked_neg().map(Rational::integer).ok_or(Overflow)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_block_counts_as_its_rule_says() {
        let ten = Rational::integer(10);
        for (amount, floor, pro_rata, ceil) in
            [("40", "4", "4", "4"), ("49.90", "4", "4.99", "5"), ("9.99", "0", "0.999", "1"), ("-5", "-1", "-0.5", "0")]
        {
            let amount: Rational = amount.parse().unwrap();
            for (rule, expected) in [(BlockRule::Floor, floor), (BlockRule::ProRata, pro_rata), (BlockRule::Ceil, ceil)]
            {
                assert_eq!(rule.blocks(amount, ten).unwrap(), expected.parse().unwrap(), "{rule:?} of {amount}");
            }
        }
    }
}
