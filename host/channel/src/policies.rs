//! The policies of the configuration tree, by path.

use std::{collections::BTreeMap, sync::Arc};

use folio_msp::{Identity, satisfied};
use folio_types::{ConfigPolicy, MetaRule, Principal, SignaturePolicy, SignatureRule};
use folio_wire::config::ConfigGroup;

/// What every path begins with.
pub(crate) const ROOT: &str = "/Channel";

/// All policies, by absolute path such as `/Channel/Application/Writers`.
#[derive(Debug)]
pub(crate) struct Policies(BTreeMap<String, Policy>);

/// A policy with those that it refers to.
#[derive(Clone, Debug)]
enum Policy {
    Signature(SignaturePolicy),
    /// So many of these.
    Meta {
        threshold: usize,
        parts: Vec<Policy>,
    },
}

impl Policies {
    pub(crate) fn new(channel: &ConfigGroup) -> Self {
        let mut all = BTreeMap::new();
        collect(ROOT, channel, &mut all);
        Self(all)
    }

    /// Whether the policy exists and the signers satisfy it.
    pub(crate) fn satisfied(&self, path: &str, signers: &[Arc<Identity>]) -> bool {
        self.0.get(path).is_some_and(|policy| policy.holds(signers))
    }

    /// The policy as one signature policy.
    pub(crate) fn flat(&self, path: &str) -> Option<SignaturePolicy> {
        let mut principals = Vec::new();
        let rule = self.0.get(path)?.flatten(&mut principals);
        Some(SignaturePolicy { rule, principals })
    }
}

impl Policy {
    /// Each part sees all signers: unlike inside of a signature policy, one signature may serve several parts.
    fn holds(&self, signers: &[Arc<Identity>]) -> bool {
        match self {
            Self::Signature(policy) => satisfied(policy, signers),
            Self::Meta { threshold, parts } => {
                parts.iter().filter(|part| part.holds(signers)).take(*threshold).count() == *threshold
            }
        }
    }

    fn flatten(&self, principals: &mut Vec<Principal>) -> SignatureRule {
        match self {
            Self::Signature(policy) => {
                let offset = principals.len();
                principals.extend_from_slice(&policy.principals);
                shifted(&policy.rule, offset)
            }
            Self::Meta { threshold, parts } => {
                let rules = parts.iter().map(|part| part.flatten(principals)).collect();
                SignatureRule::NOutOf { n: *threshold, rules }
            }
        }
    }
}

/// Adds the policies of a group and of all below. The depth of groups is bounded where they are decoded.
fn collect(path: &str, group: &ConfigGroup, all: &mut BTreeMap<String, Policy>) {
    for (name, sub) in &group.groups {
        collect(&format!("{path}/{name}"), sub, all);
    }
    for (name, named) in &group.policies {
        let policy = match &named.policy {
            ConfigPolicy::Signature(policy) => Policy::Signature(policy.clone()),
            ConfigPolicy::ImplicitMeta { sub_policy, rule } => {
                // A sub-group without the policy counts, and can never satisfy it.
                let part = |sub: &String| all.get(&format!("{path}/{sub}/{sub_policy}")).cloned();
                let parts = group.groups.keys().filter_map(part).collect();
                Policy::Meta { threshold: threshold(*rule, group.groups.len()), parts }
            }
        };
        all.insert(format!("{path}/{name}"), policy);
    }
}

/// How many of `groups` must agree. Of no groups at least one all the same: where Fabric lets everybody pass, here
/// nobody does.
fn threshold(rule: MetaRule, groups: usize) -> usize {
    match rule {
        MetaRule::Any => 1,
        MetaRule::All => groups.max(1),
        MetaRule::Majority => groups / 2 + 1,
    }
}

fn shifted(rule: &SignatureRule, offset: usize) -> SignatureRule {
    match rule {
        // Decoding made sure that the index names a principal of its own policy.
        SignatureRule::SignedBy(index) => SignatureRule::SignedBy(index.saturating_add(offset)),
        SignatureRule::NOutOf { n, rules } => {
            SignatureRule::NOutOf { n: *n, rules: rules.iter().map(|rule| shifted(rule, offset)).collect() }
        }
    }
}
