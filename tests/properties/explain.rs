//! Explanations: the fix that is named, applied as written, builds and makes the request allowed, or the text says
//! that nothing does.

use std::convert::Infallible;

use arbitrary::{Error, Result, Unstructured};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Request, Response};
use tower::{Layer, Service};
use tower_cors::CorsLayer;

use crate::fixes::{Fix, Notation, Written};
use crate::{any_config, input, service};

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let notations = [Notation::Builder, Notation::Config, Notation::Permissive];
    let mut written = Written::new(*u.choose(&notations)?, any_config::config(u)?);
    // What does not compile with the builder is refused as a config.
    if CorsLayer::try_from(written.config.clone()).is_err() {
        return Err(Error::IncorrectFormat);
    }
    // What only the builder can do: list origins that have no effect.
    if written.notation == Notation::Builder && written.config.origins == ["*"] {
        for _ in 0..u.int_in_range(0..=2)? {
            written.config.origins.push(input::pattern(u)?);
        }
    }
    let Ok(cors) = written.build() else {
        return Err(Error::IncorrectFormat);
    };
    for _ in 0..4 {
        let request = request(u, &written.config.origins)?;
        check_fix(&written, &cors, request);
    }
    Ok(())
}

fn check_fix(written: &Written, cors: &CorsLayer, mut request: Request<()>) {
    let policy = cors.policy();
    let explanation = policy.explain_request(&request);
    if explanation.is_allowed() {
        return;
    }
    let case = format!("{request:?}\nunder {written:?}\n{explanation}");
    assert!(
        explanation.why().is_some_and(|why| !why.is_empty()),
        "{case}"
    );
    let fix = explanation.fix().expect("a fix");
    if fix.contains("CorsLayer::choose()") {
        check_exempt(fix, cors, &request);
        return;
    }
    let mut changed = written.clone();
    if changed.apply(fix, &mut request) == Fix::NothingHelps {
        assert!(
            fix.contains("because") || fix.contains("browser") || fix.contains("fewer"),
            "{case}"
        );
        return;
    }
    let changed = changed
        .build()
        .unwrap_or_else(|error| panic!("{error}\n{case}"));
    let again = changed.policy().explain_request(&request);
    assert!(again.is_allowed(), "{case}\nthen {again}");
    let decision = changed.policy().decide_request(&request);
    assert!(decision.is_allowed(), "{case}\nthen {decision:?}");
}

/// The code gives the path a policy of its own: the request reaches the handler.
fn check_exempt(fix: &str, cors: &CorsLayer, request: &Request<()>) {
    let (_, code) = fix
        .split_once("CorsLayer::choose().path_prefix(\"")
        .expect("code");
    let (path, rest) = code.split_once('"').expect("the end of the path");
    let calls = rest
        .strip_prefix(", CorsLayer::builder().allow_no_origin()")
        .and_then(|rest| rest.strip_suffix(".build()?).otherwise(cors)?"))
        .unwrap_or_else(|| panic!("{fix}"));
    let mut own = CorsLayer::builder().allow_no_origin();
    if calls.contains(".allow_loopback_hosts()") {
        own = own.allow_loopback_hosts();
    }
    if let Some((_, hosts)) = calls.split_once(".allow_hosts([\"") {
        let (hosts, _) = hosts.split_once("\"])").expect("the end of the hosts");
        own = own.allow_hosts(hosts.split("\", \""));
    }
    let exempt = CorsLayer::choose()
        .path_prefix(path, own.build().expect("a policy"))
        .otherwise(cors.clone());
    let exempt = exempt.unwrap_or_else(|error| panic!("{error}: {fix}"));
    let mut request = request.clone();
    *request.uri_mut() = path.parse().expect("a path");
    let mut service = exempt.layer(tower::service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(()))
    }));
    let response = service
        .call(request)
        .now_or_never()
        .expect("ready")
        .expect("infallible");
    assert!(response.status().is_success(), "{fix}");
}

/// A request as browsers and other clients send it.
fn request(u: &mut Unstructured<'_>, patterns: &[String]) -> Result<Request<()>> {
    const METHODS: [&str; 15] = [
        "ALL", "a|b", "'PUT'", "PUT", "put", "patch", "PATCH", "Patch", "TRACE", "track",
        "CONNECT", "purge", "PURGE", "*", "a b",
    ];
    const NAMES: [&str; 19] = [
        "x-*",
        "'x-a'",
        "any",
        "accept",
        "origin",
        "cookie",
        "content-type",
        "x-a",
        "X-A",
        "x-new",
        "authorization",
        "Authorization",
        "range",
        "access-control-allow-origin",
        "sec-a",
        "proxy-a",
        "*",
        "a b",
        "x-b",
    ];
    const ORIGINS: [&str; 14] = [
        "file://",
        "app://.",
        "app://localhost",
        "https://a.example.com.",
        "http://a.example.com.:8080",
        "moz-extension://0F1A",
        "https://xn--a.example",
        "ws://a.example",
        "data://x",
        "https://A.example",
        "http://192.168.1.5",
        "http://[::1]:3000",
        "null",
        "https://a.example.com/",
    ];
    const OTHERS: [(&str, &[&str]); 7] = [
        (
            "sec-fetch-mode",
            &[
                "cors",
                "no-cors",
                "navigate",
                "websocket",
                "same-origin",
                "x",
            ],
        ),
        (
            "content-type",
            &[
                "application/json",
                "text/plain",
                "multipart/form-data; boundary=x",
            ],
        ),
        (
            "host",
            &[
                "127.0.0.1:8015",
                "api.example.com",
                "backend",
                "a b",
                "[::1]:80",
            ],
        ),
        ("x-forwarded-host", &["app.example.com", "a.example.com"]),
        ("upgrade", &["websocket", "h2c, WebSocket"]),
        ("sec-websocket-key", &["dGhlIHNhbXBsZSBub25jZQ=="]),
        ("access-control-request-private-network", &["true"]),
    ];
    let usual = ["https://app.example.com".to_owned()];
    let patterns = if patterns.is_empty() {
        &usual
    } else {
        patterns
    };
    let mut request = service::request(u, patterns)?;
    let path = *u.choose(&[
        "/",
        "/auth/callback",
        "/auth/callback/",
        "/a%20b",
        "//x",
        "/a/../b",
    ])?;
    *request.uri_mut() = path.parse().expect("a path");
    let headers = request.headers_mut();
    let mut insert = |name: &'static str, value: &str| {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        headers.insert(HeaderName::from_static(name), value);
    };
    if u.ratio(1, 3)? {
        insert("origin", u.choose(&ORIGINS)?);
    } else if u.ratio(1, 2)? {
        let pattern = u.choose(patterns)?;
        let origin = input::origin_near(u, pattern)?;
        if HeaderValue::from_bytes(origin.as_bytes()).is_ok() {
            insert("origin", &origin);
        }
    }
    if u.ratio(1, 2)? {
        insert("access-control-request-method", u.choose(&METHODS)?);
    }
    if u.ratio(1, 2)? {
        let count = *u.choose(&[1, 2, 3, 4, 20])?;
        let names: Result<Vec<_>> = (0..count)
            .map(|at| {
                Ok(match u.int_in_range(0..=9)? {
                    0 => format!("x-{at}"),
                    1 => "x".repeat(*u.choose(&[1, 127, 128, 129, 600])?),
                    _ => (*u.choose(&NAMES)?).to_owned(),
                })
            })
            .collect();
        insert(
            "access-control-request-headers",
            &names?.join(u.choose(&[",", ", "])?),
        );
    }
    for (name, values) in OTHERS {
        if u.ratio(1, 3)? {
            insert(name, u.choose(values)?);
        }
    }
    Ok(request)
}
