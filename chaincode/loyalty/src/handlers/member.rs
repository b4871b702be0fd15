//! Members: `member.enrol`, `member.get` and `member.bind_key`.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use serde::{Deserialize, Serialize};

use crate::books::{CostClass, Entry, LotKey};
use crate::ids::{MemberId, OrgId, ProgrammeId};
use crate::rules::expiry;
use crate::rules::programme::ActivityKind;
use crate::rules::tiers::{Contribution, Progress, progress};
use crate::state::{Account, Cause, LineRow, MEMBERS, MemberRow, Role};
use crate::units::{Date, NightCredits, Points};

use super::access::{Actor, STAFF};
use super::clock;
use super::event::{self, Event};
use super::journal::Journal;
use super::number::Number;
use super::request::{self, RequestId};
use super::terms::{self, Terms};
use super::text::HexBytes;
use super::upkeep;

/// The activity for which programmes may give points at enrolment.
const ENROLMENT: &str = "enrolment";

/// Arguments of `member.enrol`. A membership number comes in the transient map, beside the organisation's secret.
#[derive(Deserialize)]
pub(super) struct Enrol {
    request_id: RequestId,
    programme: ProgrammeId,
    as_of: Date,
    /// An id that the organisation drew by itself, at random; where it is missing one is drawn here.
    #[serde(default)]
    member: Option<MemberId>,
    /// The member's secp256k1 key in SEC1 form, where there is one.
    #[serde(default)]
    key: Option<HexBytes>,
}

/// Arguments of `member.bind_key`.
#[derive(Deserialize)]
pub(super) struct BindKey {
    request_id: RequestId,
    member: MemberId,
    key: HexBytes,
}

/// Arguments of `member.get`.
#[derive(Deserialize)]
pub(super) struct Get {
    member: MemberId,
    /// Nothing stands for the programme that enrolled the member.
    #[serde(default)]
    programme: Option<ProgrammeId>,
}

/// What an enrolment came to.
#[derive(Serialize, Deserialize)]
pub(super) struct Enrolled {
    member: MemberId,
    programme: ProgrammeId,
    /// Points given for enrolling.
    points: Points,
    tier: String,
}

/// A member's key.
#[derive(Serialize, Deserialize)]
pub(super) struct Bound {
    member: MemberId,
}

/// A member, and what the member has in one programme.
#[derive(Serialize)]
pub(super) struct Member {
    member: MemberId,
    home_programme: String,
    enrolled: Date,
    key_bound: bool,
    programme: ProgrammeId,
    /// Nothing until the first points come in.
    account: Option<Holding>,
}

/// What a member has in a programme.
#[derive(Serialize)]
struct Holding {
    opened: Date,
    available: Points,
    reserved: Points,
    debt: Points,
    tier: String,
    tier_valid_until: Option<Date>,
    /// Night credits of the calendar year of the last business date.
    nights_this_year: NightCredits,
    /// Night credits since enrolment.
    nights: NightCredits,
    stays: i32,
    last_activity: Option<Date>,
    last_business_date: Date,
    /// The last day on which the points can be used if the account rests from now on.
    usable_until: Option<Date>,
    /// Points by their own last day, those that end first foremost.
    lots: Vec<LotView>,
    /// How far each tier is.
    progress: Vec<Progress>,
}

/// Points that end together. What they cost whom is not for everybody.
#[derive(Serialize)]
struct LotView {
    points: Points,
    earned: Date,
    last_day: Option<Date>,
}

/// Staff of the programme's organisation enrol a member, who gets a random id.
pub(super) fn enrol(context: &mut Context<'_>, arguments: Enrol) -> Result<Enrolled> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    let number = Number::of_call(context)?;
    let member = arguments.member.map_or_else(|| new_member_id(context), Ok)?;
    // The digest that goes into the request must not depend on the member, who is new with each proposal.
    let private = number.as_ref().map_or(Vec::new(), |number| number.digest(context, MemberId::new([0; 16])).to_vec());
    request::once(context, &arguments.request_id, &private, |context| {
        let Enrol { programme, as_of, key, .. } = &arguments;
        clock::require_not_in_future(context, *as_of)?;
        let terms = Terms::on(context, programme, *as_of)?;
        actor.require_organisation(&terms.owner)?;
        if MEMBERS.contains(context, &member) {
            return Err(Error::new("MEMBER_EXISTS", format!("member {member} is enrolled already")));
        }
        let mut row = MemberRow {
            home_programme: programme.to_string(),
            home_organisation: terms.owner.clone(),
            enrolled: as_of.days(),
            by: actor.row(),
            ..MemberRow::default()
        };
        if let Some(key) = key {
            row.key = checked_key(key)?;
        }
        if let Some(number) = &number {
            row.number_digest = number.digest(context, member).to_vec();
            number.keep(context, &actor.organisation, programme, member)?;
        }
        MEMBERS.put(context, &member, &row);
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        journal.changes.push(Event::MemberEnrolled { member, programme: programme.clone() });
        let mut account = Account::open(programme.clone(), member, *as_of);
        let points = terms.definition.points_for(ENROLMENT);
        earn_activity(context, &mut journal, &mut account, &terms, (ENROLMENT, points), *as_of)?;
        account.save(context);
        let tier = upkeep::tier_name(&account, &terms).to_owned();
        journal.close(context)?;
        Ok(Enrolled { member, programme: programme.clone(), points, tier })
    })
}

/// The home programme's agent or manager binds the key with which the member will sign. It is not replaced by binding
/// another: whoever could do that could spend the member's points.
pub(super) fn bind_key(context: &mut Context<'_>, arguments: BindKey) -> Result<Bound> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let BindKey { member, key, .. } = &arguments;
        let mut row = must_get(context, *member)?;
        actor.require_organisation(&row.home_organisation)?;
        if !row.key.is_empty() {
            return Err(Error::new("MEMBER_KEY_BOUND", "the member has a key already"));
        }
        row.key = checked_key(key)?;
        MEMBERS.put(context, member, &row);
        event::emit(context, Event::MemberKeyBound { member: *member })?;
        Ok(Bound { member: *member })
    })
}

/// The programme's own staff and auditors see what a member has in the programme.
pub(super) fn get(context: &Context<'_>, arguments: Get) -> Result<Member> {
    let Get { member, programme } = arguments;
    let row = must_get(context, member)?;
    let programme = match programme {
        Some(programme) => programme,
        None => home_programme(&row)?,
    };
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(STAFF, &owner)?;
    }
    let account = Account::load(context, &programme, member)?;
    let account = account.map(|account| Holding::of(context, &account)).transpose()?;
    let unreadable = |_| Error::new(codes::STATE_UNREADABLE, "member holds a date out of range");
    Ok(Member {
        member,
        home_programme: row.home_programme,
        enrolled: Date::from_days(row.enrolled).map_err(unreadable)?,
        key_bound: !row.key.is_empty(),
        programme,
        account,
    })
}

/// The member, who must be enrolled.
pub(super) fn must_get(context: &Context<'_>, member: MemberId) -> Result<MemberRow> {
    let row = MEMBERS.get(context, &member)?;
    row.ok_or_else(|| Error::new("MEMBER_UNKNOWN", format!("member {member} is not enrolled")))
}

/// Points for something else than a stay, which the programme pays for itself.
fn earn_activity(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    (activity, points): (&str, Points),
    day: Date,
) -> Result<()> {
    if points.is_zero() {
        return Ok(());
    }
    let key = LotKey {
        last_day: expiry::hard_expiry(&terms.definition, day)?,
        earned: LotKey::bucket(day),
        issuer: terms.programme.clone(),
        funder: OrgId::new(&terms.owner)
            .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "programme holds no name of an organisation"))?,
        cost_class: CostClass::Activity,
    };
    let mut entry = Entry::new();
    account.holdings.earn(&mut entry, &key, points)?;
    upkeep::note_activity(account, terms, ActivityKind::Bonus, day);
    let (member, programme) = (account.member(), account.programme.clone());
    journal.changes.push(Event::ActivityEarned { member, programme, activity: activity.to_owned(), points });
    let tiers = &terms.definition.tiers;
    let reward = terms.definition.reward_balance().map(|(place, balance)| (place, balance.name.as_str()));
    let counted = reward.and_then(|balance| Contribution::of_points(tiers, balance, points, day));
    let before = account.tier.name.clone();
    upkeep::count(journal, account, terms, counted.as_slice())?;
    let why = LineRow {
        cause: Cause::Activity.into(),
        activity: activity.to_owned(),
        programme_version: terms.version(),
        tier: if account.tier.name == before { String::new() } else { upkeep::tier_name(account, terms).to_owned() },
        ..LineRow::default()
    };
    journal.enter(context, account, &entry, why)
}

/// A random id: nobody can choose the digest of a proposal.
fn new_member_id(context: &Context<'_>) -> Result<MemberId> {
    let digest = context.sha256(&[b"folio-member-v1\n", context.invocation().tx_id.as_bytes()]);
    MemberId::from_start_of(&digest).ok_or_else(|| Error::new(codes::MISUSE, "a digest is too short"))
}

/// A key in SEC1 form: compressed, or with both coordinates.
fn checked_key(key: &HexBytes) -> Result<Vec<u8>> {
    match (key.0.first(), key.0.len()) {
        (Some(2 | 3), 33) | (Some(4), 65) => Ok(key.0.clone()),
        _ => Err(Error::new("KEY_INVALID", "a key is a secp256k1 point in SEC1 form, of 33 or 65 bytes")),
    }
}

fn home_programme(row: &MemberRow) -> Result<ProgrammeId> {
    ProgrammeId::new(&row.home_programme)
        .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "member holds no id of a programme"))
}

impl Holding {
    fn of(context: &Context<'_>, account: &Account) -> Result<Self> {
        let terms = Terms::on(context, &account.programme, account.last_business_date)?;
        let year = account.last_business_date.year();
        let this_year = account.counters.years.iter().find(|kept| kept.year == year);
        let rested_since = account.last_activity.unwrap_or(account.opened);
        let rank = upkeep::rank(account, &terms);
        let lots = account.holdings.lots().iter().map(|lot| LotView {
            points: lot.points,
            earned: lot.key.earned,
            last_day: lot.key.last_day,
        });
        Ok(Self {
            opened: account.opened,
            available: account.holdings.available(),
            reserved: account.holdings.reserved()?,
            debt: account.holdings.debt(),
            tier: upkeep::tier_name(account, &terms).to_owned(),
            tier_valid_until: account.tier.valid_until,
            nights_this_year: this_year.map(|kept| kept.tally.nights).unwrap_or_default(),
            nights: account.counters.lifetime.nights,
            stays: account.counters.lifetime.stays,
            last_activity: account.last_activity,
            last_business_date: account.last_business_date,
            usable_until: expiry::inactivity_expiry(&terms.definition, rank, rested_since)?,
            lots: lots.collect(),
            progress: progress(&terms.definition, &account.counters, account.last_business_date)?,
        })
    }
}
