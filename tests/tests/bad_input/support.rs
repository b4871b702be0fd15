//! What every topic asks: was it refused in the right words, and does the network go on?

use anyhow::{Context, Result, ensure};
use folio_client::Call;
use folio_proto::protos::SignedProposal;
use folio_tests::guest::HOTEL;
use folio_tests::{Draft, TestNetwork};
use serde_json::{Value, json};

pub(crate) fn hotel_get() -> Call {
    Call::new("hotel.get", json!({ "hotel": HOTEL }).to_string())
}

pub(crate) async fn still_works(network: &TestNetwork) -> Result<()> {
    let answer = network.connect("aurora", "pms")?.evaluate(hotel_get()).await.context("the peer no longer answers")?;
    ensure!(serde_json::from_slice::<Value>(&answer)?["hotel"] == HOTEL);
    Ok(())
}

/// Sends proposals that must be refused, each with its words, and tells all that were not.
pub(crate) async fn all_refused(network: &TestNetwork, cases: Vec<(&str, Draft, String)>) -> Result<()> {
    let mut findings = Vec::new();
    for (what, draft, words) in cases {
        findings.extend(refused(network, what, &draft, &words).await.err().map(|error| format!("{error:#}")));
    }
    ensure!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}

/// Sends a proposal that must be refused with these words, and sees that the peer still works.
pub(crate) async fn refused(network: &TestNetwork, what: &str, draft: &Draft, words: &str) -> Result<()> {
    let (proposal, tx_id) = draft.build()?;
    refused_bytes(network, what, draft, proposal, &tx_id, words).await
}

pub(crate) async fn refused_bytes(
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
