//! The moments of a commit, so that a test or a drill can make the disk fail or the process stop at each of them.

use std::{fmt, io, sync::Arc};

/// A step of a commit. The hook is asked before the step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Private values are written to the private journal.
    PrivateWrite,
    /// The private journal is synced.
    PrivateSync,
    /// The block's frame is written.
    BlockWrite,
    /// The block file is synced: the commit point.
    BlockSync,
    /// The block's writes go to the state database.
    StateWrite,
    /// The new height is shown to readers.
    Publish,
}

impl Step {
    /// Every step, in the order in which a commit takes them.
    pub const ALL: [Self; 6] =
        [Self::PrivateWrite, Self::PrivateSync, Self::BlockWrite, Self::BlockSync, Self::StateWrite, Self::Publish];
}

/// Asked before every [`Step`]; an error stands for the step's own failure.
#[derive(Clone, Default)]
pub struct StepHook(Option<Arc<dyn Fn(Step) -> io::Result<()> + Send + Sync>>);

impl StepHook {
    /// A hook that asks `ask`.
    pub fn new(ask: impl Fn(Step) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(ask)))
    }

    pub(crate) fn before(&self, step: Step) -> io::Result<()> {
        self.0.as_ref().map_or(Ok(()), |ask| ask(step))
    }
}

impl fmt::Debug for StepHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "StepHook(set)" } else { "StepHook(none)" })
    }
}
