//! What is owed, added up from the rows of the ledger in another way than the chaincode does.

use std::collections::{BTreeMap, BTreeSet};

use folio_chaincode_sdk::Record;
use folio_loyalty::ids::{HotelId, OrgId, ProgrammeId};
use folio_loyalty::rules::settlement::Due;
use folio_loyalty::state::{
    AGREEMENTS, AgreementRow, AgreementScope, CLOSINGS, ClosingRow, OUTSIDE, OWED, OutsideRow, OwedItemRow, OwedRow,
    POSITIONS, PositionRow, STAYS, StayRow, TOTALS, ThroughRow,
};
use folio_loyalty::units::Date;
use serde_json::{Value, json};

use crate::settlement_histories::{CURRENCIES, History, PROGRAMMES};
use crate::world::{CEDAR, owner_of, programme_owner};

impl History {
    pub fn check_sealed(&self) {
        assert_eq!(self.kept, self.sealed_rows(), "a sealed date is never rewritten, and nothing is added to it");
    }

    pub fn check(&mut self) {
        for currency in CURRENCIES {
            self.check_currency(currency);
        }
        self.check_unpriced();
    }

    /// What is in closings, in positions that are not closed, in disputes and in rows that are not folded is all that was
    /// ever owed, for each debtor and creditor.
    fn check_currency(&self, currency: &str) {
        let mut owed = Sums::default();
        for (key, row) in self.rows::<OwedRow>(OWED.spec().prefix) {
            owed.add(
                &key,
                row.items.iter().filter(|item| item.currency == currency).map(|item| item.amount).sum::<i64>(),
            );
        }
        let mut found = Sums::default();
        let closings: Vec<ClosingRow> = self.values(CLOSINGS.spec().prefix, currency);
        for closing in &closings {
            let mut nets: BTreeMap<&str, i128> = BTreeMap::new();
            for payable in &closing.payables {
                let amount = i128::from(payable.amount);
                *found.0.entry((payable.debtor.clone(), payable.creditor.clone())).or_default() += amount;
                *nets.entry(&payable.debtor).or_default() -= amount;
                *nets.entry(&payable.creditor).or_default() += amount;
            }
            assert_eq!(nets.values().sum::<i128>(), 0);
        }
        let throughs: BTreeSet<i32> = closings.iter().map(|closing| closing.through).collect();
        assert_eq!(throughs.len(), closings.len(), "no date is closed twice");
        let closed = throughs.last().copied().unwrap_or(i32::MIN);
        let is_closed = |date: &str| date.parse::<Date>().unwrap().days() <= closed;
        let mut in_positions = Sums::default();
        for (key, row) in self.rows::<PositionRow>(POSITIONS.spec().prefix).filter(|(key, _)| key[4] == currency) {
            in_positions.add_wide(&key, row.amount.into());
            if !is_closed(&key[1]) {
                found.add_wide(&key, row.amount.into());
            }
        }
        for (key, row) in self.rows::<OutsideRow>(OUTSIDE.spec().prefix) {
            let amounts = row.dispute.iter().flat_map(|dispute| &dispute.amounts);
            let disputed: i64 = amounts.filter(|part| part.currency == currency).map(|part| part.amount).sum();
            // Positions hold what is disputed, and closings do not.
            if is_closed(&key[1]) {
                found.add(&key, disputed);
            }
        }
        // What is not folded is in no position: all that is owed less what the positions hold.
        for (pair, amount) in &owed.0 {
            *found.0.entry(pair.clone()).or_default() += amount - in_positions.0.get(pair).copied().unwrap_or_default();
        }
        found.0.retain(|_, amount| *amount != 0);
        owed.0.retain(|_, amount| *amount != 0);
        assert_eq!(found.0, owed.0, "{currency}");
    }

    /// Positions hold what was folded, row by row, as told by the keys of rows and the last key that was folded.
    fn folded_through(&mut self, programme: &str) -> Value {
        self.world.client(CEDAR, "auditor", "");
        self.world.query("settlement.position", json!({ "programme": programme, "limit": 1000 })).unwrap()
    }

    /// Points of what waits for a price are in rows outside the net, or in rows that are not folded.
    fn check_unpriced(&mut self) {
        for programme in PROGRAMMES {
            let is_own = |key: &[String]| key[0] == programme;
            let unpriced = |items: &[OwedItemRow]| -> i64 {
                items.iter().filter(|item| item.currency.is_empty()).map(|item| item.points).sum()
            };
            let rows: BTreeMap<Vec<String>, OwedRow> =
                self.rows(OWED.spec().prefix).filter(|(key, _)| is_own(key)).collect();
            let all: i64 = rows.values().map(|row| unpriced(&row.items)).sum();
            let outside = self.rows::<OutsideRow>(OUTSIDE.spec().prefix).filter(|(key, _)| is_own(key));
            let waiting = outside.flat_map(|(key, row)| {
                let items = rows[&key].items.clone();
                row.unpriced.into_iter().map(move |place| items[usize::try_from(place).unwrap()].points)
            });
            let waiting: i64 = waiting.sum();
            let position = self.folded_through(programme);
            let of = |part: &str| -> i64 {
                let part = position[part].as_array().unwrap().iter().filter(|sum| sum["currency"].is_null());
                part.map(|sum| sum["points"].as_i64().unwrap()).sum()
            };
            assert_eq!(of("folded") + of("unfolded"), all);
            // A price that is not folded yet has taken its row off the list already.
            let priced: i64 = rows
                .iter()
                .filter(|(key, row)| row.origin.is_some() && !self.is_folded(&position, key))
                .map(|(_, row)| unpriced(&row.items))
                .sum();
            assert_eq!(of("folded") + priced, waiting);
        }
    }

    fn is_folded(&self, position: &Value, key: &[String]) -> bool {
        // The fold may have stopped within a date: then its row tells after which key.
        let prefix = format!("B{},0002", key[0]);
        let row = self.world.ledger.state().find(|(key, _)| **key == prefix).map(|(_, value)| value);
        let after = row.map(|value| ThroughRow::from_state(value, "dates").unwrap().after);
        let own = format!("o{},{}{},{},{}", key[0], key[1], key[2], key[3], key[4]);
        position["folded_through"].as_str().is_some_and(|through| key[1].as_str() <= through)
            || after.is_some_and(|after| own <= after)
    }

    /// When all is folded and priced, what is owed for earning is the value of the points that the stays have in the end,
    /// each by the agreement of its check-out, whatever was corrected on the way.
    pub fn check_stays(&mut self) {
        let mut valued: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        for stay in self.values::<StayRow>(STAYS.spec().prefix, "") {
            let (host, hotel) = (owner_of(&stay.hotel), stay.hotel);
            let Some(posted) = stay.posted.filter(|posted| programme_owner(&posted.programme) != host) else {
                continue;
            };
            let Some(row) = self.agreement(&posted.programme, host, &hotel, posted.earned_on) else { continue };
            let points = i64::try_from(posted.lot.points).unwrap();
            let value = Due::accrual(0, points).value(&row.agreement().unwrap()).unwrap();
            *valued.entry((posted.programme, host.to_owned(), row.currency)).or_default() += value;
        }
        let mut owed: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        for (key, row) in self.rows::<OwedRow>(OWED.spec().prefix) {
            for item in row.items.into_iter().filter(|item| item.cause == 1 && !item.currency.is_empty()) {
                *owed.entry((key[0].clone(), key[2].clone(), item.currency)).or_default() += item.amount;
            }
        }
        valued.retain(|_, amount| *amount != 0);
        owed.retain(|_, amount| *amount != 0);
        assert_eq!(owed, valued);
    }

    fn agreement(&mut self, programme: &str, host: &str, hotel: &str, day: i32) -> Option<AgreementRow> {
        let (programme, host) = (ProgrammeId::new(programme).unwrap(), OrgId::new(host).unwrap());
        let scopes = [AgreementScope::Hotel(HotelId::new(hotel).unwrap()), AgreementScope::Host];
        let day = Date::from_days(day).unwrap();
        scopes.into_iter().find_map(|scope| {
            let key = (programme.clone(), host.clone(), scope);
            let row = self.world.ledger.run(|context| AGREEMENTS.get(context, &key)).result.unwrap();
            row.and_then(|row| row.on(day).cloned())
        })
    }

    /// Rows of what is owed and of totals in dates that are sealed.
    pub fn sealed_rows(&self) -> BTreeMap<String, Vec<u8>> {
        let is_sealed = |key: &str| {
            self.sealed.iter().any(|(programme, through)| {
                let rest = key[1..].strip_prefix(programme).and_then(|rest| rest.strip_prefix(','));
                rest.is_some_and(|rest| rest[..10].parse::<Date>().unwrap() <= *through)
            })
        };
        let rows = self
            .world
            .ledger
            .state()
            .filter(|(key, _)| key.starts_with([OWED.spec().prefix, TOTALS.spec().prefix]) && is_sealed(key));
        rows.map(|(key, value)| (key.to_owned(), value.to_vec())).collect()
    }

    /// Rows under a key of programme, date, debtor, creditor and one more.
    pub fn rows<R: Record>(&self, prefix: char) -> impl Iterator<Item = (Vec<String>, R)> {
        let rows = self.world.ledger.state().filter(move |(key, _)| key.starts_with(prefix));
        rows.map(|(key, value)| {
            let parts: Vec<&str> = key[1..].split(',').collect();
            let (date, debtor) = parts[1].split_at(10);
            let key = [parts[0], date, debtor, parts[2], parts[3]].map(str::to_owned).to_vec();
            (key, R::from_state(value, "row").unwrap())
        })
    }

    fn values<R: Record>(&self, prefix: char, start: &str) -> Vec<R> {
        let rows = self.world.ledger.state().filter(|(key, _)| key.starts_with(prefix) && key[1..].starts_with(start));
        rows.map(|(_, value)| R::from_state(value, "row").unwrap()).collect()
    }
}

/// Sums by debtor and creditor.
#[derive(Default)]
struct Sums(BTreeMap<(String, String), i128>);

impl Sums {
    fn add(&mut self, key: &[String], amount: i64) {
        self.add_wide(key, amount.into());
    }

    fn add_wide(&mut self, key: &[String], amount: i128) {
        *self.0.entry((key[2].clone(), key[3].clone())).or_default() += amount;
    }
}
