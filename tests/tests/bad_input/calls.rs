//! Calls that the rules of loyalty refuse, and transactions that come twice.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use folio_client::{Call, ClientError};
use folio_tests::guest::{Guest, HOTEL, PROGRAMME, post};
use folio_tests::{Draft, TestNetwork};
use folio_types::{TxId, ValidationCode};
use serde_json::{Value, json};

use crate::support::{all_refused, refused, refused_bytes};

pub(crate) async fn calls_that_the_chaincode_refuses(network: &TestNetwork) -> Result<()> {
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
pub(crate) async fn a_transaction_counts_once(network: &TestNetwork) -> Result<()> {
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

pub(crate) async fn a_stay_is_posted_once_and_not_rewritten(network: &TestNetwork) -> Result<()> {
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

pub(crate) async fn a_departure_before_the_arrival_waits_in_suspense(network: &TestNetwork) -> Result<()> {
    let guest = Guest::enrol(network).await?;
    let stay = guest.stay(json!({ "arrival": "2016-03-05" }))?;
    let committed = network.connect("aurora", "pms")?.transact(post(network, HOTEL, &stay)?).await?;
    let receipt: Value = serde_json::from_slice(&committed.result)?;
    ensure!(receipt["outcome"] == "suspended", "{receipt}");
    ensure!(receipt["reasons"] == json!(["DEPARTURE_BEFORE_ARRIVAL"]), "{receipt}");
    Ok(())
}

pub(crate) async fn points_leave_only_by_the_members_word(network: &TestNetwork) -> Result<()> {
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
