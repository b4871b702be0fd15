//! Which installed packages the definitions on a peer's channels use.

use std::collections::BTreeMap;

use folio_types::limits::RANGE_PAGE_ENTRIES_MAX;
use folio_types::{Digest, Namespace, StateReader};

use crate::{Definition, InstalledPackage, LIFECYCLE, LifecycleError, keys};

/// A channel of the peer: its id, and its world state.
pub type ChannelState<'a> = (&'a str, &'a dyn StateReader);

/// Channel to the chaincodes there, each with name and version, in order of name.
pub(crate) type References = BTreeMap<String, Vec<(String, String)>>;

/// Committed definitions by the component that they run.
///
/// A package is used where its component is: the peer runs a definition from whichever package holds the component, and
/// asks for no package id. Fabric goes by the package that the organisation approved.
pub(crate) struct Uses(BTreeMap<Digest, References>);

impl Uses {
    /// Everything that is defined on these channels.
    pub(crate) fn on(channels: &[ChannelState<'_>]) -> Result<Self, LifecycleError> {
        let mut uses: BTreeMap<Digest, References> = BTreeMap::new();
        for (channel, state) in channels {
            for name in defined(*state)? {
                let Some(definition) = Definition::read(*state, &name)? else { continue };
                let references = uses.entry(definition.component_hash).or_default();
                references.entry((*channel).to_owned()).or_default().push((name, definition.parameters.version));
            }
        }
        Ok(Self(uses))
    }

    /// What uses the package.
    pub(crate) fn of(&self, package: &InstalledPackage) -> References {
        self.0.get(&package.component_hash).cloned().unwrap_or_default()
    }
}

/// The names under which something is defined.
fn defined(state: &dyn StateReader) -> Result<Vec<String>, LifecycleError> {
    let namespace = Namespace::public(LIFECYCLE);
    let end = keys::end_of(keys::METADATA);
    let mut start = keys::METADATA.as_bytes().to_vec();
    let mut names = Vec::new();
    loop {
        let page = state.range(&namespace, &start, end.as_bytes(), RANGE_PAGE_ENTRIES_MAX)?;
        // A key that is no text is none of ours.
        let keys = page.iter().filter_map(|(key, _)| std::str::from_utf8(key).ok()?.strip_prefix(keys::METADATA));
        names.extend(keys.map(str::to_owned));
        match page.last() {
            Some((last, _)) if page.len() == RANGE_PAGE_ENTRIES_MAX => start = [last, &b"\0"[..]].concat(),
            _ => return Ok(names),
        }
    }
}
