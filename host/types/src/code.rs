//! Validation codes: what a peer says of each transaction of a block.

/// The verdict on one transaction, with Fabric's names and numbers (`protos.TxValidationCode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are Fabric's own; each is explained where the validator returns it")]
pub enum ValidationCode {
    Valid = 0,
    NilEnvelope = 1,
    BadPayload = 2,
    BadCommonHeader = 3,
    BadCreatorSignature = 4,
    InvalidEndorserTransaction = 5,
    InvalidConfigTransaction = 6,
    UnsupportedTxPayload = 7,
    BadProposalTxid = 8,
    DuplicateTxid = 9,
    EndorsementPolicyFailure = 10,
    MvccReadConflict = 11,
    PhantomReadConflict = 12,
    UnknownTxType = 13,
    TargetChainNotFound = 14,
    MarshalTxError = 15,
    NilTxaction = 16,
    ExpiredChaincode = 17,
    ChaincodeVersionConflict = 18,
    BadHeaderExtension = 19,
    BadChannelHeader = 20,
    BadResponsePayload = 21,
    BadRwset = 22,
    IllegalWriteset = 23,
    InvalidWriteset = 24,
    InvalidChaincode = 25,
    NotValidated = 254,
    InvalidOtherReason = 255,
}

impl ValidationCode {
    /// Every code with its number and its name on the wire.
    pub const ALL: [(Self, &'static str); 28] = [
        (Self::Valid, "VALID"),
        (Self::NilEnvelope, "NIL_ENVELOPE"),
        (Self::BadPayload, "BAD_PAYLOAD"),
        (Self::BadCommonHeader, "BAD_COMMON_HEADER"),
        (Self::BadCreatorSignature, "BAD_CREATOR_SIGNATURE"),
        (Self::InvalidEndorserTransaction, "INVALID_ENDORSER_TRANSACTION"),
        (Self::InvalidConfigTransaction, "INVALID_CONFIG_TRANSACTION"),
        (Self::UnsupportedTxPayload, "UNSUPPORTED_TX_PAYLOAD"),
        (Self::BadProposalTxid, "BAD_PROPOSAL_TXID"),
        (Self::DuplicateTxid, "DUPLICATE_TXID"),
        (Self::EndorsementPolicyFailure, "ENDORSEMENT_POLICY_FAILURE"),
        (Self::MvccReadConflict, "MVCC_READ_CONFLICT"),
        (Self::PhantomReadConflict, "PHANTOM_READ_CONFLICT"),
        (Self::UnknownTxType, "UNKNOWN_TX_TYPE"),
        (Self::TargetChainNotFound, "TARGET_CHAIN_NOT_FOUND"),
        (Self::MarshalTxError, "MARSHAL_TX_ERROR"),
        (Self::NilTxaction, "NIL_TXACTION"),
        (Self::ExpiredChaincode, "EXPIRED_CHAINCODE"),
        (Self::ChaincodeVersionConflict, "CHAINCODE_VERSION_CONFLICT"),
        (Self::BadHeaderExtension, "BAD_HEADER_EXTENSION"),
        (Self::BadChannelHeader, "BAD_CHANNEL_HEADER"),
        (Self::BadResponsePayload, "BAD_RESPONSE_PAYLOAD"),
        (Self::BadRwset, "BAD_RWSET"),
        (Self::IllegalWriteset, "ILLEGAL_WRITESET"),
        (Self::InvalidWriteset, "INVALID_WRITESET"),
        (Self::InvalidChaincode, "INVALID_CHAINCODE"),
        (Self::NotValidated, "NOT_VALIDATED"),
        (Self::InvalidOtherReason, "INVALID_OTHER_REASON"),
    ];

    /// The code with this number, if Fabric has one.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().map(|(code, _)| *code).find(|code| code.number() == number)
    }

    /// The number on the wire and in a block's transactions filter.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name on the wire, such as `MVCC_READ_CONFLICT`.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(code, _)| *code == self).map_or("INVALID_OTHER_REASON", |(_, name)| name)
    }

    /// Whether the transaction's writes become world state.
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Valid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_again_by_its_number() {
        for (code, name) in ValidationCode::ALL {
            assert_eq!(ValidationCode::from_number(code.number()), Some(code));
            assert_eq!(code.name(), name);
        }
        assert_eq!(ValidationCode::from_number(26), None);
    }
}
