//! Input that no honest client sends: it meets a clear error, nothing of it is kept, and the network goes on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use folio_ca::{Enrolment, Organisation, Validity};
use folio_client::{Call, ClientError, Identity};
use folio_crypto::{Curve, SigningKey};
use folio_proto::protos::SignedProposal;
use folio_tests::guest::{Guest, HOTEL, PROGRAMME, post};
use folio_tests::{Draft, TestNetwork, on_network};
use folio_topology::Process;
use folio_types::{Role, TxId, ValidationCode};
use k256::ecdsa::Signature;
use serde_json::{Value, json};

const DAY_SECONDS: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_meets_a_clear_error_and_nothing_is_lost() -> Result<()> {
    on_network(async |network| {
        let before = network.agreed_tip().await?;
        proposals_that_no_endorser_takes(network).await?;
        identities_that_nobody_vouches_for(network).await?;
        ensure!(network.agreed_tip().await? == before, "a refused proposal left something on the ledger");
        calls_that_the_chaincode_refuses(network).await?;
        a_transaction_counts_once(network).await?;
        a_stay_is_posted_once_and_not_rewritten(network).await?;
        a_departure_before_the_arrival_waits_in_suspense(network).await?;
        points_leave_only_by_the_members_word(network).await?;
        a_component_that_is_none_is_not_installed(network)?;
        a_torn_block_file_is_mended(network).await?;
        a_tampered_block_is_found(network)
    })
    .await
}

fn hotel_get() -> Call {
    Call::new("hotel.get", json!({ "hotel": HOTEL }).to_string())
}

async fn still_works(network: &TestNetwork) -> Result<()> {
    let answer = network.connect("aurora", "pms")?.evaluate(hotel_get()).await.context("the peer no longer answers")?;
    ensure!(serde_json::from_slice::<Value>(&answer)?["hotel"] == HOTEL);
    Ok(())
}

/// Sends proposals that must be refused, each with its words, and tells all that were not.
async fn all_refused(network: &TestNetwork, cases: Vec<(&str, Draft, String)>) -> Result<()> {
    let mut findings = Vec::new();
    for (what, draft, words) in cases {
        findings.extend(refused(network, what, &draft, &words).await.err().map(|error| format!("{error:#}")));
    }
    ensure!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}

/// Sends a proposal that must be refused with these words, and sees that the peer still works.
async fn refused(network: &TestNetwork, what: &str, draft: &Draft, words: &str) -> Result<()> {
    let (proposal, tx_id) = draft.build()?;
    refused_bytes(network, what, draft, proposal, &tx_id, words).await
}

async fn refused_bytes(
    network: &TestNetwork,
    what: &str,
    draft: &Draft,
    proposal: SignedProposal,
    tx_id: &str,
    words: &str,
) -> Result<()> {
    let said = network.endorse(draft, proposal, tx_id).await?;
    let said = said.err().with_context(|| format!("{what}: it was endorsed"))?;
    ensure!(said.contains(words), "{what}: expected {words:?} in {said}");
    still_works(network).await.with_context(|| what.to_owned())
}

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

async fn proposals_that_no_endorser_takes(network: &TestNetwork) -> Result<()> {
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

async fn identities_that_nobody_vouches_for(network: &TestNetwork) -> Result<()> {
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

async fn calls_that_the_chaincode_refuses(network: &TestNetwork) -> Result<()> {
    let guest = Guest::enrol(network).await?;
    let stay = guest.stay(json!({}))?;
    let at_borea = guest.stay(json!({ "hotel": "BOR-RESORT" }))?;
    let mut torn = post(network, HOTEL, &stay)?;
    torn.args[1] = Bytes::from_static(b"{\"request_id\":");
    let mut long = post(network, HOTEL, &stay)?;
    long.args[1] = Bytes::from(format!("{{\"request_id\":\"{}\"}}", "x".repeat(70 * 1024)));
    let torn_stay = post(network, HOTEL, &stay)?.with_transient("stay", "{\"hotel\":");
    let no_stay = Call { transient: [].into(), ..post(network, HOTEL, &stay)? };
    let other_secret = post(network, HOTEL, &stay)?.with_transient("secret", vec![7; 32]);
    let enrolment = json!({ "request_id": "mallory", "programme": PROGRAMME, "as_of": "2016-03-02" }).to_string();
    let cases = [
        ("unknown function", "pms", Call::new("stay.forge", "{}"), "UNKNOWN_FUNCTION"),
        ("no function", "pms", Call::default(), "BAD_ARGUMENTS"),
        ("torn JSON", "pms", torn, "BAD_ARGUMENTS"),
        ("arguments without end", "pms", long, "BAD_ARGUMENTS"),
        ("torn JSON of the stay", "pms", torn_stay, "STAY_MALFORMED"),
        ("no stay", "pms", no_stay, "STAY_MISSING"),
        ("another secret", "pms", other_secret, ""),
        ("role that posts no stays", "auditor", post(network, HOTEL, &stay)?, "ROLE_NOT_ALLOWED"),
        (
            "front desk of hotel A for hotel B",
            "frontdesk",
            post(network, "BOR-RESORT", &at_borea)?,
            "ORGANISATION_NOT_ALLOWED",
        ),
        ("role that enrols nobody", "auditor", Call::new("member.enrol", enrolment), "ROLE_NOT_ALLOWED"),
    ];
    let mut drafts = Vec::new();
    for (what, user, call, code) in cases {
        let draft = Draft::new(network, network.identity("aurora", user)?, call);
        drafts.push((what, draft, format!("chaincode response 500, {code}")));
    }
    all_refused(network, drafts).await
}

/// A proposal that was committed is refused when it comes again, and its transaction is invalid.
async fn a_transaction_counts_once(network: &TestNetwork) -> Result<()> {
    let guest = Guest::enrol(network).await?;
    let stay = || post(network, HOTEL, &guest.stay(json!({}))?);
    let draft = Draft::new(network, network.identity("aurora", "pms")?, stay()?);
    let (proposal, tx_id) = draft.build()?;
    let payload = network.endorse(&draft, proposal.clone(), &tx_id).await?.map_err(anyhow::Error::msg)?;
    // Orderers know no transaction ids.
    network.order(&draft, &payload, &tx_id).await?;
    network.order(&draft, &payload, &tx_id).await?;
    let pms = network.connect("aurora", "pms")?;
    let (block, code) = pms.commit_status(TxId::parse(&tx_id)?).await?;
    ensure!(code.is_valid(), "{code:?}");
    // Whatever comes next stands behind the second copy.
    let next = pms.transact(stay()?).await?;
    let blocks = network.blocks("cedar", block..=next.block).await?;
    let verdicts: Vec<_> = blocks.iter().flat_map(|block| block.verdicts().collect::<Vec<_>>()).collect();
    ensure!(verdicts == [ValidationCode::Valid, ValidationCode::DuplicateTxid, ValidationCode::Valid], "{verdicts:?}");
    refused_bytes(network, "a proposal sent again", &draft, proposal, &tx_id, "duplicate transaction").await
}

async fn a_stay_is_posted_once_and_not_rewritten(network: &TestNetwork) -> Result<()> {
    let guest = Guest::enrol(network).await?;
    let pms = network.connect("aurora", "pms")?;
    let stay = guest.stay(json!({}))?;
    let (one, two) =
        (pms.endorse(post(network, HOTEL, &stay)?).await?, pms.endorse(post(network, HOTEL, &stay)?).await?);
    let first: Value = serde_json::from_slice(&pms.finish(one).await?.result)?;
    ensure!(first["outcome"] == "posted", "{first}");
    match pms.finish(two).await {
        Err(ClientError::Invalid { code: ValidationCode::MvccReadConflict, .. }) => {}
        other => anyhow::bail!("two submissions of one stay at once: {other:?}"),
    }
    let answer = pms.endorse(post(network, HOTEL, &stay)?).await?;
    ensure!(answer.changes_nothing(), "a stay that is there would be written again");
    ensure!(serde_json::from_slice::<Value>(&answer.result)?["duplicate"] == true);
    let mut dearer = stay.clone();
    dearer["rooms"][0]["lines"][0]["net"] = json!(20_000);
    let draft = Draft::new(network, network.identity("aurora", "pms")?, post(network, HOTEL, &dearer)?);
    refused(network, "same version, other content", &draft, "STAY_CONTENT_DIFFERS").await
}

async fn a_departure_before_the_arrival_waits_in_suspense(network: &TestNetwork) -> Result<()> {
    let guest = Guest::enrol(network).await?;
    let stay = guest.stay(json!({ "arrival": "2016-03-05" }))?;
    let committed = network.connect("aurora", "pms")?.transact(post(network, HOTEL, &stay)?).await?;
    let receipt: Value = serde_json::from_slice(&committed.result)?;
    ensure!(receipt["outcome"] == "suspended", "{receipt}");
    ensure!(receipt["reasons"] == json!(["DEPARTURE_BEFORE_ARRIVAL"]), "{receipt}");
    Ok(())
}

async fn points_leave_only_by_the_members_word(network: &TestNetwork) -> Result<()> {
    let (guest, friend) = (Guest::enrol(network).await?, Guest::enrol(network).await?);
    let pms = network.connect("aurora", "pms")?;
    for member in [&guest, &friend] {
        pms.transact(post(network, HOTEL, &member.stay(json!({}))?)?).await?;
    }
    let good = guest.transfer(&friend.member, 1000, json!({}))?;
    let altered = |from: &str, to: &str| {
        let mut altered = good.clone();
        altered["intent"] = json!(good["intent"].as_str().unwrap_or_default().replace(from, to));
        altered
    };
    let mut unsigned = good.clone();
    unsigned["signature"] = json!("3006020101020101");
    let cases = [
        ("altered amount", altered("\"points\":1000", "\"points\":9000"), "INTENT_SIGNATURE_INVALID"),
        ("altered receiver", altered(&friend.member, &guest.member), "INTENT_SIGNATURE_INVALID"),
        ("signature of nobody", unsigned, "INTENT_SIGNATURE_INVALID"),
        ("no word", json!({ "request_id": "no-word" }), "MANDATE_MISSING"),
        (
            "intent for another function",
            guest.transfer(&friend.member, 1000, json!({ "function": "reward.reserve" }))?,
            "INTENT_FOR_OTHER",
        ),
        (
            "intent for another channel",
            guest.transfer(&friend.member, 1000, json!({ "channel": "other" }))?,
            "INTENT_FOR_OTHER",
        ),
        (
            "intent of yesterday",
            guest.transfer(&friend.member, 1000, json!({ "valid_until": 1_700_000_000 }))?,
            "INTENT_EXPIRED",
        ),
        ("overdraft", guest.transfer(&friend.member, 2000, json!({}))?, "POINTS_INSUFFICIENT"),
    ];
    let call = |arguments: &Value| Call::new("points.transfer", arguments.to_string());
    let agent = network.identity("cedar", "agent")?;
    let draft = |arguments: &Value| Draft::new(network, agent.clone(), call(arguments));
    let cases = cases.map(|(what, arguments, words)| (what, draft(&arguments), words.to_owned()));
    all_refused(network, cases.into()).await?;
    pms.transact(call(&good)).await.context("the sound intent")?;
    let mut replayed = good.clone();
    replayed["request_id"] = json!("another-request");
    refused(network, "intent used before", &draft(&replayed), "INTENT_REPLAYED").await
}

fn a_component_that_is_none_is_not_installed(network: &TestNetwork) -> Result<()> {
    let file = network.scratch().join("garbage.wasm");
    std::fs::write(&file, b"\0asm no component")?;
    let output = network.output(["chaincode", "upgrade", file.to_str().context("path")?, "--version", "9.9.9"])?;
    ensure!(output.code == Some(1) && output.err.contains("did not install"), "{output:?}");
    Ok(())
}

/// The end of the file is what a power cut leaves unwritten. What is lost there comes from the orderer again.
async fn a_torn_block_file_is_mended(network: &TestNetwork) -> Result<()> {
    let before = network.agreed_tip().await?;
    let cedar = network.process("peer0.cedar")?;
    cedar.kill();
    let file = std::fs::OpenOptions::new().write(true).open(blocks_of(&cedar))?;
    file.set_len(file.metadata()?.len() - 7)?;
    network.restart(&cedar)?;
    ensure!(network.agreed_tip().await? == before);
    network.verify().map(|_| ())
}

fn a_tampered_block_is_found(network: &TestNetwork) -> Result<()> {
    let cedar = network.process("peer0.cedar")?;
    cedar.stop();
    let file = blocks_of(&cedar);
    let mut bytes = std::fs::read(&file)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes)?;
    let output = network.output(["ledger", "verify", "--json"])?;
    ensure!(output.code != Some(0), "a tampered block was not found: {output:?}");
    ensure!(format!("{}{}", output.out, output.err).contains("peer0.cedar"), "{output:?}");
    Ok(())
}

fn blocks_of(peer: &Process) -> PathBuf {
    peer.folder.join("data/ledger/blocks/000000.blocks")
}
