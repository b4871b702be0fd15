//! The chaincode's names of what stands in rows as a number.

use std::fmt::Debug;

/// The name of a cause or a role, as the chaincode's answers write it: `transfer_sent` for `TransferSent`.
pub(super) fn name(value: impl Debug) -> String {
    let mut name = String::new();
    for letter in format!("{value:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use folio_loyalty::state::{Cause, Role, TierCause};

    use super::*;

    #[test]
    fn names_are_those_of_the_chaincodes_answers() {
        assert_eq!(name(Cause::TransferSent), "transfer_sent");
        assert_eq!(name(Cause::Stay), "stay");
        assert_eq!(name(TierCause::Raised), "raised");
        assert_eq!(name(Role::Frontdesk), "frontdesk");
    }
}
