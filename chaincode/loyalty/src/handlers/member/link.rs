//! What two members agree on: `member.link`.
//!
//! Each of the two says so in a call of its own, because agents of two organisations may have to act. What both have said
//! stands.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::mandate::{Mandate, OnWord, Order};
use crate::handlers::call::request;
use crate::handlers::outcome::event::{self, Event};
use crate::ids::MemberId;
use crate::state::{ActorRow, ConsentRow, LINKS, LinkRow};

use super::row::{home_programme, must_get, require_not_merged};

/// The name of the function, which an intent must carry.
const FUNCTION: &str = "member.link";

/// A link of two members.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Link {
    member: MemberId,
    other: MemberId,
    /// Whether both have agreed.
    linked: bool,
}

/// A member agrees to be linked with another. The link stands when the other has agreed, too.
pub(in crate::handlers) fn link(context: &mut Context<'_>, arguments: OnWord) -> Result<Link> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Mandate { order, by } = arguments.word().check(context, &actor, FUNCTION)?;
        let (member, other) = (order.member, other_of(context, &order)?);
        let place = place_of(member, other);
        let mut row = LINKS.get(context, &place)?.unwrap_or_default();
        if has_agreed(&row.links, member).is_some() {
            return Err(Error::new("LINK_AGREED", "the member has agreed to this before"));
        }
        row.links.push(consent(&order, by, None));
        let linked = is_linked(&row);
        LINKS.put(context, &place, &row);
        let told =
            if linked { Event::MemberLinked { member, other } } else { Event::MemberLinkAsked { member, other } };
        event::emit(context, told)?;
        Ok(Link { member, other, linked })
    })
}

/// Refuses two members who have not both agreed to be linked.
pub(super) fn require_linked(context: &Context<'_>, member: MemberId, other: MemberId) -> Result<()> {
    let row = LINKS.get(context, &place_of(member, other))?.unwrap_or_default();
    if is_linked(&row) {
        return Ok(());
    }
    Err(Error::new("MEMBERS_NOT_LINKED", format!("{member} and {other} have not both agreed to be linked")))
}

/// The other member of an order about two of them, both enrolled. Who somebody is, is not for every programme to say: an
/// agent of the home programme acts for a member without a key.
pub(super) fn other_of(context: &Context<'_>, order: &Order) -> Result<MemberId> {
    clock::require_not_in_future(context, order.as_of)?;
    let home = home_programme(&must_get(context, order.member)?)?;
    if order.programme != home {
        let message = format!("this is for {home}, the home programme of the member");
        return Err(Error::new("PROGRAMME_NOT_HOME", message));
    }
    let other = order.to.filter(|other| *other != order.member);
    let other = other.ok_or_else(|| Error::new("OTHER_MEMBER_MISSING", "the intent names no other member as `to`"))?;
    require_not_merged(&must_get(context, other)?)?;
    Ok(other)
}

/// Where an agreement of two members stands.
pub(super) fn place_of(member: MemberId, other: MemberId) -> (MemberId, MemberId) {
    if member < other { (member, other) } else { (other, member) }
}

/// What a member has agreed to, if anything.
pub(super) fn has_agreed(consents: &[ConsentRow], member: MemberId) -> Option<&ConsentRow> {
    consents.iter().find(|consent| consent.member == member.bytes())
}

/// The row of an agreement.
pub(super) fn consent(order: &Order, by: ActorRow, survivor: Option<MemberId>) -> ConsentRow {
    ConsentRow {
        member: order.member.bytes().to_vec(),
        survivor: survivor.map_or_else(Vec::new, |survivor| survivor.bytes().to_vec()),
        date: order.as_of.days(),
        by,
    }
}

fn is_linked(row: &LinkRow) -> bool {
    row.links.len() >= 2
}
