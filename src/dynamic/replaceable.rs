//! A value that readers get without waiting, and that is replaced as a whole.
//!
//! There are two slots. Between replacements, both hold the same value. A replacement writes the slot that readers do
//! not use, directs the readers to it, and then writes the other slot. A reader locks a slot only while it counts a
//! reference. It tries the lock and never waits for it.
//!
//! Crates that do this with atomic pointers save one write to a shared word for each read, next to the reference count
//! that each read writes anyway. But they need unsafe code, and this file does not. `tests/checkers` tests
//! this file with all interleavings of its threads.

use super::replaceable_sync::{
    Arc, AtomicBool, Mutex, Ordering, PoisonError, RwLock, TryLockError, spin_loop,
};

pub(crate) struct Replaceable<T> {
    slots: [RwLock<Arc<T>>; 2],
    /// The slot that readers use.
    current: AtomicBool,
}

impl<T> Replaceable<T> {
    fn new(value: Arc<T>) -> Self {
        Self {
            slots: [RwLock::new(Arc::clone(&value)), RwLock::new(value)],
            current: AtomicBool::new(false),
        }
    }

    /// The value in force. It tries again only if a replacement has directed the readers to the other slot meanwhile.
    pub(crate) fn get(&self) -> Arc<T> {
        loop {
            let current = self.current.load(Ordering::Acquire);
            let pinned = match self.slots[usize::from(current)].try_read() {
                Ok(pinned) => Some(pinned),
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            };
            if let Some(pinned) = pinned {
                // A locked slot cannot be written. If readers still use this slot, it holds the value in force: not an
                // old one, and not the next one.
                if self.current.load(Ordering::Acquire) == current {
                    return Arc::clone(&pinned);
                }
            }
            spin_loop();
        }
    }

    /// Returns the value that was in force. Callers must not call it concurrently.
    fn replace(&self, value: &Arc<T>) -> Arc<T> {
        let current = self.current.load(Ordering::Acquire);
        self.write(!current, value);
        self.current.store(!current, Ordering::Release);
        self.write(current, value)
    }

    /// Waits for the readers that locked the slot before they saw that readers use the other one.
    fn write(&self, slot: bool, value: &Arc<T>) -> Arc<T> {
        let mut slot = self.slots[usize::from(slot)]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, Arc::clone(value))
    }
}

/// Replaces the value, and keeps the old value for as long as readers use it. So a reader never holds the last
/// reference, and never spends the time to drop a large value.
pub(crate) struct Replacer<T> {
    target: Arc<Replaceable<T>>,
    /// Locked by one replacement at a time. Readers do not lock it.
    replaced: Mutex<Vec<Arc<T>>>,
}

impl<T> Replacer<T> {
    pub(crate) fn new(value: Arc<T>) -> Self {
        Self {
            target: Arc::new(Replaceable::new(value)),
            replaced: Mutex::new(vec![]),
        }
    }

    pub(crate) fn target(&self) -> &Arc<Replaceable<T>> {
        &self.target
    }

    pub(crate) fn replace(&self, value: &Arc<T>) {
        self.drop_unused_after(|replaced| {
            replaced.push(self.target.replace(value));
            // A value that is in force again is not a replaced one.
            replaced.retain(|replaced| !Arc::ptr_eq(replaced, value));
        });
    }

    /// How many replaced values are still in use.
    pub(crate) fn drop_unused(&self) -> usize {
        self.drop_unused_after(|_| {})
    }

    fn drop_unused_after(&self, change: impl FnOnce(&mut Vec<Arc<T>>)) -> usize {
        let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut replaced);
        // If only this list holds a value, nobody can get a new reference to it.
        let (unused, used): (Vec<_>, Vec<_>) = std::mem::take(&mut *replaced)
            .into_iter()
            .partition(|value| Arc::strong_count(value) == 1);
        let count = used.len();
        *replaced = used;
        // Dropping a value may take long, and may call this function again.
        drop(replaced);
        drop(unused);
        count
    }
}
