//! Fetches that fail because of the page, or before the CORS check.

use super::*;

#[tokio::test]
async fn mistakes_of_the_page_never_reach_the_server() {
    let at = Browser::at;
    let rows: &[(&str, Browser, &str, &str, &str, Step)] = &[
        (
            "page with a slash",
            at("https://app.example.com/"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "page without a scheme",
            at("app.example.com"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "page with a line break",
            at("https://a\r\nx: y"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "relative URL of a null page",
            at("null"),
            "GET",
            "/items",
            "",
            Step::Request,
        ),
        (
            "another scheme",
            at(PAGE),
            "GET",
            "ftp://api.example.com/",
            "",
            Step::Request,
        ),
        (
            "user and password",
            at(PAGE),
            "GET",
            "https://a:b@api.example.com/",
            "",
            Step::Request,
        ),
        (
            "no scheme",
            at(PAGE),
            "GET",
            "api.example.com",
            "",
            Step::Request,
        ),
        ("CONNECT", at(PAGE), "CONNECT", API, "", Step::Request),
        ("trace", at(PAGE), "trace", API, "", Step::Request),
        ("GET with a body", at(PAGE), "GET", API, "a", Step::Request),
        (
            "cookies with a line break",
            at(PAGE).with_cookies("a\nb"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "no-cors PUT",
            at(PAGE).mode(RequestMode::NoCors),
            "PUT",
            API,
            "",
            Step::Request,
        ),
        (
            "no-cors and manual",
            at(PAGE)
                .mode(RequestMode::NoCors)
                .redirect(RedirectMode::Manual),
            "GET",
            API,
            "",
            Step::MainFetch,
        ),
        (
            "same-origin",
            at(PAGE).mode(RequestMode::SameOrigin),
            "GET",
            API,
            "",
            Step::MainFetch,
        ),
        (
            "mixed content",
            at(PAGE),
            "GET",
            "http://api.example.com/",
            "",
            Step::MainFetch,
        ),
        (
            "bad port",
            at(PAGE),
            "GET",
            "https://api.example.com:6666/",
            "",
            Step::MainFetch,
        ),
    ];
    for (name, page, method, url, body, step) in rows {
        let mut app = Router::new().fallback(|| async { "reached" });
        let request = Request::builder().method(*method).uri(*url);
        let request = request.body(Body::from(*body)).unwrap();
        let blocked = assert_blocks!(page.clone().fetch(&mut app, request).await);
        assert_eq!(blocked.step(), *step, "{name}: {blocked}");
        assert_message_is_complete(&blocked);
        assert!(blocked.exchanges().is_empty(), "{name}");
        assert!(
            blocked.to_string().contains("nothing went over the wire"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn loopback_servers_are_not_mixed_content() {
    let cors = CorsLayer::builder().allow_any_origin().build().unwrap();
    let mut app = Router::new().route("/", get(|| async {})).layer(cors);
    for url in [
        "http://localhost:3000/",
        "http://127.0.0.1/",
        "http://[::1]:8080/",
    ] {
        let request = Request::get(url).body(Body::empty()).unwrap();
        assert_allows!(Browser::at(PAGE).fetch(&mut app, request).await);
    }
}

#[tokio::test]
async fn redirects_that_cannot_be_followed_are_blocked() {
    let long = format!("/{}", "a".repeat(1 << 16));
    let long: Lines = Box::leak(Box::new([("location", &*long.leak())]));
    let rows: &[(&str, Lines, &str)] = &[
        ("longer than a request may be", long, "Redirect"),
        ("no URL", &[("location", "https://")], "Redirect"),
        (
            "another scheme",
            &[("location", "ftp://b.example/")],
            "Redirect",
        ),
        ("data", &[("location", "data:text/plain,x")], "Redirect"),
        (
            "user and password",
            &[("location", "https://a:b@b.example/")],
            "Redirect",
        ),
        (
            "two locations",
            &[("location", "/a"), ("location", "/a")],
            "Redirect",
        ),
        (
            "a port with letters",
            &[("location", "https://b.example:x/")],
            "Redirect",
        ),
        (
            "a port too high",
            &[("location", "https://b.example:65536/")],
            "Redirect",
        ),
        ("to http", &[("location", "http://b.example/")], "MainFetch"),
        ("in a circle", &[("location", "/items")], "Redirect"),
    ];
    for (name, location, step) in rows {
        let mut headers = OPEN.to_vec();
        headers.extend_from_slice(location);
        let blocked = meet(
            Browser::at(PAGE),
            "GET",
            &[],
            (204, &[]),
            (302, Box::leak(headers.into_boxed_slice())),
        )
        .await;
        assert_eq!(format!("{:?}", blocked.step()), *step, "{name}");
    }
}

#[tokio::test]
async fn a_redirect_without_cors_headers_fails_before_it_is_followed() {
    let location: Lines = &[("location", "/items")];
    let blocked = meet(Browser::at(PAGE), "GET", &[], (204, &[]), (302, location)).await;
    assert_eq!(blocked.step(), Step::CorsCheck);
    assert_eq!(blocked.exchanges().len(), 1);
}

/// Chromium asks the visitor; the others block it.
#[tokio::test]
async fn an_https_page_and_http_on_the_local_network() {
    let mut app = Router::new().route("/items", get(|| async { "[]" }));
    for (url, names_it) in [
        ("http://192.168.1.5/items", true),
        ("http://93.184.215.14/items", false),
    ] {
        let request = Request::get(url).body(Body::empty()).unwrap();
        let blocked = assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
        assert_eq!(*blocked.cause(), Cause::MixedContent, "{url}");
        let names = blocked.fix_in_general().contains("Local Network Access");
        assert_eq!(names, names_it, "{url}: {blocked}");
    }
}
