//! The consortium's policy: what is in force, and what organisations propose.

use folio_chaincode_sdk::Record;
use prost::Message;

use crate::ids::OrgId;
use crate::rules::policy::Policy;

use super::{ActorRow, Unreadable};

/// A policy of the consortium.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PolicyRow {
    /// How many days a spending's business date may lie before the proposal; nothing when the channel replays history
    /// and lifts the limit.
    #[prost(uint32, optional, tag = "1")]
    pub spend_lag_days_max: Option<u32>,
    /// Its number: the first is 1, and each follows the one before.
    #[prost(uint32, tag = "2")]
    pub number: u32,
    /// The organisations that decide on what follows.
    #[prost(string, repeated, tag = "3")]
    pub organisations: Vec<String>,
    /// The organisations whose rates of exchange hold; none for all.
    #[prost(string, repeated, tag = "4")]
    pub fx_sources: Vec<String>,
    /// How many days pass before a key that two managers gave a member holds.
    #[prost(uint32, tag = "5")]
    pub recovery_days: u32,
    /// The organisation that proposed it.
    #[prost(string, tag = "6")]
    pub proposed_by: String,
    /// Who approved it, one of each organisation; nobody before it is in force. The first proposed it.
    #[prost(message, repeated, tag = "7")]
    pub approvals: Vec<ActorRow>,
}

impl Record for PolicyRow {}

/// A policy that an organisation proposes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PolicyProposalRow {
    /// What it says.
    #[prost(message, required, tag = "1")]
    pub policy: PolicyRow,
    /// Who approved it, one of each organisation. The first proposed it.
    #[prost(message, repeated, tag = "2")]
    pub approvals: Vec<ActorRow>,
}

impl Record for PolicyProposalRow {}

impl PolicyRow {
    /// The row of a policy.
    pub fn of(policy: &Policy, number: u32, proposed_by: &OrgId) -> Self {
        let names = |organisations: &[OrgId]| organisations.iter().map(ToString::to_string).collect();
        Self {
            spend_lag_days_max: policy.spend_lag_days_max,
            number,
            organisations: names(&policy.organisations),
            fx_sources: names(&policy.fx_sources),
            recovery_days: policy.recovery_days,
            proposed_by: proposed_by.to_string(),
            approvals: Vec::new(),
        }
    }

    /// What it says.
    pub fn policy(&self) -> Result<Policy, Unreadable> {
        let names = |organisations: &[String]| {
            organisations.iter().map(|name| OrgId::new(name).ok_or(Unreadable)).collect::<Result<_, _>>()
        };
        Ok(Policy {
            organisations: names(&self.organisations)?,
            fx_sources: names(&self.fx_sources)?,
            spend_lag_days_max: self.spend_lag_days_max,
            recovery_days: self.recovery_days,
        })
    }

    /// The bytes that stand for all that it says, whoever approves it.
    pub fn content(&self) -> Vec<u8> {
        Self { approvals: Vec::new(), ..self.clone() }.encode_to_vec()
    }
}
