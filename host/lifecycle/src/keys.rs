//! The key table of `_lifecycle`.
//!
//! | key | value | whose layout |
//! |---|---|---|
//! | `namespaces/metadata/<chaincode>` | which record stands under the name, and its fields | Fabric's |
//! | `namespaces/fields/<chaincode>/<field>` | one field of the committed definition | Fabric's |
//! | `namespaces/approvals/<chaincode>#<sequence>/<organisation>` | `folio.v1.ChaincodeApproval` | ours |
//! | `namespaces/versions/<chaincode>/<version>` | SHA-256 of the one component of this version | ours |
//!
//! Names of chaincodes hold neither `/` nor `#`, versions no `/`, so that every key is read one way only.

/// The keys of all records.
pub(crate) const METADATA: &str = "namespaces/metadata/";

/// The keys of all approvals.
pub(crate) const APPROVALS: &str = "namespaces/approvals/";

/// The key whose value changes with every definition of a chaincode: whoever reads it loses to a new definition.
pub fn sequence_key(chaincode: &str) -> String {
    field(chaincode, "Sequence")
}

pub(crate) fn metadata(chaincode: &str) -> String {
    format!("{METADATA}{chaincode}")
}

pub(crate) fn field(chaincode: &str, field: &str) -> String {
    format!("namespaces/fields/{chaincode}/{field}")
}

pub(crate) fn approval(chaincode: &str, sequence: i64, msp_id: &str) -> String {
    format!("{APPROVALS}{chaincode}#{sequence}/{msp_id}")
}

pub(crate) fn version(chaincode: &str, version: &str) -> String {
    format!("namespaces/versions/{chaincode}/{version}")
}

/// Chaincode, sequence and organisation of an approval's key, if it is one.
pub(crate) fn parse_approval(key: &str) -> Option<(&str, i64, &str)> {
    let (definition, msp_id) = key.strip_prefix(APPROVALS)?.split_once('/')?;
    let (chaincode, sequence) = definition.split_once('#')?;
    Some((chaincode, sequence.parse().ok()?, msp_id))
}

/// The end of the range of all keys that begin with `prefix`, which ends in `/`.
pub(crate) fn end_of(prefix: &str) -> String {
    format!("{}0", prefix.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn approvals_are_found_again_by_their_keys() {
        let key = approval("loyalty", 3, "Aurora/MSP");
        assert_eq!(parse_approval(&key), Some(("loyalty", 3, "Aurora/MSP")));
        for other in [metadata("loyalty"), sequence_key("loyalty"), format!("{APPROVALS}loyalty/x")] {
            assert_eq!(parse_approval(&other), None, "{other}");
        }
    }

    #[test]
    fn a_prefix_range_holds_its_keys_and_no_others() {
        let (start, end) = (METADATA, end_of(METADATA));
        assert!(*start < *metadata("a") && metadata("\u{10ffff}") < end);
        assert!(sequence_key("a").as_str() < start && version("a", "1") >= end);
    }
}
