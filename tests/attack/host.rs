//! Requests with a host that servers may read in two ways.

use http::StatusCode;
use tower_cors::CorsLayer;

use crate::{APP, allowed, answer, get, open, strict};

const API: &str = "https://api.example.com";

/// Without `Sec-Fetch-Site`, the host says whether a request comes from the server's own pages.
#[tokio::test]
async fn a_rejecting_layer_serves_its_own_pages_and_no_others() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example.com"])
        .reject_disallowed_origins()
        .build()
        .unwrap();
    let own = |name, host, origin| (name, "/", vec![("host", host), ("origin", origin)], true);
    let other = |name, host, origin| (name, "/", vec![("host", host), ("origin", origin)], false);
    for (name, uri, headers, is_served) in [
        own("the same host", "api.example.com", API),
        // The server doesn't know the browser's scheme: a proxy may have ended TLS.
        own(
            "the other scheme",
            "api.example.com",
            "http://api.example.com",
        ),
        own(
            "the same port",
            "api.example.com:8443",
            "https://api.example.com:8443",
        ),
        own("the default port, written", "api.example.com:443", API),
        own("upper case", "API.Example.COM", API),
        own("an IPv6 address", "[::1]:3000", "http://[::1]:3000"),
        other("another port", "api.example.com:8443", API),
        other(
            "a port that the host lacks",
            "api.example.com",
            "https://api.example.com:8443",
        ),
        other("the other scheme's default port", "api.example.com:80", API),
        other("another IPv6 address", "[::1]:3000", "http://[::2]:3000"),
        other(
            "an IPv6 address as no browser writes it",
            "[0:0::1]:3000",
            "http://[::1]:3000",
        ),
        other("a longer host", "api.example.com.evil.example", API),
        other(
            "a longer origin",
            "api.example.com",
            "https://api.example.com.evil.example",
        ),
        other("a shorter origin", "api.example.com", "https://example.com"),
        other("a user before the host", "x@api.example.com", API),
        other("a list", "api.example.com, evil.example", API),
        other("an encoded host", "api%2eexample.com", API),
        other("an empty host", "", API),
        other("no letters", "\u{e4}pi.example.com", API),
        other("a null host", "null", "null"),
        ("no host", "/", vec![("origin", API)], false),
        (
            "the authority of HTTP/2",
            "https://api.example.com/",
            vec![("origin", API)],
            true,
        ),
        (
            "an authority and the same host",
            "https://api.example.com/",
            vec![("host", "api.example.com"), ("origin", API)],
            true,
        ),
        (
            "an authority and another host, from the authority",
            "https://api.example.com/",
            vec![("host", "evil.example"), ("origin", API)],
            false,
        ),
        (
            "an authority and another host, from the host",
            "https://api.example.com/",
            vec![("host", "evil.example"), ("origin", "https://evil.example")],
            false,
        ),
        (
            "two hosts, the same",
            "/",
            vec![
                ("host", "api.example.com"),
                ("host", "api.example.com"),
                ("origin", API),
            ],
            false,
        ),
        (
            "two hosts",
            "/",
            vec![
                ("host", "evil.example"),
                ("host", "api.example.com"),
                ("origin", API),
            ],
            false,
        ),
        (
            "a forwarded host",
            "/",
            vec![
                ("host", "inner"),
                ("x-forwarded-host", "api.example.com"),
                ("forwarded", "host=api.example.com"),
                ("origin", API),
            ],
            false,
        ),
        (
            "the browser says otherwise",
            "/",
            vec![
                ("host", "api.example.com"),
                ("sec-fetch-site", "cross-site"),
                ("origin", API),
            ],
            false,
        ),
        (
            "the browser says it twice",
            "/",
            vec![
                ("host", "api.example.com"),
                ("sec-fetch-site", "same-origin"),
                ("sec-fetch-site", "same-origin"),
                ("origin", API),
            ],
            false,
        ),
    ] {
        let (status, headers) = answer(&cors, get(uri, &headers)).await;
        let expected = if is_served {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(status, expected, "{name}");
        assert_eq!(allowed(&headers), None, "{name}");
    }
}

/// A backend that reads the host differently must not serve the strict host under the open policy.
#[tokio::test]
async fn a_host_that_can_be_read_in_two_ways_allows_nobody() {
    let cors = CorsLayer::choose()
        .host("admin.example.com", strict())
        .otherwise(open())
        .unwrap();
    for (name, uri, hosts, expected) in [
        ("another host", "/", &["www.example.com"][..], Some("*")),
        ("the host", "/", &["admin.example.com"], None),
        (
            "two lines",
            "/",
            &["www.example.com", "admin.example.com"],
            None,
        ),
        (
            "an absolute target",
            "http://admin.example.com/",
            &["www.example.com"],
            None,
        ),
        (
            "another absolute target",
            "http://www.example.com/",
            &["admin.example.com"],
            None,
        ),
        ("a user", "/", &["x@admin.example.com"], None),
        (
            "a port that is no number",
            "/",
            &["admin.example.com:x"],
            None,
        ),
        ("an encoded dot", "/", &["admin%2eexample.com"], None),
        ("a list", "/", &["www.example.com, admin.example.com"], None),
        ("a slash", "/", &["admin.example.com/"], None),
        ("a backslash", "/", &["admin.example.com\\"], None),
        ("two final dots", "/", &["admin.example.com.."], None),
        ("a blank", "/", &["admin.example.com x"], None),
        ("a name in brackets", "/", &["[admin.example.com]"], None),
        ("more behind an address", "/", &["[::1]x"], None),
        ("an open bracket", "/", &["[admin.example.com"], None),
    ] {
        let mut headers = vec![("origin", "https://evil.example")];
        headers.extend(hosts.iter().map(|host| ("host", *host)));
        let (_, answered) = answer(&cors, get(uri, &headers)).await;
        assert_eq!(allowed(&answered), expected, "{name}");

        // The layer does not read the headers in which proxies send the host.
        headers.push(("x-forwarded-host", "www.example.com"));
        headers.push(("forwarded", "host=www.example.com"));
        let (_, answered) = answer(&cors, get(uri, &headers)).await;
        assert_eq!(allowed(&answered), expected, "{name}, forwarded");
    }
}

/// Servers may read another address than the text says, and browsers send only one form.
#[tokio::test]
async fn an_address_in_another_form_than_browsers_send_allows_nobody() {
    let cors = CorsLayer::choose()
        .host("127.0.0.1", strict())
        .host("[::1]", strict())
        .otherwise(open())
        .unwrap();
    for (host, expected) in [
        ("127.0.0.1", Some(APP)),
        ("127.0.0.1:8080", Some(APP)),
        ("127.0.0.1.", Some(APP)),
        ("[::1]", Some(APP)),
        ("[::1]:8080", Some(APP)),
        ("127.0.0.2", Some("*")),
        ("[::2]", Some("*")),
        ("[::abcd]", Some("*")),
        ("127.0.0.1.example.com", Some("*")),
        ("127.1", None),
        ("127.1.", None),
        ("127.0.0.01", None),
        ("0177.0.0.1", None),
        ("0x7f.0.0.1", None),
        ("2130706433", None),
        ("256.0.0.1", None),
        ("127.0.0.1.1", None),
        ("example.1", None),
        ("[0:0::1]", None),
        ("[::0001]", None),
        ("[::0.0.0.1]", None),
        ("[::ABCD]", None),
        ("[]", None),
        ("[::1", None),
        ("[::1].", None),
    ] {
        let (_, headers) = answer(&cors, get("/", &[("host", host), ("origin", APP)])).await;
        assert_eq!(allowed(&headers), expected, "{host}");
    }
}
