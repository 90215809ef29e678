//! Fetches of several requests: redirects, the preflight cache, and requests that the browser repeats.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::Full;
use tower_cors::testing::{
    Blocked, Browser, Cause, CredentialsMode, Exchange, Fetched, RedirectMode, RequestMode, Step,
    ThirdPartyCookies, assert_allows, assert_blocks,
};
use tower_service::Service;

const PAGE: &str = "https://app.example.com";
const API: &str = "https://api.other.test/items";
const ANY: (&str, &str) = ("access-control-allow-origin", "*");
const PUT: (&str, &str) = ("access-control-allow-methods", "PUT");

type Lines = &'static [(&'static str, &'static str)];
type Urls = &'static [(&'static str, &'static [(u16, Lines)])];

/// What answers at a URL: the status and the headers of each response, in order. The last one answers from then on.
/// Preflights get the headers of the first with 200.
fn server(
    urls: Urls,
) -> impl Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible> {
    let mut counts = vec![0; urls.len()];
    tower::service_fn(move |request: Request<Full<Bytes>>| {
        let uri = request.uri().to_string();
        let asks = request
            .headers()
            .contains_key("access-control-request-method");
        let mut response = Response::new(Full::default());
        let at = urls.iter().position(|(url, _)| *url == uri);
        let (status, lines) = match at {
            None => (404, &[ANY][..]),
            Some(at) => {
                let answers = urls[at].1;
                let count = counts[at];
                counts[at] += usize::from(!asks);
                answers[count.min(answers.len() - 1)]
            }
        };
        let is_preflight = asks && request.method() == Method::OPTIONS;
        *response.status_mut() = if is_preflight && status != 421 {
            200
        } else {
            status
        }
        .try_into()
        .unwrap();
        for (name, value) in lines {
            response
                .headers_mut()
                .append(*name, HeaderValue::from_static(value));
        }
        std::future::ready(Ok(response))
    })
}

fn request(method: &str, url: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(url);
    request.body(Full::default()).unwrap()
}

async fn fetch(
    page: &mut Browser,
    method: &str,
    url: &str,
    urls: Urls,
) -> Result<Fetched, Blocked> {
    page.fetch(&mut server(urls), request(method, url)).await
}

fn sent<'a>(exchange: &'a Exchange, name: &str) -> Option<&'a str> {
    let value = exchange.request_headers().get(name)?;
    Some(value.to_str().unwrap())
}

#[tokio::test]
async fn an_error_after_a_preflight_clears_the_cache_of_the_current_url() {
    const ALLOWED: (u16, Lines) = (200, &[ANY, PUT]);
    // what fails in the second fetch, whose first hop needs a preflight, and how many preflights the third has
    let rows: &[(&str, Urls, RedirectMode, usize)] = &[
        ("nothing", &[(API, &[ALLOWED])], RedirectMode::Follow, 0),
        (
            "the CORS check",
            &[(API, &[(200, &[PUT])])],
            RedirectMode::Follow,
            1,
        ),
        (
            "Location",
            &[(API, &[(302, &[ANY, PUT, ("location", "data:,x")])])],
            RedirectMode::Follow,
            1,
        ),
        (
            "two Location lines",
            &[(
                API,
                &[(302, &[ANY, PUT, ("location", "/a"), ("location", "/a")])],
            )],
            RedirectMode::Follow,
            1,
        ),
        (
            "a password",
            &[(
                API,
                &[(
                    307,
                    &[ANY, PUT, ("location", "https://u:p@api.other.test/")],
                )],
            )],
            RedirectMode::Follow,
            1,
        ),
        (
            "the 21st redirect",
            &[(
                API,
                &[(
                    307,
                    &[ANY, PUT, ("location", "https://api.other.test/items")],
                )],
            )],
            RedirectMode::Follow,
            1,
        ),
        (
            "redirect mode error",
            &[(API, &[(302, &[ANY, PUT, ("location", "/a")])])],
            RedirectMode::Error,
            1,
        ),
        (
            "a later hop, whose URL is cleared instead",
            &[
                (API, &[(303, &[ANY, PUT, ("location", "/other")])]),
                ("https://api.other.test/other", &[(200, &[])]),
            ],
            RedirectMode::Follow,
            0,
        ),
    ];
    for (what, urls, redirect, preflights) in rows {
        let mut page = Browser::at(PAGE);
        assert_allows!(fetch(&mut page, "PUT", API, &[(API, &[ALLOWED])]).await);
        let mut page = page.redirect(*redirect);
        let result = fetch(&mut page, "PUT", API, urls).await;
        assert_eq!(result.is_ok(), *what == "nothing", "{what}");
        let mut page = page.redirect(RedirectMode::Follow);
        let third = assert_allows!(fetch(&mut page, "PUT", API, &[(API, &[ALLOWED])]).await);
        assert_eq!(third.preflights().count(), *preflights, "{what}");
    }
}

#[tokio::test]
async fn the_error_of_a_hop_without_a_preflight_clears_its_cache() {
    const OTHER: &str = "https://api.other.test/other";
    const ALLOWED: Urls = &[(OTHER, &[(200, &[ANY, PUT])])];
    // the method, whose first hop may need a preflight; 303 makes it GET
    for (method, preflights) in [("PUT", 1), ("POST", 0)] {
        let mut page = Browser::at(PAGE);
        assert_allows!(fetch(&mut page, "PUT", OTHER, ALLOWED).await);
        let urls: Urls = const {
            &[
                (API, &[(303, &[ANY, PUT, ("location", OTHER)])]),
                (OTHER, &[(200, &[])]),
            ]
        };
        assert_blocks!(fetch(&mut page, method, API, urls).await, Step::CorsCheck);
        let again = assert_allows!(fetch(&mut page, "PUT", OTHER, ALLOWED).await);
        assert_eq!(again.preflights().count(), preflights, "{method}");
    }
}

#[tokio::test]
async fn the_preflight_cache_belongs_to_the_site_of_the_page() {
    const ALLOWED: Urls = &[
        (
            "https://cdn.example/",
            &[(307, &[ANY, PUT, ("location", API)])],
        ),
        (API, &[(200, &[ANY, PUT])]),
    ];
    // the second page, and how many preflights it has for the hop whose origin is null
    for (page, preflights) in [
        (PAGE, 0),
        ("https://www.example.com", 1),
        ("https://second.test", 2),
    ] {
        let mut first = Browser::at(PAGE);
        let fetched =
            assert_allows!(fetch(&mut first, "PUT", "https://cdn.example/", ALLOWED).await);
        assert_eq!(fetched.preflights().count(), 2);
        let mut second = first.visit(page);
        let fetched =
            assert_allows!(fetch(&mut second, "PUT", "https://cdn.example/", ALLOWED).await);
        assert_eq!(fetched.preflights().count(), preflights, "{page}");
    }
}

#[tokio::test]
async fn a_later_preflight_changes_the_age_of_all_that_matches() {
    const NAMED: (&str, &str) = ("access-control-allow-origin", PAGE);
    const TRUE: (&str, &str) = ("access-control-allow-credentials", "true");
    const ANY_METHOD: (&str, &str) = ("access-control-allow-methods", "*");
    const HEADERS: (&str, &str) = ("access-control-allow-headers", "x-a");
    const AGE: (&str, &str) = ("access-control-max-age", "600");
    const NO_AGE: (&str, &str) = ("access-control-max-age", "0");
    // what the first preflight allows, and its credentials mode; the second one is without credentials, and ends it
    let rows: &[(&str, Urls, CredentialsMode)] = &[
        (
            "by name",
            &[(API, &[(200, &[NAMED, PUT, AGE])])],
            CredentialsMode::Omit,
        ),
        (
            "any method",
            &[(API, &[(200, &[NAMED, ANY_METHOD, AGE])])],
            CredentialsMode::Omit,
        ),
        (
            "with credentials",
            &[(API, &[(200, &[NAMED, TRUE, PUT, AGE])])],
            CredentialsMode::Include,
        ),
    ];
    for (name, urls, credentials) in rows {
        let mut page = Browser::at(PAGE).credentials(*credentials);
        assert_allows!(fetch(&mut page, "PUT", API, urls).await);
        let mut page = page.credentials(CredentialsMode::Omit);
        let mut app = server(&[(API, &[(200, &[NAMED, PUT, HEADERS, NO_AGE])])]);
        let mut other = request("PUT", API);
        other
            .headers_mut()
            .insert("x-a", HeaderValue::from_static("1"));
        assert_allows!(page.fetch(&mut app, other).await);
        let mut page = page.credentials(*credentials);
        let fetched = assert_allows!(fetch(&mut page, "PUT", API, urls).await);
        assert_eq!(fetched.preflights().count(), 1, "{name}");
        page.advance(Duration::from_secs(599));
        let fetched = assert_allows!(fetch(&mut page, "PUT", API, urls).await);
        assert_eq!(fetched.preflights().count(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_misdirected_request_is_sent_once_more() {
    const OK: (u16, Lines) = (200, &[ANY, PUT]);
    const MISDIRECTED: (u16, Lines) = (421, &[ANY, PUT]);
    // the method, the responses, the status that the page sees, and how many requests were sent
    let rows: &[(&str, Urls, u16, usize)] = &[
        ("GET", &[(API, &[OK])], 200, 1),
        ("GET", &[(API, &[MISDIRECTED, OK])], 200, 2),
        ("GET", &[(API, &[MISDIRECTED, MISDIRECTED, OK])], 421, 2),
    ];
    for (method, urls, status, count) in rows {
        let mut page = Browser::at(PAGE);
        let fetched = assert_allows!(fetch(&mut page, method, API, urls).await);
        assert_eq!(fetched.status().unwrap(), *status);
        assert_eq!(fetched.exchanges().len(), *count);
    }
    // A preflight too.
    let mut page = Browser::at(PAGE);
    let blocked = assert_blocks!(fetch(&mut page, "PUT", API, &[(API, &[MISDIRECTED])]).await);
    assert!(matches!(blocked.cause(), Cause::PreflightStatus { .. }));
    assert_eq!(blocked.exchanges().len(), 2);
}

/// A browser with storage access, where third-party cookies are blocked.
fn granted(mode: RequestMode) -> Browser {
    Browser::at(PAGE)
        .mode(mode)
        .credentials(CredentialsMode::Include)
        .third_party_cookies(ThirdPartyCookies::Blocked)
        .with_storage_access()
}

const NAMED: (&str, &str) = ("access-control-allow-origin", PAGE);
const TRUE: (&str, &str) = ("access-control-allow-credentials", "true");

#[tokio::test]
async fn the_cors_check_comes_before_a_retry() {
    const RETRY: (&str, &str) = ("activate-storage-access", "retry; allowed-origin=*");
    const CORP: (&str, &str) = ("cross-origin-resource-policy", "same-origin");
    let urls: Urls = const { &[(API, &[(200, &[RETRY]), (200, &[NAMED, TRUE])])] };
    let mut page = granted(RequestMode::Cors);
    let blocked = assert_blocks!(fetch(&mut page, "GET", API, urls).await, Step::CorsCheck);
    assert_eq!(blocked.exchanges().len(), 1);

    let urls: Urls = const { &[(API, &[(200, &[RETRY, NAMED, TRUE])])] };
    let fetched = assert_allows!(fetch(&mut page, "GET", API, urls).await);
    let [first, second] = fetched.exchanges() else {
        panic!("{fetched}");
    };
    // The retry is a reload.
    let told = |name| (sent(first, name), sent(second, name));
    assert_eq!(
        told("sec-fetch-storage-access"),
        (Some("inactive"), Some("active"))
    );
    assert_eq!(told("cache-control"), (None, Some("no-cache")));
    assert_eq!(told("pragma"), (None, Some("no-cache")));
    assert_eq!(told("origin"), (Some(PAGE), Some(PAGE)));

    // It counts as a redirect.
    assert_eq!(fetched.redirects(), 1);
    // Without CORS, the resource policy of the first response counts too.
    let urls: Urls = const { &[(API, &[(200, &[RETRY, CORP]), (200, &[])])] };
    let mut page = granted(RequestMode::NoCors);
    assert_blocks!(
        fetch(&mut page, "GET", API, urls).await,
        Step::ResourcePolicy
    );
}

#[tokio::test]
async fn a_retry_is_one_structured_item() {
    // Activate-Storage-Access, and whether the browser sends the request again
    let rows: &[(&[&str], bool)] = &[
        (&["retry; allowed-origin=\"https://app.example.com\""], true),
        (&["retry;allowed-origin=*"], true),
        (&["  retry;  allowed-origin=*  "], true),
        (
            &["retry;a;b=1;c=?0;d=:YQ==:;e=1.5;f=@12;g=%\"a\";allowed-origin=*"],
            true,
        ),
        (
            &["retry;allowed-origin=\"https://x.example\";allowed-origin=*"],
            true,
        ),
        (
            &["retry;allowed-origin=*;allowed-origin=\"https://x.example\""],
            false,
        ),
        (
            &["retry;allowed-origin=\"https:\\/\\/app.example.com\""],
            false,
        ),
        (&["retry;allowed-origin=https://app.example.com"], false),
        (&["retry;allowed-origin=1"], false),
        (&["retry;allowed-origin"], false),
        (&["retry;allowed-origin=*, retry"], false),
        (&["retry;allowed-origin=*;"], false),
        (&["retry ;allowed-origin=*"], false),
        (&["retry;Allowed-origin=*;allowed-origin=*"], false),
        (&["retry;a=;allowed-origin=*"], false),
        (&["retry;a=1.;allowed-origin=*"], false),
        (&["retry;a=1234567890123456;allowed-origin=*"], false),
        (&["retry;a=?2;allowed-origin=*"], false),
        (&["retry;a=:YQ==;allowed-origin=*"], false),
        (&["retry;a=\"b;allowed-origin=*"], false),
        (&["\"retry\";allowed-origin=*"], false),
        (&["retry"], false),
        (&["load"], false),
        (&[""], false),
        (&["retry;allowed-origin=*", "retry;allowed-origin=*"], false),
    ];
    for (lines, is_repeated) in rows {
        let mut app = tower::service_fn(|_: Request<Full<Bytes>>| {
            let mut headers = HeaderMap::new();
            for line in *lines {
                headers.append("activate-storage-access", line.parse().unwrap());
            }
            let mut response = Response::new(Full::<Bytes>::default());
            *response.headers_mut() = headers;
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let mut page = granted(RequestMode::NoCors);
        let fetched = assert_allows!(page.fetch(&mut app, request("GET", API)).await);
        let count = if *is_repeated { 2 } else { 1 };
        assert_eq!(fetched.exchanges().len(), count, "{lines:?}");
    }
}

#[tokio::test]
async fn a_location_is_a_url_as_browsers_read_it() {
    for (location, url) in [
        ("///host.test/x", "https://host.test/x"),
        ("/\\host.test/x", "https://host.test/x"),
        ("/\t/\\/host.test/x", "https://host.test/x"),
        ("https:///host.test/x", "https://host.test/x"),
        ("x///y", "https://api.other.test/x///y"),
        ("https:/x", "https://api.other.test/x"),
        ("https:host.test/x", "https://api.other.test/host.test/x"),
        ("http://a..test/x", "http://a..test/x"),
        ("https://a_b.test/x", "https://a_b.test/x"),
    ] {
        let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
            let mut response = Response::new(Full::<Bytes>::default());
            if request.uri() == API {
                *response.status_mut() = http::StatusCode::FOUND;
                let location = HeaderValue::from_str(location).unwrap();
                response.headers_mut().insert("location", location);
            }
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let mut page = Browser::at(PAGE).mode(RequestMode::Navigate);
        let fetched = assert_allows!(page.fetch(&mut app, request("GET", API)).await);
        assert_eq!(fetched.url(), url, "{location}");
    }
}

#[tokio::test]
async fn the_browser_adds_headers_to_requests_for_a_part_or_with_a_condition() {
    // what the page sets, and what the browser sends
    let rows: &[(&str, &str, &[(&str, Option<&str>)])] = &[
        (
            "range",
            "bytes=0-4",
            &[("accept-encoding", Some("identity")), ("pragma", None)],
        ),
        (
            "if-none-match",
            "\"1\"",
            &[
                ("pragma", Some("no-cache")),
                ("cache-control", Some("no-cache")),
            ],
        ),
        ("if-match", "\"1\"", &[("pragma", Some("no-cache"))]),
        (
            "if-range",
            "\"1\"",
            &[("pragma", Some("no-cache")), ("accept-encoding", None)],
        ),
        ("if-modified-since", "x", &[("pragma", Some("no-cache"))]),
        ("if-unmodified-since", "x", &[("pragma", Some("no-cache"))]),
        (
            "cache-control",
            "max-age=1",
            &[("pragma", None), ("cache-control", Some("max-age=1"))],
        ),
    ];
    for (name, value, expected) in rows {
        let mut app = server(&[]);
        let mut request = request("GET", "https://app.example.com/");
        request
            .headers_mut()
            .insert(*name, HeaderValue::from_static(value));
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut app, request).await);
        for (header, value) in *expected {
            assert_eq!(
                sent(&fetched.exchanges()[0], header),
                *value,
                "{name}: {header}"
            );
        }
    }
}

#[tokio::test]
async fn a_method_in_quotes_is_not_a_forbidden_one() {
    for (value, is_ignored) in [
        ("GET, TRACE, PUT", true),
        ("\"GET, TRACE, PUT\"", false),
        ("\"a\\\", TRACE", false),
        ("\"a\", trace", true),
    ] {
        let mut app = server(&[]);
        let mut request = request("GET", "https://app.example.com/");
        let value = HeaderValue::from_static(value);
        request
            .headers_mut()
            .insert("x-http-method-override", value.clone());
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut app, request).await);
        assert_eq!(
            !fetched.ignored_request_headers().is_empty(),
            is_ignored,
            "{value:?}"
        );
    }
}

#[tokio::test]
async fn lines_without_cors_count_together() {
    let long = "a".repeat(63);
    let longer = "a".repeat(64);
    // the lines that a page without CORS sets, and how many are sent
    let rows: &[(&str, &[&str], usize)] = &[
        ("content-type", &["text/plain"], 1),
        ("content-type", &["text/plain", "text/plain"], 1),
        ("content-type", &["image/png", "text/plain"], 1),
        ("accept-language", &[&long, &long], 2),
        ("accept-language", &[&long, &longer], 1),
        ("accept", &["text/html", "text/css"], 2),
    ];
    for (name, lines, count) in rows {
        let mut app = server(&[]);
        let mut request = request("POST", API);
        for line in *lines {
            request.headers_mut().append(*name, line.parse().unwrap());
        }
        let mut page = Browser::at(PAGE).mode(RequestMode::NoCors);
        let fetched = assert_allows!(page.fetch(&mut app, request).await);
        let sent = fetched.exchanges()[0].request_headers();
        assert_eq!(sent.get_all(*name).iter().count(), *count, "{lines:?}");
    }
}
