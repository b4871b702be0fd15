//! A call of a chaincode on its way from wish to block.

use std::collections::BTreeMap;

use bytes::Bytes;
use folio_types::{BlockNumber, TxId};
use folio_wire::ChaincodeEvent;

/// What is to be called, with what.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The chaincode; empty takes the gateway's own.
    pub chaincode: String,
    /// The function's name, then its arguments.
    pub args: Vec<Bytes>,
    /// What endorsers see and the ledger does not.
    pub transient: BTreeMap<String, Bytes>,
    /// The organisations to ask; empty leaves it to the gateway.
    pub organisations: Vec<String>,
}

impl Call {
    /// A call of `function` with one argument.
    pub fn new(function: &str, argument: impl Into<Bytes>) -> Self {
        Self { args: vec![Bytes::copy_from_slice(function.as_bytes()), argument.into()], ..Self::default() }
    }

    /// The same call with a value in the transient map.
    #[must_use]
    pub fn with_transient(mut self, name: &str, value: impl Into<Bytes>) -> Self {
        self.transient.insert(name.to_owned(), value.into());
        self
    }

    /// The same call, endorsed by these organisations.
    #[must_use]
    pub fn endorsed_by(mut self, organisations: &[&str]) -> Self {
        self.organisations = organisations.iter().map(|id| (*id).to_owned()).collect();
        self
    }

    /// The same call to another chaincode.
    #[must_use]
    pub fn to(mut self, chaincode: &str) -> Self {
        chaincode.clone_into(&mut self.chaincode);
        self
    }
}

/// An endorsed transaction, signed and not yet sent to an orderer.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its id.
    pub tx_id: TxId,
    /// What the chaincode answered.
    pub result: Bytes,
    /// What the chaincode tells everybody on the channel, if anything.
    pub event: Option<ChaincodeEvent>,
    pub(crate) payload: Bytes,
    pub(crate) signature: Bytes,
    pub(crate) writes: bool,
}

impl Prepared {
    /// Whether the transaction would write nothing, as when its request was answered before. It need not be ordered.
    pub const fn changes_nothing(&self) -> bool {
        !self.writes
    }
}

/// A valid transaction in its block.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Its id.
    pub tx_id: TxId,
    /// What the chaincode answered.
    pub result: Bytes,
    /// What the chaincode tells everybody on the channel, if anything.
    pub event: Option<ChaincodeEvent>,
    /// Its block.
    pub block: BlockNumber,
}
