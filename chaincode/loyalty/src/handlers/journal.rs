//! What one transaction writes into the books.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Context, Error, HexId, Result, codes};

use crate::books::{Account as BookAccount, Entry, Kind, Totals};
use crate::ids::{HotelId, OrgId, ProgrammeId};
use crate::state::{Account, ActorRow, LINES, LineRow, NewestFirst, OWED, OwedRow, TOTALS, TotalsRow, TxTail};
use crate::units::{Date, Overflow, Points};

use super::event::{Changes, Event};

/// Why one organisation owes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwedFor {
    /// A guest of the debtor's hotel earned points of the creditor's programme.
    Accrual = 1,
    /// The creditor's hotel gave a reward for points of the debtor's programme.
    Redemption = 2,
}

/// The journal of one transaction: statement lines, what it adds to totals, and the changes to tell.
pub(super) struct Journal {
    tx: Vec<u8>,
    by: ActorRow,
    day: Date,
    hotel: Option<HotelId>,
    totals: BTreeMap<ProgrammeId, Totals>,
    /// What is owed for points of a programme, by debtor and creditor.
    owed: BTreeMap<(OrgId, OrgId, ProgrammeId), OwedRow>,
    /// The changes to tell.
    pub(super) changes: Changes,
}

impl Journal {
    /// An empty journal for business date `day`.
    pub(super) fn new(context: &Context<'_>, by: ActorRow, day: Date, hotel: Option<HotelId>) -> Result<Self> {
        let tx: Option<HexId<32>> = HexId::parse(&context.invocation().tx_id);
        let tx = tx.ok_or_else(|| Error::new(codes::MISUSE, "a transaction's id has 64 hex digits"))?;
        let (totals, owed, changes) = (BTreeMap::new(), BTreeMap::new(), Changes::default());
        Ok(Self { tx: tx.bytes().to_vec(), by, day, hotel, totals, owed, changes })
    }

    /// Who acts.
    pub(super) fn by(&self) -> ActorRow {
        self.by.clone()
    }

    /// Adds an entry to its programme's totals.
    pub(super) fn total(&mut self, programme: &ProgrammeId, entry: &Entry) -> Result<()> {
        Ok(self.totals.entry(programme.clone()).or_default().add_entry(entry)?)
    }

    /// What the transaction adds to one line of a programme's totals so far.
    pub(super) fn totalled(&self, programme: &ProgrammeId, kind: Kind) -> i64 {
        self.totals.get(programme).map_or(0, |totals| totals.of(kind))
    }

    /// Writes what an entry did to an account as a line of its statement. `line` says why.
    pub(super) fn line(
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
    pub(super) fn enter(
        &mut self,
        context: &mut Context<'_>,
        account: &mut Account,
        entry: &Entry,
        line: LineRow,
    ) -> Result<()> {
        self.total(&account.programme, entry)?;
        self.line(context, account, entry, line)
    }

    /// Records that one organisation owes another for points. Nothing is owed within an organisation. What a transaction
    /// makes one organisation owe another is one sum, whoever of their members it is for.
    pub(super) fn owe(
        &mut self,
        debtor: &str,
        creditor: &str,
        cause: OwedFor,
        programme: &ProgrammeId,
        points: i64,
    ) -> Result<()> {
        let (Some(debtor), Some(creditor)) = (OrgId::new(debtor), OrgId::new(creditor)) else {
            return Err(Error::new(codes::STATE_UNREADABLE, "an organisation's name cannot stand in a key"));
        };
        if debtor == creditor || points == 0 {
            return Ok(());
        }
        let hotel = self.hotel_name();
        let row = self.owed.entry((debtor, creditor, programme.clone())).or_default();
        let points = row.points.checked_add(points).ok_or(Overflow)?;
        *row = OwedRow { hotel, cause: cause as u32, points };
        Ok(())
    }

    /// Writes totals and what is owed, and sets the event.
    pub(super) fn close(self, context: &mut Context<'_>) -> Result<()> {
        let tx = self.tx_tail()?;
        for ((debtor, creditor, programme), row) in &self.owed {
            if row.points != 0 {
                let key = (debtor.clone(), creditor.clone(), self.day, programme.clone(), tx);
                OWED.put(context, &key, row);
            }
        }
        for (programme, totals) in &self.totals {
            if totals.is_empty() {
                continue;
            }
            TOTALS.put(context, &(programme.clone(), self.day, tx), &TotalsRow::of(totals, self.hotel_name()));
        }
        self.changes.emit(context)
    }

    /// Tells of a change that follows from the primary one, when it moved points.
    pub(super) fn tell_points(&mut self, points: i64, event: impl FnOnce(Points) -> Event) {
        let points = Points::from_posting_or_zero(points);
        if !points.is_zero() {
            self.changes.push(event(points));
        }
    }

    fn hotel_name(&self) -> String {
        self.hotel.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// The end of the transaction's id.
    pub(super) fn tx_tail(&self) -> Result<TxTail> {
        self.tx
            .last_chunk()
            .map(|tail| HexId::new(*tail))
            .ok_or_else(|| Error::new(codes::MISUSE, "a transaction's id is too short"))
    }
}
