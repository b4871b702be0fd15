//! Committed definitions in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use folio_types::{Namespace, StateReader, Version};

use crate::{Definition, LIFECYCLE, LifecycleError, sequence_key};

/// Definitions that were read before, each good for as long as the row of its sequence number is the same: every
/// definition of a chaincode writes that row anew. It holds no more than are defined on the channel.
#[derive(Default)]
pub struct Definitions(Mutex<BTreeMap<String, (Version, Arc<Definition>)>>);

impl fmt::Debug for Definitions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Definitions")
    }
}

impl Definitions {
    /// The definition of a chaincode as committed in `state`; none where nothing is defined.
    pub fn get(&self, state: &dyn StateReader, chaincode: &str) -> Result<Option<Arc<Definition>>, LifecycleError> {
        let sequence = state.get(&Namespace::public(LIFECYCLE), sequence_key(chaincode).as_bytes())?;
        let Some(version) = sequence.map(|found| found.version) else { return Ok(None) };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(chaincode).cloned();
        if let Some((_, definition)) = known.filter(|(known, _)| *known == version) {
            return Ok(Some(definition));
        }
        let Some(read) = Definition::read(state, chaincode)?.map(Arc::new) else { return Ok(None) };
        let known = (version, Arc::clone(&read));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(chaincode.to_owned(), known);
        Ok(Some(read))
    }
}
