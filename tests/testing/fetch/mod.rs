//! The browser for tests: what it sends, when it sends a preflight, and what the page sees.

mod preflights;
mod redirects;

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
async fn a_head_has_no_body() {
    let fetched = assert_allows!(
        Browser::at(PAGE)
            .fetch(&mut open_server(), request("HEAD", API, &[]))
            .await
    );
    assert!(fetched.body().is_empty());
}
