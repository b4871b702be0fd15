//! A consortium rehearsed: months of its traffic through a running network, and the ledger held against the receipts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::env;
use std::ffi::OsString;
use std::path::Path;

use anyhow::Context;
use folio_tests::{Folio, free_ports};
use serde_json::Value;

/// The hotel booking data set, which stands beside the project and not in it.
const DATA_SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/hotel_bookings.csv.gz");
/// The last business date that is played: a month and the beginning of the next. `FOLIO_MONTHS` is a number of months, or
/// `all`, for which there is no time in every run.
const UNTIL: &str = "2015-08-08";
/// Few enough that they come back and have something to spend by then, and so many that nobody holds up the others: the acts
/// of a member go one after the other.
const MEMBERS: &str = "2500";

const PROGRAMMES: [&str; 3] = ["hilton-honors", "textbook", "wyndham-rewards"];

/// A figure of a report; one that is missing equals no other.
fn figure(report: &Value, path: &str) -> i64 {
    report.pointer(path).and_then(Value::as_i64).unwrap_or(i64::MIN)
}

#[test]
fn every_month_of_a_consortium_balances_and_no_two_members_are_in_each_others_way() -> anyhow::Result<()> {
    let port = free_ports()?.to_string();
    let mut words: Vec<OsString> = ["rehearse", "--json", "--base-port", port.as_str()].map(OsString::from).into();
    match env::var("FOLIO_MONTHS").as_deref() {
        Ok("all") => {}
        Ok("1") => words.extend(["--months", "1", "--members", MEMBERS].map(OsString::from)),
        Ok(months) => words.extend(["--months", months].map(OsString::from)),
        Err(_) => words.extend(["--until", UNTIL, "--members", MEMBERS].map(OsString::from)),
    }
    if Path::new(DATA_SET).exists() {
        words.push(DATA_SET.into());
    } else {
        println!("../shared/data/hotel_bookings.csv.gz is not beside the project: a generated feed takes its place");
    }
    let folio = Folio::built()?;
    let output = folio.output(words)?;
    println!("{}", output.out);
    // Findings are in the report, which says more than the exit code.
    let report: Value = serde_json::from_str(&output.out).with_context(|| output.err.clone())?;
    every_month_balances(&report);
    everything_was_exercised(&report);
    let conflicts = &report["conflicts"];
    assert_eq!((figure(conflicts, "/different_members"), figure(conflicts, "/same_member")), (0, 0), "{conflicts}");
    assert_eq!(output.code, Some(0), "{}", report["findings"]);
    Ok(())
}

fn every_month_balances(report: &Value) {
    let months = report["months"].as_array().unwrap();
    assert!(!months.is_empty(), "{report}");
    for month in months {
        assert_eq!(month["balanced"], true, "{}", month["findings"]);
        assert!(month["closed_block"].as_u64() >= month["rest_block"].as_u64(), "{month}");
        let nets = month["nets"].as_array().unwrap();
        assert!(!nets.is_empty(), "nobody owes anybody anything: {month}");
        assert_eq!(nets.iter().map(|net| figure(net, "/amount_minor")).sum::<i64>(), 0, "{month}");
    }
    let peers = report["peers"].as_array().unwrap();
    assert_eq!(peers.len(), 3);
    for peer in peers {
        let same = ["height", "block_hash", "state_hash"].iter().all(|key| peer[key] == peers[0][key]);
        assert!(same && peer["ok"] == true, "{peers:?}");
    }
}

/// What did not happen cannot have gone wrong.
fn everything_was_exercised(report: &Value) {
    let months = report["months"].as_array().unwrap();
    let all = |programme: &str, line: &str| -> i64 {
        months.iter().map(|month| figure(month, &format!("/programmes/{programme}/{line}"))).sum()
    };
    for programme in PROGRAMMES {
        for line in ["issued", "redeemed"] {
            assert!(all(programme, line) > 0, "{programme} {line}: {}", report["acts"]);
        }
    }
    for line in ["reversed", "transferred"] {
        let points: i64 = PROGRAMMES.iter().map(|programme| all(programme, line)).sum();
        assert!(points > 0, "{line}: {}", report["acts"]);
    }
    for act in ["late charges", "rebates", "voids", "redemptions, signed", "redemptions, by agents"] {
        assert!(figure(&report["acts"], &format!("/{act}")) > 0, "{act}: {}", report["acts"]);
    }
    // Whether one of these acts is met by the seal, and so conflicts, is a matter of moments.
    assert!(figure(&report["acts"], "/dates sealed while acts were in flight") > 0, "{}", report["acts"]);
    assert!(figure(report, "/late_postings") > 0, "nothing came for a sealed date");
}
