//! Which texts are origin patterns, which are origins, and which pattern allows which origin.

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

/// Text, and what is wrong with it. `origin_suggestions.rs` has what is suggested.
#[test]
fn texts_that_are_no_patterns() {
    let label_64 = format!("https://{LABEL_63}4.example");
    let host_254 = format!(
        "https://{}",
        host_of(253)
            .replacen("a2", "a22", 1)
            .replacen("23.", "2.", 1)
            + "b"
    );
    let pattern_252 = format!("https://*.{}", host_of(252));
    let scheme_65 = format!("{}://a", "s".repeat(65));
    let unicode_64 = format!("https://{}.example", "é".repeat(64));
    let rows: &[(&str, &str)] = &[
        ("", "empty"),
        ("*", "any_origin"),
        ("null", "null_origin"),
        // the scheme
        ("https:/", "missing_scheme"),
        ("https:", "missing_scheme"),
        ("+a://example.com", "invalid_scheme"),
        ("-a://example.com", "invalid_scheme"),
        (".a://example.com", "invalid_scheme"),
        ("example.com", "missing_scheme"),
        ("example.com:8080", "missing_scheme"),
        ("*.example.com", "missing_scheme"),
        ("localhost:3000", "missing_scheme"),
        ("127.0.0.1:3000", "missing_scheme"),
        ("//example.com", "missing_scheme"),
        ("://example.com", "missing_scheme"),
        ("https:example.com", "missing_scheme"),
        ("https:/example.com", "missing_scheme"),
        ("mailto:a@example.com", "missing_scheme"),
        ("file:///index.html", "file_scheme"),
        ("file://example.com", "file_scheme"),
        ("file:", "file_scheme"),
        ("1ab://example.com", "invalid_scheme"),
        ("ht_tp://example.com", "invalid_scheme"),
        (&scheme_65, "invalid_scheme"),
        ("HTTPS://example.com", "upper_case"),
        ("*://example.com", "misplaced_wildcard"),
        // after the host
        ("https://", "empty_host"),
        ("https:///path", "empty_host"),
        ("https://:8080", "empty_host"),
        ("https://example.com/", "trailing_slash"),
        ("https://Example.com:443/", "trailing_slash"),
        ("https://example.com\\", "trailing_slash"),
        ("https://example.com/foo", "path"),
        ("https://example.com:6060/foo", "path"),
        ("https://example.com//", "path"),
        ("https://example.com?foo=bar", "query"),
        ("https://example.com?", "query"),
        ("https://example.com#nav", "fragment"),
        ("https://user:password@example.com", "user_info"),
        ("https://@example.com", "user_info"),
        ("https://https://example.com", "path"),
        // case, ports
        ("https://Example.com", "upper_case"),
        ("https://*.Example.com:*", "upper_case"),
        ("https://example.com:443", "default_port"),
        ("http://example.com:80", "default_port"),
        ("https://*.example.com:443", "default_port"),
        ("https://example.com:", "empty_port"),
        ("http://127.0.0.1:", "empty_port"),
        ("http://[::1]:", "empty_port"),
        ("https://example.com:0", "port_zero"),
        ("https://example.com:00", "port_zero"),
        ("https://example.com:08080", "port_leading_zero"),
        ("https://example.com:0443", "port_leading_zero"),
        ("https://example.com:65536", "port_too_large"),
        ("https://example.com:123456", "port_too_large"),
        ("https://example.com:99999999999999999999", "port_too_large"),
        ("https://example.com:-1", "port_not_a_number"),
        ("https://example.com:+1", "port_not_a_number"),
        ("https://example.com:abc", "port_not_a_number"),
        ("https://example.com:12a", "port_not_a_number"),
        // wildcards
        ("https://*", "misplaced_wildcard"),
        ("https://*:8080", "misplaced_wildcard"),
        ("https://*.", "misplaced_wildcard"),
        ("https://**.example.com", "misplaced_wildcard"),
        ("https://*.*.example.com", "misplaced_wildcard"),
        ("https://foo.*.example.com", "misplaced_wildcard"),
        ("https://*example.com", "misplaced_wildcard"),
        ("https://foo*.com", "misplaced_wildcard"),
        ("https://example.*", "misplaced_wildcard"),
        ("https://example.com:80*", "misplaced_wildcard"),
        ("https://example.com:**", "misplaced_wildcard"),
        ("http://*.127.0.0.1", "wildcard_over_ip"),
        ("http://*.[::1]", "wildcard_over_ip"),
        // hosts
        ("https://.example.com", "empty_label"),
        ("https://example..com", "empty_label"),
        ("https://example.com..", "empty_label"),
        ("https://.", "empty_label"),
        ("https://*..example.com", "empty_label"),
        ("https://example.com.", "trailing_dot"),
        (&label_64, "label_too_long"),
        (&host_254, "host_too_long"),
        (&pattern_252, "host_too_long"),
        ("https://^example.com", "invalid_character"),
        ("https://exam!ple.com", "invalid_character"),
        ("https://example.com\0", "invalid_character"),
        ("https://exam\u{7f}ple.com", "invalid_character"),
        ("http://localhost:3000\0", "invalid_character"),
        ("https://ex%61mple.com", "percent_encoding"),
        ("https://bücher.example", "unicode"),
        ("https://BÜCHER.example:8443/", "unicode"),
        ("https://*.日本語.jp", "unicode"),
        ("https://президент.рф", "unicode"),
        (&unicode_64, "unicode"),
        ("https://xn--f", "invalid_punycode"),
        ("https://xn--", "invalid_punycode"),
        ("https://a.xn--a-.com", "invalid_punycode"),
        // white space, several
        (" https://example.com", "white_space"),
        ("https://example.com ", "white_space"),
        ("https://example.com\n", "white_space"),
        ("https://exam ple.com", "white_space"),
        ("https://a.example https://b.example", "several_origins"),
        ("https://a.example,https://b.example", "several_origins"),
        ("https://a.example, https://b.example", "several_origins"),
        ("https://a.example,b.example", "several_origins"),
        ("https://a.example;https://b.example", "several_origins"),
        ("https://a.example|b.example", "several_origins"),
        // IPv4
        ("http://127.1", "non_canonical_ipv4"),
        ("http://127.0.0.01", "non_canonical_ipv4"),
        ("http://0x7f.0.0.1:3000", "non_canonical_ipv4"),
        ("http://2130706433", "non_canonical_ipv4"),
        ("http://127.0.0.1.", "trailing_dot"),
        ("http://256.0.0.1", "invalid_ipv4"),
        ("http://127.0.0.1.1", "invalid_ipv4"),
        ("http://foo.bar.255:6060", "invalid_ipv4"),
        ("http://1.2.3.08", "invalid_ipv4"),
        ("http://example.0x", "invalid_ipv4"),
        // IPv6
        ("http://::1:3000", "invalid_ipv6"),
        ("http://[::1", "invalid_ipv6"),
        ("http://::1]:90", "invalid_ipv6"),
        ("http://[::1]1:6060", "invalid_ipv6"),
        ("http://[::1].", "invalid_ipv6"),
        ("http://abc[::1]:90", "invalid_ipv6"),
        ("http://[example]:90", "invalid_ipv6"),
        ("http://[]", "invalid_ipv6"),
        ("http://[:]", "invalid_ipv6"),
        ("http://[:::]", "invalid_ipv6"),
        ("http://[1:2:3:4:5:6:7]", "invalid_ipv6"),
        ("http://[1:2:3:4:5:6:7:8:9]", "invalid_ipv6"),
        ("http://[1::2::3]", "invalid_ipv6"),
        ("http://[12345::]", "invalid_ipv6"),
        ("http://[1:2:3:4:5:6:7::8]", "invalid_ipv6"),
        ("http://[fe80::1]:0x", "port_not_a_number"),
        ("http://[::1.2.3]", "invalid_ipv6"),
        ("http://[::1.2.3.256]", "invalid_ipv6"),
        ("http://[::127.0.0.1:1]", "invalid_ipv6"),
        ("http://[0:0:0:0:0:0:0:1]", "non_canonical_ipv6"),
        ("http://[2001:0db8::1]", "non_canonical_ipv6"),
        ("http://[2001:DB8::1]", "upper_case"),
        ("http://[::ffff:127.0.0.1]", "non_canonical_ipv6"),
        ("http://[1::0:2]", "non_canonical_ipv6"),
        ("http://[fe80::1%25eth0]", "percent_encoding"),
    ];
    for (text, problem) in rows {
        let error = OriginPattern::parse(*text).expect_err(text);
        assert_eq!(error.problem().code(), *problem, "{text}");
        assert_eq!(error.text(), *text);
        assert!(error.to_string().ends_with(&error.fix()), "{error}");
    }
}

#[test]
fn an_error_message_quotes_and_cuts_what_it_is_about() {
    let error = OriginPattern::parse("https://a\u{1}\"b")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(r#""https://a\x01"b" has a character"#),
        "{error}"
    );
    let long = OriginPattern::parse(format!("https://{}", "é".repeat(5000)))
        .unwrap_err()
        .to_string();
    assert!(
        long.len() < 1024 && long.contains(" (cut) has non-ASCII characters; "),
        "{long}"
    );
    // The 256th byte is within a character.
    let odd = OriginPattern::parse(format!("http://{}", "é".repeat(5000))).unwrap_err();
    let shown = format!("\"http://{}\" (cut) has", "é".repeat(124));
    assert!(odd.to_string().starts_with(&shown), "{odd}");
    let blank = OriginPattern::parse("https://a.example ")
        .unwrap_err()
        .to_string();
    assert!(
        blank.starts_with("\"https://a.example \" has white space"),
        "{blank}"
    );
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

/// A policy of every kind of pattern, and origins that only look like allowed ones.
#[test]
fn which_origins_are_allowed() {
    let allowed = [
        "https://example.com",
        "https://foo.com",
        "https://bar.com",
        "https://*.example.org",
        "https://*.example.net:8443",
        "http://localhost:*",
        "https://*.example.dev:*",
        "http://127.0.0.1:*",
        "http://[::1]:3000",
        "https://xn--bcher-kva.example",
        "capacitor://localhost",
        "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn",
        "app://*.example.com",
    ];
    let longest_subdomain = format!("https://{}.example.org", host_of(241));
    let too_long_subdomain = format!("https://{}.example.org", host_of(242));
    let rows: &[(&str, bool)] = &[
        ("https://example.com", true),
        ("https://foo.com", true),
        ("https://bar.com", true),
        ("https://a.example.org", true),
        ("https://a.b.c.example.org", true),
        ("https://-.example.org", true),
        ("https://_.example.org", true),
        ("https://xn--a.example.org", true),
        ("https://1.2.3.4.example.org", true),
        (&longest_subdomain, true),
        (&too_long_subdomain, false),
        ("https://a.example.net:8443", true),
        ("http://localhost", true),
        ("http://localhost:1", true),
        ("http://localhost:65535", true),
        ("https://a.example.dev", true),
        ("https://a.example.dev:9000", true),
        ("http://127.0.0.1", true),
        ("http://127.0.0.1:8080", true),
        ("http://[::1]:3000", true),
        ("https://xn--bcher-kva.example", true),
        ("capacitor://localhost", true),
        ("chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn", true),
        ("app://a.example.com", true),
        // another scheme or port
        ("http://example.com", false),
        ("https://example.com:8443", false),
        ("https://example.com:443", false),
        ("https://example.com:", false),
        ("https://a.example.org:8443", false),
        ("http://a.example.org", false),
        ("https://a.example.net", false),
        ("https://a.example.net:8444", false),
        ("https://a.example.net:84430", false),
        ("https://a.example.net:08443", false),
        ("https://localhost", false),
        ("http://localhost:80", false),
        ("http://localhost:0", false),
        ("http://localhost:65536", false),
        ("http://localhost:", false),
        ("http://localhost:*", false),
        ("http://localhost:3000:3000", false),
        ("https://a.example.dev:443", false),
        ("http://[::1]", false),
        ("http://[::1]:3001", false),
        ("capacitor://localhost:1", false),
        // prefixes and suffixes
        ("https://evilexample.com", false),
        ("https://example.com.evil.example", false),
        ("https://example.comevil", false),
        ("https://example.co", false),
        ("https://xample.com", false),
        ("https://barfoo.com", false),
        ("https://foobar.com", false),
        ("https://foo.combar.com", false),
        ("https://evilexample.org", false),
        ("https://a.evilexample.org", false),
        ("https://a.example.org.evil.example", false),
        ("https://aexample.org", false),
        ("https://a-example.org", false),
        ("https://example.org", false),
        ("https://.example.org", false),
        ("https://..example.org", false),
        ("https://a..example.org", false),
        ("https://*.example.org", false),
        ("https://aXexample.org", false),
        ("https://aexampleXorg", false),
        ("https://exampleXcom", false),
        ("http://alocalhost", false),
        ("http://a.localhost", false),
        ("http://localhost.", false),
        ("http://localhost.evil.example", false),
        ("http://localhost@evil.example", false),
        ("http://127.0.0.10", false),
        ("http://127.0.0.1.evil.example", false),
        ("http://a.127.0.0.1", false),
        ("http://127.1", false),
        ("http://0x7f.0.0.1", false),
        ("http://2130706433", false),
        // what no browser sends
        ("HTTPS://example.com", false),
        ("https://EXAMPLE.com", false),
        ("https://Example.com", false),
        ("https://A.example.org", false),
        ("app://A.example.com", false),
        ("https://example.com/", false),
        ("https://example.com/path", false),
        ("https://example.com?", false),
        ("https://example.com#", false),
        ("https://user@example.com", false),
        ("https://evil.example@example.com", false),
        ("https://evil.example/https://example.com", false),
        ("https://evil.example#a.example.org", false),
        ("https://evil.example?a.example.org", false),
        ("https://evil.example/.example.org", false),
        ("https://evil.example\\.example.org", false),
        ("https://evil.example%2e.example.org", false),
        ("https://evil.example\u{0}.example.org", false),
        ("https://evil.example .example.org", false),
        ("https://evil.example,a.example.org", false),
        ("https://evil.example&.example.org", false),
        ("https://evil.example'.example.org", false),
        ("https://evil.example\".example.org", false),
        ("https://evil.example(.example.org", false),
        ("https://evil.example;.example.org", false),
        ("https://evil.example!.example.org", false),
        ("https://evil.example$.example.org", false),
        ("https://evil.example*.example.org", false),
        ("https://evil.example+.example.org", false),
        ("https://evil.example=.example.org", false),
        ("https://evil.example:.example.org", false),
        ("https://evil.example`.example.org", false),
        ("https://evil.example{.example.org", false),
        ("https://evil.example|.example.org", false),
        ("https://evil.example}.example.org", false),
        ("https://evil.example~.example.org", false),
        ("https://evil.example^.example.org", false),
        ("https://evil.example<.example.org", false),
        ("https://[example.com]", false),
        ("https://[a.example.org]", false),
        ("http://[localhost]", false),
        ("http://[0:0:0:0:0:0:0:1]:3000", false),
        ("http://::1:3000", false),
        ("https://bücher.example", false),
        ("https://example.com.", false),
        ("https://a.example.org.", false),
        (" https://example.com", false),
        ("https://example.com, https://foo.com", false),
        ("https://example.com https://foo.com", false),
        ("example.com", false),
        ("//example.com", false),
        ("https:example.com", false),
        ("https:/example.com", false),
        ("https:///example.com", false),
        ("https://", false),
        ("null", false),
        ("NULL", false),
        ("undefined", false),
        ("file://", false),
        ("*", false),
        ("", false),
    ];
    let few = CorsLayer::builder().allow_origins(allowed).build().unwrap();
    // The same policy among so many others that the set is built as a table.
    let others = (0..1000).map(|i| format!("https://{i}.other.test"));
    let other_patterns = (0..1000).map(|i| format!("https://*.{i}.other.test"));
    let many = CorsLayer::builder()
        .allow_origins(allowed)
        .allow_origins(others)
        .allow_origins(other_patterns)
        .build()
        .unwrap();
    for (origin, expected) in rows {
        let Ok(value) = http::HeaderValue::from_bytes(origin.as_bytes()) else {
            assert!(!expected, "{origin} can't be sent at all");
            continue;
        };
        let mut asked = request("GET", &[]);
        asked.headers_mut().insert("origin", value);
        for (size, cors) in [("few", &few), ("many", &many)] {
            let is_allowed = cors.policy().decide_request(&asked).is_allowed();
            assert_eq!(is_allowed, *expected, "{origin}, among {size}");
        }
    }
}

#[test]
fn every_listed_origin_is_allowed_however_many_there_are() {
    for count in [1, 7, 8, 9, 10, 100, 5000] {
        let origins: Vec<_> = (0..count)
            .map(|i| format!("https://host-{i}.example:{}", 1000 + i))
            .collect();
        let patterns: Vec<_> = (0..count)
            .map(|i| format!("https://*.p{i}.example"))
            .collect();
        let cors = CorsLayer::builder()
            .allow_origins(&origins)
            .allow_origins(&patterns)
            .build()
            .unwrap();
        assert_eq!(cors.policy().origins().count(), 2 * count);
        for (i, origin) in origins.iter().enumerate() {
            let cases = [
                (origin.clone(), true),
                (format!("{origin}0"), false),
                (format!("https://a.b.p{i}.example"), true),
                (format!("https://p{i}.example"), false),
                (format!("https://xp{i}.example"), false),
            ];
            for (origin, expected) in cases {
                let asked = request("GET", &[("origin", &origin)]);
                assert_eq!(
                    cors.policy().decide_request(&asked).is_allowed(),
                    expected,
                    "{origin}"
                );
            }
        }
    }
}

/// Patterns are found by the number of labels of their bases, those for any port apart from the others.
#[test]
fn many_patterns_with_and_without_ports_are_found_at_every_depth() {
    let bases = |depth: usize| format!("{}example.com", "a.".repeat(depth));
    for depths in [[0, 0], [0, 1], [1, 0], [1, 1], [0, 3], [3, 0], [2, 3]] {
        let mut patterns = vec![
            format!("https://*.{}:8443", bases(depths[0])),
            format!("https://*.{}:*", bases(depths[1])),
        ];
        patterns.extend((0..20).flat_map(|i| {
            [
                format!("https://*.{i}.example.org:8443"),
                format!("https://*.{i}.example.net:*"),
            ]
        }));
        let allowed = patterns.iter().flat_map(|pattern| {
            let host = pattern.replace(":*", ":8443");
            [host.replace('*', "x"), host.replace('*', "x.y.z")]
        });
        let denied = allowed.clone().flat_map(|origin| {
            let other_port = origin
                .contains(".org:")
                .then(|| origin.replace("8443", "8444"));
            [
                origin.replace("example.", "exemple."),
                origin.replace("https", "http"),
            ]
            .into_iter()
            .chain(other_port)
        });
        let cors = CorsLayer::builder()
            .allow_origins(&patterns)
            .build()
            .unwrap();
        let is_allowed = |origin: &str| {
            let request = request("GET", &[("origin", origin)]);
            cors.policy().decide_request(&request).is_allowed()
        };
        for origin in allowed {
            assert!(is_allowed(&origin), "{depths:?} {origin}");
        }
        for origin in denied {
            assert!(!is_allowed(&origin), "{depths:?} {origin}");
        }
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
