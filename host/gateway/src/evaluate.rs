//! Queries: simulate on one peer and hand back what the chaincode said.

use folio_endorser::EndorserError;
use folio_proto::protos::Response;
use folio_wire::SignedProposal;
use tonic::{Code, Status};

use crate::Gateway;
use crate::status::{Detail, failure};

const CALL: &str = "evaluate call to endorser returned error";
const FAILED: &str = "failed to evaluate transaction, see attached details for more info";

impl Gateway {
    /// The chaincode's response to a query, from this peer or from one of the organisations named.
    pub(crate) async fn evaluate(
        &self,
        proposal: SignedProposal,
        organisations: &[String],
    ) -> Result<Response, Status> {
        if organisations.is_empty() || organisations.contains(&self.local.msp_id) {
            return self.evaluate_here(proposal).await;
        }
        if !organisations.iter().any(|msp_id| self.reaches(msp_id)) {
            let text = format!("failed to find any endorsing peers for org(s): {}", organisations.join(", "));
            return Err(Status::unavailable(text));
        }
        let height = self.ledger.height();
        let mut details = Vec::new();
        for msp_id in organisations {
            match self.peers.endorse(msp_id, &proposal, height).await {
                Ok(answer) if EndorserError::is_passing_answer(&answer) => {
                    details.push(Detail { message: answer.response.message, msp_id: msp_id.clone(), ..empty() });
                }
                Ok(answer) => return answered(answer.response, Detail { msp_id: msp_id.clone(), ..empty() }),
                Err(failures) => details.extend(failures),
            }
        }
        Err(failure(Code::Unavailable, FAILED, &details))
    }

    async fn evaluate_here(&self, proposal: SignedProposal) -> Result<Response, Status> {
        let detail = |message: String| Detail { message, ..self.local_detail() };
        match self.with_endorser(move |endorser| endorser.evaluate(&proposal)).await {
            Ok(response) => answered(response, self.local_detail()),
            Err(error) if error.is_rejection() => {
                let text = error.to_string();
                let message = format!("{CALL}: error validating proposal: {text}");
                Err(failure(Code::FailedPrecondition, message, &[detail(text)]))
            }
            Err(error) => {
                let code = if error.is_passing() { Code::Unavailable } else { Code::Aborted };
                Err(failure(code, FAILED, &[detail(error.to_string())]))
            }
        }
    }
}

fn answered(response: folio_wire::Response, detail: Detail) -> Result<Response, Status> {
    if response.is_success() {
        return Ok(response.to_message());
    }
    let message = format!("chaincode response {}, {}", response.status, response.message);
    let text = format!("{CALL}: {message}");
    Err(failure(Code::Unknown, text, &[Detail { message, ..detail }]))
}

fn empty() -> Detail {
    Detail { address: String::new(), msp_id: String::new(), message: String::new() }
}
