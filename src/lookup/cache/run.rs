//! How a question is answered: from what is kept, by a look-up that runs, or by a new one.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http::Method;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::CacheError;
use super::builder::Limits;
use super::counts::{Counters, LookupCounts};
use super::question::{DeclaredValues, Question};
use super::runs::{Kind, Outcome, Run, Runs, Started, Waiting};
use super::store::{Store, USUAL_ANSWER};
use crate::fetch::request::RequestHead;
use crate::lookup::{DeclaredHeaders, OriginLookup};
use crate::origin::Origin;

/// What all clones of a cache share.
///
/// The stores are read without the lock of the runs, and written only under it. So an answer is kept, or forgotten, in
/// one step.
pub(super) struct Shared<L: OriginLookup> {
    pub(super) lookup: L,
    limits: Limits,
    on_failed_run: Vec<Box<OnFailedRun<L::Error>>>,
    allowed: Store<()>,
    refused: Store<()>,
    failures: Store<CacheError<L::Error>>,
    runs: Mutex<Runs<L::Error>>,
    pub(super) counters: Arc<Counters>,
}

pub(super) type OnFailedRun<E> = dyn Fn(&Origin<'_>, &CacheError<E>) + Send + Sync;

/// How long a failure is kept.
const FAILURE: Duration = Duration::from_secs(1);
/// Failures get this part of the room for refused answers.
const PART_OF_FAILURES: u64 = 8;

pub(super) enum Asked<E> {
    Answered(Outcome<E>),
    Waiting(Waiting<E>),
}

/// What the stores know about a question.
enum Kept<E> {
    Nothing,
    Answer(Outcome<E>),
    /// A yes that may be used, and must be renewed.
    Stale,
}

impl<L: OriginLookup> Shared<L> {
    pub(super) fn new(
        lookup: L,
        limits: Limits,
        on_failed_run: Vec<Box<OnFailedRun<L::Error>>>,
    ) -> Self {
        let counters = Arc::default();
        let bytes = limits.capacity.saturating_mul(USUAL_ANSWER);
        Self {
            lookup,
            on_failed_run,
            allowed: Store::new(bytes, limits.longest_allowed(), &counters),
            refused: Store::new(bytes, limits.refused, &counters),
            failures: Store::new(bytes / PART_OF_FAILURES, FAILURE, &counters),
            runs: Mutex::new(Runs::new(limits.at_once)),
            limits,
            counters,
        }
    }

    /// Answers a question, or starts its look-up.
    pub(super) fn ask(
        self: &Arc<Self>,
        origin: &str,
        declared: &DeclaredValues,
    ) -> Asked<L::Error> {
        if let Kept::Answer(outcome) = self.kept(origin, declared) {
            return Asked::Answered(outcome);
        }
        let mut runs = self.lock();
        // Again, because a run may have ended before the lock was taken.
        let kind = match self.kept(origin, declared) {
            Kept::Answer(outcome) => return Asked::Answered(outcome),
            Kept::Stale => Kind::Renewal,
            Kept::Nothing => Kind::First,
        };
        let run = match runs.find(origin, declared) {
            Some(run) => Arc::clone(run),
            None if Handle::try_current().is_err() && kind == Kind::First => {
                return Asked::Answered(Outcome::Failed(CacheError::NoRuntime));
            }
            None => {
                let question = Question {
                    origin: origin.into(),
                    declared: declared.clone(),
                };
                runs.add(question, kind)
            }
        };
        let asked = if kind == Kind::Renewal {
            self.counters.served_stale.add(1);
            Asked::Answered(Outcome::Allowed)
        } else {
            Asked::Waiting(run.wait())
        };
        let started = runs.start();
        let crowded_out = runs.crowd_out(self.limits.waiting);
        drop(runs);
        self.spawn(started);
        if let Some(run) = crowded_out {
            self.counters.crowded_out.add(1);
            run.finish(Some(Outcome::Failed(CacheError::TooManyWaiting)));
        }
        asked
    }

    fn kept(&self, origin: &str, declared: &DeclaredValues) -> Kept<L::Error> {
        let now = Instant::now();
        let age = |since| now.saturating_duration_since(since);
        let allowed = self.allowed.find(origin, declared);
        let allowed = allowed.map(|answer| age(answer.since));
        if allowed.is_some_and(|age| age < self.limits.allowed) {
            return Kept::Answer(Outcome::Allowed);
        }
        let is_stale = allowed.is_some_and(|age| age < self.limits.longest_allowed());
        let failure = self.failures.find(origin, declared);
        let failure = failure.filter(|failure| age(failure.since) < FAILURE);
        if is_stale && failure.is_none() {
            return Kept::Stale;
        }
        if is_stale {
            self.counters.served_stale.add(1);
            return Kept::Answer(Outcome::Allowed);
        }
        let refused = self.refused.find(origin, declared);
        if refused.is_some_and(|answer| age(answer.since) < self.limits.refused) {
            return Kept::Answer(Outcome::Refused);
        }
        failure.map_or(Kept::Nothing, |failure| {
            Kept::Answer(Outcome::Failed(failure.value.clone()))
        })
    }

    /// Each run is a task of its own. It takes nothing of the request that asked first.
    fn spawn(self: &Arc<Self>, started: Vec<Started<L::Error>>) {
        for (run, permit) in started {
            let running = Running {
                shared: Arc::clone(self),
                run,
                permit: Some(permit),
                started: Instant::now(),
                outcome: None,
            };
            if let Ok(runtime) = Handle::try_current() {
                runtime.spawn(running.run());
            }
        }
    }

    pub(super) fn forget(&self, origin: &str) {
        let mut runs = self.lock();
        runs.forget(origin);
        self.allowed.forget(origin);
        self.refused.forget(origin);
        self.failures.forget(origin);
    }

    pub(super) fn forget_all(&self) {
        let mut runs = self.lock();
        runs.forget_all();
        self.allowed.forget_all();
        self.refused.forget_all();
        self.failures.forget_all();
        drop(runs);
        self.tidy();
    }

    fn tidy(&self) {
        self.allowed.tidy();
        self.refused.tidy();
        self.failures.tidy();
    }

    pub(super) fn counts(&self) -> LookupCounts {
        self.tidy();
        let runs = self.lock();
        let counters = &self.counters;
        let (allowed_origins, allowed_bytes) = self.allowed.size();
        let (refused_origins, refused_bytes) = self.refused.size();
        let (_, failure_bytes) = self.failures.size();
        LookupCounts {
            asked: counters.asked.get(),
            allowed: counters.allowed.get(),
            refused: counters.refused.get(),
            failed: counters.failed.get(),
            timed_out: counters.timed_out.get(),
            served_stale: counters.served_stale.get(),
            crowded_out: counters.crowded_out.get(),
            too_long: counters.too_long.get(),
            evicted: counters.evicted.get(),
            running: runs.running() as u64,
            waiting: runs.waiting() as u64,
            allowed_origins,
            refused_origins,
            bytes: allowed_bytes + refused_bytes + failure_bytes,
        }
    }

    /// Nothing of a user runs under this lock.
    fn lock(&self) -> MutexGuard<'_, Runs<L::Error>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A look-up that runs. Its end, in whatever way, gives the permit to the next question.
struct Running<L: OriginLookup> {
    shared: Arc<Shared<L>>,
    run: Arc<Run<L::Error>>,
    permit: Option<OwnedSemaphorePermit>,
    started: Instant,
    /// Without one, the runtime was stopped.
    outcome: Option<Outcome<L::Error>>,
}

impl<L: OriginLookup> Running<L> {
    async fn run(mut self) {
        let (shared, run) = (Arc::clone(&self.shared), Arc::clone(&self.run));
        self.started = Instant::now();
        shared.counters.asked.add(1);
        let outcome = shared.look_up(&run.question).await;
        self.outcome = Some(outcome.clone());
        drop(self);
        // After all else, because it may panic.
        if let (Outcome::Failed(error), Ok(origin)) =
            (outcome, Origin::parse(run.question.origin.as_bytes()))
        {
            for report in &shared.on_failed_run {
                report(&origin, &error);
            }
        }
    }
}

impl<L: OriginLookup> Shared<L> {
    async fn look_up(&self, question: &Question) -> Outcome<L::Error> {
        let answer = async {
            let Ok(origin) = Origin::parse(question.origin.as_bytes()) else {
                return Ok(false);
            };
            let headers = question.declared.to_headers(self.lookup.reads());
            let head = RequestHead::new(&Method::GET, None, &headers);
            let declared = DeclaredHeaders::new(head, self.lookup.reads());
            self.lookup.allows(&origin, &declared).await
        };
        let answer = tokio::time::timeout(self.limits.run, without_panic(answer));
        let counters = &self.counters;
        let (counter, outcome) = match answer.await {
            Ok(Some(Ok(true))) => (&counters.allowed, Outcome::Allowed),
            Ok(Some(Ok(false))) => (&counters.refused, Outcome::Refused),
            Ok(Some(Err(error))) => {
                let error = CacheError::Failed(Arc::new(error));
                (&counters.failed, Outcome::Failed(error))
            }
            Ok(None) => (&counters.failed, Outcome::Failed(CacheError::Panicked)),
            Err(_) => {
                let error = CacheError::TimedOut(self.limits.run);
                (&counters.timed_out, Outcome::Failed(error))
            }
        };
        counter.add(1);
        outcome
    }

    /// Keeps what a run has found.
    fn keep(&self, question: &Question, outcome: &Outcome<L::Error>, started: Instant) {
        match outcome {
            Outcome::Allowed => {
                self.refused.remove(question);
                self.failures.remove(question);
                // It was true at some moment after the start.
                self.allowed.keep(question, (), started);
            }
            Outcome::Refused => {
                self.allowed.remove(question);
                self.failures.remove(question);
                self.refused.keep(question, (), Instant::now());
            }
            Outcome::Failed(error) => {
                self.failures.keep(question, error.clone(), Instant::now());
            }
        }
    }
}

impl<L: OriginLookup> Drop for Running<L> {
    fn drop(&mut self) {
        let outcome = self.outcome.take();
        let mut runs = self.shared.lock();
        let is_current = runs.remove(&self.run);
        if let (true, Some(outcome)) = (is_current, &outcome) {
            let question = &self.run.question;
            self.shared.keep(question, outcome, self.started);
        }
        // Under the lock: otherwise a question might come in between, and find no permit.
        self.permit = None;
        // Not on a runtime that was stopped.
        let started = outcome.as_ref().map(|_| runs.start());
        drop(runs);
        self.run.finish(outcome);
        self.shared.spawn(started.unwrap_or_default());
    }
}

/// `None` if the future panics. It is not polled again.
async fn without_panic<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match poll {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}
