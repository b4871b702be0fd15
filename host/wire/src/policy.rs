//! Policies to values and back.

use bytes::Bytes;
use folio_proto::common::signature_policy::{NOutOf, Type as Rule};
use folio_proto::{common, protos};
use folio_types::{ApplicationPolicy, ConfigPolicy, MetaRule, Principal, Role, SignaturePolicy, SignatureRule};

use crate::WireError;
use crate::message::{decode, encode, required};

/// Deepest nesting of thresholds.
const RULE_DEPTH_MAX: usize = 16;

const WHAT: &str = "signature policy";

/// Reads an endorsement policy (`protos.ApplicationPolicy`).
pub fn decode_application_policy(bytes: &Bytes) -> Result<ApplicationPolicy, WireError> {
    use protos::application_policy::Type;
    let message: protos::ApplicationPolicy = decode("application policy", bytes)?;
    match required(message.r#type, "application policy", "type")? {
        Type::SignaturePolicy(policy) => signature_policy(policy).map(ApplicationPolicy::Signature),
        Type::ChannelConfigPolicyReference(path) => Ok(ApplicationPolicy::ChannelReference(path)),
    }
}

/// Encodes an endorsement policy.
pub fn encode_application_policy(policy: &ApplicationPolicy) -> Bytes {
    use protos::application_policy::Type;
    let policy = match policy {
        ApplicationPolicy::Signature(policy) => Type::SignaturePolicy(signature_policy_message(policy)),
        ApplicationPolicy::ChannelReference(path) => Type::ChannelConfigPolicyReference(path.clone()),
    };
    encode(&protos::ApplicationPolicy { r#type: Some(policy) })
}

/// Reads a signature policy (`common.SignaturePolicyEnvelope`).
pub fn decode_signature_policy(bytes: &Bytes) -> Result<SignaturePolicy, WireError> {
    signature_policy(decode(WHAT, bytes)?)
}

/// Encodes a signature policy.
pub fn encode_signature_policy(policy: &SignaturePolicy) -> Bytes {
    encode(&signature_policy_message(policy))
}

/// The value of a policy of the channel configuration.
pub(crate) fn config_policy(message: &common::Policy) -> Result<ConfigPolicy, WireError> {
    use common::policy::PolicyType;
    match PolicyType::try_from(message.r#type) {
        Ok(PolicyType::Signature) => decode_signature_policy(&message.value).map(ConfigPolicy::Signature),
        Ok(PolicyType::ImplicitMeta) => {
            let meta: common::ImplicitMetaPolicy = decode("implicit meta policy", &message.value)?;
            let rule = common::implicit_meta_policy::Rule::try_from(meta.rule)
                .map_err(|_| WireError::unsupported("rule of an implicit meta policy", meta.rule))?;
            Ok(ConfigPolicy::ImplicitMeta { sub_policy: meta.sub_policy, rule: meta_rule(rule) })
        }
        _ => Err(WireError::unsupported("policy type", message.r#type)),
    }
}

/// The message of a policy of the channel configuration.
pub(crate) fn config_policy_message(policy: &ConfigPolicy) -> common::Policy {
    use common::policy::PolicyType;
    match policy {
        ConfigPolicy::Signature(policy) => {
            common::Policy { r#type: PolicyType::Signature.into(), value: encode_signature_policy(policy) }
        }
        ConfigPolicy::ImplicitMeta { sub_policy, rule } => {
            let rule = meta_rule_message(*rule).into();
            let meta = common::ImplicitMetaPolicy { sub_policy: sub_policy.clone(), rule };
            common::Policy { r#type: PolicyType::ImplicitMeta.into(), value: encode(&meta) }
        }
    }
}

fn signature_policy(message: common::SignaturePolicyEnvelope) -> Result<SignaturePolicy, WireError> {
    if message.version != 0 {
        return Err(WireError::unsupported("version of a signature policy", message.version));
    }
    let principals: Vec<Principal> = message.identities.iter().map(principal).collect::<Result<_, _>>()?;
    let root = required(message.rule, WHAT, "rule")?;
    Ok(SignaturePolicy { rule: rule(root, principals.len(), RULE_DEPTH_MAX)?, principals })
}

/// A rule that names none but the given principals.
fn rule(message: common::SignaturePolicy, principals: usize, depth_left: usize) -> Result<SignatureRule, WireError> {
    let depth_left = depth_left.checked_sub(1).ok_or(WireError::TooDeep { what: WHAT, max: RULE_DEPTH_MAX })?;
    match required(message.r#type, WHAT, "rule")? {
        Rule::SignedBy(index) => match usize::try_from(index) {
            Ok(index) if index < principals => Ok(SignatureRule::SignedBy(index)),
            _ => Err(WireError::unsupported("principal of a signature policy", index)),
        },
        Rule::NOutOf(NOutOf { n, rules }) => {
            let n = usize::try_from(n).map_err(|_| WireError::unsupported("threshold of a signature policy", n))?;
            let rules = rules.into_iter().map(|sub| rule(sub, principals, depth_left)).collect::<Result<_, _>>()?;
            Ok(SignatureRule::NOutOf { n, rules })
        }
    }
}

fn signature_policy_message(policy: &SignaturePolicy) -> common::SignaturePolicyEnvelope {
    common::SignaturePolicyEnvelope {
        version: 0,
        rule: Some(rule_message(&policy.rule)),
        identities: policy.principals.iter().map(principal_message).collect(),
    }
}

fn rule_message(rule: &SignatureRule) -> common::SignaturePolicy {
    // Larger numbers than the wire holds can never be met either way.
    let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let rule = match rule {
        SignatureRule::SignedBy(index) => Rule::SignedBy(number(*index)),
        SignatureRule::NOutOf { n, rules } => {
            Rule::NOutOf(NOutOf { n: number(*n), rules: rules.iter().map(rule_message).collect() })
        }
    };
    common::SignaturePolicy { r#type: Some(rule) }
}

fn principal(message: &common::MspPrincipal) -> Result<Principal, WireError> {
    use common::msp_principal::Classification;
    if message.principal_classification != i32::from(Classification::Role) {
        return Err(WireError::unsupported("kind of principal", message.principal_classification));
    }
    let role: common::MspRole = decode("role of a principal", &message.principal)?;
    let number = role.role;
    let wire_role = common::msp_role::MspRoleType::try_from(number)
        .map_err(|_| WireError::unsupported("role of a principal", number))?;
    Ok(Principal { msp_id: role.msp_identifier, role: self::role(wire_role) })
}

fn principal_message(principal: &Principal) -> common::MspPrincipal {
    use common::msp_principal::Classification;
    let role = common::MspRole { msp_identifier: principal.msp_id.clone(), role: role_message(principal.role).into() };
    common::MspPrincipal { principal_classification: Classification::Role.into(), principal: encode(&role) }
}

const fn role(message: common::msp_role::MspRoleType) -> Role {
    use common::msp_role::MspRoleType;
    match message {
        MspRoleType::Member => Role::Member,
        MspRoleType::Admin => Role::Admin,
        MspRoleType::Client => Role::Client,
        MspRoleType::Peer => Role::Peer,
        MspRoleType::Orderer => Role::Orderer,
    }
}

const fn role_message(role: Role) -> common::msp_role::MspRoleType {
    use common::msp_role::MspRoleType;
    match role {
        Role::Member => MspRoleType::Member,
        Role::Admin => MspRoleType::Admin,
        Role::Client => MspRoleType::Client,
        Role::Peer => MspRoleType::Peer,
        Role::Orderer => MspRoleType::Orderer,
    }
}

const fn meta_rule(message: common::implicit_meta_policy::Rule) -> MetaRule {
    use common::implicit_meta_policy::Rule;
    match message {
        Rule::Any => MetaRule::Any,
        Rule::All => MetaRule::All,
        Rule::Majority => MetaRule::Majority,
    }
}

const fn meta_rule_message(rule: MetaRule) -> common::implicit_meta_policy::Rule {
    use common::implicit_meta_policy::Rule;
    match rule {
        MetaRule::Any => Rule::Any,
        MetaRule::All => Rule::All,
        MetaRule::Majority => Rule::Majority,
    }
}
