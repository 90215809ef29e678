//! Services that fail, panic, never respond or never end: each gives a cause, never a panic or a hang.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::Full;
use tower::Service;
use tower_cors::testing::{
    Audit, Browser, Cause, Fault, NoBody, Step, assert_allows, assert_blocks,
};

type Body = Full<Bytes>;

const LIMIT: Duration = Duration::from_millis(50);

fn request() -> Request<Body> {
    Request::get("/items").body(Full::default()).unwrap()
}

fn page() -> Browser {
    Browser::at("https://app.example.com").time_limit(LIMIT)
}

/// The cause of a failure at the network step.
async fn cause<F>(answer: impl FnMut(Request<Body>) -> F) -> Cause
where
    F: Future<Output = Result<Response<Body>, String>>,
{
    let mut app = tower::service_fn(answer);
    let blocked = assert_blocks!(page().fetch(&mut app, request()).await, Step::Network);
    assert!(blocked.to_string().contains("gets no response"));
    assert_eq!(blocked.needed(), "a response");
    blocked.cause().clone()
}

#[tokio::test]
async fn an_error_is_reported() {
    let cause = cause(async |_| Err("the \u{1b}[31mdatabase\n is gone".into())).await;
    let message = r"the \x1b[31mdatabase\n is gone".into();
    assert_eq!(cause, Cause::ServiceFailed { message });
}

#[tokio::test]
async fn a_panic_is_reported() {
    let message = || "boom\\n".to_owned();
    let later = cause(async |_| panic!("boom\n")).await;
    assert_eq!(later, Cause::ServicePanicked { message: message() });

    #[expect(clippy::items_after_statements, reason = "it belongs to this row")]
    fn at_once(_: Request<Body>) -> std::future::Ready<Result<Response<Body>, String>> {
        panic!("boom{}", '\n')
    }
    assert_eq!(
        cause(at_once).await,
        Cause::ServicePanicked { message: message() }
    );

    let other = cause(async |_| std::panic::panic_any(7)).await;
    let message = "a panic without a message".into();
    assert_eq!(other, Cause::ServicePanicked { message });
}

#[tokio::test]
async fn a_long_error_is_shortened() {
    let Cause::ServiceFailed { message } = cause(async |_| Err("x".repeat(1 << 20))).await else {
        panic!("another cause");
    };
    assert_eq!(message, format!("{}… (1048576 bytes)", "x".repeat(128)));
}

#[tokio::test]
async fn a_service_that_nobody_can_wake_fails_at_once() {
    assert_eq!(cause(async |_| pending().await).await, Cause::NeverAnswers);
}

#[tokio::test]
async fn a_service_that_waits_too_long_times_out() {
    let late = async |_| {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        Err("too late".to_owned())
    };
    assert_eq!(cause(late).await, Cause::TimedOut { limit: LIMIT });
}

#[tokio::test]
async fn a_service_that_always_wakes_itself_times_out() {
    let busy = async |_| {
        poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<Result<Response<Body>, String>>::Pending
        })
        .await
    };
    assert_eq!(cause(busy).await, Cause::TimedOut { limit: LIMIT });
}

#[tokio::test]
async fn a_service_that_keeps_its_own_waker_times_out() {
    let mut kept = None;
    let selfish = async move |_| {
        poll_fn(|cx| {
            kept = Some(cx.waker().clone());
            Poll::<Result<Response<Body>, String>>::Pending
        })
        .await
    };
    let mut selfish = Some(selfish);
    let found = cause(move |request| {
        let mut selfish = selfish.take().expect("there is one request");
        async move { selfish(request).await }
    });
    assert_eq!(found.await, Cause::TimedOut { limit: LIMIT });
}

#[test]
fn no_runtime_is_needed() {
    let mut app = tower::service_fn(async |_: Request<Body>| {
        // Wakes from another thread, once.
        let mut thread = None;
        poll_fn(move |cx| {
            if thread.is_some() {
                return Poll::Ready(Ok::<_, Infallible>(Response::new(Body::from("woken"))));
            }
            let waker = cx.waker().clone();
            thread = Some(std::thread::spawn(move || waker.wake()));
            Poll::Pending
        })
        .await
    });
    let mut page = page().time_limit(Duration::from_secs(60));
    let fetched = block_on(page.fetch(&mut app, request()));
    assert_eq!(assert_allows!(fetched).body(), "woken");
}

/// The smallest executor: it parks the thread.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Thread(std::thread::Thread);
    impl std::task::Wake for Thread {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Thread(std::thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// A service that is not ready.
struct NotReady(fn() -> Poll<Result<(), String>>);

impl Service<Request<Body>> for NotReady {
    type Response = Response<Body>;
    type Error = String;
    type Future = std::future::Ready<Result<Self::Response, String>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), String>> {
        (self.0)()
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        panic!("called before it was ready")
    }
}

#[tokio::test]
async fn a_service_that_is_not_ready_is_not_called() {
    let message = "shut down".to_owned();
    let rows: [(fn() -> _, _); 3] = [
        (|| Poll::Pending, Cause::NeverAnswers),
        (
            || Poll::Ready(Err("shut down".into())),
            Cause::ServiceFailed {
                message: message.clone(),
            },
        ),
        (|| panic!("shut down"), Cause::ServicePanicked { message }),
    ];
    for (ready, cause) in rows {
        let blocked = assert_blocks!(page().fetch(&mut NotReady(ready), request()).await);
        assert_eq!(*blocked.cause(), cause);
    }
}

/// A body that never ends, fails or panics.
struct Endless(fn() -> Poll<Option<Result<Frame<Bytes>, String>>>);

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = String;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, String>>> {
        (self.0)()
    }
}

#[tokio::test]
async fn a_body_without_an_end_is_an_error() {
    const MEBIBYTE: &[u8] = &[0; 1 << 20];
    let too_long = |limit| Cause::BodyTooLong { limit };
    let message = || "cut off".to_owned();
    let rows: [(&str, fn() -> _, Cause); 6] = [
        (
            "long frames",
            || Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(MEBIBYTE))))),
            too_long(16 << 20),
        ),
        (
            "empty frames",
            || Poll::Ready(Some(Ok(Frame::data(Bytes::new())))),
            too_long(16 << 20),
        ),
        (
            "trailers",
            || Poll::Ready(Some(Ok(Frame::trailers(http::HeaderMap::new())))),
            too_long(16 << 20),
        ),
        ("silence", || Poll::Pending, Cause::NeverAnswers),
        (
            "an error",
            || Poll::Ready(Some(Err("cut off".into()))),
            Cause::ServiceFailed { message: message() },
        ),
        (
            "a panic",
            || panic!("cut off"),
            Cause::ServicePanicked { message: message() },
        ),
    ];
    for (name, frame, cause) in rows {
        let mut app = tower::service_fn(async |_: Request<Body>| {
            Ok::<_, Infallible>(Response::new(Endless(frame)))
        });
        let mut page = Browser::at("https://app.example.com");
        let blocked = assert_blocks!(page.fetch(&mut app, request()).await, Step::Body);
        assert_eq!(*blocked.cause(), cause, "{name}");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let mut app = tower::service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::from("1234")))
    });
    assert_allows!(page().body_limit(4).fetch(&mut app, request()).await);
    let blocked = assert_blocks!(page().body_limit(3).fetch(&mut app, request()).await);
    assert_eq!(*blocked.cause(), Cause::BodyTooLong { limit: 3 });
    let sent = "200 OK with a body of more than 3 bytes, or without an end";
    assert_eq!(
        (blocked.sent(), blocked.needed()),
        (sent, "a body that ends")
    );
}

#[tokio::test]
async fn the_twenty_first_redirect_is_not_followed() {
    let count = Rc::new(Cell::new(0));
    let mut app = tower::service_fn(|_: Request<Body>| {
        count.set(count.get() + 1);
        let mut response = Response::new(Body::default());
        if count.get() <= 2000 {
            *response.status_mut() = http::StatusCode::FOUND;
            let to = format!("/hop/{}", count.get());
            response
                .headers_mut()
                .insert("location", to.parse().unwrap());
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let blocked = assert_blocks!(page().fetch(&mut app, request()).await, Step::Redirect);
    assert_eq!(*blocked.cause(), Cause::TooManyRedirects);
    assert_eq!(count.get(), 21);
}

#[tokio::test]
async fn ten_thousand_headers_are_read_and_shortened_in_the_message() {
    let mut app = tower::service_fn(async |_: Request<Body>| {
        let mut response = Response::new(Body::default());
        for number in 0..10_000 {
            let name = format!("access-control-{number}");
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            response
                .headers_mut()
                .insert(name, HeaderValue::from(number));
        }
        Ok::<_, Infallible>(response)
    });
    let fetched = assert_allows!(page().fetch(&mut app, request()).await);
    assert_eq!(fetched.headers().len(), 10_000);

    let foreign = Request::put("https://api.other.example/")
        .body(Full::default())
        .unwrap();
    let blocked = assert_blocks!(page().fetch(&mut app, foreign).await, Step::Preflight);
    let message = blocked.to_string();
    assert!(message.contains("… and 9984 more lines"), "{message}");
    assert!(message.len() < 4000, "{} bytes", message.len());
}

#[tokio::test]
async fn ten_thousand_names_in_a_list_are_read() {
    let names: Vec<String> = (0..10_000).map(|number| format!("x-{number}")).collect();
    let list = HeaderValue::from_str(&names.join(", ")).unwrap();
    let mut app = tower::service_fn(|_: Request<Body>| {
        let mut response = Response::new(Body::default());
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
        headers.insert("access-control-allow-headers", list.clone());
        headers.insert("access-control-expose-headers", list.clone());
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let mut foreign = Request::get("https://api.other.example/")
        .body(Full::default())
        .unwrap();
    for name in &names {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        foreign
            .headers_mut()
            .insert(name, HeaderValue::from_static("1"));
    }
    let fetched = assert_allows!(page().fetch(&mut app, foreign).await);
    assert_eq!(fetched.preflights().count(), 1);
}

#[tokio::test]
async fn more_headers_than_a_request_holds_are_refused() {
    let mut app = tower::service_fn(async |_: Request<Body>| {
        Ok::<_, Infallible>(Response::new(Body::default()))
    });
    let mut full = request();
    let mut number = 0;
    loop {
        let name = HeaderName::from_bytes(format!("x-{number}").as_bytes()).unwrap();
        let inserted = full
            .headers_mut()
            .try_insert(name, HeaderValue::from_static("1"));
        if inserted.is_err() {
            break;
        }
        number += 1;
    }
    let blocked = assert_blocks!(page().fetch(&mut app, full).await, Step::Request);
    assert_eq!(*blocked.cause(), Cause::TooManyHeaders { limit: 16_384 });
    assert_eq!(blocked.needed(), "at most 16384 header names");
}

#[tokio::test]
async fn bytes_beyond_ascii_are_escaped() {
    let value = HeaderValue::from_bytes(b"https://\xe4.example\xff \"x\"").unwrap();
    let mut app = tower::service_fn(|_: Request<Body>| {
        let mut response = Response::new(Body::default());
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", value.clone());
        headers.insert("location", value.clone());
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let foreign = Request::get("https://api.other.example/")
        .body(Full::default())
        .unwrap();
    let blocked = assert_blocks!(page().fetch(&mut app, foreign).await, Step::CorsCheck);
    assert!(blocked.sent().contains(r#"https://\xe4.example\xff "x""#));
    assert!(
        blocked
            .to_string()
            .chars()
            .all(|each| !each.is_control() || each == '\n')
    );
}

#[tokio::test]
async fn an_audit_survives_them_all() {
    async fn faults<S, B>(mut app: S) -> Vec<Fault>
    where
        S: Service<Request<NoBody>, Response = Response<B>>,
        S::Error: std::fmt::Display,
        B: http_body::Body,
        B::Error: std::fmt::Display,
    {
        let audit = Audit::new()
            .page("https://app.example.com")
            .time_limit(LIMIT);
        let report = audit.run(&mut app, ["/items"]).await;
        report
            .findings()
            .iter()
            .map(tower_cors::testing::Finding::fault)
            .collect()
    }
    type Answer = Result<Response<String>, String>;
    assert_eq!(
        faults(tower::service_fn(async |_: Request<NoBody>| -> Answer {
            panic!("boom")
        }))
        .await,
        [Fault::ServiceFails]
    );
    assert_eq!(
        faults(tower::service_fn(async |_: Request<NoBody>| -> Answer {
            pending().await
        }))
        .await,
        [Fault::ServiceFails]
    );
    assert_eq!(
        faults(tower::service_fn(async |_: Request<NoBody>| -> Answer {
            Err("no".into())
        }))
        .await,
        [Fault::ServiceFails]
    );
    assert_eq!(
        faults(tower::service_fn(async |_: Request<NoBody>| {
            Ok::<_, Infallible>(Response::new(Endless(|| Poll::Pending)))
        }))
        .await,
        [Fault::ServiceFails]
    );
}
