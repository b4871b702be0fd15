//! Which names chaincodes, versions and labels may have.

use crate::LifecycleError;

/// Names that Fabric's own chaincodes hold.
const SYSTEM_NAMES: [&str; 5] = ["cscc", "escc", "lscc", "qscc", "vscc"];

/// Longest name, version or label, so that every key fits world state.
const NAME_BYTES_MAX: usize = 128;

/// Parts of letters and digits, joined by single `-` or `_`.
pub(crate) fn check_name(name: &str) -> Result<(), LifecycleError> {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if name.len() > NAME_BYTES_MAX || !name.split(['-', '_']).all(part) {
        return Err(LifecycleError::Name { name: shown(name) });
    }
    if SYSTEM_NAMES.contains(&name) {
        return Err(LifecycleError::SystemName { name: name.to_owned() });
    }
    Ok(())
}

pub(crate) fn check_version(version: &str) -> Result<(), LifecycleError> {
    if version.is_empty() || version.len() > NAME_BYTES_MAX || !version.bytes().all(is_word) {
        return Err(LifecycleError::Version { version: shown(version) });
    }
    Ok(())
}

/// Whether a package may have this label.
pub(crate) fn is_label(label: &str) -> bool {
    label.len() <= NAME_BYTES_MAX
        && label.bytes().all(is_word)
        && label.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
}

/// As much of a refused text as an answer should repeat.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.+-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_joined_by_single_dashes() {
        for name in ["loyalty", "a", "Loyalty-2", "a_b-c"] {
            check_name(name).unwrap();
        }
        let long = "a".repeat(NAME_BYTES_MAX + 1);
        for name in ["", "_lifecycle", "a-", "a--b", "a.b", "a/b", "a#1", "ä", "lscc", &long] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn versions_and_labels_hold_no_separators() {
        for version in ["1.0", "v1", "1.0+build_2", "-"] {
            check_version(version).unwrap();
        }
        for version in ["", "1/0", "1 0", "1#0"] {
            assert!(check_version(version).is_err(), "{version}");
        }
        assert!(is_label("loyalty_1.0") && !is_label("-loyalty") && !is_label("") && !is_label("a:b"));
    }
}
