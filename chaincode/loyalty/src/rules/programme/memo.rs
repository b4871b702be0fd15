//! What is found out about a value once, and kept beside it.

use std::sync::OnceLock;

/// Something that follows from the value that it stands in. It says nothing by itself: two values that differ in nothing
/// else are equal, and a clone finds it anew.
#[derive(Debug)]
pub(super) struct Memo<T>(OnceLock<T>);

impl<T> Memo<T> {
    /// What was found, or what `find` finds now.
    pub(super) fn get_or_find(&self, find: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(find)
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> PartialEq for Memo<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Memo<T> {}
