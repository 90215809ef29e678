//! A value that is read without waiting, and replaced as a whole.
//!
//! Two slots, which hold the same value at rest. A replacement writes the slot that no reader is sent to,
//! sends the readers there, and then writes the other. A reader pins the slot that it is sent to for as
//! long as it takes to count a reference; it tries, and never waits.
//!
//! Crates that do the same with atomic pointers save the readers one word that all of them write, beside the
//! reference count that all of them write anyway; every answer would hang on their unsafe code. Here there is
//! none, and `tests/reload_model.rs` runs this very file through the interleavings of its threads.

use super::replaceable_sync::{
    Arc, AtomicBool, Mutex, Ordering, PoisonError, RwLock, TryLockError, spin_loop,
};

pub(crate) struct Replaceable<T> {
    slots: [RwLock<Arc<T>>; 2],
    /// The slot that readers are sent to.
    current: AtomicBool,
}

impl<T> Replaceable<T> {
    fn new(value: Arc<T>) -> Self {
        Self {
            slots: [RwLock::new(Arc::clone(&value)), RwLock::new(value)],
            current: AtomicBool::new(false),
        }
    }

    /// The value in force. Tried again only if a replacement sent the readers to the other slot in the meantime.
    pub(crate) fn get(&self) -> Arc<T> {
        loop {
            let current = self.current.load(Ordering::Acquire);
            let pinned = match self.slots[usize::from(current)].try_read() {
                Ok(pinned) => Some(pinned),
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            };
            if let Some(pinned) = pinned {
                // A pinned slot can't be written. If readers are still sent here, its value is in force:
                // not an old one, nor one to come.
                if self.current.load(Ordering::Acquire) == current {
                    return Arc::clone(&pinned);
                }
            }
            spin_loop();
        }
    }

    /// Gives back the value that was in force. For one caller at a time.
    fn replace(&self, value: &Arc<T>) -> Arc<T> {
        let current = self.current.load(Ordering::Acquire);
        self.write(!current, value);
        self.current.store(!current, Ordering::Release);
        self.write(current, value)
    }

    /// Waits for the readers that pinned the slot before they could learn that it is another's turn.
    fn write(&self, slot: bool, value: &Arc<T>) -> Arc<T> {
        let mut slot = self.slots[usize::from(slot)]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, Arc::clone(value))
    }
}

/// Replaces the value, and keeps what was replaced for as long as readers use it: whoever reads never
/// holds the last reference, and so never pays for dropping a large value.
pub(crate) struct Replacer<T> {
    target: Arc<Replaceable<T>>,
    /// Held by one replacement at a time, and by no reader.
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
            // What is in force again is not replaced.
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
        // Nobody can come by a new reference to a value that only this list holds.
        let (unused, used): (Vec<_>, Vec<_>) = std::mem::take(&mut *replaced)
            .into_iter()
            .partition(|value| Arc::strong_count(value) == 1);
        let count = used.len();
        *replaced = used;
        // A value's own drop may be long, and may come back here.
        drop(replaced);
        drop(unused);
        count
    }
}
