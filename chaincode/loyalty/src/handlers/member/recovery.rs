//! A key for a member who has lost one: `member.recover` and `member.cancel_recovery`.
//!
//! Two managers of the home organisation ask for the same key, and it holds some days after the second has. Until then the
//! old key can put an end to it: nobody gets at a member's points without the member having had time to object.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Mandate, OnWord};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::consortium::policy;
use crate::handlers::outcome::event::{self, Event};
use crate::ids::MemberId;
use crate::state::{MEMBERS, MemberRow, RecoveryRow, Role};

use super::row::{checked_key, is_due, must_get, require_not_merged};

/// The name of the function, which an intent must carry.
const CANCEL: &str = "member.cancel_recovery";

const SECONDS_A_DAY: i64 = 86_400;

/// Arguments of `member.recover`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Recover {
    request_id: RequestId,
    member: MemberId,
    /// The new key in SEC1 form.
    key: HexBytes,
}

/// How far a recovery is.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Recovery {
    member: MemberId,
    /// How many managers have asked for the key.
    managers: u8,
    /// From when on it holds, in seconds since 1970; nothing before the second manager has asked.
    due: Option<i64>,
}

/// A manager of the home organisation asks for a key; another must ask for the same.
pub(in crate::handlers) fn recover(context: &mut Context<'_>, arguments: Recover) -> Result<Recovery> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Recover { member, key, .. } = &arguments;
        let (member, key) = (*member, checked_key(key)?);
        let mut row = must_get(context, member)?;
        actor.require_organisation(&row.home_organisation)?;
        require_not_merged(&row)?;
        if row.key.is_empty() {
            return Err(Error::new("MEMBER_KEY_MISSING", "the member has no key that could be lost: bind one"));
        }
        take_over(context, &mut row);
        let recovery = match row.recovery.take() {
            Some(asked) if asked.due_seconds != 0 => return Err(under_way(asked.due_seconds)),
            Some(asked) if asked.key == key => agreed(context, &actor, asked)?,
            _ => RecoveryRow { key, by: actor.row(), fingerprint: actor.fingerprint.clone(), ..RecoveryRow::default() },
        };
        let due = Some(recovery.due_seconds).filter(|due| *due != 0);
        row.recovery = Some(recovery);
        MEMBERS.put(context, &member, &row);
        let told = match due {
            Some(due) => Event::MemberRecoveryAgreed { member, due },
            None => Event::MemberRecoveryAsked { member },
        };
        event::emit(context, told)?;
        Ok(Recovery { member, managers: 1 + u8::from(due.is_some()), due })
    })
}

/// The member puts an end to a recovery with the key that is not lost.
pub(in crate::handlers) fn cancel_recovery(context: &mut Context<'_>, arguments: OnWord) -> Result<Recovery> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Mandate { order, .. } = arguments.word().check(context, &actor, CANCEL)?;
        let member = order.member;
        let mut row = must_get(context, member)?;
        take_over(context, &mut row);
        if row.recovery.take().is_none() {
            return Err(Error::new("RECOVERY_NONE", "no other key was asked for, or it holds already"));
        }
        MEMBERS.put(context, &member, &row);
        event::emit(context, Event::MemberRecoveryCancelled { member })?;
        Ok(Recovery { member, managers: 0, due: None })
    })
}

/// A key that is due becomes the member's.
fn take_over(context: &Context<'_>, row: &mut MemberRow) {
    if let Some(due) = row.recovery.take_if(|recovery| is_due(context, recovery)) {
        row.key = due.key;
    }
}

fn agreed(context: &Context<'_>, actor: &Actor, asked: RecoveryRow) -> Result<RecoveryRow> {
    if asked.fingerprint == actor.fingerprint {
        return Err(Error::new("RECOVERY_SAME_MANAGER", "another manager must ask for the same key"));
    }
    let days = i64::from(policy::recovery_days(context)?);
    let due_seconds = context.invocation().timestamp_seconds.saturating_add(days.saturating_mul(SECONDS_A_DAY)).max(1);
    Ok(RecoveryRow { due_seconds, second: Some(actor.row()), ..asked })
}

fn under_way(due: i64) -> Error {
    let message = format!("a key was asked for by two managers and holds from {due} on; the member can cancel it");
    Error::new("RECOVERY_UNDER_WAY", message)
}
