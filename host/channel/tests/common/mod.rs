//! The configuration of a consortium of three organisations and one that orders.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use folio_ca::{Enrolment, Organisation, Validity};
use folio_channel::ChannelConfig;
use folio_crypto::Curve;
use folio_msp::{Identity, SigningIdentity};
use folio_types::{ConfigPolicy, MetaRule, Principal, Role, SignaturePolicy, SignatureRule};
use folio_wire::config::{
    AnchorPeer, AnchorPeers, BatchSize, BatchTimeout, BlockDataHashingStructure, Capabilities, Config, ConfigGroup,
    ConsensusType, HashingAlgorithm, MspConfig, NodeOus, OrdererAddresses,
};

pub(crate) const CENTURY: Validity = Validity::days(1_577_836_800, 36_500);
pub(crate) const ORGANISATIONS: [&str; 3] = ["AuroraMSP", "BoreaMSP", "CedarMSP"];

pub(crate) struct Consortium {
    pub(crate) organisations: Vec<Organisation>,
    pub(crate) orderer: Organisation,
    pub(crate) config: Config,
}

impl Consortium {
    pub(crate) fn found() -> Self {
        let organisation = |id: &str| Organisation::create(id, Curve::Secp256k1, CENTURY).unwrap();
        let (organisations, orderer) = (Vec::from(ORGANISATIONS.map(organisation)), organisation("OrdererMSP"));
        let config = config(&organisations, &orderer);
        Self { organisations, orderer, config }
    }

    pub(crate) fn channel(&self) -> ChannelConfig {
        ChannelConfig::new("folio", &self.config).unwrap()
    }

    /// A fresh identity of one organisation, as the channel knows it.
    pub(crate) fn identity(&self, channel: &ChannelConfig, msp_id: &str, role: Role) -> Arc<Identity> {
        let mut all = self.organisations.iter().chain([&self.orderer]);
        let organisation = all.find(|organisation| organisation.msp_id() == msp_id).unwrap();
        let enrolment = Enrolment { common_name: "somebody".to_owned(), role, attributes: BTreeMap::new() };
        let credential = organisation.enrol(&enrolment, Curve::P256, CENTURY).unwrap();
        let signing = SigningIdentity::new(msp_id, &credential.certificate_pem, credential.key).unwrap();
        channel.msps().resolve(signing.serialized()).unwrap()
    }
}

fn config(organisations: &[Organisation], orderer: &Organisation) -> Config {
    let mut channel = group_with_usual_policies();
    channel.set(&HashingAlgorithm, "Admins");
    channel.set(&BlockDataHashingStructure, "Admins");
    channel.set(&OrdererAddresses(vec!["orderer.folio:7050".to_owned()]), "Admins");
    channel.set(&Capabilities(["V3_0".to_owned()].into()), "Admins");

    let mut ordering = group_with_usual_policies();
    let size = BatchSize { envelopes_max: 500, bytes_max: 10_000_000, preferred_bytes_max: 2_000_000 };
    ordering.set(&size, "Admins");
    ordering.set(&BatchTimeout(Duration::from_millis(200)), "Admins");
    ordering.set(&ConsensusType { name: "solo".to_owned(), metadata: Bytes::new() }, "Admins");
    ordering.set_policy("BlockValidation", meta(MetaRule::Any, "Writers"), "Admins");
    ordering.groups.insert("OrdererOrg".to_owned(), organisation_group(orderer));

    let mut application = group_with_usual_policies();
    application.set_policy("Endorsement", meta(MetaRule::Majority, "Endorsement"), "Admins");
    application.set_policy("LifecycleEndorsement", meta(MetaRule::Majority, "Endorsement"), "Admins");
    for organisation in organisations {
        let mut group = organisation_group(organisation);
        group.set(&AnchorPeers(vec![AnchorPeer { host: "peer0".to_owned(), port: 7051 }]), "Admins");
        application.groups.insert(organisation.msp_id().to_owned(), group);
    }
    channel.groups.insert("Orderer".to_owned(), ordering);
    channel.groups.insert("Application".to_owned(), application);
    Config { sequence: 3, channel }
}

pub(crate) fn organisation_group(organisation: &Organisation) -> ConfigGroup {
    let msp = MspConfig {
        msp_id: organisation.msp_id().to_owned(),
        root_certs: vec![pem(organisation.identity_authority().certificate_pem())],
        tls_root_certs: vec![pem(organisation.tls_authority().certificate_pem())],
        node_ous: Some(NodeOus::usual()),
        accepts_secp256k1: true,
        ..MspConfig::default()
    };
    let mut group = ConfigGroup::default();
    group.set(&msp, "Admins");
    let id = organisation.msp_id();
    group.set_policy("Readers", any_of(id, &[Role::Member]), "Admins");
    group.set_policy("Writers", any_of(id, &[Role::Admin, Role::Client, Role::Orderer]), "Admins");
    group.set_policy("Admins", any_of(id, &[Role::Admin]), "Admins");
    group.set_policy("Endorsement", any_of(id, &[Role::Peer]), "Admins");
    group
}

fn group_with_usual_policies() -> ConfigGroup {
    let mut group = ConfigGroup::default();
    group.set_policy("Readers", meta(MetaRule::Any, "Readers"), "Admins");
    group.set_policy("Writers", meta(MetaRule::Any, "Writers"), "Admins");
    group.set_policy("Admins", meta(MetaRule::Majority, "Admins"), "Admins");
    group
}

pub(crate) fn meta(rule: MetaRule, sub_policy: &str) -> ConfigPolicy {
    ConfigPolicy::ImplicitMeta { sub_policy: sub_policy.to_owned(), rule }
}

pub(crate) fn any_of(msp_id: &str, roles: &[Role]) -> ConfigPolicy {
    ConfigPolicy::Signature(SignaturePolicy {
        rule: SignatureRule::NOutOf { n: 1, rules: (0..roles.len()).map(SignatureRule::SignedBy).collect() },
        principals: roles.iter().map(|role| Principal { msp_id: msp_id.to_owned(), role: *role }).collect(),
    })
}

fn pem(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}
