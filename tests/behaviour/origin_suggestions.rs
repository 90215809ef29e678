//! What is suggested for the texts that people write in settings, and which mistake is named.

use tower_cors::OriginPattern;
use tower_cors::error::OriginListError;

/// What a message says to write.
#[derive(Debug, Clone, Copy)]
enum Meant {
    One(&'static str),
    /// One pattern, and what was written and is not in it.
    Without(&'static str, &'static str),
    Each(&'static [&'static str]),
    /// No pattern. The message names the rule.
    Unsure,
}
use Meant::{Each, One, Unsure, Without};

const A: Meant = One("https://a.example");
const A_AND_B: Meant = Each(&["https://a.example", "https://b.example"]);

/// Name, text, what is suggested.
const ROWS: &[(&str, &str, Meant)] = &[
    // reported: a suggestion that built a policy under which the page stayed blocked
    (
        "expression of a port",
        r"/^https?:\/\/localhost(:\d+)?$/",
        Unsure,
    ),
    (
        "expression without slashes",
        "^https?://localhost:?[0-9]*$",
        Unsure,
    ),
    ("start of an address", "http://192.168.", Unsure),
    ("decomposed letter", "https://mu\u{308}nchen.de", Unsure),
    ("full-width colon", "https\u{ff1a}//example.com", Unsure),
    ("no-break space at the end", "https://a.example\u{a0}", A),
    (
        "two with slashes",
        "https://a.example/, https://b.example/",
        A_AND_B,
    ),
    ("dot for a colon", "http.//localhost", Unsure),
    ("address to listen at", "0.0.0.0", Unsure),
    // around the text
    ("blanks", "  https://a.example\t", A),
    ("line break", "https://a.example\r\n", A),
    ("byte order mark", "\u{feff}https://a.example", A),
    ("zero-width space", "https://a.example\u{200b}", A),
    ("right-to-left mark", "\u{200f}https://a.example", A),
    ("double quotes", "\"https://a.example\"", A),
    ("single quotes", "'https://a.example'", A),
    ("backticks", "`https://a.example`", A),
    ("quotes of a word processor", "“https://a.example”", A),
    ("German quotes", "„https://a.example“", A),
    ("quotes in quotes", "'\"https://a.example\"'", A),
    ("one quote", "\"https://a.example", Unsure),
    ("escaped quotes", "\\\"https://a.example\\\"", Unsure),
    ("brackets", "[https://a.example]", A),
    ("angle brackets", "<https://a.example>", A),
    ("list of one", "[\"https://a.example\"]", A),
    ("list of one in single quotes", "['https://a.example']", A),
    ("comma at the end", "https://a.example,", A),
    ("semicolon at the end", "https://a.example;", A),
    ("comma after quotes", "\"https://a.example\",", A),
    ("comma at the start", ",https://a.example", A),
    ("list marker", "- https://a.example", A),
    ("numbered list marker", "1. https://a.example", A),
    (
        "comment",
        "https://a.example # the app",
        Without("https://a.example", "the comment"),
    ),
    (
        "comment of JavaScript",
        "https://a.example // the app",
        Without("https://a.example", "the comment"),
    ),
    (
        "comment with a URL",
        "https://a.example # was https://b.example",
        Unsure,
    ),
    ("only a comment", "# https://a.example", Unsure),
    ("name and value", "CORS_ORIGIN=https://a.example", Unsure),
    ("key and value", "origin: https://a.example", Unsure),
    (
        "header",
        "Access-Control-Allow-Origin: https://a.example",
        Unsure,
    ),
    ("object", "{\"origin\": \"https://a.example\"}", Unsure),
    ("backslash and n", r"https://a.example\n", Unsure),
    // case
    (
        "upper-case host",
        "https://Example.COM",
        One("https://example.com"),
    ),
    (
        "upper-case scheme",
        "HTTPS://example.com",
        One("https://example.com"),
    ),
    (
        "upper-case scheme of an app",
        "Capacitor://localhost",
        One("capacitor://localhost"),
    ),
    (
        "upper-case host of an app, with a slash",
        "app://A.example.com/",
        One("app://A.example.com"),
    ),
    (
        "upper-case localhost",
        "LOCALHOST:3000",
        One("http://localhost:3000"),
    ),
    ("first letter", "Example.com", One("https://example.com")),
    ("host in capitals", "https://HOST", Unsure),
    ("host to replace", "https://YOUR_DOMAIN.com", Unsure),
    // after the host
    ("slash", "https://example.com/", One("https://example.com")),
    (
        "slashes",
        "https://example.com//",
        One("https://example.com"),
    ),
    (
        "slash after a port",
        "http://localhost:3000/",
        One("http://localhost:3000"),
    ),
    (
        "slash of an extension",
        "chrome-extension://abc/",
        One("chrome-extension://abc"),
    ),
    (
        "slash of a pattern",
        "https://*.vercel.app/",
        One("https://*.vercel.app"),
    ),
    (
        "path",
        "https://example.com/api/v1",
        One("https://example.com"),
    ),
    (
        "path after a port",
        "http://127.0.0.1:8000/index.html",
        One("http://127.0.0.1:8000"),
    ),
    (
        "path with an at sign",
        "https://medium.com/@ann",
        One("https://medium.com"),
    ),
    (
        "path and query",
        "https://example.com/?a=b",
        One("https://example.com"),
    ),
    (
        "path and fragment",
        "https://example.com/#/home",
        One("https://example.com"),
    ),
    (
        "query",
        "https://example.com?a=b",
        One("https://example.com"),
    ),
    (
        "fragment",
        "https://example.com#top",
        One("https://example.com"),
    ),
    (
        "every path",
        "https://example.com/*",
        One("https://example.com"),
    ),
    (
        "every path of a port",
        "http://localhost:3000/*",
        One("http://localhost:3000"),
    ),
    (
        "every path, and in an extension every port",
        "http://localhost/*",
        Unsure,
    ),
    (
        "every path, and in an extension the domain itself",
        "https://*.example.com/*",
        Unsure,
    ),
    ("port as a path", "http://localhost/3000", Unsure),
    ("port after a slash", "http://localhost/:3000", Unsure),
    ("range of addresses", "http://192.168.0.0/16", Unsure),
    ("range without a scheme", "10.0.0.0/8", Unsure),
    ("range of IPv6 addresses", "http://[fd00::]/8", Unsure),
    (
        "template in the path",
        "https://example.com/${TENANT}",
        Unsure,
    ),
    ("glob for one character", "http://localhost:300?", Unsure),
    ("glob in a host", "https://cats?.example.com", Unsure),
    ("backslash", "https://example.com\\", Unsure),
    ("final dot", "https://example.com.", Unsure),
    // ports
    (
        "port of https",
        "https://example.com:443",
        One("https://example.com"),
    ),
    (
        "port of http",
        "http://example.com:80",
        One("http://example.com"),
    ),
    (
        "port of https, upper case",
        "HTTPS://Example.com:443",
        Without("https://example.com", "the default port"),
    ),
    ("empty port of a name", "https://example.com:", Unsure),
    ("empty port of localhost", "http://localhost:", Unsure),
    ("port 0", "https://example.com:0", Unsure),
    ("port with a zero", "https://example.com:08080", Unsure),
    ("port too large", "https://example.com:65536", Unsure),
    ("port in words", "http://localhost:PORT", Unsure),
    ("star in a port", "http://localhost:30*", Unsure),
    ("range of ports", "http://localhost:3000-3010", Unsure),
    ("ports with commas", "http://localhost:3000,3001", Unsure),
    ("ports in braces", "http://localhost:{3000,3001}", Unsure),
    // before the host
    (
        "user name and password",
        "https://user:pw@example.com",
        One("https://example.com"),
    ),
    (
        "empty user name",
        "https://@example.com",
        One("https://example.com"),
    ),
    (
        "user name and path",
        "https://ann@example.com/x",
        Without("https://example.com", "the user name"),
    ),
    (
        "everything",
        "https://ann:pw@Example.com:443/x # old",
        Without(
            "https://example.com",
            "the comment and the user name and the path and the default port",
        ),
    ),
    ("port after an at sign", "http://localhost@3000", Unsure),
    ("e-mail address", "ann@example.com", Unsure),
    ("repository", "git@github.com:ann/app", Unsure),
    // no scheme
    ("name", "example.com", One("https://example.com")),
    (
        "name with www",
        "www.example.com",
        One("https://www.example.com"),
    ),
    ("name and slash", "example.com/", One("https://example.com")),
    (
        "name and path",
        "example.com/app",
        Without("https://example.com", "the path"),
    ),
    (
        "two slashes and a name",
        "//example.com",
        One("https://example.com"),
    ),
    (
        "name with the port of https",
        "example.com:443",
        Without("https://example.com", "the default port"),
    ),
    (
        "name with the port of http",
        "example.com:80",
        Without("http://example.com", "the default port"),
    ),
    ("name with another port", "example.com:8080", Unsure),
    ("numbers as a name", "163.com", One("https://163.com")),
    ("localhost", "localhost", One("http://localhost")),
    (
        "localhost and port",
        "localhost:3000",
        One("http://localhost:3000"),
    ),
    (
        "localhost and any port",
        "localhost:*",
        One("http://localhost:*"),
    ),
    (
        "localhost, port and path",
        "localhost:3000/app",
        Without("http://localhost:3000", "the path"),
    ),
    (
        "below localhost",
        "app.localhost:8080",
        One("http://app.localhost:8080"),
    ),
    ("port that is often of https", "localhost:8443", Unsure),
    ("port of IIS Express", "localhost:44300", Unsure),
    (
        "loopback address",
        "127.0.0.1:5500",
        One("http://127.0.0.1:5500"),
    ),
    (
        "private address",
        "192.168.1.5:8080",
        One("http://192.168.1.5:8080"),
    ),
    ("public address", "8.8.8.8", One("http://8.8.8.8")),
    ("IPv6 address", "[::1]:3000", One("http://[::1]:3000")),
    ("IPv6 address alone", "[::1]", One("http://[::1]")),
    ("IPv6 address without brackets", "::1", Unsure),
    ("IPv6 address to listen at", "[::]:3000", Unsure),
    ("address to listen at, and port", "0.0.0.0:3000", Unsure),
    ("address of a network", "192.168.1.0", Unsure),
    ("two numbers of an address", "192.168", Unsure),
    ("start of an address without a scheme", "192.168.", Unsure),
    ("address with a star", "192.168.1.*", Unsure),
    ("address with a letter", "192.168.1.x", Unsure),
    (
        "address with letters, and a slash",
        "http://192.168.1.xx/",
        Unsure,
    ),
    ("address below a service", "127.0.0.1.nip.io", Unsure),
    ("address in a short form", "http://127.1:3000", Unsure),
    (
        "IPv6 address in a long form",
        "http://[0:0:0:0:0:0:0:1]:3000",
        Unsure,
    ),
    ("name of a local network", "printer.local", Unsure),
    ("reserved name", "app.test", Unsure),
    ("name in a container", "host.docker.internal:3000", Unsure),
    (
        "name in a container, with a slash",
        "http://host.docker.internal:3000/",
        One("http://host.docker.internal:3000"),
    ),
    ("one word", "app", Unsure),
    ("one word and port", "app:3000", Unsure),
    ("a port", "3000", Unsure),
    ("a port and its colon", ":3000", Unsure),
    ("hidden file", ".env", Unsure),
    ("file", "origins.json", Unsure),
    ("app", "com.example.app", Unsure),
    // a scheme with a mistake
    ("no colon", "https//example.com", Unsure),
    ("one slash", "https:/example.com", Unsure),
    ("no slash", "https:example.com", Unsure),
    ("three slashes", "https:///example.com", Unsure),
    ("semicolon", "https;//example.com", Unsure),
    ("backslashes", r"https:\\example.com", Unsure),
    ("blank after the scheme", "https:// a.example", Unsure),
    ("typing error", "htps://example.com", Unsure),
    ("WebSocket", "wss://example.com", Unsure),
    ("star as scheme", "*://example.com", Unsure),
    ("star after http", "http*://x", Unsure),
    ("scheme twice", "https://https://example.com", Unsure),
    (
        "scheme twice, without a colon",
        "https://https//example.com",
        Unsure,
    ),
    ("file URL", "file:///index.html", Unsure),
    ("database", "postgres://user:pw@db.example.com/app", Unsure),
    (
        "queue",
        "amqp://mq.example.com:5672/",
        One("amqp://mq.example.com:5672"),
    ),
    ("page of an app", "capacitor://localhost/index.html", Unsure),
    (
        "port of https with http, and a slash",
        "http://example.com:443/",
        Unsure,
    ),
    ("blob URL", "blob:https://a.example/1", Unsure),
    (
        "extension, any",
        "moz-extension://*/",
        One("moz-extension://*"),
    ),
    // stars and dots
    (
        "star and name",
        "*.example.com",
        One("https://*.example.com"),
    ),
    ("dot and name", ".example.com", One("https://*.example.com")),
    (
        "scheme, dot and name",
        "https://.example.com",
        One("https://*.example.com"),
    ),
    (
        "star in the first label",
        "app-*.example.com",
        One("https://app-*.example.com"),
    ),
    (
        "star and localhost",
        "*.localhost:3000",
        One("http://*.localhost:3000"),
    ),
    ("star without a dot", "*example.com", Unsure),
    (
        "star without a dot, two labels after it",
        "*example.co.uk",
        Unsure,
    ),
    ("two stars", "*.*.example.com", Unsure),
    ("double star", "**.example.com", Unsure),
    ("star for the end", "https://example.*", Unsure),
    ("star as host", "https://*", Unsure),
    ("star as host, with a slash", "https://*/", Unsure),
    ("star before a top-level domain", "*.com", Unsure),
    ("star before an address", "https://*.192.0.2.1", Unsure),
    ("star, name and any port", "*.example.com:*", Unsure),
    // expressions and globs
    ("escaped dots", r"https://example\.com", Unsure),
    ("any subdomain", r"https://.*\.example\.com", Unsure),
    (
        "any subdomain, dots not escaped",
        "https://.*.example.com",
        Unsure,
    ),
    (
        "any subdomain, without a scheme",
        r".*\.example\.com",
        Unsure,
    ),
    ("class", "https://[a-z]+.example.com", Unsure),
    ("optional part", r"https://(www\.)?example\.com", Unsure),
    ("optional s", "https?://example.com", Unsure),
    ("optional s in parentheses", "http(s)://example.com", Unsure),
    ("anchors", "^https://example.com$", Unsure),
    ("anchor at the end", "https://example.com$", Unsure),
    ("alternatives", r"https://(a|b)\.example\.com", Unsure),
    ("hosts with a bar", "localhost:3000|127.0.0.1:3000", Unsure),
    ("braces", "https://{a,b}.example.com", Unsure),
    ("range of digits", "https://app[1-3].example.com", Unsure),
    ("nginx", r"~^https://.*\.example\.com$", Unsure),
    // characters outside ASCII
    ("umlaut", "https://b\u{fc}cher.example", Unsure),
    ("umlaut without a scheme", "b\u{fc}cher.example", Unsure),
    ("percent-encoding", "https://b%C3%BCcher.example", Unsure),
    (
        "zero-width space inside",
        "https://a\u{200b}.example",
        Unsure,
    ),
    ("cyrillic letter", "https://\u{435}xample.com/", Unsure),
    // several
    ("commas", "https://a.example,https://b.example", A_AND_B),
    ("semicolons", "https://a.example;https://b.example", A_AND_B),
    ("bars", "https://a.example|https://b.example", A_AND_B),
    (
        "blanks between",
        "https://a.example https://b.example",
        A_AND_B,
    ),
    (
        "no-break space between",
        "https://a.example\u{a0}https://b.example",
        A_AND_B,
    ),
    ("lines", "https://a.example\nhttps://b.example/\n", A_AND_B),
    (
        "list markers",
        "- https://a.example\n- https://b.example",
        A_AND_B,
    ),
    (
        "JSON",
        "[\"https://a.example\", \"https://b.example\"]",
        A_AND_B,
    ),
    (
        "JSON in quotes",
        "'[\"https://a.example\",\"https://b.example\"]'",
        A_AND_B,
    ),
    (
        "quoted each",
        "'https://a.example', 'https://b.example'",
        A_AND_B,
    ),
    ("names", "a.example, b.example", A_AND_B),
    (
        "ports of localhost",
        "localhost:3000,localhost:5173",
        Each(&["http://localhost:3000", "http://localhost:5173"]),
    ),
    (
        "a star and its name",
        "*.example.com, example.com",
        Each(&["https://*.example.com", "https://example.com"]),
    ),
    ("one with a scheme", "https://a.example, b.example", Unsure),
    ("any and one", "*, https://a.example", Unsure),
    ("null and one", "null,https://a.example", Unsure),
    (
        "one that isn't sure",
        "https://a.example, https://b.example:",
        Unsure,
    ),
    (
        "nothing between",
        "https://a.examplehttps://b.example",
        Unsure,
    ),
    (
        "a word between",
        "https://a.example or https://b.example",
        Unsure,
    ),
    ("a blank in a host", "https://my app.example.com", Unsure),
    ("a blank before a port", "http://localhost 3000", Unsure),
    // words and variables
    ("any", "*", Unsure),
    ("any, quoted", "[\"*\"]", Unsure),
    ("null", "null", Unsure),
    ("undefined", "undefined", Unsure),
    ("none", "'none'", Unsure),
    ("variable", "${ORIGIN}", Unsure),
    ("variable as host", "https://$HOST", Unsure),
    ("variable of JavaScript", "process.env.ORIGIN", Unsure),
    ("setting", "config.ORIGIN", Unsure),
    ("template", "https://{{tenant}}.example.com", Unsure),
    ("placeholder", "https://<your-domain>", Unsure),
    ("name as placeholder", "<your-domain.com>", Unsure),
    ("empty list", "[]", Unsure),
    ("empty", "", Unsure),
];

#[test]
fn each_text_has_its_suggestion_or_none() {
    let mut differences = Vec::new();
    for (name, text, meant) in ROWS {
        let error = OriginPattern::parse(*text).expect_err(name);
        let each: Vec<_> = match meant {
            One(one) | Without(one, _) => vec![*one],
            Each(each) => each.to_vec(),
            Unsure => vec![],
        };
        let fix = match meant {
            One(one) => format!("write \"{one}\""),
            Without(one, parts) => format!("write \"{one}\", without {parts}"),
            Each(each) => format!("write each as a separate entry: {each:?}"),
            Unsure => error.fix(),
        };
        let one = Some(&*each)
            .filter(|each| each.len() == 1)
            .map(|each| each[0]);
        let is_wrong_fix =
            each.is_empty() && quoted_origins(&fix).any(|origin| !is_example(origin));
        if error.suggestion() != one || error.fix() != fix || is_wrong_fix {
            differences.push(format!("{name}: {text}: {error}"));
        }
        for pattern in each {
            assert!(OriginPattern::parse(pattern).is_ok(), "{name}: {pattern}");
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Whatever looks like an origin in a fix is one that a policy takes.
#[test]
fn every_origin_that_a_fix_quotes_parses() {
    for (name, text, _) in ROWS {
        let fix = OriginPattern::parse(*text).unwrap_err().fix();
        for origin in quoted_origins(&fix) {
            assert!(
                OriginPattern::parse(origin).is_ok(),
                "{name}: {fix}: {origin}"
            );
        }
    }
}

fn quoted_origins(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('"').skip(1).step_by(2);
    quoted.filter(|part| part.contains("://"))
}

/// What stands in the rules as an example, whatever the text was.
fn is_example(origin: &str) -> bool {
    let examples = [
        "https://app.example.com",
        "capacitor://localhost",
        "file://",
        "http://localhost:8000",
        "http://[::1]:3000",
    ];
    examples.contains(&origin)
}

/// Text, the mistake that is named.
#[test]
fn each_mistake_is_named() {
    let rows: &[(&str, &str)] = &[
        ("\"https://a.example\"", "quotes"),
        ("“https://a.example”", "quotes"),
        ("\"a.example", "quotes"),
        ("[\"https://a.example\"]", "list"),
        ("[https://a.example]", "list"),
        ("https://a.example,b.example", "several_origins"),
        ("a.example,b.example", "several_origins"),
        ("https://a.examplehttps://b.example", "several_origins"),
        ("null,https://a.example", "several_origins"),
        ("http://localhost:3000,3001", "several_origins"),
        ("https://a.example,", "invalid_character"),
        ("https://a.example\u{a0}", "white_space"),
        ("https://a.example\u{200b}", "white_space"),
        ("https://a\u{200b}.example", "unicode"),
        ("https//a.example", "missing_scheme"),
        ("htps://a.example", "mistyped_scheme"),
        ("htpts://a.example", "mistyped_scheme"),
        ("hhttps://a.example", "mistyped_scheme"),
        ("ws://a.example", "web_socket_scheme"),
        ("ftp://a.example", "scheme_without_origin"),
        ("about:blank", "scheme_without_origin"),
        ("data:text/html", "scheme_without_origin"),
        ("data:8080", "missing_scheme"),
        ("blob:https://a.example/1", "scheme_without_origin"),
        ("javascript://x", "scheme_without_origin"),
        ("http://192.168.0.0/16", "address_range"),
        ("192.168.0.0/16", "address_range"),
        ("http://[fd00::]/8", "address_range"),
        ("http://localhost:3000-3010", "port_not_a_number"),
        ("^https://", "regular_expression"),
        ("/^https:\\/\\/.*\\.example\\.com$/", "regular_expression"),
        ("https?://app.example.com", "regular_expression"),
        ("https://.*\\.example\\.com", "regular_expression"),
        ("https://.*.example.com", "regular_expression"),
        ("https://myapp-.+\\.vercel\\.app", "regular_expression"),
        ("https://app[1-3].example.com", "regular_expression"),
        ("https://{a,b}.example.com", "regular_expression"),
        ("http://localhost:\\d+", "regular_expression"),
        ("http://localhost:3???", "regular_expression"),
        ("https://a.example$", "regular_expression"),
        ("https://a.io/(x)", "path"),
        ("https://a<b.example", "invalid_character"),
        ("ALL", "any_origin"),
        ("true", "any_origin"),
        ("\"*\"", "any_origin"),
        (".*", "any_origin"),
        ("NULL", "null_origin"),
        ("\"null\"", "null_origin"),
        ("none", "word_for_none"),
        ("'self'", "word_for_none"),
        ("undefined", "unset_variable"),
        ("[object Object]", "unset_variable"),
        ("${ORIGIN}", "unset_variable"),
        ("$CORS_ORIGIN", "unset_variable"),
        ("{{ origin }}", "unset_variable"),
        ("%ORIGIN%", "unset_variable"),
        ("https://$HOST", "unset_variable"),
        ("https://<your-domain>", "unset_variable"),
        ("http://localhost:PORT", "unset_variable"),
        ("process.env.FRONTEND_URL", "unset_variable"),
        ("import.meta.env.VITE_URL", "unset_variable"),
        ("\"CORS_ORIGIN\"", "unset_variable"),
        ("CORS_ALLOWED_ORIGINS_2", "unset_variable"),
        ("my_host", "missing_scheme"),
        ("[]", "empty"),
        ("[\"\"]", "empty"),
        ("{}", "empty"),
        ("https", "empty_host"),
    ];
    for (text, problem) in rows {
        let error = OriginPattern::parse(*text).expect_err(text);
        assert_eq!(error.problem().code(), *problem, "{text}");
    }
}

/// A message shows at most 512 bytes of patterns, and otherwise says what to do. Texts of more than 4 KiB aren't read.
#[test]
fn long_texts_have_short_messages() {
    let shown = "write each as a separate entry: [\"https://aaaaa.example\", ";
    for (last, is_shown) in [("a".repeat(17), true), ("a".repeat(18), false)] {
        let names = [vec!["aaaaa"; 19], vec![&*last]].concat();
        let list = names.iter().map(|name| format!("https://{name}.example"));
        let text = list.collect::<Vec<_>>().join(", ");
        let fix = OriginPattern::parse(&*text).unwrap_err().fix();
        assert_eq!(fix.starts_with(shown), is_shown, "{text}: {fix}");
        assert_eq!(fix.contains("aaaaa"), is_shown, "{text}: {fix}");
    }
    for (blanks, is_read) in [(4096 - 17, true), (4097 - 17, false)] {
        let text = format!("https://a.example{}", " ".repeat(blanks));
        let error = OriginPattern::parse(text).unwrap_err();
        assert_eq!(error.suggestion().is_some(), is_read);
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
        ("brackets", "[https://a.example, https://*.b.example]", two),
        (
            "as in JSON",
            r#"["https://a.example", "https://*.b.example",]"#,
            two,
        ),
        (
            "quotes around the list",
            "\"https://a.example,https://*.b.example\"",
            two,
        ),
        (
            "quotes around each",
            "'https://a.example' 'https://*.b.example'",
            two,
        ),
        (
            "quotes of a word processor",
            "“https://a.example”",
            &two[..1],
        ),
        (
            "comments",
            "# who may call\nhttps://a.example # the app\nhttps://*.b.example",
            two,
        ),
    ] {
        let read =
            OriginPattern::parse_list(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let texts: Vec<_> = read.iter().map(OriginPattern::as_str).collect();
        assert_eq!(texts, patterns, "{name}");
    }
}

/// The brackets of addresses stay.
#[test]
fn addresses_in_brackets_are_not_a_list() {
    for text in [
        "http://[::1]:3000",
        "[http://[::1]:3000, http://[::2]]",
        "http://[::1] http://[::2]:1",
    ] {
        for read in OriginPattern::parse_list(text).unwrap() {
            assert!(read.as_str().starts_with("http://[::"), "{text}");
        }
    }
}

/// `main` and `unwrap` print `Debug`.
#[test]
fn errors_of_lists_print_the_same_lines_in_both_ways() {
    let error = OriginPattern::parse_list("https://a.example/, *").unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    let (_, entry) = &error.problems()[0];
    assert_eq!(format!("{entry:?}"), entry.to_string());
}

/// `192.168.x.x` is a range, not a host.
#[test]
fn an_address_with_letters_is_a_range() {
    for text in [
        "http://192.168.x.x:3000",
        "http://10.x.x.x",
        "http://192.168.1.xxx",
    ] {
        let error = OriginPattern::parse(text).unwrap_err();
        assert_eq!(error.problem().code(), "address_range", "{text}");
        assert_eq!(error.suggestion(), None, "{text}");
    }
    for text in [
        "http://x.x.x.x",
        "http://1.2.3.x.example",
        "http://192.168.x.example",
    ] {
        assert!(OriginPattern::parse(text).is_ok(), "{text}");
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
             list each origin; to allow any origin, the program has to call allow_any_origin()",
        ),
        (
            "a quote at one end",
            "\"https://a.example",
            "CORS_ORIGINS[0]: \"\"https://a.example\" has quotes in it; an origin has no quotes: \
             remove the quotes that are part of the text",
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
