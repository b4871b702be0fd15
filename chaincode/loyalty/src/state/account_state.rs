//! What an account is: a member's, open or not, or a pool's.

use crate::ids::MemberId;

use super::Unreadable;

/// Most accounts that become part of one.
pub const ALIASES_MAX: usize = 8;

/// What an account is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccountState {
    /// A member's.
    #[default]
    Open,
    /// It was a member's. Nothing is posted to it any more.
    Closed,
    /// It became part of this member's.
    MergedInto(MemberId),
    /// A pool's.
    Pool,
}

impl AccountState {
    /// Its number in the row.
    pub(super) const fn number(self) -> u32 {
        match self {
            Self::Open => 0,
            Self::Closed => 1,
            Self::MergedInto(_) => 2,
            Self::Pool => 3,
        }
    }

    /// The member of whose account it became a part, as the row holds it.
    pub(super) fn merged_into(self) -> Vec<u8> {
        match self {
            Self::MergedInto(member) => member.bytes().to_vec(),
            Self::Open | Self::Closed | Self::Pool => Vec::new(),
        }
    }

    /// The state of a row.
    pub(super) fn of(number: u32, merged_into: &[u8]) -> Result<Self, Unreadable> {
        match number {
            0 => Ok(Self::Open),
            1 => Ok(Self::Closed),
            2 => member_id(merged_into).map(Self::MergedInto),
            3 => Ok(Self::Pool),
            _ => Err(Unreadable),
        }
    }
}

/// The member of a row's bytes.
pub(super) fn member_id(bytes: &[u8]) -> Result<MemberId, Unreadable> {
    Ok(MemberId::new(bytes.try_into()?))
}
