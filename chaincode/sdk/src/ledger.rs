//! The one seam between chaincode and world: the peer's host functions in a component, maps in a test.

/// What a chaincode may ask of the peer.
///
/// No method fails: misuse ends the call. Reads answer from committed state and never see the call's own writes;
/// [`Context`](crate::Context) keeps those, and they are handed over when the call ends.
pub trait Ledger {
    /// The value of `key`.
    fn get(&self, key: &str) -> Option<Vec<u8>>;
    /// At most `limit` entries with `start <= key < end`, in key order.
    fn scan(&self, start: &str, end: &str, limit: u32) -> Page;
    /// Changes of `key` older than `before`, newest first. Only for calls that write nothing.
    fn changes(&self, key: &str, before: Option<Position>, limit: u32) -> Vec<Change>;

    /// The clear value of a private key; misuse on a peer that is no member of the collection.
    fn private_get(&self, collection: &str, key: &str) -> Option<Vec<u8>>;
    /// SHA-256 of a private key's value.
    fn private_hash(&self, collection: &str, key: &str) -> Option<Vec<u8>>;

    /// SHA-256.
    fn sha256(&self, data: &[u8]) -> [u8; 32];
    /// HMAC-SHA-256 (RFC 2104) of `message`.
    fn hmac_sha256(&self, key: &[u8], message: &[u8]) -> [u8; 32];
    /// Whether `signature` (strict DER, low S) over SHA-256 of `message` is by this SEC1-encoded key.
    fn verify_secp256k1(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool;
    /// A line for the peer's log.
    fn log(&self, message: &str);
}

/// One page of a range scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// In key order.
    pub entries: Vec<Entry>,
    /// Whether the range holds more.
    pub more: bool,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Vec<u8>,
}

/// Where a transaction stands in its channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The block.
    pub block: u64,
    /// The transaction in it.
    pub tx: u64,
}

/// A past write of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The transaction that wrote.
    pub tx_id: String,
    /// Where it stands.
    pub position: Position,
    /// What it wrote; `None` for a deletion.
    pub value: Option<Vec<u8>>,
}
