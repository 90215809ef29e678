//! The compiled set against a naive list: for any patterns and any origin, both say the same.
//!
//! The oracle is written from the table in the documentation and shares no code with the crate.

#[path = "properties/oracle.rs"]
#[allow(dead_code, reason = "the properties use all of it")]
mod oracle;

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tower_cors::{CorsLayer, Origin, OriginPattern};

fn layer_allows(cors: &CorsLayer, origin: &str) -> bool {
    let Ok(value) = HeaderValue::from_str(origin) else {
        return false;
    };
    let headers = HeaderMap::from_iter([(ORIGIN, value)]);
    cors.policy().decide(&Method::GET, &headers).is_allowed()
}

/// Hosts that share labels, prefixes and suffixes with each other.
fn host() -> impl Strategy<Value = String> {
    let label = prop_oneof![
        4 => select(vec!["a", "b", "aa", "ab", "example", "evilexample", "com", "www", "-", "_", "x1"]).prop_map(str::to_owned),
        1 => "[a-z0-9_-]{1,63}",
    ];
    prop::collection::vec(label, 1..6).prop_map(|labels| labels.join("."))
}

fn pattern() -> impl Strategy<Value = String> {
    let scheme = select(vec!["https", "http", "app"]);
    let wildcard = select(vec![
        "", "", "*.", "*.", "a-*.", "*-b.", "a*b.", "aa-*.", "a-*-b.",
    ]);
    let host = prop_oneof![8 => host(), 1 => Just("localhost".to_owned()), 1 => Just("127.0.0.1".to_owned()), 1 => Just("[::1]".to_owned())];
    let port = select(vec!["", ":*", ":8443", ":1", ":65535", ":80", ":443"]);
    let named = (scheme, wildcard, host, port)
        .prop_map(|(scheme, wildcard, host, port)| format!("{scheme}://{wildcard}{host}{port}"));
    prop_oneof![30 => named, 1 => Just("app://*".to_owned())].prop_filter("a pattern", |text| {
        OriginPattern::parse(text.as_str()).is_ok()
    })
}

/// An origin made from a pattern by what an attacker, or a slip, would change.
fn origin_near(pattern: &str, below: &str, change: usize) -> String {
    let base = pattern.replace("*.", "");
    let (scheme, rest) = base.split_once("://").unwrap();
    let rest = rest.replace(":*", "");
    match change {
        0 => pattern
            .replace("*.", &format!("{below}."))
            .replace(":*", ""),
        1 => pattern
            .replace("*.", &format!("{below}."))
            .replace(":*", ":8443"),
        2 => format!("{scheme}://{rest}"),
        3 => format!("{scheme}://{below}{rest}"),
        4 => format!("{scheme}://{below}.{rest}"),
        5 => format!("{scheme}://{rest}.{below}"),
        6 => format!("{scheme}://{rest}0"),
        7 => format!("{scheme}://{rest}:8443"),
        8 => format!("{scheme}://.{rest}"),
        9 => format!("{scheme}://{below}..{rest}"),
        10 => format!("{scheme}://{rest}."),
        11 => format!("{scheme}://{}", rest.to_uppercase()),
        12 => format!("{scheme}s://{rest}"),
        13 => format!("{scheme}://{below}@{rest}"),
        14 => format!("{scheme}://{below}/.{rest}"),
        15 => format!("{scheme}://{rest}:80"),
        16 => format!("{scheme}://{rest}:443"),
        17 => rest,
        18 => format!("{scheme}://{}", rest.replace('.', "x")),
        19 => format!("{scheme}://{rest}:08443"),
        20 => pattern
            .replace("*.", &format!("{}.", below.to_uppercase()))
            .replace(":*", ""),
        21 => pattern
            .replacen('*', below.split('.').next().unwrap_or_default(), 1)
            .replace(":*", ""),
        22 => pattern.replacen('*', "b-1", 1).replace(":*", ":8443"),
        23 => pattern.replacen('*', "a-b-b", 1).replace(":*", ""),
        24 => pattern.replacen('*', "", 1).replace(":*", ""),
        25 => pattern.replacen('*', "a.b", 1).replace(":*", ""),
        26 => pattern.replacen('*', "a_b", 1).replace(":*", ""),
        27 => pattern.replacen('*', &"a".repeat(61), 1).replace(":*", ""),
        _ => pattern.to_owned(),
    }
}
const CHANGES: usize = 29;

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_set_says_what_the_list_says(
        patterns in prop::collection::vec(pattern(), 1..40),
        below in host(),
        which in any::<Index>(),
        free in host(),
    ) {
        let cors = CorsLayer::builder().allow_origins(&patterns).build().unwrap();
        let near = which.get(&patterns);
        let mut origins: Vec<_> = (0..CHANGES).map(|change| origin_near(near, &below, change)).collect();
        origins.push(format!("https://{free}"));
        origins.push(free);
        for origin in origins {
            // What no browser sends is never allowed; the oracle knows only well-formed origins.
            let expected = Origin::parse(origin.as_bytes()).is_ok()
                && patterns.iter().any(|pattern| oracle::allows(pattern, &origin));
            prop_assert_eq!(layer_allows(&cors, &origin), expected, "{}", origin);
        }
    }

    /// Merging changes nothing: what the merged list shows allows the same.
    #[test]
    fn redundant_entries_are_left_out_and_no_others(patterns in prop::collection::vec(pattern(), 1..40)) {
        let cors = CorsLayer::builder().allow_origins(&patterns).build().unwrap();
        let kept: Vec<_> = cors.policy().origins().map(str::to_owned).collect();
        for pattern in &patterns {
            let is_kept = kept.contains(pattern);
            let example = pattern.replace(":*", ":8443").replacen('*', "below", 1);
            let covered = kept.iter().any(|kept| kept != pattern && oracle::allows(kept, &example));
            prop_assert!(is_kept || covered, "{} went", pattern);
        }
        let again = CorsLayer::builder().allow_origins(&kept).build().unwrap();
        prop_assert_eq!(again.policy().origins().count(), kept.len());
    }

    #[test]
    fn one_pattern_says_what_the_list_says(pattern in pattern(), below in host(), change in 0..CHANGES) {
        let origin = origin_near(&pattern, &below, change);
        let parsed = OriginPattern::parse(pattern.as_str()).unwrap();
        if let Ok(origin) = Origin::parse(origin.as_bytes()) {
            prop_assert_eq!(parsed.matches(&origin), oracle::allows(&pattern, origin.as_str()));
        }
    }

    /// What parses prints back to itself, and its parts make it up again.
    #[test]
    fn what_parses_prints_back_to_itself(text in "[a-z:/.*0-9-]{0,40}|(https?|app)://(\\*\\.|[a-z-]{0,3}\\*[a-z-]{0,3}\\.)?[a-z0-9.-]{1,20}(:[0-9*]{1,5})?") {
        if let Ok(pattern) = OriginPattern::parse(text.as_str()) {
            prop_assert_eq!(pattern.to_string(), &*text);
            let wildcard = match pattern.first_label() {
                Some(label) => format!("{label}."),
                None if pattern.allows_subdomains() => "*.".to_owned(),
                None => String::new(),
            };
            let start = format!("{}://{wildcard}{}", pattern.scheme(), pattern.host());
            prop_assert!(text.starts_with(&start));
        }
        if let Ok(origin) = Origin::parse(text.as_bytes()) {
            prop_assert_eq!(origin.as_str(), &*text);
        }
    }

    /// No text makes the parser panic, and each suggestion is itself a pattern.
    #[test]
    fn suggestions_are_patterns(text in "\\PC{0,60}|(https?:/{0,3})?[a-zA-Zéü日0-9@.:*%\\[\\]/?# ,-]{0,60}") {
        let _ = Origin::parse(text.as_bytes());
        if let Err(error) = OriginPattern::parse(text.as_str()) {
            if let Some(suggestion) = error.suggestion() {
                prop_assert!(OriginPattern::parse(suggestion).is_ok(), "{} for {}", suggestion, text);
            }
        }
    }
}
