//! What members were given beside points: `benefit.list`, `benefit.choose` and `benefit.use`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::granting;
use crate::handlers::account::holder;
use crate::handlers::account::spending::Spending;
use crate::handlers::call::access::{AT_THE_HOTEL, Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::mandate::OnWord;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::consortium::hotel;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{BenefitId, HotelId, MemberId, ProgrammeId};
use crate::state::{BENEFITS, BenefitRow, OccasionKind, Role};
use crate::units::{Date, NightCredits, Points};

/// The name of the function, which an intent must carry.
const CHOOSE: &str = "benefit.choose";

/// Benefits of a page, when the caller does not say.
const PAGE_BENEFITS: u32 = 50;
/// Most benefits of a page.
const PAGE_BENEFITS_MAX: u32 = 200;

/// Arguments of `benefit.list`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct List {
    programme: ProgrammeId,
    member: MemberId,
    /// The hotel that asks, when it is not of the programme's organisation.
    #[serde(default)]
    hotel: Option<HotelId>,
    /// The date for which `state` is told; nothing stands for that of the proposal.
    #[serde(default)]
    as_of: Option<Date>,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// Arguments of `benefit.use`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Use {
    request_id: RequestId,
    programme: ProgrammeId,
    /// The member under whom the benefit is listed.
    member: MemberId,
    benefit: BenefitId,
    /// The hotel that honours it; nothing where the programme's agent acts.
    #[serde(default)]
    hotel: Option<HotelId>,
    as_of: Date,
}

/// Benefits of a member.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    member: MemberId,
    programme: ProgrammeId,
    benefits: Vec<Benefit>,
    next: Option<Cursor>,
    /// The members whose accounts became part of this one's: what they were given is listed under their own ids.
    also_under: Vec<MemberId>,
}

/// Something that a member was given, or may choose.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Benefit {
    benefit: BenefitId,
    /// The name of what was given; nothing for as long as the member has not chosen.
    name: Option<String>,
    /// `to_choose`, `usable`, `given` as points, `used`, `lapsed` or `revoked`.
    state: String,
    /// Name of the programme's rule.
    rule: String,
    origin: Origin,
    granted: Date,
    choose_by: Option<Date>,
    uses: u32,
    used: u32,
    last_day: Option<Date>,
    points: Option<Points>,
    programme_version: u32,
}

/// What something was given for.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Origin {
    /// `enrolment`, `tier` or `nights`.
    occasion: String,
    tier: Option<String>,
    nights: Option<NightCredits>,
    /// The calendar year of the nights, or that in which the tier ends.
    year: Option<i32>,
}

/// The programme's staff and auditors see what a member was given, and for what; a hotel of any chain does, too.
pub(in crate::handlers) fn list(context: &Context<'_>, arguments: List) -> Result<Page> {
    let List { programme, member, hotel, as_of, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    match &hotel {
        _ if actor.is_auditor() => {}
        Some(hotel) => actor.require_at_hotel(hotel, &hotel::must_get(context, hotel)?.organisation)?,
        None => actor.require(STAFF, &owner)?,
    }
    let day = as_of.map_or_else(|| clock::proposal_date(context), Ok)?;
    let limit = limit.unwrap_or(PAGE_BENEFITS).clamp(1, PAGE_BENEFITS_MAX);
    let page = BENEFITS.page(context, &(programme.clone(), member), after.as_ref(), limit)?;
    let benefits = page.rows.iter().map(|((_, _, benefit), row)| Benefit::of(*benefit, row, day));
    let benefits = benefits.collect::<Result<_>>()?;
    let also_under = holder::also_under(context, &programme, member)?;
    Ok(Page { member, programme, benefits, next: page.next, also_under })
}

/// The member chooses one of several, up to the last day of the choice.
pub(in crate::handlers) fn choose(context: &mut Context<'_>, arguments: OnWord) -> Result<Benefit> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let mut spending = Spending::open(context, &actor, arguments.word(), CHOOSE)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, terms, .. } = spending;
        let benefit = order.benefit.ok_or_else(|| Error::new("BENEFIT_MISSING", "the intent names no `benefit`"))?;
        let choice = order.choice.ok_or_else(|| Error::new("CHOICE_MISSING", "the intent names no `choice`"))?.0;
        let (holder, mut row) = find_own(context, &account.programme, &account, benefit)?;
        require_choice(&row, order.as_of)?;
        // What could be chosen is what the version said under which it was given.
        let given = terms_of(context, &terms, row.programme_version)?;
        let rule = given.definition.benefits.iter().find(|rule| rule.name == row.rule);
        let offer = rule.and_then(|rule| rule.offers.iter().find(|offer| offer.benefit == choice));
        let offer =
            offer.ok_or_else(|| Error::new("CHOICE_UNKNOWN", format!("{choice:?} is not among the choices")))?;
        granting::hand_over(context, &mut journal, &mut account, &terms, &mut row, offer)?;
        let programme = account.programme.clone();
        BENEFITS.put(context, &(programme.clone(), holder, benefit), &row);
        let member = account.member();
        journal.changes.lead(Event::BenefitChosen { benefit, member, programme, choice });
        account.save(context);
        journal.close(context)?;
        Benefit::of(benefit, &row, order.as_of)
    })
}

/// A hotel honours a benefit, or the programme's agent does: once each time.
pub(in crate::handlers) fn use_up(context: &mut Context<'_>, arguments: Use) -> Result<Benefit> {
    let actor = Actor::of(context)?;
    actor.require_role(&[AT_THE_HOTEL, &[Role::Agent]].concat())?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Use { programme, member, benefit, hotel, as_of, .. } = arguments;
        match &hotel {
            Some(hotel) => actor.require_at_hotel(hotel, &hotel::must_get(context, hotel)?.organisation)?,
            None => actor.require(&[Role::Agent], &terms::must_get(context, &programme)?.owner)?,
        }
        clock::require_recent(context, as_of)?;
        let place = (programme.clone(), member, benefit);
        let mut row = BENEFITS.get(context, &place)?.ok_or_else(unknown)?;
        match state_of(&row, as_of) {
            "usable" => {}
            "to_choose" => return Err(Error::new("BENEFIT_NOT_CHOSEN", "the member has not chosen yet")),
            "given" => return Err(Error::new("BENEFIT_NOT_USABLE", "the member was given points")),
            "used" => return Err(Error::new("BENEFIT_USED", "the benefit was used as often as it can be")),
            "revoked" => return Err(Error::new("BENEFIT_REVOKED", "the benefit was taken back")),
            _ => return Err(Error::new("BENEFIT_LAPSED", "the last day of the benefit is past")),
        }
        row.used = row.used.saturating_add(1);
        BENEFITS.put(context, &place, &row);
        let left = row.uses.saturating_sub(row.used);
        event::emit(context, Event::BenefitUsed { benefit, member, programme, hotel, left })?;
        Benefit::of(benefit, &row, as_of)
    })
}

/// The row of a benefit of the account, or of one that became part of it.
fn find_own(
    context: &Context<'_>,
    programme: &ProgrammeId,
    account: &crate::state::Account,
    benefit: BenefitId,
) -> Result<(MemberId, BenefitRow)> {
    for holder in holder::ids_of(account) {
        if let Some(row) = BENEFITS.get(context, &(programme.clone(), holder, benefit))? {
            return Ok((holder, row));
        }
    }
    Err(unknown())
}

fn require_choice(row: &BenefitRow, day: Date) -> Result<()> {
    match state_of(row, day) {
        "to_choose" => Ok(()),
        "revoked" => Err(Error::new("BENEFIT_REVOKED", "the choice was taken back")),
        _ if row.benefit.is_empty() => Err(Error::new("CHOICE_LATE", "the last day of the choice is past")),
        _ => Err(Error::new("CHOICE_MADE", "nothing is left to choose")),
    }
}

fn terms_of(context: &Context<'_>, terms: &Terms, version: u32) -> Result<Terms> {
    if version == terms.version() {
        return Ok(terms.clone());
    }
    Terms::of_version(context, &terms.programme, &terms::must_get(context, &terms.programme)?, version)
}

fn state_of(row: &BenefitRow, day: Date) -> &'static str {
    let is_past = |last: Option<i32>| last.is_some_and(|last| last < day.days());
    if row.revoked {
        "revoked"
    } else if row.benefit.is_empty() {
        if is_past(row.choose_by) { "lapsed" } else { "to_choose" }
    } else if row.points.is_some() {
        "given"
    } else if row.used >= row.uses {
        "used"
    } else if is_past(row.last_day) {
        "lapsed"
    } else {
        "usable"
    }
}

fn unknown() -> Error {
    Error::new("BENEFIT_UNKNOWN", "the member was given no such benefit")
}

impl Benefit {
    fn of(benefit: BenefitId, row: &BenefitRow, day: Date) -> Result<Self> {
        let broken = || Error::new(codes::STATE_UNREADABLE, "benefit holds a value out of range");
        let date = |days: i32| Date::from_days(days).map_err(|_| broken());
        let some_text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let points = row.points.as_ref().map(|lot| Points::new(lot.points)).transpose()?;
        let occasion = match row.occasion() {
            OccasionKind::None => return Err(broken()),
            OccasionKind::Enrolment => "enrolment",
            OccasionKind::Tier => "tier",
            OccasionKind::Nights => "nights",
        };
        Ok(Self {
            benefit,
            name: some_text(&row.benefit),
            state: state_of(row, day).to_owned(),
            rule: row.rule.clone(),
            origin: Origin {
                occasion: occasion.to_owned(),
                tier: some_text(&row.tier),
                nights: Some(NightCredits::from_parts(row.night_parts)).filter(|nights| *nights != NightCredits::ZERO),
                year: Some(row.period).filter(|year| *year != 0),
            },
            granted: date(row.granted)?,
            choose_by: row.choose_by.map(date).transpose()?,
            uses: row.uses,
            used: row.used,
            last_day: row.last_day.map(date).transpose()?,
            points,
            programme_version: row.programme_version,
        })
    }
}
