//! The scenarios of all benches: for each the same requests, and four services that answer them.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS as CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS as HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS as METHODS, ACCESS_CONTROL_ALLOW_ORIGIN as ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS as EXPOSE, ACCESS_CONTROL_MAX_AGE as MAX_AGE, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};
use http::{Method, Request, Response, StatusCode};
use tower::{Layer, Service};
use tower_cors::CorsLayer;
use tower_http::cors as theirs;

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// The service alone.
    Bare,
    /// The service with the fewest lines that send the same headers, written by hand for this policy.
    Floor,
    /// This crate's layer.
    Ours,
    /// tower-http's layer with the same policy.
    TowerHttp,
}

pub const CONTENDERS: [Contender; 4] = [
    Contender::Bare,
    Contender::Floor,
    Contender::Ours,
    Contender::TowerHttp,
];

/// Sends a request through a service and drops the response.
pub type Run = Box<dyn FnMut(Request<()>)>;

pub struct Scenario {
    pub name: &'static str,
    /// Hostile input has no floor to be compared with: what matters is its cost per byte.
    pub is_hostile: bool,
    /// The requests, sent in turn.
    pub requests: fn() -> Vec<Request<()>>,
    /// `None` where a contender has no such policy.
    pub run: fn(Contender) -> Option<Run>,
}

pub const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "no-origin",
        is_hostile: false,
        requests: || vec![get(None)],
        run: |who| exact(who, floor_exact),
    },
    Scenario {
        name: "any-origin",
        is_hostile: false,
        requests: || vec![get(Some(APP))],
        run: any,
    },
    Scenario {
        name: "credentialed",
        is_hostile: false,
        requests: || vec![get(Some(APP))],
        run: |who| exact(who, floor_exact),
    },
    Scenario {
        name: "denied",
        is_hostile: false,
        requests: || vec![get(Some(EVIL))],
        run: |who| exact(who, floor_exact),
    },
    Scenario {
        name: "preflight-any",
        is_hostile: false,
        requests: || vec![preflight(APP)],
        run: any,
    },
    Scenario {
        name: "preflight-credentialed",
        is_hostile: false,
        requests: || vec![preflight(APP)],
        run: |who| exact(who, floor_exact),
    },
    Scenario {
        name: "preflight-denied",
        is_hostile: false,
        requests: || vec![preflight(EVIL)],
        run: |who| exact(who, floor_exact),
    },
    Scenario {
        name: "subdomain",
        is_hostile: false,
        requests: || vec![get(Some(APP))],
        run: subdomain,
    },
    Scenario {
        name: "predicate",
        is_hostile: false,
        requests: || vec![get(Some(APP))],
        run: predicate,
    },
    Scenario {
        name: "origins-10",
        is_hostile: false,
        requests: || hits_and_misses(10),
        run: |who| origins(who, 10),
    },
    Scenario {
        name: "origins-1000",
        is_hostile: false,
        requests: || hits_and_misses(1000),
        run: |who| origins(who, 1000),
    },
    Scenario {
        name: "patterns-10",
        is_hostile: false,
        requests: || below(hits_and_misses(10)),
        run: |who| patterns(who, 10),
    },
    Scenario {
        name: "patterns-1000",
        is_hostile: false,
        requests: || below(hits_and_misses(1000)),
        run: |who| patterns(who, 1000),
    },
    Scenario {
        name: "hostile-origin-of-dots",
        is_hostile: true,
        requests: || vec![get(Some(&".".repeat(32 * 1024)))],
        run: |who| patterns(who, 1000),
    },
    Scenario {
        name: "hostile-253-byte-hosts",
        is_hostile: true,
        requests: long_hosts,
        run: |who| patterns(who, 1000),
    },
    Scenario {
        name: "hostile-list-of-names",
        is_hostile: true,
        requests: || {
            vec![preflight_with(
                &["a,"; 1].map(|name| name.repeat(16 * 1024)),
            )]
        },
        run: mirror,
    },
    Scenario {
        name: "hostile-list-of-commas",
        is_hostile: true,
        requests: || vec![preflight_with(&[",".repeat(32 * 1024)])],
        run: mirror,
    },
    Scenario {
        name: "hostile-list-of-blanks",
        is_hostile: true,
        requests: || vec![preflight_with(&[" ".repeat(32 * 1024)])],
        run: mirror,
    },
    Scenario {
        name: "hostile-1000-lines",
        is_hostile: true,
        requests: || vec![preflight_with(&vec!["x-name".to_owned(); 1000])],
        run: mirror,
    },
];

/// A scenario of so many origins that the set no longer fits a cache.
pub fn hits_and_misses(count: usize) -> Vec<Request<()>> {
    // Every third misses; the misses share long suffixes and prefixes with what is listed.
    (0..192)
        .map(|i| {
            let n = (i * 7919 + 13) % count;
            let name = if i % 3 == 2 { "x" } else { "tenant-" };
            get(Some(&format!("https://{name}{n}.apps.example.com")))
        })
        .collect()
}

pub fn origin(n: usize) -> String {
    format!("https://tenant-{n}.apps.example.com")
}

pub fn pattern(n: usize) -> String {
    format!("https://*.tenant-{n}.apps.example.com")
}

/// The same origins, two labels below.
pub fn below(requests: Vec<Request<()>>) -> Vec<Request<()>> {
    let mut requests = requests;
    for request in &mut requests {
        let origin = request.headers()[ORIGIN]
            .to_str()
            .expect("made above")
            .replace("https://", "https://a.b.");
        request.headers_mut().insert(ORIGIN, shared(&origin));
    }
    requests
}

fn long_hosts() -> Vec<Request<()>> {
    let label = "a".repeat(62);
    (b'a'..=b'z')
        .map(|first| {
            let host = format!(
                "{}{label}.{label}a.{label}a.{}",
                first as char,
                &label[..61]
            );
            get(Some(&format!("https://{host}")))
        })
        .collect()
}

/// A value as a server makes it: cut out of one reference-counted buffer.
fn shared(text: &str) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from_owner(text.to_owned())).expect("printable")
}

fn get(origin: Option<&str>) -> Request<()> {
    let mut request = Request::get("/items").body(()).expect("a request");
    let headers = request.headers_mut();
    for (name, value) in [
        ("host", "api.example.com"),
        ("accept", "*/*"),
        ("user-agent", "Mozilla/5.0"),
        ("accept-encoding", "gzip, br"),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if let Some(origin) = origin {
        headers.insert(ORIGIN, shared(origin));
    }
    request
}

fn preflight(origin: &str) -> Request<()> {
    let mut request = get(Some(origin));
    *request.method_mut() = Method::OPTIONS;
    let headers = request.headers_mut();
    headers.insert(
        "access-control-request-method",
        HeaderValue::from_static("PUT"),
    );
    headers.insert(
        "access-control-request-headers",
        HeaderValue::from_static("authorization,content-type"),
    );
    request
}

fn preflight_with(lines: &[String]) -> Request<()> {
    let mut request = preflight(APP);
    request
        .headers_mut()
        .remove("access-control-request-headers");
    for line in lines {
        request
            .headers_mut()
            .append("access-control-request-headers", shared(line));
    }
    request
}

/// The service that all contenders wrap: a small JSON answer.
#[derive(Clone, Copy)]
pub struct Bare;

impl Service<Request<()>> for Bare {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let _read = request;
        let mut response = Response::new(());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("2"));
        ready(Ok(response))
    }
}

/// A floor: a service that is one function.
#[derive(Clone, Copy)]
struct Floor(fn(Request<()>) -> Response<()>);

impl Service<Request<()>> for Floor {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(Ok((self.0)(request)))
    }
}

fn run<S, B>(mut service: S) -> Run
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible> + 'static,
    B: 'static,
{
    Box::new(move |request| {
        let mut context = Context::from_waker(Waker::noop());
        let _ = service.poll_ready(&mut context);
        let future = pin!(service.call(request));
        let Poll::Ready(Ok(response)) = future.poll(&mut context) else {
            unreachable!("the inner service is ready at once");
        };
        std::hint::black_box(response);
    })
}

/// One contender each, made only when it is asked for.
fn choose(
    who: Contender,
    floor: Option<fn(Request<()>) -> Response<()>>,
    ours: impl FnOnce() -> CorsLayer,
    theirs: impl FnOnce() -> Option<theirs::CorsLayer>,
) -> Option<Run> {
    match who {
        Contender::Bare => Some(run(Bare)),
        Contender::Floor => floor.map(|floor| run(Floor(floor))),
        Contender::Ours => Some(run(ours().layer(Bare))),
        Contender::TowerHttp => theirs().map(|theirs| run(theirs.layer(DefaultBody(Bare)))),
    }
}

/// tower-http wants a body with a default; `()` has one.
type DefaultBodyService = Bare;
#[allow(non_snake_case, reason = "reads as the constructor that it stands for")]
fn DefaultBody(bare: Bare) -> DefaultBodyService {
    bare
}

fn inner(request: Request<()>) -> Response<()> {
    let mut bare = Bare;
    bare.call(request)
        .into_inner()
        .unwrap_or_else(|never| match never {})
}

const fn value(text: &'static str) -> HeaderValue {
    HeaderValue::from_static(text)
}

fn respond(status: StatusCode, headers: HeaderMap) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn exact(who: Contender, floor: fn(Request<()>) -> Response<()>) -> Option<Run> {
    let ours = || {
        CorsLayer::builder()
            .allow_origins([APP])
            .allow_methods([Method::PUT, Method::DELETE])
            .allow_headers(["authorization", "content-type"])
            .allow_credentials()
            .expose_headers([ETAG])
            .max_age(Duration::from_secs(600))
            .build()
            .expect("a policy")
    };
    let theirs = || {
        Some(
            theirs::CorsLayer::new()
                .allow_origin([value(APP)])
                .allow_methods([Method::PUT, Method::DELETE])
                .allow_headers([http::header::AUTHORIZATION, CONTENT_TYPE])
                .allow_credentials(true)
                .expose_headers([ETAG])
                .max_age(Duration::from_secs(600)),
        )
    };
    choose(who, Some(floor), ours, theirs)
}

fn floor_exact(request: Request<()>) -> Response<()> {
    let origin = request.headers().get(ORIGIN);
    let is_allowed = origin.is_some_and(|origin| origin == APP);
    if *request.method() == Method::OPTIONS
        && origin.is_some()
        && request
            .headers()
            .contains_key("access-control-request-method")
    {
        if !is_allowed {
            let mut headers = HeaderMap::with_capacity(1);
            headers.insert(VARY, value("origin, access-control-request-method"));
            return respond(StatusCode::FORBIDDEN, headers);
        }
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(ALLOW_ORIGIN, value(APP));
        headers.insert(CREDENTIALS, value("true"));
        headers.insert(METHODS, value("PUT,DELETE"));
        headers.insert(HEADERS, value("authorization,content-type"));
        headers.insert(MAX_AGE, value("600"));
        headers.insert(VARY, value("origin, access-control-request-method"));
        return respond(StatusCode::NO_CONTENT, headers);
    }
    let mut response = inner(request);
    let headers = response.headers_mut();
    if is_allowed {
        headers.insert(ALLOW_ORIGIN, value(APP));
        headers.insert(CREDENTIALS, value("true"));
        headers.insert(EXPOSE, value("etag"));
    }
    headers.append(VARY, value("origin"));
    response
}

fn any(who: Contender) -> Option<Run> {
    let ours = || {
        CorsLayer::builder()
            .allow_any_origin()
            .allow_methods([Method::PUT, Method::DELETE])
            .allow_headers(["authorization", "content-type"])
            .build()
            .expect("a policy")
    };
    let theirs = || {
        Some(
            theirs::CorsLayer::new()
                .allow_origin(theirs::Any)
                .allow_methods([Method::PUT, Method::DELETE])
                .allow_headers([http::header::AUTHORIZATION, CONTENT_TYPE]),
        )
    };
    choose(who, Some(floor_any), ours, theirs)
}

fn floor_any(request: Request<()>) -> Response<()> {
    let is_preflight = *request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request
            .headers()
            .contains_key("access-control-request-method");
    if is_preflight {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(ALLOW_ORIGIN, value("*"));
        headers.insert(METHODS, value("PUT,DELETE"));
        headers.insert(HEADERS, value("authorization,content-type"));
        headers.insert(VARY, value("origin, access-control-request-method"));
        return respond(StatusCode::NO_CONTENT, headers);
    }
    let mut response = inner(request);
    response.headers_mut().insert(ALLOW_ORIGIN, value("*"));
    response
}

fn subdomain(who: Contender) -> Option<Run> {
    let ours = || {
        CorsLayer::builder()
            .allow_origins(["https://*.example.com"])
            .allow_credentials()
            .build()
            .expect("a policy")
    };
    let theirs = || {
        let allows = theirs::AllowOrigin::predicate(|origin, _| {
            origin.as_bytes().starts_with(b"https://")
                && origin.as_bytes().ends_with(b".example.com")
        });
        Some(
            theirs::CorsLayer::new()
                .allow_origin(allows)
                .allow_credentials(true),
        )
    };
    choose(who, Some(floor_subdomain), ours, theirs)
}

fn floor_subdomain(request: Request<()>) -> Response<()> {
    let allowed = request.headers().get(ORIGIN).filter(|origin| {
        let labels = origin
            .as_bytes()
            .strip_prefix(b"https://")
            .and_then(|host| host.strip_suffix(b".example.com"));
        labels.is_some_and(|labels| {
            !labels.is_empty()
                && labels
                    .iter()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
        })
    });
    floor_echo(allowed.cloned(), request)
}

fn floor_echo(allowed: Option<HeaderValue>, request: Request<()>) -> Response<()> {
    let mut response = inner(request);
    let headers = response.headers_mut();
    if let Some(origin) = allowed {
        headers.insert(ALLOW_ORIGIN, origin);
        headers.insert(CREDENTIALS, value("true"));
    }
    headers.append(VARY, value("origin"));
    response
}

fn predicate(who: Contender) -> Option<Run> {
    let ours = || {
        CorsLayer::builder()
            .allow_origins_if(|origin| origin.host() == "app.example.com")
            .allow_credentials()
            .build()
            .expect("a policy")
    };
    let theirs = || {
        let allows = theirs::AllowOrigin::predicate(|origin, _| origin == APP);
        Some(
            theirs::CorsLayer::new()
                .allow_origin(allows)
                .allow_credentials(true),
        )
    };
    choose(who, Some(floor_predicate), ours, theirs)
}

/// Reads the origin by the crate's own grammar, since that is what a predicate is given.
fn floor_predicate(request: Request<()>) -> Response<()> {
    let allowed = request.headers().get(ORIGIN).filter(|origin| {
        tower_cors::Origin::try_from(*origin).is_ok_and(|origin| origin.host() == "app.example.com")
    });
    floor_echo(allowed.cloned(), request)
}

pub fn origins(who: Contender, count: usize) -> Option<Run> {
    let ours = || {
        CorsLayer::builder()
            .allow_origins((0..count).map(origin))
            .allow_credentials()
            .build()
            .expect("a policy")
    };
    let theirs = || {
        let list: Vec<_> = (0..count).map(|n| shared(&origin(n))).collect();
        Some(
            theirs::CorsLayer::new()
                .allow_origin(list)
                .allow_credentials(true),
        )
    };
    match who {
        Contender::Floor => Some(run(FloorSet::new(count))),
        who => choose(who, None, ours, theirs),
    }
}

/// The floor for many origins: the fastest general hash set, and an echo.
struct FloorSet(hashbrown::HashSet<Vec<u8>>);

impl FloorSet {
    fn new(count: usize) -> Self {
        Self((0..count).map(|n| origin(n).into_bytes()).collect())
    }
}

impl Service<Request<()>> for FloorSet {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let allowed = request
            .headers()
            .get(ORIGIN)
            .filter(|origin| self.0.contains(origin.as_bytes()));
        ready(Ok(floor_echo(allowed.cloned(), request)))
    }
}

pub fn patterns(who: Contender, count: usize) -> Option<Run> {
    let ours = || {
        CorsLayer::builder()
            .allow_origins((0..count).map(pattern))
            .allow_credentials()
            .build()
            .expect("a policy")
    };
    choose(who, None, ours, || None)
}

fn mirror(who: Contender) -> Option<Run> {
    let ours = || {
        CorsLayer::builder()
            .allow_origins([APP])
            .mirror_request_headers()
            .build()
            .expect("a policy")
    };
    choose(who, None, ours, || None)
}
