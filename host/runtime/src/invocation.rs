//! What a call is given, and what it answers.

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_simulator::Simulated;
use folio_types::{Digest, Role, TxId};

/// A verified proposal.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The channel.
    pub channel: String,
    /// The name under which the chaincode is defined there.
    pub chaincode: String,
    /// The transaction's id.
    pub tx_id: TxId,
    /// The proposal's timestamp, in seconds since 1970.
    pub timestamp_seconds: i64,
    /// Who signed the proposal.
    pub creator: Creator,
    /// The function's name, then its arguments.
    pub args: Vec<Bytes>,
    /// What the client gave to the chaincode and not to the ledger.
    pub transient: BTreeMap<String, Bytes>,
}

/// The identity that signed a proposal.
#[derive(Clone, Debug)]
pub struct Creator {
    /// The organisation.
    pub msp_id: String,
    /// Its role there.
    pub role: Role,
    /// Common name of the certificate's subject.
    pub common_name: String,
    /// Attributes of the certificate.
    pub attributes: BTreeMap<String, String>,
    /// SHA-256 of the certificate.
    pub fingerprint: Digest,
}

/// What the chaincode answered, in Fabric's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// 200, or 400 to 599 for a refusal.
    pub status: i32,
    /// Empty, or why it was refused.
    pub message: String,
    /// The result; empty for a refusal.
    pub payload: Bytes,
}

/// A call that ended by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// The answer.
    pub response: Response,
    /// What it read and would write; empty for a refusal.
    pub simulated: Simulated,
    /// What it took of [`CALL_FUEL_MAX`](crate::CALL_FUEL_MAX). It is the same on every machine.
    pub fuel: u64,
}

impl Simulation {
    /// Whether the chaincode refused the call.
    pub const fn is_refusal(&self) -> bool {
        self.response.status >= 400
    }
}
