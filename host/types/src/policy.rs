//! Principals and signature policies as plain values; `msp` evaluates them.

/// What a principal asks of an identity, from organisational units (Fabric's `MSPRole.MSPRoleType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Anyone whose certificate the organisation's roots vouch for.
    Member,
    /// OU `admin`.
    Admin,
    /// OU `client`.
    Client,
    /// OU `peer`.
    Peer,
    /// OU `orderer`.
    Orderer,
}

/// Whose signature a policy asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// The organisation.
    pub msp_id: String,
    /// The role that its identity must hold.
    pub role: Role,
}

/// A rule over the principals of an [`SignaturePolicy`], by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureRule {
    /// A signature by the principal with this index.
    SignedBy(usize),
    /// At least `n` of `rules`; a signature counts for one rule only.
    NOutOf {
        /// How many must hold.
        n: usize,
        /// Of these.
        rules: Vec<SignatureRule>,
    },
}

/// A self-contained signature policy (Fabric's `SignaturePolicyEnvelope`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignaturePolicy {
    /// The rule at the root.
    pub rule: SignatureRule,
    /// The principals that the rule names by index.
    pub principals: Vec<Principal>,
}

impl SignaturePolicy {
    /// `n` of the given organisations, each by an identity with `role`.
    pub fn n_of(n: usize, organisations: &[&str], role: Role) -> Self {
        Self {
            rule: SignatureRule::NOutOf { n, rules: (0..organisations.len()).map(SignatureRule::SignedBy).collect() },
            principals: organisations.iter().map(|id| Principal { msp_id: (*id).to_owned(), role }).collect(),
        }
    }
}

/// How the policies of sub-groups combine (Fabric's `ImplicitMetaPolicy.Rule`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetaRule {
    /// One sub-group's policy holds.
    Any,
    /// All sub-groups' policies hold.
    All,
    /// More than half of the sub-groups' policies hold.
    Majority,
}

/// A policy of the channel configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigPolicy {
    /// Rules over principals.
    Signature(SignaturePolicy),
    /// The policy called `sub_policy` in each direct sub-group.
    ImplicitMeta {
        /// Its name there.
        sub_policy: String,
        /// How many must hold.
        rule: MetaRule,
    },
}

/// Who must endorse a chaincode's transactions (Fabric's `ApplicationPolicy`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplicationPolicy {
    /// Stated in the definition.
    Signature(SignaturePolicy),
    /// A policy of the channel configuration, such as `/Channel/Application/Endorsement`.
    ChannelReference(String),
}
