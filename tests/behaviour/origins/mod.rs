//! Which texts are origin patterns, which are origins, and which pattern allows which origin.

mod allowed;
mod refused;

use tower_cors::error::OriginProblem;
use tower_cors::{CorsLayer, Origin, OriginPattern};

use crate::support::request;

const LABEL_63: &str = "a23456789012345678901234567890123456789012345678901234567890123";

/// A host of `len` bytes, in labels of 63.
fn host_of(len: usize) -> String {
    let mut host = format!("{LABEL_63}.").repeat(4);
    host.truncate(len);
    assert_eq!(host.len(), len);
    assert!(!host.ends_with('.'));
    host
}

#[test]
fn patterns_that_are_read() {
    let longest = format!("https://{}", host_of(253));
    let longest_pattern = format!("https://*.{}", host_of(251));
    let longest_scheme = format!("{}://a", "s".repeat(64));
    for (text, scheme, host, subdomains, any_port) in [
        ("https://example.com", "https", "example.com", false, false),
        (
            "https://example.com:8443",
            "https",
            "example.com",
            false,
            false,
        ),
        (
            "http://example.com:443",
            "http",
            "example.com",
            false,
            false,
        ),
        (
            "https://example.com:80",
            "https",
            "example.com",
            false,
            false,
        ),
        (
            "https://example.com:1",
            "https",
            "example.com",
            false,
            false,
        ),
        (
            "https://example.com:65535",
            "https",
            "example.com",
            false,
            false,
        ),
        ("https://*.example.com", "https", "example.com", true, false),
        (
            "https://*.example.com:8443",
            "https",
            "example.com",
            true,
            false,
        ),
        ("http://localhost:*", "http", "localhost", false, true),
        (
            "https://*.example.com:*",
            "https",
            "example.com",
            true,
            true,
        ),
        ("https://*.com", "https", "com", true, false),
        ("https://localhost", "https", "localhost", false, false),
        (
            "https://a-b.ex_am-ple.com",
            "https",
            "a-b.ex_am-ple.com",
            false,
            false,
        ),
        (
            "https://r3---sn-apo3qvuoxuxbt-j5pe.example.com",
            "https",
            "r3---sn-apo3qvuoxuxbt-j5pe.example.com",
            false,
            false,
        ),
        (
            "https://-a-.example.com",
            "https",
            "-a-.example.com",
            false,
            false,
        ),
        (
            "https://xn--bcher-kva.example",
            "https",
            "xn--bcher-kva.example",
            false,
            false,
        ),
        (
            "https://xn--wgv71a119e.jp",
            "https",
            "xn--wgv71a119e.jp",
            false,
            false,
        ),
        (
            "https://1password.com",
            "https",
            "1password.com",
            false,
            false,
        ),
        ("https://127.example", "https", "127.example", false, false),
        ("https://foo.3com", "https", "foo.3com", false, false),
        ("http://127.0.0.1:3000", "http", "127.0.0.1", false, false),
        (
            "http://255.255.255.255",
            "http",
            "255.255.255.255",
            false,
            false,
        ),
        ("http://192.168.0.1:*", "http", "192.168.0.1", false, true),
        ("http://[::1]:3000", "http", "[::1]", false, false),
        ("http://[::]", "http", "[::]", false, false),
        ("http://[::1]:*", "http", "[::1]", false, true),
        (
            "https://[2001:db8:aaaa:1111::100]:9090",
            "https",
            "[2001:db8:aaaa:1111::100]",
            false,
            false,
        ),
        (
            "https://[1:0:0:2::3]",
            "https",
            "[1:0:0:2::3]",
            false,
            false,
        ),
        (
            "https://[::ffff:7f00:1]",
            "https",
            "[::ffff:7f00:1]",
            false,
            false,
        ),
        (
            "https://[1:2:3:4:5:6:7:8]",
            "https",
            "[1:2:3:4:5:6:7:8]",
            false,
            false,
        ),
        (
            "https://[1:2:3:4:5:6:7:0]",
            "https",
            "[1:2:3:4:5:6:7:0]",
            false,
            false,
        ),
        (
            "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn",
            "chrome-extension",
            "nkbihfbeogaeaoehlefnkodbefgpgknn",
            false,
            false,
        ),
        (
            "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
            "moz-extension",
            "2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
            false,
            false,
        ),
        (
            "capacitor://localhost",
            "capacitor",
            "localhost",
            false,
            false,
        ),
        ("tauri://localhost", "tauri", "localhost", false, false),
        ("xmtp://localhost", "xmtp", "localhost", false, false),
        ("https://example.x", "https", "example.x", false, false),
        ("a+b-1.c://host", "a+b-1.c", "host", false, false),
        ("app://12345", "app", "12345", false, false),
        (&longest, "https", &longest[8..], false, false),
        (
            &longest_pattern,
            "https",
            &longest_pattern[10..],
            true,
            false,
        ),
        (&longest_scheme, &longest_scheme[..64], "a", false, false),
    ] {
        let pattern = OriginPattern::parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(pattern.to_string(), text);
        assert_eq!(pattern.scheme(), scheme, "{text}");
        assert_eq!(pattern.host(), host, "{text}");
        assert_eq!(pattern.allows_subdomains(), subdomains, "{text}");
        assert_eq!(pattern.allows_any_port(), any_port, "{text}");
    }
}

/// What browsers send, and what only others do.
#[test]
fn origins_of_requests() {
    let longest = format!("{}://{}.:65535", "s".repeat(64), host_of(253));
    let too_long = format!("{}://{}..:65535", "s".repeat(64), host_of(253));
    let label_64 = format!("https://{LABEL_63}4.example");
    let host_254 = format!("https://{}", host_of(254));
    let host_254_with_dot = format!("{host_254}.");
    // Not a host of 252 or 253 bytes and a port.
    let host_257 = format!("https://{}x8443", host_of(252));
    let host_258 = format!("https://{}x8443", host_of(253));
    let rows: &[(&str, Option<&str>)] = &[
        ("https://example.com", None),
        ("http://localhost:3000", None),
        ("https://example.com.", None),
        ("https://-a-.example.com", None),
        ("https://a_b.example.com", None),
        ("http://127.0.0.1", None),
        ("http://[::1]:3000", None),
        ("capacitor://localhost", None),
        ("ionic://localhost", None),
        ("file://", None),
        ("chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn", None),
        (
            "safari-web-extension://0D5A1C5E-9E2B-4D0A-8A43-7B9B1D2F3A4C",
            None,
        ),
        (&longest, None),
        (&too_long, Some("too_long")),
        ("null", Some("null_origin")),
        ("", Some("empty")),
        ("*", Some("any_origin")),
        ("https://*.example.com", Some("misplaced_wildcard")),
        ("http://localhost:*", Some("misplaced_wildcard")),
        ("https://example.com/", Some("trailing_slash")),
        ("https://EXAMPLE.com", Some("upper_case")),
        ("HTTPS://example.com", Some("upper_case")),
        ("https://example.com:443", Some("default_port")),
        ("https://example.com:0", Some("port_zero")),
        ("https://example.com:65536", Some("port_too_large")),
        ("https://user@example.com", Some("user_info")),
        ("https://example.com ", Some("white_space")),
        ("https://example.com\0", Some("invalid_character")),
        ("app://0D5A^", Some("invalid_character")),
        ("http://127.0.0.1.", Some("non_canonical_ipv4")),
        ("http://256.0.0.1.", Some("invalid_ipv4")),
        ("https://[example.com]", Some("invalid_ipv6")),
        ("https://.example.com", Some("empty_label")),
        ("https://..", Some("empty_label")),
        ("file:///etc", Some("file_scheme")),
        ("file://host", Some("file_scheme")),
        (
            "https://a.example https://b.example",
            Some("several_origins"),
        ),
        ("https://a ws://b", Some("several_origins")),
        (
            "https://a.example,https://b.example",
            Some("several_origins"),
        ),
        (&label_64, Some("label_too_long")),
        (&host_254, Some("host_too_long")),
        (&host_254_with_dot, Some("host_too_long")),
        (&host_257, Some("host_too_long")),
        (&host_258, Some("host_too_long")),
    ];
    for (text, problem) in rows {
        let refused = Origin::parse(text.as_bytes()).err();
        assert_eq!(refused.map(OriginProblem::code), *problem, "{text}");
    }
}

/// <https://url.spec.whatwg.org/#concept-ipv4-parser>, <https://url.spec.whatwg.org/#concept-ipv6-serializer>
#[test]
fn addresses_have_one_form_each() {
    for (host, problem) in [
        ("1.2.3.0", None),
        ("0.0.0.0", None),
        ("0", Some("non_canonical_ipv4")),
        ("0x", Some("non_canonical_ipv4")),
        ("1.2.3.0x", Some("non_canonical_ipv4")),
        ("1.2.3.00", Some("non_canonical_ipv4")),
        ("1.2.3.07", Some("non_canonical_ipv4")),
        ("1.2.3.0xff", Some("non_canonical_ipv4")),
        ("1.2.3.0x100", Some("invalid_ipv4")),
        // the last part fills what is left
        ("1.2.65535", Some("non_canonical_ipv4")),
        ("1.2.65536", Some("invalid_ipv4")),
        ("1.16777215", Some("non_canonical_ipv4")),
        ("1.16777216", Some("invalid_ipv4")),
        ("4294967295", Some("non_canonical_ipv4")),
        ("4294967296", Some("invalid_ipv4")),
        ("1.256.3", Some("invalid_ipv4")),
        // an IPv4 address in an IPv6 address
        ("[1:2:3:4:5:6:1.2.3.4]", Some("non_canonical_ipv6")),
        ("[1:2:3:4:5:6:7:1.2.3.4]", Some("invalid_ipv6")),
        ("[1:2:3:4:5:1.2.3.4]", Some("invalid_ipv6")),
        ("[::1.2.3.4]", Some("non_canonical_ipv6")),
        ("[1::1.2.3.4]", Some("non_canonical_ipv6")),
        ("[::1.2.3.04]", Some("invalid_ipv6")),
        // the ends
        ("[1:2:3:4:5:6:7:]", Some("invalid_ipv6")),
        ("[1:2:3:4:5:6:7:8:]", Some("invalid_ipv6")),
        ("[1::]", None),
        ("[1:]", Some("invalid_ipv6")),
        ("[1:2]", Some("invalid_ipv6")),
        // the first of the longest runs of zeros, and no single one
        ("[1::2:0:0:3:4]", None),
        ("[1:0:0:2::3:4]", Some("non_canonical_ipv6")),
        ("[1:0:0:2::4]", None),
        ("[1:0:2:3:4:5:6:7]", None),
        ("[1::2:3:4:5:6:7]", Some("non_canonical_ipv6")),
        ("[::2:3:4:5:6:7]", None),
        ("[2:3:4:5:6:7::]", None),
    ] {
        let pattern = OriginPattern::parse(format!("http://{host}"));
        let seen = pattern.map_err(|error| error.problem().code()).err();
        assert_eq!(seen, problem, "{host}");
    }
}

#[test]
fn a_label_of_punycode_stands_for_something_beyond_ascii() {
    for (label, stands_for) in [
        ("xn--bcher-kva", Some("bücher")),
        ("xn--zzz", Some("箥")),
        ("xn--fsq", Some("例")),
        ("xn--ls8h", Some("💩")),
        ("xn----0ca", Some("°-")),
        ("xn--dn32g", Some("\u{10ffff}")),
        ("xn--zzzzzzzzzzzzzzz99a", Some("six characters")),
        ("xn-", Some("not valid punycode")),
        ("x---", Some("not valid punycode")),
        ("xm--a-", Some("not valid punycode")),
        ("an--a-", Some("not valid punycode")),
        ("xn-a-", Some("not valid punycode")),
        // nothing, or ASCII alone
        ("xn--", None),
        ("xn---", None),
        ("xn--a-", None),
        // letters that punycode doesn't have
        ("xn--a_b", None),
        // an end in the middle of a number
        ("xn--0", None),
        ("xn--a-b0", None),
        ("xn--99999999", None),
        // a code point beyond the last
        ("xn--99999a99", None),
        // a surrogate
        ("xn--ib9b", None),
        ("xn--zy0c", None),
        ("xn--a-rc4g", None),
        ("xn--wgv71a098v", None),
        // a number beyond 32 bits
        ("xn--99999999999999999999a", None),
        ("xn--9999999999999999999999999999999999999999", None),
    ] {
        let origin = format!("https://{label}.example");
        let as_pattern = OriginPattern::parse(&*origin).map_err(|error| error.problem().code());
        let expected = match stands_for {
            Some(_) => Ok(()),
            None => Err("invalid_punycode"),
        };
        assert_eq!(as_pattern.map(|_| ()), expected, "{label}");
    }
}
