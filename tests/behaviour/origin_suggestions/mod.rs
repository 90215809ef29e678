//! What is suggested for the texts that people write in settings, and which mistake is named.

mod lists;
mod rows;

use rows::ROWS;
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
