//! Hosts and path prefixes that are refused.

use super::*;

#[test]
fn all_problems_are_reported_at_once_with_their_fixes() {
    let prefixes = [
        ("/api", None),
        (
            "",
            Some((
                "every_path",
                "remove it, and call otherwise() for all other requests",
            )),
        ),
        (
            "/",
            Some((
                "every_path",
                "remove it, and call otherwise() for all other requests",
            )),
        ),
        ("admin", Some(("no_leading_slash", r#"write "/admin""#))),
        (
            "/admin/",
            Some(("prefix_trailing_slash", r#"write "/admin""#)),
        ),
        ("/api", Some(("listed_twice", "remove one of the two"))),
        ("/API", Some(("listed_twice", "remove one of the two"))),
        ("/%61pi", Some(("unclear_path", PLAIN))),
        ("/%00", Some(("unclear_path", PLAIN))),
        ("'/api'", Some(("no_leading_slash", LEADING))),
        ("/api/:id", Some(("wildcard_or_parameter", NO_PATTERN))),
        ("/users/(id)", Some(("wildcard_or_parameter", NO_PATTERN))),
        ("^/api/", Some(("wildcard_or_parameter", NO_PATTERN))),
        ("/api/v[12]", Some(("wildcard_or_parameter", NO_PATTERN))),
        ("/a//b", Some(("unclear_path", PLAIN))),
        ("//a", Some(("unclear_path", PLAIN))),
        ("/a//", Some(("prefix_trailing_slash", r#"write "/a""#))),
        ("/a/../b", Some(("unclear_path", PLAIN))),
        ("/a/%2e", Some(("unclear_path", PLAIN))),
        ("/a%2Fb", Some(("unclear_path", PLAIN))),
        ("/a\\b", Some(("unclear_path", PLAIN))),
        ("/v1/{id}", Some(("wildcard_or_parameter", NO_PATTERN))),
        ("/v1/*", Some(("wildcard_or_parameter", NO_PATTERN))),
        (
            "/café x",
            Some(("unclear_path", r#"write "/caf%C3%A9%20x""#)),
        ),
        ("/100%", Some(("unclear_path", PLAIN))),
        ("/search?q=1", Some(("unclear_path", PLAIN))),
    ];
    let hosts = [
        ("shop.example.com", None),
        (
            "Shop.example.com",
            Some(("listed_twice", "remove one of the two")),
        ),
        (
            "https://api.example.com",
            Some(("more_than_a_host", r#"write "api.example.com""#)),
        ),
        (
            "api.example.com:8443",
            Some(("more_than_a_host", r#"write "api.example.com""#)),
        ),
        (
            "localhost:443",
            Some(("more_than_a_host", r#"write "localhost""#)),
        ),
        (
            "api.example.com/x",
            Some(("more_than_a_host", r#"write "api.example.com""#)),
        ),
        ("[::1]:80", Some(("more_than_a_host", r#"write "[::1]""#))),
        (
            "*.example.com",
            Some((
                "wildcard_in_host",
                "name each host, or call choose_by() with a function",
            )),
        ),
        ("file://", Some(("more_than_a_host", BARE))),
        ("api..example.com", Some(("empty_label", BARE))),
        ("", Some(("empty_host", BARE))),
        ("::1", Some(("invalid_ipv6", BARE))),
        (
            "bücher.example",
            Some(("unicode", "copy it from the browser's address bar")),
        ),
    ];
    let mut choice = CorsLayer::choose();
    for (prefix, _) in prefixes {
        choice = choice.path_prefix(prefix, policy("a"));
    }
    for (host, _) in hosts {
        choice = choice.host(host, policy("a"));
    }
    let expected: Vec<_> = [(Field::Hosts, &hosts[..]), (Field::PathPrefixes, &prefixes)]
        .into_iter()
        .flat_map(|(field, rows)| rows.iter().enumerate().map(move |row| (field, row)))
        .filter_map(|(field, (index, (text, problem)))| {
            let (reason, fix) = (*problem)?;
            Some((
                field,
                Some(index),
                (*text).to_owned(),
                reason,
                fix.to_owned(),
            ))
        })
        .collect();
    let error = choice.otherwise(policy("other")).unwrap_err();
    for problem in error.problems() {
        let (reported, fix) = (problem.to_string(), problem.fix());
        assert!(reported.ends_with(&format!(": {fix}")), "{reported}");
    }
    let seen = error.problems().iter().map(|it| {
        let (text, fix) = (it.text().to_owned(), it.fix().to_owned());
        (it.field(), it.index(), text, it.code(), fix)
    });
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    assert_eq!(
        error.problems().last().unwrap().to_string(),
        format!(
            "path_prefixes[25]: \"/search?q=1\" can be read in several ways; it must be clear which requests the \
             policy applies to: {PLAIN}"
        )
    );
}

const PLAIN: &str = "write each segment as browsers send it: letters, digits and -_~!$&'(),=:@. without a dot at its \
                     end, and no query";
const LEADING: &str = "write its segments with a slash before each, as in \"/api/v1\"";
const NO_PATTERN: &str =
    "name the segments before the pattern, or call choose_by() with a function";
const BARE: &str = r#"write only the host, as in "api.example.com" or "[::1]""#;
