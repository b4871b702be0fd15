//! Points for something else than a stay or a purchase: `points.award`.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{CostClass, Entry, LotKey};
use crate::handlers::account::holder::must_load;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, OrgId, ProgrammeId};
use crate::rules::expiry;
use crate::rules::programme::{ActivityEarn, ActivityKind};
use crate::rules::tiers::Contribution;
use crate::state::{Account, Cause, LineRow, Role};
use crate::units::{Date, Points};

/// Arguments of `points.award`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Award {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    /// What the member did, as the programme names it.
    activity: Label,
    /// The other member that it takes, such as the one who was referred.
    #[serde(default)]
    other: Option<MemberId>,
    /// Business date.
    as_of: Date,
}

/// What an award came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Awarded {
    programme: ProgrammeId,
    member: MemberId,
    activity: String,
    points: Points,
    /// Points of the other member.
    other_points: Points,
    available: Points,
    /// The version of the programme whose rule held.
    programme_version: u32,
}

/// Points that the programme gives and pays for itself.
pub(in crate::handlers) struct Given<'a> {
    /// What for.
    pub(in crate::handlers) activity: &'a str,
    /// How many.
    pub(in crate::handlers) points: Points,
    /// Whom else it took.
    pub(in crate::handlers) other: Option<MemberId>,
}

/// The programme's agent or manager gives the points of an activity, as often as the programme allows.
pub(in crate::handlers) fn award(context: &mut Context<'_>, arguments: Award) -> Result<Awarded> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Award { programme, member, activity, other, as_of, .. } = arguments;
        let terms = Terms::on(context, &programme, as_of)?;
        actor.require(&[Role::Agent, Role::Manager], &terms.owner)?;
        clock::require_not_in_future(context, as_of)?;
        let earn = terms.definition.activity(&activity.0).ok_or_else(|| {
            Error::new("ACTIVITY_UNKNOWN", format!("{programme} rewards no activity {:?}", activity.0))
        })?;
        require_other(earn, member, other)?;
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        let mut account = must_load(context, &programme, member)?;
        upkeep::bring_up_to(context, &mut journal, &mut account, &terms, as_of)?;
        count_use(&mut account, earn, as_of)?;
        let given = Given { activity: &activity.0, points: earn.points, other };
        give(context, &mut journal, &mut account, &terms, &given, as_of)?;
        account.save(context);
        if let Some(other) = other {
            let mut account = must_load(context, &programme, other)?;
            upkeep::bring_up_to(context, &mut journal, &mut account, &terms, as_of)?;
            let given = Given { activity: &activity.0, points: earn.other, other: Some(member) };
            give(context, &mut journal, &mut account, &terms, &given, as_of)?;
            account.save(context);
        }
        journal.close(context)?;
        let other_points = if other.is_some() { earn.other } else { Points::ZERO };
        let (points, available) = (earn.points, account.holdings.available());
        let programme_version = terms.version();
        Ok(Awarded { programme, member, activity: activity.0, points, other_points, available, programme_version })
    })
}

/// Gives points for something else than a stay, which the programme pays for itself.
pub(in crate::handlers) fn give(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    given: &Given<'_>,
    day: Date,
) -> Result<()> {
    let Given { activity, points, other } = *given;
    if points.is_zero() {
        return Ok(());
    }
    let key = own_lot(terms, CostClass::Activity, day)?;
    let mut entry = Entry::new();
    account.holdings.earn(&mut entry, &key, points)?;
    upkeep::note_activity(account, terms, ActivityKind::Bonus, day);
    let (member, programme) = (account.member(), account.programme.clone());
    journal.changes.push(Event::ActivityEarned { member, programme, activity: activity.to_owned(), points });
    let tier = count_points(journal, account, terms, points, day)?;
    let why = LineRow {
        cause: Cause::Activity.into(),
        activity: activity.to_owned(),
        other_member: other.map_or_else(Vec::new, |other| other.bytes().to_vec()),
        programme_version: terms.version(),
        tier,
        ..LineRow::default()
    };
    journal.enter(context, account, &entry, why)
}

/// The lot of points that the programme gives itself on a day.
pub(in crate::handlers) fn own_lot(terms: &Terms, cost_class: CostClass, day: Date) -> Result<LotKey> {
    Ok(LotKey {
        last_day: expiry::hard_expiry(&terms.definition, day)?,
        earned: LotKey::bucket(day),
        issuer: terms.programme.clone(),
        funder: OrgId::new(&terms.owner)
            .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "programme holds no name of an organisation"))?,
        cost_class,
    })
}

/// Counts points that no stay gave towards a tier; answers the tier's name when it changed.
fn count_points(
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    points: Points,
    day: Date,
) -> Result<String> {
    let tiers = &terms.definition.tiers;
    let reward = terms.definition.reward_balance().map(|(place, balance)| (place, balance.name.as_str()));
    let counted = reward.and_then(|balance| Contribution::of_points(tiers, balance, points, day));
    let before = account.tier.name.clone();
    upkeep::count(journal, account, terms, counted.as_slice())?;
    let changed = account.tier.name != before;
    Ok(if changed { upkeep::tier_name(account, terms).to_owned() } else { String::new() })
}

fn require_other(earn: &ActivityEarn, member: MemberId, other: Option<MemberId>) -> Result<()> {
    match other {
        Some(other) if other == member => {
            Err(Error::new("ACTIVITY_WITH_SELF", "the other member is the one who is rewarded"))
        }
        None if !earn.other.is_zero() => {
            Err(Error::new("ACTIVITY_OTHER_MISSING", "the activity rewards two members: name the other as `other`"))
        }
        _ => Ok(()),
    }
}

fn count_use(account: &mut Account, earn: &ActivityEarn, day: Date) -> Result<()> {
    let Some(limit) = earn.limit else { return Ok(()) };
    if account.activities.count(&earn.activity, limit, day) {
        return Ok(());
    }
    let message = format!("the member has had {} for {:?} in the period already", limit.times, earn.activity);
    Err(Error::new("ACTIVITY_LIMIT", message))
}

impl<'a> Given<'a> {
    /// Points for an activity of the member alone.
    pub(in crate::handlers) const fn activity(activity: &'a str, points: Points) -> Self {
        Self { activity, points, other: None }
    }
}
