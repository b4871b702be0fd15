//! Lanes: an engine for each core, so that calls on different cores share no memory that either writes.
//!
//! A pool hands a new call the memory of a call that has ended, and that memory is warm in the cache of the core which
//! ran it. Where all cores take from one pool, it travels from cache to cache, and two threads do hardly more than one.

use std::num::NonZeroUsize;
use std::thread;

use wasmtime::Engine;

use crate::{RuntimeError, engine};

/// Most lanes. Each keeps its own copy of the compiled code.
const LANES_MAX: usize = 8;

/// The engines, all of one configuration.
pub(crate) struct Lanes(Vec<Engine>);

impl Lanes {
    /// A lane for each core that this process may use.
    pub(crate) fn new() -> Result<Self, RuntimeError> {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        (0..cores.min(LANES_MAX)).map(|_| engine::engine()).collect::<Result<_, _>>().map(Self)
    }

    /// The engines in the order of their lanes.
    pub(crate) fn engines(&self) -> &[Engine] {
        &self.0
    }

    /// The engine that compiles; its code runs in every lane.
    pub(crate) fn compiler(&self) -> &Engine {
        &self.0[0]
    }

    /// The lane of the core that this thread runs on at the moment.
    pub(crate) fn here(&self) -> usize {
        rustix::thread::sched_getcpu() % self.0.len()
    }
}
