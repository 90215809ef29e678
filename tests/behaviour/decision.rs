//! `Policy::decide`: the kind of request, and the first reason to deny it.

use tower_cors::{CorsLayer, Denial, Origin, RequestKind};

use crate::support::{preflight, request};

const APP: &str = "https://app.example.com";

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .allow_headers(["x-a", "x-b", "authorization"])
        .build()
        .unwrap()
}

#[test]
fn kinds() {
    for (name, request, kind) in [
        ("no origin", request("GET", &[]), RequestKind::NotCors),
        (
            "OPTIONS without origin",
            request("OPTIONS", &[("access-control-request-method", "PUT")]),
            RequestKind::NotCors,
        ),
        (
            "GET",
            request("GET", &[("origin", APP)]),
            RequestKind::Actual,
        ),
        (
            "plain OPTIONS",
            request("OPTIONS", &[("origin", APP)]),
            RequestKind::Actual,
        ),
        (
            "preflight",
            preflight(APP, "PUT", ""),
            RequestKind::Preflight,
        ),
        (
            "empty origin",
            request("GET", &[("origin", "")]),
            RequestKind::Actual,
        ),
    ] {
        assert_eq!(
            policy().policy().decide_request(&request).kind(),
            kind,
            "{name}"
        );
    }
}

#[test]
fn denials() {
    let many = vec![("access-control-request-headers", "x-a"); 65];
    let lines = |more: &[(&'static str, &'static str)]| {
        let mut lines = vec![("origin", APP), ("access-control-request-method", "PUT")];
        lines.extend(more);
        request("OPTIONS", &lines)
    };
    let rows = [
        ("allowed", preflight(APP, "PUT", "x-a,x-b"), None),
        ("safelisted method", preflight(APP, "HEAD", ""), None),
        (
            "in any order and case",
            preflight(APP, "PUT", "X-B,x-A"),
            None,
        ),
        (
            "blanks and empty members",
            preflight(APP, "PUT", " x-a\t, ,,x-b , "),
            None,
        ),
        ("repeated", preflight(APP, "PUT", "x-a,x-a,x-a"), None),
        (
            "several lines",
            lines(&[
                ("access-control-request-headers", "x-a"),
                ("access-control-request-headers", "x-b"),
            ]),
            None,
        ),
        ("64 lines", lines(&many[..64]), None),
        ("65 lines", lines(&many), Some("header_list_too_long")),
        (
            "method",
            preflight(APP, "DELETE", ""),
            Some("method_not_allowed"),
        ),
        (
            "method in lower case",
            preflight(APP, "put", ""),
            Some("method_not_allowed"),
        ),
        (
            "empty method",
            preflight(APP, "", ""),
            Some("method_not_allowed"),
        ),
        (
            "two methods",
            lines(&[("access-control-request-method", "PUT")]),
            Some("several_methods"),
        ),
        (
            "header",
            preflight(APP, "PUT", "x-a,x-c"),
            Some("header_not_allowed"),
        ),
        (
            "prefix of a header",
            preflight(APP, "PUT", "x"),
            Some("header_not_allowed"),
        ),
        (
            "two names in one",
            preflight(APP, "PUT", "x-a x-b"),
            Some("header_not_allowed"),
        ),
        (
            "private network",
            lines(&[("access-control-request-private-network", "true")]),
            Some("private_network_not_allowed"),
        ),
        (
            "origin before all else",
            preflight("https://evil.example", "DELETE", "x-c"),
            Some("origin_not_allowed"),
        ),
        (
            "method before header",
            preflight(APP, "DELETE", "x-c"),
            Some("method_not_allowed"),
        ),
        (
            "null",
            request("GET", &[("origin", "null")]),
            Some("null_origin"),
        ),
        (
            "two origins",
            request("GET", &[("origin", APP), ("origin", APP)]),
            Some("several_origins"),
        ),
        (
            "malformed",
            request("GET", &[("origin", "app.example.com")]),
            Some("malformed_origin"),
        ),
        (
            "an actual request's method and headers are not asked about",
            request("PATCH", &[("origin", APP), ("x-c", "1")]),
            None,
        ),
    ];
    for (name, request, code) in rows {
        let cors = policy();
        let decision = cors.policy().decide_request(&request);
        assert_eq!(
            decision.denial().map(|denial| denial.code()),
            code,
            "{name}"
        );
        assert_eq!(decision.is_allowed(), code.is_none(), "{name}");
    }
}

#[test]
fn a_list_of_8192_bytes_is_read_and_one_of_8193_is_not() {
    for (blanks, code) in [(8189, None), (8190, Some("header_list_too_long"))] {
        let request = preflight(APP, "PUT", &format!("x-a{}", " ".repeat(blanks)));
        let cors = policy();
        let denial = cors.policy().decide_request(&request).denial();
        assert_eq!(denial.map(|denial| denial.code()), code, "{blanks}");
    }
}

#[test]
fn the_lines_of_a_list_are_bounded_together() {
    for (lines, blanks, code) in [
        (2, 4093, None),
        (2, 4094, Some("header_list_too_long")),
        (64, 125, None),
        (64, 126, Some("header_list_too_long")),
        (64, 0, None),
        (65, 0, Some("header_list_too_long")),
    ] {
        let line = format!("x-a{}", " ".repeat(blanks));
        let mut request = preflight(APP, "PUT", &line);
        for _ in 1..lines {
            let name = http::header::ACCESS_CONTROL_REQUEST_HEADERS;
            request.headers_mut().append(name, line.parse().unwrap());
        }
        let cors = policy();
        let denial = cors.policy().decide_request(&request).denial();
        let seen = denial.map(|denial| denial.code());
        assert_eq!(seen, code, "{lines} lines, {blanks} blanks");
    }
}

#[test]
fn a_denial_names_the_culprit() {
    let cors = policy();
    let asked = preflight(APP, "PUT", "x-a,X-Secret,x-other");
    let denial = cors.policy().decide_request(&asked).denial();
    assert_eq!(denial, Some(Denial::HeaderNotAllowed { name: b"X-Secret" }));

    let asked = preflight(APP, "PATCH", "");
    let denial = cors.policy().decide_request(&asked).denial();
    assert_eq!(denial, Some(Denial::MethodNotAllowed { method: b"PATCH" }));

    let asked = request("GET", &[("origin", "https://app.example.com:443")]);
    let problem = Origin::parse(b"https://app.example.com:443").unwrap_err();
    assert_eq!(problem.code(), "default_port");
    let origin = b"https://app.example.com:443";
    let denial = cors.policy().decide_request(&asked).denial();
    assert_eq!(denial, Some(Denial::MalformedOrigin { origin, problem }));
}

#[test]
fn a_wildcard_of_headers_does_not_cover_authorization() {
    let any = || CorsLayer::builder().allow_any_origin().allow_any_header();
    let named = any().allow_headers(["authorization"]).build().unwrap();
    let any = any().build().unwrap();
    for (cors, headers, is_allowed) in [
        (&any, "x-whatever", true),
        (&any, "x-a,Authorization", false),
        (&any, "a b", false),
        (&named, "x-a,Authorization", true),
    ] {
        let asked = preflight(APP, "POST", headers);
        assert_eq!(
            cors.policy().decide_request(&asked).is_allowed(),
            is_allowed,
            "{headers}"
        );
    }
}

#[test]
fn text_from_the_client_is_escaped_and_cut() {
    let cors = policy();
    let long = format!("{}\tx", "y".repeat(200));
    for asked in [
        preflight(APP, "PUT", &long),
        preflight(APP, &long, ""),
        request("GET", &[("origin", &long)]),
        request("GET", &[("origin", "https://ex\u{e4}mple.com\t")]),
    ] {
        let denial = cors
            .policy()
            .decide_request(&asked)
            .denial()
            .unwrap()
            .to_string();
        assert!(denial.is_ascii() && !denial.contains('\t'), "{denial}");
        assert!(denial.len() < 400, "{denial}");
        let is_cut = denial.contains("y\" (the first 128 of 202 bytes)");
        assert_eq!(is_cut, denial.contains('y'), "{denial}");
    }
}

/// <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
#[test]
fn a_mirrored_name_is_a_token_byte_by_byte() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .mirror_request_headers()
        .build()
        .unwrap();
    for byte in (0x21..=0xff_u8).filter(|byte| *byte != 0x7f && *byte != b',') {
        let mut asked = preflight(APP, "GET", "");
        let name = http::HeaderValue::from_bytes(&[b'x', byte]).unwrap();
        asked
            .headers_mut()
            .insert("access-control-request-headers", name);
        let is_token = byte.is_ascii() && !b"\"(),/:;<=>?@[\\]{}".contains(&byte);
        let decision = cors.policy().decide_request(&asked);
        assert_eq!(decision.is_allowed(), is_token, "{}", byte.escape_ascii());
    }
}
