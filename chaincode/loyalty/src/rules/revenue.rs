//! Revenue categories of the OpenTravel code list, and sets of them.

use folio_chaincode_sdk::{Packed, PackedError, Unpacker, value_schema};
use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// Category of room revenue.
pub const ROOM: u16 = 9;

/// Numbers and names of the categories that a line may carry.
const CATEGORIES: [(u16, &str); 21] = [
    (1, "beverage"),
    (2, "food"),
    (3, "food_and_beverage"),
    (4, "golf"),
    (5, "laundry"),
    (6, "other"),
    (7, "parking"),
    (8, "pay_per_view"),
    (ROOM, "room"),
    (10, "service_charge"),
    (11, "spa"),
    (12, "tax"),
    (13, "tax_and_service"),
    (14, "telephone"),
    (16, "valet"),
    (17, "total"),
    (18, "internet"),
    (25, "gratuity"),
    (26, "minibar"),
    (27, "room_service"),
    (32, "city_tax"),
];

/// Tax, gratuity and totals, which no programme may count: totals repeat the other lines.
const NEVER_ELIGIBLE: [u16; 5] = [12, 13, 17, 25, 32];

/// Whether the number is a category of the list.
pub fn is_known(category: u16) -> bool {
    CATEGORIES.iter().any(|(number, _)| *number == category)
}

/// A set of categories. As text it is a list of their names, such as `["room", "food"]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CategorySet {
    bits: u64,
}

impl CategorySet {
    /// Whether the category is in the set.
    pub const fn contains(self, category: u16) -> bool {
        category < 64 && self.bits >> category & 1 == 1
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The first member of the set that no programme may count, by name.
    pub fn never_eligible(self) -> Option<&'static str> {
        self.names().find(|(number, _)| NEVER_ELIGIBLE.contains(number)).map(|(_, name)| name)
    }

    fn names(self) -> impl Iterator<Item = (u16, &'static str)> {
        CATEGORIES.into_iter().filter(move |(number, _)| self.contains(*number))
    }

    fn insert(&mut self, name: &str) -> bool {
        let found = CATEGORIES.iter().find(|(_, known)| *known == name);
        if let Some((number, _)) = found {
            self.bits |= 1 << number;
        }
        found.is_some()
    }
}

value_schema!(CategorySet, "RevenueCategories", {
    "description": "Names of revenue categories, such as \"room\".",
    "type": "array",
    "items": { "type": "string" },
});

impl Serialize for CategorySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names().map(|(_, name)| name))
    }
}

impl<'de> Deserialize<'de> for CategorySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Names)
    }
}

impl Packed for CategorySet {
    fn pack(&self, into: &mut Vec<u8>) {
        self.bits.pack(into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackedError> {
        u64::unpack(from).map(|bits| Self { bits })
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = CategorySet;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of revenue categories such as \"room\"")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<CategorySet, A::Error> {
        let mut set = CategorySet::default();
        while let Some(name) = names.next_element::<String>()? {
            if !set.insert(&name) {
                return Err(de::Error::custom(format_args!("{name:?} is not a revenue category")));
            }
        }
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_as_names_and_read_back() {
        let set: CategorySet = serde_json::from_str(r#"["room","food"]"#).unwrap();
        assert!(set.contains(ROOM) && set.contains(2) && !set.contains(12) && !set.contains(900));
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["food","room"]"#);
        assert!(serde_json::from_str::<CategorySet>(r#"["rooms"]"#).is_err());
    }

    #[test]
    fn tax_gratuity_and_totals_are_recognised_as_never_eligible() {
        for name in ["tax", "tax_and_service", "total", "gratuity", "city_tax"] {
            let set: CategorySet = serde_json::from_str(&format!(r#"["room","{name}"]"#)).unwrap();
            assert_eq!(set.never_eligible(), Some(name));
        }
    }
}
