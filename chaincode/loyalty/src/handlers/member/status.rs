//! A tier for the status that a member has elsewhere: `member.match_status`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::granting;
use crate::handlers::account::holder;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{MemberId, ProgrammeId};
use crate::rules::tiers::{Challenge, Standing};
use crate::state::{Role, TierCause};
use crate::units::{Date, NightCredits};

use super::link::require_linked;

/// Longest time for which a tier is given, in months.
const MATCH_MONTHS_MAX: i32 = 36;

/// Arguments of `member.match_status`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct MatchStatus {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    tier: Label,
    as_of: Date,
    /// The last day on which the tier is held.
    until: Date,
    /// Why, as the history tells it; it stands on the ledger and should tell nothing of the person.
    reason: Label,
    /// What keeps the tier for longer.
    #[serde(default)]
    challenge: Option<Nights>,
    /// The other membership whose status is matched, which must be linked with this one.
    #[serde(default)]
    linked: Option<MemberId>,
}

/// So many nights up to and with a date keep a tier to another.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nights {
    nights: NightCredits,
    by: Date,
    keeps_until: Date,
}

/// The tier that was given.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Matched {
    member: MemberId,
    programme: ProgrammeId,
    tier: String,
    valid_until: Option<Date>,
}

/// The programme's agent or manager gives a member a higher tier for some time.
pub(in crate::handlers) fn match_status(context: &mut Context<'_>, arguments: MatchStatus) -> Result<Matched> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let MatchStatus { programme, member, as_of, until, reason, linked, .. } = &arguments;
        actor.require_organisation(&terms::must_get(context, programme)?.owner)?;
        clock::require_not_in_future(context, *as_of)?;
        let mut account = holder::receiver(context, programme, *member, *as_of)?;
        let terms = Terms::on(context, programme, (*as_of).max(account.last_business_date))?;
        if let Some(other) = linked {
            require_linked(context, *member, *other)?;
        }
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        upkeep::bring_up_to(context, &mut journal, &mut account, &terms, *as_of)?;
        let day = account.last_business_date;
        let tier = &arguments.tier.0;
        let rank = terms.definition.tiers.rank_of(tier);
        let rank = rank.ok_or_else(|| Error::new("TIER_UNKNOWN", format!("{programme} has no tier {tier:?}")))?;
        let given = Standing { rank, valid_until: Some(*until) };
        let held = upkeep::standing(&account, &terms);
        if rank <= held.rank {
            return Err(Error::new("TIER_NOT_HIGHER", "the member holds this tier, or a higher one, already"));
        }
        require_in_time(day, *until)?;
        if let Some(asked) = &arguments.challenge {
            account.counters.challenge = Some(asked.challenge(tier, day, *until)?);
        }
        let (member, reason) = (account.member(), reason.0.clone());
        upkeep::hold_tier(&mut journal, &mut account, &terms, given, (TierCause::Matched, reason))?;
        upkeep::judge_tier(&mut journal, &mut account, &terms)?;
        granting::settle(context, &mut journal, &mut account, &terms)?;
        journal.changes.lead(Event::StatusMatched {
            member,
            programme: programme.clone(),
            tier: tier.clone(),
            until: *until,
        });
        account.save(context);
        journal.close(context)?;
        let valid_until = account.tier.valid_until;
        Ok(Matched { member, programme: programme.clone(), tier: account.tier.name, valid_until })
    })
}

impl Nights {
    fn challenge(&self, tier: &str, from: Date, until: Date) -> Result<Challenge> {
        let in_order = from <= self.by && self.by <= until && until < self.keeps_until;
        if !in_order || self.nights <= NightCredits::ZERO {
            let message = "a challenge asks for nights by a date on which the tier is held, and keeps it for longer";
            return Err(Error::new("CHALLENGE_INVALID", message));
        }
        require_in_time(from, self.keeps_until)?;
        Ok(Challenge {
            tier: tier.to_owned(),
            from,
            by: self.by,
            nights: self.nights,
            reached: NightCredits::ZERO,
            keeps_until: self.keeps_until,
        })
    }
}

fn require_in_time(day: Date, until: Date) -> Result<()> {
    let latest = day.add_months(MATCH_MONTHS_MAX)?;
    if day <= until && until <= latest {
        return Ok(());
    }
    Err(Error::new("MATCH_UNTIL_INVALID", format!("a tier is given until a date from {day} to {latest}")))
}
