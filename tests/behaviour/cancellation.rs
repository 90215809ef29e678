//! What goes wrong around the layer goes wrong as it would without it: futures dropped while they wait,
//! inner services that are never ready, fail or panic.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use http::{Request, Response, StatusCode};
use tower::{Layer, Service};
use tower_cors::CorsLayer;

use crate::support::{preflight, request};

const APP: &str = "https://app.example.com";

fn policy() -> CorsLayer {
    CorsLayer::builder().allow_origins([APP]).build().unwrap()
}

/// The same policy on each way that a request can take through the layer.
fn layers() -> [(&'static str, CorsLayer); 3] {
    let (reloadable, _) = CorsLayer::reloadable(policy()).unwrap();
    [
        ("plain", policy()),
        ("living", policy().on_decision(|_| {})),
        ("reloadable", reloadable),
    ]
}

/// And through a choice, of it or of none; with headers to name in `Vary`, or without.
fn choices() -> [(&'static str, CorsLayer); 2] {
    let choose = CorsLayer::choose;
    let by_header = choose().choose_by([http::header::ACCEPT], |_| Some(policy()));
    [
        ("chosen", by_header.otherwise_no_cors().unwrap()),
        ("no policy", choose().otherwise_no_cors().unwrap()),
    ]
}

/// Where an inner service goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    NeverReady,
    FailsInReadiness,
    PanicsInReadiness,
    PanicsInCall,
    FailsInFuture,
    PanicsInFuture,
}
const FAULTS: [Fault; 7] = [
    Fault::None,
    Fault::NeverReady,
    Fault::FailsInReadiness,
    Fault::PanicsInReadiness,
    Fault::PanicsInCall,
    Fault::FailsInFuture,
    Fault::PanicsInFuture,
];

/// A service that waits a number of times before it answers, and counts what lives of it.
struct Inner {
    fault: Fault,
    waits: usize,
    alive: Arc<AtomicUsize>,
}

struct Answering {
    fault: Fault,
    waits: usize,
    alive: Arc<AtomicUsize>,
}

impl Answering {
    fn new(inner: &Inner) -> Self {
        inner.alive.fetch_add(1, Ordering::SeqCst);
        Self {
            fault: inner.fault,
            waits: inner.waits,
            alive: Arc::clone(&inner.alive),
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Future for Answering {
    type Output = Result<Response<()>, &'static str>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.waits > 0 {
            self.waits -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match self.fault {
            Fault::FailsInFuture => Poll::Ready(Err("failed")),
            Fault::PanicsInFuture => panic!("in the future"),
            _ => Poll::Ready(Ok(Response::new(()))),
        }
    }
}

impl Service<Request<()>> for Inner {
    type Response = Response<()>;
    type Error = &'static str;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        match self.fault {
            Fault::NeverReady => Poll::Pending,
            Fault::FailsInReadiness => Poll::Ready(Err("not ready")),
            Fault::PanicsInReadiness => panic!("in readiness"),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, _: Request<()>) -> Answering {
        assert_ne!(self.fault, Fault::PanicsInCall, "in the call");
        Answering::new(self)
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
enum End {
    Answered(StatusCode),
    Failed(&'static str),
    NotReady,
    Panicked(String),
}

fn end_of<S>(mut service: S, request: Request<()>) -> End
where
    S: Service<Request<()>, Error = &'static str>,
    S::Response: Into<Status>,
{
    let end = catch_unwind(AssertUnwindSafe(|| {
        let mut context = Context::from_waker(Waker::noop());
        match service.poll_ready(&mut context) {
            Poll::Pending => return End::NotReady,
            Poll::Ready(Err(error)) => return End::Failed(error),
            Poll::Ready(Ok(())) => {}
        }
        let mut future = Box::pin(service.call(request));
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Pending => {}
                Poll::Ready(Ok(response)) => return End::Answered(response.into().0),
                Poll::Ready(Err(error)) => return End::Failed(error),
            }
        }
    }));
    end.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<&str>().map(ToString::to_string);
        End::Panicked(
            words
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default(),
        )
    })
}

struct Status(StatusCode);

impl<B> From<Response<B>> for Status {
    fn from(response: Response<B>) -> Self {
        Self(response.status())
    }
}

#[test]
fn every_fault_of_the_inner_service_passes_through() {
    for fault in FAULTS {
        for (name, layer) in layers() {
            check_that_it_passes_through(fault, name, &layer);
        }
        for (name, choice) in choices() {
            check_that_it_passes_through(fault, name, &choice);
        }
    }
}

fn check_that_it_passes_through<L, S>(fault: Fault, name: &str, layer: &L)
where
    L: Layer<Inner, Service = S>,
    S: Service<Request<()>, Error = &'static str>,
    S::Response: Into<Status>,
{
    let alive = Arc::new(AtomicUsize::new(0));
    let inner = || Inner {
        fault,
        waits: 2,
        alive: Arc::clone(&alive),
    };
    for lines in [
        &[][..],
        &[("origin", APP)],
        &[("origin", "https://evil.example")],
    ] {
        let bare = end_of(inner(), request("GET", lines));
        let behind = end_of(layer.layer(inner()), request("GET", lines));
        assert_eq!(behind, bare, "{fault:?}, {name}, {lines:?}");
    }
    assert_eq!(
        alive.load(Ordering::SeqCst),
        0,
        "{fault:?}: a future is left"
    );
}

/// A preflight that is answered here meets no fault but those of readiness, of which the layer can't know.
#[test]
fn a_preflight_meets_the_faults_of_readiness_alone() {
    for fault in FAULTS {
        let inner = || Inner {
            fault,
            waits: 2,
            alive: Arc::default(),
        };
        let ready = matches!(
            fault,
            Fault::NeverReady | Fault::FailsInReadiness | Fault::PanicsInReadiness
        );
        let asked = || preflight(APP, "GET", "");
        let [(chosen, choice), _] = choices();
        let layers = layers().map(|(name, layer)| (name, end_of(layer.layer(inner()), asked())));
        for (name, end) in [
            &layers[..],
            &[(chosen, end_of(choice.layer(inner()), asked()))],
        ]
        .concat()
        {
            let expected = if ready {
                end_of(inner(), request("GET", &[]))
            } else {
                End::Answered(StatusCode::NO_CONTENT)
            };
            assert_eq!(end, expected, "{fault:?}, {name}");
        }
    }
}

#[test]
fn a_future_dropped_at_any_point_drops_the_inner_one() {
    for (name, layer) in layers() {
        check_that_it_is_dropped(name, &layer);
    }
    for (name, choice) in choices() {
        check_that_it_is_dropped(name, &choice);
    }
}

fn check_that_it_is_dropped<L, S>(name: &str, layer: &L)
where
    L: Layer<Inner, Service = S>,
    S: Service<Request<()>>,
{
    const WAITS: usize = 3;
    for polls in 0..=WAITS {
        let alive = Arc::new(AtomicUsize::new(0));
        let inner = Inner {
            fault: Fault::None,
            waits: WAITS,
            alive: Arc::clone(&alive),
        };
        let mut service = layer.layer(inner);
        let mut future = Box::pin(service.call(request("GET", &[("origin", APP)])));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..polls {
            assert!(future.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(alive.load(Ordering::SeqCst), 1);
        drop(future);
        assert_eq!(
            alive.load(Ordering::SeqCst),
            0,
            "{name}, after {polls} polls"
        );
    }
}

/// After a panic or an error the layer serves the next request as if nothing had been.
#[tokio::test]
async fn a_fault_leaves_no_trace() {
    for (name, layer) in layers() {
        for fault in [
            Fault::PanicsInCall,
            Fault::PanicsInFuture,
            Fault::FailsInFuture,
        ] {
            let mut service = layer.layer(Inner {
                fault,
                waits: 0,
                alive: Arc::default(),
            });
            let asked = || request("GET", &[("origin", APP)]);
            let failed = catch_unwind(AssertUnwindSafe(|| {
                let mut future = Box::pin(service.call(asked()));
                future
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_ready()
            }));
            assert_eq!(failed.is_err(), fault != Fault::FailsInFuture);
            service.get_mut().fault = Fault::None;
            poll_fn(|context| service.poll_ready(context))
                .await
                .unwrap();
            let answer = service.call(asked()).await.unwrap();
            assert_eq!(
                answer.headers()["access-control-allow-origin"],
                APP,
                "{name}, {fault:?}"
            );
        }
    }
}
