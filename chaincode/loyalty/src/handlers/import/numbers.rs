//! Membership numbers of imported members, which come beside a batch and stand in private data only.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Context, Error, Result};

use crate::handlers::member::Number;
use crate::ids::MemberId;

use super::row::Row;

const NUMBERS_TRANSIENT: &str = "numbers";

/// The membership numbers that came with a batch.
pub(super) struct Numbers {
    numbers: BTreeMap<MemberId, Number>,
}

impl Numbers {
    /// The numbers that came in the transient map, as one JSON object from member to number.
    pub(super) fn of_call(context: &Context<'_>, rows: &[Row]) -> Result<Self> {
        let Some(given) = context.transient(NUMBERS_TRANSIENT) else { return Ok(Self { numbers: BTreeMap::new() }) };
        let texts: BTreeMap<MemberId, String> = serde_json::from_slice(given)
            .map_err(|_| Error::new("NUMBER_INVALID", "`numbers` must be one JSON object from member to number"))?;
        if let Some(stranger) = texts.keys().find(|member| rows.iter().all(|row| row.member != **member)) {
            return Err(Error::new("NUMBER_INVALID", format!("`numbers` names {stranger}, who is in no row")));
        }
        let read = |(member, text)| Ok((member, Number::of_text(context, text)?));
        Ok(Self { numbers: texts.into_iter().map(read).collect::<Result<_>>()? })
    }

    /// Salted digests of all numbers, which stand for them in the request.
    pub(super) fn digest(&self, context: &Context<'_>) -> Vec<u8> {
        self.numbers.iter().flat_map(|(member, number)| number.digest(context, *member)).collect()
    }

    /// The number of a member.
    pub(super) fn of(&self, member: MemberId) -> Option<&Number> {
        self.numbers.get(&member)
    }
}
