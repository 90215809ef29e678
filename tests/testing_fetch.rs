//! The browser for tests: what it sends, when it sends a preflight, and what the page sees.

#![expect(
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "a failed set-up is a failed test, and the type of a table is read in its rows"
)]

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use tower::Service;
use tower_cors::explain::PageOutcome;
use tower_cors::testing::{
    Browser, Cause, CredentialsMode, Exchange, Fetched, RedirectMode, RequestMode, ResponseType,
    Step, assert_allows, assert_blocks,
};

const PAGE: &str = "https://app.example.com";
const API: &str = "https://api.other.example/items";

type Body = Full<Bytes>;

fn request(method: &str, url: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::default()).unwrap()
}

fn response(status: u16, headers: &[(&str, &str)]) -> Response<Body> {
    let mut response = Response::new(Full::from("hello"));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        response.headers_mut().append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    response
}

/// A server with the given responses.
fn server(
    answer: impl Fn(&Request<Body>) -> Response<Body>,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> {
    tower::service_fn(move |request| std::future::ready(Ok(answer(&request))))
}

fn origin_of(request: &Request<Body>) -> String {
    let origin = request.headers().get("origin");
    origin.map_or(String::new(), |origin| origin.to_str().unwrap().to_owned())
}

/// A server that allows everything, by name.
fn open_server() -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> {
    server(|request| {
        let header = |name| {
            let value: Option<&HeaderValue> = request.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap())
        };
        response(
            200,
            &[
                ("access-control-allow-origin", header("origin")),
                ("access-control-allow-credentials", "true"),
                (
                    "access-control-allow-methods",
                    header("access-control-request-method"),
                ),
                (
                    "access-control-allow-headers",
                    header("access-control-request-headers"),
                ),
            ],
        )
    })
}

fn actual(fetched: &Fetched) -> &HeaderMap {
    fetched.exchanges().last().unwrap().request_headers()
}

#[tokio::test]
async fn a_preflight_is_sent_where_the_standard_says() {
    let long = "a".repeat(129);
    let rows: &[(&str, &str, &[(&str, &str)], Option<&str>)] = &[
        ("simple GET", "GET", &[], None),
        (
            "simple POST",
            "POST",
            &[("content-type", "text/plain")],
            None,
        ),
        ("lower-case method is normalised", "get", &[], None),
        ("PUT", "PUT", &[], Some("")),
        (
            "JSON",
            "POST",
            &[("content-type", "application/json")],
            Some("content-type"),
        ),
        (
            "form with parameters",
            "POST",
            &[("content-type", "multipart/form-data; boundary=x")],
            None,
        ),
        (
            "plain text with white space before a parameter",
            "POST",
            &[("content-type", "Text/Plain\t ; charset=utf-8")],
            None,
        ),
        (
            "a content type that only starts like plain text",
            "POST",
            &[("content-type", "text/plain+json")],
            Some("content-type"),
        ),
        ("a tab in a value", "GET", &[("accept", "a\tb")], None),
        (
            "quotes in a value",
            "GET",
            &[("accept", "\"a\"")],
            Some("accept"),
        ),
        (
            "names are sorted, lower case, unique",
            "GET",
            &[("x-b", "1"), ("X-A", "1"), ("x-b", "2")],
            Some("x-a,x-b"),
        ),
        (
            "authorization",
            "GET",
            &[("authorization", "Bearer x")],
            Some("authorization"),
        ),
        (
            "a value of 129 bytes",
            "GET",
            &[("accept", &long)],
            Some("accept"),
        ),
        (
            "a value of 128 bytes",
            "GET",
            &[("accept", &long[1..])],
            None,
        ),
        (
            "a range with a start",
            "GET",
            &[("range", "bytes=0-")],
            None,
        ),
        (
            "a range whose end has more digits",
            "GET",
            &[("range", "bytes=9-10")],
            None,
        ),
        (
            "a range with zeros before its numbers",
            "GET",
            &[("range", "bytes=0009-10")],
            None,
        ),
        (
            "a range that goes backwards",
            "GET",
            &[("range", "bytes=10-09")],
            Some("range"),
        ),
        (
            "a range that goes backwards, of many digits",
            "GET",
            &[("range", "bytes=10000000000000000000000-9")],
            Some("range"),
        ),
        (
            "a forbidden header is left out",
            "GET",
            &[("cookie", "a=b"), ("sec-x", "1")],
            None,
        ),
        (
            "method override to a forbidden method",
            "GET",
            &[("x-http-method-override", "get, TRACE")],
            None,
        ),
        (
            "method override to a lawful method",
            "GET",
            &[("x-http-method-override", "PUT")],
            Some("x-http-method-override"),
        ),
    ];
    for (name, method, headers, asks) in rows {
        let mut page = Browser::at(PAGE);
        let fetched = assert_allows!(
            page.fetch(&mut open_server(), request(method, API, headers))
                .await
        );
        let preflight = fetched.preflights().next();
        let asked = preflight.map(|preflight| {
            let names = preflight
                .request_headers()
                .get("access-control-request-headers");
            names.map_or("", |names| names.to_str().unwrap())
        });
        assert_eq!(asked, *asks, "{name}");
        assert!(!fetched.used_preflight_cache(), "{name}");
    }
}

#[tokio::test]
async fn more_than_1024_safelisted_bytes_need_a_preflight() {
    let value = "a".repeat(128);
    let mut headers = vec![("accept", &*value); 7];
    // 7 × 128 bytes, and 128 with the next: 1,024 are within the limit.
    headers.push(("accept-language", &value));
    let mut page = Browser::at(PAGE);
    let within = page
        .fetch(&mut open_server(), request("GET", API, &headers))
        .await;
    assert_eq!(assert_allows!(within).preflights().count(), 0);

    headers.push(("content-language", "a"));
    let past = page
        .fetch(&mut open_server(), request("GET", API, &headers))
        .await;
    let past = assert_allows!(past);
    assert_eq!(
        past.preflights().next().unwrap().request_headers()["access-control-request-headers"],
        "accept,accept-language,content-language"
    );
}

#[tokio::test]
async fn a_preflight_has_no_credentials_and_the_actual_request_has_them() {
    let mut page = Browser::at(PAGE)
        .credentials(CredentialsMode::Include)
        .with_cookies("session=1")
        .with_http_authentication("Basic x");
    let fetched = assert_allows!(
        page.fetch(&mut open_server(), request("PUT", API, &[("x-a", "1")]))
            .await
    );
    let preflight = fetched.preflights().next().unwrap().request_headers();
    for name in ["cookie", "authorization", "x-a"] {
        assert!(!preflight.contains_key(name), "{name} on the preflight");
        assert!(actual(&fetched).contains_key(name), "{name} on the request");
    }
    assert_eq!(preflight["access-control-request-method"], "PUT");
    assert_eq!(preflight["accept"], "*/*");
}

#[tokio::test]
async fn the_credentials_mode_decides_about_credentials() {
    use CredentialsMode::{Include, Omit, SameOrigin};
    let rows = [
        (Omit, "/items", false),
        (SameOrigin, "/items", true),
        (Include, "/items", true),
        (Omit, API, false),
        (SameOrigin, API, false),
        (Include, API, true),
    ];
    for (mode, url, goes) in rows {
        let mut page = Browser::at(PAGE).credentials(mode).with_cookies("a=b");
        let fetched = assert_allows!(
            page.fetch(&mut open_server(), request("GET", url, &[]))
                .await
        );
        assert_eq!(
            actual(&fetched).contains_key("cookie"),
            goes,
            "{mode:?} {url}"
        );
    }
}

#[tokio::test]
async fn origin_is_sent_where_the_standard_says() {
    use RequestMode::{Cors, NoCors, SameOrigin};
    let rows = [
        (Cors, "GET", "/items", None),
        (Cors, "POST", "/items", Some(PAGE)),
        (Cors, "GET", API, Some(PAGE)),
        (NoCors, "GET", API, None),
        (NoCors, "POST", API, Some(PAGE)),
        // The page's referrer policy hides the origin from http.
        (NoCors, "POST", "http://localhost/", Some("null")),
        (SameOrigin, "GET", "/items", None),
        (SameOrigin, "PUT", "/items", Some(PAGE)),
    ];
    for (mode, method, url, origin) in rows {
        let mut page = Browser::at(PAGE).mode(mode);
        let fetched = assert_allows!(
            page.fetch(&mut open_server(), request(method, url, &[]))
                .await
        );
        let sent = actual(&fetched)
            .get("origin")
            .map(|origin| origin.to_str().unwrap());
        assert_eq!(sent, origin, "{mode:?} {method} {url}");
    }
}

#[tokio::test]
async fn the_browser_sends_the_host_and_the_length_of_the_body() {
    let other_port = "https://api.other.example:8443/items";
    let rows = [
        ("GET", API, "", "api.other.example", None),
        ("GET", other_port, "", "api.other.example:8443", None),
        ("DELETE", API, "", "api.other.example", None),
        ("DELETE", API, "body", "api.other.example", Some("4")),
        ("POST", API, "body", "api.other.example", Some("4")),
        ("POST", API, "", "api.other.example", Some("0")),
        ("PUT", API, "", "api.other.example", Some("0")),
    ];
    for (method, url, body, host, length) in rows {
        let mut request = request(method, url, &[]);
        *request.body_mut() = Full::from(body);
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut open_server(), request).await);
        let sent = fetched.exchanges().last().unwrap();
        assert_eq!(sent.uri(), url);
        let headers = sent.request_headers();
        assert_eq!(headers["host"], host, "{method} {url}");
        let sent = headers.get("content-length");
        let sent = sent.map(|length| length.to_str().unwrap());
        assert_eq!(sent, length, "{method} {body}");
    }
}

#[tokio::test]
async fn sec_fetch_site_compares_the_page_with_the_server() {
    let rows = [
        (PAGE, "/items", Some("same-origin")),
        (PAGE, "https://api.example.com/", Some("same-site")),
        (PAGE, "https://app.example.com:8443/", Some("same-site")),
        (PAGE, "https://api.other.example/", Some("cross-site")),
        (
            "http://app.example.com",
            "https://app.example.com/",
            Some("cross-site"),
        ),
        ("null", "https://app.example.com/", Some("cross-site")),
        // An IP address has no domain that others could share.
        ("https://127.0.0.1", "https://10.0.0.1/", Some("cross-site")),
        (
            "https://127.0.0.1",
            "https://127.0.0.1:8443/",
            Some("same-site"),
        ),
        (
            "https://[::1]",
            "https://[2001:db8::1]/",
            Some("cross-site"),
        ),
        // Browsers only send it if nobody on the network can read it. This machine is not on the network.
        (PAGE, "http://localhost/", Some("cross-site")),
        ("http://a.example", "http://a.example/", None),
    ];
    for (page, url, site) in rows {
        let fetched = assert_allows!(
            Browser::at(page)
                .fetch(&mut open_server(), request("GET", url, &[]))
                .await
        );
        let sent = actual(&fetched)
            .get("sec-fetch-site")
            .map(|site| site.to_str().unwrap());
        assert_eq!(sent, site, "{page} {url}");
    }
}

#[tokio::test]
async fn the_page_sees_what_its_response_type_shows() {
    let mut server = server(|_| {
        response(
            200,
            &[
                ("access-control-allow-origin", "*"),
                ("access-control-expose-headers", "X-Shown, Set-Cookie"),
                ("content-type", "text/plain"),
                ("x-shown", "1"),
                ("x-hidden", "1"),
                ("set-cookie", "a=b"),
            ],
        )
    });
    let rows: [(_, _, _, _, Option<StatusCode>, &[&str], &str, &str); 3] = [
        (
            RequestMode::Cors,
            "/",
            ResponseType::Basic,
            PageOutcome::OwnPage,
            Some(StatusCode::OK),
            &[
                "access-control-allow-origin",
                "access-control-expose-headers",
                "content-type",
                "x-hidden",
                "x-shown",
            ],
            "hello",
            "allowed: https://app.example.com/ is on the page's own server",
        ),
        (
            RequestMode::Cors,
            API,
            ResponseType::Cors,
            PageOutcome::Reads,
            Some(StatusCode::OK),
            &["content-type", "x-shown"],
            "hello",
            "allowed: the page can read the response from ",
        ),
        (
            RequestMode::NoCors,
            API,
            ResponseType::Opaque,
            PageOutcome::Opaque,
            None,
            &[],
            "",
            "sent without CORS: the page can read nothing of the response from ",
        ),
    ];
    for (mode, url, kind, outcome, status, names, body, told) in rows {
        let mut page = Browser::at(PAGE).mode(mode);
        let fetched = assert_allows!(page.fetch(&mut server, request("GET", url, &[])).await);
        let mut seen: Vec<_> = fetched.headers().keys().map(HeaderName::as_str).collect();
        seen.sort_unstable();
        assert_eq!(fetched.response_type(), kind);
        assert_eq!(fetched.outcome(), outcome, "{kind:?}");
        assert_eq!(fetched.status(), status, "{kind:?}");
        assert_eq!(fetched.redirects(), 0, "{kind:?}");
        assert_eq!(seen, names, "{kind:?}");
        assert_eq!(fetched.body(), body, "{kind:?}");
        assert!(fetched.to_string().starts_with(told), "{fetched}");
    }
}

#[tokio::test]
async fn a_page_never_sees_the_body_of_an_empty_status() {
    for (status, body) in [(200, "hello"), (204, ""), (205, ""), (304, "")] {
        let mut server = server(|_| response(status, &[]));
        let request = request("GET", "/items", &[]);
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, request).await);
        assert_eq!(fetched.body(), body, "{status}");
    }
}

#[tokio::test]
async fn a_fetch_is_told_with_what_the_page_sees_and_what_went_over_the_wire() {
    let mut server = server(|_| {
        let mut headers = vec![
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "x-shown"),
            ("vary", "accept"),
            ("content-type", "text/plain"),
            ("x-shown", "1"),
        ];
        let hidden = [
            "x-1", "x-2", "x-3", "x-4", "x-5", "x-6", "x-7", "x-8", "x-9", "x-10", "x-11", "x-12",
            "x-13", "x-14",
        ];
        headers.extend(hidden.map(|name| (name, "1")));
        headers.push(("set-cookie", "a=1"));
        response(200, &headers)
    });
    let request = request("GET", API, &[("cookie", "b=2"), ("date", "today")]);
    let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, request).await);
    assert_eq!(
        fetched.to_string(),
        "allowed: the page can read the response from https://api.other.example/items

  status      200 OK
  headers     content-type, x-shown
  hidden      x-1, x-2, x-3, x-4, x-5, x-6, x-7, x-8, x-9, x-10, x-11, x-12 and 2 more
  left out    cookie, date
  body        5 bytes
  cookie      a from https://api.other.example/items was not stored: the fetch does not include credentials for \
         this URL; let the page fetch with credentials: \"include\", and allow it with .allow_credentials()

  what went over the wire
    1. GET https://api.other.example/items
         > origin: https://app.example.com
         < 200 OK
         < access-control-allow-origin: *
         < access-control-expose-headers: x-shown
         < vary: accept"
    );
}

#[tokio::test]
async fn no_cors_leaves_out_what_needs_a_preflight() {
    let mut page = Browser::at(PAGE).mode(RequestMode::NoCors);
    let headers = [
        ("content-type", "application/json"),
        ("x-a", "1"),
        ("accept", "text/html"),
    ];
    let fetched = assert_allows!(
        page.fetch(&mut open_server(), request("POST", API, &headers))
            .await
    );
    assert_eq!(fetched.ignored_request_headers(), ["content-type", "x-a"]);
    assert_eq!(actual(&fetched)["accept"], "text/html");
}

#[tokio::test]
async fn a_preflight_stays_in_the_cache_for_its_max_age() {
    // the Access-Control-Max-Age lines, the seconds that pass, whether the cache still has the response
    let rows: &[(&[&str], u64, bool)] = &[
        (&[], 4, true),
        (&[], 5, false),
        (&["60"], 59, true),
        (&["60"], 60, false),
        (&["0"], 0, false),
        (&["-1"], 4, true),
        (&["-1"], 5, false),
        (&["60s"], 5, false),
        (&["60", "60"], 5, false),
        (&["99999999999999999999999"], 7199, true),
        (&["99999999999999999999999"], 7200, false),
    ];
    for (lines, later, is_kept) in rows {
        let mut server = server(|_| {
            let mut headers = vec![
                ("access-control-allow-origin", "*"),
                ("access-control-allow-methods", "PUT"),
            ];
            headers.extend(lines.iter().map(|line| ("access-control-max-age", *line)));
            response(200, &headers)
        });
        let mut page = Browser::at(PAGE);
        assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
        page.advance(Duration::from_secs(*later));
        let again = assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
        assert_eq!(again.used_preflight_cache(), *is_kept, "{lines:?} {later}");
        assert_eq!(again.preflights().count(), usize::from(!is_kept));
    }
}

#[tokio::test]
async fn a_cached_preflight_allows_only_what_it_lists() {
    use CredentialsMode::{Include, Omit};
    type Ask = (
        CredentialsMode,
        &'static str,
        &'static str,
        &'static [(&'static str, &'static str)],
    );
    const OTHER: &str = "https://api.other.example/other";
    let first: Ask = (Omit, "PUT", API, &[("x-a", "1")]);
    let rows: &[(&str, Ask, Ask, bool)] = &[
        ("the same again", first, first, true),
        ("fewer headers", first, (Omit, "PUT", API, &[]), true),
        (
            "another header",
            first,
            (Omit, "PUT", API, &[("x-b", "1")]),
            false,
        ),
        ("another method", first, (Omit, "DELETE", API, &[]), false),
        (
            "another URL",
            first,
            (Omit, "PUT", OTHER, &[("x-a", "1")]),
            false,
        ),
        (
            "without, then with credentials",
            first,
            (Include, "PUT", API, &[]),
            false,
        ),
        (
            "with, then without credentials",
            (Include, "PUT", API, &[]),
            (Omit, "PUT", API, &[]),
            true,
        ),
    ];
    for (name, first, second, is_spared) in rows {
        let mut page = Browser::at(PAGE);
        let mut last = None;
        for (credentials, method, url, headers) in [first, second] {
            page = page.credentials(*credentials);
            let fetched = page
                .fetch(&mut open_server(), request(method, url, headers))
                .await;
            last = Some(assert_allows!(fetched));
        }
        assert_eq!(last.unwrap().used_preflight_cache(), *is_spared, "{name}");
    }
}

#[tokio::test]
async fn a_cached_wildcard_allows_all_headers_except_authorization() {
    let mut server = server(|_| {
        let any = ("access-control-allow-headers", "*");
        response(200, &[("access-control-allow-origin", "*"), any])
    });
    let mut page = Browser::at(PAGE);
    let mut fetch = async |header| {
        page.fetch(&mut server, request("GET", API, &[(header, "1")]))
            .await
    };
    assert_allows!(fetch("x-a").await);
    assert!(assert_allows!(fetch("x-b").await).used_preflight_cache());
    let blocked = assert_blocks!(fetch("authorization").await, Step::Preflight);
    assert_eq!(blocked.exchanges().len(), 1);
}

#[tokio::test]
async fn forbidden_request_headers_are_left_out() {
    let names = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "proxy-x",
        "sec-x",
    ];
    for name in names {
        let request = request("GET", "/items", &[(name, "x")]);
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut open_server(), request).await);
        assert_eq!(fetched.ignored_request_headers(), [name]);
        assert_ne!(
            actual(&fetched).get(name).map(HeaderValue::as_bytes),
            Some(&b"x"[..]),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_fetch_can_be_spawned() {
    let app = axum::Router::new().route("/", axum::routing::get(|| async { "hello" }));
    let task = tokio::spawn(async move {
        let request = Request::get("/").body(axum::body::Body::empty()).unwrap();
        Browser::at(PAGE).fetch(&mut { app }, request).await
    });
    assert_eq!(assert_allows!(task.await.unwrap()).body(), "hello");
}

#[tokio::test]
async fn a_failed_fetch_clears_the_cache() {
    let answers = std::cell::Cell::new(0);
    let mut server = server(|request| {
        let is_preflight = request.method() == Method::OPTIONS;
        if !is_preflight {
            answers.set(answers.get() + 1);
        }
        // The second actual response comes without CORS headers.
        if !is_preflight && answers.get() == 2 {
            return response(500, &[]);
        }
        response(
            200,
            &[
                ("access-control-allow-origin", "*"),
                ("access-control-allow-methods", "PUT"),
            ],
        )
    });
    let mut page = Browser::at(PAGE);
    assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
    assert_blocks!(
        page.fetch(&mut server, request("PUT", API, &[])).await,
        Step::CorsCheck
    );
    let third = assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
    assert_eq!(third.preflights().count(), 1);
}

/// A server that redirects until the path is `/end`.
fn redirecting(
    hops: &[(&'static str, u16, &'static str)],
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + use<> {
    let hops = hops.to_vec();
    server(move |request| {
        let origin = origin_of(request);
        let mut headers = vec![
            ("access-control-allow-origin", &*origin),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "PUT"),
            ("access-control-allow-headers", "authorization,content-type"),
        ];
        if request.method() == Method::OPTIONS {
            return response(204, &headers);
        }
        let here = request.uri().to_string();
        match hops.iter().find(|(from, ..)| *from == here) {
            Some((_, status, to)) => {
                headers.push(("location", to));
                response(*status, &headers)
            }
            None => response(200, &headers),
        }
    })
}

#[tokio::test]
async fn redirects_change_the_request_as_the_standard_says() {
    let rows = [
        (301, "POST", "GET", false),
        (302, "POST", "GET", false),
        (303, "POST", "GET", false),
        (303, "PUT", "GET", false),
        (307, "POST", "POST", true),
        (308, "POST", "POST", true),
        (301, "PUT", "PUT", true),
        (302, "PUT", "PUT", true),
    ];
    for (status, method, becomes, keeps_body) in rows {
        let mut server = server(|request| {
            if request.uri().path() == "/end" {
                response(200, &[])
            } else {
                response(status, &[("location", "/end")])
            }
        });
        let mut request = request(method, "/start", &[("content-type", "text/plain")]);
        *request.body_mut() = Full::from("body");
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, request).await);
        let last = fetched.exchanges().last().unwrap();
        assert_eq!(last.method(), becomes, "{status} {method}");
        let headers = last.request_headers();
        assert_eq!(
            headers.contains_key("content-type"),
            keeps_body,
            "{status} {method}"
        );
        assert_eq!(
            headers
                .get("content-length")
                .map_or("0", |length| length.to_str().unwrap()),
            if keeps_body { "4" } else { "0" },
            "{status} {method}"
        );
    }
}

#[tokio::test]
async fn a_redirect_never_changes_a_method_that_reads() {
    for (status, method) in [(301, "GET"), (302, "HEAD"), (303, "GET"), (303, "HEAD")] {
        let mut server = redirecting(&[("https://app.example.com/start", status, "/end")]);
        let request = request(method, "/start", &[]);
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, request).await);
        let last = fetched.exchanges().last().unwrap();
        assert_eq!(last.uri(), "https://app.example.com/end");
        assert_eq!(last.method(), method, "{status}");
    }
}

#[tokio::test]
async fn a_page_may_be_redirected_to_a_url_with_a_user_name_on_its_own_server() {
    let to = "https://a:b@app.example.com/end";
    let mut server = redirecting(&[("https://app.example.com/start", 302, to)]);
    let mut page = Browser::at(PAGE);
    let fetched = page.fetch(&mut server, request("GET", "/start", &[])).await;
    assert_eq!(assert_allows!(fetched).url(), "https://app.example.com/end");
}

#[tokio::test]
async fn a_redirect_from_one_foreign_origin_to_another_makes_the_origin_null() {
    let mut server = redirecting(&[
        ("https://app.example.com/start", 307, "https://b.example/"),
        ("https://b.example/", 307, "https://b.example/second"),
        (
            "https://b.example/second",
            307,
            "https://app.example.com/end",
        ),
    ]);
    let fetched = assert_allows!(
        Browser::at(PAGE)
            .fetch(&mut server, request("GET", "/start", &[]))
            .await
    );
    let origins: Vec<_> = fetched
        .exchanges()
        .iter()
        .map(|exchange| {
            let origin = exchange.request_headers().get("origin");
            origin.map_or("none", |origin| origin.to_str().unwrap())
        })
        .collect();
    // Even the page's own server gets "null", because another origin redirected to it.
    assert_eq!(origins, ["none", PAGE, PAGE, "null"]);
    assert_eq!(fetched.response_type(), ResponseType::Cors);
}

#[tokio::test]
async fn a_preflighted_request_is_preflighted_again_at_each_origin() {
    let mut server = redirecting(&[(API, 307, "https://b.example/end")]);
    let headers = [
        ("authorization", "Bearer x"),
        ("content-type", "application/json"),
    ];
    let fetched = assert_allows!(
        Browser::at(PAGE)
            .fetch(&mut server, request("PUT", API, &headers))
            .await
    );
    let asked: Vec<_> = fetched
        .preflights()
        .map(|preflight| preflight.request_headers()["access-control-request-headers"].clone())
        .collect();
    // Authorization is not for the other origin.
    assert_eq!(asked, ["authorization,content-type", "content-type"]);
}

#[tokio::test]
async fn cookies_stay_with_their_host_and_authentication_with_its_origin() {
    // the URL of the redirect, and whether the browser sends it cookies and authentication
    for (to, cookie, authorization) in [
        ("https://api.example.com/end", true, true),
        ("https://api.example.com:8443/end", true, false),
        ("https://b.example/end", false, false),
        ("https://example.com/end", false, false),
        ("http://localhost/end", false, false),
    ] {
        let mut server = redirecting(&[("https://api.example.com/start", 307, to)]);
        // A redirect can make the origin null, which the server allows too.
        let mut page = Browser::at("null")
            .credentials(CredentialsMode::Include)
            .with_cookies("a=b")
            .with_http_authentication("Basic eDp5");
        let start = request("GET", "https://api.example.com/start", &[]);
        let fetched = assert_allows!(page.fetch(&mut server, start).await);
        let [first, last] = fetched.exchanges() else {
            panic!("{to}: {fetched}");
        };
        let has = |exchange: &Exchange, name| exchange.request_headers().contains_key(name);
        assert!(has(first, "cookie") && has(first, "authorization"), "{to}");
        assert_eq!(has(last, "cookie"), cookie, "{to}");
        assert_eq!(has(last, "authorization"), authorization, "{to}");
    }
}

#[tokio::test]
async fn cookies_of_https_do_not_go_over_http() {
    let mut server = redirecting(&[("https://localhost/start", 307, "http://localhost/end")]);
    let mut page = Browser::at("null")
        .credentials(CredentialsMode::Include)
        .with_cookies("a=b");
    let start = request("GET", "https://localhost/start", &[]);
    let fetched = assert_allows!(page.fetch(&mut server, start).await);
    let last = &fetched.exchanges()[1];
    assert!(!last.request_headers().contains_key("cookie"));
}

#[tokio::test]
async fn redirect_modes_follow_fail_or_stop() {
    let hop = "https://api.other.example/start";
    let mut server = redirecting(&[("https://api.other.example/start", 302, "/end")]);
    let mut page = Browser::at(PAGE);
    let followed = assert_allows!(page.fetch(&mut server, request("GET", hop, &[])).await);
    assert_eq!(followed.url(), "https://api.other.example/end");
    assert_eq!(followed.redirects(), 1);

    page = page.redirect(RedirectMode::Error);
    let blocked = assert_blocks!(
        page.fetch(&mut server, request("GET", hop, &[])).await,
        Step::Redirect
    );
    assert_eq!(*blocked.cause(), Cause::RedirectForbidden);
    assert_eq!(blocked.sent(), "302 Found");
    assert_eq!(blocked.needed(), "a response that is not a redirect");

    page = page.redirect(RedirectMode::Manual);
    let stopped = assert_allows!(page.fetch(&mut server, request("GET", hop, &[])).await);
    assert_eq!(stopped.response_type(), ResponseType::OpaqueRedirect);
    assert_eq!((stopped.status(), stopped.headers().len()), (None, 0));
}

#[tokio::test]
async fn locations_are_read_as_urls() {
    let rows = [
        ("/a/../b", "https://api.other.example/b"),
        ("c?d=e#f", "https://api.other.example/start/c?d=e"),
        ("?x", "https://api.other.example/start/here?x"),
        ("..", "https://api.other.example/"),
        ("./%2e%2E/z", "https://api.other.example/z"),
        ("//B.example:443/é x", "https://b.example/%C3%A9%20x"),
        ("HTTPS:\\\\b.example\\y", "https://b.example/y"),
        ("https://b.example", "https://b.example/"),
        ("https:c", "https://api.other.example/start/c"),
        ("https://b.example/..?x", "https://b.example/?x"),
        ("//bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://127.1/", "https://127.0.0.1/"),
        ("https://[0:0::1]:8443/", "https://[::1]:8443/"),
    ];
    for (location, url) in rows {
        let mut server = server(|request| {
            let mut response = response(200, &[("access-control-allow-origin", "*")]);
            if request.uri().path() == "/start/here" && request.uri().query().is_none() {
                *response.status_mut() = StatusCode::FOUND;
                let value = HeaderValue::from_bytes(location.as_bytes()).unwrap();
                response.headers_mut().insert("location", value);
            }
            response
        });
        let start = request("GET", "https://api.other.example/start/here", &[]);
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, start).await);
        assert_eq!(fetched.url(), url, "{location}");
    }
}

#[tokio::test]
async fn timing_is_visible_to_the_origins_that_the_server_names() {
    let rows = [
        (API, None, false),
        (API, Some("*"), true),
        (
            API,
            Some("https://x.example, https://app.example.com"),
            true,
        ),
        (API, Some("https://x.example"), false),
        // Commas in quotes don't separate values.
        (API, Some(r#""a, *, b""#), false),
        (API, Some(r#""ab", *"#), true),
        (API, Some(r#""a\", *, b""#), false),
        (API, Some(r#""a\\", *"#), true),
        ("/items", None, true),
    ];
    for (url, allowed, is_allowed) in rows {
        let mut server = server(|_| {
            let mut headers = vec![("access-control-allow-origin", "*")];
            headers.extend(allowed.map(|allowed| ("timing-allow-origin", allowed)));
            response(200, &headers)
        });
        let fetched = assert_allows!(
            Browser::at(PAGE)
                .fetch(&mut server, request("GET", url, &[]))
                .await
        );
        assert_eq!(fetched.is_timing_allowed(), is_allowed, "{url} {allowed:?}");
    }
}

#[tokio::test]
async fn a_sandboxed_page_sends_null() {
    let fetched = assert_allows!(
        Browser::at("null")
            .fetch(&mut open_server(), request("GET", API, &[]))
            .await
    );
    assert_eq!(actual(&fetched)["origin"], "null");
}

#[tokio::test]
async fn an_upload_listener_needs_no_list_of_methods() {
    let mut server = server(|_| response(200, &[("access-control-allow-origin", "*")]));
    let mut page = Browser::at(PAGE).with_upload_listener();
    let first = assert_allows!(page.fetch(&mut server, request("POST", API, &[])).await);
    assert_eq!(first.preflights().count(), 1);
    // The cache has the method, although no list names it.
    let second = assert_allows!(page.fetch(&mut server, request("POST", API, &[])).await);
    assert!(second.used_preflight_cache());
    // Step 7.4 of the preflight also allows a method that is not safelisted.
    assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
    let mut without = Browser::at(PAGE);
    assert_blocks!(
        without.fetch(&mut server, request("PUT", API, &[])).await,
        Step::Preflight
    );
}

/// Only for a page with an upload listener does a missing list name the method of the request.
#[tokio::test]
async fn a_preflight_without_a_list_of_methods_does_not_serve_an_upload_listener() {
    let mut server = server(|_| {
        let headers = ("access-control-allow-headers", "x-a");
        response(200, &[("access-control-allow-origin", "*"), headers])
    });
    let mut page = Browser::at(PAGE);
    let post = || request("POST", API, &[("x-a", "1")]);
    assert_allows!(page.fetch(&mut server, post()).await);
    assert!(assert_allows!(page.fetch(&mut server, post()).await).used_preflight_cache());
    page = page.with_upload_listener();
    let listened = assert_allows!(page.fetch(&mut server, post()).await);
    assert_eq!(listened.preflights().count(), 1);
}

#[tokio::test]
async fn a_head_has_no_body() {
    let fetched = assert_allows!(
        Browser::at(PAGE)
            .fetch(&mut open_server(), request("HEAD", API, &[]))
            .await
    );
    assert!(fetched.body().is_empty());
}
