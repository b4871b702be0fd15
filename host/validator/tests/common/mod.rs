//! A channel of three organisations with real keys, and transactions that can be forged in every way.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeMap, num::NonZeroUsize, time::Duration};

use bytes::Bytes;
use folio_ca::{Enrolment, Organisation, Validity};
use folio_channel::{ChannelConfig, path};
use folio_crypto::{Curve, sha256};
use folio_msp::SigningIdentity;
use folio_proto::{common, protos};
use folio_simulator::MemoryState;
use folio_types::{
    ApplicationPolicy, ConfigPolicy, MetaRule, Principal, ReadWriteSet, Role, SignaturePolicy, SignatureRule,
    StateReader, TxId,
};
use folio_validator::{Chaincode, Chaincodes, OwnEndorsements, Rules, Verdict, View, validate};
use folio_wire::config::{
    BatchSize, BatchTimeout, BlockDataHashingStructure, Capabilities, Config, ConfigGroup, ConsensusType,
    HashingAlgorithm, MspConfig, NodeOus, OrdererAddresses,
};
use folio_wire::{Block, Endorsement, encode_envelope, encode_rwset, encode_signature_header, endorsed_bytes, tx_id};
use prost::Message;

pub(crate) const CENTURY: Validity = Validity::days(1_577_836_800, 36_500);
pub(crate) const EXPIRED: Validity = Validity::days(1_577_836_800, 1);
pub(crate) const ORGANISATIONS: [&str; 3] = ["AuroraMSP", "BoreaMSP", "CedarMSP"];
pub(crate) const CHAINCODE: &str = "loyalty";
pub(crate) const BLOCK: u64 = 5;

/// The channel and one identity of each kind.
pub(crate) struct World {
    pub(crate) channel: ChannelConfig,
    pub(crate) client: SigningIdentity,
    pub(crate) stranger: SigningIdentity,
    pub(crate) expired: SigningIdentity,
    /// One peer an organisation, in the order of [`ORGANISATIONS`].
    pub(crate) peers: Vec<SigningIdentity>,
    pub(crate) state: MemoryState,
    pub(crate) own: OwnEndorsements,
}

impl World {
    pub(crate) fn found() -> Self {
        let organisation = |id: &str| Organisation::create(id, Curve::Secp256k1, CENTURY).unwrap();
        let organisations = ORGANISATIONS.map(organisation);
        let config = config(&organisations, &organisation("OrdererMSP"));
        Self {
            channel: ChannelConfig::new("folio", &config).unwrap(),
            client: enrol(&organisations[0], "client", Role::Client, CENTURY),
            stranger: enrol(&organisation("AuroraMSP"), "stranger", Role::Client, CENTURY),
            expired: enrol(&organisations[0], "expired", Role::Client, EXPIRED),
            peers: organisations.iter().map(|it| enrol(it, "peer0", Role::Peer, CENTURY)).collect(),
            state: MemoryState::new(),
            own: OwnEndorsements::default(),
        }
    }

    /// A transaction by the client, endorsed by the first two organisations, as if nothing were wrong with it.
    pub(crate) fn forge(&self, nonce: u64, set: ReadWriteSet) -> Forge<'_> {
        Forge {
            kind: common::HeaderType::EndorserTransaction as i32,
            channel: "folio".to_owned(),
            epoch: 0,
            nonce: Bytes::copy_from_slice(&nonce.to_be_bytes()),
            creator: &self.client,
            tx_id: None,
            extension: protos::ChaincodeHeaderExtension { chaincode_id: Some(chaincode_id("")) }.encode_to_vec(),
            proposal_hash: None,
            results: encode_rwset(&set),
            chaincode: Some(chaincode_id("1")),
            event: Bytes::new(),
            action: None,
            endorsers: self.peers[..2].iter().collect(),
            actions: 1,
        }
    }

    pub(crate) fn judge(&self, entries: &[Bytes]) -> Verdict {
        self.judge_after(entries, &|_| false)
    }

    pub(crate) fn judge_after(&self, entries: &[Bytes], is_committed: &(dyn Fn(&TxId) -> bool + Sync)) -> Verdict {
        let policy = || ApplicationPolicy::ChannelReference(path::ENDORSEMENT.to_owned());
        let chaincode =
            |name: &str| (name == CHAINCODE).then(|| Chaincode { version: "1".to_owned(), policy: policy() });
        let chaincodes = Chaincodes::new(move |name| Ok(chaincode(name)));
        let view = View {
            state: &self.state as &dyn StateReader,
            has_transaction: &|id| Ok(is_committed(id)),
            chaincodes: &chaincodes,
            channel: &self.channel,
        };
        let block = Block::new(BLOCK, Some([1; 32]), entries.to_vec());
        let rules = Rules { channel: &self.channel, own: &self.own };
        validate(&block, &rules, &view, NonZeroUsize::new(2).unwrap()).unwrap()
    }
}

/// Everything that goes into a transaction, open to be changed.
#[derive(Clone)]
pub(crate) struct Forge<'a> {
    pub(crate) kind: i32,
    pub(crate) channel: String,
    pub(crate) epoch: u64,
    pub(crate) nonce: Bytes,
    pub(crate) creator: &'a SigningIdentity,
    pub(crate) tx_id: Option<String>,
    pub(crate) extension: Vec<u8>,
    pub(crate) proposal_hash: Option<Bytes>,
    pub(crate) results: Bytes,
    pub(crate) chaincode: Option<protos::ChaincodeId>,
    pub(crate) event: Bytes,
    /// Replaces the whole encoded outcome.
    pub(crate) action: Option<Bytes>,
    pub(crate) endorsers: Vec<&'a SigningIdentity>,
    pub(crate) actions: usize,
}

impl Forge<'_> {
    pub(crate) fn tx_id(&self) -> TxId {
        tx_id(&self.nonce, self.creator.serialized())
    }

    fn header(&self) -> common::Header {
        let channel_header = common::ChannelHeader {
            r#type: self.kind,
            channel_id: self.channel.clone(),
            tx_id: self.tx_id.clone().unwrap_or_else(|| self.tx_id().to_string()),
            epoch: self.epoch,
            extension: self.extension.clone().into(),
            ..Default::default()
        };
        common::Header {
            channel_header: channel_header.encode_to_vec().into(),
            signature_header: encode_signature_header(self.creator.serialized(), &self.nonce),
        }
    }

    /// The bytes that endorsers sign, without their identities.
    pub(crate) fn response_payload(&self) -> Bytes {
        let action = protos::ChaincodeAction {
            results: self.results.clone(),
            events: self.event.clone(),
            response: Some(protos::Response { status: 200, ..Default::default() }),
            chaincode_id: self.chaincode.clone(),
        };
        let header = self.header();
        let hash = sha256(&[&header.channel_header, &header.signature_header, b"proposal"]);
        let payload = protos::ProposalResponsePayload {
            proposal_hash: self.proposal_hash.clone().unwrap_or_else(|| Bytes::copy_from_slice(&hash)),
            extension: self.action.clone().unwrap_or_else(|| action.encode_to_vec().into()),
        };
        payload.encode_to_vec().into()
    }

    pub(crate) fn endorsements(&self) -> Vec<Endorsement> {
        let payload = self.response_payload();
        let endorse = |endorser: &&SigningIdentity| Endorsement {
            endorser: endorser.serialized().clone(),
            signature: endorser.sign(&endorsed_bytes(&payload, endorser.serialized())).into(),
        };
        self.endorsers.iter().map(endorse).collect()
    }

    /// The entry of a block.
    pub(crate) fn seal(&self) -> Bytes {
        self.seal_with(&self.endorsements())
    }

    pub(crate) fn seal_with(&self, endorsements: &[Endorsement]) -> Bytes {
        let action = protos::ChaincodeActionPayload {
            chaincode_proposal_payload: Bytes::from_static(b"proposal"),
            action: Some(protos::ChaincodeEndorsedAction {
                proposal_response_payload: self.response_payload(),
                endorsements: endorsements.iter().map(Endorsement::to_message).collect(),
            }),
        };
        let header = self.header();
        let action =
            protos::TransactionAction { header: header.signature_header, payload: action.encode_to_vec().into() };
        self.seal_data(protos::Transaction { actions: vec![action; self.actions] }.encode_to_vec())
    }

    /// The entry with other data behind the same headers.
    pub(crate) fn seal_data(&self, data: Vec<u8>) -> Bytes {
        let payload = common::Payload { header: Some(self.header()), data: data.into() };
        let payload = Bytes::from(payload.encode_to_vec());
        encode_envelope(&payload, &self.creator.sign(&payload).into())
    }
}

pub(crate) fn chaincode_id(version: &str) -> protos::ChaincodeId {
    protos::ChaincodeId { name: CHAINCODE.to_owned(), version: version.to_owned(), ..Default::default() }
}

fn enrol(organisation: &Organisation, name: &str, role: Role, validity: Validity) -> SigningIdentity {
    let enrolment = Enrolment { common_name: name.to_owned(), role, attributes: BTreeMap::new() };
    let credential = organisation.enrol(&enrolment, Curve::P256, validity).unwrap();
    SigningIdentity::new(organisation.msp_id(), &credential.certificate_pem, credential.key).unwrap()
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
        application.groups.insert(organisation.msp_id().to_owned(), organisation_group(organisation));
    }
    channel.groups.insert("Orderer".to_owned(), ordering);
    channel.groups.insert("Application".to_owned(), application);
    Config { sequence: 0, channel }
}

fn organisation_group(organisation: &Organisation) -> ConfigGroup {
    let pem = |text: &str| Bytes::copy_from_slice(text.as_bytes());
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
    for (policy, role) in
        [("Readers", Role::Member), ("Writers", Role::Client), ("Admins", Role::Admin), ("Endorsement", Role::Peer)]
    {
        group.set_policy(policy, signed_by(organisation.msp_id(), role), "Admins");
    }
    group
}

fn group_with_usual_policies() -> ConfigGroup {
    let mut group = ConfigGroup::default();
    group.set_policy("Readers", meta(MetaRule::Any, "Readers"), "Admins");
    group.set_policy("Writers", meta(MetaRule::Any, "Writers"), "Admins");
    group.set_policy("Admins", meta(MetaRule::Majority, "Admins"), "Admins");
    group
}

fn meta(rule: MetaRule, sub_policy: &str) -> ConfigPolicy {
    ConfigPolicy::ImplicitMeta { sub_policy: sub_policy.to_owned(), rule }
}

fn signed_by(msp_id: &str, role: Role) -> ConfigPolicy {
    ConfigPolicy::Signature(SignaturePolicy {
        rule: SignatureRule::SignedBy(0),
        principals: vec![Principal { msp_id: msp_id.to_owned(), role }],
    })
}
