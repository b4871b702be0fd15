//! What was asked before: answered requests, used nonces and used payments.

use folio_chaincode_sdk::Record;

/// A request that was answered.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RequestRow {
    /// Digest of everything that was asked.
    #[prost(bytes = "vec", tag = "1")]
    pub digest: Vec<u8>,
    /// The first answer as JSON, unless another row holds it already, as that of a stay does.
    #[prost(bytes = "vec", tag = "2")]
    pub answer: Vec<u8>,
}

impl Record for RequestRow {}

/// A nonce that was used. That it is there says everything.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NonceRow {}

impl Record for NonceRow {}

/// A payment that was used for a fee. That it is there says everything.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PaymentRow {}

impl Record for PaymentRow {}
