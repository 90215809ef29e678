//! The diagnosis header says what `explain` says, and changes nothing else.

use http::HeaderMap;
use tower_cors::CorsLayer;

use crate::everything::{METHODS, ask, choices, policies};
use crate::support::{Answer, preflight, request, send, send_through};

const APP: &str = "https://app.example.com";
const NAME: &str = "cors-diagnosis";

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .build()
        .unwrap()
        .dangerously_expose_diagnosis()
}

fn diagnosis(answer: &Answer) -> &str {
    let mut lines = answer.headers().get_all(NAME).iter();
    let line = lines.next().unwrap().to_str().unwrap();
    assert_eq!(lines.next(), None, "one line");
    line
}

#[tokio::test]
async fn every_answer_says_what_a_browser_makes_of_it() {
    let rows = [
        (
            "no origin",
            request("GET", &[]),
            "GET without Origin: allowed: CORS does not apply without an Origin header (curl and \
             same-origin GETs send none)",
        ),
        (
            "allowed",
            request("GET", &[("origin", APP)]),
            "GET from \"https://app.example.com\": allowed: the page can read the response",
        ),
        (
            "denied",
            request("GET", &[("origin", "http://app.example.com")]),
            "GET from \"http://app.example.com\": blocked: the request reaches the server, but the browser \
             withholds the response from the page | why: the origin \"http://app.example.com\" is not allowed \
             | near: \"https://app.example.com\" is allowed, but the page is on http:// \
             | fix: if that page may call, add .allow_origins([\"http://app.example.com\"])",
        ),
        (
            "cookies",
            request("GET", &[("origin", APP), ("cookie", "a=b")]),
            "GET from \"https://app.example.com\": blocked: the request reaches the server, but the browser \
             withholds the response from the page | why: the page sent cookies, and the policy does not allow \
             credentials | fix: if that page may act as the user, add .allow_credentials(); or let the page \
             fetch with credentials: \"omit\"",
        ),
        (
            "preflight",
            preflight(APP, "PUT", ""),
            "OPTIONS from \"https://app.example.com\": allowed: the preflight succeeds, and the browser sends \
             the request itself",
        ),
        (
            "preflight that fails, though its origin is allowed",
            preflight(APP, "DELETE", ""),
            "OPTIONS from \"https://app.example.com\": blocked: the preflight fails, and the browser never \
             sends the request itself | why: the method \"DELETE\" is not allowed \
             | fix: if pages may use it, add .allow_methods([\"DELETE\"])",
        ),
        (
            "preflight that is refused",
            preflight("null", "PUT", ""),
            "OPTIONS from \"null\": blocked: the preflight fails, and the browser never sends the request \
             itself | why: the origin \"null\" is not allowed | fix: serve the page from an http or https \
             URL; or, if everybody's sandboxed and local pages may call, add .allow_null_origin()",
        ),
        (
            "two origins",
            request("GET", &[("origin", APP), ("origin", APP)]),
            "GET with several Origin lines: blocked: the request reaches the server, but the browser withholds \
             the response from the page | why: the request has more than one Origin line \
             | fix: no change to the policy helps; find the proxy or client that sends several origins, \
             because browsers send one",
        ),
    ];
    for (name, asked, expected) in rows {
        let answer = send(&policy(), asked).await;
        assert_eq!(diagnosis(&answer), expected, "{name}");
    }
}

#[tokio::test]
async fn nothing_else_changes() {
    let inner = [("vary", "accept"), ("access-control-allow-origin", "*")];
    for (name, plain) in policies() {
        let diagnosed = plain.clone().dangerously_expose_diagnosis();
        for method in METHODS {
            for choice in choices() {
                let (expected, expected_calls) =
                    send_through(&plain, ask(method, &choice), &inner).await;
                let (mut answer, calls) =
                    send_through(&diagnosed, ask(method, &choice), &inner).await;
                let case = format!("{name}, {method} {choice:?}");
                assert!(answer.headers_mut().remove(NAME).is_some(), "{case}");
                assert_eq!(answer.status(), expected.status(), "{case}");
                assert_eq!(
                    in_order(answer.headers()),
                    in_order(expected.headers()),
                    "{case}"
                );
                assert_eq!(calls, expected_calls, "{case}");
            }
        }
    }
}

/// The lines of each header in their order.
fn in_order(headers: &HeaderMap) -> Vec<(&str, Vec<&[u8]>)> {
    let mut lines: Vec<_> = headers
        .keys()
        .map(|name| {
            let values = headers.get_all(name).iter();
            (
                name.as_str(),
                values.map(http::HeaderValue::as_bytes).collect(),
            )
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn what_the_client_sent_is_escaped_and_the_line_is_cut() {
    for (name, text) in [
        ("bytes", "https://x\u{85}\t\u{e4}.example"),
        ("quotes", "https://x\" | fix: \""),
        ("very long", &"\u{e4}".repeat(8192)),
    ] {
        for asked in [
            request("GET", &[("origin", text)]),
            preflight(text, text, text),
            preflight(APP, text, ""),
            preflight(APP, "PUT", text),
        ] {
            let answer = send(&policy(), asked).await;
            let line = diagnosis(&answer);
            assert!(
                line.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
                "{name}: {line}"
            );
            assert!(!line.contains("x\" |"), "{name}: {line}");
            assert!(line.contains(" | why: "), "{name}: {line}");
            assert!(line.len() <= 1024, "{name}: {line}");
        }
    }
    let longest = format!("https://{}example", "label.".repeat(41));
    let answer = send(&policy(), request("GET", &[("origin", &longest)])).await;
    assert!(!diagnosis(&answer).ends_with(" ..."), "a real origin fits");
    let answer = send(
        &policy(),
        request("GET", &[("origin", &"\u{e4}".repeat(100))]),
    )
    .await;
    assert_eq!(diagnosis(&answer).len(), 1024);
    assert!(diagnosis(&answer).ends_with(" ..."));
}

#[tokio::test]
async fn a_line_of_1024_bytes_is_whole() {
    let mut longest = 0;
    // One byte more in a name is two bytes more in the line: among the reasons, and in the fix.
    for length in 100..=128 {
        let [x, y, z] =
            [("x", length), ("y", 100), ("z", 101)].map(|(letter, times)| letter.repeat(times));
        let asked = preflight("http://b.example", "DELETE", &[x, y, z].join(","));
        let answer = send(&policy(), asked).await;
        let line = diagnosis(&answer);
        if !line.ends_with(" ...") {
            longest = longest.max(line.len());
        }
    }
    assert_eq!(longest, 1024);
}

#[tokio::test]
async fn there_is_one_diagnosis() {
    let (answer, _) = send_through(
        &policy(),
        request("GET", &[("origin", APP)]),
        &[(NAME, "an upstream's"), (NAME, "twice")],
    )
    .await;
    assert!(diagnosis(&answer).starts_with("GET from"));
}
