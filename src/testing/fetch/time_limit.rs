//! Waits for a service that may panic or never answer.
//!
//! It needs no runtime. A pending future whose waker nobody holds can never continue: waiting ends at once.
//! Any other pending future gets a time limit. A sleeping thread watches it, in real time.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Why waiting ended without a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WaitError {
    /// The future panicked with this message.
    Panicked(String),
    /// The future is pending, and nobody holds its waker.
    NeverWakes,
    /// The future was not ready within the limit.
    TimedOut(Duration),
}

/// Waits for a future within a limit.
pub(crate) async fn wait<F: Future>(future: F, limit: Duration) -> Result<F::Output, WaitError> {
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
    type Output = Result<F::Output, WaitError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let bell = &this.watch.bell;
        bell.set_waker(cx.waker());
        if bell.rang.load(Ordering::SeqCst) {
            return Poll::Ready(Err(WaitError::TimedOut(this.limit)));
        }
        this.watch.woken.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&this.watch));
        let polled = catch_unwind(AssertUnwindSafe(|| {
            this.future.as_mut().poll(&mut Context::from_waker(&waker))
        }));
        drop(waker);
        match polled {
            Err(panic) => Poll::Ready(Err(WaitError::Panicked(message(&*panic)))),
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Ok(Poll::Pending) if this.watch.can_never_wake() => {
                Poll::Ready(Err(WaitError::NeverWakes))
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

/// The waker that the future gets. Its reference count shows whether anybody can still wake the future.
struct Watch {
    bell: Arc<Bell>,
    woken: AtomicBool,
}

impl Watch {
    /// Whether only the waiting future itself holds the waker, and nobody has used it.
    fn can_never_wake(self: &Arc<Self>) -> bool {
        let is_alone = Arc::strong_count(self) == 1;
        // A thread that dropped the waker may have used it before.
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

/// Wakes the task that waits for the future.
#[derive(Default)]
struct Bell {
    waker: Mutex<Option<Waker>>,
    /// Whether the time limit is over.
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

/// A thread that sleeps until the time limit is over, or until this is dropped.
struct Alarm {
    _alive: mpsc::Sender<()>,
}

impl Alarm {
    /// `None` on a platform without threads. There is no limit then.
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
