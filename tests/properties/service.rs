//! The whole service, on the wire: whatever the policy, the request and what is set further in, nothing
//! leaves that the policy doesn't say, and `Vary` names all that an answer depends on.

use std::convert::Infallible;

use arbitrary::{Error, Result, Unstructured};
use futures_util::FutureExt;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, COOKIE, HeaderMap, HeaderName,
    ORIGIN, VARY,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use tower::{Layer, Service};
use tower_cors::explain::PageOutcome;
use tower_cors::{CorsLayer, Denial, RequestKind};

use crate::input;
use crate::policy::{Stated, TENANT};

const CORS: [&str; 9] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-allow-private-network",
    // not of the standard, or not of responses
    "access-control-allow-local-network",
    "access-control-request-headers",
];
/// Every request header that a policy can look at, the host apart, which is part of a cache's key.
const LOOKED_AT: [&str; 7] = [
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "access-control-request-private-network",
    "sec-fetch-site",
    "x-tenant",
    "cookie",
];

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let stated = Stated::from_bytes(u)?;
    let Some(cors) = stated.build() else {
        return Err(Error::IncorrectFormat);
    };
    let request = request(u, &stated.patterns)?;
    let inner = inner_lines(u)?;
    let answer = send(&cors, &request, &inner);
    check_told(&cors, &request, &answer);
    check_wire(&stated, &cors, &request, &answer);

    let changed = *u.choose(&LOOKED_AT)?;
    let line = line(u, &stated.patterns, changed)?;
    check_vary(&cors, &request, &inner, &answer, (changed, line));
    Ok(())
}

pub(crate) type Lines = Vec<(HeaderName, HeaderValue)>;

/// Whether the inner service was asked, and the answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    is_forwarded: bool,
    status: StatusCode,
    headers: HeaderMap,
}

impl Answer {
    pub(crate) fn is_forwarded(&self) -> bool {
        self.is_forwarded
    }
}

pub(crate) fn send(cors: &CorsLayer, request: &Request<()>, inner: &Lines) -> Answer {
    let mut is_forwarded = false;
    let mut service = cors.layer(tower::service_fn(|_: Request<()>| {
        is_forwarded = true;
        let mut response = Response::new(());
        response.headers_mut().extend(inner.iter().cloned());
        std::future::ready(Ok::<_, Infallible>(response))
    }));
    let response = service.call(request.clone()).now_or_never();
    let (parts, ()) = response
        .expect("the inner service is ready")
        .expect("it fails never")
        .into_parts();
    Answer {
        is_forwarded,
        status: parts.status,
        headers: parts.headers,
    }
}

/// A request that a policy with these patterns makes a difference to.
pub(crate) fn request(u: &mut Unstructured<'_>, patterns: &[String]) -> Result<Request<()>> {
    let mut request = Request::new(());
    *request.method_mut() = match u.int_in_range(0..=7)? {
        0..=3 => Method::OPTIONS,
        4 => Method::GET,
        5 => Method::POST,
        6 => Method::PUT,
        _ => Method::from_bytes(u.bytes(3)?).unwrap_or(Method::CONNECT),
    };
    let headers = request.headers_mut();
    headers.insert("host", HeaderValue::from_static("api.example.com"));
    for name in LOOKED_AT {
        for _ in 0..*u.choose(&[0, 1, 1, 1, 1, 2])? {
            if let Some(value) = line(u, patterns, name)? {
                headers.append(name, value);
            }
        }
    }
    Ok(request)
}

/// A line of a header; `None` for its absence.
fn line(u: &mut Unstructured<'_>, patterns: &[String], name: &str) -> Result<Option<HeaderValue>> {
    let text = match (name, u.int_in_range(0..=5)?) {
        (_, 0) => return Ok(None),
        (_, 1) => {
            let length = u.int_in_range(0..=12)?;
            return Ok(HeaderValue::from_bytes(u.bytes(length)?).ok());
        }
        ("origin", 2) => {
            (*u.choose(&["null", "https://api.example.com", "https://app.example.com"])?).to_owned()
        }
        ("origin", _) => {
            let pattern = u.choose(patterns)?;
            input::origin_near(u, pattern)?
        }
        ("access-control-request-method", _) => {
            (*u.choose(&["GET", "PUT", "put", "DELETE", "*"])?).to_owned()
        }
        ("access-control-request-headers", _) => (*u.choose(&[
            "x-a",
            "content-type,x-a",
            "X-B",
            "*",
            "a b",
            ",",
            "authorization",
        ])?)
        .to_owned(),
        ("access-control-request-private-network", _) => "true".to_owned(),
        ("sec-fetch-site", _) => {
            (*u.choose(&["same-origin", "none", "cross-site", "same-site"])?).to_owned()
        }
        ("x-tenant", _) => (*u.choose(&["app.example.com", "localhost", "a"])?).to_owned(),
        _ => "a=b".to_owned(),
    };
    Ok(HeaderValue::from_bytes(text.as_bytes()).ok())
}

/// What an upstream, or a second layer, has said already.
pub(crate) fn inner_lines(u: &mut Unstructured<'_>) -> Result<Lines> {
    let mut lines = vec![];
    for name in CORS
        .into_iter()
        .chain(["vary", "vary", "timing-allow-origin", "etag"])
    {
        if u.ratio(1, 6)? {
            let value = *u.choose(&[
                "*",
                "https://evil.example",
                "origin",
                "Accept, ORIGIN",
                "true",
            ])?;
            lines.push((
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            ));
        }
    }
    Ok(lines)
}

/// The decision and the explanation say what is done, and agree. Their texts are printable.
fn check_told(cors: &CorsLayer, request: &Request<()>, answer: &Answer) {
    let policy = cors.policy();
    let decision = policy.decide_request(request);
    let explanation = policy.explain_request(request);
    let is_open = answer.headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN);
    let context = format!("{request:?} {decision:?} {explanation} {answer:?}");
    if decision.is_allowed() {
        let needs_no_header = decision.kind() == RequestKind::NotCors || decision.is_own_page();
        assert!(is_open || needs_no_header, "{context}");
        // Whether cookies need credentials, only the explanation says.
        assert!(
            explanation.is_allowed() || request.headers().contains_key(COOKIE),
            "{context}"
        );
    } else {
        // The origin of a preflight may be allowed, and the method not.
        assert!(
            !is_open || decision.kind() == RequestKind::Preflight,
            "{context}"
        );
        // CORS does not apply to a handshake.
        let connects = explanation.outcome() == PageOutcome::Connects;
        assert!(!explanation.is_allowed() || connects, "{context}");
    }
    let is_own_page = matches!(
        explanation.outcome(),
        PageOutcome::OwnPage | PageOutcome::StartedByUser
    );
    assert!(!decision.is_own_page() || is_own_page, "{context}");
    let is_rejected = matches!(
        explanation.outcome(),
        PageOutcome::Rejected | PageOutcome::NavigationRejected | PageOutcome::HandshakeRejected
    );
    let is_refused = decision.kind() != RequestKind::Preflight && !answer.is_forwarded;
    assert_eq!(is_rejected, is_refused, "{context}");
    if let Some(denial) = decision.denial() {
        let told = denial.to_string();
        assert!(!told.chars().any(char::is_control), "{told:?}");
    }
    let told = explanation.to_string();
    assert!(
        !told.chars().any(|c| c.is_control() && c != '\n'),
        "{told:?}"
    );
}

fn check_wire(stated: &Stated, cors: &CorsLayer, request: &Request<()>, answer: &Answer) {
    let lines: Vec<_> = request.headers().get_all(ORIGIN).iter().collect();
    let tenant = request.headers().get(TENANT).map(HeaderValue::as_bytes);
    let allowed: Vec<_> = answer
        .headers
        .get_all(ACCESS_CONTROL_ALLOW_ORIGIN)
        .iter()
        .collect();
    let policy = cors.policy();
    let decision = policy.decide_request(request);
    for name in &CORS[7..] {
        assert!(!answer.headers.contains_key(*name), "{name} in {answer:?}");
    }
    match allowed[..] {
        [] => {
            let mut names = answer.headers.keys();
            let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
            assert!(!names.any(is_cors), "without an origin in {answer:?}");
        }
        [value] if stated.is_any_origin() => {
            assert_eq!(value, "*");
            assert!(
                !answer
                    .headers
                    .contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS)
            );
        }
        [value] => {
            assert_eq!(lines, [value], "only the one origin that asks is allowed");
            assert!(
                stated.allows(value.as_bytes(), tenant),
                "{value:?} under {stated:?}"
            );
            let credentials = answer.headers.get_all(ACCESS_CONTROL_ALLOW_CREDENTIALS);
            assert_eq!(
                credentials.iter().count(),
                usize::from(stated.choices.credentials)
            );
        }
        _ => panic!("two values of Access-Control-Allow-Origin in {answer:?}"),
    }
    let is_refused_write = decision.denial() == Some(Denial::CrossSiteWrite);
    if let ([line], false) = (&lines[..], stated.is_any_origin()) {
        let expected = stated.allows(line.as_bytes(), tenant) && !is_refused_write;
        assert_eq!(!allowed.is_empty(), expected, "{line:?} under {stated:?}");
    }
    if decision.kind() == RequestKind::Preflight && !stated.choices.forwards {
        assert!(
            !answer.is_forwarded,
            "a preflight reached the inner service"
        );
    }
    if decision.is_allowed() && decision.kind() != RequestKind::Preflight {
        assert!(answer.is_forwarded, "{answer:?}");
    }
}

/// Two requests that differ only in a header outside `Vary` get the same answer.
fn check_vary(
    cors: &CorsLayer,
    request: &Request<()>,
    inner: &Lines,
    answer: &Answer,
    (name, value): (&'static str, Option<HeaderValue>),
) {
    let is_named = answer.headers.get_all(VARY).iter().any(|line| {
        line.as_bytes()
            .split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .any(|member| member == b"*" || member.eq_ignore_ascii_case(name.as_bytes()))
    });
    if is_named {
        return;
    }
    let mut other = request.clone();
    other.headers_mut().remove(name);
    if let Some(value) = value {
        other.headers_mut().insert(name, value);
    }
    let again = send(cors, &other, inner);
    assert_eq!(
        again, *answer,
        "{name} makes a difference between {request:?} and {other:?}"
    );
}
