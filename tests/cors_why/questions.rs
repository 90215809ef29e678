//! Questions to servers that respond.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Version, header};
use axum::response::Redirect;
use axum::routing::{any, get, put};
use tower_cors::{CorsLayer, origin};

use crate::server::{Certificate, Server, raw, say};
use crate::{PAGE, ask, ask_with_authorities};

/// Allows [`PAGE`] to PUT JSON with credentials.
fn layer() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([origin!("http://app.localhost:5173")])
        .allow_methods(["PUT"])
        .allow_headers(["content-type"])
        .allow_credentials()
        .build()
        .unwrap()
}

const PUT_JSON: [&str; 5] = [
    "--method",
    "PUT",
    "--header",
    "content-type",
    "--credentials",
];

#[test]
fn an_allowed_page_gets_the_response() {
    let router = Router::new().route("/items", put(|| async { [(header::ETAG, "1")] }));
    let server = Server::http(router.layer(layer()));
    let url = server.url("/items");
    let said = ask(&[&[&*url, "--from", PAGE], &PUT_JSON[..]].concat());
    assert_eq!(said.status, 0, "{said:?}");
    let expected = format!("allowed: the page can read the response from {url}");
    assert_eq!(said.first_line(), expected);
    assert_eq!(said.row("status"), "200 OK");
    assert!(said.row("hidden headers").starts_with("etag"), "{said:?}");
    // The layer answers the preflight, but the server saw it.
    assert!(said.stdout.contains("  1. OPTIONS "), "{said:?}");
    assert!(said.stdout.contains("  2. PUT "), "{said:?}");
}

#[test]
fn a_page_that_is_not_allowed_is_blocked() {
    let server = Server::http(
        Router::new()
            .route("/items", any(|| async {}))
            .layer(layer()),
    );
    let url = server.url("/items");
    for (name, arguments, step, lines) in [
        (
            "response",
            &["--from", "http://evil.localhost"][..],
            "CORS check",
            &["GET /items"][..],
        ),
        (
            "preflight",
            &["--from", "http://evil.localhost", "--method", "PUT"],
            "preflight",
            &["OPTIONS /items"],
        ),
        (
            "method",
            &["--from", PAGE, "--method", "DELETE"],
            "preflight",
            &["OPTIONS /items"],
        ),
    ] {
        let before = server.request_lines().len();
        let said = ask(&[&[&*url], arguments].concat());
        assert_eq!(said.status, 1, "{name}: {said:?}");
        let start = format!("blocked at the {step}: ");
        assert!(said.first_line().starts_with(&start), "{name}: {said:?}");
        for label in [
            "the server sent",
            "the page needs",
            "fix",
            "with tower-cors",
            "standard",
        ] {
            assert!(!said.row(label).is_empty(), "{name}: {label}");
        }
        assert_eq!(server.request_lines()[before..], *lines, "{name}");
    }
}

#[test]
fn a_blocked_preflight_says_what_to_answer() {
    let server = Server::http(Router::new().route("/items", get(|| async {})));
    let url = server.url("/items");
    let said = ask(&[&[&*url, "--from", PAGE], &PUT_JSON[..]].concat());
    let lines: Vec<&str> = said.stdout.lines().map(str::trim).collect();
    let start = lines
        .iter()
        .position(|line| line.starts_with("answer with"));
    assert_eq!(
        lines[start.unwrap()..][..6],
        [
            "answer with      204 No Content",
            "Access-Control-Allow-Origin: http://app.localhost:5173",
            "Access-Control-Allow-Methods: PUT",
            "Access-Control-Allow-Headers: content-type",
            "Access-Control-Allow-Credentials: true",
            "Vary: Origin",
        ]
    );
}

#[test]
fn an_error_of_a_proxy_is_blocked_and_named() {
    let bad_gateway = || async { StatusCode::BAD_GATEWAY };
    let server = Server::http(Router::new().route("/items", get(bad_gateway)));
    let said = ask(&[&server.url("/items"), "--from", PAGE]);
    assert_eq!(said.status, 1, "{said:?}");
    let sent = "502 Bad Gateway without Access-Control-Allow-Origin";
    assert_eq!(said.row("the server sent"), sent);
    assert!(
        said.row("likely")
            .starts_with("a proxy answers with this status when it can't reach the server"),
        "{said:?}"
    );
    assert!(!said.stdout.contains("with tower-cors"), "{said:?}");
}

/// Redirects from `/items` to `/login` of another server.
fn redirecting(login: &Server) -> Router {
    let to = login.url("/login");
    Router::new().route("/items", get(move || async move { Redirect::to(&to) }))
}

#[test]
fn a_redirect_to_a_login_is_followed_and_printed() {
    let login = Server::http(Router::new().route("/login", get(|| async { "who are you?" })));
    let server = Server::http(redirecting(&login).layer(layer()));
    let said = ask(&[&server.url("/items"), "--from", PAGE]);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.first_line().contains("/login"), "{said:?}");
    assert!(
        said.stdout
            .contains(&format!("  1. GET {}\n", server.url("/items"))),
        "{said:?}"
    );
    assert!(
        said.stdout
            .contains(&format!("< location: {}\n", login.url("/login"))),
        "{said:?}"
    );
    assert!(
        said.stdout
            .contains(&format!("  2. GET {}\n", login.url("/login"))),
        "{said:?}"
    );

    // A redirect without CORS headers is not followed.
    let server = Server::http(redirecting(&login));
    let said = ask(&[&server.url("/items"), "--from", PAGE]);
    assert_eq!(said.status, 1, "{said:?}");
    assert_eq!(login.request_lines(), ["GET /login"]);
    let note = format!("the response redirects to {}: ", login.url("/login"));
    assert!(said.row("note").starts_with(&note), "{said:?}");
}

#[test]
fn no_redirects_stops_before_the_other_host() {
    let login = Server::http(Router::new().route("/login", get(|| async {})));
    let server = Server::http(redirecting(&login).layer(layer()));
    let said = ask(&[&server.url("/items"), "--from", PAGE, "--no-redirects"]);
    assert_eq!(said.status, 2, "{said:?}");
    assert!(
        said.stderr.starts_with("stopped at a redirect: "),
        "{said:?}"
    );
    assert!(said.stderr.contains(&login.url("/login")), "{said:?}");
    assert_eq!(server.request_lines(), ["GET /items"]);
    assert!(login.request_lines().is_empty());
}

#[test]
fn a_dry_run_says_everything_and_sends_nothing() {
    let server = Server::http(
        Router::new()
            .route("/items", put(|| async {}))
            .layer(layer()),
    );
    let url = server.url("/items");
    let said = ask(&[&[&*url, "--from", PAGE, "--dry-run"], &PUT_JSON[..]].concat());
    assert_eq!(said.status, 0, "{said:?}");
    assert!(
        said.stdout.starts_with("dry run: nothing was sent\n"),
        "{said:?}"
    );
    assert!(server.heads().is_empty());
    let told: Vec<String> = said.stdout.lines().filter_map(told_header).collect();

    let said = ask(&[&[&*url, "--from", PAGE], &PUT_JSON[..]].concat());
    assert_eq!(said.status, 0, "{said:?}");
    let heads = server.heads();
    assert_eq!(server.request_lines(), ["OPTIONS /items", "PUT /items"]);
    // Not one header more.
    let sent: usize = heads
        .iter()
        .map(|head| head.matches("\": \"").count())
        .sum();
    assert_eq!(sent, told.len(), "{told:?}\n{heads:?}");
    for told in told {
        assert!(
            heads.iter().any(|head| head.contains(&told)),
            "{told}\n{heads:?}"
        );
    }
}

/// `  > origin: http://a.example` as the debug text of a header map has it.
fn told_header(line: &str) -> Option<String> {
    let (name, value) = line.trim().strip_prefix("> ")?.split_once(": ")?;
    Some(format!("\"{name}\": \"{value}\""))
}

#[test]
fn a_request_that_no_browser_sends_is_not_sent() {
    let server = Server::http(Router::new());
    let said = ask(&[&server.url("/items"), "--from", PAGE, "--method", "TRACE"]);
    assert_eq!(said.status, 1, "{said:?}");
    let with_password = server.url("/items").replace("//", "//user:geheim@");
    let said = ask(&[&with_password, "--from", PAGE]);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(!said.stdout.contains("geheim"), "{said:?}");
    assert!(server.heads().is_empty());
}

#[test]
fn credentials_are_sent_and_masked() {
    let everything = CorsLayer::builder()
        .allow_origins([origin!("http://app.localhost:5173")])
        .allow_headers(["authorization", "x-key"])
        .allow_credentials()
        .build()
        .unwrap();
    let server = Server::http(
        Router::new()
            .route("/items", get(|| async {}))
            .layer(everything),
    );
    let url = server.url("/items");
    let arguments = [
        &*url,
        "--from",
        PAGE,
        "--header",
        "authorization: Bearer geheim",
        "--header",
        "x-key:geheim",
        "--cookie",
        "session=geheim; SameSite=None; Secure",
        "--credentials",
    ];
    for more in [
        &[][..],
        &["--json"],
        &["--dry-run"],
        &["--json", "--dry-run"],
    ] {
        let said = ask(&[&arguments, more].concat());
        assert_eq!(said.status, 0, "{said:?}");
        assert!(
            !said.stdout.contains("geheim") && said.stderr.is_empty(),
            "{said:?}"
        );
    }
    let head = &server.heads()[1];
    for header in [
        "\"authorization\": \"Bearer geheim\"",
        "\"x-key\": \"geheim\"",
        "\"cookie\": \"session=geheim\"",
    ] {
        assert!(head.contains(header), "{head}");
    }
}

#[test]
fn nothing_is_sent_that_was_not_asked_for() {
    let server = Server::http(
        Router::new()
            .route("/items", get(|| async {}))
            .layer(layer()),
    );
    assert_eq!(
        ask(&[&server.url("/items"), "--from", PAGE, "--credentials"]).status,
        0
    );
    let head = server.heads().remove(0);
    assert!(
        !head.contains("cookie") && !head.contains("authorization"),
        "{head}"
    );
}

#[test]
fn a_body_is_not_downloaded() {
    let endless = raw(|stream| {
        say(
            stream,
            "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\n\r\n",
        );
        // Ends when the client closes the connection.
        let chunk = "x".repeat(1 << 16);
        while std::io::Write::write_all(stream, chunk.as_bytes()).is_ok() {}
    });
    let said = ask(&[&format!("http://{endless}/"), "--from", PAGE]);
    assert_eq!(said.status, 0, "{said:?}");
}

#[test]
fn text_of_a_server_is_escaped() {
    let hostile = |text: &[u8]| header::HeaderValue::from_bytes(text).unwrap();
    let items = move || async move {
        let mut headers = HeaderMap::new();
        let origin = hostile(b"http://\x9b31mevil\xe2\x80\xaeexample");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let cookie = hostile("a\u{9b}31m\u{202e}=1".as_bytes());
        headers.insert(header::SET_COOKIE, cookie);
        headers
    };
    let server = Server::http(Router::new().route("/items", get(items)));
    for more in [&[][..], &["--json"]] {
        let url = server.url("/items");
        // `ask` looks for such characters.
        let said = ask(&[&[&*url, "--from", PAGE, "--credentials"], more].concat());
        assert_eq!(said.status, 1, "{said:?}");
        assert!(said.stdout.contains("x9b31mevil"), "{said:?}");
        assert!(
            said.stdout.contains("9b31m\\u202e") || more.is_empty(),
            "{said:?}"
        );
    }
    let said = ask(&[&server.url("/items"), "--from", PAGE, "--json"]);
    assert_eq!(said.json()["cookies"][0]["name"], "a\u{9b}31m\u{202e}");
}

#[test]
fn headers_that_no_page_can_set_are_left_out() {
    let server = Server::http(
        Router::new()
            .route("/items", get(|| async {}))
            .layer(layer()),
    );
    let said = ask(&[
        &server.url("/items"),
        "--from",
        PAGE,
        "--header",
        "cookie:a=b",
    ]);
    assert_eq!(said.status, 0, "{said:?}");
    assert_eq!(said.row("left out"), "cookie: no page can set this header");
    assert!(!server.heads()[0].contains("cookie"));
}

#[test]
fn http2_and_http1_are_spoken_over_tls() {
    let certificate = Certificate::new("localhost");
    let authorities = certificate.file("versions.pem");
    for (protocols, version) in [
        (&["h2", "http/1.1"][..], Version::HTTP_2),
        (&["http/1.1"], Version::HTTP_11),
        (&[], Version::HTTP_11),
    ] {
        let items = move |request: axum::extract::Request| async move {
            assert_eq!(request.version(), version);
            "[]"
        };
        let router = Router::new().route("/items", put(items)).layer(layer());
        let server = Server::https(router, &certificate, protocols);
        let url = server.https_url("/items");
        let arguments = [&[&*url, "--from", PAGE], &PUT_JSON[..]].concat();
        let said = ask_with_authorities(&arguments, &authorities);
        assert_eq!(said.status, 0, "{protocols:?}: {said:?}");
        assert_eq!(
            server.request_lines(),
            ["OPTIONS /items", "PUT /items"],
            "{protocols:?}"
        );
    }
}

#[test]
fn json_has_the_answer_for_scripts() {
    let server = Server::http(Router::new().route("/items", get(|| async {})));
    let url = server.url("/items");
    let said = ask(&[&url, "--from", PAGE, "--json"]);
    assert_eq!(said.status, 1, "{said:?}");
    let json = said.json();
    assert_eq!(json["outcome"], "blocked");
    assert_eq!(json["step"], "CORS check");
    assert_eq!(json["cause"], "AllowOriginMissing");
    assert_eq!(
        json["needed"],
        format!("Access-Control-Allow-Origin: {PAGE}")
    );
    assert_eq!(json["exchanges"][0]["url"], url);
    assert_eq!(json["exchanges"][0]["status"], 200);
    assert_eq!(json["exchanges"][0]["preflight"], false);

    let said = ask(&[&url, "--from", &server.url(""), "--json"]);
    assert_eq!(
        (said.status, &said.json()["outcome"]),
        (0, &"allowed".into())
    );
    let said = ask(&[&url, "--from", "localhost", "--json"]);
    assert_eq!(
        (said.status, &said.json()["outcome"]),
        (2, &"not-asked".into())
    );
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("```text\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    let server = Server::http(Router::new().route("/items", get(|| async {})));
    let said = ask(&[&server.url("/items"), "--from", "http://localhost:5173"]);
    let printed = said
        .stdout
        .replace(&server.url(""), "http://localhost:3000");
    assert!(printed.starts_with(shown), "{printed}");
}
