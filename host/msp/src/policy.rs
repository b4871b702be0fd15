//! Evaluation of signature policies.
//!
//! The semantics are Fabric's `cauthdsl`, to the letter, because peers must agree: rules are tried in order, each takes
//! the first identity that fits and is still free, and a rule that fails gives back what it took. It is greedy: an
//! identity taken by an early rule is gone for a later one, even if another choice would have satisfied both.

use std::sync::Arc;

use folio_types::{Principal, SignaturePolicy, SignatureRule};

use crate::Identity;

/// Whether the signers satisfy the policy. They must be those whose signatures hold; an identity that stands twice
/// counts once.
pub fn satisfied(policy: &SignaturePolicy, signers: &[Arc<Identity>]) -> bool {
    let mut distinct: Vec<&Identity> = Vec::with_capacity(signers.len());
    for signer in signers {
        if !distinct.iter().any(|other| other.is_same(signer)) {
            distinct.push(signer);
        }
    }
    let fits = |principal: &Principal, signer: usize| {
        distinct[signer].msp_id == principal.msp_id && distinct[signer].has_role(principal.role)
    };
    let mut used = vec![false; distinct.len()];
    holds(&policy.rule, &policy.principals, &fits, &mut used)
}

/// Whether a rule holds; if so, `used` marks the signers that it took, otherwise it may be in any state. The depth of
/// rules is bounded where they are decoded.
fn holds(
    rule: &SignatureRule,
    principals: &[Principal],
    fits: &impl Fn(&Principal, usize) -> bool,
    used: &mut Vec<bool>,
) -> bool {
    match rule {
        SignatureRule::SignedBy(index) => {
            // An index that names no principal can be satisfied by nobody.
            let Some(principal) = principals.get(*index) else { return false };
            let free = (0..used.len()).find(|signer| !used[*signer] && fits(principal, *signer));
            if let Some(signer) = free {
                used[signer] = true;
            }
            free.is_some()
        }
        SignatureRule::NOutOf { n, rules } => {
            let mut holding = 0;
            for rule in rules {
                // All rules are tried even when enough hold: each takes its signer away from rules further out.
                let mut tried = used.clone();
                if holds(rule, principals, fits, &mut tried) {
                    holding += 1;
                    *used = tried;
                }
            }
            holding >= *n
        }
    }
}

#[cfg(test)]
mod tests {
    use folio_types::Role;
    use proptest::prelude::*;

    use super::*;

    /// Which principals each signer fits, as bits.
    type Signers = Vec<u8>;

    fn greedy(rule: &SignatureRule, signers: &Signers) -> bool {
        let principals: Vec<Principal> =
            (0..PRINCIPALS).map(|i| Principal { msp_id: i.to_string(), role: Role::Member }).collect();
        let fits = |principal: &Principal, signer: usize| {
            principal.msp_id.parse::<usize>().is_ok_and(|bit| signers[signer] >> bit & 1 == 1)
        };
        holds(rule, &principals, &fits, &mut vec![false; signers.len()])
    }

    /// The model: a rule maps the free signers, kept as a list of their own, to those left over, or to nothing.
    fn model(rule: &SignatureRule, signers: &Signers, free: &[usize]) -> Option<Vec<usize>> {
        match rule {
            SignatureRule::SignedBy(principal) => {
                let taken = free.iter().position(|s| *principal < PRINCIPALS && signers[*s] >> principal & 1 == 1)?;
                Some([&free[..taken], &free[taken + 1..]].concat())
            }
            SignatureRule::NOutOf { n, rules } => {
                let (count, left) =
                    rules.iter().fold((0, free.to_vec()), |(count, free), rule| match model(rule, signers, &free) {
                        Some(left) => (count + 1, left),
                        None => (count, free),
                    });
                (count >= *n).then_some(left)
            }
        }
    }

    /// Whether any choice of distinct signers satisfies the rule: what a policy means before greed.
    fn possible(rule: &SignatureRule, signers: &Signers, free: &[usize]) -> Vec<Vec<usize>> {
        match rule {
            SignatureRule::SignedBy(principal) => (0..free.len())
                .filter(|at| *principal < PRINCIPALS && signers[free[*at]] >> principal & 1 == 1)
                .map(|at| [&free[..at], &free[at + 1..]].concat())
                .collect(),
            SignatureRule::NOutOf { n, rules } => {
                let mut states = vec![(0, free.to_vec())];
                for rule in rules {
                    let mut next = states.clone();
                    for (count, free) in &states {
                        next.extend(possible(rule, signers, free).into_iter().map(|left| (count + 1, left)));
                    }
                    next.sort();
                    next.dedup();
                    states = next;
                }
                states.into_iter().filter(|(count, _)| count >= n).map(|(_, left)| left).collect()
            }
        }
    }

    const PRINCIPALS: usize = 4;

    fn rules() -> impl Strategy<Value = SignatureRule> {
        let leaf = (0..=PRINCIPALS).prop_map(SignatureRule::SignedBy);
        leaf.prop_recursive(3, 12, 4, |inner| {
            (0usize..5, proptest::collection::vec(inner, 0..4))
                .prop_map(|(n, rules)| SignatureRule::NOutOf { n, rules })
        })
    }

    fn signers() -> impl Strategy<Value = Signers> {
        proptest::collection::vec(0u8..1 << PRINCIPALS, 0..5)
    }

    proptest! {
        #[test]
        fn evaluation_equals_the_model(rule in rules(), signers in signers()) {
            let all: Vec<usize> = (0..signers.len()).collect();
            prop_assert_eq!(greedy(&rule, &signers), model(&rule, &signers, &all).is_some());
        }

        #[test]
        fn what_is_satisfied_is_so_by_distinct_signers(rule in rules(), signers in signers()) {
            let all: Vec<usize> = (0..signers.len()).collect();
            if greedy(&rule, &signers) {
                prop_assert!(!possible(&rule, &signers, &all).is_empty());
            }
        }

        #[test]
        fn the_outermost_majority_counts_each_organisation_once(n in 0usize..6, present in 0u8..16, repeat in 1usize..3) {
            let signers: Signers =
                (0..PRINCIPALS).filter(|i| present >> i & 1 == 1).map(|i| 1 << i).collect::<Vec<_>>().repeat(repeat);
            let rules = (0..PRINCIPALS).map(SignatureRule::SignedBy).collect();
            let rule = SignatureRule::NOutOf { n, rules };
            prop_assert_eq!(greedy(&rule, &signers), present.count_ones() as usize >= n);
        }
    }

    #[test]
    fn greed_is_kept_as_fabric_has_it() {
        let of = |n, rules| SignatureRule::NOutOf { n, rules };
        let by = SignatureRule::SignedBy;
        // One signer fits both principals, the other only the first, and the greedy first rule takes the wrong one.
        assert!(!greedy(&of(2, vec![by(0), by(1)]), &vec![0b11, 0b01]));
        assert!(greedy(&of(2, vec![by(0), by(1)]), &vec![0b01, 0b11]));
        // A failed rule gives its signers back; a rule beyond need keeps them.
        assert!(greedy(&of(1, vec![of(2, vec![by(0), by(1)]), by(0)]), &vec![0b01]));
        assert!(!greedy(&of(2, vec![of(1, vec![by(0), by(1)]), by(1)]), &vec![0b01, 0b10]));
        assert!(greedy(&of(0, vec![]), &vec![]) && !greedy(&of(1, vec![]), &vec![0b1]));
        assert!(!greedy(&by(PRINCIPALS), &vec![0xff]));
    }
}
