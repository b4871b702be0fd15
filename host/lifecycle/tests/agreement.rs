//! How three organisations come to a definition, and how they do not.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use bytes::Bytes;
use folio_crypto::sha256;
use folio_lifecycle::{Creator, DEFAULT_POLICY_PATH, Definitions, LIFECYCLE, Lifecycle, endorsement_policies};
use folio_proto::lifecycle::{
    ApproveChaincodeDefinitionForMyOrgArgs, QueryApprovedChaincodeDefinitionArgs,
    QueryApprovedChaincodeDefinitionResult, QueryApprovedChaincodeDefinitionsArgs,
    QueryApprovedChaincodeDefinitionsResult, QueryChaincodeDefinitionArgs, QueryChaincodeDefinitionResult,
    QueryChaincodeDefinitionsArgs, QueryChaincodeDefinitionsResult, chaincode_source,
};
use folio_proto::protos::CollectionConfigPackage;
use folio_simulator::Simulator;
use folio_types::{ApplicationPolicy, Namespace, Role, SignaturePolicy, StateWrite, UpdateBatch, Version, Write};
use folio_wire::encode_application_policy;
use support::{AURORA, BOREA, CEDAR, Channel, admin, approval, assert_ok, assert_refused, definition};

#[test]
fn a_definition_is_what_the_organisations_approved() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    assert_eq!(channel.definition(), None);
    assert_ok(&channel.approve(AURORA, approval(1, "1.0", &package_id)));
    let readiness = channel.readiness(BOREA, 1, "1.0");
    assert!(readiness.approvals[AURORA] && !readiness.approvals[BOREA] && !readiness.approvals[CEDAR]);
    assert_eq!(readiness.mismatches[BOREA].items, ["ChaincodeParameters"]);
    assert_ok(&channel.approve(BOREA, approval(1, "1.0", &package_id)));
    assert_ok(&channel.commit(AURORA, &definition(1, "1.0")));
    let committed = channel.definition().unwrap();
    assert_eq!(committed.sequence, 1);
    assert_eq!(committed.parameters.version, "1.0");
    assert_eq!(committed.parameters.policy, ApplicationPolicy::ChannelReference(DEFAULT_POLICY_PATH.to_owned()));
    assert_eq!(committed.component_hash, sha256(&[b"component"]));
}

#[test]
fn nobody_endorses_a_commit_against_its_own_word() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    assert_ok(&channel.approve(AURORA, approval(1, "1.0", &package_id)));
    assert_refused(&channel.commit(BOREA, &definition(1, "1.0")), "chaincode definition not agreed to by this org");
    assert_refused(&channel.commit(AURORA, &definition(1, "1.1")), "not agreed");
    assert_eq!(channel.definition(), None);
}

#[test]
fn two_components_are_no_agreement() {
    let mut channel = Channel::new();
    let (ours, theirs) = (channel.install(b"ours"), channel.install(b"theirs"));
    assert_ok(&channel.approve(AURORA, approval(1, "1.0", &theirs)));
    assert_ok(&channel.approve(BOREA, approval(1, "1.0", &ours)));
    assert_ok(&channel.approve(CEDAR, approval(1, "1.0", &ours)));
    // Whoever asks to commit says which component is meant.
    let readiness = channel.readiness(BOREA, 1, "1.0");
    assert_eq!(readiness.mismatches[AURORA].items, ["ComponentHash"]);
    assert!(readiness.approvals[BOREA] && readiness.approvals[CEDAR]);
    assert_eq!(channel.readiness(AURORA, 1, "1.0").mismatches.len(), 2);
    // The same proposal on all peers: two endorse, the third does not, and the two wrote the same.
    let (borea, borea_set) = channel.simulate(BOREA, admin(BOREA), "CommitChaincodeDefinition", &definition(1, "1.0"));
    let (cedar, cedar_set) = channel.simulate(CEDAR, admin(BOREA), "CommitChaincodeDefinition", &definition(1, "1.0"));
    let (aurora, _) = channel.simulate(AURORA, admin(BOREA), "CommitChaincodeDefinition", &definition(1, "1.0"));
    assert_ok(&borea);
    assert_ok(&cedar);
    assert_eq!(borea_set, cedar_set);
    assert_refused(&aurora, "not agreed");
}

#[test]
fn an_organisation_may_approve_without_running_the_chaincode() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    assert_ok(&channel.approve(CEDAR, approval(1, "1.0", "")));
    assert_refused(&channel.commit(CEDAR, &definition(1, "1.0")), "no organisation has approved");
    assert_ok(&channel.approve(AURORA, approval(1, "1.0", &package_id)));
    assert_ok(&channel.commit(CEDAR, &definition(1, "1.0")));
    assert_eq!(channel.definition().unwrap().component_hash, sha256(&[b"component"]));
    // It may run along later, with the same component only.
    let other = channel.install(b"other");
    assert_refused(&channel.approve(CEDAR, approval(1, "1.0", &other)), "with different parameters: ComponentHash");
    assert_ok(&channel.approve(CEDAR, approval(1, "1.0", &package_id)));
}

#[test]
fn definitions_in_memory_are_those_of_the_state_that_is_asked() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    let known = Definitions::default();
    assert_eq!(known.get(&channel.state, "loyalty").unwrap(), None);
    channel.define(1, "1.0", &package_id);
    let before = channel.state.clone();
    for _ in 0..2 {
        assert_eq!(known.get(&channel.state, "loyalty").unwrap().as_deref(), channel.definition().as_ref());
    }
    channel.define(2, "2.0", &package_id);
    assert_eq!(known.get(&channel.state, "loyalty").unwrap().as_deref(), channel.definition().as_ref());
    // An older snapshot is still answered with what it holds.
    assert_eq!(known.get(&before, "loyalty").unwrap().unwrap().parameters.version, "1.0");
    assert_eq!(known.get(&channel.state, "other").unwrap(), None);
}

#[test]
fn sequences_have_no_gaps_and_no_way_back() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    for (sequence, reason) in [
        (0, "requested sequence is 0, but first definable sequence number is 1"),
        (-1, "currently defined sequence 0 is larger than requested sequence -1"),
        (2, "requested sequence 2 is larger than the next available sequence number 1"),
    ] {
        assert_refused(&channel.approve(AURORA, approval(sequence, "1.0", &package_id)), reason);
    }
    channel.define(1, "1.0", &package_id);
    let stale = channel.commit(AURORA, &definition(1, "1.0"));
    assert_refused(&stale, "requested sequence is 1, but new definition must be sequence 2");
    assert_refused(&channel.approve(AURORA, approval(1, "1.1", &package_id)), "with different parameters");
    assert_refused(
        &channel.approve(AURORA, approval(1, "1.0", &package_id)),
        "attempted to redefine the current committed sequence (1)",
    );
    assert_ok(&channel.approve(AURORA, approval(2, "1.1", &package_id)));
    assert_refused(
        &channel.approve(AURORA, approval(2, "1.1", &package_id)),
        "attempted to redefine uncommitted sequence (2) for namespace loyalty with unchanged content",
    );
    assert_ok(&channel.approve(AURORA, approval(2, "1.2", &package_id)));
}

#[test]
fn a_version_stands_for_one_component_for_ever() {
    let mut channel = Channel::new();
    let (first, second) = (channel.install(b"first"), channel.install(b"second"));
    channel.define(1, "1.0", &first);
    channel.define(2, "2.0", &second);
    for msp_id in [AURORA, BOREA] {
        assert_ok(&channel.approve(msp_id, approval(3, "1.0", &second)));
    }
    assert_refused(&channel.commit(AURORA, &definition(3, "1.0")), "choose a new version");
    for msp_id in [AURORA, BOREA] {
        assert_ok(&channel.approve(msp_id, approval(3, "1.0", &first)));
    }
    assert_ok(&channel.commit(AURORA, &definition(3, "1.0")));
    assert_eq!(channel.definition().unwrap().component_hash, sha256(&[b"first"]));
}

type Change = fn(&mut ApproveChaincodeDefinitionForMyOrgArgs);

#[test]
fn what_is_asked_for_is_checked() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    let changes: [(Change, &str); 8] = [
        (|args| args.name = "a/b".to_owned(), "invalid chaincode name 'a/b'"),
        (|args| args.name = "qscc".to_owned(), "name of a system chaincode"),
        (|args| args.version = "1/0".to_owned(), "invalid chaincode version"),
        (|args| args.init_required = true, "init_required is not supported"),
        (|args| args.validation_plugin = "mine".to_owned(), "plugin 'mine' is not available"),
        (|args| args.validation_parameter = Bytes::from_static(b"\xff"), "application policy cannot be decoded"),
        (
            |args| args.collections = Some(CollectionConfigPackage { config: vec![Default::default()] }),
            "declared collections are not supported",
        ),
        (|args| *args = approval(1, "1.0", "loyalty_1:00"), "chaincode install package 'loyalty_1:00' not found"),
    ];
    for (change, reason) in changes {
        let mut args = approval(1, "1.0", &package_id);
        change(&mut args);
        assert_refused(&channel.approve(AURORA, args), reason);
    }
    let mut args = approval(1, "1.0", &package_id);
    let two = ApplicationPolicy::Signature(SignaturePolicy::n_of(2, &[AURORA, BOREA], Role::Peer));
    args.validation_parameter = encode_application_policy(&two);
    args.endorsement_plugin = "escc".to_owned();
    assert_ok(&channel.approve(AURORA, args));
    assert_eq!(channel.readiness(AURORA, 1, "1.0").mismatches[AURORA].items, ["ValidationInfo"]);
}

#[test]
fn an_organisations_own_affairs_are_for_its_administrators_on_its_peers() {
    let channel = Channel::new();
    let package_id = channel.install(b"component");
    let args = approval(1, "1.0", &package_id);
    for creator in [Creator { msp_id: AURORA, role: Role::Client }, admin(BOREA)] {
        for function in [
            "ApproveChaincodeDefinitionForMyOrg",
            "QueryApprovedChaincodeDefinition",
            "QueryApprovedChaincodeDefinitions",
        ] {
            let (response, simulated) = channel.simulate(AURORA, creator, function, &args);
            assert_refused(&response, "failed ACL check");
            assert!(simulated.rwset.namespaces.is_empty());
        }
    }
}

#[test]
fn questions_are_answered_in_fabrics_messages() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    let by_name = QueryChaincodeDefinitionArgs { name: "loyalty".to_owned() };
    let (missing, _) = channel.simulate(AURORA, admin(AURORA), "QueryChaincodeDefinition", &by_name);
    assert_eq!((missing.status, missing.message.as_str()), (404, "namespace loyalty is not defined"));
    channel.define(1, "1.0", &package_id);
    assert_ok(&channel.approve(BOREA, approval(2, "2.0", "")));

    let found: QueryChaincodeDefinitionResult = channel.query(CEDAR, "QueryChaincodeDefinition", &by_name);
    assert_eq!((found.sequence, found.version.as_str()), (1, "1.0"));
    assert_eq!((found.endorsement_plugin.as_str(), found.validation_plugin.as_str()), ("escc", "vscc"));
    assert!(found.approvals.values().all(|approved| *approved) && found.approvals.len() == 3);

    let all: QueryChaincodeDefinitionsResult =
        channel.query(CEDAR, "QueryChaincodeDefinitions", &QueryChaincodeDefinitionsArgs {});
    assert_eq!(all.chaincode_definitions.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["loyalty"]);

    let approved = |own, sequence| -> QueryApprovedChaincodeDefinitionResult {
        let args = QueryApprovedChaincodeDefinitionArgs { name: "loyalty".to_owned(), sequence };
        channel.query(own, "QueryApprovedChaincodeDefinition", &args)
    };
    assert_eq!(approved(BOREA, 0).sequence, 2);
    assert_eq!(
        approved(BOREA, 0).source.unwrap().r#type,
        Some(chaincode_source::Type::Unavailable(Default::default()))
    );
    assert_eq!(approved(AURORA, 0).sequence, 1);
    let local = chaincode_source::Local { package_id };
    assert_eq!(approved(BOREA, 1).source.unwrap().r#type, Some(chaincode_source::Type::LocalPackage(local)));

    let all: QueryApprovedChaincodeDefinitionsResult =
        channel.query(BOREA, "QueryApprovedChaincodeDefinitions", &QueryApprovedChaincodeDefinitionsArgs {});
    let sequences: Vec<_> = all.approved_chaincode_definitions.iter().map(|d| (d.name.as_str(), d.sequence)).collect();
    assert_eq!(sequences, [("loyalty", 1), ("loyalty", 2)]);
}

#[test]
fn a_malformed_approval_is_no_approval_and_no_trouble() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    assert_ok(&channel.approve(AURORA, approval(1, "1.0", &package_id)));
    let mut updates = UpdateBatch::default();
    let write = StateWrite { value: Some(Bytes::from_static(b"\xff")), version: Version::new(1, 0) };
    let key = Bytes::from_static(b"namespaces/approvals/loyalty#1/BoreaMSP");
    updates.put(Namespace::public(LIFECYCLE), key, write);
    channel.state.apply(&updates);
    assert!(!channel.readiness(AURORA, 1, "1.0").approvals[BOREA]);
    assert_ok(&channel.commit(AURORA, &definition(1, "1.0")));
}

#[test]
fn an_approval_needs_its_own_organisation_and_a_commit_the_channel() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    let args = approval(1, "1.0", &package_id);
    let (_, approving) = channel.simulate(BOREA, admin(BOREA), "ApproveChaincodeDefinitionForMyOrg", &args);
    let own = ApplicationPolicy::Signature(SignaturePolicy::n_of(1, &[BOREA], Role::Peer));
    assert_eq!(endorsement_policies(&approving.rwset.namespaces[LIFECYCLE]), [own]);
    assert_ok(&channel.approve(BOREA, args));
    let (_, committing) = channel.simulate(BOREA, admin(BOREA), "CommitChaincodeDefinition", &definition(1, "1.0"));
    let of_channel = ApplicationPolicy::ChannelReference("/Channel/Application/LifecycleEndorsement".to_owned());
    assert_eq!(endorsement_policies(&committing.rwset.namespaces[LIFECYCLE]), [of_channel]);
}

/// The values are those of a definition that a real Fabric peer committed, but for the last field and the version key.
#[test]
fn a_committed_definition_lies_in_state_as_fabric_lays_it() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    assert_ok(&channel.approve(AURORA, approval(1, "1", &package_id)));
    let (_, committing) = channel.simulate(AURORA, admin(AURORA), "CommitChaincodeDefinition", &definition(1, "1"));
    let writes = committing.rwset.namespaces[LIFECYCLE].writes.iter().map(|(key, write)| match write {
        Write::Put(value) => (key.as_str(), hex::encode(value)),
        Write::Delete => (key.as_str(), String::new()),
    });
    let hash = hex::encode(sha256(&[b"component"]));
    let policy = hex::encode("/Channel/Application/Endorsement");
    let metadata =
        ["ChaincodeDefinition", "Sequence", "EndorsementInfo", "ValidationInfo", "Collections", "ComponentHash"]
            .iter()
            .enumerate()
            .map(|(i, name)| format!("{}{:02x}{}", if i == 0 { "0a" } else { "12" }, name.len(), hex::encode(name)));
    let expected = [
        ("namespaces/fields/loyalty/Collections", "1200".to_owned()),
        ("namespaces/fields/loyalty/ComponentHash", format!("1220{hash}")),
        ("namespaces/fields/loyalty/EndorsementInfo", "12090a01311a0465736363".to_owned()),
        ("namespaces/fields/loyalty/Sequence", "0801".to_owned()),
        ("namespaces/fields/loyalty/ValidationInfo", format!("122a0a047673636312221220{policy}")),
        ("namespaces/metadata/loyalty", metadata.collect()),
        ("namespaces/versions/loyalty/1", format!("1220{hash}")),
    ];
    assert_eq!(writes.collect::<Vec<_>>(), expected);
}

#[test]
fn only_what_changes_is_written_again() {
    let mut channel = Channel::new();
    let package_id = channel.install(b"component");
    channel.define(1, "1.0", &package_id);
    for msp_id in [AURORA, BOREA] {
        assert_ok(&channel.approve(msp_id, approval(2, "1.1", &package_id)));
    }
    let (_, upgrade) = channel.simulate(AURORA, admin(AURORA), "CommitChaincodeDefinition", &definition(2, "1.1"));
    let written: Vec<_> = upgrade.rwset.namespaces[LIFECYCLE].writes.keys().map(String::as_str).collect();
    assert_eq!(
        written,
        [
            "namespaces/fields/loyalty/EndorsementInfo",
            "namespaces/fields/loyalty/Sequence",
            "namespaces/versions/loyalty/1.1",
        ]
    );
}

#[test]
fn other_calls_are_refused_in_words() {
    let channel = Channel::new();
    let organisations = [AURORA.to_owned()].into();
    let lifecycle = Lifecycle { own_msp_id: AURORA, organisations: &organisations, packages: &channel.packages };
    let mut simulator = Simulator::new(std::sync::Arc::new(channel.state.clone()), LIFECYCLE, AURORA);
    let mut invoke = |args: &[&'static [u8]]| {
        let args: Vec<_> = args.iter().map(|arg| Bytes::from_static(arg)).collect();
        lifecycle.invoke(&args, admin(AURORA), &mut simulator).unwrap()
    };
    assert_refused(&invoke(&[]), "exactly two arguments but received 0");
    assert_refused(&invoke(&[b"QueryChaincodeDefinition"]), "exactly two arguments but received 1");
    assert_refused(&invoke(&[b"Unknown", b""]), "function 'Unknown' does not exist");
    assert_refused(&invoke(&[b"\xff", b""]), "does not exist");
    assert_refused(
        &invoke(&[b"QueryChaincodeDefinition", b"\xff"]),
        "failed to invoke backing implementation of 'QueryChaincodeDefinition'",
    );
}
