//! Block 0: the consortium's organisations, their roots of trust and the policies, in Fabric's shape.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use folio_ca::Organisation as Authorities;
use folio_types::{ConfigPolicy, MetaRule, Principal, Role, SignaturePolicy, SignatureRule};
use folio_wire::config::{
    APPLICATION_GROUP, AnchorPeer, AnchorPeers, BatchSize, BatchTimeout, BlockDataHashingStructure, Capabilities,
    Config, ConfigGroup, ConsensusType, Endpoints, HashingAlgorithm, MspConfig, NodeOus, ORDERER_GROUP,
    OrdererAddresses, genesis_block,
};
use folio_wire::{Block, Timestamp};

use crate::Topology;

const ADMINS: &str = "Admins";
const READERS: &str = "Readers";
const WRITERS: &str = "Writers";
const ENDORSEMENT: &str = "Endorsement";

/// Largest batch; one envelope may fill it.
const BATCH_BYTES_MAX: u32 = 16 * 1024 * 1024;

/// Block 0 of the consortium's channel. `authorities` are those of the organisations, in order.
pub(crate) fn genesis(
    topology: &Topology,
    orderer: &Authorities,
    authorities: &[Authorities],
    founded: Timestamp,
    nonce: &Bytes,
) -> Block {
    let orderer_address = format!("{}:{}", topology.host, topology.orderer_port());
    let mut channel = ConfigGroup::default();
    channel.set(&HashingAlgorithm, ADMINS);
    channel.set(&BlockDataHashingStructure, ADMINS);
    channel.set(&OrdererAddresses(vec![orderer_address.clone()]), ADMINS);
    channel.set(&capabilities("V3_0"), ADMINS);
    set_usual_policies(&mut channel);
    channel.groups.insert(ORDERER_GROUP.to_owned(), ordering(topology, orderer, orderer_address));
    channel.groups.insert(APPLICATION_GROUP.to_owned(), application(topology, authorities));
    ADMINS.clone_into(&mut channel.mod_policy);
    genesis_block(&topology.channel, &Config { sequence: 0, channel }, founded, nonce)
}

fn ordering(topology: &Topology, authorities: &Authorities, address: String) -> ConfigGroup {
    let mut group = ConfigGroup::default();
    let batch = topology.batch;
    let size = BatchSize {
        envelopes_max: batch.messages_max,
        bytes_max: BATCH_BYTES_MAX.max(batch.bytes_preferred),
        preferred_bytes_max: batch.bytes_preferred,
    };
    group.set(&size, ADMINS);
    group.set(&BatchTimeout(Duration::from_millis(batch.timeout_ms)), ADMINS);
    group.set(&ConsensusType { name: "solo".to_owned(), metadata: Bytes::new() }, ADMINS);
    group.set(&capabilities("V2_0"), ADMINS);
    set_usual_policies(&mut group);
    group.set_policy("BlockValidation", meta(MetaRule::Any, WRITERS), ADMINS);
    let mut organisation =
        organisation_group(authorities, &[Role::Orderer, Role::Admin], &[Role::Orderer, Role::Admin]);
    organisation.set(&Endpoints(vec![address]), ADMINS);
    group.groups.insert(authorities.msp_id().to_owned(), organisation);
    ADMINS.clone_into(&mut group.mod_policy);
    group
}

fn application(topology: &Topology, authorities: &[Authorities]) -> ConfigGroup {
    let mut group = ConfigGroup::default();
    group.set(&capabilities("V2_5"), ADMINS);
    set_usual_policies(&mut group);
    let ids: Vec<_> = topology.organisations.iter().map(|organisation| organisation.msp_id.as_str()).collect();
    let endorsement = SignaturePolicy::n_of(topology.endorsements_min, &ids, Role::Peer);
    group.set_policy(ENDORSEMENT, ConfigPolicy::Signature(endorsement), ADMINS);
    group.set_policy("LifecycleEndorsement", meta(MetaRule::Majority, ENDORSEMENT), ADMINS);
    for (organisation, authorities) in topology.organisations.iter().zip(authorities) {
        let readers = [Role::Admin, Role::Peer, Role::Client];
        let mut sub = organisation_group(authorities, &readers, &[Role::Admin, Role::Client]);
        sub.set_policy(ENDORSEMENT, any_of(&organisation.msp_id, &[Role::Peer]), ADMINS);
        let anchors = topology.peers().filter(|(owner, _, _)| owner.msp_id == organisation.msp_id);
        let anchors = anchors.map(|(_, _, port)| AnchorPeer { host: topology.host.to_string(), port });
        sub.set(&AnchorPeers(anchors.collect()), ADMINS);
        group.groups.insert(organisation.msp_id.clone(), sub);
    }
    ADMINS.clone_into(&mut group.mod_policy);
    group
}

/// An organisation's roots of trust, and who of it may read and write.
fn organisation_group(authorities: &Authorities, readers: &[Role], writers: &[Role]) -> ConfigGroup {
    let pem = |text: &str| vec![Bytes::copy_from_slice(text.as_bytes())];
    let msp = MspConfig {
        msp_id: authorities.msp_id().to_owned(),
        root_certs: pem(authorities.identity_authority().certificate_pem()),
        tls_root_certs: pem(authorities.tls_authority().certificate_pem()),
        node_ous: Some(NodeOus::usual()),
        accepts_secp256k1: true,
        ..MspConfig::default()
    };
    let mut group = ConfigGroup::default();
    group.set(&msp, ADMINS);
    group.set_policy(READERS, any_of(&msp.msp_id, readers), ADMINS);
    group.set_policy(WRITERS, any_of(&msp.msp_id, writers), ADMINS);
    group.set_policy(ADMINS, any_of(&msp.msp_id, &[Role::Admin]), ADMINS);
    ADMINS.clone_into(&mut group.mod_policy);
    group
}

/// A group reads and writes when one of its parts does, and is administered by most of them.
fn set_usual_policies(group: &mut ConfigGroup) {
    group.set_policy(READERS, meta(MetaRule::Any, READERS), ADMINS);
    group.set_policy(WRITERS, meta(MetaRule::Any, WRITERS), ADMINS);
    group.set_policy(ADMINS, meta(MetaRule::Majority, ADMINS), ADMINS);
}

fn meta(rule: MetaRule, sub_policy: &str) -> ConfigPolicy {
    ConfigPolicy::ImplicitMeta { sub_policy: sub_policy.to_owned(), rule }
}

fn any_of(msp_id: &str, roles: &[Role]) -> ConfigPolicy {
    ConfigPolicy::Signature(SignaturePolicy {
        rule: SignatureRule::NOutOf { n: 1, rules: (0..roles.len()).map(SignatureRule::SignedBy).collect() },
        principals: roles.iter().map(|role| Principal { msp_id: msp_id.to_owned(), role: *role }).collect(),
    })
}

fn capabilities(name: &str) -> Capabilities {
    Capabilities(BTreeSet::from([name.to_owned()]))
}
