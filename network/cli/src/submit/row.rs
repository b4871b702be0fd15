//! One row on its way: enrol its member where that is due, post the stay, try again where that helps.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use folio_client::{Call, ClientError, Gateway, Trouble};
use folio_stays::{Answer, FeedRow, Member, Members, Receipt, RowResult};
use serde_json::json;
use tokio::time::sleep;

use super::hotels::Hotels;

/// How often a row is sent again after a conflict or a mismatch.
const CONFLICTS_MAX: u64 = 50;
/// How often a row is sent again after a lost connection; with the waits between, about five minutes.
const RECONNECTS_MAX: u64 = 75;

/// Business date on which synthetic members enrol: the first on which the shipped programmes are in force.
const ENROLLED: &str = "2015-01-01";

const CONFLICT_WAIT_MS: u64 = 5;
const RECONNECT_WAIT_MS_MAX: u64 = 5_000;

/// A row that has ended.
pub(super) struct Ended {
    pub(super) position: u64,
    pub(super) member: String,
    pub(super) result: RowResult,
    /// Transactions that were ordered for it.
    pub(super) transactions: u64,
}

/// What rows need to be submitted. Cheap to clone.
#[derive(Clone)]
pub(super) struct Submitter {
    hotels: Arc<Hotels>,
    members: Arc<std::collections::BTreeMap<String, Member>>,
    enrolled: Arc<Mutex<BTreeSet<String>>>,
}

/// How often something was sent again, and why.
#[derive(Default)]
struct Tries {
    conflicts: u64,
    mismatches: u64,
    reconnects: u64,
    transactions: u64,
}

impl Submitter {
    pub(super) fn new(hotels: Hotels, members: &Members) -> Self {
        let members = members.iter().map(|member| (member.id.clone(), member)).collect();
        Self { hotels: Arc::new(hotels), members: Arc::new(members), enrolled: Arc::default() }
    }

    /// Submits a row until the ledger has answered it.
    pub(super) async fn submit(&self, row: FeedRow) -> Result<Ended> {
        let mut tries = Tries::default();
        self.enrol(&row.member, &mut tries).await.with_context(|| format!("enrolling member {}", row.member))?;
        let answer = self.post(&row, &mut tries).await.with_context(|| format!("row {}", row.position + 1))?;
        let result = RowResult {
            check_out_nights: row.check_out_nights,
            answer,
            conflicts: tries.conflicts,
            mismatches: tries.mismatches,
            reconnects: tries.reconnects,
        };
        Ok(Ended { position: row.position, member: row.member, result, transactions: tries.transactions })
    }

    /// Enrols a synthetic member at its home programme, once a run; the ledger knows whether it has been before.
    async fn enrol(&self, id: &str, tries: &mut Tries) -> Result<()> {
        let known = |set: &Mutex<BTreeSet<String>>| set.lock().unwrap_or_else(PoisonError::into_inner).contains(id);
        let Some(member) = self.members.get(id).filter(|_| !known(&self.enrolled)) else { return Ok(()) };
        let programme = self.hotels.programmes.get(member.programme);
        let programme = programme.with_context(|| format!("nobody runs the programme {}", member.programme))?;
        let arguments = json!({
            "request_id": format!("enrol-{id}"),
            "programme": member.programme,
            "member": id,
            "as_of": ENROLLED,
        });
        let call = || {
            Call::new("member.enrol", arguments.to_string())
                .with_transient("number", member.number.clone())
                .with_transient("secret", programme.secret.clone())
        };
        match transact(&programme.agent, call, tries).await? {
            Sent::Answered(_) => {
                self.enrolled.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
                Ok(())
            }
            Sent::Refused(error) => Err(error.into()),
        }
    }

    async fn post(&self, row: &FeedRow, tries: &mut Tries) -> Result<Answer> {
        let hotel = self.hotels.hotels.get(&row.source);
        let hotel = hotel.with_context(|| format!("no organisation of this network owns the hotel {}", row.source))?;
        let request_id = request_id(row, &hotel.secret);
        let arguments =
            json!({ "request_id": request_id, "hotel": row.source, "as_of": row.business_date.to_string() });
        let programme = row.parse().ok().map(|stay| stay.programme.to_string());
        let owner = programme.and_then(|id| self.hotels.programmes.get(&id)).map(|programme| programme.owner.as_str());
        let call = || {
            let call = Call::new("stay.post", arguments.to_string())
                .with_transient("stay", row.stay.clone())
                .with_transient("secret", hotel.secret.clone());
            // The programme's organisation keeps the stay's private part beside the hotel's.
            match owner {
                Some(owner) if owner != hotel.owner => call.endorsed_by(&[&hotel.owner, owner]),
                _ => call,
            }
        };
        match transact(&hotel.pms, call, tries).await? {
            Sent::Answered(receipt) => {
                let receipt: Receipt = serde_json::from_slice(&receipt).context("the receipt cannot be read")?;
                Ok(Answer::Receipt(receipt))
            }
            Sent::Refused(error) => match error.chaincode_code() {
                Some(code) => Ok(Answer::Refused(code.to_owned())),
                None => Err(error.into()),
            },
        }
    }
}

/// What became of a call in the end.
enum Sent {
    /// It stands in a block, or did before.
    Answered(Vec<u8>),
    /// Trying again would give the same.
    Refused(ClientError),
}

/// Endorses and submits a call. A call that would write nothing was answered before, and is not
/// ordered again.
async fn transact(gateway: &Gateway, call: impl Fn() -> Call, tries: &mut Tries) -> Result<Sent> {
    loop {
        let error = match gateway.endorse(call()).await {
            Ok(prepared) if prepared.changes_nothing() => return Ok(Sent::Answered(prepared.result.to_vec())),
            Ok(prepared) => match gateway.finish(prepared).await {
                Ok(committed) => {
                    tries.transactions += 1;
                    return Ok(Sent::Answered(committed.result.to_vec()));
                }
                Err(error) => error,
            },
            Err(error) => error,
        };
        match error.trouble() {
            Trouble::Conflict if tries.conflicts + tries.mismatches < CONFLICTS_MAX => {
                match error {
                    ClientError::Invalid { .. } => tries.conflicts += 1,
                    _ => tries.mismatches += 1,
                }
                sleep(Duration::from_millis(CONFLICT_WAIT_MS * (tries.conflicts + tries.mismatches))).await;
            }
            Trouble::Connection if tries.reconnects < RECONNECTS_MAX => {
                tries.reconnects += 1;
                sleep(Duration::from_millis((100 * tries.reconnects).min(RECONNECT_WAIT_MS_MAX))).await;
            }
            Trouble::Final => return Ok(Sent::Refused(error)),
            Trouble::Conflict | Trouble::Connection => {
                return Err(anyhow!(error).context("given up after many tries"));
            }
        }
    }
}

/// The request id names the stay version. It stands on the shared ledger in clear, so it is salted with the secret of
/// the hotel's owner: nobody else can tell by trying which stay it is.
fn request_id(row: &FeedRow, secret: &[u8]) -> String {
    let parts = [b"folio-stay-request-v1", secret, row.source.as_bytes(), &[0], row.stay.as_bytes()];
    format!("stay-{}", hex::encode(&folio_crypto::sha256(&parts)[..16]))
}
