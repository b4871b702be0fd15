//! Conflicts, as the ledger has them: who came second, who came first, and whether they had a member in common.
//!
//! A transaction that met another stands in its block with what it had read. The keys that had another version when its turn
//! came tell over what they met, and their last writes before it who had come first.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use folio_ledger::Ledger;
use folio_loyalty::state::{ACCOUNTS, DATES, KEY_TABLE};
use folio_types::{Namespace, ReadWriteSet, StateReader, ValidationCode, Version};
use folio_wire::{Block, Body, EndorserTransaction, parse_envelope};
use serde::Serialize;

use crate::session::CHAINCODE;

/// All conflicts of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Conflicts {
    /// Between transactions that have no member in common. There must be none.
    pub(super) different_members: u64,
    /// Between transactions of one member. The rehearsal has one of each in flight, so that there are none.
    pub(super) same_member: u64,
    /// Of transactions that were in flight while their date was sealed.
    pub(super) across_sealing: u64,
    /// Each kind, as `second over key, first`, where events name the transactions.
    pub(super) sides: BTreeMap<String, u64>,
}

/// What two transactions met over; the worst comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    AcrossSealing,
    SameMember,
    DifferentMembers,
}

/// A key that had another version than was read, when the turn of the one that had read it came.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stale {
    key: String,
    /// Who had written it last, or removed it.
    writer: Option<Version>,
}

impl Conflicts {
    /// All of them.
    pub(super) const fn all(&self) -> u64 {
        self.different_members + self.same_member + self.across_sealing
    }

    /// Looks at a block, and at the ledger as it was after it.
    pub(super) fn look_at(&mut self, block: &Block, ledger: &Ledger) -> Result<()> {
        for (tx, data) in (0..).zip(&block.data) {
            let code = block.verdict(tx);
            let is_phantom = code == Some(ValidationCode::PhantomReadConflict);
            if !is_phantom && code != Some(ValidationCode::MvccReadConflict) {
                continue;
            }
            let Ok((_, Body::Endorser(second))) = parse_envelope(data) else { continue };
            let turn = Version::new(block.number, tx);
            let (kind, sides) = met(&second, turn, ledger)?;
            self.add(kind, &sides);
        }
        Ok(())
    }

    fn add(&mut self, kind: Kind, sides: &str) {
        *match kind {
            Kind::DifferentMembers => &mut self.different_members,
            Kind::SameMember => &mut self.same_member,
            Kind::AcrossSealing => &mut self.across_sealing,
        } += 1;
        *self.sides.entry(sides.to_owned()).or_default() += 1;
    }
}

/// The worst of what a transaction met when its turn came, and who the two were.
fn met(second: &EndorserTransaction, turn: Version, ledger: &Ledger) -> Result<(Kind, String)> {
    let mut worst: Option<(Kind, String)> = None;
    for Stale { key, writer } in stale_keys(&second.rwset, turn, &*ledger.snapshot())? {
        let first = writer.map(|writer| transaction(ledger, writer)).transpose()?.flatten();
        let kind = kind(&key, &second.rwset, first.as_ref().map(|first| &first.rwset));
        if worst.as_ref().is_none_or(|(worst, _)| kind > *worst) {
            let first = first.as_ref().map_or("nobody", name_of);
            worst = Some((kind, format!("{} over {}, {first}", name_of(second), table_of(&key))));
        }
    }
    // Where no key is stale, what it met was in a range, which tells nobody's name.
    Ok(worst.unwrap_or_else(|| (Kind::DifferentMembers, format!("{} over a range", name_of(second)))))
}

fn kind(key: &str, second: &ReadWriteSet, first: Option<&ReadWriteSet>) -> Kind {
    if key.starts_with(DATES.spec().prefix) {
        return Kind::AcrossSealing;
    }
    let in_common = first.is_some_and(|first| !accounts(first).is_disjoint(&accounts(second)));
    // An account is one member's, whoever else takes part.
    if in_common || key.starts_with(ACCOUNTS.spec().prefix) { Kind::SameMember } else { Kind::DifferentMembers }
}

/// The keys that had another version than was read before the turn of the transaction. What was written after it, in the same
/// block too, is not what it met.
fn stale_keys(second: &ReadWriteSet, turn: Version, state: &dyn StateReader) -> Result<Vec<Stale>> {
    let Some(set) = second.namespaces.get(CHAINCODE) else { return Ok(Vec::new()) };
    let namespace = Namespace::public(CHAINCODE);
    let mut stale = Vec::new();
    for (key, read) in &set.reads {
        // A key that still stands as it was read was never stale; its history, which costs more, need not be asked.
        if read.is_some() && state.get(&namespace, key.as_bytes())?.map(|found| found.version) == *read {
            continue;
        }
        let last = state.history(CHAINCODE, key.as_bytes(), Some(turn), 1)?.pop();
        let found = last.as_ref().filter(|last| last.value.is_some()).map(|last| last.version);
        if found != *read {
            stale.push(Stale { key: key.clone(), writer: last.map(|last| last.version) });
        }
    }
    Ok(stale)
}

fn transaction(ledger: &Ledger, version: Version) -> Result<Option<EndorserTransaction>> {
    let block = ledger.block(version.block)?;
    let data = block.as_ref().and_then(|block| block.data.get(usize::try_from(version.tx).ok()?));
    Ok(match data.map(parse_envelope) {
        Some(Ok((_, Body::Endorser(transaction)))) => Some(*transaction),
        _ => None,
    })
}

/// The accounts that are written.
fn accounts(set: &ReadWriteSet) -> BTreeSet<&str> {
    let writes = set.namespaces.get(CHAINCODE).map(|set| set.writes.keys());
    writes.into_iter().flatten().map(String::as_str).filter(|key| key.starts_with(ACCOUNTS.spec().prefix)).collect()
}

fn name_of(transaction: &EndorserTransaction) -> &str {
    transaction.event.as_ref().map_or("a transaction without an event", |event| event.name.as_str())
}

fn table_of(key: &str) -> &'static str {
    KEY_TABLE.iter().find(|table| key.starts_with(table.prefix)).map_or("another key", |table| table.name)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use folio_types::{BlockNumber, HistoryEntry, NamespaceSet, StateError, TxId, VersionedValue, Write};

    use super::*;

    /// Every write of every key, oldest first; one without a value removes it.
    struct Writes(BTreeMap<&'static str, Vec<(Version, Option<Bytes>)>>);

    impl StateReader for Writes {
        fn height(&self) -> BlockNumber {
            10
        }

        fn get(&self, _: &Namespace, key: &[u8]) -> Result<Option<VersionedValue>, StateError> {
            let last = self.history(CHAINCODE, key, None, 1)?.pop();
            Ok(last.and_then(|last| Some(VersionedValue { value: last.value?, version: last.version })))
        }

        fn range(
            &self,
            _: &Namespace,
            _: &[u8],
            _: &[u8],
            _: usize,
        ) -> Result<Vec<(Bytes, VersionedValue)>, StateError> {
            Ok(Vec::new())
        }

        fn history(
            &self,
            _: &str,
            key: &[u8],
            before: Option<Version>,
            limit: usize,
        ) -> Result<Vec<HistoryEntry>, StateError> {
            let writes =
                self.0.iter().filter(|(name, _)| name.as_bytes() == key).flat_map(|(_, writes)| writes.iter().rev());
            let entry = |(version, value): &(Version, Option<Bytes>)| HistoryEntry {
                tx_id: TxId::from_digest([0; 32]),
                version: *version,
                value: value.clone(),
            };
            let earlier = writes.filter(|(version, _)| before.is_none_or(|before| *version < before));
            Ok(earlier.take(limit).map(entry).collect())
        }
    }

    #[test]
    fn what_was_met_was_written_before_the_turn_and_every_such_key_is_told() {
        let written = |versions: &[(u64, u64)]| {
            versions.iter().map(|(block, tx)| (Version::new(*block, *tx), Some(Bytes::from_static(b"x")))).collect()
        };
        let state = Writes(BTreeMap::from([
            ("Bclub", written(&[(1, 0), (9, 2)])),
            ("xfresh", written(&[(3, 1)])),
            ("xhot", written(&[(3, 1), (9, 1), (9, 8)])),
            ("xlater", written(&[(3, 1), (9, 7)])),
            ("xremoved", [written(&[(3, 1)]), vec![(Version::new(8, 0), None)]].concat()),
            ("xnew", written(&[(9, 6)])),
        ]));
        let read = |key: &str, version: Option<(u64, u64)>| {
            (key.to_owned(), version.map(|(block, tx)| Version::new(block, tx)))
        };
        let reads = BTreeMap::from([
            read("Bclub", Some((1, 0))),
            read("xfresh", Some((3, 1))),
            read("xhot", Some((3, 1))),
            read("xlater", Some((3, 1))),
            read("xremoved", Some((3, 1))),
            read("xnew", None),
            read("xabsent", None),
        ]);
        let set = NamespaceSet { reads, ..NamespaceSet::default() };
        let second = ReadWriteSet { namespaces: BTreeMap::from([(CHAINCODE.to_owned(), set)]) };
        let stale = stale_keys(&second, Version::new(9, 5), &state).unwrap();
        let told: Vec<_> = stale.iter().map(|stale| (stale.key.as_str(), stale.writer)).collect();
        let by = |block, tx| Some(Version::new(block, tx));
        assert_eq!(told, [("Bclub", by(9, 2)), ("xhot", by(9, 1)), ("xremoved", by(8, 0))]);
        let worst = stale.iter().map(|stale| kind(&stale.key, &second, None)).max();
        assert_eq!(worst, Some(Kind::DifferentMembers), "a seal beside it does not excuse a hot key");
        assert!(Kind::SameMember > Kind::AcrossSealing);
    }

    fn writing(accounts: &[&str]) -> ReadWriteSet {
        let writes = accounts.iter().map(|member| (format!("aclub-{member}"), Write::Delete)).collect();
        let set = NamespaceSet { writes, ..NamespaceSet::default() };
        ReadWriteSet { namespaces: BTreeMap::from([(CHAINCODE.to_owned(), set)]) }
    }

    #[test]
    fn a_conflict_is_told_by_the_key_and_by_who_took_part() {
        let (ann, bob) = (writing(&["ann"]), writing(&["bob"]));
        let both = writing(&["ann", "bob"]);
        for (key, second, first, expected) in [
            ("Bclub", &ann, Some(&bob), Kind::AcrossSealing),
            ("aclub-ann", &ann, Some(&both), Kind::SameMember),
            ("xEURUSD", &ann, Some(&both), Kind::SameMember),
            ("xEURUSD", &ann, Some(&bob), Kind::DifferentMembers),
            ("xEURUSD", &ann, None, Kind::DifferentMembers),
        ] {
            assert_eq!(kind(key, second, first), expected, "{key}");
        }
        assert_eq!((table_of("Bclub"), table_of("aclub")), ("business dates", "account"));
    }
}
