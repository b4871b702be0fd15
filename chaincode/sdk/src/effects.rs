//! What a call would change.

/// What a call that is not refused would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// In key order, each key once.
    pub writes: Vec<Write>,
    /// In the order of collection and key, each once.
    pub private_writes: Vec<PrivateWrite>,
    /// The transaction's one event.
    pub event: Option<Event>,
}

/// A write of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: String,
    /// Its value; `None` removes it.
    pub value: Option<Vec<u8>>,
}

/// A write of one key of a private collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateWrite {
    /// The collection.
    pub collection: String,
    /// The key.
    pub key: String,
    /// Its value; `None` removes it.
    pub value: Option<Vec<u8>>,
}

/// What a transaction tells those who listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// What it says.
    pub payload: Vec<u8>,
}
