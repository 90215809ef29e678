//! Failures before HTTP: each is named as what it is, and not as CORS.

use std::net::TcpListener;

use axum::Router;

use crate::server::{Certificate, Server, raw, say};
use crate::{PAGE, Said, ask, ask_with_authorities};

#[track_caller]
fn assert_not_cors(name: &str, said: &Said, words: &str) {
    assert_eq!(said.status, 2, "{name}: {said:?}");
    assert!(said.stdout.is_empty(), "{name}: {said:?}");
    assert!(
        said.stderr.starts_with("not a CORS problem: "),
        "{name}: {said:?}"
    );
    assert!(said.first_line().contains(words), "{name}: {said:?}");
    assert!(!said.row("fix").is_empty(), "{name}");
}

#[test]
fn failures_before_a_response_are_named() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let silent = raw(|_| {});
    let hanging_up = raw(|stream| {
        say(stream, "");
        let _ = stream.shutdown(std::net::Shutdown::Both);
    });
    let gibberish = raw(|stream| say(stream, "220 mail.example ESMTP\r\n"));
    let plain = Server::http(Router::new());
    for (name, url, words, failure) in [
        (
            "closed port",
            format!("http://{closed}/"),
            "no connection (",
            "connection",
        ),
        (
            "name",
            "http://no-such-name.invalid/".into(),
            "no-such-name.invalid:80: the name",
            "name",
        ),
        (
            "silent",
            format!("http://{silent}/"),
            "no response within 1s",
            "response-timed-out",
        ),
        (
            "closes",
            format!("http://{hanging_up}/"),
            "without a response",
            "no-response",
        ),
        (
            "not HTTP",
            format!("http://{gibberish}/"),
            "the answer is not HTTP",
            "not-http",
        ),
    ] {
        let said = ask(&[&url, "--from", PAGE, "--timeout", "1"]);
        assert_not_cors(name, &said, words);
        let said = ask(&[&url, "--from", PAGE, "--timeout", "1", "--json"]);
        assert_eq!(said.status, 2, "{name}: {said:?}");
        assert_eq!(said.json()["failure"], failure, "{name}: {said:?}");
    }

    let trusted = Certificate::new("localhost").file("any.pem");
    let said = ask_with_authorities(&[&plain.https_url("/"), "--from", PAGE], &trusted);
    assert_not_cors("no TLS", &said, "the TLS handshake failed");
    let said = ask(&[&plain.https_url("/"), "--from", PAGE]);
    assert_not_cors("no authorities", &said, "no list of trusted authorities");
}

#[test]
fn a_wrong_certificate_is_named() {
    let other = Certificate::new("localhost");
    let named = Certificate::new("other.localhost");
    let server = Server::https(Router::new(), &named, &[]);
    let url = server.https_url("/items");
    for (name, authorities, words) in [
        (
            "authority",
            other.file("other.pem"),
            "not signed by an authority",
        ),
        ("name", named.file("named.pem"), "for another name"),
    ] {
        let said = ask_with_authorities(&[&url, "--from", PAGE], &authorities);
        assert_not_cors(name, &said, words);
        assert!(
            said.row("console").contains("net::ERR_CERT_"),
            "{name}: {said:?}"
        );
        assert!(!said.stderr.contains("over the wire"), "{name}: {said:?}");
    }
    assert!(server.heads().is_empty());
}

#[test]
fn a_failure_after_a_redirect_shows_the_redirect() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let redirecting = raw(move |stream| {
        say(
            stream,
            &format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{closed}/\r\naccess-control-allow-origin: *\r\n\
                 content-length: 0\r\n\r\n"
            ),
        );
    });
    let said = ask(&[&format!("http://{redirecting}/"), "--from", PAGE]);
    assert_not_cors("redirect", &said, &closed.to_string());
    assert!(said.stderr.contains("  1. GET "), "{said:?}");
    assert!(!said.stderr.contains("  2. GET "), "{said:?}");
}
