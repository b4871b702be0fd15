//! The names of what rows hold as numbers, as certificates, answers and reports write them. They never change.

use super::{Cause, Role, TierCause};

/// Every role that a certificate can name.
const ROLES: [Role; 5] = [Role::Pms, Role::Frontdesk, Role::Agent, Role::Manager, Role::Auditor];

impl Role {
    /// The role of a name in a certificate; [`Role::None`] when it is none.
    pub fn named(name: &str) -> Self {
        ROLES.into_iter().find(|role| role.name() == name).unwrap_or(Self::None)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pms => "pms",
            Self::Frontdesk => "frontdesk",
            Self::Agent => "agent",
            Self::Manager => "manager",
            Self::Auditor => "auditor",
        }
    }
}

impl Cause {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Activity => "activity",
            Self::Stay => "stay",
            Self::TransferSent => "transfer_sent",
            Self::TransferReceived => "transfer_received",
            Self::Reserved => "reserved",
            Self::Redeemed => "redeemed",
            Self::Released => "released",
            Self::Expired => "expired",
            Self::Forfeited => "forfeited",
            Self::Converted => "converted",
            Self::Purchase => "purchase",
            Self::Matured => "matured",
            Self::Decayed => "decayed",
            Self::Extended => "extended",
            Self::Reinstated => "reinstated",
            Self::Campaign => "campaign",
            Self::Withdrawn => "withdrawn",
            Self::Deposited => "deposited",
            Self::Awarded => "awarded",
            Self::Imported => "imported",
            Self::Adjusted => "adjusted",
            Self::Donated => "donated",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
            Self::CertificateIssued => "certificate_issued",
            Self::CertificateMoved => "certificate_moved",
            Self::CertificateVoided => "certificate_voided",
            Self::Merged => "merged",
            Self::GiftGiven => "gift_given",
            Self::GiftClaimed => "gift_claimed",
            Self::GiftReceived => "gift_received",
            Self::GiftReturned => "gift_returned",
            Self::Milestone => "milestone",
            Self::Closed => "closed",
            Self::PoolContributed => "pool_contributed",
            Self::PoolWithdrawn => "pool_withdrawn",
            Self::BenefitKept => "benefit_kept",
        }
    }
}

impl TierCause {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Raised => "raised",
            Self::Renewed => "renewed",
            Self::Lowered => "lowered",
            Self::Matched => "matched",
            Self::Merged => "merged",
            Self::Imported => "imported",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_names_a_role_by_the_name_that_answers_write() {
        for role in ROLES {
            assert_eq!(Role::named(role.name()), role);
        }
        for nobody in ["", "none", "Manager", "admin"] {
            assert_eq!(Role::named(nobody), Role::None, "{nobody:?}");
        }
    }
}
