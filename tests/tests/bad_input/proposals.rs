//! Proposals that are not what they claim to be, and identities that nobody vouches for.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use bytes::Bytes;
use folio_ca::{Enrolment, Organisation, Validity};
use folio_client::Identity;
use folio_crypto::{Curve, SigningKey};
use folio_proto::protos::SignedProposal;
use folio_tests::{Draft, TestNetwork};
use folio_types::Role;
use k256::ecdsa::Signature;

use crate::support::{all_refused, hotel_get, refused, refused_bytes};

const DAY_SECONDS: i64 = 86_400;

/// What is wrong with a proposal: its name, how it comes about, and words of the refusal.
type Spoilt = (&'static str, fn(&mut Draft), &'static str);

fn unsigned(_: &Identity, _: &[u8]) -> Bytes {
    Bytes::new()
}

fn signed_by_another(_: &Identity, message: &[u8]) -> Bytes {
    SigningKey::generate(Curve::Secp256k1).unwrap().sign(message).into()
}

fn signed_over_other_bytes(identity: &Identity, message: &[u8]) -> Bytes {
    identity.sign(&message[1..])
}

/// The other signature over the same message, with the high S.
fn signed_with_high_s(identity: &Identity, message: &[u8]) -> Bytes {
    let signature = Signature::from_der(&identity.sign(message)).unwrap();
    let (r, s) = signature.split_scalars();
    let high = Signature::from_scalars(r, -s).unwrap();
    Bytes::copy_from_slice(high.to_der().as_bytes())
}

pub(crate) async fn proposals_that_no_endorser_takes(network: &TestNetwork) -> Result<()> {
    let sound = Draft::new(network, network.identity("aurora", "pms")?, hotel_get());
    let large = "x".repeat(5 * 1024 * 1024);
    let cases: [Spoilt; 9] = [
        ("unsigned", |draft| draft.sign = unsigned, "signature"),
        ("signed by another key", |draft| draft.sign = signed_by_another, "signature"),
        ("signed over other bytes", |draft| draft.sign = signed_over_other_bytes, "signature"),
        ("signed with a high S", |draft| draft.sign = signed_with_high_s, "signature"),
        ("from yesterday", |draft| draft.clock_off_seconds = -DAY_SECONDS, "timestamp"),
        ("from tomorrow", |draft| draft.clock_off_seconds = DAY_SECONDS, "timestamp"),
        ("unknown channel", |draft| draft.channel = "nowhere".to_owned(), "nowhere"),
        ("unknown chaincode", |draft| draft.chaincode = "nothing".to_owned(), "nothing"),
        ("no chaincode", |draft| draft.chaincode.clear(), "chaincode"),
    ];
    let spoilt = cases.map(|(what, spoil, words)| {
        let mut draft = sound.clone();
        spoil(&mut draft);
        (what, draft, words.to_owned())
    });
    all_refused(network, spoilt.into()).await?;
    let mut draft = sound.clone();
    draft.call = hotel_get().with_transient("stay", large);
    refused(network, "more bytes than a proposal may have", &draft, "bytes").await?;

    let (proposal, tx_id) = sound.build()?;
    let garbage = SignedProposal { proposal_bytes: Bytes::from_static(b"\xff\xff\xff"), ..proposal.clone() };
    refused_bytes(network, "no protobuf", &sound, garbage, &tx_id, "proposal").await?;
    let half = proposal.proposal_bytes.slice(..proposal.proposal_bytes.len() / 2);
    let half = SignedProposal { proposal_bytes: half, ..proposal };
    refused_bytes(network, "half a proposal", &sound, half, &tx_id, "proposal").await
}

pub(crate) async fn identities_that_nobody_vouches_for(network: &TestNetwork) -> Result<()> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let year = Validity::days(now - 3600, 365);
    let own = Organisation::load(&network.network().authority("aurora"))?;
    let foreign = Organisation::create("AuroraMSP", Curve::Secp256k1, year)?;
    let elsewhere = Organisation::create("NowhereMSP", Curve::Secp256k1, year)?;
    let past = Validity { not_before: now - 3500, not_after: now - 60 };
    let enrol = |organisation: &Organisation, msp_id: &str, role, validity| -> Result<Arc<Identity>> {
        let enrolment = Enrolment { common_name: "mallory".to_owned(), role, attributes: [].into() };
        let credential = organisation.enrol(&enrolment, Curve::Secp256k1, validity)?;
        Ok(Arc::new(Identity::new(msp_id, credential.certificate_pem, credential.key)))
    };
    let stolen = Identity::new(
        "AuroraMSP",
        std::fs::read(network.network().user("aurora", "pms").join("cert.pem"))?,
        SigningKey::generate(Curve::Secp256k1)?,
    );
    let nonsense = Identity::new("AuroraMSP", "no certificate", SigningKey::generate(Curve::Secp256k1)?);
    let cases = [
        ("foreign CA", enrol(&foreign, "AuroraMSP", Role::Client, year)?, "access denied"),
        ("unknown organisation", enrol(&elsewhere, "NowhereMSP", Role::Client, year)?, "NowhereMSP"),
        ("organisation of another", enrol(&own, "BoreaMSP", Role::Client, year)?, "access denied"),
        ("expired certificate", enrol(&own, "AuroraMSP", Role::Client, past)?, "expired"),
        ("role that may not write", enrol(&own, "AuroraMSP", Role::Peer, year)?, "policy"),
        ("certificate without its key", Arc::new(stolen), "signature"),
        ("no certificate", Arc::new(nonsense), "access denied"),
    ];
    let draft = |identity| Draft::new(network, identity, hotel_get());
    let cases = cases.map(|(what, identity, words)| (what, draft(identity), words.to_owned()));
    all_refused(network, cases.into()).await
}
