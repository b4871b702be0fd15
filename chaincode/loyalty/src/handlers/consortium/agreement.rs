//! Agreements between a programme's owner and a host: `agreement.propose`, `accept` and `get`.
//!
//! A manager of one side proposes, and the agreement is in force when a manager of the other accepts. What is in force is
//! never edited: another follows, from a later date. One for a single hotel goes before the one for all of the host's.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms;
use crate::ids::{HotelId, OrgId, ProgrammeId};
use crate::rules::settlement::Agreement;
use crate::state::{AGREEMENTS, AgreementRow, AgreementScope, AgreementsRow, Role, Unreadable};
use crate::units::Date;

use super::hotel;

/// Most agreements of one scope that are in force, one after the other.
const AGREEMENTS_MAX: usize = 64;

/// Arguments of `agreement.propose`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Propose {
    request_id: RequestId,
    programme: ProgrammeId,
    /// The organisation whose hotels host members of the programme.
    host: OrgId,
    /// One of its hotels; nothing stands for all that have no agreement of their own.
    #[serde(default)]
    hotel: Option<HotelId>,
    agreement: Agreement,
}

/// Arguments of `agreement.accept`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Accept {
    request_id: RequestId,
    programme: ProgrammeId,
    host: OrgId,
    #[serde(default)]
    hotel: Option<HotelId>,
    /// The number of the agreement that was proposed.
    number: u32,
}

/// Arguments of `agreement.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    programme: ProgrammeId,
    host: OrgId,
    #[serde(default)]
    hotel: Option<HotelId>,
    /// Only the one that holds on this date, for the hotel or else for the host.
    #[serde(default)]
    date: Option<Date>,
}

/// An agreement.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Numbered {
    number: u32,
    agreement: Agreement,
    /// The organisation that proposed it.
    proposed_by: String,
    /// The organisation that accepted it; nothing while none has.
    accepted_by: Option<String>,
}

/// Agreements of a programme and a host.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Agreements {
    programme: ProgrammeId,
    host: OrgId,
    hotel: Option<HotelId>,
    /// Those that both sides have agreed to, in order of their first dates.
    in_force: Vec<Numbered>,
    /// Those that one side has proposed.
    proposed: Vec<Numbered>,
}

/// A manager of either side proposes an agreement. A side has one proposal at a time: another takes its place.
pub(in crate::handlers) fn propose(context: &mut Context<'_>, arguments: Propose) -> Result<Numbered> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Propose { programme, host, hotel, agreement, .. } = &arguments;
        require_side(context, &actor, programme, host)?;
        if let Some(hotel) = hotel {
            require_hotel_of(context, hotel, host)?;
        }
        agreement.validate()?;
        let mut book = Book::load(context, programme, host, hotel.as_ref())?;
        book.check_effect(context, agreement)?;
        let number = book.next_number()?;
        let row = AgreementRow::of(number, agreement, actor.row());
        let proposed = &mut book.own_mut().proposed;
        proposed.retain(|other| other.proposed_by.organisation != actor.organisation.as_str());
        proposed.push(row.clone());
        book.save(context);
        let (programme, host) = (programme.clone(), host.clone());
        event::emit(context, Event::AgreementProposed { programme, host, number })?;
        Numbered::of(&row)
    })
}

/// A manager of the other side accepts, and the agreement is in force.
pub(in crate::handlers) fn accept(context: &mut Context<'_>, arguments: Accept) -> Result<Numbered> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    request::once(context, &arguments.request_id, &[], |context| {
        let Accept { programme, host, hotel, number, .. } = &arguments;
        require_side(context, &actor, programme, host)?;
        let mut book = Book::load(context, programme, host, hotel.as_ref())?;
        let proposed = book.own().proposed.iter().find(|row| row.number == *number);
        let mut row = proposed.cloned().ok_or_else(|| {
            Error::new("AGREEMENT_UNKNOWN", format!("agreement {number} is not proposed: it may have been replaced"))
        })?;
        if row.proposed_by.organisation == actor.organisation.as_str() {
            let message = format!("{} has proposed it, and the other side accepts", actor.organisation);
            return Err(Error::new("ORGANISATION_NOT_ALLOWED", message));
        }
        let agreement = row.agreement().map_err(unreadable)?;
        book.check_effect(context, &agreement)?;
        row.accepted_by = Some(actor.row());
        book.put_in_force(row.clone())?;
        book.save(context);
        let (programme, host, effective_from) = (programme.clone(), host.clone(), agreement.effective_from);
        event::emit(context, Event::AgreementAccepted { programme, host, number: *number, effective_from })?;
        Numbered::of(&row)
    })
}

/// Managers of both sides, and auditors, read their agreements.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Agreements> {
    let Get { programme, host, hotel, date } = arguments;
    let actor = Actor::of(context)?;
    if !actor.is_auditor() {
        actor.require_role(&[Role::Manager])?;
        require_side(context, &actor, &programme, &host)?;
    }
    let row = match date {
        Some(date) => {
            let code = hotel.as_ref().map(ToString::to_string).unwrap_or_default();
            let in_force = on(context, &programme, &host, &code, date)?.into_iter().collect();
            AgreementsRow { in_force, ..AgreementsRow::default() }
        }
        None => {
            let key = (programme.clone(), host.clone(), scope(hotel.as_ref()));
            AGREEMENTS.get(context, &key)?.unwrap_or_default()
        }
    };
    let listed = |rows: &[AgreementRow]| rows.iter().map(Numbered::of).collect::<Result<_>>();
    let (in_force, proposed) = (listed(&row.in_force)?, listed(&row.proposed)?);
    Ok(Agreements { programme, host, hotel, in_force, proposed })
}

/// The agreement that holds on a date: the hotel's own, or else the one for all hotels of the host.
pub(in crate::handlers) fn on(
    context: &Context<'_>,
    programme: &ProgrammeId,
    host: &OrgId,
    hotel: &str,
    date: Date,
) -> Result<Option<AgreementRow>> {
    let key = |scope| (programme.clone(), host.clone(), scope);
    let Some(all) = AGREEMENTS.get(context, &key(AgreementScope::Host))? else { return Ok(None) };
    let own = match HotelId::new(hotel).filter(|_| all.narrowed) {
        Some(hotel) => AGREEMENTS.get(context, &key(AgreementScope::Hotel(hotel)))?,
        None => None,
    };
    Ok(own.as_ref().and_then(|own| own.on(date)).or_else(|| all.on(date)).cloned())
}

/// The agreements of a scope, beside those for the whole host, which are the same when the scope is.
struct Book {
    programme: ProgrammeId,
    host: OrgId,
    all: AgreementsRow,
    hotel: Option<(HotelId, AgreementsRow)>,
}

impl Book {
    fn load(context: &Context<'_>, programme: &ProgrammeId, host: &OrgId, hotel: Option<&HotelId>) -> Result<Self> {
        let row = |scope| AGREEMENTS.get(context, &(programme.clone(), host.clone(), scope));
        let all = row(AgreementScope::Host)?.unwrap_or_default();
        let hotel = match hotel {
            Some(hotel) => Some((hotel.clone(), row(AgreementScope::Hotel(hotel.clone()))?.unwrap_or_default())),
            None => None,
        };
        Ok(Self { programme: programme.clone(), host: host.clone(), all, hotel })
    }

    fn own(&self) -> &AgreementsRow {
        self.hotel.as_ref().map_or(&self.all, |(_, row)| row)
    }

    fn own_mut(&mut self) -> &mut AgreementsRow {
        match &mut self.hotel {
            Some((_, row)) => row,
            None => &mut self.all,
        }
    }

    /// Refuses what would change by which agreement a stay or a hold is valued that there may be already. Business dates
    /// run up to the day after the proposal.
    fn check_effect(&self, context: &Context<'_>, agreement: &Agreement) -> Result<()> {
        let latest = clock::latest_business_date(context)?;
        let wider = if self.hotel.is_some() { self.all.begins().map_err(unreadable)? } else { Vec::new() };
        Ok(agreement.check_effect(latest, &self.own().begins().map_err(unreadable)?, &wider)?)
    }

    /// Numbers are counted in the row of the whole host, for all scopes.
    fn next_number(&mut self) -> Result<u32> {
        self.all.numbers = self.all.numbers.checked_add(1).ok_or(crate::units::Overflow)?;
        Ok(self.all.numbers)
    }

    fn put_in_force(&mut self, row: AgreementRow) -> Result<()> {
        let own = self.own_mut();
        if own.in_force.len() >= AGREEMENTS_MAX {
            let message = format!("at most {AGREEMENTS_MAX} agreements follow each other");
            return Err(Error::new("AGREEMENTS_FULL", message));
        }
        own.proposed.retain(|other| other.number != row.number);
        let at = own.in_force.partition_point(|other| other.effective_from < row.effective_from);
        own.in_force.insert(at, row);
        self.all.narrowed |= self.hotel.is_some();
        Ok(())
    }

    fn save(self, context: &mut Context<'_>) {
        let Self { programme, host, all, hotel } = self;
        AGREEMENTS.put(context, &(programme.clone(), host.clone(), AgreementScope::Host), &all);
        if let Some((hotel, row)) = hotel {
            AGREEMENTS.put(context, &(programme, host, AgreementScope::Hotel(hotel)), &row);
        }
    }
}

impl Numbered {
    fn of(row: &AgreementRow) -> Result<Self> {
        Ok(Self {
            number: row.number,
            agreement: row.agreement().map_err(unreadable)?,
            proposed_by: row.proposed_by.organisation.clone(),
            accepted_by: row.accepted_by.as_ref().map(|by| by.organisation.clone()),
        })
    }
}

/// The owner of the programme and the host are the two sides.
fn require_side(context: &Context<'_>, actor: &Actor, programme: &ProgrammeId, host: &OrgId) -> Result<()> {
    let owner = terms::must_get(context, programme)?.owner;
    if host.as_str() == owner {
        return Err(Error::new("AGREEMENT_WITH_SELF", format!("{owner} owns {programme}: nothing is owed within it")));
    }
    if [owner.as_str(), host.as_str()].contains(&actor.organisation.as_str()) {
        return Ok(());
    }
    Err(Error::new("ORGANISATION_NOT_ALLOWED", format!("this is between {owner} and {host}")))
}

fn require_hotel_of(context: &Context<'_>, hotel: &HotelId, host: &OrgId) -> Result<()> {
    if hotel::must_get(context, hotel)?.organisation == host.as_str() {
        return Ok(());
    }
    Err(Error::new("AGREEMENT_HOTEL_INVALID", format!("hotel {hotel} is not of {host}")))
}

fn scope(hotel: Option<&HotelId>) -> AgreementScope {
    hotel.map_or(AgreementScope::Host, |hotel| AgreementScope::Hotel(hotel.clone()))
}

fn unreadable(error: Unreadable) -> Error {
    error.of("agreements")
}
