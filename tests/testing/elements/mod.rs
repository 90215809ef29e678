//! What other APIs and elements than `fetch()` send and get: `EventSource`, beacons, forms, images, scripts, fonts.

mod requests;

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use tower_cors::explain::PageOutcome;
use tower_cors::testing::{
    Blocked, Browser, Cause, CredentialsMode, Destination, Exchange, Fetched, RedirectMode,
    ReferrerPolicy, RequestMode, ResponseType, Step, assert_allows, assert_blocks,
};

const PAGE: &str = "https://app.example.com";
const API: &str = "https://api.other.test/";

type Lines<'a> = &'a [(&'static str, &'a str)];

/// What the server answers, preflights too.
struct Answer<'a>(u16, Lines<'a>);

async fn fetch(
    page: &mut Browser,
    request: http::request::Builder,
    body: &str,
    answer: Answer<'_>,
) -> Result<Fetched, Blocked> {
    let mut app = tower::service_fn(|_: Request<Full<Bytes>>| {
        let mut response = Response::new(Full::<Bytes>::default());
        *response.status_mut() = StatusCode::from_u16(answer.0).unwrap();
        for (name, value) in answer.1 {
            let value = HeaderValue::from_str(value).unwrap();
            response.headers_mut().append(*name, value);
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let body = Full::new(Bytes::copy_from_slice(body.as_bytes()));
    page.fetch(&mut app, request.body(body).unwrap()).await
}

fn sent<'a>(exchanges: &'a [Exchange], name: &str) -> Option<&'a str> {
    let last = exchanges.iter().rev().find(|one| !one.is_preflight())?;
    Some(last.request_headers().get(name)?.to_str().unwrap())
}

const STREAM: (&str, &str) = ("content-type", "text/event-stream");
const ANY: (&str, &str) = ("access-control-allow-origin", "*");
const NAMED: (&str, &str) = ("access-control-allow-origin", PAGE);
const TRUE: (&str, &str) = ("access-control-allow-credentials", "true");

#[tokio::test]
async fn a_destination_is_told_to_the_server() {
    use Destination as To;
    // the destination, Sec-Fetch-Dest and Accept
    let rows = [
        (To::Empty, "empty", "*/*"),
        (To::Audio, "audio", "*/*"),
        (To::Font, "font", "*/*"),
        (
            To::Image,
            "image",
            "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        ),
        (To::Json, "json", "application/json,*/*;q=0.5"),
        (To::Manifest, "manifest", "*/*"),
        (To::Script, "script", "*/*"),
        (To::Style, "style", "text/css,*/*;q=0.1"),
        (To::Track, "track", "*/*"),
        (To::Video, "video", "*/*"),
        (To::Worker, "worker", "*/*"),
    ];
    for (destination, name, accept) in rows {
        for mode in [
            RequestMode::Cors,
            RequestMode::NoCors,
            RequestMode::Navigate,
        ] {
            let mut page = Browser::at(PAGE).mode(mode).destination(destination);
            let fetched = fetch(&mut page, Request::get(API), "", Answer(200, &[ANY])).await;
            let fetched = assert_allows!(fetched);
            let exchanges = fetched.exchanges();
            let is_link = mode == RequestMode::Navigate;
            let expected = if is_link { "document" } else { name };
            assert_eq!(
                sent(exchanges, "sec-fetch-dest"),
                Some(expected),
                "{mode:?}"
            );
            assert_eq!(
                sent(exchanges, "accept") == Some(accept),
                !is_link,
                "{name}"
            );
        }
    }
    // The preflight has the same destination.
    let mut page = Browser::at(PAGE).destination(Destination::Font);
    let request = Request::get(API).header("x-a", "1");
    let blocked = assert_blocks!(fetch(&mut page, request, "", Answer(200, &[])).await);
    let preflight = blocked.exchanges()[0].request_headers();
    assert_eq!(preflight["sec-fetch-dest"], "font");
    assert_eq!(preflight["accept"], "*/*");
}

#[tokio::test]
async fn an_element_with_crossorigin_needs_permission() {
    use RequestMode::{Cors, NoCors};
    // the mode, the answer, and what the page sees
    let rows: &[(&str, RequestMode, Lines<'_>, Option<ResponseType>)] = &[
        ("<img>", NoCors, &[], Some(ResponseType::Opaque)),
        ("<img crossorigin>", Cors, &[], None),
        ("<img crossorigin>", Cors, &[ANY], Some(ResponseType::Cors)),
    ];
    for (name, mode, lines, expected) in rows {
        let mut page = Browser::at(PAGE)
            .mode(*mode)
            .destination(Destination::Image);
        let result = fetch(&mut page, Request::get(API), "", Answer(200, lines)).await;
        let found = result.as_ref().ok().map(Fetched::response_type);
        assert_eq!(found, *expected, "{name}");
    }
}

/// Without `crossorigin`, an element sends no `Origin`: a policy that lists origins can't allow its timing. The report
/// says so.
#[tokio::test]
async fn the_timing_of_an_element_needs_crossorigin() {
    let page = || Browser::at(PAGE).destination(Destination::Image);
    let timing = ("timing-allow-origin", "*");
    for (name, mode, lines, is_told) in [
        ("<img>", RequestMode::NoCors, &[][..], true),
        (
            "<img>, allowed for all",
            RequestMode::NoCors,
            &[timing],
            false,
        ),
        ("<img crossorigin>", RequestMode::Cors, &[ANY], false),
    ] {
        let mut page = page().mode(mode);
        let fetched = fetch(&mut page, Request::get(API), "", Answer(200, lines)).await;
        let told = fetched.unwrap().to_string();
        let says = told.contains("timing      hidden") && told.contains("crossorigin");
        assert_eq!(says, is_told, "{name}: {told}");
    }
}

#[tokio::test]
async fn scripts_and_styles_need_their_mime_type() {
    use Destination::{Empty, Image, Script, Style, Worker};
    const NOSNIFF: (&str, &str) = ("x-content-type-options", "NoSniff, x");
    const OTHER: (&str, &str) = ("x-content-type-options", "x, nosniff");
    let kind = |text: &'static str| ("content-type", text);
    // the destination, the response, and whether it is blocked
    let rows: &[(Destination, &[(&'static str, &str)], bool)] = &[
        (Script, &[], false),
        (Script, &[kind("text/html")], false),
        (Script, &[kind("image/png")], true),
        (Script, &[kind("AUDIO/ogg")], true),
        (Script, &[kind("video/mp4")], true),
        (Script, &[kind("text/csv; a=b")], true),
        (Script, &[kind("text/csv"), kind("text/html")], false),
        (Script, &[kind("text/csv"), kind("*/*")], true),
        (Script, &[kind("text/csv"), kind("nonsense")], true),
        (Script, &[NOSNIFF], true),
        (Script, &[NOSNIFF, kind("text/html")], true),
        (
            Script,
            &[NOSNIFF, kind("Text/JavaScript; charset=utf-8")],
            false,
        ),
        (Script, &[NOSNIFF, kind("application/x-javascript")], false),
        (Script, &[NOSNIFF, kind("application/json")], true),
        (Script, &[OTHER, kind("text/html")], false),
        (Worker, &[NOSNIFF, kind("text/plain")], true),
        (Style, &[kind("text/html")], false),
        (Style, &[kind("image/png")], false),
        (Style, &[NOSNIFF, kind("text/html")], true),
        (Style, &[NOSNIFF], true),
        (Style, &[NOSNIFF, kind("text/css")], false),
        (Image, &[NOSNIFF, kind("text/html")], false),
        (Empty, &[NOSNIFF, kind("image/png")], false),
    ];
    for (destination, lines, is_blocked) in rows {
        for mode in [RequestMode::NoCors, RequestMode::Cors] {
            let mut page = Browser::at(PAGE).mode(mode).destination(*destination);
            let lines: Vec<_> = lines.iter().copied().chain([ANY]).collect();
            let result = fetch(&mut page, Request::get(API), "", Answer(200, &lines)).await;
            let step = result.as_ref().err().map(Blocked::step);
            assert_eq!(
                step,
                is_blocked.then_some(Step::MimeType),
                "{destination:?} {lines:?}"
            );
        }
    }
}

#[tokio::test]
async fn images_of_https_pages_are_loaded_over_https() {
    use Destination::{Audio, Empty, Image, Script, Video};
    // the page, the destination, the URL, and where the response comes from; `None` is mixed content
    let rows: &[(&str, Destination, &str, Option<&str>)] = &[
        (PAGE, Image, "http://cdn.test/a", Some("https://cdn.test/a")),
        (PAGE, Audio, "http://cdn.test/a", Some("https://cdn.test/a")),
        (
            PAGE,
            Video,
            "http://cdn.test:80/a",
            Some("https://cdn.test/a"),
        ),
        (
            PAGE,
            Image,
            "http://cdn.test:8080/a",
            Some("https://cdn.test:8080/a"),
        ),
        (PAGE, Image, "http://8.8.8.8/a", None),
        (
            PAGE,
            Image,
            "http://127.0.0.1/a",
            Some("http://127.0.0.1/a"),
        ),
        (PAGE, Script, "http://cdn.test/a", None),
        (PAGE, Empty, "http://cdn.test/a", None),
        (
            "http://app.example.com",
            Image,
            "http://cdn.test/a",
            Some("http://cdn.test/a"),
        ),
    ];
    for (origin, destination, url, expected) in rows {
        let mut page = Browser::at(*origin)
            .mode(RequestMode::NoCors)
            .destination(*destination);
        let result = fetch(&mut page, Request::get(*url), "", Answer(200, &[])).await;
        let found = result.as_ref().ok().map(Fetched::url);
        assert_eq!(found, *expected, "{origin} {destination:?} {url}");
        if let Err(blocked) = &result {
            assert_eq!(*blocked.cause(), Cause::MixedContent);
        }
    }
}

#[tokio::test]
async fn a_referrer_policy_hides_the_origin_of_what_is_not_cors() {
    use ReferrerPolicy as Policy;
    const OWN: &str = "https://app.example.com/";
    const INSECURE: &str = "http://api.other.test/";
    // the policy, and whether the origin is null: to the own server, to another, to another over http
    let rows = [
        (Policy::NoReferrer, [true, true, true]),
        (Policy::NoReferrerWhenDowngrade, [false, false, true]),
        (Policy::SameOrigin, [false, true, true]),
        (Policy::Origin, [false, false, false]),
        (Policy::StrictOrigin, [false, false, true]),
        (Policy::OriginWhenCrossOrigin, [false, false, false]),
        (Policy::StrictOriginWhenCrossOrigin, [false, false, true]),
        (Policy::UnsafeUrl, [false, false, false]),
    ];
    for (policy, expected) in rows {
        for (url, is_null) in [OWN, API, INSECURE].into_iter().zip(expected) {
            // A fetch without CORS of an https page doesn't reach http.
            let modes = if url == INSECURE {
                &[RequestMode::Navigate][..]
            } else {
                &[RequestMode::Navigate, RequestMode::NoCors]
            };
            for mode in modes {
                let mut page = Browser::at(PAGE).mode(*mode).referrer_policy(policy);
                let result = fetch(&mut page, Request::post(url), "", Answer(200, &[])).await;
                let fetched = assert_allows!(result);
                let origin = if is_null { "null" } else { PAGE };
                let found = sent(fetched.exchanges(), "origin");
                assert_eq!(found, Some(origin), "{policy:?} {mode:?} {url}");
            }
        }
        // With CORS, and for a WebSocket, the policy doesn't matter.
        let mut page = Browser::at(PAGE).referrer_policy(policy);
        for url in [OWN, API] {
            let result = fetch(&mut page, Request::post(url), "", Answer(200, &[ANY])).await;
            let fetched = assert_allows!(result);
            assert_eq!(
                sent(fetched.exchanges(), "origin"),
                Some(PAGE),
                "{policy:?} {url}"
            );
        }
        let mut page = page.mode(RequestMode::WebSocket);
        let blocked = fetch(&mut page, Request::get(API), "", Answer(200, &[]))
            .await
            .unwrap_err();
        assert_eq!(
            sent(blocked.exchanges(), "origin"),
            Some(PAGE),
            "{policy:?}"
        );
        let mut page = page.mode(RequestMode::SameOrigin);
        let fetched =
            assert_allows!(fetch(&mut page, Request::post(OWN), "", Answer(200, &[])).await);
        let is_null = policy == Policy::NoReferrer;
        assert_eq!(sent(fetched.exchanges(), "origin") == Some("null"), is_null);
    }
}

#[tokio::test]
async fn a_redirect_changes_the_referrer_policy() {
    // Referrer-Policy of the redirect, and whether the next request's origin is null
    for (header, is_null) in [
        ("no-referrer", true),
        ("origin, NO-REFERRER, bogus", true),
        ("no-referrer, origin", false),
        ("bogus", false),
        ("no-referrer, a b", false),
    ] {
        let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
            let mut response = Response::new(Full::<Bytes>::default());
            if request.uri().path() == "/first" {
                *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
                let headers = response.headers_mut();
                headers.insert("location", HeaderValue::from_static("/second"));
                headers.insert("referrer-policy", HeaderValue::from_static(header));
            }
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let mut page = Browser::at(PAGE).mode(RequestMode::Navigate);
        let request = Request::post("/first").body(Full::default()).unwrap();
        let fetched = assert_allows!(page.fetch(&mut app, request).await);
        let origin = if is_null { "null" } else { PAGE };
        assert_eq!(
            sent(fetched.exchanges(), "origin"),
            Some(origin),
            "{header}"
        );
    }
}
