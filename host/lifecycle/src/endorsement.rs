//! Who must endorse writes to `_lifecycle`.

use std::collections::BTreeSet;

use folio_types::{ApplicationPolicy, NamespaceSet, Role, SignaturePolicy};

use crate::keys;

/// The policy of everything but approvals.
const LIFECYCLE_POLICY_PATH: &str = "/Channel/Application/LifecycleEndorsement";

/// The policies that a transaction must satisfy, all of them, for what it writes to `_lifecycle`.
///
/// An organisation speaks for itself: its approval needs one of its peers and nobody else. Anything else, reading
/// included, needs what the channel asks for.
pub fn endorsement_policies(set: &NamespaceSet) -> Vec<ApplicationPolicy> {
    let approving: BTreeSet<Option<&str>> =
        set.writes.keys().map(|key| keys::parse_approval(key).map(|(_, _, msp_id)| msp_id)).collect();
    if approving.is_empty() || !set.collections.is_empty() {
        return vec![channel_policy()];
    }
    let policy = |approving: Option<&str>| match approving {
        Some(msp_id) => ApplicationPolicy::Signature(SignaturePolicy::n_of(1, &[msp_id], Role::Peer)),
        None => channel_policy(),
    };
    approving.into_iter().map(policy).collect()
}

fn channel_policy() -> ApplicationPolicy {
    ApplicationPolicy::ChannelReference(LIFECYCLE_POLICY_PATH.to_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use folio_types::Write;

    use super::*;

    fn policies(keys: &[String]) -> Vec<ApplicationPolicy> {
        let write = Write::Put(Bytes::from_static(b"v"));
        let writes = keys.iter().map(|key| (key.clone(), write.clone())).collect();
        endorsement_policies(&NamespaceSet { writes, ..Default::default() })
    }

    fn of_peer(msp_id: &str) -> ApplicationPolicy {
        ApplicationPolicy::Signature(SignaturePolicy::n_of(1, &[msp_id], Role::Peer))
    }

    #[test]
    fn an_organisation_approves_alone_and_commits_with_others() {
        let aurora = keys::approval("loyalty", 1, "AuroraMSP");
        let borea = keys::approval("loyalty", 1, "BoreaMSP");
        assert_eq!(policies(&[]), [channel_policy()]);
        assert_eq!(policies(std::slice::from_ref(&aurora)), [of_peer("AuroraMSP")]);
        assert_eq!(policies(&[aurora.clone(), borea]), [of_peer("AuroraMSP"), of_peer("BoreaMSP")]);
        assert_eq!(policies(&[aurora, keys::sequence_key("loyalty")]), [channel_policy(), of_peer("AuroraMSP")]);
    }

    #[test]
    fn a_key_that_only_looks_like_an_approval_needs_the_channel() {
        for key in ["namespaces/approvals/loyalty", "namespaces/approvals/loyalty#x/AuroraMSP", "other"] {
            assert_eq!(policies(&[key.to_owned()]), [channel_policy()], "{key}");
        }
    }
}
