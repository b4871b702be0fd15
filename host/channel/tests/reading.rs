//! Configurations that are read, and those that are refused.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use bytes::Bytes;
use common::*;
use folio_ca::Organisation;
use folio_channel::{ChannelConfig, ChannelError};
use folio_crypto::Curve;
use folio_wire::{
    Timestamp,
    config::{BatchSize, BatchTimeout, Capabilities, ConfigGroup, ConfigValue, Endpoints, genesis_block},
};

#[test]
fn block_0_says_who_takes_part_and_how() {
    let consortium = Consortium::found();
    let timestamp = Timestamp { seconds: 1_600_000_000, nanos: 0 };
    let block = genesis_block("folio", &consortium.config, timestamp, &Bytes::from_static(&[7; 24]));
    let channel = ChannelConfig::from_block(&block).unwrap();
    assert_eq!((channel.id(), channel.sequence()), ("folio", 3));
    assert_eq!(channel.msps().ids().collect::<Vec<_>>(), ["AuroraMSP", "BoreaMSP", "CedarMSP", "OrdererMSP"]);
    assert_eq!(channel.batch().size.envelopes_max, 500);
    assert_eq!(channel.batch().timeout, Duration::from_millis(200));
    assert_eq!(channel.consensus().name, "solo");
    let names: Vec<_> = channel.organisations().iter().map(|it| it.msp_id.as_str()).collect();
    assert_eq!(names, ORGANISATIONS);
    assert_eq!(channel.organisations()[0].anchor_peers, ["peer0:7051"]);
    let aurora = consortium.organisations[0].tls_authority().certificate_pem();
    assert_eq!(channel.organisations()[0].tls_roots, [aurora.as_bytes()]);
    assert_eq!(channel.orderer_organisations()[0].name, "OrdererOrg");
    assert_eq!(channel.orderer_msp_ids(), ["OrdererMSP"]);
    assert_eq!(channel.orderer_tls_roots(), [consortium.orderer.tls_authority().certificate_pem().as_bytes()]);
    assert_eq!(channel.orderer_addresses(), ["orderer.folio:7050"]);
}

#[test]
fn addresses_of_an_orderers_organisation_go_before_those_of_the_channel() {
    let mut consortium = Consortium::found();
    let organisation = below(&mut consortium.config.channel, &["Orderer", "OrdererOrg"]);
    organisation.set(&Endpoints(vec!["orderer0:7050".to_owned(), "orderer1:7050".to_owned()]), "Admins");
    assert_eq!(consortium.channel().orderer_addresses(), ["orderer0:7050", "orderer1:7050"]);
}

type Change = fn(&mut ConfigGroup);
type Refusal = fn(&ChannelError) -> bool;

#[test]
fn a_configuration_that_is_not_understood_is_refused_as_a_whole() {
    let rows: [(&str, Change, Refusal); 12] = [
        ("no application", |it| drop(it.groups.remove("Application")), missing),
        ("no orderer", |it| drop(it.groups.remove("Orderer")), missing),
        ("no MSP", |it| drop(below(it, &["Application", "CedarMSP"]).values.remove("MSP")), missing),
        ("no batch size", |it| drop(below(it, &["Orderer"]).values.remove("BatchSize")), missing),
        ("no consensus", |it| drop(below(it, &["Orderer"]).values.remove("ConsensusType")), missing),
        ("no envelopes", |it| size(it, 0, 50), batch),
        ("preferred above most", |it| size(it, 10, 101), batch),
        ("no time", |it| below(it, &["Orderer"]).set(&BatchTimeout(Duration::ZERO), "Admins"), batch),
        (
            "unknown capability",
            |it| it.set(&Capabilities(["V9_9".to_owned()].into()), "Admins"),
            |error| matches!(error, ChannelError::Capability { group, capability } if group == "/Channel" && capability == "V9_9"),
        ),
        (
            "unknown capability of the application",
            |it| below(it, &["Application"]).set(&Capabilities(["V3_0".to_owned()].into()), "Admins"),
            |error| matches!(error, ChannelError::Capability { group, .. } if group == "/Channel/Application"),
        ),
        (
            "garbage as MSP",
            |it| {
                let value = ConfigValue { value: Bytes::from_static(b"\xff"), ..ConfigValue::default() };
                below(it, &["Application", "CedarMSP"]).values.insert("MSP".to_owned(), value);
            },
            |error| matches!(error, ChannelError::Wire(_)),
        ),
        (
            "one organisation with two roots",
            |it| {
                let other = Organisation::create("AuroraMSP", Curve::P256, CENTURY).unwrap();
                below(it, &["Orderer"]).groups.insert("Other".to_owned(), organisation_group(&other));
            },
            |error| matches!(error, ChannelError::Contradiction { msp_id } if msp_id == "AuroraMSP"),
        ),
    ];
    for (name, change, expected) in rows {
        let mut consortium = Consortium::found();
        change(&mut consortium.config.channel);
        let error = ChannelConfig::new("folio", &consortium.config).unwrap_err();
        assert!(expected(&error), "{name}: {error}");
    }
}

#[test]
fn an_organisation_may_both_run_chaincodes_and_order() {
    let mut consortium = Consortium::found();
    let aurora = organisation_group(&consortium.organisations[0]);
    below(&mut consortium.config.channel, &["Orderer"]).groups.insert("AuroraMSP".to_owned(), aurora);
    assert_eq!(consortium.channel().orderer_msp_ids(), ["AuroraMSP", "OrdererMSP"]);
}

#[test]
fn a_channel_has_a_name_that_fabric_would_take() {
    let config = Consortium::found().config;
    for good in ["a", "folio", "folio-2.test"] {
        assert_eq!(ChannelConfig::new(good, &config).unwrap().id(), good);
    }
    for bad in ["", "Folio", "1folio", "-folio", "fo_lio", "fo/lio", &"x".repeat(250)] {
        assert!(matches!(ChannelConfig::new(bad, &config), Err(ChannelError::Id { .. })), "{bad}");
    }
}

fn size(channel: &mut ConfigGroup, envelopes_max: u32, preferred_bytes_max: u32) {
    let size = BatchSize { envelopes_max, bytes_max: 100, preferred_bytes_max };
    below(channel, &["Orderer"]).set(&size, "Admins");
}

fn missing(error: &ChannelError) -> bool {
    matches!(error, ChannelError::Missing { .. })
}

fn batch(error: &ChannelError) -> bool {
    matches!(error, ChannelError::Batch { .. })
}

fn below<'a>(group: &'a mut ConfigGroup, path: &[&str]) -> &'a mut ConfigGroup {
    path.iter().fold(group, |group, name| group.groups.get_mut(*name).unwrap())
}
