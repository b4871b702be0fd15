//! Collecting endorsements until they satisfy the chaincode's policy.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use folio_endorser::EndorserError;
use folio_types::implicit_collection_owner;
use folio_wire::{
    Endorsement, ProposalResponse, ResponsePayload, SignedProposal, build_envelope_payload, written_collections,
};
use futures::future::join_all;
use tonic::{Code, Status};

use crate::Gateway;
use crate::layout::{Layout, layouts};
use crate::status::{Detail, failure};

/// How often a proposal is simulated anew when the endorsers came to different outcomes.
const MISMATCH_RETRIES_MAX: usize = 2;

const FAILED: &str = "failed to endorse transaction, see attached details for more info";
const NOT_ENOUGH: &str = "failed to collect enough transaction endorsements, see attached details for more info";

/// What the organisations asked so far have answered.
#[derive(Default)]
struct Collected {
    endorsed: BTreeMap<String, (Bytes, Endorsement)>,
    failed: BTreeSet<String>,
    /// What the chaincode said where it refused.
    refusals: Vec<Detail>,
    /// Whether endorsers came to different outcomes.
    mismatch: bool,
    /// Whether somebody could not be asked, who may endorse a moment later.
    passing: bool,
    details: Vec<Detail>,
}

impl Gateway {
    /// The envelope payload of a transaction that satisfies its chaincode's endorsement policy, for the client to sign.
    pub(crate) async fn endorse(&self, proposal: SignedProposal, organisations: &[String]) -> Result<Bytes, Status> {
        let candidates = self.candidates(&proposal, organisations)?;
        let mut attempt = 0;
        loop {
            let collected = self.collect(&proposal, &candidates).await;
            match collected {
                Ok((outcome, endorsements)) => return Ok(build_envelope_payload(&proposal, &outcome, &endorsements)),
                Err(Failure::Mismatch(details)) if attempt == MISMATCH_RETRIES_MAX => {
                    return Err(failure(Code::Aborted, NOT_ENOUGH, &details));
                }
                Err(Failure::Mismatch(_)) => attempt += 1,
                Err(Failure::Final(status)) => return Err(status),
            }
        }
    }

    /// The sets of organisations to try, in order.
    fn candidates(&self, proposal: &SignedProposal, organisations: &[String]) -> Result<Vec<Layout>, Status> {
        if !organisations.is_empty() {
            let missing: Vec<_> = organisations.iter().filter(|id| !self.reaches(id)).map(String::as_str).collect();
            if !missing.is_empty() {
                let text = format!("failed to find any endorsing peers for org(s): {}", missing.join(", "));
                return Err(Status::unavailable(text));
            }
            return Ok(vec![organisations.iter().cloned().collect()]);
        }
        let name = &proposal.header.chaincode;
        let none = |reason: String| {
            let text = "no combination of peers can be derived which satisfy the endorsement policy";
            Status::failed_precondition(format!("{text}: {reason}"))
        };
        let policy = self.endorser.endorsement_policy(name).map_err(|error| Status::internal(error.to_string()))?;
        let policy = policy.ok_or_else(|| {
            none(format!("No metadata was found for chaincode {name} in channel {}", self.channel.id()))
        })?;
        let mut found = layouts(&policy, &self.local.msp_id);
        found.retain(|layout| layout.iter().all(|id| self.reaches(id)));
        if found.is_empty() {
            return Err(none("required organisations have no reachable peer".to_owned()));
        }
        self.take_turns(&mut found);
        Ok(found)
    }

    /// Lets layouts that are equally good take the first place in turn, so that other organisations share the work.
    fn take_turns(&self, layouts: &mut [Layout]) {
        let merit = |layout: &Layout| (!layout.contains(&self.local.msp_id), layout.len());
        let best = layouts.first().map(merit);
        let equal = layouts.iter().take_while(|layout| Some(merit(layout)) == best).count();
        if equal > 1 {
            layouts[..equal].rotate_left(self.next_turn() % equal);
        }
    }

    async fn collect(
        &self,
        proposal: &SignedProposal,
        candidates: &[Layout],
    ) -> Result<(Bytes, Vec<Endorsement>), Failure> {
        let mut collected = Collected::default();
        for layout in candidates {
            if layout.iter().any(|id| collected.failed.contains(id)) {
                continue;
            }
            let missing: Vec<_> = layout.iter().filter(|id| !collected.endorsed.contains_key(*id)).collect();
            let answers = join_all(missing.iter().map(|id| self.ask(id, proposal))).await;
            for (id, answer) in missing.into_iter().zip(answers) {
                collected.take(id, answer)?;
            }
            collected.check_refusals()?;
            if !layout.iter().all(|id| collected.endorsed.contains_key(id)) {
                continue;
            }
            // Whoever's collection is written must endorse too, which only the outcome tells.
            let owners: Layout = collected.collection_owners(layout).difference(layout).cloned().collect();
            let answers = join_all(owners.iter().map(|id| self.ask(id, proposal))).await;
            for (id, answer) in owners.iter().zip(answers) {
                collected.take(id, answer)?;
            }
            collected.check_refusals()?;
            if owners.iter().all(|id| collected.endorsed.contains_key(id)) {
                match collected.agree(&layout.union(&owners).cloned().collect()) {
                    Ok(agreed) => return Ok(agreed),
                    // One endorser that is wrong, or at another height, does not stop those that agree.
                    Err(detail) => collected.details.push(detail),
                }
                collected.mismatch = true;
            }
        }
        if collected.mismatch {
            return Err(Failure::Mismatch(collected.details));
        }
        let text = if collected.endorsed.is_empty() { FAILED } else { NOT_ENOUGH };
        // Where Fabric says ABORTED of both, a client learns here whether trying again is of use.
        let code = if collected.passing { Code::Unavailable } else { Code::Aborted };
        Err(Failure::Final(failure(code, text, &collected.details)))
    }

    async fn ask(&self, msp_id: &str, proposal: &SignedProposal) -> Result<ProposalResponse, Refusal> {
        if msp_id != self.local.msp_id {
            // Whoever knows of a commit knows it from this peer's ledger, which is ahead of what is told of it.
            let height = self.ledger.height();
            return self.peers.endorse(msp_id, proposal, height).await.map_err(Refusal::Passing);
        }
        let detail = |message: String| Detail { message, ..self.local_detail() };
        match self.simulate(proposal.clone()).await {
            Ok(response) => Ok(response),
            Err(error) if error.is_rejection() => Err(Refusal::Rejected(detail(error.to_string()))),
            Err(error) if error.is_passing() => Err(Refusal::Passing(vec![detail(error.to_string())])),
            Err(error) => Err(Refusal::Failed(detail(error.to_string()))),
        }
    }
}

/// Why an organisation did not endorse.
enum Refusal {
    /// The proposal is at fault: nobody else need be asked.
    Rejected(Detail),
    /// This organisation cannot; another may.
    Failed(Detail),
    /// This organisation cannot now; another may, or this one later.
    Passing(Vec<Detail>),
}

enum Failure {
    Mismatch(Vec<Detail>),
    Final(Status),
}

impl Collected {
    fn take(&mut self, msp_id: &str, answer: Result<ProposalResponse, Refusal>) -> Result<(), Failure> {
        match answer {
            Ok(ProposalResponse { response, payload, endorsement: Some(endorsement) }) if response.is_success() => {
                self.endorsed.insert(msp_id.to_owned(), (payload, endorsement));
                return Ok(());
            }
            Ok(answer) if answer.response.status >= 400 && !answer.payload.is_empty() => {
                let message = format!("chaincode response {}, {}", answer.response.status, answer.response.message);
                self.refusals.push(Detail { address: String::new(), msp_id: msp_id.to_owned(), message });
            }
            Ok(answer) => {
                self.passing |= EndorserError::is_passing_answer(&answer);
                let message = format!("error {}, {}", answer.response.status, answer.response.message);
                self.details.push(Detail { address: String::new(), msp_id: msp_id.to_owned(), message });
            }
            Err(Refusal::Rejected(detail)) => return Err(aborted(&[detail])),
            Err(Refusal::Failed(detail)) => self.details.push(detail),
            Err(Refusal::Passing(details)) => {
                self.passing = true;
                self.details.extend(details);
            }
        }
        self.failed.insert(msp_id.to_owned());
        Ok(())
    }

    /// A refusal by the chaincode is final where nobody endorsed. Where somebody did, one of them is wrong, or at another
    /// height.
    fn check_refusals(&mut self) -> Result<(), Failure> {
        if self.refusals.is_empty() {
            return Ok(());
        }
        if self.endorsed.is_empty() {
            return Err(aborted(&self.refusals[..1]));
        }
        self.mismatch = true;
        self.details.append(&mut self.refusals);
        Ok(())
    }

    /// The organisations whose implicit collections the layout's first outcome writes.
    fn collection_owners(&self, layout: &Layout) -> Layout {
        let first = layout.iter().find_map(|msp_id| self.endorsed.get(msp_id));
        let outcome = first.and_then(|(payload, _)| ResponsePayload::decode(payload).ok());
        let written = outcome.and_then(|outcome| written_collections(&outcome.results).ok()).unwrap_or_default();
        written.iter().filter_map(|name| implicit_collection_owner(name).map(str::to_owned)).collect()
    }

    /// One outcome with the layout's endorsements, when all came to the same bytes.
    fn agree(&self, layout: &Layout) -> Result<(Bytes, Vec<Endorsement>), Detail> {
        let mut outcome: Option<&Bytes> = None;
        let mut endorsements = Vec::with_capacity(layout.len());
        for msp_id in layout {
            let Some((payload, endorsement)) = self.endorsed.get(msp_id) else { continue };
            if let Some(first) = outcome.filter(|first| *first != payload) {
                let message = format!("ProposalResponsePayloads do not match{}", differing(first, payload));
                return Err(Detail { address: String::new(), msp_id: msp_id.clone(), message });
            }
            outcome = Some(payload);
            endorsements.push(endorsement.clone());
        }
        Ok((outcome.cloned().unwrap_or_default(), endorsements))
    }
}

fn aborted(details: &[Detail]) -> Failure {
    Failure::Final(failure(Code::Aborted, FAILED, details))
}

/// Says which part of two outcomes differs, for whoever has to find out why.
fn differing(first: &Bytes, second: &Bytes) -> String {
    let decode = |bytes| ResponsePayload::decode(bytes).ok();
    let (Some(first), Some(second)) = (decode(first), decode(second)) else { return String::new() };
    let parts = [
        ("read-write set", first.results != second.results),
        ("event", first.event != second.event),
        ("response", first.response != second.response),
        ("chaincode version", first.chaincode != second.chaincode),
    ];
    let named: Vec<_> = parts.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    if named.is_empty() { String::new() } else { format!(" (different: {})", named.join(", ")) }
}
