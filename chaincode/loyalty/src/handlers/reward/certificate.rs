//! Certificates: `certificate.issue`, `certificate.void` and `certificate.list`.

use folio_chaincode_sdk::{Context, Cursor, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::holder;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::page::OfMember;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::{self, Terms};
use crate::ids::{CertificateId, MemberId, ProgrammeId, ReservationId};
use crate::rules::catalogue::validate_worth;
use crate::rules::certificate::CertificateWorth;
use crate::state::{Account, CERTIFICATES, Cause, CertificateRow, CertificateState, LineRow, Role};
use crate::units::Date;

use super::paying::{Key, must_be_open, place_of, state_now};
use super::reservation::broken;

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
    certificates: Vec<Certificate>,
    next: Option<Cursor>,
    /// The members whose accounts became part of this one's: their certificates are listed under their own ids, and this
    /// one pays with them.
    also_under: Vec<MemberId>,
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
        let mut account = holder::receiver(context, &programme, member, as_of)?;
        holder::require_open(&account)?;
        let member = account.member();
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
        let mut account = holder::receiver(context, &programme, member, as_of)?;
        let key = place_of(context, &account, certificate);
        let row = must_be_open(context, &key)?;
        let row = CertificateRow { state: CertificateState::Void.into(), reservation: Vec::new(), ..row };
        let mut journal = Journal::new(context, actor.row(), as_of, None)?;
        CERTIFICATES.put(context, &key, &row);
        journal.line(context, &mut account, &Entry::new(), line(Cause::CertificateVoided, certificate))?;
        journal.changes.push(Event::CertificateVoided { certificate, programme, member: key.1 });
        account.save(context);
        journal.close(context)?;
        Certificate::of(key, &row)
    })
}

/// The programme's own staff and auditors see what certificates a member has.
pub(in crate::handlers) fn list(context: &Context<'_>, arguments: OfMember) -> Result<Page> {
    let OfMember { programme, member, limit, after } = arguments;
    let owner = terms::must_get(context, &programme)?.owner;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require(STAFF, &owner)?;
    }
    let also_under = holder::also_under(context, &programme, member)?;
    let (certificates, next) = page(context, &programme, member, limit, after.as_ref())?;
    Ok(Page { certificates, next, also_under })
}

/// Certificates of a member, and where the next page begins.
pub(super) fn page(
    context: &Context<'_>,
    programme: &ProgrammeId,
    member: MemberId,
    limit: Option<u32>,
    after: Option<&Cursor>,
) -> Result<(Vec<Certificate>, Option<Cursor>)> {
    let limit = limit.unwrap_or(PAGE_CERTIFICATES).clamp(1, PAGE_CERTIFICATES_MAX);
    let page = CERTIFICATES.page(context, &(programme.clone(), member), after, limit)?;
    let certificates = page.rows.into_iter().map(|(key, row)| {
        let row = CertificateRow { state: state_now(context, &row)?.into(), ..row };
        Certificate::of(key, &row)
    });
    Ok((certificates.collect::<Result<_>>()?, page.next))
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

/// The statement line of a certificate.
pub(super) fn line(cause: Cause, certificate: CertificateId) -> LineRow {
    LineRow { cause: cause.into(), certificate: certificate.bytes().to_vec(), ..LineRow::default() }
}

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

/// What a certificate is for.
pub(super) fn worth_of(row: &CertificateRow) -> Result<CertificateWorth> {
    row.worth().map_err(|unreadable| unreadable.of("certificate"))
}

/// The last day on which a certificate is good.
pub(super) fn last_day_of(row: &CertificateRow) -> Result<Date> {
    Date::from_days(row.last_day).map_err(|_| broken())
}
