//! The sizes that a read-write set may have.
//!
//! An honest endorser keeps to them. They are checked again, since a ledger must be able to store what it accepts.

use folio_types::{
    NamespaceSet, ReadWriteSet, ValidationCode, Write,
    limits::{ACCESSES_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX, WRITE_SET_BYTES_MAX},
};

use crate::refusal::Refusal;

/// Checks a read-write set against the limits that every peer knows. Nothing is counted that a simulation would not
/// have counted, too.
pub(crate) fn check_limits(set: &ReadWriteSet) -> Result<(), Refusal> {
    let at_most = |what: &str, got: usize, max: usize| {
        let reason =
            || Refusal::new(ValidationCode::InvalidWriteset, format!("{what} {got}, at most {max} are allowed"));
        if got > max { Err(reason()) } else { Ok(()) }
    };
    let (mut accesses, mut written_bytes) = (0, 0);
    for (name, part) in &set.namespaces {
        at_most("bytes of a namespace:", name.len(), KEY_BYTES_MAX)?;
        accesses += accesses_of(part);
        for (key, write) in &part.writes {
            let value_bytes = match write {
                Write::Put(value) => value.len(),
                Write::Delete => 0,
            };
            at_most("bytes of a key:", key.len(), KEY_BYTES_MAX)?;
            at_most("bytes of a value:", value_bytes, VALUE_BYTES_MAX)?;
            written_bytes += key.len() + value_bytes;
        }
        for collection in part.collections.keys() {
            at_most("bytes of a collection's name:", collection.len(), KEY_BYTES_MAX)?;
        }
    }
    at_most("keys read, written or found:", accesses, ACCESSES_MAX)?;
    at_most("bytes written:", written_bytes, WRITE_SET_BYTES_MAX)
}

fn accesses_of(part: &NamespaceSet) -> usize {
    let ranges: usize = part.ranges.iter().map(|range| range.results.len()).sum();
    let hashed: usize = part.collections.values().map(|set| set.reads.len() + set.writes.len()).sum();
    part.reads.len() + part.writes.len() + ranges + hashed
}
