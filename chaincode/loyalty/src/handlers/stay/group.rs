//! Stays that are rated as one: legs of a booking, shares of a room, stays that follow each other.
//!
//! A stay names its group in its report. What the other stays of the group were in detail stands in no world state, so the
//! hotel hands their reports in again, in the transient map, and each is held against the digest of its receipt. When a leg
//! comes late the whole group is rated again, and the difference is posted.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::handlers::call::secret::Secret;
use crate::ids::{GroupKey, StayKey};
use crate::rules::rating::GROUP_STAYS_MAX;
use crate::rules::stay::Stay;
use crate::state::{GROUPS, GroupRow, Outcome, ReceiptRow, STAYS, StayRow};

const LEGS_TRANSIENT: &str = "legs";

/// The reports of the other stays of a group, as they came with the call: a JSON array of texts, each the exact report.
pub(super) struct Legs(Vec<String>);

/// The group of a stay.
pub(super) struct Group {
    /// Its key.
    pub(super) key: GroupKey,
    /// What the ledger knows of it.
    pub(super) row: GroupRow,
}

impl Legs {
    /// The reports that came with the call; none when there were none.
    pub(super) fn of_call(context: &Context<'_>) -> Result<Self> {
        let Some(json) = context.transient(LEGS_TRANSIENT) else { return Ok(Self(Vec::new())) };
        let malformed =
            |_| Error::new("STAY_LEGS_MALFORMED", "`legs` must be a JSON array of texts, each a stay version");
        let legs: Vec<String> = serde_json::from_slice(json).map_err(malformed)?;
        if legs.len() >= GROUP_STAYS_MAX {
            return Err(too_many());
        }
        Ok(Self(legs))
    }
}

impl Group {
    /// The group that a stay names, if any. A stay that was rated otherwise before takes along what is posted for it, as
    /// long as no other stay has a part in either posting.
    pub(super) fn find(
        context: &mut Context<'_>,
        secret: &Secret,
        stay: &Stay<'_>,
        own: StayKey,
        row: &mut StayRow,
    ) -> Result<Option<Self>> {
        let key = secret.group_key(context, stay);
        if let Some(left) = Self::of_row(context, row)?.filter(|left| Some(left.key) != key) {
            if left.row.stays.iter().any(|other| other != own.bytes()) {
                return Err(group_changed());
            }
            row.posted.clone_from(&left.row.posted);
            row.group.clear();
            GROUPS.delete(context, &left.key);
        }
        let Some(key) = key else { return Ok(None) };
        let mut group = Self { key, row: GROUPS.get(context, &key)?.unwrap_or_default() };
        if let Some(posted) = row.posted.take() {
            if !group.row.stays.is_empty() {
                return Err(group_changed());
            }
            group.row.posted = Some(posted);
        }
        Ok(Some(group))
    }

    /// The group in which a stay was rated last.
    pub(super) fn of_row(context: &Context<'_>, row: &StayRow) -> Result<Option<Self>> {
        let Some(key) = GroupKey::from_start_of(&row.group) else { return Ok(None) };
        Ok(Some(Self { key, row: GROUPS.get(context, &key)?.ok_or_else(unreadable)? }))
    }

    /// Takes a stay out.
    pub(super) fn leave(&mut self, stay: StayKey) {
        self.row.stays.retain(|known| known != stay.bytes());
    }

    /// Takes the stay in, if it is new.
    pub(super) fn join(&mut self, stay: StayKey) -> Result<()> {
        if self.row.stays.iter().any(|known| known == stay.bytes()) {
            return Ok(());
        }
        if self.row.stays.len() >= GROUP_STAYS_MAX {
            return Err(too_many());
        }
        self.row.stays.push(stay.bytes().to_vec());
        Ok(())
    }

    /// The other stays of the group, each as it was rated last.
    pub(super) fn others<'a>(
        &self,
        context: &Context<'_>,
        secret: &Secret,
        own: StayKey,
        legs: &'a Legs,
    ) -> Result<Vec<Stay<'a>>> {
        let others = self.row.stays.iter().filter(|stay| *stay != own.bytes());
        others.map(|stay| find_leg(context, secret, stay, legs)).collect()
    }

    /// Writes what is posted for the group now. A group of none is gone.
    pub(super) fn save(&self, context: &mut Context<'_>) {
        if self.row.stays.is_empty() {
            GROUPS.delete(context, &self.key);
        } else {
            GROUPS.put(context, &self.key, &self.row);
        }
    }
}

fn find_leg<'a>(context: &Context<'_>, secret: &Secret, key: &[u8], legs: &'a Legs) -> Result<Stay<'a>> {
    let key = StayKey::from_start_of(key).ok_or_else(unreadable)?;
    let row = STAYS.get(context, &key)?.ok_or_else(unreadable)?;
    let receipt = last_rated(&row.receipts).ok_or_else(unreadable)?;
    let salt = secret.stay_salt(context, key, receipt.version);
    let is_reported = |leg: &&String| context.sha256(&[&salt, leg.as_bytes()]).as_slice() == receipt.digest;
    let leg = legs.0.iter().find(is_reported).ok_or_else(|| {
        let message =
            format!("`legs` must hold version {} of stay {key}, which is rated with this one", receipt.version);
        Error::new("STAY_LEGS_MISSING", message)
    })?;
    Ok(Stay::parse(leg.as_bytes())?)
}

/// The version whose content is what the group was rated with.
fn last_rated(receipts: &[ReceiptRow]) -> Option<&ReceiptRow> {
    let rated = |receipt: &&ReceiptRow| matches!(receipt.outcome(), Outcome::Posted | Outcome::ZeroPoint);
    receipts.iter().rfind(rated)
}

fn too_many() -> Error {
    Error::new("STAY_LEGS_TOO_MANY", format!("at most {GROUP_STAYS_MAX} stays are rated as one"))
}

fn group_changed() -> Error {
    let message =
        "the stay is rated with others in another group, or these are: void it first, and report a new version";
    Error::new("STAY_GROUP_CHANGED", message)
}

fn unreadable() -> Error {
    Error::new(codes::STATE_UNREADABLE, "group of stays holds a value out of range")
}
