//! Lists of origins in one text.

use super::*;

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
