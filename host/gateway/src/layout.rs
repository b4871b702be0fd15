//! Which organisations to ask for endorsements, worked out from a policy.

use std::collections::BTreeSet;

use folio_types::{SignaturePolicy, SignatureRule};

/// Most combinations of organisations that are looked at for one policy.
const LAYOUTS_MAX: usize = 256;

/// A set of organisations whose endorsements together satisfy a policy.
pub(crate) type Layout = BTreeSet<String>;

/// The smallest sets of organisations that satisfy `policy`, those that hold `home` first.
///
/// A set that holds another set is left out. Empty when the policy cannot be satisfied by one endorsement an
/// organisation, which is all that the gateway asks for.
pub(crate) fn layouts(policy: &SignaturePolicy, home: &str) -> Vec<Layout> {
    let mut sets = satisfying(&policy.rule, policy);
    sets.sort_by_key(|set| (!set.contains(home), set.len()));
    let mut kept: Vec<Layout> = Vec::new();
    for set in sets {
        if !kept.iter().any(|smaller| smaller.is_subset(&set)) {
            kept.retain(|larger| !set.is_subset(larger));
            kept.push(set);
        }
    }
    kept
}

fn satisfying(rule: &SignatureRule, policy: &SignaturePolicy) -> Vec<Layout> {
    match rule {
        SignatureRule::SignedBy(index) => policy
            .principals
            .get(*index)
            .map(|principal| Layout::from([principal.msp_id.clone()]))
            .into_iter()
            .collect(),
        SignatureRule::NOutOf { n, rules } => {
            let parts: Vec<_> = rules.iter().map(|rule| satisfying(rule, policy)).collect();
            choose(&parts, *n)
        }
    }
}

/// Unions of one set from each of `n` of the parts. Parts that use the same organisation twice do not combine, since a
/// signature counts for one rule only.
fn choose(parts: &[Vec<Layout>], n: usize) -> Vec<Layout> {
    if n == 0 {
        return vec![Layout::new()];
    }
    if parts.len() < n {
        return Vec::new();
    }
    let mut found = choose(&parts[1..], n);
    for rest in choose(&parts[1..], n - 1) {
        for first in &parts[0] {
            if found.len() < LAYOUTS_MAX && first.is_disjoint(&rest) {
                found.push(first.union(&rest).cloned().collect());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use folio_types::{Principal, Role};

    use super::*;

    fn named(layouts: &[Layout]) -> Vec<String> {
        layouts.iter().map(|set| set.iter().cloned().collect::<Vec<_>>().join("+")).collect()
    }

    fn policy(rule: SignatureRule) -> SignaturePolicy {
        let principal = |id: &str| Principal { msp_id: id.to_owned(), role: Role::Peer };
        SignaturePolicy { rule, principals: ["A", "B", "C"].map(principal).to_vec() }
    }

    #[test]
    fn two_of_three_prefers_the_pairs_with_the_home_organisation() {
        let policy = SignaturePolicy::n_of(2, &["A", "B", "C"], Role::Peer);
        let all = named(&layouts(&policy, "C"));
        assert_eq!(all.len(), 3);
        assert_eq!(all[2], "A+B", "{all:?}");
    }

    #[test]
    fn a_set_that_holds_a_smaller_one_is_left_out() {
        use SignatureRule::{NOutOf, SignedBy};
        let rule = NOutOf { n: 1, rules: vec![SignedBy(0), NOutOf { n: 2, rules: vec![SignedBy(0), SignedBy(1)] }] };
        assert_eq!(named(&layouts(&policy(rule), "B")), ["A"]);
    }

    #[test]
    fn a_policy_that_no_organisation_can_meet_has_no_layout() {
        use SignatureRule::{NOutOf, SignedBy};
        for rule in
            [SignedBy(7), NOutOf { n: 2, rules: vec![SignedBy(0), SignedBy(0)] }, NOutOf { n: 1, rules: vec![] }]
        {
            assert_eq!(layouts(&policy(rule.clone()), "A"), Vec::<Layout>::new(), "{rule:?}");
        }
    }
}
