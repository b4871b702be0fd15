//! Endorsed transactions: a proposal, its outcome and the endorsements.

use std::collections::BTreeSet;

use bytes::Bytes;
use folio_proto::{common, protos};
use folio_types::{ReadWriteSet, TxId, ValidationCode};

use crate::endorsement::ProposalHashed;
use crate::header::Header;
use crate::message::{decode, encode, required};
use crate::proposal::proposal_hash;
use crate::rwset::NAMESPACE;
use crate::{
    ChaincodeEvent, ChaincodeId, Endorsement, EnvelopeError, Response, ResponsePayload, SignedProposal, WireError,
    decode_rwset,
};

/// What an endorsed transaction says. Its endorsements are not verified here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndorserTransaction {
    /// Made of nonce and creator, as checked.
    pub tx_id: TxId,
    /// The outcome as the endorsers signed it.
    pub response_payload: Bytes,
    /// The signatures, in the order in which they stand.
    pub endorsements: Vec<Endorsement>,
    /// The chaincode that was invoked.
    pub chaincode: ChaincodeId,
    /// The encoded read-write set.
    pub results: Bytes,
    /// The read-write set.
    pub rwset: ReadWriteSet,
    /// The event, if the chaincode set one.
    pub event: Option<ChaincodeEvent>,
    /// What the chaincode said.
    pub response: Response,
}

/// Assembles the payload of a transaction's envelope, for the client to sign.
///
/// An endorser that stands twice is taken once.
pub fn build_envelope_payload(
    proposal: &SignedProposal,
    response_payload: &Bytes,
    endorsements: &[Endorsement],
) -> Bytes {
    let mut seen = BTreeSet::new();
    let unique = endorsements.iter().filter(|endorsement| seen.insert(&endorsement.endorser));
    let action = protos::ChaincodeActionPayload {
        chaincode_proposal_payload: proposal.payload_without_transient.clone(),
        action: Some(protos::ChaincodeEndorsedAction {
            proposal_response_payload: response_payload.clone(),
            endorsements: unique.map(Endorsement::to_message).collect(),
        }),
    };
    let signature_header = proposal.header.signature_header.clone();
    let action = protos::TransactionAction { header: signature_header.clone(), payload: encode(&action) };
    let channel_header = proposal.header.channel_header.clone();
    encode(&common::Payload {
        header: Some(common::Header { channel_header, signature_header }),
        data: encode(&protos::Transaction { actions: vec![action] }),
    })
}

impl EndorserTransaction {
    /// Reads the data of an envelope, in the order in which Fabric's peers check it.
    pub(crate) fn parse(header: &Header, data: &Bytes) -> Result<Self, EnvelopeError> {
        let tx_id = header.check_tx_id().map_err(|e| e.code(ValidationCode::BadProposalTxid))?;
        let action = Action::parse(header, data).map_err(|e| e.code(ValidationCode::InvalidEndorserTransaction))?;
        let invoked = invoked_chaincode(&header.extension)?;
        let outcome = action.outcome.action().map_err(|e| e.code(ValidationCode::BadResponsePayload))?;
        let rwset = decode_rwset(&outcome.results).map_err(|e| match e {
            WireError::Duplicate { what: NAMESPACE, .. } => e.code(ValidationCode::IllegalWriteset),
            _ => e.code(ValidationCode::BadRwset),
        })?;
        let chaincode = checked_chaincode(invoked, &outcome)?;
        let event =
            checked_event(&chaincode, &outcome.event).map_err(|e| e.code(ValidationCode::InvalidOtherReason))?;
        Ok(Self {
            tx_id,
            response_payload: action.response_payload,
            endorsements: action.endorsements,
            chaincode,
            results: outcome.results,
            rwset,
            event,
            response: outcome.response,
        })
    }
}

/// The event of a transaction that a validator has judged already, without another check of what stands around it.
pub(crate) fn event_of(data: &Bytes) -> Result<Option<ChaincodeEvent>, WireError> {
    let transaction: protos::Transaction = decode("transaction", data)?;
    let Some(action) = transaction.actions.into_iter().next() else { return Ok(None) };
    let payload: protos::ChaincodeActionPayload = decode("action payload", &action.payload)?;
    let Some(endorsed) = payload.action else { return Ok(None) };
    let outcome = ProposalHashed::decode(&endorsed.proposal_response_payload)?.action()?;
    if outcome.event.is_empty() { Ok(None) } else { ChaincodeEvent::decode(&outcome.event).map(Some) }
}

/// The one action of a transaction, known to belong to its headers.
struct Action {
    response_payload: Bytes,
    endorsements: Vec<Endorsement>,
    outcome: ProposalHashed,
}

impl Action {
    fn parse(header: &Header, data: &Bytes) -> Result<Self, WireError> {
        let transaction: protos::Transaction = decode("transaction", data)?;
        let [action] = <[protos::TransactionAction; 1]>::try_from(transaction.actions)
            .map_err(|actions| WireError::mismatch("number of actions", "1", &actions.len().to_string()))?;
        // One transaction, one creator and nonce: else the hash below would be over a header that nobody else reads.
        if action.header != header.signature_header {
            return Err(WireError::mismatch("header of the action", "the envelope's signature header", "another"));
        }
        let payload: protos::ChaincodeActionPayload = decode("action payload", &action.payload)?;
        let endorsed = required(payload.action, "action payload", "action")?;
        let response_payload = endorsed.proposal_response_payload;
        let outcome = ProposalHashed::decode(&response_payload)?;
        let expected =
            proposal_hash(&header.channel_header, &header.signature_header, &payload.chaincode_proposal_payload);
        if outcome.proposal_hash != expected[..] {
            let got = hex::encode(&outcome.proposal_hash);
            return Err(WireError::mismatch("proposal hash", &hex::encode(expected), &got));
        }
        let endorsements = endorsed.endorsements.into_iter().map(Endorsement::from_message).collect();
        Ok(Self { response_payload, endorsements, outcome })
    }
}

/// The chaincode that the header names, if it names one.
fn invoked_chaincode(extension: &Bytes) -> Result<Option<String>, EnvelopeError> {
    let extension: protos::ChaincodeHeaderExtension =
        decode("extension of the channel header", extension).map_err(|e| e.code(ValidationCode::BadHeaderExtension))?;
    Ok(extension.chaincode_id.map(|id| id.name))
}

/// Header and outcome must name one chaincode, and the outcome its version.
fn checked_chaincode(invoked: Option<String>, outcome: &ResponsePayload) -> Result<ChaincodeId, EnvelopeError> {
    let other = |e: WireError| e.code(ValidationCode::InvalidOtherReason);
    let invoked = required(invoked, "extension of the channel header", "chaincode_id").map_err(other)?;
    let run = required(outcome.chaincode.clone(), "chaincode action", "chaincode_id").map_err(other)?;
    let reason = if invoked.is_empty() {
        WireError::Missing { what: "extension of the channel header", field: "chaincode name" }
    } else if invoked != run.name {
        WireError::mismatch("chaincode of the outcome", &invoked, &run.name)
    } else if run.version.is_empty() {
        WireError::Missing { what: "chaincode action", field: "chaincode version" }
    } else {
        return Ok(run);
    };
    Err(reason.code(ValidationCode::InvalidChaincode))
}

fn checked_event(chaincode: &ChaincodeId, event: &Bytes) -> Result<Option<ChaincodeEvent>, WireError> {
    if event.is_empty() {
        return Ok(None);
    }
    let event = ChaincodeEvent::decode(event)?;
    if event.chaincode != chaincode.name {
        return Err(WireError::mismatch("chaincode of the event", &chaincode.name, &event.chaincode));
    }
    Ok(Some(event))
}
