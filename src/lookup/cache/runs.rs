//! The look-ups that run, and the questions that wait for one.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::CacheError;
use super::question::{DeclaredValues, Question};

/// One question, from the first request that asks it until its answer is kept.
pub(super) struct Run<E> {
    pub(super) question: Question,
    kind: Kind,
    progress: watch::Sender<Progress<E>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nobody has said yes to this question lately. Strangers can ask as many of these as they like.
    First,
    /// The question has an allowed answer that must be renewed.
    Renewal,
}

enum Progress<E> {
    Waiting,
    Done(Outcome<E>),
    /// The question was forgotten. Who waits asks again.
    Forgotten,
}

pub(super) enum Outcome<E> {
    Allowed,
    Refused,
    Failed(CacheError<E>),
}

impl<E> Clone for Outcome<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Allowed => Self::Allowed,
            Self::Refused => Self::Refused,
            Self::Failed(error) => Self::Failed(error.clone()),
        }
    }
}

/// Waits for a run. It takes nothing from the run if it is dropped.
pub(super) struct Waiting<E>(watch::Receiver<Progress<E>>);

impl<E> Waiting<E> {
    /// `None` if the question must be asked again.
    pub(super) async fn outcome(mut self) -> Option<Outcome<E>> {
        let progress = self
            .0
            .wait_for(|progress| !matches!(progress, Progress::Waiting));
        match &*progress.await.ok()? {
            Progress::Done(outcome) => Some(outcome.clone()),
            Progress::Waiting | Progress::Forgotten => None,
        }
    }
}

impl<E> Run<E> {
    fn new(question: Question, kind: Kind) -> Self {
        Self {
            question,
            kind,
            progress: watch::Sender::new(Progress::Waiting),
        }
    }

    pub(super) fn wait(&self) -> Waiting<E> {
        Waiting(self.progress.subscribe())
    }

    /// `None` sends those who wait to ask again. The first call counts.
    pub(super) fn finish(&self, outcome: Option<Outcome<E>>) {
        let next = outcome.map_or(Progress::Forgotten, Progress::Done);
        self.progress.send_if_modified(|progress| {
            let is_waiting = matches!(progress, Progress::Waiting);
            if is_waiting {
                *progress = next;
            }
            is_waiting
        });
    }

    fn is_awaited(&self) -> bool {
        self.progress.receiver_count() > 0
    }
}

/// All runs, behind one lock.
pub(super) struct Runs<E> {
    by_origin: HashMap<Arc<str>, Vec<Arc<Run<E>>>>,
    first: Line<E>,
    renewals: Line<E>,
}

/// The questions of one kind that wait, and the permits for their look-ups.
struct Line<E> {
    waiting: VecDeque<Arc<Run<E>>>,
    permits: Arc<Semaphore>,
    at_once: usize,
}

/// A run that may start. The permit is for as long as it runs.
pub(super) type Started<E> = (Arc<Run<E>>, OwnedSemaphorePermit);

impl<E> Runs<E> {
    /// A quarter of the permits is for renewals, and there is at least one of each kind.
    pub(super) fn new(at_once: usize) -> Self {
        let renewals = (at_once / 4).max(1);
        Self {
            by_origin: HashMap::new(),
            first: Line::new(at_once.saturating_sub(renewals).max(1)),
            renewals: Line::new(renewals),
        }
    }

    pub(super) fn find(&self, origin: &str, declared: &DeclaredValues) -> Option<&Arc<Run<E>>> {
        let mut runs = self.by_origin.get(origin)?.iter();
        runs.find(|run| run.question.is(origin, declared))
    }

    /// Adds a question that is not there.
    pub(super) fn add(&mut self, question: Question, kind: Kind) -> Arc<Run<E>> {
        let run = Arc::new(Run::new(question, kind));
        let origin = Arc::clone(&run.question.origin);
        let runs = self.by_origin.entry(origin).or_default();
        runs.push(Arc::clone(&run));
        self.line(kind).waiting.push_back(Arc::clone(&run));
        run
    }

    /// The runs that have a permit now. Start them after the lock is released: the drop of a run takes it again.
    #[must_use]
    pub(super) fn start(&mut self) -> Vec<Started<E>> {
        let mut started = self.renewals.start();
        started.append(&mut self.first.start());
        started
    }

    /// If more than so many first questions wait, one of them leaves.
    pub(super) fn crowd_out(&mut self, most: usize) -> Option<Arc<Run<E>>> {
        let waiting = &mut self.first.waiting;
        if waiting.len() <= most {
            return None;
        }
        // Clients can come and go faster than those who stay, so who still waits comes before who went.
        let unawaited = waiting.iter().position(|run| !run.is_awaited());
        let leaving = unawaited.unwrap_or_else(|| random_below(waiting.len()));
        let run = waiting.remove(leaving)?;
        self.remove(&run);
        Some(run)
    }

    /// Whether the run was there: it was not forgotten.
    pub(super) fn remove(&mut self, run: &Arc<Run<E>>) -> bool {
        let origin = &*run.question.origin;
        let Some(runs) = self.by_origin.get_mut(origin) else {
            return false;
        };
        let place = runs.iter().position(|other| Arc::ptr_eq(other, run));
        let removed = place.map(|place| runs.swap_remove(place));
        if runs.is_empty() {
            self.by_origin.remove(origin);
        }
        removed.is_some()
    }

    /// What runs for an origin goes on, and its answer is neither kept nor obeyed.
    pub(super) fn forget(&mut self, origin: &str) {
        for run in self.by_origin.remove(origin).unwrap_or_default() {
            // It may not have started.
            let line = self.line(run.kind);
            line.waiting.retain(|waiting| !Arc::ptr_eq(waiting, &run));
            run.finish(None);
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.first.waiting.clear();
        self.renewals.waiting.clear();
        for run in self.by_origin.drain().flat_map(|(_, runs)| runs) {
            run.finish(None);
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.first.waiting.len() + self.renewals.waiting.len()
    }

    pub(super) fn running(&self) -> usize {
        self.first.running() + self.renewals.running()
    }

    fn line(&mut self, kind: Kind) -> &mut Line<E> {
        match kind {
            Kind::First => &mut self.first,
            Kind::Renewal => &mut self.renewals,
        }
    }
}

impl<E> Line<E> {
    fn new(at_once: usize) -> Self {
        let at_once = at_once.min(Semaphore::MAX_PERMITS);
        Self {
            waiting: VecDeque::new(),
            permits: Arc::new(Semaphore::new(at_once)),
            at_once,
        }
    }

    fn start(&mut self) -> Vec<Started<E>> {
        let mut started = Vec::new();
        while !self.waiting.is_empty() {
            let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
                break;
            };
            let awaited = self.waiting.iter().position(|run| run.is_awaited());
            if let Some(run) = self.waiting.remove(awaited.unwrap_or(0)) {
                started.push((run, permit));
            }
        }
        started
    }

    fn running(&self) -> usize {
        self.at_once - self.permits.available_permits()
    }
}

/// Nobody outside can guess it.
fn random_below(length: usize) -> usize {
    let random = RandomState::new().build_hasher().finish();
    let scaled = (u128::from(random) * length as u128) >> 64;
    usize::try_from(scaled).unwrap_or(0)
}
