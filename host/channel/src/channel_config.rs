//! The configuration as a node asks it.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use folio_msp::{Identity, Msps, satisfied};
use folio_types::{ApplicationPolicy, SignaturePolicy};
use folio_wire::{
    Block,
    config::{
        APPLICATION_GROUP, Acls, BlockDataHashingStructure, Config, ConfigGroup, ConsensusType, HashingAlgorithm,
        MspConfig, ORDERER_GROUP, OrdererAddresses, Setting, config_of_block,
    },
};

use crate::{
    Batch, ChannelError, Organisation, capabilities, path,
    policies::{Policies, ROOT},
};

/// Longest id of a channel, as in Fabric.
const ID_BYTES_MAX: usize = 249;

/// The configuration of a channel.
#[derive(Debug)]
pub struct ChannelConfig {
    id: String,
    sequence: u64,
    msps: Msps,
    policies: Policies,
    batch: Batch,
    consensus: ConsensusType,
    organisations: Vec<Organisation>,
    orderer_organisations: Vec<Organisation>,
    orderer_addresses: Vec<String>,
    acls: BTreeMap<String, String>,
}

impl ChannelConfig {
    /// Reads a configuration block, such as block 0.
    pub fn from_block(block: &Block) -> Result<Self, ChannelError> {
        let (id, config) = config_of_block(block)?;
        Self::new(&id, &config)
    }

    /// Reads a configuration.
    pub fn new(id: &str, config: &Config) -> Result<Self, ChannelError> {
        check_id(id)?;
        let channel = &config.channel;
        capabilities::check(channel)?;
        // Decoding them is the check: there is one of each.
        channel.setting::<HashingAlgorithm>()?;
        channel.setting::<BlockDataHashingStructure>()?;

        let mut msps = BTreeMap::new();
        let application = group(channel, APPLICATION_GROUP)?;
        let organisations = read_organisations(application, &mut msps)?;
        let orderer = group(channel, ORDERER_GROUP)?;
        let orderer_organisations = read_organisations(orderer, &mut msps)?;
        let Acls(acls) = application.setting()?.unwrap_or_default();
        let msps: Vec<MspConfig> = msps.into_values().collect();
        Ok(Self {
            id: id.to_owned(),
            sequence: config.sequence,
            msps: Msps::new(&msps)?,
            policies: Policies::new(channel),
            batch: Batch::read(orderer)?,
            consensus: required(orderer, ORDERER_GROUP, "ConsensusType")?,
            orderer_addresses: addresses(channel, &orderer_organisations)?,
            organisations,
            orderer_organisations,
            acls,
        })
    }

    /// The channel's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Counts changes of the configuration.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Who vouches for identities: all organisations, of both kinds.
    pub const fn msps(&self) -> &Msps {
        &self.msps
    }

    /// The organisations that run chaincodes, by name of their group.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The organisations that order, by name of their group.
    pub fn orderer_organisations(&self) -> &[Organisation] {
        &self.orderer_organisations
    }

    /// The MSP ids of the organisations that order.
    pub fn orderer_msp_ids(&self) -> Vec<String> {
        self.orderer_organisations.iter().map(|organisation| organisation.msp_id.clone()).collect()
    }

    /// Authorities of the orderers' TLS endpoints, in PEM.
    pub fn orderer_tls_roots(&self) -> Vec<Bytes> {
        self.orderer_organisations.iter().flat_map(|organisation| organisation.tls_roots.iter().cloned()).collect()
    }

    /// The orderers, as host:port: those that their organisations name, otherwise those of the channel.
    pub fn orderer_addresses(&self) -> &[String] {
        &self.orderer_addresses
    }

    /// How the orderer batches.
    pub const fn batch(&self) -> Batch {
        self.batch
    }

    /// How orderers agree.
    pub const fn consensus(&self) -> &ConsensusType {
        &self.consensus
    }

    /// Whether the signers satisfy the policy at an absolute path such as `/Channel/Application/Writers`. They must be
    /// those whose signatures hold. A policy that does not exist is satisfied by nobody.
    pub fn satisfied(&self, path: &str, signers: &[Arc<Identity>]) -> bool {
        self.policies.satisfied(path, signers)
    }

    /// Whether the endorsers satisfy the endorsement policy of a chaincode.
    pub fn endorsed(&self, policy: &ApplicationPolicy, endorsers: &[Arc<Identity>]) -> bool {
        match policy {
            ApplicationPolicy::Signature(policy) => satisfied(policy, endorsers),
            ApplicationPolicy::ChannelReference(path) => self.satisfied(path, endorsers),
        }
    }

    /// The policy at a path as one signature policy, to plan whom to ask. Not to judge by: when several organisations'
    /// policies combine, one signature may serve more than one of them, which a signature policy does not allow.
    pub fn flat_policy(&self, path: &str) -> Option<SignaturePolicy> {
        self.policies.flat(path)
    }

    /// An endorsement policy as one signature policy, to plan whom to ask, as [`ChannelConfig::flat_policy`].
    pub fn application_policy(&self, policy: &ApplicationPolicy) -> Option<SignaturePolicy> {
        match policy {
            ApplicationPolicy::Signature(policy) => Some(policy.clone()),
            ApplicationPolicy::ChannelReference(path) => self.flat_policy(path),
        }
    }

    /// Who must endorse the definition of a chaincode, to plan whom to ask.
    pub fn lifecycle_endorsement(&self) -> Option<SignaturePolicy> {
        self.flat_policy(path::LIFECYCLE_ENDORSEMENT)
    }

    /// The path of the policy that guards a resource of the peer, if the channel names one; a bare name is one of the
    /// application's policies.
    pub fn acl(&self, resource: &str) -> Option<String> {
        let policy = self.acls.get(resource)?;
        if policy.starts_with('/') {
            return Some(policy.clone());
        }
        Some(format!("{ROOT}/{APPLICATION_GROUP}/{policy}"))
    }
}

/// The setting that a group must have.
pub(crate) fn required<S: Setting>(group: &ConfigGroup, name: &str, what: &'static str) -> Result<S, ChannelError> {
    group.setting()?.ok_or_else(|| ChannelError::Missing { group: name.to_owned(), what })
}

fn group<'a>(channel: &'a ConfigGroup, name: &'static str) -> Result<&'a ConfigGroup, ChannelError> {
    channel.group(&[name]).ok_or_else(|| ChannelError::Missing { group: ROOT.to_owned(), what: name })
}

fn check_id(id: &str) -> Result<(), ChannelError> {
    let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
    let first = id.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if first && id.len() <= ID_BYTES_MAX && id.bytes().all(sound) {
        return Ok(());
    }
    Err(ChannelError::Id { got: id.chars().take(ID_BYTES_MAX).collect(), max: ID_BYTES_MAX })
}

/// Reads the organisations below a group. One that takes part in both ways has one definition.
fn read_organisations(
    group: &ConfigGroup,
    msps: &mut BTreeMap<String, MspConfig>,
) -> Result<Vec<Organisation>, ChannelError> {
    let mut organisations = Vec::with_capacity(group.groups.len());
    for (name, sub) in &group.groups {
        let (organisation, msp) = Organisation::read(name, sub)?;
        if msps.get(&msp.msp_id).is_some_and(|other| *other != msp) {
            return Err(ChannelError::Contradiction { msp_id: msp.msp_id });
        }
        msps.insert(msp.msp_id.clone(), msp);
        organisations.push(organisation);
    }
    Ok(organisations)
}

fn addresses(channel: &ConfigGroup, orderers: &[Organisation]) -> Result<Vec<String>, ChannelError> {
    let own: Vec<String> = orderers.iter().flat_map(|organisation| organisation.orderers.iter().cloned()).collect();
    if !own.is_empty() {
        return Ok(own);
    }
    let OrdererAddresses(shared) = channel.setting()?.unwrap_or_default();
    Ok(shared)
}
