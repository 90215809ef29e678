//! Which origins a pattern allows.

use super::*;

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
