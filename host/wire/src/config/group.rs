//! The tree.

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_proto::common;
use folio_types::ConfigPolicy;

use super::Setting;
use crate::WireError;
use crate::message::required;
use crate::policy::{config_policy, config_policy_message};

/// Deepest nesting of groups: channel, part, organisation, and room for more.
const GROUP_DEPTH_MAX: usize = 8;

/// The whole configuration of a channel (`common.Config`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Counts updates.
    pub sequence: u64,
    /// The root.
    pub channel: ConfigGroup,
}

/// An inner node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigGroup {
    /// Counts changes of this group.
    pub version: u64,
    /// Sub-groups.
    pub groups: BTreeMap<String, ConfigGroup>,
    /// Settings, encoded.
    pub values: BTreeMap<String, ConfigValue>,
    /// Policies.
    pub policies: BTreeMap<String, NamedPolicy>,
    /// Name of the policy that guards this group.
    pub mod_policy: String,
}

/// An encoded setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigValue {
    /// Counts changes of this setting.
    pub version: u64,
    /// As [`Setting`] reads it.
    pub value: Bytes,
    /// Name of the policy that guards this setting.
    pub mod_policy: String,
}

/// A policy of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPolicy {
    /// Counts changes of this policy.
    pub version: u64,
    /// The rule.
    pub policy: ConfigPolicy,
    /// Name of the policy that guards this one.
    pub mod_policy: String,
}

impl ConfigGroup {
    /// The setting of this type, if the group has it.
    pub fn setting<S: Setting>(&self) -> Result<Option<S>, WireError> {
        self.values.get(S::NAME).map(|value| S::decode(&value.value)).transpose()
    }

    /// Sets a setting, guarded by `mod_policy`.
    pub fn set<S: Setting>(&mut self, setting: &S, mod_policy: &str) {
        let value = ConfigValue { version: 0, value: setting.encode(), mod_policy: mod_policy.to_owned() };
        self.values.insert(S::NAME.to_owned(), value);
    }

    /// Sets a policy, guarded by `mod_policy`.
    pub fn set_policy(&mut self, name: &str, policy: ConfigPolicy, mod_policy: &str) {
        let policy = NamedPolicy { version: 0, policy, mod_policy: mod_policy.to_owned() };
        self.policies.insert(name.to_owned(), policy);
    }

    /// The group at a path of names below this one.
    pub fn group(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |group, name| group.groups.get(*name))
    }
}

pub(super) fn config(message: common::Config) -> Result<Config, WireError> {
    let root = required(message.channel_group, "configuration", "channel_group")?;
    Ok(Config { sequence: message.sequence, channel: group(root, GROUP_DEPTH_MAX)? })
}

pub(super) fn config_message(config: &Config) -> common::Config {
    common::Config { sequence: config.sequence, channel_group: Some(group_message(&config.channel)) }
}

fn group(message: common::ConfigGroup, depth_left: usize) -> Result<ConfigGroup, WireError> {
    let too_deep = WireError::TooDeep { what: "configuration group", max: GROUP_DEPTH_MAX };
    let depth_left = depth_left.checked_sub(1).ok_or(too_deep)?;
    let groups = message.groups.into_iter().map(|(name, sub)| Ok((name, group(sub, depth_left)?)));
    let values = message
        .values
        .into_iter()
        .map(|(name, v)| (name, ConfigValue { version: v.version, value: v.value, mod_policy: v.mod_policy }));
    let policies = message.policies.into_iter().map(|(name, p)| Ok((name, named_policy(p)?)));
    Ok(ConfigGroup {
        version: message.version,
        groups: groups.collect::<Result<_, WireError>>()?,
        values: values.collect(),
        policies: policies.collect::<Result<_, WireError>>()?,
        mod_policy: message.mod_policy,
    })
}

fn named_policy(message: common::ConfigPolicy) -> Result<NamedPolicy, WireError> {
    let policy = required(message.policy, "configuration policy", "policy")?;
    Ok(NamedPolicy { version: message.version, policy: config_policy(&policy)?, mod_policy: message.mod_policy })
}

fn group_message(group: &ConfigGroup) -> common::ConfigGroup {
    let values = group.values.iter().map(|(name, v)| {
        let value =
            common::ConfigValue { version: v.version, value: v.value.clone(), mod_policy: v.mod_policy.clone() };
        (name.clone(), value)
    });
    let policies = group.policies.iter().map(|(name, p)| {
        let policy = Some(config_policy_message(&p.policy));
        (name.clone(), common::ConfigPolicy { version: p.version, policy, mod_policy: p.mod_policy.clone() })
    });
    common::ConfigGroup {
        version: group.version,
        groups: group.groups.iter().map(|(name, sub)| (name.clone(), group_message(sub))).collect(),
        values: values.collect(),
        policies: policies.collect(),
        mod_policy: group.mod_policy.clone(),
    }
}
