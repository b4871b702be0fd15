//! Components that are none, and a chaincode that loops, traps and takes all that it can get.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use folio_client::Call;
use folio_tests::guest::{Guest, HOTEL, post};
use folio_tests::{Draft, TestNetwork, workspace};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{refused, still_works};

const PROBE: &str = "probe";

/// Calls without end that run while others want an answer.
const LOOPS_AT_ONCE: usize = 12;

/// How long an answer may take meanwhile.
const ANSWER_MAX: Duration = Duration::from_secs(10);

pub(crate) fn a_component_that_is_none_is_not_installed(network: &TestNetwork) -> Result<()> {
    not_installed(network, b"\0asm no component", "malformed")
}

fn not_installed(network: &TestNetwork, component: &[u8], words: &str) -> Result<()> {
    let file = network.scratch().join("refused.wasm");
    std::fs::write(&file, component)?;
    let file = file.to_str().context("path")?;
    let output = network.output(["chaincode", "upgrade", file, "--version", "9.9.9", "--name", "refused"])?;
    let said = output.code == Some(1) && output.err.contains("did not install") && output.err.contains(words);
    ensure!(said, "expected {words:?} in {output:?}");
    Ok(())
}

/// A component that imports an empty interface of this name, and no more.
fn importing(interface: &str) -> Result<Vec<u8>> {
    const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";
    const TYPE_OF_AN_EMPTY_INSTANCE: &[u8] = b"\x07\x03\x01\x42\0";
    const INSTANCE_OF_TYPE_0: &[u8] = b"\x05\0";
    let name = interface.as_bytes();
    let import = [&[1, 0, u8::try_from(name.len())?], name, INSTANCE_OF_TYPE_0].concat();
    Ok([HEADER, TYPE_OF_AN_EMPTY_INSTANCE, &[10, u8::try_from(import.len())?], &import].concat())
}

/// The loyalty component with one of its imports under another name of the same length.
fn with_other_import(network: &TestNetwork, from: &str, to: &str) -> Result<Vec<u8>> {
    let mut bytes = std::fs::read(network.folio().component())?;
    let places: Vec<_> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    ensure!(!places.is_empty() && from.len() == to.len(), "{from} cannot become {to}");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    Ok(bytes)
}

pub(crate) async fn a_component_with_foreign_imports_is_not_installed(network: &TestNetwork) -> Result<()> {
    let own = "folio:chaincode/crypto@1.0.0";
    let cases = [
        ("wasi:cli/environment@0.2.0", importing("wasi:cli/environment@0.2.0")?),
        ("wasi:sockets/tcp@0.2.0", importing("wasi:sockets/tcp@0.2.0")?),
        ("other:chain/state@1.0.0", importing("other:chain/state@1.0.0")?),
        ("wasi:clocks/monotonic@1.0.00", with_other_import(network, own, "wasi:clocks/monotonic@1.0.00")?),
        ("folio:chaincode/crypto@1.0.9", with_other_import(network, own, "folio:chaincode/crypto@1.0.9")?),
    ];
    for (import, component) in cases {
        not_installed(network, &component, &format!("imports {import:?}"))?;
    }
    let call = Call::new("anything", "{}").to("refused");
    let draft =
        Draft { chaincode: "refused".to_owned(), ..Draft::new(network, network.identity("aurora", "pms")?, call) };
    refused(network, "a chaincode that was not installed", &draft, "refused").await
}

/// Brings the probe onto the running network under its own name, beside loyalty, and drives it to every limit.
pub(crate) async fn calls_that_want_too_much_are_ended(network: &TestNetwork) -> Result<()> {
    let component = workspace().join("target/release/probe.wasm");
    ensure!(component.exists(), "{} is missing: run 'make test'", component.display());
    let file = component.to_str().context("path")?;
    let said = network.run(["chaincode", "upgrade", file, "--version", "1", "--name", PROBE])?;
    ensure!(said.contains("probe 1 is committed as definition 1"), "{said}");
    let pms = network.identity("aurora", "pms")?;
    let echo = Call::new("echo", json!({ "text": "here" }).to_string()).to(PROBE);
    let answer = network.connect("borea", "pms")?.evaluate(echo).await?;
    ensure!(serde_json::from_slice::<Value>(&answer)?["text"] == "here");
    let before = network.agreed_tip().await?;
    for (function, arguments, words) in too_much() {
        let call = Call::new(function, arguments.to_string());
        let draft = Draft { chaincode: PROBE.to_owned(), ..Draft::new(network, pms.clone(), call) };
        refused(network, function, &draft, words).await?;
    }
    loops_hold_nobody_up(network).await?;
    ensure!(network.agreed_tip().await? == before, "a call that was ended left something on the ledger");
    let guest = Guest::enrol(network).await?;
    network.connect("aurora", "pms")?.transact(post(network, HOTEL, &guest.stay(json!({}))?)?).await?;
    Ok(())
}

/// A function of the probe, its arguments, and words of what ends it.
fn too_much() -> Vec<(&'static str, Value, &'static str)> {
    let amount = |amount: usize| json!({ "amount": amount });
    vec![
        ("spin", json!({}), "was stopped: the call was ended: a call may use 200000000 units of fuel"),
        ("fill", amount(32 << 20), "units of fuel"),
        ("panic", json!({ "text": "on purpose" }), "failed: the chaincode trapped"),
        ("recurse", amount(1 << 30), "probe"),
        ("eat_memory", amount(1 << 30), "a call may use 67108864 bytes of memory"),
        ("respond", amount(2 << 20), "a call may use 1048576 bytes of result"),
        ("respond", amount(16 << 20), "a call may use"),
        ("writes", json!({ "count": 3, "bytes": 1 << 20 }), "a call may use 2097152 bytes written"),
        ("writes", json!({ "count": 20_001, "bytes": 1 }), "a call may use 20000 accesses to keys"),
        ("writes", json!({ "count": 1, "bytes": (1 << 20) + 1 }), "chaincode response 500, MISUSE: a value may have"),
        ("emit", json!({ "name": "large", "amount": 70_000 }), "chaincode response 500, MISUSE: "),
        ("hash", json!({ "count": 40, "bytes": 1 << 20 }), "bytes hashed"),
        ("refuse", json!({ "text": "not today" }), "chaincode response 500, REFUSED: not today"),
    ]
}

async fn loops_hold_nobody_up(network: &TestNetwork) -> Result<()> {
    let pms = network.connect("aurora", "pms")?;
    let spin = || pms.evaluate(Call::new("spin", "{}").to(PROBE));
    let loops = join_all((0..LOOPS_AT_ONCE).map(|_| spin()));
    let answers = async {
        let answer = tokio::time::timeout(ANSWER_MAX, still_works(network)).await;
        answer.context("loyalty did not answer while another chaincode looped")?
    };
    let (loops, answered) = tokio::join!(loops, answers);
    answered?;
    ensure!(loops.iter().all(|one| one.as_ref().is_err_and(|error| error.to_string().contains("fuel"))), "{loops:?}");
    Ok(())
}
