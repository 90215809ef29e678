//! Mistakes that people make with origins in settings: each is named, and has a fix that works.

use tower_cors::OriginProblem::{self, *};
use tower_cors::{OriginListError, OriginPattern};

/// What was written, what it is, and the pattern that was meant.
const SLIPS: &[(&str, OriginProblem, Option<&str>)] = &[
    // quotes and lists
    ("\"https://a.example\"", Quotes, Some("https://a.example")),
    ("'https://a.example'", Quotes, Some("https://a.example")),
    ("\"https://a.example\",", Quotes, Some("https://a.example")),
    ("\"a.example", Quotes, Some("https://a.example")),
    ("[\"https://a.example\"]", List, Some("https://a.example")),
    ("['https://a.example']", List, Some("https://a.example")),
    ("[https://a.example]", List, Some("https://a.example")),
    ("[\"https://a.example\", \"https://b.example\"]", List, None),
    ("https://a.example,b.example", SeveralOrigins, None),
    ("https://a.example,b.example,", SeveralOrigins, None),
    (
        "https://a.example, https://b.example]",
        SeveralOrigins,
        None,
    ),
    // the scheme
    ("https//a.example", MissingScheme, Some("https://a.example")),
    (
        "http//localhost:3000",
        MissingScheme,
        Some("http://localhost:3000"),
    ),
    (
        "192.168.1.5:8080",
        MissingScheme,
        Some("http://192.168.1.5:8080"),
    ),
    ("10.0.0.5", MissingScheme, Some("http://10.0.0.5")),
    ("8.8.8.8", MissingScheme, Some("https://8.8.8.8")),
    ("nas.lan:5000", MissingScheme, Some("http://nas.lan:5000")),
    ("printer.local", MissingScheme, Some("http://printer.local")),
    (
        "app.localhost:8080",
        MissingScheme,
        Some("http://app.localhost:8080"),
    ),
    (
        "htps://a.example",
        MistypedScheme,
        Some("https://a.example"),
    ),
    (
        "htpps://a.example",
        MistypedScheme,
        Some("https://a.example"),
    ),
    (
        "hhttps://a.example",
        MistypedScheme,
        Some("https://a.example"),
    ),
    (
        "httsp://a.example",
        MistypedScheme,
        Some("https://a.example"),
    ),
    (
        "ttps://a.example",
        MistypedScheme,
        Some("https://a.example"),
    ),
    (
        "htp://localhost:3000",
        MistypedScheme,
        Some("http://localhost:3000"),
    ),
    (
        "hhtp://localhost:3000",
        MistypedScheme,
        Some("http://localhost:3000"),
    ),
    ("ws://a.example", WebSocketScheme, Some("https://a.example")),
    (
        "wss://a.example:8443",
        WebSocketScheme,
        Some("https://a.example:8443"),
    ),
    (
        "ws://localhost:3000",
        WebSocketScheme,
        Some("http://localhost:3000"),
    ),
    ("htpt://a.example", MistypedScheme, Some("http://a.example")),
    (
        "htpts://a.example",
        MistypedScheme,
        Some("https://a.example"),
    ),
    (
        "http:\\\\localhost:3000",
        MissingScheme,
        Some("http://localhost:3000"),
    ),
    ("http:a.example", MissingScheme, Some("http://a.example")),
    ("localhost:*", MissingScheme, Some("http://localhost:*")),
    ("INTRANET", MissingScheme, Some("https://intranet")),
    ("30*", MissingScheme, None),
    ("ftp://a.example", SchemeWithoutOrigin, None),
    ("data:", SchemeWithoutOrigin, None),
    ("data://x", SchemeWithoutOrigin, None),
    ("javascript://x", SchemeWithoutOrigin, None),
    ("blob://x", SchemeWithoutOrigin, None),
    ("view-source://x", SchemeWithoutOrigin, None),
    // ports and addresses
    ("https://*.example.com:[8080,9000]", SeveralPorts, None),
    ("http://localhost:3000,3001", SeveralPorts, None),
    ("http://localhost:3000-3010", SeveralPorts, None),
    (
        "http://localhost:3000:*",
        SeveralPorts,
        Some("http://localhost:*"),
    ),
    ("http://192.168.0.0/16", AddressRange, None),
    ("192.168.0.0/16", AddressRange, None),
    ("http://[fd00::]/8", AddressRange, None),
    // regular expressions and globs
    (
        "https://[a-z]+.example.com",
        RegularExpression,
        Some("https://*.example.com"),
    ),
    (
        "https://.*\\.example\\.com",
        RegularExpression,
        Some("https://*.example.com"),
    ),
    (
        "^https://app\\.example\\.com$",
        RegularExpression,
        Some("https://app.example.com"),
    ),
    ("^https://", RegularExpression, None),
    (
        "https?://app.example.com",
        RegularExpression,
        Some("https://app.example.com"),
    ),
    (
        "https://(www\\.)?example\\.com",
        RegularExpression,
        Some("https://example.com"),
    ),
    (
        "/^https:\\/\\/.*\\.example\\.com$/",
        RegularExpression,
        Some("https://*.example.com"),
    ),
    (
        "http://localhost:\\d+",
        RegularExpression,
        Some("http://localhost:*"),
    ),
    (
        "http://localhost(:\\d+)?",
        RegularExpression,
        Some("http://localhost:*"),
    ),
    ("https://(a|b)\\.example\\.com", RegularExpression, None),
    ("https://{a,b}.example.com", RegularExpression, None),
    (
        "https://myapp-.+\\.vercel\\.app",
        RegularExpression,
        Some("https://myapp-*.vercel.app"),
    ),
    // words
    ("undefined", UnsetVariable, None),
    ("${ORIGIN}", UnsetVariable, None),
    ("$CORS_ORIGIN", UnsetVariable, None),
    ("{{ origin }}", UnsetVariable, None),
    ("none", WordForNone, None),
    ("self", WordForNone, None),
    ("'self'", WordForNone, None),
    ("ALL", AnyOrigin, None),
    ("true", AnyOrigin, None),
    ("any", AnyOrigin, None),
    // quotes of a word processor, and what stands around an origin
    ("“https://a.example”", Quotes, Some("https://a.example")),
    ("‘https://a.example’", Quotes, Some("https://a.example")),
    (
        "https://a.example,",
        InvalidCharacter,
        Some("https://a.example"),
    ),
    (
        "https://a.example;",
        InvalidCharacter,
        Some("https://a.example"),
    ),
    (
        "https://a.example%20",
        PercentEncoding,
        Some("https://a.example"),
    ),
    (
        "https://a.example%2F",
        PercentEncoding,
        Some("https://a.example"),
    ),
    ("https ://a.example", WhiteSpace, Some("https://a.example")),
    ("https:// a.example", WhiteSpace, Some("https://a.example")),
    (
        "https:\\\\a.example",
        MissingScheme,
        Some("https://a.example"),
    ),
    (
        "https;//a.example",
        MissingScheme,
        Some("https://a.example"),
    ),
    (
        "blob:https://a.example/1",
        SchemeWithoutOrigin,
        Some("https://a.example"),
    ),
    ("data:text/html", SchemeWithoutOrigin, None),
    ("about:blank", SchemeWithoutOrigin, None),
    ("[::1]:3000", MissingScheme, Some("http://[::1]:3000")),
    ("3000", MissingScheme, None),
    // several in one text
    ("https://a.examplehttps://b.example", SeveralOrigins, None),
    (
        "http://localhost:3000http://localhost:5173",
        SeveralOrigins,
        None,
    ),
    ("null,https://a.example", SeveralOrigins, None),
    ("*, https://a.example", SeveralOrigins, None),
    // a * or a dot in the wrong place
    ("*example.com", MissingScheme, Some("https://*.example.com")),
    (".example.com", MissingScheme, Some("https://*.example.com")),
    (
        ".*.example.com",
        MissingScheme,
        Some("https://*.example.com"),
    ),
    (
        "*://*.example.com",
        MisplacedWildcard,
        Some("https://*.example.com"),
    ),
    (
        "*://localhost:*",
        MisplacedWildcard,
        Some("http://localhost:*"),
    ),
    (
        "http*://example.com",
        MisplacedWildcard,
        Some("https://example.com"),
    ),
    (
        "http://localhost:30*",
        MisplacedWildcard,
        Some("http://localhost:*"),
    ),
    // more regular expressions and globs
    (
        "http(s)://example.com",
        RegularExpression,
        Some("https://example.com"),
    ),
    (
        "^http(s)?://example\\.com$",
        RegularExpression,
        Some("https://example.com"),
    ),
    (
        "https?://localhost:[0-9]+",
        RegularExpression,
        Some("http://localhost:*"),
    ),
    ("http://(localhost|127.0.0.1):3000", RegularExpression, None),
    ("(http|https)://example.com", RegularExpression, None),
    (
        "https://app[1-3].example.com",
        RegularExpression,
        Some("https://app*.example.com"),
    ),
    (
        "https://[tenant].example.com",
        RegularExpression,
        Some("https://*.example.com"),
    ),
    (
        "http://localhost:3???",
        RegularExpression,
        Some("http://localhost:*"),
    ),
    ("re:^https", RegularExpression, None),
    (
        "https://cats?.example.com",
        RegularExpression,
        Some("https://cats*.example.com"),
    ),
    (
        "https://[a-z]{1,63}\\.example\\.com",
        RegularExpression,
        Some("https://*.example.com"),
    ),
    (
        "http://(localhost(:\\d+)?)",
        RegularExpression,
        Some("http://localhost:*"),
    ),
    (
        "http://((localhost|127.0.0.1)(:\\d+)?)",
        RegularExpression,
        None,
    ),
    (
        "https://a.example/.*",
        RegularExpression,
        Some("https://a.example"),
    ),
    // a path may have any characters
    ("https://a.io/(x)", Path, Some("https://a.io")),
    ("https://**-a.example.com", MisplacedWildcard, None),
    ("https://a<b.example", InvalidCharacter, None),
    // more words
    ("NULL", NullOrigin, None),
    ("\"null\"", NullOrigin, None),
    ("[\"*\"]", AnyOrigin, None),
    ("\"*\"", AnyOrigin, None),
    ("**", AnyOrigin, None),
    (".*", AnyOrigin, None),
    ("'none'", WordForNone, None),
    ("same-site", WordForNone, None),
    ("[]", Empty, None),
    ("[\"\"]", Empty, None),
    ("https", EmptyHost, None),
    ("https://$HOST", UnsetVariable, None),
    ("https://${HOST}:${PORT}", UnsetVariable, None),
    ("http://localhost:PORT", UnsetVariable, None),
    ("https://<your-domain>", UnsetVariable, None),
    ("https://{{tenant}}.example.com", UnsetVariable, None),
    ("process.env.FRONTEND_URL", UnsetVariable, None),
    ("CORS_ORIGIN", UnsetVariable, None),
    ("CORS_ALLOWED_ORIGINS_2", UnsetVariable, None),
    ("my_host", MissingScheme, Some("https://my_host")),
    ("MYHOST", MissingScheme, Some("https://myhost")),
    (
        "LOCALHOST:3000",
        MissingScheme,
        Some("http://localhost:3000"),
    ),
    ("Printer.Local", MissingScheme, Some("http://printer.local")),
    ("localhost:*:3000", SeveralPorts, Some("http://localhost:*")),
    ("LOCALHOST:3000:*", SeveralPorts, Some("http://localhost:*")),
    (
        "ws://localhost:*:3000",
        SeveralPorts,
        Some("http://localhost:*"),
    ),
    (
        "https?://LOCALHOST:3000",
        RegularExpression,
        Some("http://localhost:3000"),
    ),
    ("\"CORS_ORIGIN\"", UnsetVariable, None),
    ("nas.lan", MissingScheme, Some("http://nas.lan")),
    ("nas.home:8080", MissingScheme, Some("http://nas.home:8080")),
    ("app.test", MissingScheme, Some("http://app.test")),
    ("app.internal", MissingScheme, Some("http://app.internal")),
    (
        "app.localhost:5173",
        MissingScheme,
        Some("http://app.localhost:5173"),
    ),
    (
        "https://a.example.com:*:3000",
        SeveralPorts,
        Some("https://a.example.com:*"),
    ),
    (
        "https?://127.0.0.1:3000",
        RegularExpression,
        Some("http://127.0.0.1:3000"),
    ),
    (
        "https?://127\\.0\\.0\\.1:3000",
        RegularExpression,
        Some("http://127.0.0.1:3000"),
    ),
    (
        "WS://LOCALHOST:3000",
        UpperCase,
        Some("http://localhost:3000"),
    ),
];

#[test]
fn each_slip_is_named_and_its_fix_is_a_pattern() {
    let differences: Vec<_> = SLIPS
        .iter()
        .filter_map(|(text, problem, suggestion)| {
            let error = OriginPattern::parse(*text).err();
            let found = error
                .as_ref()
                .map(|error| (error.problem(), error.suggestion()));
            (found != Some((*problem, *suggestion))).then(|| format!("{text}: {found:?}"))
        })
        .collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Whatever looks like an origin in a fix is one that a policy takes.
#[test]
fn every_origin_that_a_fix_quotes_parses() {
    for (text, ..) in SLIPS {
        let fix = OriginPattern::parse(*text).unwrap_err().fix();
        for origin in quoted_origins(&fix) {
            assert!(
                OriginPattern::parse(origin).is_ok(),
                "{text}: {fix}: {origin}"
            );
        }
    }
}

fn quoted_origins(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('"').skip(1).step_by(2);
    quoted.filter(|part| part.contains("://"))
}

#[test]
fn several_origins_in_one_text_are_shown_as_entries() {
    for text in [
        "https://a.example, https://b.example",
        "https://a.example https://b.example",
        "https://a.example;https://b.example",
        "https://a.example|https://b.example",
        "[\"https://a.example\", \"https://b.example\"]",
    ] {
        assert_eq!(
            OriginPattern::parse(text).unwrap_err().fix(),
            "write each as a separate entry: [\"https://a.example\", \"https://b.example\"]",
            "{text}"
        );
    }
}

/// What stands for one pattern is not shown as several.
#[test]
fn expressions_of_one_pattern_become_that_pattern() {
    for (text, pattern) in [
        ("https://.*\\.example\\.com", "https://*.example.com"),
        (
            "https://app-[a-z,0-9].example.com",
            "https://app-*.example.com",
        ),
        (
            "https://[a-z]{1,63}\\.example\\.com",
            "https://*.example.com",
        ),
        ("http://localhost:\\d{4,5}", "http://localhost:*"),
        (
            "https://(www\\.|app\\.)?example\\.com",
            "https://example.com",
        ),
    ] {
        let fix = OriginPattern::parse(text).unwrap_err().fix();
        assert_eq!(fix, format!("write \"{pattern}\""), "{text}");
    }
}

/// A message shows at most 512 bytes of entries, and else says what to do.
#[test]
fn too_many_origins_for_a_message_are_not_shown() {
    let shown = "write each as a separate entry: [\"https://aaaaa.example\", ";
    for (last, is_shown) in [("a".repeat(19), true), ("a".repeat(20), false)] {
        let names = [vec!["aaaaa"; 19], vec![&*last]].concat();
        let list = names.iter().map(|name| format!("https://{name}.example"));
        for text in [
            list.collect::<Vec<_>>().join(", "),
            format!("https://({}).example", names.join("|")),
        ] {
            let fix = OriginPattern::parse(&*text).unwrap_err().fix();
            let is_whole = fix.starts_with(shown) && fix.ends_with(&format!("{last}.example\"]"));
            assert_eq!(is_whole, is_shown, "{text}: {fix}");
            assert_eq!(fix.contains("aaaaa"), is_shown, "{text}: {fix}");
        }
    }
    for (len, is_shown) in [(50, true), (51, false)] {
        let host = format!(
            "{}{}",
            format!("{}.", "a".repeat(63)).repeat(3),
            "b".repeat(len + 1)
        );
        let fix = OriginPattern::parse(format!("https://(www\\.)?{host}"))
            .unwrap_err()
            .fix();
        assert_eq!(fix.starts_with("write each"), is_shown, "{fix}");
        assert!(fix.contains(&format!("\"https://{host}\"")), "{fix}");
    }
}

/// A part that may be left out makes two patterns, and each alternative makes one.
#[test]
fn expressions_of_several_origins_become_entries() {
    for (text, entries) in [
        (
            "https://(www\\.)?example\\.com",
            "\"https://example.com\", \"https://www.example.com\"",
        ),
        (
            "https://(.*\\.)?example\\.com",
            "\"https://example.com\", \"https://*.example.com\"",
        ),
        (
            "^https?://(?:[a-z0-9-]+\\.)?example\\.com(:\\d+)?$",
            "\"https://example.com:*\", \"https://*.example.com:*\"",
        ),
        (
            "https://a.examplehttps://b.example",
            "\"https://a.example\", \"https://b.example\"",
        ),
        (
            "^https://(app|admin)\\.example\\.com$",
            "\"https://app.example.com\", \"https://admin.example.com\"",
        ),
        (
            "https://{www,app}.example.com",
            "\"https://www.example.com\", \"https://app.example.com\"",
        ),
        (
            "http://(localhost|127.0.0.1):3000",
            "\"http://localhost:3000\", \"http://127.0.0.1:3000\"",
        ),
        (
            "(http|https)://example.com",
            "\"http://example.com\", \"https://example.com\"",
        ),
        (
            "https://*.example.com:[8080,9000]",
            "\"https://*.example.com:8080\", \"https://*.example.com:9000\"",
        ),
        (
            "http://localhost:{3000,3001}",
            "\"http://localhost:3000\", \"http://localhost:3001\"",
        ),
    ] {
        let fix = OriginPattern::parse(text).unwrap_err().fix();
        assert_eq!(
            fix,
            format!("write each as a separate entry: [{entries}]"),
            "{text}"
        );
    }
}

/// Name, text, the patterns in it.
#[test]
fn a_list_in_one_text_is_read() {
    let two = &["https://a.example", "https://*.b.example"][..];
    for (name, text, patterns) in [
        ("one", "https://a.example", &two[..1]),
        ("commas", "https://a.example,https://*.b.example", two),
        (
            "commas and blanks",
            " https://a.example , https://*.b.example ",
            two,
        ),
        ("blanks", "https://a.example https://*.b.example", two),
        ("lines", "https://a.example\n\thttps://*.b.example\r\n", two),
        (
            "a comma at the end",
            "https://a.example,https://*.b.example,",
            two,
        ),
        ("semicolons", "https://a.example;https://*.b.example", two),
    ] {
        let read =
            OriginPattern::parse_list(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let texts: Vec<_> = read.iter().map(OriginPattern::as_str).collect();
        assert_eq!(texts, patterns, "{name}");
    }
}

/// Name, text, the message where the variable is named.
#[test]
fn every_problem_of_a_list_has_its_position() {
    let empty = "CORS_ORIGINS has no entry; it lists the origins of the pages that may call: set CORS_ORIGINS, \
                 for example to \"https://app.example.com, https://admin.example.com\"";
    for (name, text, message) in [
        ("nothing", "", empty),
        ("blanks", " \n", empty),
        ("commas", ", ,", empty),
        (
            "one of three",
            "https://a.example, b.example, https://c.example",
            "CORS_ORIGINS[1]: \"b.example\" has no scheme; an origin starts with a scheme and \"://\": \
             write \"https://b.example\"",
        ),
        (
            "two of three",
            "https://a.example/, https://b.example, *",
            "CORS_ORIGINS[0]: \"https://a.example/\" has a trailing slash; an origin ends after the host and \
             port: write \"https://a.example\"\n\
             CORS_ORIGINS[2]: \"*\" is not a valid origin pattern; allowing any origin is a separate setting: \
             call allow_any_origin()",
        ),
        (
            "quotes",
            "\"https://a.example\"",
            "CORS_ORIGINS[0]: \"\\x22https://a.example\\x22\" has quotes in it; an origin has no quotes: \
             write \"https://a.example\"",
        ),
    ] {
        let error = OriginPattern::parse_list(text).expect_err(name);
        let lines = message.lines().filter(|line| line.contains("]: "));
        assert_eq!(error.problems().len(), lines.count(), "{name}");
        assert_eq!(
            error.in_variable("CORS_ORIGINS").to_string(),
            message,
            "{name}"
        );
    }
    let nameless =
        OriginPattern::parse_list("").map_err(|error: OriginListError| error.to_string());
    assert!(
        nameless
            .unwrap_err()
            .contains("most likely the variable that it comes from is not set")
    );
}
