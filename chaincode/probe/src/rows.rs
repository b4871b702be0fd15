//! Reads and writes of every kind.

use folio_chaincode_sdk::{Context, Error, Record, Result, Table, TableSpec, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Nothing;

/// A row: as much state as a small account has.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Account {
    #[prost(uint64, tag = "1")]
    balance: u64,
    #[prost(uint64, tag = "2")]
    changes: u64,
}

impl Record for Account {}

pub(crate) static ACCOUNTS_SPEC: TableSpec =
    TableSpec { prefix: 'a', name: "account", components: &["name"], scanned_by: &["scan"] };
const ACCOUNTS: Table<Text<32>, Account> = Table::new(&ACCOUNTS_SPEC);

/// Moves `amount` between two accounts, and creates what is missing.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Transfer {
    from: Text<32>,
    to: Text<32>,
    amount: u64,
}

/// Balances after a transfer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Transferred {
    from: u64,
    to: u64,
}

/// Two reads and two writes: what the benchmark measures.
pub(crate) fn put2get2(context: &mut Context<'_>, transfer: Transfer) -> Result<Transferred> {
    let mut from = ACCOUNTS.get(context, &transfer.from)?.unwrap_or(Account { balance: 1_000_000, changes: 0 });
    let mut to = ACCOUNTS.get(context, &transfer.to)?.unwrap_or_default();
    let short = || Error::new("SHORT", format!("{} cannot pay {}", transfer.from, transfer.amount));
    from.balance = from.balance.checked_sub(transfer.amount).ok_or_else(short)?;
    to.balance = to.balance.checked_add(transfer.amount).ok_or_else(short)?;
    from.changes += 1;
    to.changes += 1;
    ACCOUNTS.put(context, &transfer.from, &from);
    ACCOUNTS.put(context, &transfer.to, &to);
    Ok(Transferred { from: from.balance, to: to.balance })
}

/// How many keys, and how large each value.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Writes {
    count: u32,
    bytes: usize,
}

pub(crate) fn writes(context: &mut Context<'_>, writes: Writes) -> Result<u32> {
    for number in 0..writes.count {
        context.put(format!("w{number:08}"), vec![7; writes.bytes]);
    }
    Ok(writes.count)
}

/// A range, and the page's limit.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Scan {
    start: String,
    end: String,
    limit: u32,
}

/// What a scan found.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Scanned {
    keys: Vec<String>,
    more: bool,
}

pub(crate) fn scan(context: &Context<'_>, scan: Scan) -> Result<Scanned> {
    let page = context.scan(&scan.start, &scan.end, scan.limit);
    Ok(Scanned { keys: page.entries.into_iter().map(|entry| entry.key).collect(), more: page.more })
}

/// A public key.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Key {
    key: String,
}

pub(crate) fn history(context: &Context<'_>, key: Key) -> Result<Vec<(u64, u64, bool)>> {
    let changes = context.changes(&key.key, None, 10);
    Ok(changes.iter().map(|change| (change.position.block, change.position.tx, change.value.is_some())).collect())
}

pub(crate) fn history_and_write(context: &mut Context<'_>, _: Nothing) -> Result<usize> {
    context.put("h".to_owned(), vec![1]);
    Ok(context.changes("h", None, 10).len())
}

/// A private key, and its value where it is set.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Private {
    collection: String,
    key: String,
    #[serde(default)]
    value: String,
}

pub(crate) fn private_put(context: &mut Context<'_>, private: Private) -> Result<()> {
    context.private_put(&private.collection, &private.key, private.value.into_bytes());
    Ok(())
}

pub(crate) fn private_get(context: &Context<'_>, private: Private) -> Result<Option<Vec<u8>>> {
    Ok(context.private_get(&private.collection, &private.key))
}

pub(crate) fn private_hash(context: &Context<'_>, private: Private) -> Result<Option<Vec<u8>>> {
    Ok(context.private_hash(&private.collection, &private.key))
}
