//! Any function of the chaincode, called by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::fs;

use folio_tests::guest::{Guest, HOTEL, PROGRAMME, post};
use folio_tests::{Output, TestNetwork, on_network};
use serde_json::{Value, json};

fn answer(output: Output) -> Value {
    let [object] = output.objects().unwrap().try_into().unwrap_or_else(|lines| panic!("one line: {lines:?}"));
    object
}

fn invoke(network: &TestNetwork, function: &str, arguments: &str, more: &[&str]) -> anyhow::Result<Output> {
    network.output(["chaincode", "invoke", function, arguments].iter().chain(more))
}

fn query(network: &TestNetwork, function: &str, arguments: &Value, more: &[&str]) -> anyhow::Result<Output> {
    network.output(["chaincode", "query", function, &arguments.to_string()].iter().chain(more))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_is_called_as_whom_it_lets_and_a_repeated_call_is_done_once() -> anyhow::Result<()> {
    on_network(async |network| {
        chains_agree_on_a_price(network)?;
        a_stay_and_the_members_own_word(network).await?;
        what_is_wrong_with_a_call_is_said(network)
    })
    .await
}

fn chains_agree_on_a_price(network: &TestNetwork) -> anyhow::Result<()> {
    let between = json!({ "programme": PROGRAMME, "host": "BoreaMSP" });
    let proposal = json!({
        "request_id": "agreement-1", "programme": PROGRAMME, "host": "BoreaMSP",
        "agreement": {
            "effective_from": "2015-01-01", "currency": "USD",
            "accrual_per_thousand": "4.20", "redemption": { "per_thousand": "3.10" },
        },
    });
    let file = network.scratch().join("proposal.json");
    fs::write(&file, proposal.to_string())?;
    let file = format!("@{}", file.display());
    let first = invoke(network, "agreement.propose", &file, &[])?;
    assert!(first.err.contains("is in block") && !first.err.contains("request_id"), "{}", first.err);
    let again = invoke(network, "agreement.propose", &file, &[])?;
    assert!(again.err.contains("nothing was to be written"), "{}", again.err);
    let proposed = answer(first);
    assert_eq!(proposed, answer(again));
    let mut word = between.clone();
    word["number"] = proposed["number"].clone();
    let refused = invoke(network, "agreement.accept", &word.to_string(), &["--as", "aurora/admin"])?;
    assert_eq!(refused.code, Some(1), "{}{}", refused.out, refused.err);
    let accepted = invoke(network, "agreement.accept", &word.to_string(), &["--as", "BoreaMSP/admin"])?;
    assert!(accepted.err.starts_with("request_id "), "{}", accepted.err);
    accepted.success()?;
    let known = answer(query(network, "agreement.get", &between, &["--as", "cedar/auditor"])?);
    let agreed = &known["in_force"][0];
    assert_eq!(agreed["accepted_by"], json!("BoreaMSP"), "{known}");
    assert_eq!(agreed["agreement"]["accrual_per_thousand"], json!("21/5"), "{known}");
    Ok(())
}

async fn a_stay_and_the_members_own_word(network: &TestNetwork) -> anyhow::Result<()> {
    let (from, to) = (Guest::enrol(network).await?, Guest::enrol(network).await?);
    network.connect("aurora", "pms")?.transact(post(network, HOTEL, &to.stay(json!({}))?)?).await?;
    let line = json!({
        "folio": "1", "posting": "1", "date": "2016-03-01", "category": 9, "net": 1_000_000, "gross": 1_000_000,
        "currency": "EUR",
    });
    let mut stay = from.stay(json!({}))?;
    stay["rooms"][0]["lines"] = json!([line]);
    let file = network.scratch().join("stay.json");
    fs::write(&file, stay.to_string())?;
    let report = json!({ "hotel": HOTEL, "as_of": "2016-03-02" }).to_string();
    let transient = format!("stay=@{}", file.display());
    let told = ["--as", "aurora/pms", "--secret", "--transient", &transient];
    let receipt = answer(invoke(network, "stay.post", &report, &told)?);
    assert_eq!(receipt["outcome"], json!("posted"), "{receipt}");

    let keys = network.scratch().join("keys");
    let [own, other] = [&from, &to].map(|guest| guest.write_key(&keys).unwrap().display().to_string());
    let wish = json!({
        "programme": PROGRAMME, "member": from.member, "to": to.member, "points": 6_000, "as_of": "2016-03-02",
    });
    let signed = ["--as", "aurora/agent", "--sign", &own];
    answer(invoke(network, "points.transfer", &wish.to_string(), &signed)?);
    let account = answer(query(network, "member.get", &json!({ "member": to.member }), &["--as", "auditor"])?);
    assert!(account.to_string().contains("6000"), "{account}");

    let stolen = invoke(network, "points.transfer", &wish.to_string(), &["--as", "aurora/agent", "--sign", &other])?;
    assert!(stolen.code == Some(1) && stolen.err.contains("SIGNATURE"), "{}", stolen.err);
    Ok(())
}

fn what_is_wrong_with_a_call_is_said(network: &TestNetwork) -> anyhow::Result<()> {
    for (words, said) in [
        (&["invoke", "fx.post", "{}", "--as", "auditor"][..], "missing field"),
        (&["query", "no.such"], "UNKNOWN_FUNCTION"),
        (&["query", "policy.get", "{"], "no JSON"),
        (&["query", "policy.get", "[]"], "no JSON object"),
        (&["query", "policy.get", "@no-such-file"], "no-such-file"),
        (&["query", "policy.get", "--as", "nobody"], "nobody"),
        (&["query", "policy.get", "--as", "nowhere/admin"], "nowhere"),
        (&["query", "policy.get", "--transient", "secret"], "NAME=TEXT"),
        (&["query", "policy.get", "--name", "no-such"], "no-such"),
        (&["invoke", "points.transfer", "--sign", "/no-such-folder/key.pem"], "no-such-folder"),
    ] {
        let output = network.output(["chaincode"].iter().chain(words))?;
        assert!(output.code == Some(1) && output.err.contains(said), "{words:?}: {}", output.err);
    }
    Ok(())
}
