//! Members as they stand in the registry.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::handlers::call::text::HexBytes;
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{MEMBERS, MemberRow, RecoveryRow};
use crate::units::Date;

/// The member, who must be enrolled.
pub(in crate::handlers) fn must_get(context: &Context<'_>, member: MemberId) -> Result<MemberRow> {
    MEMBERS.get(context, &member)?.ok_or_else(|| unknown(member))
}

/// The refusal of what needs a member.
pub(in crate::handlers) fn unknown(member: MemberId) -> Error {
    Error::new("MEMBER_UNKNOWN", format!("member {member} is not enrolled"))
}

/// A member who became part of another has nothing to say any more.
pub(in crate::handlers) fn require_not_merged(row: &MemberRow) -> Result<()> {
    match MemberId::from_start_of(&row.merged_into) {
        Some(other) => Err(Error::new("MEMBER_MERGED", format!("the member is part of {other}, who can act"))),
        None => Ok(()),
    }
}

/// The key with which the member signs now: one that took the place of a lost one, as soon as it is due.
pub(in crate::handlers) fn key_in_force<'a>(context: &Context<'_>, row: &'a MemberRow) -> &'a [u8] {
    match &row.recovery {
        Some(recovery) if is_due(context, recovery) => &recovery.key,
        _ => &row.key,
    }
}

/// Whether a key that took the place of a lost one holds by now.
pub(super) fn is_due(context: &Context<'_>, recovery: &RecoveryRow) -> bool {
    recovery.due_seconds != 0 && recovery.due_seconds <= context.invocation().timestamp_seconds
}

/// Business date on which the member was enrolled.
pub(in crate::handlers) fn enrolled_on(row: &MemberRow) -> Result<Date> {
    Date::from_days(row.enrolled).map_err(|_| Error::new(codes::STATE_UNREADABLE, "member holds a date out of range"))
}

/// A key in SEC1 form: compressed, or with both coordinates.
pub(in crate::handlers) fn checked_key(key: &HexBytes) -> Result<Vec<u8>> {
    match (key.0.first(), key.0.len()) {
        (Some(2 | 3), 33) | (Some(4), 65) => Ok(key.0.clone()),
        _ => Err(Error::new("KEY_INVALID", "a key is a secp256k1 point in SEC1 form, of 33 or 65 bytes")),
    }
}

/// The programme that enrolled the member.
pub(in crate::handlers) fn home_programme(row: &MemberRow) -> Result<ProgrammeId> {
    ProgrammeId::new(&row.home_programme)
        .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "member holds no id of a programme"))
}
