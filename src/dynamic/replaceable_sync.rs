//! The locks and atomics of [`Replaceable`](super::replaceable::Replaceable). `tests/checkers` swaps in loom's.

pub(super) use std::hint::spin_loop;
pub(super) use std::sync::atomic::{AtomicBool, Ordering};
pub(super) use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};
