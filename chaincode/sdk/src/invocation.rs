//! Who calls what.

/// What a proposal says, as the peer has verified it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The channel that the proposal is for.
    pub channel: String,
    /// The name under which this chaincode is defined there.
    pub chaincode: String,
    /// The transaction's id: 64 lowercase hex digits.
    pub tx_id: String,
    /// The proposal's timestamp, as the client wrote it, in seconds since 1970. A peer checks only that it is near.
    pub timestamp_seconds: i64,
    /// Who signed.
    pub creator: Creator,
    /// The function's name, then its arguments.
    pub args: Vec<Vec<u8>>,
    /// The proposal's transient map, which never stands on the ledger, sorted by name.
    pub transient: Vec<(String, Vec<u8>)>,
}

impl Invocation {
    /// A value of the transient map.
    pub fn transient(&self, name: &str) -> Option<&[u8]> {
        self.transient.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_slice())
    }
}

/// The identity that signed the proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Creator {
    /// The organisation.
    pub msp_id: String,
    /// What the organisation says this identity is.
    pub role: Role,
    /// Common name of the certificate's subject.
    pub common_name: String,
    /// Attributes of the certificate, sorted by name.
    pub attributes: Vec<(String, String)>,
    /// SHA-256 of the certificate.
    pub fingerprint: Vec<u8>,
}

impl Creator {
    /// The value of a certificate attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }
}

/// The role of an identity in its organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Vouched for, and nothing more.
    #[default]
    Member,
    /// An administrator.
    Admin,
    /// A client application or a person.
    Client,
    /// A peer.
    Peer,
    /// An orderer.
    Orderer,
}
