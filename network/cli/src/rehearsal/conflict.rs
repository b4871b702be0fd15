//! Conflicts, as the ledger has them: who came second, who came first, and whether they had a member in common.
//!
//! A transaction that met another stands in its block with what it had read. The key whose version is not the one that it
//! had read tells over what they met, and the version who had written it.

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

/// What two transactions met over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    DifferentMembers,
    SameMember,
    AcrossSealing,
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
            let Some((key, version)) = stale_key(&second, ledger)? else {
                // What it met was in a range, which tells nobody's name.
                self.add(Kind::DifferentMembers, &format!("{} over a range", name_of(&second)));
                continue;
            };
            let first = version.map(|version| transaction(ledger, version)).transpose()?.flatten();
            let kind = kind(&key, &second.rwset, first.as_ref().map(|first| &first.rwset));
            let first = first.as_ref().map_or("nobody", name_of);
            self.add(kind, &format!("{} over {}, {first}", name_of(&second), table_of(&key)));
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

fn kind(key: &str, second: &ReadWriteSet, first: Option<&ReadWriteSet>) -> Kind {
    if key.starts_with(DATES.spec().prefix) {
        return Kind::AcrossSealing;
    }
    let in_common = first.is_some_and(|first| !accounts(first).is_disjoint(&accounts(second)));
    // An account is one member's, whoever else takes part.
    if in_common || key.starts_with(ACCOUNTS.spec().prefix) { Kind::SameMember } else { Kind::DifferentMembers }
}

/// The first key that has another version than was read, with the version that it has.
fn stale_key(second: &EndorserTransaction, ledger: &Ledger) -> Result<Option<(String, Option<Version>)>> {
    let Some(set) = second.rwset.namespaces.get(CHAINCODE) else { return Ok(None) };
    let (state, namespace) = (ledger.snapshot(), Namespace::public(CHAINCODE));
    for (key, read) in &set.reads {
        let found = state.get(&namespace, key.as_bytes())?.map(|found| found.version);
        if found != *read {
            return Ok(Some((key.clone(), found)));
        }
    }
    Ok(None)
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
    use folio_types::{NamespaceSet, Write};

    use super::*;

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
