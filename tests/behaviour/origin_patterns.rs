//! Patterns with a `*` in the first label, and for any host of a scheme: which are read, and what they allow.

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue, Method};
use tower_cors::{CorsConfig, CorsLayer, Origin, OriginPattern};

fn allows(cors: &CorsLayer, origin: &str) -> bool {
    let value = HeaderValue::from_str(origin).expect("a header value");
    let headers = HeaderMap::from_iter([(ORIGIN, value)]);
    cors.policy().decide(&Method::GET, &headers).is_allowed()
}

/// Name, pattern, first label, the host that is named.
#[test]
fn a_star_in_the_first_label_is_read() {
    let longest = format!("https://{}*.example.com", "a".repeat(62));
    for (name, text, label, host) in [
        (
            "at its end",
            "https://myapp-*.vercel.app",
            "myapp-*",
            "vercel.app",
        ),
        (
            "at its start",
            "https://*--site.netlify.app",
            "*--site",
            "netlify.app",
        ),
        (
            "within",
            "https://deploy-preview-*--site.netlify.app",
            "deploy-preview-*--site",
            "netlify.app",
        ),
        (
            "after digits",
            "https://3000-*.gitpod.io",
            "3000-*",
            "gitpod.io",
        ),
        (
            "before more than two labels",
            "https://octocat-*-3000.app.github.dev",
            "octocat-*-3000",
            "app.github.dev",
        ),
        (
            "without a hyphen",
            "https://foo*.example.com",
            "foo*",
            "example.com",
        ),
        (
            "beside an underscore",
            "https://a_*.example.com",
            "a_*",
            "example.com",
        ),
        (
            "with a port",
            "https://app-*.example.com:8443",
            "app-*",
            "example.com",
        ),
        (
            "with any port",
            "http://app-*.example.com:*",
            "app-*",
            "example.com",
        ),
        (
            "of the longest label",
            &longest,
            &longest[8..71],
            "example.com",
        ),
    ] {
        let pattern = OriginPattern::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pattern.as_str(), text, "{name}");
        assert_eq!(pattern.first_label(), Some(label), "{name}");
        assert_eq!(pattern.host(), host, "{name}");
        assert!(
            !pattern.allows_subdomains() && !pattern.is_exact(),
            "{name}"
        );
    }
}

/// Name, text, what is wrong with it.
#[test]
fn other_stars_are_refused() {
    let too_long = format!("https://{}*.example.com", "a".repeat(63));
    let rows: &[(&str, &str, &str)] = &[
        (
            "before one label",
            "https://app-*.com",
            "misplaced_wildcard",
        ),
        ("in a domain", "https://ex*mple.com", "misplaced_wildcard"),
        (
            "glued to a domain",
            "https://*example.com",
            "misplaced_wildcard",
        ),
        (
            "in the second label",
            "https://a.b-*.example.com",
            "misplaced_wildcard",
        ),
        (
            "two in one label",
            "https://a-*-*.example.com",
            "misplaced_wildcard",
        ),
        (
            "two labels",
            "https://a-*.b-*.example.com",
            "misplaced_wildcard",
        ),
        (
            "beside subdomains",
            "https://*.a-*.example.com",
            "misplaced_wildcard",
        ),
        (
            "before an address",
            "http://a-*.127.0.0.1",
            "wildcard_over_ip",
        ),
        ("before a number", "http://a-*.example.1", "invalid_ipv4"),
        ("a label of 64 bytes", &too_long, "label_too_long"),
        (
            "in punycode",
            "https://xn--*.example.com",
            "invalid_punycode",
        ),
        (
            "beside a character",
            "https://a!*.example.com",
            "invalid_character",
        ),
        ("upper case", "https://App-*.example.com", "upper_case"),
        ("a final dot", "https://app-*.example.com.", "trailing_dot"),
        ("any host of https", "https://*", "misplaced_wildcard"),
        ("any host of http", "http://*:8080", "misplaced_wildcard"),
        ("any host, a port", "app://*:8080", "misplaced_wildcard"),
        ("any host, any port", "app://*:*", "misplaced_wildcard"),
        ("any scheme", "*://example.com", "misplaced_wildcard"),
    ];
    for (name, text, problem) in rows {
        let error = OriginPattern::parse(*text).expect_err(name);
        assert_eq!(error.problem().code(), *problem, "{name}: {text}");
    }
}

/// A label that the `*` completes, and those that it doesn't: in a policy of a few patterns, and of many.
#[test]
fn a_star_in_the_first_label_stands_for_a_part_of_one_label() {
    let patterns = [
        "https://myapp-*.vercel.app",
        "https://*--site.netlify.app",
        "https://pr-*-web.example.com",
        "http://dev-*.example.com:*",
        "https://v*.api.example.com:8443",
    ];
    let fill_62 = "a".repeat(63 - "myapp-".len());
    let longest = format!("https://myapp-{fill_62}.vercel.app");
    let too_long = format!("https://myapp-{fill_62}a.vercel.app");
    let rows: &[(&str, &str, bool)] = &[
        ("a letter", "https://myapp-x.vercel.app", true),
        ("a branch", "https://myapp-git-fix-team.vercel.app", true),
        ("hyphens", "https://myapp--.vercel.app", true),
        ("the longest label", &longest, true),
        ("at the start", "https://1--site.netlify.app", true),
        ("in the middle", "https://pr-17-web.example.com", true),
        (
            "what the fixed text has",
            "https://pr-web-web.example.com",
            true,
        ),
        ("any port", "http://dev-1.example.com:3000", true),
        ("no port", "http://dev-1.example.com", true),
        ("its port", "https://v2.api.example.com:8443", true),
        ("a longer label", &too_long, false),
        ("nothing", "https://myapp-.vercel.app", false),
        (
            "nothing in the middle",
            "https://pr--web.example.com",
            false,
        ),
        ("overlapping text", "https://pr-web.example.com", false),
        ("a dot", "https://myapp-a.b.vercel.app", false),
        ("an underscore", "https://myapp-a_b.vercel.app", false),
        ("upper case", "https://myapp-A.vercel.app", false),
        ("a star", "https://myapp-*.vercel.app", false),
        ("another start", "https://evil-myapp-x.vercel.app", false),
        ("another end", "https://1--site2.netlify.app", false),
        ("a label before", "https://a.myapp-x.vercel.app", false),
        ("a label between", "https://myapp-x.a.vercel.app", false),
        ("another base", "https://myapp-x.evil.app", false),
        (
            "a longer base",
            "https://myapp-x.vercel.app.evil.example",
            false,
        ),
        ("a base without its dot", "https://myapp-xvercel.app", false),
        ("a final dot", "https://myapp-x.vercel.app.", false),
        ("another scheme", "http://myapp-x.vercel.app", false),
        ("a port", "https://myapp-x.vercel.app:8443", false),
        ("another port", "https://v2.api.example.com:8444", false),
        ("a bad port", "http://dev-1.example.com:080", false),
        ("the default port", "http://dev-1.example.com:80", false),
    ];
    let few = CorsLayer::builder()
        .allow_origins(patterns)
        .build()
        .unwrap();
    let others = (0..1000).map(|i| format!("https://tenant{i}-*.example.org"));
    let many = CorsLayer::builder()
        .allow_origins(patterns)
        .allow_origins(others)
        .build()
        .unwrap();
    for (name, origin, expected) in rows {
        assert_eq!(allows(&few, origin), *expected, "few: {name}: {origin}");
        assert_eq!(allows(&many, origin), *expected, "many: {name}: {origin}");
        let parsed = Origin::parse(origin.as_bytes());
        let one = patterns.iter().any(|pattern| {
            let pattern = OriginPattern::parse(*pattern).unwrap();
            parsed.is_ok_and(|origin| pattern.matches(&origin))
        });
        assert_eq!(one, *expected, "alone: {name}: {origin}");
    }
    for i in [0, 9, 99, 999] {
        assert!(allows(&many, &format!("https://tenant{i}-a.example.org")));
        assert!(!allows(&many, &format!("https://tenant{i}.example.org")));
        assert!(!allows(&many, &format!("https://tenant{i}a-a.example.org")));
    }
}

/// The policy leaves out what another pattern covers, and allows the same.
#[test]
fn what_a_pattern_covers_is_left_out() {
    for (name, origins, kept) in [
        (
            "an origin that completes a label",
            &["https://a-1.example.com", "https://a-*.example.com"][..],
            &["https://a-*.example.com"][..],
        ),
        (
            "a label below a base",
            &["https://a-*.example.com", "https://*.example.com"],
            &["https://*.example.com"],
        ),
        (
            "a label below the base of its base",
            &["https://a-*.b.example.com", "https://*.example.com"],
            &["https://*.example.com"],
        ),
        (
            "the same with a port and with any",
            &["https://a-1.example.com:8443", "https://a-*.example.com:*"],
            &["https://a-*.example.com:*"],
        ),
        (
            "the same with any port and with any",
            &["https://a-1.example.com:*", "https://a-*.example.com:*"],
            &["https://a-*.example.com:*"],
        ),
        (
            "not any port",
            &["https://a-1.example.com:*", "https://a-*.example.com"],
            &["https://a-1.example.com:*", "https://a-*.example.com"],
        ),
        (
            "a repeated one",
            &["https://a-*.example.com", "https://a-*.example.com"],
            &["https://a-*.example.com"],
        ),
        (
            "hosts of a scheme",
            &[
                "app://a",
                "app://*.example.com",
                "app://a-*.example.com",
                "app://*",
            ],
            &["app://*"],
        ),
        (
            "not a host that is not a domain name",
            &["app://~a.example.com", "app://*.example.com"],
            &["app://~a.example.com", "app://*.example.com"],
        ),
        (
            "not such a host with any port",
            &["app://~a.example.com:*", "app://*.example.com:*"],
            &["app://~a.example.com:*", "app://*.example.com:*"],
        ),
        (
            "not a host with a port",
            &["app://a:1", "app://*"],
            &["app://a:1", "app://*"],
        ),
        (
            "not another port",
            &["https://a-1.example.com:8443", "https://a-*.example.com"],
            &["https://a-1.example.com:8443", "https://a-*.example.com"],
        ),
    ] {
        let cors = CorsLayer::builder().allow_origins(origins).build().unwrap();
        let policy = cors.policy();
        let found: Vec<_> = policy.origins().collect();
        assert_eq!(found, kept, "{name}");
    }
}

/// A host that is not a domain name, beside a pattern for the subdomains that it seems to be one of.
#[test]
fn a_host_that_is_not_a_domain_name() {
    let few =
        CorsLayer::builder().allow_origins(["app://~a.example.com:*", "app://*.example.com:*"]);
    let others = (0..1000).map(|i| format!("app://*.tenant{i}.example.org"));
    let many = few.clone().allow_origins(others);
    for (count, cors) in [("few", few.build()), ("many", many.build())] {
        let cors = cors.unwrap();
        for (origin, expected) in [
            ("app://~a.example.com:8080", true),
            ("app://~a.example.com", true),
            ("app://a.example.com:8080", true),
            ("app://~b.example.com:8080", false),
            ("app://.example.com", false),
        ] {
            assert_eq!(allows(&cors, origin), expected, "{count}: {origin}");
        }
    }
}

/// Name, pattern, origin, whether it is allowed.
#[test]
fn any_host_of_a_scheme() {
    for (name, pattern, origin, expected) in [
        (
            "an extension of Firefox",
            "moz-extension://*",
            "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
            true,
        ),
        (
            "an extension of Safari",
            "safari-web-extension://*",
            "safari-web-extension://0D5A1C5E-9E2B-4D0A-8A43-7B9B1D2F3A4C",
            true,
        ),
        (
            "a web view",
            "vscode-webview://*",
            "vscode-webview://1a2b3c",
            true,
        ),
        ("an app's only page", "app://*", "app://.", true),
        ("a domain", "tauri://*", "tauri://localhost", true),
        ("another scheme", "app://*", "apps://localhost", false),
        ("the web", "app://*", "https://localhost", false),
        ("a port", "app://*", "app://localhost:8080", false),
        ("no host", "app://*", "app://", false),
        ("a path", "app://*", "app://localhost/", false),
        ("a star", "app://*", "app://*", false),
        ("a space", "app://*", "app://a b", false),
        ("by name", "app://.", "app://.", true),
        ("by name, another", "app://.", "app://..", false),
        (
            "upper case by name",
            "app://0D5A1C5E",
            "app://0D5A1C5E",
            true,
        ),
        (
            "upper case by name, another",
            "app://0D5A1C5E",
            "app://0d5a1c5e",
            false,
        ),
        ("local files in a web view", "file://", "file://", true),
        ("a local file", "file://", "file:///index.html", false),
    ] {
        let few = CorsLayer::builder().allow_origins([pattern]);
        let others = (0..20).map(|i| format!("https://*.tenant{i}.example"));
        let many = few.clone().allow_origins(others);
        for cors in [few.build().unwrap(), many.build().unwrap()] {
            assert_eq!(
                allows(&cors, origin),
                expected,
                "{name}: {pattern} {origin}"
            );
        }
    }
}

/// Anyone who gets a user to install an extension or an app, or to open a file in it, could act as the user.
#[test]
fn whole_schemes_with_credentials_are_refused() {
    for (pattern, is_refused) in [
        ("moz-extension://*", true),
        ("file://", true),
        ("app://.", false),
        (
            "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
            false,
        ),
    ] {
        let policy = || CorsLayer::builder().allow_origins([pattern]);
        assert!(policy().build().is_ok(), "{pattern}, without credentials");
        let built = policy().allow_credentials().build();
        let reason = built.err().map(|error| error.problems()[0].code());
        assert_eq!(reason, is_refused.then_some("whole_scheme"), "{pattern}");
        let insisted = policy()
            .allow_credentials()
            .dangerously_allow_whole_schemes()
            .build();
        assert!(insisted.is_ok(), "{pattern}, insisted");
    }
}

/// Name, origin, whether it is this machine's.
#[test]
fn loopback_origins_are_allowed_by_one_call() {
    let policy = || CorsLayer::builder().allow_loopback_origins();
    let alone = policy().build().unwrap();
    let beside = policy()
        .allow_origins(["https://app.example.com"])
        .allow_credentials()
        .build()
        .unwrap();
    let config = CorsConfig {
        allow_loopback_origins: true,
        ..CorsConfig::default()
    };
    let configured = CorsLayer::try_from(config.clone()).unwrap();
    assert_eq!(alone.policy().to_config(), Some(config));
    for (name, origin, expected) in [
        ("localhost", "http://localhost:3000", true),
        ("its default port", "http://localhost", true),
        ("https", "https://localhost:5173", true),
        ("a name below it", "http://tenant.app.localhost:3000", true),
        ("127.0.0.1", "http://127.0.0.1:5173", true),
        ("all of 127.0.0.0/8", "http://127.8.9.1", true),
        ("IPv6", "http://[::1]:5173", true),
        ("another IPv6 address", "http://[::2]:5173", false),
        ("another address", "http://128.0.0.1", false),
        ("the local network", "http://192.168.1.5", false),
        (
            "a name that starts alike",
            "http://localhost.evil.example",
            false,
        ),
        ("a name that ends alike", "http://evillocalhost", false),
        ("an address's name", "http://127.0.0.1.evil.example", false),
        ("an app", "tauri://localhost", false),
        ("a slip", "http://localhost:3000/", false),
        ("null", "null", false),
    ] {
        for (which, cors) in [
            ("alone", &alone),
            ("beside", &beside),
            ("config", &configured),
        ] {
            assert_eq!(allows(cors, origin), expected, "{which}: {name}");
        }
    }
    let table = alone.policy().to_string();
    assert!(
        table.starts_with("origins             loopback names and addresses, any port\n"),
        "{table}"
    );
}

/// On a host where anybody gets a name, a stranger gets one that fits.
#[test]
fn a_star_in_the_first_label_over_a_public_suffix_with_credentials_is_refused() {
    for (pattern, is_refused) in [
        ("https://myapp-*.vercel.app", true),
        ("https://*--site.netlify.app", true),
        ("https://octocat-*-3000.app.github.dev", true),
        ("https://a-*.run.app", true),
        ("https://pr-*.preview.example.com", false),
        ("https://pr-*.example.com", false),
    ] {
        let policy = || CorsLayer::builder().allow_origins([pattern]);
        assert!(policy().build().is_ok(), "{pattern}, without credentials");
        let built = policy().allow_credentials().build();
        let reason = built.err().map(|error| error.problems()[0].code());
        assert_eq!(reason, is_refused.then_some("public_suffix"), "{pattern}");
        let insisted = policy()
            .allow_credentials()
            .dangerously_allow_public_suffixes()
            .build();
        assert!(insisted.is_ok(), "{pattern}, insisted");
    }
    let error = CorsLayer::builder()
        .allow_origins(["https://myapp-*.vercel.app"])
        .allow_credentials()
        .build()
        .unwrap_err();
    assert_eq!(
        error.problems()[0].to_string(),
        "origins[0]: \"https://myapp-*.vercel.app\" allows names that anyone can register; with credentials, anyone who \
         registers one can act as the user: serve the previews below a domain of your own, as in \
         \"https://myapp-*.preview.example.com\", leave credentials out, or call \
         dangerously_allow_public_suffixes()"
    );
}

#[test]
fn a_private_network_is_an_address_of_it() {
    for (origin, is_private) in [
        ("http://10.0.0.1", true),
        ("http://172.16.0.1", true),
        ("http://172.31.255.255", true),
        ("http://172.32.0.1", false),
        ("http://172.15.255.255", false),
        ("http://192.168.1.5:8080", true),
        ("http://192.169.1.5", false),
        ("http://169.254.1.1", true),
        ("http://100.64.0.1", true),
        ("http://100.127.255.255", true),
        ("http://100.128.0.1", false),
        ("http://0.1.2.3", true),
        ("http://0.0.0.0", false),
        // The draft says that these are this machine.
        ("http://198.18.0.1", false),
        ("http://198.20.0.1", false),
        ("http://8.8.8.8", false),
        ("http://127.0.0.1", false),
        ("http://[fc00::1]", true),
        ("http://[fdff::1]", true),
        ("http://[fe00::1]", false),
        ("http://[fe80::1]", true),
        ("http://[febf::1]", true),
        ("http://[fe7f::1]", false),
        ("http://[fec0::1]", true),
        ("http://[feff::1]", true),
        ("http://[ff00::1]", false),
        ("http://[::ffff:c0a8:105]", true),
        ("http://[::ffff:808:808]", false),
        ("http://[::ffff:0:0]", false),
        ("http://[::]", false),
        ("http://[::1]", false),
        ("http://[2001:db8::1]", true),
        ("http://[2001:db9::1]", false),
        ("http://[2002:db8::1]", false),
        ("http://[3fff::1]", true),
        ("http://[3fff:fff::1]", true),
        ("http://[3fff:1000::1]", false),
        ("http://192.168.1.5.example.com", false),
        ("http://nas.local", false),
        ("app://192.168.1.5", false),
    ] {
        let parsed =
            Origin::parse(origin.as_bytes()).unwrap_or_else(|error| panic!("{origin}: {error}"));
        assert_eq!(parsed.is_private_network(), is_private, "{origin}");
    }
}

/// A million patterns of one service: found, and strangers are not.
#[test]
fn very_many_patterns_of_one_service() {
    let count = if cfg!(debug_assertions) {
        50_000
    } else {
        1_000_000
    };
    let patterns = (0..count).map(|i| format!("https://team{i}-*-web.vercel.app"));
    let cors = CorsLayer::builder()
        .allow_origins(patterns)
        .build()
        .unwrap();
    for i in (0..count).step_by(count / 100) {
        assert!(allows(
            &cors,
            &format!("https://team{i}-pr-1-web.vercel.app")
        ));
        assert!(!allows(&cors, &format!("https://team{i}-pr-1.vercel.app")));
        assert!(!allows(
            &cors,
            &format!("https://xteam{i}-pr-1-web.vercel.app")
        ));
    }
}
