//! What one transaction writes into the books.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Context, Error, HexId, Result, codes};

use crate::books::{Account as BookAccount, Entry, Kind, Totals};
use crate::handlers::settlement::dates;
use crate::ids::{HotelId, MemberId, ProgrammeId};
use crate::state::{
    Account, ActorRow, LINES, LineRow, NewestFirst, OWED, OwedItemRow, OwedRow, TIER_CHANGES, TOTALS, TierChangeRow,
    TotalsRow, TxTail,
};
use crate::units::{Date, Points};

use super::event::{Changes, Event};
use super::owing::{Owing, Sides};

/// The journal of one transaction: statement lines, what it adds to totals, and the changes to tell.
pub(in crate::handlers) struct Journal {
    tx: Vec<u8>,
    by: ActorRow,
    day: Date,
    hotel: Option<HotelId>,
    totals: BTreeMap<ProgrammeId, Totals>,
    owed: BTreeMap<Sides, Vec<OwedItemRow>>,
    tier_changes: Vec<((ProgrammeId, MemberId, NewestFirst), TierChangeRow)>,
    /// The member on whose word a pool's points move.
    pub(in crate::handlers) word_of: Option<MemberId>,
    /// The changes to tell.
    pub(in crate::handlers) changes: Changes,
}

impl Journal {
    /// An empty journal for business date `day`.
    pub(in crate::handlers) fn new(
        context: &Context<'_>,
        by: ActorRow,
        day: Date,
        hotel: Option<HotelId>,
    ) -> Result<Self> {
        let tx: Option<HexId<32>> = HexId::parse(&context.invocation().tx_id);
        let tx = tx.ok_or_else(|| Error::new(codes::MISUSE, "a transaction's id has 64 hex digits"))?;
        Ok(Self {
            tx: tx.bytes().to_vec(),
            by,
            day,
            hotel,
            totals: BTreeMap::new(),
            owed: BTreeMap::new(),
            tier_changes: Vec::new(),
            word_of: None,
            changes: Changes::default(),
        })
    }

    /// Who acts.
    pub(in crate::handlers) fn by(&self) -> ActorRow {
        self.by.clone()
    }

    /// Adds an entry to its programme's totals.
    pub(in crate::handlers) fn total(&mut self, programme: &ProgrammeId, entry: &Entry) -> Result<()> {
        Ok(self.totals.entry(programme.clone()).or_default().add_entry(entry)?)
    }

    /// What the transaction adds to one line of a programme's totals so far.
    pub(in crate::handlers) fn totalled(&self, programme: &ProgrammeId, kind: Kind) -> Points {
        let points = self.totals.get(programme).map_or(0, |totals| totals.of(kind));
        Points::from_posting_or_zero(i64::try_from(points).unwrap_or_default())
    }

    /// Writes what an entry did to an account as a line of its statement. `line` says why.
    pub(in crate::handlers) fn line(
        &self,
        context: &mut Context<'_>,
        account: &mut Account,
        entry: &Entry,
        line: LineRow,
    ) -> Result<()> {
        let member = account.member();
        let row = LineRow {
            date: self.day.days(),
            available: entry.of(BookAccount::Available(member)),
            pending: entry.of(BookAccount::Pending(member)),
            reserved: entry.of(BookAccount::Reserved(member)),
            // The books carry debt as a negative balance; a statement says how much more is owed.
            debt: entry.of(BookAccount::Debt(member)).checked_neg().unwrap_or(i64::MAX),
            balance: account.holdings.available().get(),
            tx: self.tx.clone(),
            by: self.by.clone(),
            hotel: self.hotel_name(),
            word_of: self.word_of.map_or_else(Vec::new, |member| member.bytes().to_vec()),
            ..line
        };
        LINES.put(context, &(account.programme.clone(), member, NewestFirst(account.lines)), &row);
        account.lines = account
            .lines
            .checked_add(1)
            .ok_or_else(|| Error::new("STATEMENT_FULL", "the statement has as many lines as can be counted"))?;
        Ok(())
    }

    /// Both: an entry that touches one account only.
    pub(in crate::handlers) fn enter(
        &mut self,
        context: &mut Context<'_>,
        account: &mut Account,
        entry: &Entry,
        line: LineRow,
    ) -> Result<()> {
        self.total(&account.programme, entry)?;
        self.line(context, account, entry, line)
    }

    /// Notes a change of a tier in the account's history. `change` says which, and why.
    pub(in crate::handlers) fn tier_changed(&mut self, account: &mut Account, change: TierChangeRow) -> Result<()> {
        let place = (account.programme.clone(), account.member(), NewestFirst(account.tier_changes));
        let row = TierChangeRow { date: self.day.days(), by: self.by.clone(), tx: self.tx.clone(), ..change };
        self.tier_changes.push((place, row));
        account.tier_changes = account
            .tier_changes
            .checked_add(1)
            .ok_or_else(|| Error::new("TIER_HISTORY_FULL", "the tier has changed as often as can be counted"))?;
        Ok(())
    }

    /// Records that one organisation owes another.
    pub(in crate::handlers) fn owe(&mut self, context: &Context<'_>, owing: &Owing<'_>) -> Result<()> {
        if let Some((sides, item)) = owing.item(context, self.hotel.as_ref())? {
            self.owed.entry(sides).or_default().push(item);
        }
        Ok(())
    }

    /// Writes the totals, what is owed and what changed of tiers, and sets the event. Where the business date is sealed,
    /// totals and what is owed go into the date that is open now.
    pub(in crate::handlers) fn close(self, context: &mut Context<'_>) -> Result<()> {
        let tx = self.tx_tail()?;
        let mut open = BTreeMap::new();
        let moved = self.totals.iter().filter(|(_, totals)| !totals.is_empty()).map(|(programme, _)| programme);
        for programme in moved.chain(self.owed.keys().map(|sides| &sides.programme)) {
            if !open.contains_key(programme) {
                open.insert(programme, dates::open_date(context, programme, self.day)?);
            }
        }
        for (programme, totals) in &self.totals {
            let Some(date) = open.get(programme).filter(|_| !totals.is_empty()) else { continue };
            let row = TotalsRow::of(totals, self.hotel_name(), self.day_beside(*date))?;
            TOTALS.put(context, &(programme.clone(), *date, tx), &row);
        }
        for (sides, items) in &self.owed {
            let Some(date) = open.get(&sides.programme) else { continue };
            let row = OwedRow { items: items.clone(), business_date: self.day_beside(*date), origin: None };
            let Sides { programme, debtor, creditor } = sides.clone();
            OWED.put(context, &(programme, *date, debtor, creditor, tx), &row);
        }
        for (place, row) in &self.tier_changes {
            TIER_CHANGES.put(context, place, row);
        }
        self.changes.emit(context)
    }

    /// The business date, where a row stands in another.
    fn day_beside(&self, date: Date) -> Option<i32> {
        (date != self.day).then(|| self.day.days())
    }

    /// Tells of a change that follows from the primary one, when it moved points.
    pub(in crate::handlers) fn tell_points(&mut self, points: i64, event: impl FnOnce(Points) -> Event) {
        let points = Points::from_posting_or_zero(points);
        if !points.is_zero() {
            self.changes.push(event(points));
        }
    }

    fn hotel_name(&self) -> String {
        self.hotel.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// The end of the transaction's id.
    pub(in crate::handlers) fn tx_tail(&self) -> Result<TxTail> {
        self.tx
            .last_chunk()
            .map(|tail| HexId::new(*tail))
            .ok_or_else(|| Error::new(codes::MISUSE, "a transaction's id is too short"))
    }
}
