//! Certificates: `certificate.issue`, `certificate.void` and `certificate.list`, and what paying with one does to it.
//!
//! A certificate moves no points: it pays, and the host is owed what the reward costs all the same.

use folio_chaincode_sdk::{Context, Cursor, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::access::{Actor, STAFF};
use crate::handlers::clock;
use crate::handlers::event::Event;
use crate::handlers::journal::Journal;
use crate::handlers::mandate::Order;
use crate::handlers::member;
use crate::handlers::request::{self, RequestId};
use crate::handlers::terms::{self, Terms};
use crate::handlers::text::Label;
use crate::ids::{CertificateId, MemberId, ProgrammeId, ReservationId};
use crate::rules::catalogue::validate_worth;
use crate::rules::certificate::CertificateWorth;
use crate::state::{
    Account, CERTIFICATES, Cause, CertificateRow, CertificateState, LineRow, RESERVATIONS, ReservationRow, Role,
};
use crate::units::Date;

use super::reservation::{Fate, broken, fate};

/// Certificates of a page, when the caller does not say, and at most.
const PAGE_CERTIFICATES: u32 = 20;
const PAGE_CERTIFICATES_MAX: u32 = 100;

/// Arguments of `certificate.issue`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Issue {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    worth: CertificateWorth,
    /// The last day on which it is good.
    last_day: Date,
    /// Whether the member may give it to another.
    #[serde(default)]
    transferable: bool,
    /// What it is given for, such as a milestone. It stands on the ledger.
    reason: Label,
    /// Business date.
    as_of: Date,
}

/// Arguments of `certificate.void`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Void {
    request_id: RequestId,
    programme: ProgrammeId,
    member: MemberId,
    certificate: CertificateId,
    /// Business date.
    as_of: Date,
}

/// Arguments of `certificate.list`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct List {
    programme: ProgrammeId,
    member: MemberId,
    #[serde(default)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default)]
    after: Option<Cursor>,
}

/// A certificate.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Certificate {
    certificate: CertificateId,
    programme: ProgrammeId,
    member: MemberId,
    worth: CertificateWorth,
    last_day: Date,
    transferable: bool,
    /// `open`, `held`, `used` or `void`.
    state: String,
    /// What it was given for.
    origin: String,
    /// The reward that it pays for.
    reservation: Option<ReservationId>,
}

/// A page of a member's certificates.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Page {
    pub(super) certificates: Vec<Certificate>,
    next: Option<Cursor>,
}

/// The programme gives a member a certificate.
pub(in crate::handlers) fn issue(context: &mut Context<'_>, arguments: Issue) -> Result<Certificate> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Issue { programme, member, worth, last_day, transferable, reason, as_of, .. } = arguments;
        actor.require_organisation(&terms::must_get(context, &programme)?.owner)?;
        clock::require_not_in_future(context, as_of)?;
        let mut account = load_or_open(context, &programme, member, as_of)?;
        validate_worth(&worth, &Terms::on(context, &programme, as_of)?.definition)?;
        if last_day < as_of {
            let message = format!("the certificate would be good until {last_day}, and this is {as_of}");
            return Err(Error::new("CERTIFICATE_EXPIRED", message));
        }
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        let row = CertificateRow {
            last_day: last_day.days(),
            transferable,
            origin: reason.0,
            by: actor.row(),
            ..CertificateRow::default()
        };
        let row = row.with_worth(&worth);
        let id = create(context, &mut journal, &account, row.clone())?;
        journal.line(context, &mut account, &Entry::new(), line(Cause::CertificateIssued, id))?;
        account.save(context);
        journal.close(context)?;
        Certificate::of((programme, member, id), &row)
    })
}

/// The programme takes a certificate back that was not used.
pub(in crate::handlers) fn void(context: &mut Context<'_>, arguments: Void) -> Result<Certificate> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Void { programme, member, certificate, as_of, .. } = arguments;
        actor.require_organisation(&terms::must_get(context, &programme)?.owner)?;
        clock::require_not_in_future(context, as_of)?;
        let row = must_be_open(context, &(programme.clone(), member, certificate))?;
        let row = CertificateRow { state: CertificateState::Void.into(), reservation: Vec::new(), ..row };
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        let mut account = load_or_open(context, &programme, member, as_of)?;
        let key = (programme.clone(), member, certificate);
        CERTIFICATES.put(context, &key, &row);
        journal.line(context, &mut account, &Entry::new(), line(Cause::CertificateVoided, certificate))?;
        journal.changes.push(Event::CertificateVoided { certificate, programme, member });
        account.save(context);
        journal.close(context)?;
        Certificate::of(key, &row)
    })
}

/// The programme's own staff and auditors see what certificates a member has.
pub(in crate::handlers) fn list(context: &Context<'_>, arguments: List) -> Result<Page> {
    let List { programme, member, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(STAFF, &owner)?;
    }
    page(context, &programme, member, limit, after.as_ref())
}

/// Certificates of a member.
pub(super) fn page(
    context: &Context<'_>,
    programme: &ProgrammeId,
    member: MemberId,
    limit: Option<u32>,
    after: Option<&Cursor>,
) -> Result<Page> {
    let limit = limit.unwrap_or(PAGE_CERTIFICATES).clamp(1, PAGE_CERTIFICATES_MAX);
    let page = CERTIFICATES.page(context, &(programme.clone(), member), after, limit)?;
    let certificates = page.rows.into_iter().map(|(key, row)| {
        let row = CertificateRow { state: state_now(context, &row)?.into(), ..row };
        Certificate::of(key, &row)
    });
    Ok(Page { certificates: certificates.collect::<Result<_>>()?, next: page.next })
}

/// Keeps a new certificate of the account's member.
pub(super) fn create(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &Account,
    row: CertificateRow,
) -> Result<CertificateId> {
    let id = context.sha256_id(&[b"folio-certificate-v1\n", context.invocation().tx_id.as_bytes()]);
    let (programme, member) = (account.programme.clone(), account.member());
    let last_day = last_day_of(&row)?;
    CERTIFICATES.put(context, &(programme.clone(), member, id), &row);
    journal.changes.push(Event::CertificateIssued { certificate: id, programme, member, last_day });
    Ok(id)
}

/// The member pays with a certificate, which must be good on the day of the reward.
pub(super) fn hold(
    context: &mut Context<'_>,
    order: &Order,
    certificate: CertificateId,
    reservation: ReservationId,
    day: Date,
) -> Result<CertificateWorth> {
    let key = (order.programme.clone(), order.member, certificate);
    let mut row = must_be_open(context, &key)?;
    require_good_on(&row, day)?;
    row.state = CertificateState::Held.into();
    row.reservation = reservation.bytes().to_vec();
    CERTIFICATES.put(context, &key, &row);
    worth_of(&row)
}

/// The reward was given, or its price is kept: the certificate is used.
pub(super) fn use_up(
    context: &mut Context<'_>,
    journal: &mut Journal,
    id: ReservationId,
    reservation: &ReservationRow,
) -> Result<()> {
    let Some((key, mut row)) = held_for(context, id, reservation)? else {
        if reservation.certificate.is_empty() {
            return Ok(());
        }
        return Err(Error::new("RESERVATION_EXPIRED", "the hold ended, and its certificate is free or used elsewhere"));
    };
    row.state = CertificateState::Used.into();
    CERTIFICATES.put(context, &key, &row);
    let (programme, _, certificate) = key;
    journal.changes.push(Event::CertificateUsed { certificate, programme, reservation: id });
    Ok(())
}

/// The reward was not given, or was taken back: its certificate can be used again.
pub(super) fn reopen(context: &mut Context<'_>, id: ReservationId, reservation: &ReservationRow) -> Result<()> {
    if let Some((key, mut row)) = held_for(context, id, reservation)? {
        row.state = CertificateState::Open.into();
        row.reservation = Vec::new();
        CERTIFICATES.put(context, &key, &row);
    }
    Ok(())
}

/// The certificate, which must be there and not be used.
pub(super) fn must_be_open(context: &Context<'_>, key: &Key) -> Result<CertificateRow> {
    let row = CERTIFICATES.get(context, key)?;
    let unknown = || Error::new("CERTIFICATE_UNKNOWN", format!("the member has no certificate {}", key.2));
    let row = row.ok_or_else(unknown)?;
    match state_now(context, &row)? {
        CertificateState::Open => Ok(row),
        CertificateState::Held => Err(Error::new("CERTIFICATE_IN_USE", "the certificate pays for another reward")),
        CertificateState::Used => Err(Error::new("CERTIFICATE_USED", "the certificate was used")),
        CertificateState::Void => Err(Error::new("CERTIFICATE_VOID", "the programme took the certificate back")),
    }
}

/// Refuses a certificate that has ended by a day.
pub(super) fn require_good_on(row: &CertificateRow, day: Date) -> Result<()> {
    let last_day = last_day_of(row)?;
    if day <= last_day {
        return Ok(());
    }
    Err(Error::new("CERTIFICATE_EXPIRED", format!("the certificate was good until {last_day}, and this is {day}")))
}

/// The account in which a certificate is noted. The first may be had before any points.
pub(super) fn load_or_open(context: &Context<'_>, programme: &ProgrammeId, id: MemberId, day: Date) -> Result<Account> {
    if let Some(account) = Account::load(context, programme, id)? {
        return Ok(account);
    }
    let enrolled = member::enrolled_on(&member::must_get(context, id)?)?;
    Ok(Account::open(programme.clone(), id, day, enrolled))
}

/// The statement line of a certificate.
pub(super) fn line(cause: Cause, certificate: CertificateId) -> LineRow {
    LineRow { cause: cause.into(), certificate: certificate.bytes().to_vec(), ..LineRow::default() }
}

/// Where a certificate stands.
pub(super) type Key = (ProgrammeId, MemberId, CertificateId);

impl Certificate {
    pub(super) fn of((programme, member, certificate): Key, row: &CertificateRow) -> Result<Self> {
        let state = match row.state() {
            CertificateState::Open => "open",
            CertificateState::Held => "held",
            CertificateState::Used => "used",
            CertificateState::Void => "void",
        };
        Ok(Self {
            certificate,
            programme,
            member,
            worth: worth_of(row)?,
            last_day: last_day_of(row)?,
            transferable: row.transferable,
            state: state.to_owned(),
            origin: row.origin.clone(),
            reservation: ReservationId::from_start_of(&row.reservation),
        })
    }

    /// Whether it can be used on a day.
    pub(super) fn is_good_on(&self, day: Date) -> bool {
        self.state == "open" && day <= self.last_day
    }
}

/// Where it stands by the time of the proposal: one that was held for a reward that nobody gave in time is open again.
fn state_now(context: &Context<'_>, row: &CertificateRow) -> Result<CertificateState> {
    if row.state() != CertificateState::Held {
        return Ok(row.state());
    }
    let id = ReservationId::from_start_of(&row.reservation).ok_or_else(broken)?;
    let is_over = RESERVATIONS.get(context, &id)?.is_none_or(|row| fate(context, &row) == Fate::Over);
    Ok(if is_over { CertificateState::Open } else { CertificateState::Held })
}

/// The certificate of a reservation, if it still pays for that one.
fn held_for(
    context: &Context<'_>,
    id: ReservationId,
    reservation: &ReservationRow,
) -> Result<Option<(Key, CertificateRow)>> {
    let Some(certificate) = CertificateId::from_start_of(&reservation.certificate) else { return Ok(None) };
    let programme = ProgrammeId::new(&reservation.programme).ok_or_else(broken)?;
    let member = MemberId::from_start_of(&reservation.member).ok_or_else(broken)?;
    let key = (programme, member, certificate);
    let row = CERTIFICATES.get(context, &key)?.filter(|row| row.reservation == id.bytes());
    Ok(row.map(|row| (key, row)))
}

fn worth_of(row: &CertificateRow) -> Result<CertificateWorth> {
    row.worth().map_err(|unreadable| unreadable.of("certificate"))
}

fn last_day_of(row: &CertificateRow) -> Result<Date> {
    Date::from_days(row.last_day).map_err(|_| broken())
}
