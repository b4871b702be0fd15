//! A batch of opening balances: `points.import`.

use std::collections::BTreeSet;

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::holder;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{ImportId, MemberId, ProgrammeId};
use crate::state::{Account, Cause, IMPORTS, ImportRow, LineRow, MEMBERS, MemberRow, Role, TierCause, Unreadable};
use crate::units::Date;

use super::numbers::Numbers;
use super::row::{Checked, Row};
use super::totals::Totals;

/// Most members of a batch. All of them stand in one transaction.
const BATCH_MEMBERS_MAX: usize = 100;

/// Most batches of an import: closing it reads them all. A larger base takes several imports.
pub(super) const BATCHES_MAX: u16 = 999;

/// Under this number stands the seal of the import.
pub(super) const SEAL: u16 = 0;

/// Arguments of `points.import`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Import {
    request_id: RequestId,
    programme: ProgrammeId,
    /// An id that the organisation drew at random for the whole import.
    import: ImportId,
    /// The number of the batch in it, from 1.
    batch: u16,
    /// Business date of the balances.
    as_of: Date,
    /// What the system before says that the rows add up to.
    control: Totals,
    rows: Vec<Row>,
}

/// What came in.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Imported {
    programme: ProgrammeId,
    import: ImportId,
    batch: u16,
    totals: Totals,
    /// How many of the members were enrolled by it.
    enrolled: u32,
}

/// The programme's manager brings in balances of a system before this ledger. All rows come in, or none: a refusal names
/// the row. A batch that came in before is answered as it was then, and is not brought in again.
///
/// Whoever is not enrolled yet is, and gets no points for it: what the system before gave for that is in the balance. The
/// membership numbers of those come in the transient map, as `numbers`, beside the organisation's secret.
pub(in crate::handlers) fn import(context: &mut Context<'_>, arguments: Import) -> Result<Imported> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Manager])?;
    let numbers = Numbers::of_call(context, &arguments.rows)?;
    let private = numbers.digest(context);
    request::once(context, &arguments.request_id, &private, |context| {
        let Import { programme, import, batch, as_of, control, rows, .. } = &arguments;
        clock::require_not_in_future(context, *as_of)?;
        let terms = Terms::on(context, programme, *as_of)?;
        actor.require_organisation(&terms.owner)?;
        let digest = digest(context, &arguments)?;
        if let Some(before) = brought_in(context, &arguments, &digest)? {
            return Ok(before);
        }
        let checked = check(context, &terms, *as_of, rows)?;
        let totals = checked.iter().try_fold(Totals::ZERO, |sum, (totals, _)| sum.plus(*totals))?;
        totals.require(control)?;
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        let mut incoming =
            Incoming { actor: &actor, terms: &terms, as_of: *as_of, import: *import, numbers: &numbers, enrolled: 0 };
        for (place, (row, (_, checked))) in rows.iter().zip(checked).enumerate() {
            incoming.enter(context, &mut journal, row, checked).map_err(|error| in_row(place, row, error))?;
        }
        let enrolled = incoming.enrolled;
        let row =
            ImportRow { digest, totals: totals.row(), enrolled, as_of: as_of.days(), batches: 0, by: actor.row() };
        IMPORTS.put(context, &(programme.clone(), *import, *batch), &row);
        let Totals { members, points, debt, .. } = totals;
        let (programme, import, batch) = (programme.clone(), *import, *batch);
        let told = programme.clone();
        journal.changes.lead(Event::PointsImported { programme: told, import, batch, members, points, debt });
        journal.close(context)?;
        Ok(Imported { programme, import, batch, totals, enrolled })
    })
}

/// What is asked, whatever the request calls itself.
fn digest(context: &Context<'_>, arguments: &Import) -> Result<Vec<u8>> {
    let Import { as_of, control, rows, .. } = arguments;
    let json = serde_json::to_vec(&(as_of, control, rows));
    let json = json.map_err(|error| Error::new(codes::RESULT_UNWRITABLE, error.to_string()))?;
    Ok(context.sha256(&[b"folio-import-v1\n", &json]).to_vec())
}

/// What the same batch came to before, if it did. An import that is closed takes no other.
fn brought_in(context: &Context<'_>, arguments: &Import, digest: &[u8]) -> Result<Option<Imported>> {
    let Import { programme, import, batch, .. } = arguments;
    if !(1..=BATCHES_MAX).contains(batch) {
        let message = format!("the batches of an import are numbered from 1 to {BATCHES_MAX}");
        return Err(Error::new("IMPORT_BATCH_INVALID", message));
    }
    let Some(row) = IMPORTS.get(context, &(programme.clone(), *import, *batch))? else {
        if IMPORTS.contains(context, &(programme.clone(), *import, SEAL)) {
            return Err(Error::new("IMPORT_CLOSED", "the import is closed: open another by another id"));
        }
        return Ok(None);
    };
    if row.digest != digest {
        return Err(Error::new("IMPORT_BATCH_DIFFERS", format!("batch {batch} came in before, with other content")));
    }
    let totals = Totals::of_row(&row.totals)?;
    Ok(Some(Imported { programme: programme.clone(), import: *import, batch: *batch, totals, enrolled: row.enrolled }))
}

fn check(context: &Context<'_>, terms: &Terms, as_of: Date, rows: &[Row]) -> Result<Vec<(Totals, Checked)>> {
    if !(1..=BATCH_MEMBERS_MAX).contains(&rows.len()) {
        let message = format!("a batch has 1 to {BATCH_MEMBERS_MAX} rows, and this one has {}", rows.len());
        return Err(Error::new("IMPORT_BATCH_INVALID", message));
    }
    let mut seen = BTreeSet::new();
    let check_one = |(place, row): (usize, &Row)| {
        if !seen.insert(row.member) {
            return Err(in_row(place, row, twice()));
        }
        let checked = row.check(terms, as_of).map_err(|error| in_row(place, row, error))?;
        let totals = Totals::of_member(context, row.member, row.lots_listed(), checked.points, row.debt)?;
        Ok((totals, checked))
    };
    rows.iter().enumerate().map(check_one).collect()
}

/// What all rows of a batch come in with.
struct Incoming<'a> {
    actor: &'a Actor,
    terms: &'a Terms,
    as_of: Date,
    import: ImportId,
    numbers: &'a Numbers,
    enrolled: u32,
}

impl Incoming<'_> {
    fn enter(&mut self, context: &mut Context<'_>, journal: &mut Journal, row: &Row, checked: Checked) -> Result<()> {
        let mut account = self.account(context, journal, row)?;
        if account.imported {
            return Err(twice());
        }
        upkeep::bring_up_to(context, journal, &mut account, self.terms, self.as_of)?;
        account.imported = true;
        account.last_activity = account.last_activity.max(row.last_activity);
        let mut entry = Entry::new();
        account.holdings.import(&mut entry, checked.lots)?;
        account.holdings.import_debt(&mut entry, row.debt)?;
        let before = account.tier.clone();
        if let Some(tier) = checked.tier {
            upkeep::raise_tier(journal, &mut account, self.terms, &tier, TierCause::Imported)?;
        }
        upkeep::count(journal, &mut account, self.terms, &checked.counted)?;
        let tier = if account.tier == before { "" } else { upkeep::tier_name(&account, self.terms) };
        let why = LineRow {
            cause: Cause::Imported.into(),
            import: self.import.bytes().to_vec(),
            programme_version: self.terms.version(),
            tier: tier.to_owned(),
            ..LineRow::default()
        };
        journal.enter(context, &mut account, &entry, why)?;
        account.save(context);
        Ok(())
    }

    /// The member's account. To rules that ask for its age, one that the import opens is as old as the system before says.
    fn account(&mut self, context: &mut Context<'_>, journal: &mut Journal, row: &Row) -> Result<Account> {
        let (programme, member) = (&self.terms.programme, row.member);
        if let Some(account) = holder::find(context, programme, member)? {
            return Ok(account);
        }
        let known = MEMBERS.get(context, &member)?;
        let enrolled = row.enrolled.unwrap_or(self.as_of);
        let since = match known {
            Some(known) => Date::from_days(known.enrolled).map_err(|_| Unreadable.of("member"))?.min(enrolled),
            None => {
                self.enrol(context, journal, member, enrolled)?;
                enrolled
            }
        };
        Ok(Account::open(programme.clone(), member, self.as_of, since))
    }

    fn enrol(
        &mut self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        member: MemberId,
        enrolled: Date,
    ) -> Result<()> {
        let mut row = MemberRow {
            home_programme: self.terms.programme.to_string(),
            home_organisation: self.terms.owner.clone(),
            enrolled: enrolled.days(),
            by: self.actor.row(),
            ..MemberRow::default()
        };
        if let Some(number) = self.numbers.of(member) {
            row.number_digest = number.digest(context, member).to_vec();
            number.keep(context, &self.actor.organisation, &self.terms.programme, member)?;
        }
        MEMBERS.put(context, &member, &row);
        self.enrolled = self.enrolled.saturating_add(1);
        journal.changes.push(Event::MemberEnrolled { member, programme: self.terms.programme.clone() });
        Ok(())
    }
}

fn twice() -> Error {
    Error::new("IMPORT_MEMBER_TWICE", "the member's balance came in before: correct it with points.adjust")
}

/// The refusal, with the row that it is about.
fn in_row(place: usize, row: &Row, error: Error) -> Error {
    Error::new(error.code, format!("rows[{place}], member {}: {}", row.member, error.message))
}
