//! What a config is refused for, where, and in which words.

use tower_cors::error::Field;
use tower_cors::{CorsConfig, CorsLayer};

use crate::list;

/// A config that allows one origin, and what else is set.
fn config(set: impl FnOnce(&mut CorsConfig)) -> CorsConfig {
    let mut config = CorsConfig {
        origins: list(["https://app.example.com"]),
        ..CorsConfig::default()
    };
    set(&mut config);
    config
}

/// The lines of the error, each a problem.
fn problems(config: CorsConfig) -> Vec<String> {
    let Err(error) = CorsLayer::try_from(config) else {
        return vec![];
    };
    error.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn each_mistake_in_its_words() {
    type Set = fn(&mut CorsConfig);
    let rows: [(&str, Set, &str); 33] = [
        (
            "no origin",
            |c| c.origins.clear(),
            "origins: is empty; a CORS policy needs an origin, and an empty list is usually a setting that was not read: name the origins of the pages that may call: `origins = [\"https://app.example.com\"]`, or write `origins = \"*\"` for an API that is open to all",
        ),
        (
            "any origin among others",
            |c| c.origins.push("*".into()),
            "origins[1]: \"*\" is not a valid origin pattern; allowing any origin is a separate setting: \
             write `origins = \"*\"`, with no other entry",
        ),
        (
            "null among origins",
            |c| c.origins.push("null".into()),
            "origins[1]: \"null\" is the origin of every sandboxed or local page; allowing it is a separate setting: \
             set allow_null_origin = true if you need it",
        ),
        (
            "a misplaced wildcard",
            |c| c.origins.push("https://app.*.example.com".into()),
            "origins[1]: \"https://app.*.example.com\" has a \"*\" in the wrong place; a \"*\" stands for whole \
             subdomains (\"https://*.example.com\"), for a part of the first label \
             (\"https://app-*.example.com\") or for any port (\"http://localhost:*\"): \
             write each origin, or `origins = \"*\"` for all",
        ),
        (
            "a regular expression",
            |c| c.origins.push("^https://".into()),
            "origins[1]: \"^https://\" looks like a regular expression or a glob; a pattern has a \"*\" for \
             subdomains (\"https://*.example.com\"), for a part of the first label \
             (\"https://app-*.example.com\") or for any port (\"http://localhost:*\"): write a pattern or each origin",
        ),
        (
            "a range of addresses",
            |c| c.origins.push("http://192.168.0.0/16".into()),
            "origins[1]: \"http://192.168.0.0/16\" has a range of addresses; an origin has one address: \
             write each address, or call allow_origins_if() in code",
        ),
        (
            "a list in one text",
            |c| {
                c.origins
                    .push("[\"https://a.example\", \"b.example\"]".into());
            },
            "origins[1]: \"[\"https://a.example\", \"b.example\"]\" is a list in one text; an entry is one \
             origin: write each origin as an entry of its own",
        ),
        (
            "a list of origins in one text",
            |c| {
                c.origins
                    .push("[\"https://a.example\", \"https://b.example\"]".into());
            },
            "origins[1]: \"[\"https://a.example\", \"https://b.example\"]\" is a list in one text; an \
             entry is one origin: write each as a separate entry: [\"https://a.example\", \"https://b.example\"]",
        ),
        (
            "another framework's word",
            |c| c.origins.push("true".into()),
            "origins[1]: \"true\" is not a valid origin pattern; allowing any origin is a separate setting: \
             write `origins = \"*\"`, with no other entry",
        ),
        (
            "any host of a scheme with credentials",
            |c| {
                c.credentials = true;
                c.origins.push("moz-extension://*".into());
            },
            "origins[1]: \"moz-extension://*\" allows every extension, app or file with this scheme; with credentials, \
             each of them can act as the user: name each host in full, leave credentials out, or set \
             dangerously_allow_whole_schemes = true",
        ),
        (
            "a slip that can be mended",
            |c| c.origins.push("https://App.example.com/".into()),
            "origins[1]: \"https://App.example.com/\" has a trailing slash; an origin ends after the host and port: write \"https://app.example.com\"",
        ),
        (
            "an insecure origin with credentials",
            |c| {
                c.credentials = true;
                c.origins.push("http://example.com".into());
            },
            "origins[1]: \"http://example.com\" is insecure; with credentials, anyone on the network between the user and this origin can act as the user: write \"https://example.com\", or set dangerously_allow_insecure_origins = true",
        ),
        (
            "a public suffix with credentials",
            |c| {
                c.credentials = true;
                c.origins.push("https://*.com".into());
            },
            "origins[1]: \"https://*.com\" allows names that anyone can register; with credentials, anyone who registers one can act as the user: write the domain that you own, as in \"https://*.example.com\", or set dangerously_allow_public_suffixes = true",
        ),
        (
            "any method among others",
            |c| c.methods = list(["PUT", "*"]),
            "methods[1]: \"*\" is not a method; any method is a separate setting: write `methods = \"*\"`, with no other entry",
        ),
        (
            "any method among others, with credentials",
            |c| {
                c.credentials = true;
                c.methods = list(["PUT", "*"]);
            },
            "methods[1]: \"*\" is not a method; any method is a separate setting: write `methods = \"mirror request\"`, with no other entry",
        ),
        (
            "mirrored methods among others",
            |c| c.methods = list(["mirror request", "PUT"]),
            "methods[0]: \"mirror request\" is not a valid method; a method consists of letters, digits and some punctuation, without spaces: write `methods = \"mirror request\"`, with no other entry",
        ),
        (
            "no method",
            |c| c.methods = list(["PUT DELETE"]),
            "methods[0]: \"PUT DELETE\" is not a valid method; a method consists of letters, digits and some punctuation, without spaces: write one method, such as \"PUT\"",
        ),
        (
            "a list of header names in one text",
            |c| c.headers = list(["Authorization, Content-Type"]),
            "headers[0]: \"Authorization, Content-Type\" is not a valid header name; a header name consists of letters, digits and some punctuation, without spaces: write each name as an entry: [\"Authorization\", \"Content-Type\"]",
        ),
        (
            "a forbidden method",
            |c| c.methods = list(["TRACE"]),
            "methods[0]: \"TRACE\" is a forbidden method; browsers do not let pages use CONNECT, TRACE or TRACK: remove it",
        ),
        (
            "any header among others",
            |c| c.headers = list(["content-type", "*"]),
            "headers[1]: \"*\" is not a header name; any header is a separate setting: write `headers = \"*\"`, with no other entry than \"authorization\", or `headers = \"mirror request\"` with credentials",
        ),
        (
            "mirrored headers among others",
            |c| c.headers = list(["x-a", "mirror request"]),
            "headers[1]: \"mirror request\" is not a valid header name; a header name consists of letters, digits and some punctuation, without spaces: write `headers = \"mirror request\"`, with no other entry",
        ),
        (
            "a header that no page sets",
            |c| c.headers = list(["x-a", "Cookie"]),
            "headers[1]: \"cookie\" is a forbidden request header; browsers set it themselves and do not let pages set it: remove it; to let pages send cookies, set credentials = true",
        ),
        (
            "any exposed header among others",
            |c| c.expose_headers = list(["etag", "*"]),
            "expose_headers[1]: \"*\" is not a header name; any header is a separate setting: write `expose_headers = \"*\"`, with no other entry, or name the headers if credentials are allowed",
        ),
        (
            "exposed headers that cannot be mirrored",
            |c| c.expose_headers = list(["mirror request"]),
            "expose_headers[0]: \"mirror request\" is not a valid header name; a header name consists of letters, digits and some punctuation, without spaces: write one header name, such as \"x-request-id\"",
        ),
        (
            "a header that no page reads",
            |c| c.expose_headers = list(["set-cookie"]),
            "expose_headers[0]: \"set-cookie\" is a forbidden response header; browsers do not let pages read it: remove it; to let pages send and keep cookies, set credentials = true",
        ),
        (
            "preflights kept for too long",
            |c| c.max_age = Some(86_401),
            "max_age: \"86401\" is too long; browsers cache a preflight response for at most 86400 s: write at most 86400",
        ),
        (
            "a status that browsers take for a refusal",
            |c| c.preflight_status = Some(302),
            "preflight_status: \"302\" is not a 2xx status; to a browser, any other preflight status is a refusal: write 204, or 200 for clients that do not know 204",
        ),
        (
            "no status at all",
            |c| c.preflight_status = Some(42),
            "preflight_status: \"42\" is not a 2xx status; to a browser, any other preflight status is a refusal: write 204, or 200 for clients that do not know 204",
        ),
        (
            "any origin with credentials",
            |c| {
                c.credentials = true;
                c.origins = list(["*"]);
            },
            "origins: \"*\" cannot be combined with `credentials`; browsers refuse `Access-Control-Allow-Origin: *` on requests with credentials, because any page could then act as its visitor: name the origins of the pages that may call: `origins = [\"https://app.example.com\"]`, or leave out `credentials`",
        ),
        (
            "the origin null with credentials",
            |c| {
                c.credentials = true;
                c.allow_null_origin = true;
            },
            "allow_null_origin: \"null\" cannot be combined with `credentials`; any page can get the origin `null` with a sandboxed iframe, and could then act as its visitor: serve the page from a URL and name its origin: `origins = [\"https://app.example.com\"]`, or leave out `credentials`",
        ),
        (
            "any method with credentials",
            |c| {
                c.credentials = true;
                c.methods = list(["*"]);
            },
            "methods: \"*\" cannot be combined with `credentials`; on requests with credentials, browsers read `*` as the name of a method: write `methods = \"mirror request\"` instead, or list the methods: `methods = [\"PUT\"]`; or leave out `credentials`",
        ),
        (
            "any header with credentials",
            |c| {
                c.credentials = true;
                c.headers = list(["*", "authorization"]);
            },
            "headers: \"*\" cannot be combined with `credentials`; on requests with credentials, browsers read `*` as the name of a header: write `headers = \"mirror request\"` instead, or list the headers: `headers = [\"content-type\"]`; or leave out `credentials`",
        ),
        (
            "any exposed header with credentials",
            |c| {
                c.credentials = true;
                c.expose_headers = list(["*"]);
            },
            "expose_headers: \"*\" cannot be combined with `credentials`; on requests with credentials, browsers read `*` as the name of a header: list the headers that pages may read: `expose_headers = [\"etag\"]`, or leave out `credentials`",
        ),
    ];
    for (name, set, expected) in rows {
        assert_eq!(problems(config(set)), [expected], "{name}");
    }
}

/// The compiler's message is in `tests/ui/wildcard_with_credentials.rs`. It differs only in the names of the options.
#[test]
fn the_words_are_those_of_the_compiler() {
    let compiler = include_str!("../ui/wildcard_with_credentials.rs");
    let said: Vec<_> = compiler
        .lines()
        .filter_map(|line| line.trim().strip_prefix("//~ "))
        .collect();
    let wildcards = config(|config| {
        config.origins = list(["*"]);
        config.allow_null_origin = true;
        config.methods = list(["*"]);
        config.headers = list(["*"]);
        config.expose_headers = list(["*"]);
        config.credentials = true;
    });
    let error = CorsLayer::try_from(wildcards).unwrap_err();
    let calls = [
        "allow_any_origin",
        "allow_null_origin",
        "allow_any_method",
        "allow_any_header",
        "expose_any_header",
    ];
    assert_eq!(error.problems().len(), calls.len());
    for (problem, call) in error.problems().iter().zip(calls) {
        assert_eq!(problem.code(), format!("{call}_with_credentials"));
        let said_here = problem.to_string();
        let (_, rule) = said_here.split_once("cannot").unwrap();
        let words = format!("`{call}` cannot{rule}");
        let (what, why) = words.split_once("; ").unwrap();
        let what = what.replace("`credentials`", "`allow_credentials`");
        let place = said.iter().position(|said| *said == what);
        let place = place.unwrap_or_else(|| panic!("the compiler doesn't say {what:?}"));
        assert!(
            why.starts_with(said[place + 2]),
            "{why:?}, {:?}",
            said[place + 2]
        );
    }
}

#[test]
fn every_problem_at_once_each_with_its_place() {
    let error = CorsLayer::try_from(config(|config| {
        config.origins = list([
            "https://a.example",
            "*",
            "https://b.example/",
            "http://c.example",
        ]);
        config.allow_null_origin = true;
        config.methods = list(["*"]);
        config.headers = list(["x-a", "host"]);
        config.expose_headers = list(["*"]);
        config.credentials = true;
        config.presets = list(["mcp", "MCP"]);
        config.max_age = Some(u64::MAX);
        config.preflight_status = Some(0);
    }))
    .unwrap_err();
    let places: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| (problem.field(), problem.index()))
        .collect();
    assert_eq!(
        places,
        [
            (Field::Origins, Some(1)),
            (Field::Origins, Some(2)),
            (Field::Origins, Some(3)),
            (Field::NullOrigin, None),
            (Field::Methods, None),
            (Field::Headers, Some(1)),
            (Field::ExposedHeaders, None),
            (Field::Presets, Some(1)),
            (Field::MaxAge, None),
            (Field::PreflightStatus, None),
        ]
    );
}

#[test]
fn a_preset_that_does_not_exist_is_refused_with_those_that_do() {
    let problems = problems(config(|config| config.presets = list(["mcp", "grpc_web"])));
    assert_eq!(
        problems,
        [
            "presets[1]: \"grpc_web\" is not a preset; a preset adds what the clients of one protocol need: \
             write one of \"connect\", \"grpc-web\", \"mcp\", \"range-requests\", \"reports\", \"tus\""
        ]
    );
}

/// The builder reports the same, in the words for those who call methods.
#[test]
fn the_problems_are_those_of_the_builder() {
    let entries = [
        "https://a.example/",
        "*",
        "null",
        "http://a.example",
        "https://*.com",
    ];
    let methods = ["*", "patch", "TRACE", ""];
    let headers = [
        "*",
        "x-a",
        "cookie",
        "host",
        "access-control-allow-origin",
        "",
    ];
    let exposed = ["*", "x-a", "set-cookie", "access-control-allow-origin"];
    let built = CorsLayer::builder()
        .allow_origins(entries)
        .allow_methods(methods)
        .allow_headers(headers)
        .expose_headers(exposed)
        .allow_credentials()
        .max_age(std::time::Duration::from_secs(100_000))
        .preflight_status(http::StatusCode::FOUND)
        .build();
    let read = CorsLayer::try_from(config(|config| {
        config.origins = list(entries);
        config.methods = list(methods);
        config.headers = list(headers);
        config.expose_headers = list(exposed);
        config.credentials = true;
        config.max_age = Some(100_000);
        config.preflight_status = Some(302);
    }));
    let reasons = |built: Result<CorsLayer, tower_cors::ConfigError>| -> Vec<_> {
        let error = built.unwrap_err();
        let problems = error.problems().iter();
        problems
            .map(|problem| (problem.field(), problem.index(), problem.code()))
            .collect()
    };
    let (built, read) = (reasons(built), reasons(read));
    assert_eq!(built.len(), 19);
    assert_eq!(built, read);
}

#[test]
fn no_fix_names_a_method_of_the_builder() {
    let error = CorsLayer::try_from(config(|config| {
        config.origins = list([
            "*",
            "null",
            "https://a*.example",
            "http://a.example",
            "https://*.com",
        ]);
        config.methods = list(["*", "PUT", ""]);
        config.headers = list([
            "*",
            "x-a",
            "cookie",
            "host",
            "access-control-allow-origin",
            "",
        ]);
        config.expose_headers = list(["*", "set-cookie", "access-control-allow-origin"]);
        config.credentials = true;
    }))
    .unwrap_err();
    assert_eq!(error.problems().len(), 15);
    for problem in error.problems() {
        assert!(!problem.fix().contains("call "), "{problem}");
        assert!(!problem.fix().contains("()"), "{problem}");
    }
}

#[test]
fn the_page_on_files_has_these_words() {
    let error = CorsLayer::try_from(config(|config| {
        config.origins = list(["https://example.com", "https://app.example.com/"]);
        config.headers = list(["*"]);
        config.credentials = true;
    }))
    .unwrap_err();
    let said = format!("```text\n{error}\n```");
    assert!(
        include_str!("../../docs/config.md").contains(&said),
        "{said}"
    );
}

/// Words and variables that are names by the grammar are refused, in both notations.
#[test]
fn words_in_the_place_of_names() {
    let mirror = "mirror";
    for (word, fix) in [
        ("$ALLOWED_HEADERS", "set the variable"),
        ("null", "set the variable"),
        ("undefined", "set the variable"),
        ("none", "remove the entry"),
        ("true", "remove the entry"),
        (mirror, "mirror request"),
        ("mirror_request", "mirror request"),
    ] {
        let error = CorsLayer::try_from(config(|config| {
            config.methods = list([word]);
            config.headers = list(["x-a", word]);
        }))
        .unwrap_err();
        let codes: Vec<_> = error
            .problems()
            .iter()
            .map(|problem| (problem.field(), problem.code()))
            .collect();
        let code = "word_in_place_of_name";
        assert_eq!(
            codes,
            [(Field::Methods, code), (Field::Headers, code)],
            "{word}"
        );
        for problem in error.problems() {
            assert!(problem.fix().contains(fix), "{problem}");
        }
        let exposed = CorsLayer::builder()
            .allow_any_origin()
            .expose_headers([word])
            .build();
        assert_eq!(exposed.unwrap_err().problems()[0].code(), code, "{word}");
    }
}

/// A reader finds in the message what they wrote.
#[test]
fn quotes_and_backslashes_appear_as_written() {
    for entry in ["https://a\"b\\c.example", "it's"] {
        let error =
            CorsLayer::try_from(config(|config| config.origins = list([entry]))).unwrap_err();
        assert!(error.to_string().contains(entry), "{error}");
        assert_eq!(format!("{error:?}"), error.to_string());
    }
    let error = CorsLayer::try_from(config(|config| {
        config.origins = list(["https://a\u{1b}[31m"]);
    }))
    .unwrap_err();
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
}
