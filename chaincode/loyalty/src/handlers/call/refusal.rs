//! How the rules' and the books' refusals reach the client: by their own stable code.

use folio_chaincode_sdk::{Error, codes};

use crate::books::BooksError;
use crate::rules::award_night::AwardNightRefusal;
use crate::rules::campaign::CampaignError;
use crate::rules::catalogue::ItemRefusal;
use crate::rules::certificate::CertificateRefusal;
use crate::rules::conversion::ConversionRefusal;
use crate::rules::policy::PolicyRefusal;
use crate::rules::pool::PoolRefusal;
use crate::rules::programme::{DefinitionError, StoredError};
use crate::rules::purchase::PurchaseError;
use crate::rules::rating::RatingError;
use crate::rules::redemption::RedemptionRefusal;
use crate::rules::settlement::{AgreementRefusal, SumTooLarge};
use crate::rules::stay::StayError;
use crate::rules::transfer::TransferRefusal;
use crate::rules::withdrawal::WithdrawalRefusal;
use crate::units::Overflow;

macro_rules! by_own_code {
    ($($refusal:ty),+) => {
        $(
            impl From<$refusal> for Error {
                fn from(refusal: $refusal) -> Self {
                    Self::new(refusal.code(), refusal.to_string())
                }
            }
        )+
    };
}

by_own_code!(
    AgreementRefusal,
    BooksError,
    CampaignError,
    ConversionRefusal,
    DefinitionError,
    PurchaseError,
    PoolRefusal,
    RatingError,
    RedemptionRefusal,
    TransferRefusal,
    WithdrawalRefusal
);
by_own_code!(AwardNightRefusal, CertificateRefusal, ItemRefusal, PolicyRefusal, SumTooLarge);

/// A refusal is read by more people than a stay: where the JSON is wrong may be told, and what stands there may not.
impl From<StayError> for Error {
    fn from(refusal: StayError) -> Self {
        let message = match &refusal {
            StayError::Malformed { message } => {
                let place = message.rsplit_once(" at line ").map_or("", |(_, place)| place);
                format!("the stay is not canonical JSON: see line {place}")
            }
            other => other.to_string(),
        };
        Self::new(refusal.code(), message)
    }
}

impl From<Overflow> for Error {
    fn from(overflow: Overflow) -> Self {
        Self::new("VALUE_OUT_OF_RANGE", overflow.to_string())
    }
}

impl From<StoredError> for Error {
    fn from(error: StoredError) -> Self {
        Self::new(codes::STATE_UNREADABLE, error.to_string())
    }
}
