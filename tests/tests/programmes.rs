//! A programme's way from a file into force, with the commands that its owner uses.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use folio_tests::guest::Guest;
use folio_tests::{Folio, Output, TestNetwork, on_network, workspace};
use serde_json::{Value, json};

/// Exit code of a check that found something.
const FOUND: Option<i32> = Some(3);

fn shipped(id: &str) -> PathBuf {
    workspace().join("chaincode/loyalty/programmes").join(id).with_extension("toml")
}

/// A copy of a shipped programme with some text replaced.
fn altered(folder: &Path, id: &str, changes: &[(&str, &str)]) -> String {
    let mut text = fs::read_to_string(shipped(id)).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let file = folder.join(format!("{id}-altered.toml"));
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

fn only_object(output: Output) -> Value {
    let lines: Vec<Value> = output.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [object] = lines.as_slice() else { panic!("{}{}", output.out, output.err) };
    object.clone()
}

#[test]
fn a_check_names_file_key_and_rule_of_everything_that_is_wrong() {
    let folio = Folio::built().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let good = shipped("hilton-honors").display().to_string();
    let said = folio.run(["programme", "check", &good]).unwrap();
    assert!(said.starts_with(&good) && said.ends_with("ok\n"), "{said}");
    for (changes, keys) in [
        (
            &[("version = 1\n", "version = 0\n"), ("currency = \"USD\"", "currency = \"QQQ\"")][..],
            &["version", "currency"][..],
        ),
        (&[("currency = \"USD\"", "curency = \"USD\"")], &[""]),
    ] {
        let bad = altered(folder.path(), "hilton-honors", changes);
        let output = folio.output(["programme", "check", &bad]).unwrap();
        assert_eq!(output.code, FOUND, "{}{}", output.out, output.err);
        assert!(output.out.contains(&bad), "{}", output.out);
        let output = folio.output(["programme", "check", &bad, "--json"]).unwrap();
        let object = only_object(output);
        let problems = object["problems"].as_array().unwrap().iter();
        let found: Vec<_> = problems.map(|problem| problem["key"].as_str().unwrap()).collect();
        assert_eq!((&object["ok"], found), (&json!(false), keys.to_vec()), "{object}");
    }
    let missing = folio.output(["programme", "check", "no-such-file.toml"]).unwrap();
    assert!(missing.code == Some(1) && missing.err.contains("no-such-file.toml"), "{}", missing.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_compared_tried_decided_on_and_in_force_for_everybody() -> anyhow::Result<()> {
    on_network(async |network| {
        let next = altered(
            network.scratch(),
            "textbook",
            &[
                ("version = 1\n", "version = 2\n"),
                ("effective_from = \"2015-01-01\"", "effective_from = \"2099-01-01\""),
                ("rate = { points = 1, per = 1 }", "rate = { points = 3, per = 1 }"),
            ],
        );
        a_successor_is_told_from_what_cannot_follow(network, &next)?;
        only_a_manager_of_the_owner_decides(network, &next)?;
        a_proposed_version_can_be_tried(network).await?;
        network.run(["programme", "activate", "textbook@2"])?;
        let shown = only_object(network.output(["programme", "show", "textbook", "--json"])?);
        assert_eq!((&shown["version"], &shown["in_force"]), (&json!(2), &json!(true)), "{shown}");
        let other = fs::read_to_string(&next)?.replacen("points = 3", "points = 4", 1);
        fs::write(&next, other)?;
        let late = network.output(["programme", "propose", &next])?;
        assert!(late.code == Some(1) && late.err.contains("PROGRAMME_VERSION_NOT_NEXT"), "{}", late.err);
        Ok(())
    })
    .await
}

fn a_successor_is_told_from_what_cannot_follow(network: &TestNetwork, next: &str) -> anyhow::Result<()> {
    let diff = only_object(network.output(["programme", "diff", "textbook@1", next, "--json"])?);
    let keys: Vec<_> = diff["differences"].as_array().unwrap().iter().map(|found| &found["key"]).collect();
    assert_eq!(keys, ["balances[points].earn.rate.points", "effective_from", "version"], "{diff}");
    assert_eq!(diff["may_follow"], json!(true), "{diff}");
    let backwards = network.output(["programme", "diff", next, "textbook@1"])?;
    assert_eq!(backwards.code, FOUND);
    assert!(backwards.out.contains("effective_from must be later"), "{}", backwards.out);
    Ok(())
}

fn only_a_manager_of_the_owner_decides(network: &TestNetwork, next: &str) -> anyhow::Result<()> {
    let refused = network.output(["programme", "propose", next, "--as", "auditor"])?;
    assert!(refused.code == Some(1) && refused.err.contains("ROLE"), "{}", refused.err);
    let proposed = network.run(["programme", "propose", next])?;
    assert!(proposed.contains("textbook version 2") && proposed.contains("0 of 1 approvals"), "{proposed}");
    assert_eq!(network.run(["programme", "propose", next])?, proposed, "asking twice is asking once");
    let early = network.output(["programme", "activate", "textbook@2"])?;
    assert!(early.code == Some(1) && early.err.contains("PROGRAMME_NOT_APPROVED"), "{}", early.err);
    let approved = network.run(["programme", "approve", "textbook@2"])?;
    assert!(approved.contains("1 of 1 approvals"), "{approved}");
    Ok(())
}

/// A night at 100 euros earns a point for each dollar, and three under the version that is only proposed.
async fn a_proposed_version_can_be_tried(network: &TestNetwork) -> anyhow::Result<()> {
    let guest = Guest::enrol(network).await?;
    let stay = network.scratch().join("stay.json");
    fs::write(&stay, guest.stay(json!({ "programme": "textbook" }))?.to_string())?;
    let stay = stay.display().to_string();
    for (programme, total) in [("textbook@1", 108), ("textbook@2", 325)] {
        let answer = only_object(network.output(["programme", "simulate", programme, &stay, "--json"])?);
        assert_eq!(answer["rating"]["total"], json!(total), "{answer}");
        let told = network.run(["programme", "simulate", programme, &stay])?;
        assert!(told.contains(&format!(": {total} points = base {total}")), "{told}");
        assert!(told.contains("balances"), "no rule is named:\n{told}");
    }
    let unknown = network.output(["programme", "simulate", "textbook", &stay, "--tier", "Tin"])?;
    assert!(unknown.code == Some(1) && unknown.err.contains("TIER_UNKNOWN"), "{}", unknown.err);
    Ok(())
}
