//! One row on its way: enrol its member where that is due, post the stay, try again where that helps.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use folio_client::Call;
use folio_stays::{Answer, FeedRow, Member, Members, RowResult};
use serde_json::json;

use super::hotels::Hotels;
use crate::sending::{Sent, Tries, transact};

/// Business date on which synthetic members enrol: the first on which the shipped programmes are in force.
pub(crate) const ENROLLED: &str = "2015-01-01";

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
        let request_id = request_id(&row.source, &row.stay, &hotel.secret);
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
            Sent::Answered(answered) => Ok(Answer::Receipt(answered.read()?)),
            Sent::Refused(error) => match error.chaincode_code() {
                Some(code) => Ok(Answer::Refused(code.to_owned())),
                None => Err(error.into()),
            },
        }
    }
}

/// The request id names the stay version. It stands on the shared ledger in clear, so it is salted with the secret of
/// the hotel's owner: nobody else can tell by trying which stay it is.
pub(crate) fn request_id(source: &str, stay: &str, secret: &[u8]) -> String {
    let parts = [b"folio-stay-request-v1", secret, source.as_bytes(), &[0], stay.as_bytes()];
    format!("stay-{}", hex::encode(&folio_crypto::sha256(&parts)[..16]))
}
