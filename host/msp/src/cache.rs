//! A bounded map that forgets what was not asked for lately.

use std::{
    collections::HashMap,
    hash::Hash,
    mem,
    sync::{PoisonError, RwLock},
};

/// Two generations of at most half the capacity each. When the young one is full it becomes the old one, and the old
/// one is dropped; an entry found in the old one moves to the young one. Lookups of young entries take only the shared
/// lock.
pub(crate) struct Cache<K, V> {
    generations: RwLock<Generations<K, V>>,
    per_generation: usize,
}

struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        let generations = Generations { young: HashMap::new(), old: HashMap::new() };
        Self { generations: RwLock::new(generations), per_generation: (capacity / 2).max(1) }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        // Nothing that panics runs under the lock; a poisoned map is still whole.
        let shared = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = shared.young.get(key) {
            return Some(value.clone());
        }
        if !shared.old.contains_key(key) {
            return None;
        }
        drop(shared);
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        let (key, value) = generations.old.remove_entry(key)?;
        generations.insert(key, value.clone(), self.per_generation);
        Some(value)
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        generations.insert(key, value, self.per_generation);
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn insert(&mut self, key: K, value: V, per_generation: usize) {
        if self.young.len() >= per_generation {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_in_use_stay_while_others_are_forgotten() {
        let cache = Cache::new(8);
        cache.insert(0, "kept");
        for key in 1..100 {
            cache.insert(key, "passing");
            assert_eq!(cache.get(&0), Some("kept"), "after {key} others");
        }
        assert_eq!(cache.get(&1), None);
        assert_eq!(cache.get(&99), Some("passing"));
        let generations = cache.generations.read().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 8);
    }
}
