//! Deciding on a policy: `policy.propose` and `policy.approve`.

use folio_chaincode_sdk::{Context, Error, HexId, PAGE_ENTRIES_MAX, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{Changes, Event};
use crate::ids::OrgId;
use crate::rules::policy::Policy;
use crate::state::{POLICIES, POLICY_IN_FORCE, POLICY_PROPOSALS, PROGRAMMES, PolicyProposalRow, PolicyRow, Role};

use super::holding::{RECOVERY_DAYS, in_force, read};

/// Sets the digest of a policy apart from any other.
const DIGEST_TAG: &[u8] = b"folio-policy-v1\n";

/// Most programmes of a consortium that is founded. All of them are read then.
const PROGRAMMES_MAX: usize = 1_000;

/// Arguments of `policy.propose`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Propose {
    request_id: RequestId,
    /// The organisations that decide on the next policy, one voice each.
    organisations: Vec<OrgId>,
    /// The organisations whose managers declare rates of exchange; none for those of every organisation.
    #[serde(default)]
    fx_sources: Vec<OrgId>,
    /// How many days a spending's business date may lie before the proposal; `null` lifts the limit, for a channel that
    /// replays history.
    #[serde(deserialize_with = "Option::deserialize")]
    spend_lag_days_max: Option<u32>,
    /// How many days pass before a key that two managers gave a member in place of a lost one holds; nothing said, it
    /// stays as it is.
    #[serde(default)]
    recovery_days: Option<u32>,
}

/// Arguments of `policy.approve`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Approve {
    request_id: RequestId,
    /// The organisation whose proposal is meant.
    proposed_by: OrgId,
    /// Its digest, so that it cannot be replaced meanwhile.
    digest: HexId<32>,
}

/// Where a proposal stands.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Decided {
    /// The number that the policy has, or would have.
    pub(super) number: u32,
    pub(super) proposed_by: String,
    pub(super) digest: HexId<32>,
    /// How many organisations approve it.
    pub(super) approvals: u32,
    pub(super) approvals_required: u32,
    /// Whether it is in force.
    pub(super) in_force: bool,
}

/// A manager of an organisation with a voice proposes a policy, and approves it by that.
pub(in crate::handlers) fn propose(context: &mut Context<'_>, arguments: Propose) -> Result<Decided> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let before = in_force(context)?;
        let Propose { organisations, fx_sources, spend_lag_days_max, recovery_days, .. } = arguments;
        let kept = before.as_ref().map_or(RECOVERY_DAYS, |row| row.recovery_days);
        let recovery_days = recovery_days.unwrap_or(kept);
        let policy = Policy { organisations, fx_sources, spend_lag_days_max, recovery_days }.checked()?;
        let number = before.as_ref().map_or(1, |row| row.number.saturating_add(1));
        let row = PolicyRow::of(&policy, number, &actor.organisation);
        let proposal = PolicyProposalRow { policy: row, approvals: Vec::new() };
        decide(context, &actor, before.as_ref(), proposal, |proposed_by, digest| Event::PolicyProposed {
            proposed_by,
            digest,
        })
    })
}

/// A manager of another organisation with a voice approves a proposal. With enough voices it is in force.
pub(in crate::handlers) fn approve(context: &mut Context<'_>, arguments: Approve) -> Result<Decided> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Approve { proposed_by, digest, .. } = &arguments;
        let proposal = POLICY_PROPOSALS.get(context, proposed_by)?.ok_or_else(|| {
            Error::new("POLICY_UNKNOWN", format!("{proposed_by} proposes no policy, or it is in force already"))
        })?;
        if *digest != digest_of(context, &proposal.policy) {
            let message = format!("{proposed_by} proposes another policy than the one meant: read it by `policy.get`");
            return Err(Error::new("POLICY_DIGEST_DIFFERS", message));
        }
        let before = in_force(context)?;
        let organisation = actor.organisation.clone();
        decide(context, &actor, before.as_ref(), proposal, |proposed_by, _| Event::PolicyApproved {
            proposed_by,
            organisation,
        })
    })
}

/// Adds a voice to a proposal, which is in force when it has enough of them.
fn decide(
    context: &mut Context<'_>,
    actor: &Actor,
    before: Option<&PolicyRow>,
    mut proposal: PolicyProposalRow,
    told: impl FnOnce(OrgId, HexId<32>) -> Event,
) -> Result<Decided> {
    let policy = read(&proposal.policy)?;
    if !is_next(before, &proposal.policy) {
        let message = "another policy came in force since this one was proposed: propose it again";
        return Err(Error::new("POLICY_OVERTAKEN", message));
    }
    // The first is decided on by all that it names, whoever proposes it among them. Whoever proposes a later one may leave
    // by it.
    let voters = before.map_or_else(|| Ok(policy.clone()), read)?;
    policy.require_follows(&voters)?;
    if !voters.names(&actor.organisation) {
        let message = format!("{} has no voice: {} decide", actor.organisation, joined(&voters.organisations));
        return Err(Error::new("POLICY_VOICE_MISSING", message));
    }
    if proposal.approvals.iter().any(|approval| approval.organisation == actor.organisation.as_str()) {
        let message = format!("{} approves this policy already: an organisation has one voice", actor.organisation);
        return Err(Error::new("POLICY_APPROVED_ALREADY", message));
    }
    proposal.approvals.push(actor.row());
    if before.is_none() {
        require_owners_of_programmes(context, &policy)?;
    }
    let decided = Decided::of(context, before, &proposal)?;
    let proposed_by = owner_of(&proposal.policy)?;
    let mut changes = Changes::default();
    changes.push(told(proposed_by.clone(), decided.digest));
    if decided.in_force {
        POLICY_PROPOSALS.delete(context, &proposed_by);
        let row = PolicyRow { approvals: proposal.approvals, ..proposal.policy };
        POLICIES.put(context, &POLICY_IN_FORCE, &row);
        let Policy { spend_lag_days_max, recovery_days, .. } = policy;
        changes.push(Event::PolicySet { number: decided.number, spend_lag_days_max, recovery_days });
    } else {
        POLICY_PROPOSALS.put(context, &proposed_by, &proposal);
    }
    changes.emit(context)?;
    Ok(decided)
}

/// Whether a proposal follows the policy in force.
pub(super) fn is_next(before: Option<&PolicyRow>, proposed: &PolicyRow) -> bool {
    proposed.number == before.map_or(1, |row| row.number.saturating_add(1))
}

/// Refuses to found a consortium without an organisation that owns a programme on this ledger.
fn require_owners_of_programmes(context: &Context<'_>, policy: &Policy) -> Result<()> {
    let (mut after, mut seen) = (None, 0);
    loop {
        let page = PROGRAMMES.page(context, &(), after.as_ref(), PAGE_ENTRIES_MAX)?;
        seen += page.rows.len();
        let left_out =
            page.rows.iter().find(|(_, row)| !policy.organisations.iter().any(|one| one.as_str() == row.owner));
        if let Some((programme, row)) = left_out {
            let message = format!("the first policy must name {}, which owns {programme}", row.owner);
            return Err(Error::new("POLICY_ORGANISATION_MISSING", message));
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
        if seen >= PROGRAMMES_MAX {
            let message = format!("a consortium is founded before it has {PROGRAMMES_MAX} programmes");
            return Err(Error::new("POLICY_TOO_LATE", message));
        }
    }
}

fn digest_of(context: &Context<'_>, policy: &PolicyRow) -> HexId<32> {
    HexId::new(context.sha256(&[DIGEST_TAG, &policy.content()]))
}

fn owner_of(policy: &PolicyRow) -> Result<OrgId> {
    OrgId::new(&policy.proposed_by).ok_or_else(|| crate::state::Unreadable.of("policy"))
}

fn joined(organisations: &[OrgId]) -> String {
    organisations.iter().map(OrgId::as_str).collect::<Vec<_>>().join(", ")
}

impl Decided {
    /// Where a proposal stands, beside the policy in force.
    pub(super) fn of(context: &Context<'_>, before: Option<&PolicyRow>, proposal: &PolicyProposalRow) -> Result<Self> {
        let required = match before {
            Some(before) => read(before)?.majority(),
            None => read(&proposal.policy)?.unanimity(),
        };
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let approvals = proposal.approvals.len();
        Ok(Self {
            number: proposal.policy.number,
            proposed_by: proposal.policy.proposed_by.clone(),
            digest: digest_of(context, &proposal.policy),
            approvals: count(approvals),
            approvals_required: count(required),
            in_force: approvals >= required,
        })
    }
}
