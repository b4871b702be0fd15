//! Membership numbers, which lead to members in private data only: `member.resolve`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::secret::{Secret, collection_of};
use crate::handlers::programme::terms;
use crate::ids::{MemberId, OrgId, ProgrammeId};

const NUMBER_TRANSIENT: &str = "number";
const NUMBER_BYTES_MAX: usize = 64;

/// Arguments of `member.resolve`. The number comes in the transient map.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Resolve {
    programme: ProgrammeId,
}

/// The member that a number belongs to.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Resolved {
    member: MemberId,
}

/// A membership number, with the secret of the organisation that gave it.
pub(in crate::handlers) struct Number {
    text: String,
    secret: Secret,
}

impl Number {
    /// The number that came with the call, if any.
    pub(in crate::handlers) fn of_call(context: &Context<'_>) -> Result<Option<Self>> {
        let Some(given) = context.transient(NUMBER_TRANSIENT) else { return Ok(None) };
        Self::of_text(context, String::from_utf8(given.to_vec()).unwrap_or_default()).map(Some)
    }

    /// A number, with the secret that came with the call.
    pub(in crate::handlers) fn of_text(context: &Context<'_>, text: String) -> Result<Self> {
        if !(1..=NUMBER_BYTES_MAX).contains(&text.len()) {
            let message = format!("a membership number is 1 to {NUMBER_BYTES_MAX} bytes of text");
            return Err(Error::new("NUMBER_INVALID", message));
        }
        Ok(Self { text, secret: Secret::of_call(context)? })
    }

    /// Digest under which the number stands beside its member. It tells nothing without the secret.
    pub(in crate::handlers) fn digest(&self, context: &Context<'_>, member: MemberId) -> [u8; 32] {
        context.sha256(&[&self.secret.number_salt(context, member), self.text.as_bytes()])
    }

    /// Keeps the number for its member in the organisation's collection. A number belongs to one member.
    pub(in crate::handlers) fn keep(
        &self,
        context: &mut Context<'_>,
        organisation: &OrgId,
        programme: &ProgrammeId,
        member: MemberId,
    ) -> Result<()> {
        let (collection, key) = (collection_of(organisation), self.secret.number_key(context, programme, &self.text));
        // The hash is known to every peer, the value only to the organisation's own.
        if context.private_hash(&collection, &key).is_some() {
            return Err(Error::new("NUMBER_TAKEN", "the membership number belongs to a member already"));
        }
        let salt = self.secret.number_salt(context, member);
        context.private_put(&collection, &key, member.to_string().into_bytes());
        context.private_put(&collection, &format!("member/{member}"), [&salt[..], self.text.as_bytes()].concat());
        Ok(())
    }
}

/// Staff of the programme's organisation look a member up by number, on a peer of their own.
pub(in crate::handlers) fn resolve(context: &Context<'_>, arguments: Resolve) -> Result<Resolved> {
    let Resolve { programme } = arguments;
    let actor = Actor::of(context)?;
    let row = terms::must_get(context, &programme)?;
    actor.require(STAFF, &row.owner)?;
    let number = Number::of_call(context)?
        .ok_or_else(|| Error::new("NUMBER_MISSING", "the transient map must hold `number`, the membership number"))?;
    let key = number.secret.number_key(context, &programme, &number.text);
    let found = context.private_get(&collection_of(&actor.organisation), &key);
    let member = found.and_then(|bytes| MemberId::parse(std::str::from_utf8(&bytes).ok()?));
    member
        .map(|member| Resolved { member })
        .ok_or_else(|| Error::new("NUMBER_UNKNOWN", "no member of the programme has this number"))
}
