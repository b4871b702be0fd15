//! What the ledger says of the chaincodes that transactions name.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use folio_lifecycle::{Definition, LIFECYCLE, LifecycleError, SYSTEM_VERSION};
use folio_types::{ApplicationPolicy, StateError, StateReader};

/// A committed chaincode, as far as validation asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chaincode {
    /// The version that outcomes must carry.
    pub version: String,
    /// Who must endorse.
    pub policy: ApplicationPolicy,
}

type Read<'a> = Box<dyn Fn(&str) -> Result<Option<Chaincode>, StateError> + Send + Sync + 'a>;

/// The chaincodes of one block's ledger state, each read once.
pub struct Chaincodes<'a> {
    read: Read<'a>,
    known: Mutex<BTreeMap<String, Option<Arc<Chaincode>>>>,
}

impl fmt::Debug for Chaincodes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chaincodes")
    }
}

impl<'a> Chaincodes<'a> {
    /// Chaincodes as `read` tells them.
    pub fn new(read: impl Fn(&str) -> Result<Option<Chaincode>, StateError> + Send + Sync + 'a) -> Self {
        Self { read: Box::new(read), known: Mutex::default() }
    }

    /// Chaincodes as committed in `state`.
    pub fn committed(state: &'a dyn StateReader) -> Self {
        Self::new(|name| match Definition::read(state, name) {
            Ok(definition) => Ok(definition.map(|definition| Chaincode {
                version: definition.parameters.version,
                policy: definition.parameters.policy,
            })),
            Err(LifecycleError::State(error)) => Err(error),
            // A definition that makes no sense makes none on any peer: it defines nothing.
            Err(_) => Ok(None),
        })
    }

    /// The chaincode of this name; none where nothing is defined.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Arc<Chaincode>>, StateError> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(known.clone());
        }
        let found = (self.read)(name)?.map(Arc::new);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), found.clone());
        Ok(found)
    }

    /// The version that outcomes of this chaincode must carry; none where nothing is defined.
    pub(crate) fn version(&self, name: &str) -> Result<Option<String>, StateError> {
        if name == LIFECYCLE {
            return Ok(Some(SYSTEM_VERSION.to_owned()));
        }
        Ok(self.get(name)?.map(|chaincode| chaincode.version.clone()))
    }
}
