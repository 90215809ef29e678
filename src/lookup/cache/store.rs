//! Answers of one kind, by origin, within a bound in bytes.
//!
//! One entry of the cache has all answers of an origin. So they share a budget, and all are forgotten at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use moka::notification::RemovalCause;
use moka::sync::Cache;
use tokio::time::Instant;

use super::counts::Counters;
use super::question::{DeclaredValues, Question};

pub(super) struct Store<V> {
    cache: Cache<Arc<str>, Answers<V>>,
    /// No answer is used after this time.
    longest: Duration,
    /// How often all answers have been forgotten. The cache's own clock is not exact enough to tell the answers before
    /// from those after.
    epoch: AtomicU64,
    counters: Arc<Counters>,
}

type Answers<V> = Arc<[Arc<Answer<V>>]>;

pub(super) struct Answer<V> {
    declared: DeclaredValues,
    pub(super) value: V,
    /// What its age counts from.
    pub(super) since: Instant,
    epoch: u64,
    /// Whether a request has used it since it was last considered for removal.
    was_used: AtomicBool,
}

/// What one answer takes, in bytes, with a usual origin and host. `tests/attack/lookup.rs` measures it.
pub(super) const USUAL_ANSWER: u64 = 512;
/// What the cache needs for an entry, in addition to the answers.
const ENTRY: usize = 320;
/// What an answer needs in addition to its declared values.
const ANSWER: usize = 112;
/// The answers of one origin take at most this, in bytes. It has room for one of the longest and for some tens of usual
/// ones.
const ORIGIN_BUDGET: usize = 4096;

impl<V: Send + Sync + 'static> Store<V> {
    /// At most `capacity` bytes, each answer for at most `longest`.
    pub(super) fn new(capacity: u64, longest: Duration, counters: &Arc<Counters>) -> Self {
        const A_CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
        let evicted = Arc::clone(counters);
        let cache = Cache::builder()
            .max_capacity(capacity)
            .weigher(|origin: &Arc<str>, answers: &Answers<V>| {
                let size = ENTRY + origin.len() + size_of(answers);
                u32::try_from(size).unwrap_or(u32::MAX)
            })
            // It only frees memory early: this clock is not tokio's. Longer times make the cache panic.
            .time_to_live(longest.min(A_CENTURY))
            .eviction_listener(move |_, answers: Answers<V>, cause| {
                if cause == RemovalCause::Size {
                    evicted.evicted.add(answers.len() as u64);
                }
            })
            .build();
        Self {
            cache,
            longest,
            epoch: AtomicU64::new(0),
            counters: Arc::clone(counters),
        }
    }

    pub(super) fn find(&self, origin: &str, declared: &DeclaredValues) -> Option<Arc<Answer<V>>> {
        let answers = self.cache.get(origin)?;
        let mut answers = answers.iter();
        let answer = answers.find(|answer| answer.declared == *declared)?;
        if answer.epoch != self.epoch.load(Ordering::Acquire) {
            return None;
        }
        // Most often it is set already, and then not written: threads share it.
        if !answer.was_used.load(Ordering::Relaxed) {
            answer.was_used.store(true, Ordering::Relaxed);
        }
        Some(Arc::clone(answer))
    }

    /// Keeps an answer in place of an older one. Call it under the lock of the runs.
    pub(super) fn keep(&self, question: &Question, value: V, since: Instant) {
        let mut kept = self.others(question);
        let answer = Answer {
            declared: question.declared.clone(),
            value,
            since,
            epoch: self.epoch.load(Ordering::Acquire),
            was_used: AtomicBool::new(false),
        };
        let size = ANSWER + answer.declared.len();
        while !kept.is_empty() && size_of(&kept) + size > ORIGIN_BUDGET {
            // The oldest that no request has used, or else the oldest.
            let is_unused =
                |answer: &Arc<Answer<V>>| !answer.was_used.swap(false, Ordering::Relaxed);
            let oldest = kept.iter().position(is_unused).unwrap_or(0);
            kept.remove(oldest);
            self.counters.evicted.add(1);
        }
        kept.push(Arc::new(answer));
        self.cache.insert(Arc::clone(&question.origin), kept.into());
    }

    /// Removes an answer. Call it under the lock of the runs.
    pub(super) fn remove(&self, question: &Question) {
        let Some(answers) = self.cache.get(&*question.origin) else {
            return;
        };
        let kept = self.others(question);
        if kept.is_empty() {
            self.cache.invalidate(&*question.origin);
        } else if kept.len() < answers.len() {
            self.cache.insert(Arc::clone(&question.origin), kept.into());
        }
    }

    /// The answers of the same origin to other questions, as far as they may still be used.
    fn others(&self, question: &Question) -> Vec<Arc<Answer<V>>> {
        let answers = self.cache.get(&*question.origin);
        let answers = answers.iter().flat_map(|answers| answers.iter());
        let epoch = self.epoch.load(Ordering::Acquire);
        let others = answers.filter(|answer| {
            answer.declared != question.declared
                && answer.epoch == epoch
                && answer.since.elapsed() < self.longest
        });
        others.cloned().collect()
    }

    pub(super) fn forget(&self, origin: &str) {
        self.cache.invalidate(origin);
    }

    pub(super) fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
        self.cache.invalidate_all();
    }

    /// Does now what the cache would do some time later: it frees memory, and its size is exact.
    pub(super) fn tidy(&self) {
        self.cache.run_pending_tasks();
    }

    /// The origins that have answers, and the bytes that these take.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.cache.entry_count(), self.cache.weighted_size())
    }
}

fn size_of<V>(answers: &[Arc<Answer<V>>]) -> usize {
    let sizes = answers.iter().map(|answer| ANSWER + answer.declared.len());
    sizes.sum()
}
