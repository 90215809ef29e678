//! The replacement of a policy, run through the interleavings of its threads by loom: the file of the
//! library itself, with loom's locks and atomics in the place of the standard library's.

#[path = "../../../src/dynamic/replaceable.rs"]
mod replaceable;

mod replaceable_sync {
    pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use loom::sync::{Arc, Mutex};
    use loom::sync::{RwLockReadGuard, RwLockWriteGuard};
    use std::sync::{LockResult, TryLockResult};
    pub(crate) use std::sync::{PoisonError, TryLockError};

    loom::thread_local! {
        /// How often this thread has tried again.
        pub(crate) static RETRIES: std::cell::Cell<usize> = std::cell::Cell::new(0);
    }

    pub(crate) fn spin_loop() {
        RETRIES.with(|retries| retries.set(retries.get() + 1));
        loom::hint::spin_loop();
    }

    /// loom's lock, but that a writer can be interrupted while it writes: else loom sees no reason to try
    /// that, and no reader would ever find a slot taken.
    pub(crate) struct RwLock<T> {
        lock: loom::sync::RwLock<T>,
        is_written: AtomicBool,
    }

    impl<T> RwLock<T> {
        pub(crate) fn new(value: T) -> Self {
            Self {
                lock: loom::sync::RwLock::new(value),
                is_written: AtomicBool::new(false),
            }
        }

        pub(crate) fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
            self.is_written.load(Ordering::Relaxed);
            self.lock.try_read()
        }

        pub(crate) fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
            let guard = self.lock.write();
            self.is_written.store(true, Ordering::Relaxed);
            self.is_written.store(false, Ordering::Relaxed);
            guard
        }
    }
}

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use replaceable::Replacer;
use replaceable_sync::RETRIES;

/// Every interleaving in which threads are interrupted at most so often.
fn model(preemptions: usize, run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(run);
}

#[test]
fn a_reader_never_sees_an_old_value_after_a_new_one() {
    model(3, || {
        let replacer = Arc::new(Replacer::new(Arc::new(0)));
        let writer = {
            let replacer = Arc::clone(&replacer);
            thread::spawn(move || (1..=2).for_each(|version| replacer.replace(&Arc::new(version))))
        };
        let first = *replacer.target().get();
        let second = *replacer.target().get();
        assert!(first <= second, "{first}, then {second}");
        writer.join().unwrap();
        assert_eq!(*replacer.target().get(), 2);
    });
}

/// It doesn't wait while a slot is written, because readers then use the other one.
#[test]
fn a_reader_tries_again_once_for_a_replacement() {
    model(3, || {
        let replacer = Arc::new(Replacer::new(Arc::new(0)));
        let writer = {
            let replacer = Arc::clone(&replacer);
            thread::spawn(move || replacer.replace(&Arc::new(1)))
        };
        replacer.target().get();
        let retries = RETRIES.with(std::cell::Cell::get);
        assert!(retries <= 1, "{retries}");
        writer.join().unwrap();
    });
}

/// What one reader has seen, another who knows of it sees too: it is in force everywhere at once.
#[test]
fn a_value_that_was_seen_is_in_force_for_all() {
    model(2, || {
        let replacer = Arc::new(Replacer::new(Arc::new(0)));
        let told = Arc::new(AtomicUsize::new(0));
        let writer = {
            let replacer = Arc::clone(&replacer);
            thread::spawn(move || (1..=2).for_each(|version| replacer.replace(&Arc::new(version))))
        };
        let reader = {
            let (replacer, told) = (Arc::clone(&replacer), Arc::clone(&told));
            thread::spawn(move || told.store(*replacer.target().get(), Ordering::Release))
        };
        let told = told.load(Ordering::Acquire);
        let seen = *replacer.target().get();
        assert!(told <= seen, "{seen}, though another saw {told}");
        writer.join().unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn a_replacement_that_returned_is_in_force() {
    model(3, || {
        let replacer = Arc::new(Replacer::new(Arc::new(0)));
        let done = Arc::new(AtomicUsize::new(0));
        let writer = {
            let (replacer, done) = (Arc::clone(&replacer), Arc::clone(&done));
            thread::spawn(move || {
                for version in 1..=2 {
                    replacer.replace(&Arc::new(version));
                    done.store(version, Ordering::Release);
                }
            })
        };
        let done = done.load(Ordering::Acquire);
        assert!(*replacer.target().get() >= done);
        writer.join().unwrap();
    });
}

#[test]
fn of_two_replacements_one_comes_last_for_all() {
    model(3, || {
        let replacer = Arc::new(Replacer::new(Arc::new(0)));
        let writers = [1, 2].map(|version| {
            let replacer = Arc::clone(&replacer);
            thread::spawn(move || replacer.replace(&Arc::new(version)))
        });
        for writer in writers {
            writer.join().unwrap();
        }
        let last = *replacer.target().get();
        assert_ne!(last, 0);
        assert_eq!(*replacer.target().get(), last);
        assert_eq!(replacer.drop_unused(), 0);
    });
}

/// Dropping a policy of a million origins takes long, so no request's thread does it.
#[test]
fn no_reader_drops_a_value() {
    loom::thread_local! {
        static READS: std::cell::Cell<bool> = std::cell::Cell::new(false);
    }
    struct Value;
    impl Drop for Value {
        fn drop(&mut self) {
            READS.with(|reads| assert!(!reads.get(), "a reader dropped the last reference"));
        }
    }
    model(3, || {
        let replacer = Arc::new(Replacer::new(Arc::new(Value)));
        let reader = {
            let replacer = Arc::clone(&replacer);
            thread::spawn(move || {
                READS.with(|reads| reads.set(true));
                let value = replacer.target().get();
                thread::yield_now();
                drop(value);
                READS.with(|reads| reads.set(false));
            })
        };
        replacer.replace(&Arc::new(Value));
        replacer.replace(&Arc::new(Value));
        reader.join().unwrap();
        assert_eq!(replacer.drop_unused(), 0);
    });
}
