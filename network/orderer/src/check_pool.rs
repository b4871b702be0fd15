//! A bounded number of threads for signature checks, which would hold up the reactor.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task;

/// Runs checks on blocking threads, at most so many at a time.
#[derive(Clone, Debug)]
pub(crate) struct CheckPool {
    places: Arc<Semaphore>,
}

impl CheckPool {
    pub(crate) fn new(threads: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(threads)) }
    }

    /// Runs `check`, when a place is free. `None` says that the process is ending, or that the check panicked.
    pub(crate) async fn run<T: Send + 'static>(&self, check: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let place = self.places.clone().acquire_owned().await.ok()?;
        let work = move || {
            let result = check();
            drop(place);
            result
        };
        task::spawn_blocking(work).await.ok()
    }
}
