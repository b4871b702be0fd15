//! The Fabric Gateway client for Node, unmodified, against a real network. Its tests stand in `tests/conformance`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use folio_tests::{TestNetwork, on_network, workspace};
use serde_json::json;

/// Oldest Node that the client supports, major and minor.
const NODE_MIN: (u32, u32) = (20, 9);

/// Past the capture of the test harness: whoever runs the tests should see what did not run, and what takes long.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "conformance: {line}");
}

/// Why the client cannot be run here.
fn missing() -> Option<String> {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned())
    };
    let wanted = format!("Node {}.{} or newer", NODE_MIN.0, NODE_MIN.1);
    let Some(node) = version("node") else { return Some(format!("there is no node; {wanted} is needed")) };
    let mut numbers = node.split('.').map(|part| part.parse().unwrap_or(0));
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < NODE_MIN {
        return Some(format!("this is Node {node}; {wanted} is needed"));
    }
    version("npm").is_none().then(|| "there is no npm".to_owned())
}

/// Whether the packages are those of the lock file.
fn up_to_date(folder: &Path) -> bool {
    let changed = |path: &str| fs::metadata(folder.join(path)).and_then(|found| found.modified()).ok();
    changed("node_modules/.package-lock.json").is_some_and(|made| Some(made) >= changed("package-lock.json"))
}

fn install(folder: &Path) -> anyhow::Result<()> {
    if up_to_date(folder) {
        return Ok(());
    }
    say("installing the npm packages of the lock file");
    let words = ["ci", "--omit=optional", "--no-audit", "--no-fund", "--prefer-offline"];
    let output = Command::new("npm").args(words).current_dir(folder).output().context("cannot run npm")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "npm ci failed in {}; is the registry reachable?\n{said}", folder.display());
    Ok(())
}

#[tokio::test]
async fn the_unmodified_fabric_gateway_client_works() -> anyhow::Result<()> {
    if let Some(why) = missing() {
        say(&format!("skipped: {why}"));
        return Ok(());
    }
    let folder = workspace().join("tests/conformance");
    install(&folder)?;
    on_network(async |network| drive(network, &folder)).await
}

/// Runs the client's tests against a network.
fn drive(network: &TestNetwork, folder: &Path) -> anyhow::Result<()> {
    let topology = network.network().topology();
    let settings = network.scratch().join("conformance.json");
    let place = json!({
        "folder": network.network().folder(),
        "channel": topology.channel,
        "organisation": "aurora",
        "msp_id": topology.organisation("aurora")?.msp_id,
        "address": network.process("peer0.aurora")?.address.to_string(),
        "hotel": "AUR-CITY",
        "programme": "hilton-honors",
    });
    fs::write(&settings, place.to_string())?;
    say("running the client's tests");
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec"]).current_dir(folder).env("FOLIO_CONFORMANCE", &settings);
    let output = node.output().context("cannot run node")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let passed = said.lines().find_map(|line| line.split_once("pass ")).map_or("0", |(_, count)| count);
    ensure!(passed != "0", "no test ran:\n{said}");
    say(&format!("{passed} tests passed"));
    Ok(())
}
