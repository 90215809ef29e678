//! Subdomain patterns over a public suffix, with credentials: refused where anybody can get a domain.
//!
//! A base of one label and the best-known hosting services are refused always; a suffix of the Public Suffix
//! List, and what has one below it, with the feature `public-suffix`.

use tower_cors::{ConfigError, CorsLayer};

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
    ("a country's second level", "https://*.co.uk", [true, true]),
    ("another one", "https://*.com.au", [true, true]),
    (
        "a region of a hosting service",
        "https://*.ws-eu74.gitpod.io",
        [true, true],
    ),
    (
        "a region of tunnels",
        "https://*.use.devtunnels.ms",
        [true, true],
    ),
    ("names of addresses", "https://*.nip.io", [true, true]),
    (
        "names below an address",
        "https://*.10.0.0.1.sslip.io",
        [true, true],
    ),
    ("tunnels", "https://*.loca.lt", [true, true]),
    (
        "virtual machines",
        "https://*.googleusercontent.com",
        [true, true],
    ),
    (
        "virtual machines of a region",
        "https://*.westeurope.cloudapp.azure.com",
        [true, true],
    ),
    (
        "a host of other people's pages",
        "https://*.github.io",
        [true, true],
    ),
    (
        "that host, a port",
        "https://*.github.io:8443",
        [true, true],
    ),
    (
        "the parent of a suffix that is not one itself",
        "https://*.run.app",
        [true, true],
    ),
    (
        "the parent of a parent",
        "https://*.amazonaws.com",
        [true, true],
    ),
    (
        "the parent of a suffix by a wildcard rule of the list",
        "https://*.compute.amazonaws.com.cn",
        [false, true],
    ),
    (
        "a hosting service that is not on the list",
        "https://*.app.github.dev",
        [true, true],
    ),
    ("a suffix of a suffix", "https://*.kobe.jp", [false, true]),
    (
        "the exception to a rule for a city",
        "https://*.city.kobe.jp",
        [false, false],
    ),
    (
        "what only ends like a parent of suffixes",
        "https://*.myrun.app",
        [false, false],
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
    ("the end of a suffix", "https://*.hub.io", [false, false]),
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
        let expected: &[&str] = if refused { &["public_suffix"] } else { &[] };
        assert_eq!(reasons(built), expected, "{name}: {pattern}");
    }
}

#[test]
fn without_credentials_every_pattern_is_allowed() {
    for &(name, pattern, _) in ROWS {
        let built = CorsLayer::builder().allow_origins([pattern]).build();
        assert_eq!(reasons(built), [""; 0], "{name}: {pattern}");
    }
}

#[test]
fn the_dangerous_method_allows_every_pattern() {
    for &(name, pattern, _) in ROWS {
        let built = CorsLayer::builder()
            .allow_origins([pattern])
            .allow_credentials()
            .dangerously_allow_public_suffixes()
            .build();
        assert_eq!(reasons(built), [""; 0], "{name}: {pattern}");
    }
}

#[test]
fn the_error_names_the_pattern_the_rule_and_a_fix() {
    for (pattern, fix) in [
        (
            "https://*.github.io",
            "write the domain that you own, as in \"https://*.example.github.io\"",
        ),
        (
            "https://*.com:8443",
            "write the domain that you own, as in \"https://*.example.com:8443\"",
        ),
        (
            "https://*.run.app",
            "write each origin in full, without a \"*\"",
        ),
    ] {
        let error = CorsLayer::builder()
            .allow_origins([pattern])
            .allow_credentials()
            .build()
            .expect_err("it is refused");
        assert_eq!(
            error.problems()[0].to_string(),
            format!(
                "origins[0]: \"{pattern}\" allows names that anyone can register; with \
                 credentials, anyone who registers one can act as the user: {fix}, or call dangerously_allow_public_suffixes()"
            ),
        );
    }
}

#[test]
fn the_table_says_where_the_list_was_not_asked() {
    let caution = "caution             only the best-known hosting services were checked for subdomains that anyone \
                   can get; the feature `public-suffix` checks the whole Public Suffix List\n";
    for (name, pattern, credentials, warned) in [
        (
            "a pattern with credentials",
            "https://*.example.com",
            true,
            true,
        ),
        (
            "an origin with credentials",
            "https://example.com",
            true,
            false,
        ),
        (
            "an origin with any port, with credentials",
            "https://example.com:*",
            true,
            false,
        ),
        (
            "a pattern within a label, with credentials",
            "https://app-*.example.com",
            true,
            true,
        ),
        (
            "a pattern without credentials",
            "https://*.example.com",
            false,
            false,
        ),
    ] {
        let builder = CorsLayer::builder().allow_origins([pattern]);
        let built = if credentials {
            builder.allow_credentials().build()
        } else {
            builder.build()
        };
        let table = built.unwrap().policy().to_string();
        let expected = warned && cfg!(not(feature = "public-suffix"));
        assert_eq!(table.contains(caution), expected, "{name}: {table}");
    }
}

fn reasons(built: Result<CorsLayer, ConfigError>) -> Vec<&'static str> {
    match built {
        Ok(_) => vec![],
        Err(error) => error
            .problems()
            .iter()
            .map(tower_cors::error::Problem::code)
            .collect(),
    }
}

/// Every rule of the list that `psl` was made from, read from the source of the version in use.
#[cfg(feature = "public-suffix")]
mod every_rule {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Command;

    use tower_cors::CorsLayer;

    /// For each rule: the pattern over it, and over each of its parents.
    #[test]
    fn what_is_over_a_rule_or_its_parents_is_refused() {
        let bases: BTreeSet<_> = rules()
            .iter()
            .flat_map(|rule| {
                let (name, itself) = match (rule.strip_prefix("*."), rule.strip_prefix('!')) {
                    (Some(parent), _) => (parent, vec![format!("any.{parent}"), parent.to_owned()]),
                    (_, Some(exception)) => (exception, vec![]),
                    (None, None) => (rule.as_str(), vec![rule.clone()]),
                };
                let parents = name
                    .match_indices('.')
                    .map(|(dot, _)| name[dot + 1..].to_owned());
                itself.into_iter().chain(parents).collect::<Vec<_>>()
            })
            .collect();
        assert!(bases.len() > 9_000, "{} names", bases.len());

        let refused = refused(&bases);
        let passed: Vec<_> = bases.difference(&refused).collect();
        assert!(passed.is_empty(), "not refused: {passed:?}");
    }

    /// Below a rule, or an exception to one, are the domains that somebody owns.
    #[test]
    fn what_is_over_a_domain_of_ones_own_is_allowed() {
        let rules: BTreeSet<_> = rules().into_iter().collect();
        let bases = rules
            .iter()
            // Where a wildcard rule stands beside a rule, one label more makes another suffix.
            .filter(|rule| !rules.contains(&format!("*.{rule}")))
            .map(
                |rule| match (rule.strip_prefix("*."), rule.strip_prefix('!')) {
                    (Some(parent), _) => format!("ones-own.any.{parent}"),
                    (_, Some(exception)) => exception.to_owned(),
                    (None, None) => format!("ones-own.{rule}"),
                },
            )
            .collect();
        let refused = refused(&bases);
        assert!(refused.is_empty(), "refused: {refused:?}");
    }

    /// The bases over which a subdomain pattern is refused with credentials.
    fn refused(bases: &BTreeSet<String>) -> BTreeSet<String> {
        let patterns: Vec<_> = bases.iter().map(|base| pattern_over(base)).collect();
        let built = CorsLayer::builder()
            .allow_origins(&patterns)
            .allow_credentials()
            .build();
        let problems = built.err().map(|error| error.problems().to_vec());
        let names: Vec<_> = bases.iter().collect();
        problems
            .unwrap_or_default()
            .iter()
            .map(|problem| {
                assert_eq!(problem.code(), "public_suffix", "{problem}");
                names[problem.index().expect("an origin has an index")].clone()
            })
            .collect()
    }

    /// `https://*.base`, in the form that browsers send.
    fn pattern_over(base: &str) -> String {
        let url = url::Url::parse(&format!("https://{base}")).expect("a name");
        format!("https://*.{}", url.host_str().expect("its host"))
    }

    fn rules() -> Vec<String> {
        let about = run_cargo(&["-vV"]);
        let host = about.lines().find_map(|line| line.strip_prefix("host: "));
        let metadata = run_cargo(&[
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--all-features",
            "--filter-platform",
            host.expect("cargo names its host"),
        ]);
        let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("cargo metadata");
        let psl = metadata["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| package["name"] == "psl"))
            .and_then(|package| package["manifest_path"].as_str())
            .expect("psl is a dependency");
        let rules = Path::new(psl).with_file_name("data").join("rules.txt");
        std::fs::read_to_string(rules)
            .expect("psl has its rules in its package")
            .lines()
            .map(|rule| rule.trim().to_owned())
            .filter(|rule| !rule.is_empty())
            .collect()
    }

    fn run_cargo(arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).expect("cargo writes UTF-8")
    }
}
