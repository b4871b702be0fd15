//! The paths of the policies that Folio itself asks for, with Fabric's defaults.

/// Who may query and listen on a peer.
pub const READERS: &str = "/Channel/Application/Readers";
/// Who may propose transactions to a peer.
pub const WRITERS: &str = "/Channel/Application/Writers";
/// Who must endorse the transactions of a chaincode that says nothing else.
pub const ENDORSEMENT: &str = "/Channel/Application/Endorsement";
/// Who must endorse the definition of a chaincode.
pub const LIFECYCLE_ENDORSEMENT: &str = "/Channel/Application/LifecycleEndorsement";
/// Who may fetch blocks from an orderer.
pub const DELIVER: &str = "/Channel/Readers";
/// Who may send envelopes to an orderer.
pub const BROADCAST: &str = "/Channel/Writers";
/// Who must have signed a block.
pub const BLOCK_VALIDATION: &str = "/Channel/Orderer/BlockValidation";
