//! What a commit brings, and where a transaction then stands.

use folio_types::{BlockNumber, PrivateSet, ReadWriteSet, TxId, TxNumber, UpdateBatch, ValidationCode, Version};
use folio_wire::{Block, Envelope, HeaderType};

/// A validated block and what it changes.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The block as the orderer sent it. The ledger adds the transactions filter and the commit hash.
    pub block: Block,
    /// One record a transaction.
    pub transactions: Vec<TransactionRecord>,
    /// The writes of the valid ones.
    pub updates: UpdateBatch,
    /// The private values that this peer holds for them, in block order.
    pub private: Vec<(TxNumber, PrivateSet)>,
}

/// One transaction of a block, as the indexes need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRecord {
    /// The id that it takes, if any.
    pub(crate) id: Option<TxId>,
    pub(crate) code: ValidationCode,
    /// What a valid transaction wrote, for the history of its keys.
    pub(crate) set: Option<ReadWriteSet>,
}

impl TransactionRecord {
    /// The record of an entry of a block. `envelope` is missing where it could not be read, `set` where it does not
    /// count.
    ///
    /// An entry takes its id only when the verdict says that creator and id were proven. Otherwise anyone could spoil
    /// the id of a transaction that is still on its way.
    pub fn new(envelope: Option<&Envelope>, code: ValidationCode, set: Option<ReadWriteSet>) -> Self {
        let header = envelope.map(|envelope| &envelope.header);
        let id = header
            .filter(|header| header.kind == HeaderType::EndorserTransaction && proves_id(code))
            .and_then(|header| TxId::parse(&header.tx_id).ok());
        Self { id, code, set: set.filter(|_| code.is_valid()) }
    }

    /// The id under which [`crate::Ledger::transaction`] finds this entry, unless an earlier one has it.
    pub const fn id(&self) -> Option<TxId> {
        self.id
    }

    /// The verdict.
    pub const fn code(&self) -> ValidationCode {
        self.code
    }
}

/// Whether a transaction with this verdict is known to come from the creator that its id is made of.
const fn proves_id(code: ValidationCode) -> bool {
    use ValidationCode as C;
    !matches!(
        code,
        C::NilEnvelope
            | C::BadPayload
            | C::BadCommonHeader
            | C::BadCreatorSignature
            | C::InvalidConfigTransaction
            | C::UnsupportedTxPayload
            | C::BadProposalTxid
            | C::UnknownTxType
            | C::TargetChainNotFound
            | C::MarshalTxError
            | C::NotValidated
    )
}

/// Where a transaction stands, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxLocation {
    /// Its block.
    pub block: BlockNumber,
    /// Its position there.
    pub tx: TxNumber,
    /// The verdict.
    pub code: ValidationCode,
}

impl TxLocation {
    /// The version of what it wrote.
    pub const fn version(&self) -> Version {
        Version::new(self.block, self.tx)
    }
}
