//! A reloadable layer: policies are replaced as a whole, while requests go on.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use http::{Request, Response};
use tower::{Layer, Service, service_fn};
use tower_cors::error::{Field, Problem};
use tower_cors::{CorsConfig, CorsLayer};

use crate::support::{lines, preflight, request, send, send_through};

const A: &str = "https://a.example.com";
const B: &str = "https://b.example.com";

fn policy(origin: &str) -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([origin])
        .build()
        .unwrap()
}

async fn allows(cors: &CorsLayer, origin: &str) -> bool {
    let answer = send(cors, request("GET", &[("origin", origin)])).await;
    answer.headers().contains_key("access-control-allow-origin")
}

#[tokio::test]
async fn a_replacement_reaches_every_clone_and_every_service() {
    let (cors, handle) = CorsLayer::reloadable(policy(A)).unwrap();
    let clone = cors.clone();
    let observed = cors.clone().on_decision(|_| {});
    let mut service = cors.layer(service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(()))
    }));
    for (origin, other) in [(A, B), (B, A), (A, B)] {
        handle.clone().replace(policy(origin)).unwrap();
        for layer in [&cors, &clone, &observed] {
            assert!(allows(layer, origin).await);
            assert!(!allows(layer, other).await);
        }
        let Ok(answer) = service.call(request("GET", &[("origin", origin)])).await;
        assert_eq!(answer.headers()["access-control-allow-origin"], origin);
        for policy in [cors.policy(), service.policy(), handle.current()] {
            assert_eq!(policy.origins().collect::<Vec<_>>(), [origin]);
        }
    }
}

#[tokio::test]
async fn a_reloadable_layer_answers_like_the_plain_one() {
    let (reloadable, _handle) = CorsLayer::reloadable(policy(A)).unwrap();
    for asked in [
        request("GET", &[]),
        request("GET", &[("origin", A)]),
        request("GET", &[("origin", B)]),
        request("OPTIONS", &[("origin", A)]),
        preflight(A, "PUT", "x-a"),
        preflight(B, "PUT", "x-a"),
    ] {
        let inner = [("vary", "accept"), ("access-control-allow-origin", "*")];
        let (plain, plain_calls) = send_through(&policy(A), asked.clone(), &inner).await;
        let (answer, calls) = send_through(&reloadable, asked, &inner).await;
        assert_eq!(answer.status(), plain.status());
        assert_eq!(lines(&answer), lines(&plain));
        assert_eq!(calls, plain_calls);
    }
}

#[tokio::test]
async fn a_request_stays_under_the_policy_that_it_came_in_under() {
    let (cors, handle) = CorsLayer::reloadable(policy(A)).unwrap();
    let mut service = cors.layer(service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(()))
    }));
    let from = |origin| request("GET", &[("origin", origin)]);
    let (allowed, denied) = (service.call(from(A)), service.call(from(B)));
    handle.replace(policy(B)).unwrap();
    let (Ok(allowed), Ok(denied)) = (allowed.await, denied.await);
    assert_eq!(allowed.headers()["access-control-allow-origin"], A);
    assert!(!denied.headers().contains_key("access-control-allow-origin"));
}

fn config(origins: &[&str]) -> CorsConfig {
    CorsConfig {
        origins: origins.iter().map(ToString::to_string).collect(),
        ..CorsConfig::default()
    }
}

#[tokio::test]
async fn a_policy_that_is_refused_changes_nothing() {
    let error = CorsLayer::reloadable(config(&[])).unwrap_err();
    assert_eq!(error.problems()[0].code(), "no_origin");

    let (cors, handle) = CorsLayer::reloadable(config(&[A])).unwrap();
    let refused = config(&["https://b.example.com/", "b.example.com"]);
    let error = handle.replace(refused).unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
    assert!(allows(&cors, A).await);
    handle.replace(config(&[B])).unwrap();
    assert!(allows(&cors, B).await);
}

#[tokio::test]
async fn what_is_attached_to_the_layer_stays() {
    let reported = Arc::new(Mutex::new(vec![]));
    let sink = |name: &'static str| {
        let reported = Arc::clone(&reported);
        move |observation: &tower_cors::service::Observation<'_>| {
            let allowed = observation.decision().is_allowed();
            reported.lock().unwrap().push((name, allowed));
        }
    };
    let (cors, handle) = CorsLayer::reloadable(policy(A).on_decision(sink("before"))).unwrap();
    let cors = cors.on_decision(sink("after"));
    send(&cors, request("GET", &[("origin", B)])).await;
    handle.replace(policy(B)).unwrap();
    send(&cors, request("GET", &[("origin", B)])).await;
    assert_eq!(
        *reported.lock().unwrap(),
        [
            ("before", false),
            ("after", false),
            ("before", true),
            ("after", true)
        ]
    );
}

#[tokio::test]
async fn layers_that_are_more_than_a_policy_are_refused() {
    let (cors, handle) = CorsLayer::reloadable(policy(A)).unwrap();
    let (other, _handle) = CorsLayer::reloadable(policy(B)).unwrap();
    for (layer, expected) in [
        (policy(B).on_decision(|_| {}), &["attached_to_layer"][..]),
        (
            policy(B).dangerously_expose_diagnosis(),
            &["attached_to_layer"],
        ),
        (policy(B).shadow(policy(A)), &["attached_to_layer"]),
        (other.clone(), &["reloadable_already"]),
        (cors.clone(), &["reloadable_already"]),
        (
            CorsLayer::choose().otherwise_no_cors().unwrap(),
            &["several_policies"],
        ),
        (
            other.on_decision(|_| {}),
            &["reloadable_already", "attached_to_layer"],
        ),
    ] {
        let error = handle.replace(layer).unwrap_err();
        let reasons: Vec<_> = error.problems().iter().map(Problem::code).collect();
        assert_eq!(reasons, expected);
        assert!(
            error
                .problems()
                .iter()
                .all(|it| it.field() == Field::PassedLayer)
        );
        assert!(allows(&cors, A).await);
    }
    let error = CorsLayer::reloadable(cors).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the CORS policy has a problem: layer: \"reloadable\" already has a handle that can replace its \
         policy; here you need a policy that does not change: clone its handle instead"
    );
    let error = handle.replace(policy(B).on_decision(|_| {})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the CORS policy has a problem: layer: \"on_decision\" is attached to a layer; here you need only \
         a policy, and what is attached would be lost: call it on the layer that CorsLayer::reloadable returned"
    );
}

#[tokio::test]
async fn a_policy_with_a_function_can_replace_and_be_replaced() {
    let (cors, handle) = CorsLayer::reloadable(policy(A)).unwrap();
    let function = CorsLayer::builder().allow_origins_if(|origin| origin.as_str() == B);
    handle.replace(function.build().unwrap()).unwrap();
    assert!(allows(&cors, B).await);
    handle.replace(policy(A)).unwrap();
    assert!(!allows(&cors, B).await);
}

/// A policy that tells on which thread it is dropped.
fn telling_policy() -> (CorsLayer, Receiver<thread::ThreadId>) {
    telling_policy_with(|| {})
}

/// The same. Each decision calls a function.
fn telling_policy_with(
    decide: impl Fn() + Send + Sync + 'static,
) -> (CorsLayer, Receiver<thread::ThreadId>) {
    struct Tell(Sender<thread::ThreadId>);
    impl Drop for Tell {
        fn drop(&mut self) {
            let _ = self.0.send(thread::current().id());
        }
    }
    let (sender, dropped) = channel();
    let sink = Tell(sender);
    let cors = CorsLayer::builder()
        .allow_origins_if(move |_| {
            let _ = &sink;
            decide();
            false
        })
        .build()
        .unwrap();
    (cors, dropped)
}

#[test]
fn a_replaced_policy_is_dropped_by_the_one_who_replaces() {
    let (arrive, arrived) = sync_channel::<()>(0);
    let (resume, resumed) = sync_channel::<()>(0);
    let resumed = Mutex::new(resumed);
    let (first, dropped) = telling_policy_with(move || {
        arrive.send(()).unwrap();
        resumed.lock().unwrap().recv().unwrap();
    });
    let (cors, handle) = CorsLayer::reloadable(first).unwrap();
    let request = thread::spawn(move || {
        let mut service = cors.layer(service_fn(async |_: Request<()>| {
            Ok::<_, Infallible>(Response::new(()))
        }));
        drop(service.call(request("GET", &[("origin", A)])));
    });
    arrived.recv().unwrap();
    handle.replace(policy(B)).unwrap();
    assert_eq!(handle.drop_unused(), 1, "a request uses it");
    resume.send(()).unwrap();
    request.join().unwrap();
    assert!(dropped.try_recv().is_err(), "a request's thread drops none");
    assert_eq!(handle.drop_unused(), 0);
    assert_eq!(dropped.try_recv(), Ok(thread::current().id()));

    let (second, dropped) = telling_policy();
    handle.replace(second).unwrap();
    handle.replace(policy(B)).unwrap();
    assert_eq!(dropped.try_recv(), Ok(thread::current().id()), "at once");
}

#[test]
fn a_request_that_is_decided_does_not_use_its_policy() {
    let (first, dropped) = telling_policy();
    let (cors, handle) = CorsLayer::reloadable(first).unwrap();
    let mut service = cors.layer(service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(()))
    }));
    let in_flight = service.call(request("GET", &[("origin", A)]));
    handle.replace(policy(B)).unwrap();
    assert_eq!(dropped.try_recv(), Ok(thread::current().id()));
    assert_eq!(handle.drop_unused(), 0);
    drop(in_flight);
}

#[test]
fn going_back_and_forth_keeps_nothing() {
    let (first, dropped) = telling_policy();
    let (_cors, handle) = CorsLayer::reloadable(first).unwrap();
    let (first, second) = (handle.current(), policy(B).policy());
    for _ in 0..3 {
        handle.replace(Arc::clone(&second)).unwrap();
        handle.replace(Arc::clone(&second)).unwrap();
        handle.replace(Arc::clone(&first)).unwrap();
        handle.replace(Arc::clone(&first)).unwrap();
    }
    handle.replace(second).unwrap();
    assert_eq!(handle.drop_unused(), 1, "we use it");
    drop(first);
    assert_eq!(handle.drop_unused(), 0);
    assert!(dropped.try_recv().is_ok());
}

#[test]
fn without_a_handle_the_last_policy_stays_and_nothing_is_kept() {
    let (first, first_dropped) = telling_policy();
    let (second, second_dropped) = telling_policy();
    let (cors, handle) = CorsLayer::reloadable(first).unwrap();
    let in_use = handle.current();
    handle.replace(second).unwrap();
    drop(handle);
    drop(in_use);
    assert!(first_dropped.try_recv().is_ok());
    assert!(second_dropped.try_recv().is_err());
    assert_eq!(cors.policy().origins().count(), 0);
    drop(cors);
    assert!(second_dropped.try_recv().is_ok());
}

/// It takes time to drop a large policy.
#[test]
fn requests_go_on_while_a_replacement_is_under_way() {
    struct SlowDrop(Mutex<Option<Box<dyn FnOnce() + Send>>>);
    impl Drop for SlowDrop {
        fn drop(&mut self) {
            if let Some(wait) = self.0.get_mut().unwrap().take() {
                wait();
            }
        }
    }
    let (arrive, dropping) = sync_channel::<()>(0);
    let (resume_drop, resumed) = sync_channel::<()>(0);
    let slow_drop = SlowDrop(Mutex::new(Some(Box::new(move || {
        arrive.send(()).unwrap();
        resumed.recv().unwrap();
    }))));
    let first = CorsLayer::builder()
        .allow_origins([A])
        .allow_origins_if(move |_| {
            let _ = &slow_drop;
            false
        })
        .build()
        .unwrap();
    let (cors, handle) = CorsLayer::reloadable(first).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.unwrap();
    thread::scope(|scope| {
        scope.spawn(|| handle.replace(policy(B)).unwrap());
        dropping.recv().unwrap();
        assert!(runtime.block_on(allows(&cors, B)));
        assert!(!runtime.block_on(allows(&cors, A)));
        handle.replace(policy(A)).unwrap();
        assert!(runtime.block_on(allows(&cors, A)), "nor wait others");
        resume_drop.send(()).unwrap();
    });
}

thread_local! {
    /// The version that the observer got last.
    static TOLD: Cell<usize> = const { Cell::new(0) };
}

/// The version stands in everything that the policy writes.
fn version(number: usize) -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([A, &format!("https://{number}.example.com")])
        .allow_methods([format!("V{number}")])
        .allow_headers([format!("x-{number}")])
        .expose_headers([format!("x-{number}")])
        .build()
        .unwrap()
}

fn number_in(answer: &Response<()>, header: &str, prefix: &str) -> usize {
    let value = answer.headers()[header].to_str().unwrap();
    value.strip_prefix(prefix).unwrap().parse().unwrap()
}

/// Answers when it is polled for the second time: a replacement may come in between.
#[derive(Clone)]
struct Slow;

impl Service<Request<()>> for Slow {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<()>, Infallible>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        let mut waited = false;
        Box::pin(poll_fn(move |_| {
            if std::mem::replace(&mut waited, true) {
                Poll::Ready(Ok(Response::new(())))
            } else {
                Poll::Pending
            }
        }))
    }
}

#[test]
fn no_request_sees_a_mixture_and_none_is_lost() {
    const THREADS: usize = 8;
    const REPLACEMENTS: usize = 100_000;
    let (cors, handle) = CorsLayer::reloadable(version(0)).unwrap();
    let cors = cors.on_decision(|observation| {
        let own = observation.policy().origins().find(|origin| *origin != A);
        let number = own.and_then(|own| own.strip_prefix("https://")?.strip_suffix(".example.com"));
        TOLD.set(number.unwrap().parse().unwrap());
        // A replacement may come in between here too.
        thread::yield_now();
    });
    let start = Barrier::new(THREADS + 1);
    // The version that has been in force for sure.
    let done = AtomicUsize::new(0);
    let run = |asked: Request<()>| {
        let mut answer = pin!(cors.layer(Slow).call(asked));
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(Ok(answer)) = answer.as_mut().poll(&mut context) {
                return answer;
            }
            thread::yield_now();
        }
    };
    let ask_until_the_last = || {
        start.wait();
        let mut newest = 0;
        while newest < REPLACEMENTS {
            let known = done.load(Ordering::Acquire).max(newest);
            let answer = run(preflight(A, "PUT", ""));
            let number = number_in(&answer, "access-control-allow-methods", "V");
            assert_eq!(
                number_in(&answer, "access-control-allow-headers", "x-"),
                number
            );
            assert_eq!(TOLD.get(), number);
            assert!(known <= number, "{number}, though {known} was in force");

            let answer = run(request("GET", &[("origin", A)]));
            newest = number_in(&answer, "access-control-expose-headers", "x-");
            assert_eq!(TOLD.get(), newest);
            assert!(number <= newest, "{number}, then {newest}");
        }
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(ask_until_the_last);
        }
        start.wait();
        for number in 1..=REPLACEMENTS {
            handle.replace(version(number)).unwrap();
            done.store(number, Ordering::Release);
        }
    });
    assert_eq!(handle.drop_unused(), 0);
}
