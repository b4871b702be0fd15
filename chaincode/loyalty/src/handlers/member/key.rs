//! The key of a member: `member.bind_key` and `member.rotate_key`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Mandate, OnWord};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::outcome::event::{self, Event};
use crate::ids::MemberId;
use crate::state::{MEMBERS, Role};

use super::row::{checked_key, must_get, require_not_merged};

/// The name of the function, which an intent must carry.
const ROTATE: &str = "member.rotate_key";

/// Arguments of `member.bind_key`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct BindKey {
    request_id: RequestId,
    member: MemberId,
    key: HexBytes,
}

/// A member's key.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Bound {
    member: MemberId,
}

/// The home programme's agent or manager binds the key with which the member will sign. It is not replaced by binding
/// another: whoever could do that could spend the member's points.
pub(in crate::handlers) fn bind_key(context: &mut Context<'_>, arguments: BindKey) -> Result<Bound> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let BindKey { member, key, .. } = &arguments;
        let mut row = must_get(context, *member)?;
        actor.require_organisation(&row.home_organisation)?;
        require_not_merged(&row)?;
        if !row.key.is_empty() {
            return Err(Error::new("MEMBER_KEY_BOUND", "the member has a key already"));
        }
        row.key = checked_key(key)?;
        MEMBERS.put(context, member, &row);
        event::emit(context, Event::MemberKeyBound { member: *member })?;
        Ok(Bound { member: *member })
    })
}

/// The member replaces the key: the old one signs the new. A recovery that is under way ends with it, since whoever has
/// the key has not lost it.
pub(in crate::handlers) fn rotate_key(context: &mut Context<'_>, arguments: OnWord) -> Result<Bound> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Mandate { order, by } = arguments.word().check(context, &actor, ROTATE)?;
        if !by.member_signed {
            return Err(Error::new("MEMBER_KEY_MISSING", "the member has no key to replace: bind one"));
        }
        let key = order.key.ok_or_else(|| Error::new("KEY_MISSING", "the intent names no new `key`"))?;
        let mut row = must_get(context, order.member)?;
        row.key = checked_key(&key)?;
        row.recovery = None;
        MEMBERS.put(context, &order.member, &row);
        event::emit(context, Event::MemberKeyRotated { member: order.member })?;
        Ok(Bound { member: order.member })
    })
}
