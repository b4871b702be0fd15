//! The runtime: components by hash, each checked and compiled once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use folio_crypto::sha256;
use folio_types::StateReader;
use wasmtime::component::Component;

use crate::cache::Cache;
use crate::lanes::Lanes;
use crate::native::{self, TrustedCode};
use crate::{
    Chaincode, ComponentHash, InstallError, Invocation, InvokeError, RuntimeError, Simulation, call, check, compile,
    watchdog,
};

/// Most refused components that are remembered; past that, a refused component is looked at again.
const REFUSED_REMEMBERED_MAX: usize = 256;

/// What a runtime needs.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// The folder of compiled code. It is created with mode 0700, and refused when others may enter it. Runtimes of one
    /// operator may share it.
    pub cache_dir: PathBuf,
}

/// Installs components and runs calls. Share it between threads.
pub struct Runtime {
    lanes: Lanes,
    cache: Cache,
    installed: Mutex<BTreeMap<ComponentHash, Arc<Slot>>>,
}

/// One component. Its lock is held while it is checked and compiled, so that nobody does that twice.
type Slot = Mutex<Option<Result<Arc<Chaincode>, InstallError>>>;

impl Runtime {
    /// Starts the engines and opens the folder of compiled code.
    pub fn new(config: &RuntimeConfig) -> Result<Self, RuntimeError> {
        let lanes = Lanes::new()?;
        let cache = Cache::open(&config.cache_dir, lanes.compiler())?;
        watchdog::start(lanes.engines())?;
        Ok(Self { lanes, cache, installed: Mutex::default() })
    }

    /// Checks and compiles a component, or takes its compiled code from the cache. Installing it again is free.
    ///
    /// This may take seconds: keep it off the way of requests.
    pub fn install(&self, component: &[u8]) -> Result<ComponentHash, InstallError> {
        let hash = sha256(&[component]);
        let slot = self.slot(hash);
        let mut slot = lock(&slot);
        let outcome = match slot.as_ref() {
            Some(known) => known.clone(),
            None => slot.insert(self.prepare(hash, component).map(Arc::new)).clone(),
        };
        outcome.map(|_| hash)
    }

    /// A component that was installed since this runtime started. It waits where the component is being installed.
    pub fn load(&self, hash: ComponentHash) -> Result<Arc<Chaincode>, InstallError> {
        let slot = lock(&self.installed).get(&hash).cloned();
        let known = slot.and_then(|slot| lock(&slot).clone());
        known.unwrap_or_else(|| Err(InstallError::NotInstalled { hash: hex::encode(hash) }))
    }

    /// Runs one call over world state, on a peer of the organisation `own_msp_id`. It blocks its thread, for at most
    /// [`CALL_MILLISECONDS_MAX`](crate::CALL_MILLISECONDS_MAX) and what the state reader takes.
    pub fn invoke(
        &self,
        chaincode: &Chaincode,
        invocation: Invocation,
        state: Arc<dyn StateReader>,
        own_msp_id: &str,
    ) -> Result<Simulation, InvokeError> {
        call::invoke(chaincode.in_lane(self.lanes.here()), invocation, state, own_msp_id)
    }

    fn slot(&self, hash: ComponentHash) -> Arc<Slot> {
        let mut installed = lock(&self.installed);
        if !installed.contains_key(&hash) {
            forget_refused(&mut installed);
        }
        Arc::clone(installed.entry(hash).or_default())
    }

    fn prepare(&self, hash: ComponentHash, bytes: &[u8]) -> Result<Chaincode, InstallError> {
        let components = match self.compiled(&hash) {
            Some(components) => components,
            None => {
                // Whoever held the folder may have compiled this very component.
                let _held = self.cache.hold();
                self.compiled(&hash).map_or_else(|| self.compile(hash, bytes), Ok)?
            }
        };
        Chaincode::new(hash, &components)
    }

    /// What the cache has of a component, if it is there, whole and of this engine.
    fn compiled(&self, hash: &ComponentHash) -> Option<Vec<Component>> {
        self.cache.read(hash, |code| self.load_code(code))?.ok()
    }

    fn compile(&self, hash: ComponentHash, bytes: &[u8]) -> Result<Vec<Component>, InstallError> {
        check::check(bytes)?;
        let code = compile::compile(self.lanes.compiler(), bytes)?;
        let components = self
            .load_code(&TrustedCode::new(&code))
            .map_err(|error| InstallError::Uncompilable { reason: format!("{error:#}") })?;
        self.cache.write(&hash, &code);
        Ok(components)
    }

    /// Compiled code, taken into every lane.
    fn load_code(&self, code: &TrustedCode<'_>) -> wasmtime::Result<Vec<Component>> {
        self.lanes.engines().iter().map(|engine| native::load(engine, code)).collect()
    }
}

fn forget_refused(installed: &mut BTreeMap<ComponentHash, Arc<Slot>>) {
    let is_refused = |slot: &Arc<Slot>| slot.try_lock().is_ok_and(|slot| !matches!(*slot, Some(Ok(_))));
    if installed.values().filter(|slot| is_refused(slot)).count() >= REFUSED_REMEMBERED_MAX {
        installed.retain(|_, slot| !is_refused(slot));
    }
}

/// What these locks guard is whole at every moment, also after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
