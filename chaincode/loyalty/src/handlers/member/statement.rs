//! A member's statement: `member.statement`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result, codes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::handlers::call::access::{AT_THE_HOTEL, Actor};
use crate::handlers::call::page::OfMember;
use crate::handlers::call::text::hex;
use crate::handlers::programme::terms;
use crate::ids::{
    CertificateId, HotelId, ImportId, MemberId, OfferId, ProgrammeId, PurchaseKey, ReservationId, StayKey, TreasuryId,
    WalletAddress,
};
use crate::state::{HOTELS, LINES, LineRow, NewestFirst, Role};
use crate::units::{Date, Points};

/// Lines of a page, when the caller does not say.
const PAGE_LINES: u32 = 50;
/// Most lines of a page.
const PAGE_LINES_MAX: u32 = 200;

/// A page of a statement, the newest line first.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    member: MemberId,
    programme: ProgrammeId,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

/// A line of a statement.
#[derive(Serialize, JsonSchema)]
struct Line {
    number: u32,
    date: Date,
    cause: &'static str,
    available: i64,
    reserved: i64,
    debt: i64,
    /// Points free to spend afterwards.
    balance: Points,
    programme_version: Option<u32>,
    hotel: Option<String>,
    stay: Option<StayKey>,
    stay_version: Option<u32>,
    reservation: Option<ReservationId>,
    other_member: Option<MemberId>,
    activity: Option<String>,
    /// What the payment of a fee is known by.
    payment: Option<String>,
    /// The partner whose currency points became, and how many units of it.
    partner: Option<String>,
    units: Option<u64>,
    /// The purchase, whose version is `stay_version`.
    purchase: Option<PurchaseKey>,
    /// Change of the points that become available on a later date.
    pending: i64,
    campaign: Option<String>,
    wallet: Option<WalletAddress>,
    treasury: Option<TreasuryId>,
    import: Option<ImportId>,
    /// Code of the reason for a correction.
    reason: Option<String>,
    /// The item of the catalogue.
    item: Option<String>,
    /// The good cause that points were given to.
    good_cause: Option<String>,
    certificate: Option<CertificateId>,
    /// The member on whose word a pool's points moved.
    word_of: Option<MemberId>,
    offer: Option<OfferId>,
    /// The tier from here on, when it changed.
    tier: Option<String>,
    by: By,
    tx: String,
}

/// Who acted.
#[derive(Serialize, JsonSchema)]
struct By {
    organisation: String,
    role: &'static str,
    user: String,
    member_signed: bool,
}

/// The programme's agents and managers and auditors read all lines; a hotel those of its own stays, rewards and gifts.
pub(in crate::handlers) fn statement(context: &Context<'_>, arguments: OfMember) -> Result<Page> {
    let OfMember { member, programme, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    let only_own_hotels = AT_THE_HOTEL.contains(&actor.role);
    if !actor.is_auditor() && !only_own_hotels {
        actor.require(&[Role::Agent, Role::Manager], &owner)?;
    }
    let limit = limit.unwrap_or(PAGE_LINES).clamp(1, PAGE_LINES_MAX);
    let page = LINES.page(context, &(programme.clone(), member), after.as_ref(), limit)?;
    let mut lines = Vec::with_capacity(page.rows.len());
    for ((_, _, NewestFirst(number)), row) in &page.rows {
        if !only_own_hotels || is_of_own_hotel(context, &actor, row)? {
            lines.push(Line::of(*number, row)?);
        }
    }
    Ok(Page { member, programme, lines, next: page.next })
}

/// Whether the actor's hotel had a part in it. What lapsed meanwhile is between the member and the programme.
fn is_of_own_hotel(context: &Context<'_>, actor: &Actor, row: &LineRow) -> Result<bool> {
    let had_a_part = [&row.stay, &row.reservation, &row.treasury].iter().any(|what| !what.is_empty());
    if !had_a_part || !actor.works_at(&row.hotel) {
        return Ok(false);
    }
    // An organisation may write the hotel of another into a certificate: the registry decides.
    let hotel = HotelId::new(&row.hotel).map(|hotel| HOTELS.get(context, &hotel)).transpose()?.flatten();
    Ok(hotel.is_some_and(|hotel| hotel.organisation == actor.organisation.as_str()))
}

impl Line {
    fn of(number: u32, row: &LineRow) -> Result<Self> {
        let broken = || Error::new(codes::STATE_UNREADABLE, "statement line holds a value out of range");
        let some_text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let some_number = |number: u32| Some(number).filter(|number| *number != 0);
        Ok(Self {
            number,
            date: Date::from_days(row.date).map_err(|_| broken())?,
            cause: row.cause().name(),
            available: row.available,
            reserved: row.reserved,
            debt: row.debt,
            balance: Points::new(row.balance).map_err(|_| broken())?,
            programme_version: some_number(row.programme_version),
            hotel: some_text(&row.hotel),
            stay: StayKey::from_start_of(&row.stay),
            stay_version: some_number(row.stay_version),
            reservation: ReservationId::from_start_of(&row.reservation),
            other_member: MemberId::from_start_of(&row.other_member),
            activity: some_text(&row.activity),
            payment: some_text(&row.payment),
            partner: some_text(&row.partner),
            units: Some(row.units).filter(|units| *units != 0),
            purchase: PurchaseKey::from_start_of(&row.purchase),
            pending: row.pending,
            campaign: some_text(&row.campaign),
            wallet: WalletAddress::from_start_of(&row.wallet),
            treasury: TreasuryId::from_start_of(&row.treasury),
            import: ImportId::from_start_of(&row.import),
            reason: some_text(&row.reason),
            item: some_text(&row.item),
            good_cause: some_text(&row.good_cause),
            certificate: CertificateId::from_start_of(&row.certificate),
            word_of: MemberId::from_start_of(&row.word_of),
            offer: OfferId::from_start_of(&row.offer),
            tier: some_text(&row.tier),
            by: By {
                organisation: row.by.organisation.clone(),
                role: row.by.role().name(),
                user: hex(&row.by.user),
                member_signed: row.by.member_signed,
            },
            tx: hex(&row.tx),
        })
    }
}
