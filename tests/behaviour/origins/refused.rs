//! Texts that are not origins or patterns.

use super::*;

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
