//! Paying with a certificate, and what becomes of it when the reward is given or not.
//!
//! A certificate moves no points: it pays, and the host is owed what the reward costs all the same.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::handlers::account::holder;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::ids::{CertificateId, MemberId, ProgrammeId, ReservationId};
use crate::rules::certificate::CertificateWorth;
use crate::state::{Account, CERTIFICATES, CertificateRow, CertificateState, RESERVATIONS, ReservationRow};
use crate::units::Date;

use super::certificate::{last_day_of, worth_of};
use super::reservation::{Fate, broken, fate};

/// Where a certificate stands.
pub(super) type Key = (ProgrammeId, MemberId, CertificateId);

/// The member pays with a certificate, which must be good on the day of the reward.
pub(super) fn hold(
    context: &mut Context<'_>,
    account: &Account,
    certificate: CertificateId,
    reservation: ReservationId,
    day: Date,
) -> Result<CertificateWorth> {
    let mut key = place_of(context, account, certificate);
    let mut row = must_be_open(context, &key)?;
    require_good_on(&row, day)?;
    if key.1 != account.member() {
        // The reservation names the member who goes on, and finds it there.
        CERTIFICATES.delete(context, &key);
        key.1 = account.member();
    }
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

/// Where a certificate of an account's member stands: under the member, or under one who became part of the account.
pub(super) fn place_of(context: &Context<'_>, account: &Account, certificate: CertificateId) -> Key {
    let key = |member| (account.programme.clone(), member, certificate);
    let found = holder::ids_of(account).map(key).find(|key| CERTIFICATES.contains(context, key));
    found.unwrap_or_else(|| key(account.member()))
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

/// Where it stands by the time of the proposal: one that was held for a reward that nobody gave in time is open again.
pub(super) fn state_now(context: &Context<'_>, row: &CertificateRow) -> Result<CertificateState> {
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
