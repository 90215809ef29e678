//! Subdomain patterns over a public suffix, with credentials: refused where anybody can get a domain.
//!
//! A base of one label is refused always; a suffix of the Public Suffix List with the feature
//! `public-suffix`.

use tower_cors::{ConfigError, CorsLayer, Reason};

/// A name for the row, the pattern, and whether it is refused without the feature, and with it.
const ROWS: &[(&str, &str, [bool; 2])] = &[
    ("a top-level domain", "https://*.com", [true, true]),
    (
        "a top-level domain, any port",
        "https://*.com:*",
        [true, true],
    ),
    (
        "a single label of a private network",
        "https://*.internal",
        [true, true],
    ),
    ("a country's second level", "https://*.co.uk", [false, true]),
    (
        "a host of other people's pages",
        "https://*.github.io",
        [false, true],
    ),
    (
        "that host, a port",
        "https://*.github.io:8443",
        [false, true],
    ),
    (
        "a suffix by a wildcard rule of the list",
        "https://*.foo.ck",
        [false, true],
    ),
    (
        "an exception to a wildcard rule of the list",
        "https://*.www.ck",
        [false, false],
    ),
    (
        "a suffix in punycode",
        "https://*.xn--55qx5d.cn",
        [false, true],
    ),
    (
        "a domain of one's own",
        "https://*.example.com",
        [false, false],
    ),
    (
        "a domain of one's own under a listed suffix",
        "https://*.ann.github.io",
        [false, false],
    ),
    (
        "a name that ends like a suffix",
        "https://*.notgithub.io",
        [false, false],
    ),
    ("this machine", "http://*.localhost:*", [false, false]),
    (
        "no pattern: the suffix itself",
        "https://github.io",
        [false, false],
    ),
    (
        "no pattern: a top-level domain",
        "https://com",
        [false, false],
    ),
];

#[test]
fn a_pattern_over_a_public_suffix_is_refused_with_credentials() {
    for &(name, pattern, refused) in ROWS {
        let built = CorsLayer::builder()
            .allow_origins([pattern])
            .allow_credentials()
            .build();
        let refused = refused[usize::from(cfg!(feature = "public-suffix"))];
        let expected: &[Reason] = if refused {
            &[Reason::PublicSuffix]
        } else {
            &[]
        };
        assert_eq!(reasons(built), expected, "{name}: {pattern}");
    }
}

#[test]
fn without_credentials_every_pattern_is_allowed() {
    for &(name, pattern, _) in ROWS {
        let built = CorsLayer::builder().allow_origins([pattern]).build();
        assert_eq!(reasons(built), [], "{name}: {pattern}");
    }
}

#[test]
fn whoever_insists_is_allowed_every_pattern() {
    for &(name, pattern, _) in ROWS {
        let built = CorsLayer::builder()
            .allow_origins([pattern])
            .allow_credentials()
            .dangerously_allow_public_suffixes()
            .build();
        assert_eq!(reasons(built), [], "{name}: {pattern}");
    }
}

#[test]
fn the_error_names_the_pattern_the_rule_and_the_fix() {
    let pattern = if cfg!(feature = "public-suffix") {
        "https://*.github.io"
    } else {
        "https://*.io"
    };
    let base = pattern.trim_start_matches("https://*.");
    let error = CorsLayer::builder()
        .allow_origins([pattern])
        .allow_credentials()
        .build()
        .expect_err("it is refused");
    assert_eq!(
        error.problems()[0].to_string(),
        format!(
            "origins[0]: \"{pattern}\" allows the subdomains of a public suffix; anybody can get one, \
             and with credentials act as the user: write the domain that you own, as in \
             \"https://*.example.{base}\", or call dangerously_allow_public_suffixes()"
        ),
    );
}

fn reasons(built: Result<CorsLayer, ConfigError>) -> Vec<Reason> {
    match built {
        Ok(_) => vec![],
        Err(error) => error
            .problems()
            .iter()
            .map(tower_cors::Problem::reason)
            .collect(),
    }
}
