//! Members: `member.get` and `member.bind_key`.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{MemberId, ProgrammeId};
use crate::rules::tiers::{Progress, progress};
use crate::state::{Account, MEMBERS, MemberRow, Role};
use crate::units::{Date, NightCredits, Points};

use super::access::{Actor, STAFF};
use super::event::{self, Event};
use super::request::{self, RequestId};
use super::terms::{self, Terms};
use super::text::HexBytes;
use super::upkeep;

/// Arguments of `member.bind_key`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct BindKey {
    request_id: RequestId,
    member: MemberId,
    key: HexBytes,
}

/// Arguments of `member.get`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Get {
    member: MemberId,
    /// Nothing stands for the programme that enrolled the member.
    #[serde(default)]
    programme: Option<ProgrammeId>,
}

/// A member's key.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Bound {
    member: MemberId,
}

/// A member, and what the member has in one programme.
#[derive(Serialize, JsonSchema)]
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
#[derive(Serialize, JsonSchema)]
struct Holding {
    opened: Date,
    available: Points,
    reserved: Points,
    /// Points that become available later, with the first date on which they can be spent.
    pending: Vec<PendingView>,
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

/// Points that become available on a date.
#[derive(Serialize, JsonSchema)]
struct PendingView {
    points: Points,
    from: Date,
}

/// Points that end together. What they cost whom is not for everybody.
#[derive(Serialize, JsonSchema)]
struct LotView {
    points: Points,
    earned: Date,
    last_day: Option<Date>,
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
    Ok(Member {
        member,
        enrolled: enrolled_on(&row)?,
        home_programme: row.home_programme,
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

/// Business date on which the member was enrolled.
pub(super) fn enrolled_on(row: &MemberRow) -> Result<Date> {
    Date::from_days(row.enrolled).map_err(|_| Error::new(codes::STATE_UNREADABLE, "member holds a date out of range"))
}

/// A key in SEC1 form: compressed, or with both coordinates.
pub(super) fn checked_key(key: &HexBytes) -> Result<Vec<u8>> {
    match (key.0.first(), key.0.len()) {
        (Some(2 | 3), 33) | (Some(4), 65) => Ok(key.0.clone()),
        _ => Err(Error::new("KEY_INVALID", "a key is a secp256k1 point in SEC1 form, of 33 or 65 bytes")),
    }
}

pub(super) fn home_programme(row: &MemberRow) -> Result<ProgrammeId> {
    ProgrammeId::new(&row.home_programme)
        .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "member holds no id of a programme"))
}

impl Holding {
    fn of(context: &Context<'_>, account: &Account) -> Result<Self> {
        let terms = Terms::on(context, &account.programme, account.last_business_date)?;
        let year = account.last_business_date.year();
        let this_year = account.counters.years.iter().find(|kept| kept.year == year);
        let lots = account.holdings.lots().iter().map(|lot| LotView {
            points: lot.points,
            earned: lot.key.earned,
            last_day: lot.key.last_day,
        });
        let pending = account.holdings.pending().iter();
        let pending = pending.map(|pending| PendingView { points: pending.lots.total(), from: pending.from });
        Ok(Self {
            opened: account.opened,
            available: account.holdings.available(),
            reserved: account.holdings.reserved()?,
            pending: pending.collect(),
            debt: account.holdings.debt(),
            tier: upkeep::tier_name(account, &terms).to_owned(),
            tier_valid_until: account.tier.valid_until,
            nights_this_year: this_year.map(|kept| kept.tally.nights).unwrap_or_default(),
            nights: account.counters.lifetime.nights,
            stays: account.counters.lifetime.stays,
            last_activity: account.last_activity,
            last_business_date: account.last_business_date,
            usable_until: upkeep::last_day_of_rest(account, &terms)?,
            lots: lots.collect(),
            progress: progress(&terms.definition, &account.counters, account.last_business_date)?,
        })
    }
}
