//! Endorsers that disagree, endorsements that are too few or not over what is submitted, and an endorser that lies.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use folio_client::{Call, Identity};
use folio_proto::common;
use folio_proto::common::{Envelope, Status};
use folio_proto::protos::{ChaincodeActionPayload, SignedProposal, Transaction};
use folio_tests::guest::{Guest, HOTEL, post};
use folio_tests::{Draft, Lie, LyingEndorser, TestNetwork};
use folio_types::{TxId, ValidationCode};
use folio_wire::{
    Endorsement, ProposalResponse, Response, ResponsePayload, build_envelope_payload, build_response_payload,
    endorsed_bytes,
};
use prost::Message;
use serde_json::{Value, json};

use crate::support::still_works;

/// What the endorsers said to one proposal: Aurora's before, and all three after the member's account had changed.
struct Said {
    tx_id: String,
    proposal: folio_wire::SignedProposal,
    early: ProposalResponse,
    late: [ProposalResponse; 3],
}

/// A name, and the payload of the transaction that is made of what was said.
type Forgery = (&'static str, fn(&Said, &Identity) -> Result<Bytes>);

const FORGERIES: [Forgery; 7] = [
    ("one endorsement", |said, _| said.transaction(&said.late[0].payload, &[&said.late[0]])),
    ("one endorser twice", |said, _| twice(&said.transaction(&said.late[0].payload, &[&said.late[0]])?)),
    ("none", |said, _| said.transaction(&said.late[0].payload, &[])),
    ("endorsers that disagree", |said, _| said.transaction(&said.early.payload, &[&said.early, &said.late[1]])),
    ("an outcome that nobody signed", |said, _| {
        let [aurora, borea, cedar] = &said.late;
        said.transaction(&richer(&aurora.payload)?, &[aurora, borea, cedar])
    }),
    // The stay's private values stand in Aurora's collection, which nobody may write without Aurora.
    ("two, and not the owner of the collection", |said, _| {
        let [_, borea, cedar] = &said.late;
        said.transaction(&borea.payload, &[borea, cedar])
    }),
    ("a client in an endorser's place", |said, client| {
        let payload = said.late[0].payload.clone();
        let endorser = client.serialized().clone();
        let signature = client.sign(&endorsed_bytes(&payload, &endorser));
        let forged =
            ProposalResponse { endorsement: Some(Endorsement { endorser, signature }), ..said.late[0].clone() };
        said.transaction(&payload, &[&said.late[0], &forged])
    }),
];

impl Said {
    fn transaction(&self, outcome: &Bytes, answers: &[&ProposalResponse]) -> Result<Bytes> {
        let endorsements: Option<Vec<_>> = answers.iter().map(|answer| answer.endorsement.clone()).collect();
        Ok(build_envelope_payload(&self.proposal, outcome, &endorsements.context("an answer is not endorsed")?))
    }
}

/// The same transaction with each of its endorsements twice.
fn twice(payload: &Bytes) -> Result<Bytes> {
    let mut payload = common::Payload::decode(payload.clone())?;
    let mut transaction = Transaction::decode(payload.data)?;
    let mut action = ChaincodeActionPayload::decode(transaction.actions[0].payload.clone())?;
    let endorsed = action.action.as_mut().context("no action")?;
    endorsed.endorsements.extend(endorsed.endorsements.clone());
    transaction.actions[0].payload = action.encode_to_vec().into();
    payload.data = transaction.encode_to_vec().into();
    Ok(payload.encode_to_vec().into())
}

/// An outcome in which the chaincode answers something better.
fn richer(outcome: &Bytes) -> Result<Bytes> {
    let ResponsePayload { proposal_hash, results, chaincode, .. } = ResponsePayload::decode(outcome)?;
    let hash = proposal_hash[..].try_into().context("a hash")?;
    let response =
        Response { status: 200, message: String::new(), payload: Bytes::from_static(b"{\"points\":9000000}") };
    Ok(build_response_payload(&hash, results, None, &response, &chaincode.context("a chaincode")?))
}

async fn points(network: &TestNetwork, guest: &Guest) -> Result<Value> {
    let call = Call::new("member.get", json!({ "member": guest.member }).to_string());
    Ok(serde_json::from_slice(&network.connect("aurora", "auditor")?.evaluate(call).await?)?)
}

/// Orders transactions that look well to the orderer, which looks at no endorsement. Every peer must find them invalid.
pub(crate) async fn endorsements_that_do_not_carry_a_transaction(network: &TestNetwork) -> Result<()> {
    let guest = Guest::enrol(network).await?;
    let pms = network.connect("aurora", "pms")?;
    let client = network.identity("aurora", "pms")?;
    let heard = hear_everybody(network, &guest).await?;
    let before = points(network, &guest).await?;
    let mut ordered = Vec::new();
    for ((what, forge), said) in FORGERIES.iter().zip(&heard) {
        let payload = forge(said, &client).with_context(|| (*what).to_owned())?;
        let envelope = Envelope { signature: client.sign(&payload), payload };
        let (status, info) = network.broadcast(envelope).await?;
        ensure!(status == Status::Success, "{what}: {status:?} {info}");
        ordered.push((what, TxId::parse(&said.tx_id)?));
    }
    for (what, tx_id) in ordered {
        let (block, code) = pms.commit_status(tx_id).await?;
        ensure!(code == ValidationCode::EndorsementPolicyFailure, "{what}: {code:?} in block {block}");
    }
    ensure!(points(network, &guest).await? == before, "an invalid transaction changed an account");
    network.agreed_tip().await?;
    pms.transact(post(network, HOTEL, &guest.stay(json!({}))?)?).await?;
    still_works(network).await
}

/// One proposal for each forgery, and what the endorsers say to it.
async fn hear_everybody(network: &TestNetwork, guest: &Guest) -> Result<Vec<Said>> {
    let mut early = Vec::new();
    for _ in FORGERIES {
        let call = post(network, HOTEL, &guest.stay(json!({}))?)?;
        let (message, tx_id) = Draft::new(network, network.identity("aurora", "pms")?, call).build()?;
        early.push((message.clone(), tx_id, network.endorsement("aurora", message).await?));
    }
    network.connect("aurora", "pms")?.transact(post(network, HOTEL, &guest.stay(json!({}))?)?).await?;
    network.agreed_tip().await?;
    let mut heard = Vec::new();
    for (message, tx_id, early) in early {
        let ask = |organisation| network.endorsement(organisation, message.clone());
        let late = [ask("aurora").await?, ask("borea").await?, ask("cedar").await?];
        ensure!(late.iter().all(|one| one.payload == late[0].payload), "equal peers came to different outcomes");
        ensure!(early.payload != late[0].payload, "another state gave the same outcome");
        let SignedProposal { proposal_bytes, signature } = message;
        let proposal = folio_wire::SignedProposal::parse(proposal_bytes, signature)?;
        heard.push(Said { tx_id, proposal, early, late });
    }
    Ok(heard)
}

/// Two peers cannot come to different outcomes by themselves: a definition names its component's hash, and the runtime
/// gives chaincode neither clock nor random number. So somebody takes Borea's place who signs what no chaincode said.
pub(crate) async fn a_lying_endorser_is_found_out_and_does_not_stop_the_others(network: &TestNetwork) -> Result<()> {
    let guest = Guest::enrol(network).await?;
    let pms = network.connect("aurora", "pms")?;
    let stay = || post(network, HOTEL, &guest.stay(json!({}))?);
    let (borea, cedar) = (network.process("peer0.borea")?, network.process("peer0.cedar")?);
    let before = network.agreed_tip().await?;
    borea.stop();
    cedar.stop();
    let liar = LyingEndorser::start(network, "borea", Lie::Endorses).await?;
    let said = pms.endorse(stay()?).await.err().context("a lie was endorsed")?.to_string();
    for words in ["ProposalResponsePayloads do not match", "different: read-write set, event, response"] {
        ensure!(said.contains(words), "expected {words:?} in {said}");
    }
    ensure!(network.last_ordered().await?.number == before.number, "something was ordered");
    still_works(network).await?;

    network.restart(&cedar)?;
    // Whichever pair the gateway asks first, the two that agree are enough.
    for _ in 0..4 {
        pms.transact(stay()?).await.context("one of three signs another outcome")?;
    }
    liar.stop().await?;
    let liar = LyingEndorser::start(network, "borea", Lie::Refuses).await?;
    for _ in 0..4 {
        pms.transact(stay()?).await.context("one of three says that the chaincode refused")?;
    }
    liar.stop().await?;
    network.restart(&borea)?;
    network.agreed_tip().await?;
    Ok(())
}
