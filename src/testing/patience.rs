//! Waiting for a service that may panic or never answer.
//!
//! Without a runtime of its own. A future that is pending while nobody holds its waker can never go on;
//! one whose waker is held somewhere is given a limit, which a sleeping thread watches, in real time.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// How waiting ended without a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// With a panic, and its message.
    Panicked(String),
    /// The future waits, and nobody holds its waker.
    NeverWakes,
    /// Not within the limit.
    TimedOut(Duration),
}

/// Waits for a future within a limit.
pub(super) async fn wait<F: Future>(future: F, limit: Duration) -> Result<F::Output, Failure> {
    let bell = Arc::new(Bell::default());
    Waiting {
        future: Box::pin(future),
        watch: Arc::new(Watch {
            bell,
            woken: AtomicBool::new(false),
        }),
        alarm: None,
        limit,
    }
    .await
}

struct Waiting<F> {
    future: Pin<Box<F>>,
    watch: Arc<Watch>,
    alarm: Option<Alarm>,
    limit: Duration,
}

impl<F: Future> Future for Waiting<F> {
    type Output = Result<F::Output, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let bell = &this.watch.bell;
        bell.set_waker(cx.waker());
        if bell.rang.load(Ordering::SeqCst) {
            return Poll::Ready(Err(Failure::TimedOut(this.limit)));
        }
        this.watch.woken.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&this.watch));
        let polled = catch_unwind(AssertUnwindSafe(|| {
            this.future.as_mut().poll(&mut Context::from_waker(&waker))
        }));
        drop(waker);
        match polled {
            Err(panic) => Poll::Ready(Err(Failure::Panicked(message(&*panic)))),
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Ok(Poll::Pending) if this.watch.can_never_wake() => {
                Poll::Ready(Err(Failure::NeverWakes))
            }
            Ok(Poll::Pending) => {
                if this.alarm.is_none() {
                    this.alarm = Alarm::set(bell, this.limit);
                }
                Poll::Pending
            }
        }
    }
}

/// The waker that a future gets. Its reference count says whether anybody can still wake it.
struct Watch {
    bell: Arc<Bell>,
    woken: AtomicBool,
}

impl Watch {
    /// Whether only the waiting future itself holds the waker, and nobody has woken it.
    fn can_never_wake(self: &Arc<Self>) -> bool {
        let is_alone = Arc::strong_count(self) == 1;
        // Who let go of the waker on another thread had woken before.
        fence(Ordering::Acquire);
        is_alone && !self.woken.load(Ordering::SeqCst)
    }
}

impl Wake for Watch {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        self.bell.wake();
    }
}

/// Who waits for the future.
#[derive(Default)]
struct Bell {
    waker: Mutex<Option<Waker>>,
    /// The limit is over.
    rang: AtomicBool,
}

impl Bell {
    fn set_waker(&self, waker: &Waker) {
        let mut place = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if !place.as_ref().is_some_and(|held| held.will_wake(waker)) {
            *place = Some(waker.clone());
        }
    }

    fn wake(&self) {
        let waker = self
            .waker
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A thread that sleeps until the limit is over, or until this is dropped.
struct Alarm {
    _alive: mpsc::Sender<()>,
}

impl Alarm {
    /// `None` where there are no threads; then there is no limit.
    fn set(bell: &Arc<Bell>, limit: Duration) -> Option<Self> {
        let bell = Arc::clone(bell);
        let (alive, dropped) = mpsc::channel();
        std::thread::Builder::new()
            .name("tower-cors-time-limit".into())
            .spawn(move || {
                if dropped.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                    bell.rang.store(true, Ordering::SeqCst);
                    bell.wake();
                }
            })
            .ok()?;
        Some(Self { _alive: alive })
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}
