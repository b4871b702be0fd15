//! Programmes: `programme.propose`, `approve`, `activate`, `get` and `versions`.
//!
//! A programme is decided on by the organisation that owns it. One of its managers proposes a version, as many of them
//! as the programme asks for approve it, and then it is put in force. What is in force is never edited: a change is a new
//! version, in force from a later date. A proposal may be replaced until then, and loses its approvals.

use folio_chaincode_sdk::{Context, Error, HexId, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::hex;
use crate::handlers::outcome::event::{self, Event};
use crate::ids::ProgrammeId;
use crate::rules::programme::{DEFINITION_BYTES_MAX, Definition, DefinitionError, VersionEntry};
use crate::state::{PROGRAMMES, ProgrammeRow, Role, VERSIONS, VersionRow};
use crate::units::Date;

use super::terms::{self, Terms};

/// Most managers that a programme may ask to approve a version.
const APPROVALS_MAX: u32 = 16;

/// Most versions of one programme.
const VERSIONS_MAX: usize = 1_000;

/// Arguments of `programme.propose`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Propose {
    request_id: RequestId,
    definition: Definition,
    /// How many managers must approve later versions; nothing leaves it as it is, and is one for a new programme.
    #[serde(default)]
    approvals_required: Option<u32>,
}

/// Arguments of `programme.approve` and `programme.activate`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Decide {
    request_id: RequestId,
    programme: ProgrammeId,
    version: u32,
    /// Digest of the definition that is meant, so that it cannot be replaced meanwhile.
    #[serde(default)]
    digest: Option<HexId<32>>,
}

/// Arguments of `programme.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    programme: ProgrammeId,
    /// Number of a version, in force or not.
    #[serde(default)]
    version: Option<u32>,
    /// A date on which it holds; with neither, the newest in force.
    #[serde(default)]
    as_of: Option<Date>,
}

/// Arguments of `programme.versions`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Versions {
    programme: ProgrammeId,
}

/// Where a version stands.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Version {
    programme: ProgrammeId,
    version: u32,
    effective_from: Date,
    in_force: bool,
    approvals: u32,
    approvals_required: u32,
    /// SHA-256 of the definition as it is stored.
    digest: String,
}

/// A version with its definition.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Defined {
    #[serde(flatten)]
    version: Version,
    owner: String,
    definition: Definition,
}

/// The versions of a programme that are in force or will be.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Timeline {
    programme: ProgrammeId,
    owner: String,
    approvals_required: u32,
    in_force: Vec<VersionEntry>,
    /// A version that is proposed and not in force.
    proposed: Option<u32>,
}

/// A manager of the owner proposes the next version. The first proposal makes the programme, and its owner.
pub(in crate::handlers) fn propose(context: &mut Context<'_>, arguments: Propose) -> Result<Version> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let definition = arguments.definition;
        definition.validate()?;
        let stored = definition.to_stored();
        if stored.len() > DEFINITION_BYTES_MAX {
            let (got, max) = (stored.len(), DEFINITION_BYTES_MAX);
            return Err(DefinitionError::TooLarge { got, max }.into());
        }
        let programme = ProgrammeId::new(&definition.programme).ok_or_else(|| {
            Error::new("PROGRAMME_INVALID", "the programme's id is too long or holds other characters")
        })?;
        actor.require_organisation(&definition.owner)?;
        let row = PROGRAMMES.get(context, &programme)?.unwrap_or_else(|| ProgrammeRow {
            owner: actor.organisation.to_string(),
            approvals_required: arguments.approvals_required.unwrap_or(1),
            ..ProgrammeRow::default()
        });
        actor.require_organisation(&row.owner)?;
        let approvals_required = arguments.approvals_required.unwrap_or(row.approvals_required);
        if !(1..=APPROVALS_MAX).contains(&approvals_required) {
            let message = format!("a programme asks for 1 to {APPROVALS_MAX} approvals");
            return Err(Error::new("PROGRAMME_APPROVALS_INVALID", message));
        }
        let next = next_version(&row)?;
        if definition.version != next {
            let message = format!("the next version is {next}, this one is {}", definition.version);
            return Err(Error::new("PROGRAMME_VERSION_NOT_NEXT", message));
        }
        if let Some(previous) = row.in_force.last() {
            let previous = must_get_version(context, &programme, previous.version)?;
            definition.validate_successor(&Definition::from_stored(&previous.definition)?)?;
        }
        let version = VersionRow { definition: stored, by: actor.row(), approvals: Vec::new(), approvals_required };
        PROGRAMMES.put(context, &programme, &row);
        VERSIONS.put(context, &(programme.clone(), next), &version);
        event::emit(context, Event::ProgrammeProposed { programme: programme.clone(), version: next })?;
        Ok(Version::of(context, &row, &version, programme, &definition))
    })
}

/// A manager of the owner approves a version; each counts once.
pub(in crate::handlers) fn approve(context: &mut Context<'_>, arguments: Decide) -> Result<Version> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let (row, mut version, definition) = undecided(context, &actor, &arguments)?;
        if version.approvals.contains(&actor.fingerprint) {
            return Err(Error::new("PROGRAMME_APPROVED_ALREADY", "you have approved this version before"));
        }
        version.approvals.push(actor.fingerprint.clone());
        let Decide { programme, version: number, .. } = &arguments;
        VERSIONS.put(context, &(programme.clone(), *number), &version);
        let approvals = count(&version);
        event::emit(context, Event::ProgrammeApproved { programme: programme.clone(), version: *number, approvals })?;
        Ok(Version::of(context, &row, &version, programme.clone(), &definition))
    })
}

/// A manager of the owner puts an approved version in force. Only the first may take effect in the past.
pub(in crate::handlers) fn activate(context: &mut Context<'_>, arguments: Decide) -> Result<Version> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let (mut row, version, definition) = undecided(context, &actor, &arguments)?;
        let (approvals, required) = (count(&version), row.approvals_required);
        if approvals < required {
            let message = format!("{required} managers must approve the version, {approvals} have");
            return Err(Error::new("PROGRAMME_NOT_APPROVED", message));
        }
        let mut timeline = terms::timeline(&row)?;
        let from = definition.effective_from;
        let today = clock::proposal_date(context)?;
        if !timeline.entries().is_empty() && from < today {
            let message = format!("the version takes effect on {from}, before {today}; only the first may look back");
            return Err(Error::new("PROGRAMME_IN_PAST", message));
        }
        let entry = VersionEntry::of(&definition);
        if !timeline.push(entry) {
            let message = format!("version {} must be newer and take effect later than those in force", entry.version);
            return Err(Error::new("PROGRAMME_NOT_LATER", message));
        }
        row.in_force.push(terms::entry_row(entry));
        row.approvals_required = version.approvals_required;
        PROGRAMMES.put(context, &arguments.programme, &row);
        let (programme, number) = (arguments.programme.clone(), arguments.version);
        let activated =
            Event::ProgrammeActivated { programme: programme.clone(), version: number, effective_from: from };
        event::emit(context, activated)?;
        Ok(Version::of(context, &row, &version, programme, &definition))
    })
}

/// Anybody on the channel may read a programme: its terms are published.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Defined> {
    let Get { programme, version, as_of } = arguments;
    let row = terms::must_get(context, &programme)?;
    let timeline = terms::timeline(&row)?;
    let in_force = match as_of {
        Some(date) => timeline.version_on(date),
        None => timeline.entries().last().map(|entry| entry.version),
    };
    let number = version
        .or(in_force)
        .ok_or_else(|| Error::new("PROGRAMME_NOT_IN_FORCE", format!("no version of {programme} is in force then")))?;
    let stored = must_get_version(context, &programme, number)?;
    let definition = Definition::from_stored(&stored.definition)?;
    let version = Version::of(context, &row, &stored, programme, &definition);
    Ok(Defined { version, owner: row.owner, definition })
}

/// Anybody on the channel may list the versions in force.
pub(in crate::handlers) fn versions(context: &Context<'_>, arguments: Versions) -> Result<Timeline> {
    let Versions { programme } = arguments;
    let row = terms::must_get(context, &programme)?;
    let in_force = terms::timeline(&row)?.entries().to_vec();
    let next = next_version(&row)?;
    let proposed = VERSIONS.contains(context, &(programme.clone(), next)).then_some(next);
    let ProgrammeRow { owner, approvals_required, .. } = row;
    Ok(Timeline { programme, owner, approvals_required, in_force, proposed })
}

/// A version on which its owner can still decide.
fn undecided(
    context: &Context<'_>,
    actor: &Actor,
    arguments: &Decide,
) -> Result<(ProgrammeRow, VersionRow, Definition)> {
    let row = terms::must_get(context, &arguments.programme)?;
    actor.require_organisation(&row.owner)?;
    let version = must_get_version(context, &arguments.programme, arguments.version)?;
    if is_in_force(&row, arguments.version) {
        return Err(Error::new("PROGRAMME_IN_FORCE", format!("version {} is decided on", arguments.version)));
    }
    let digest = context.sha256(&[&version.definition]);
    if arguments.digest.is_some_and(|meant| *meant.bytes() != digest) {
        let message = format!("version {} is another definition than the one meant", arguments.version);
        return Err(Error::new("PROGRAMME_DIGEST_DIFFERS", message));
    }
    let definition = Definition::from_stored(&version.definition)?;
    Ok((row, version, definition))
}

fn must_get_version(context: &Context<'_>, programme: &ProgrammeId, version: u32) -> Result<VersionRow> {
    let row = VERSIONS.get(context, &(programme.clone(), version))?;
    row.ok_or_else(|| Error::new("PROGRAMME_VERSION_UNKNOWN", format!("{programme} has no version {version}")))
}

/// Number of the version that may be proposed.
fn next_version(row: &ProgrammeRow) -> Result<u32> {
    if row.in_force.len() >= VERSIONS_MAX {
        return Err(Error::new("PROGRAMME_VERSIONS_FULL", format!("a programme has at most {VERSIONS_MAX} versions")));
    }
    Ok(row.in_force.last().map_or(1, |newest| newest.version.saturating_add(1)))
}

fn is_in_force(row: &ProgrammeRow, version: u32) -> bool {
    row.in_force.iter().any(|entry| entry.version == version)
}

fn count(version: &VersionRow) -> u32 {
    u32::try_from(version.approvals.len()).unwrap_or(u32::MAX)
}

impl Version {
    fn of(
        context: &Context<'_>,
        row: &ProgrammeRow,
        version: &VersionRow,
        programme: ProgrammeId,
        definition: &Definition,
    ) -> Self {
        Self {
            programme,
            version: definition.version,
            effective_from: definition.effective_from,
            in_force: is_in_force(row, definition.version),
            approvals: count(version),
            approvals_required: row.approvals_required,
            digest: hex(&context.sha256(&[&version.definition])),
        }
    }
}

impl Terms {
    /// The version that a query names, or the newest in force.
    pub(in crate::handlers) fn named(
        context: &Context<'_>,
        programme: &ProgrammeId,
        version: Option<u32>,
    ) -> Result<Self> {
        let row = terms::must_get(context, programme)?;
        let newest = terms::timeline(&row)?.entries().last().map(|entry| entry.version);
        let number = version
            .or(newest)
            .ok_or_else(|| Error::new("PROGRAMME_NOT_IN_FORCE", format!("no version of {programme} is in force")))?;
        Self::of_version(context, programme, &row, number)
    }
}
