//! Who may do what on a channel.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use common::*;
use folio_channel::{ChannelConfig, path};
use folio_msp::{Identity, satisfied};
use folio_types::{ApplicationPolicy, MetaRule, Role, SignaturePolicy};
use folio_wire::config::{Acls, ConfigGroup};

#[test]
fn paths_lead_to_policies_and_policies_to_those_below() {
    let consortium = Consortium::found();
    let channel = consortium.channel();
    let one = |msp_id: &str, role| vec![consortium.identity(&channel, msp_id, role)];
    let endorsers = ORGANISATIONS.map(|id| consortium.identity(&channel, id, Role::Peer));
    let peers = |count: usize| endorsers[..count].to_vec();
    let rows: [(&str, Vec<Arc<Identity>>, bool); 21] = [
        (path::WRITERS, one("AuroraMSP", Role::Client), true),
        (path::WRITERS, one("AuroraMSP", Role::Peer), false),
        (path::WRITERS, one("OrdererMSP", Role::Orderer), false),
        (path::WRITERS, vec![], false),
        (path::READERS, one("CedarMSP", Role::Peer), true),
        (path::READERS, one("OrdererMSP", Role::Orderer), false),
        (path::BROADCAST, one("BoreaMSP", Role::Client), true),
        (path::BROADCAST, one("OrdererMSP", Role::Orderer), true),
        (path::BROADCAST, one("BoreaMSP", Role::Peer), false),
        (path::DELIVER, one("BoreaMSP", Role::Peer), true),
        (path::BLOCK_VALIDATION, one("OrdererMSP", Role::Orderer), true),
        (path::BLOCK_VALIDATION, one("AuroraMSP", Role::Admin), false),
        (path::ENDORSEMENT, peers(1), false),
        (path::ENDORSEMENT, peers(2), true),
        (path::LIFECYCLE_ENDORSEMENT, peers(3), true),
        (path::ENDORSEMENT, [peers(1), peers(1)].concat(), false),
        ("/Channel/Application/AuroraMSP/Admins", one("AuroraMSP", Role::Admin), true),
        ("/Channel/Application/AuroraMSP/Admins", one("BoreaMSP", Role::Admin), false),
        ("/Channel/Application/Nothing", peers(3), false),
        ("Channel/Application/Writers", one("AuroraMSP", Role::Client), false),
        ("", peers(3), false),
    ];
    for (path, signers, expected) in rows {
        let who: Vec<_> = signers.iter().map(|it| (it.msp_id.as_str(), it.role)).collect();
        assert_eq!(channel.satisfied(path, &signers), expected, "{path} by {who:?}");
    }
}

#[test]
fn meta_rules_count_all_groups_below_even_those_without_the_policy() {
    for (rule, needed) in [(MetaRule::Any, 1), (MetaRule::Majority, 2), (MetaRule::All, 3)] {
        let mut consortium = Consortium::found();
        application(&mut consortium).set_policy("Endorsement", meta(rule, "Endorsement"), "Admins");
        let channel = consortium.channel();
        let endorsers = ORGANISATIONS.map(|id| consortium.identity(&channel, id, Role::Peer));
        for count in 0..=3 {
            assert_eq!(channel.satisfied(path::ENDORSEMENT, &endorsers[..count]), count >= needed, "{rule:?} {count}");
        }
        application(&mut consortium).groups.get_mut("CedarMSP").unwrap().policies.remove("Endorsement");
        let without = consortium.channel();
        assert_eq!(without.satisfied(path::ENDORSEMENT, &endorsers), needed < 3, "{rule:?}");
    }
}

#[test]
fn a_meta_policy_over_no_groups_is_satisfied_by_nobody() {
    for rule in [MetaRule::Any, MetaRule::Majority, MetaRule::All] {
        let mut consortium = Consortium::found();
        let aurora = application(&mut consortium).groups.get_mut("AuroraMSP").unwrap();
        aurora.set_policy("Readers", meta(rule, "Readers"), "Admins");
        let channel = consortium.channel();
        let signers = [consortium.identity(&channel, "AuroraMSP", Role::Client)];
        assert!(!channel.satisfied("/Channel/Application/AuroraMSP/Readers", &signers), "{rule:?}");
        assert!(!channel.satisfied("/Channel/Application/AuroraMSP/Readers", &[]), "{rule:?}");
    }
}

#[test]
fn an_endorsement_policy_is_stated_or_refers_to_the_channels() {
    let consortium = Consortium::found();
    let channel = consortium.channel();
    let endorsers = ORGANISATIONS.map(|id| consortium.identity(&channel, id, Role::Peer));
    let stated = ApplicationPolicy::Signature(SignaturePolicy::n_of(2, &["AuroraMSP", "BoreaMSP"], Role::Peer));
    let referred = ApplicationPolicy::ChannelReference(path::ENDORSEMENT.to_owned());
    let lost = ApplicationPolicy::ChannelReference("/Channel/Application/Lost".to_owned());
    for (policy, signers, expected) in [
        (&stated, &endorsers[..2], true),
        (&stated, &endorsers[1..], false),
        (&referred, &endorsers[1..], true),
        (&referred, &endorsers[..1], false),
        (&lost, &endorsers[..], false),
    ] {
        assert_eq!(channel.endorsed(policy, signers), expected);
        // The flat form, to plan by, agrees where each organisation's policy asks for its own.
        let flat = channel.application_policy(policy);
        assert_eq!(flat.is_some_and(|flat| satisfied(&flat, signers)), expected);
    }
    assert_eq!(channel.lifecycle_endorsement(), channel.flat_policy(path::LIFECYCLE_ENDORSEMENT));
}

#[test]
fn a_bare_name_in_an_acl_is_a_policy_of_the_application() {
    let mut consortium = Consortium::found();
    let acls = [("peer/Propose", path::BROADCAST), ("event/Block", "Readers")];
    let acls = acls.map(|(resource, policy)| (resource.to_owned(), policy.to_owned()));
    application(&mut consortium).set(&Acls(acls.into()), "Admins");
    let channel: ChannelConfig = consortium.channel();
    assert_eq!(channel.acl("peer/Propose").as_deref(), Some(path::BROADCAST));
    assert_eq!(channel.acl("event/Block").as_deref(), Some(path::READERS));
    assert_eq!(channel.acl("qscc/GetChainInfo"), None);
}

fn application(consortium: &mut Consortium) -> &mut ConfigGroup {
    consortium.config.channel.groups.get_mut("Application").unwrap()
}
