//! Questions to a policy file, without a server.

use std::path::PathBuf;

use crate::ask;

fn file(name: &str, text: &str) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, text).unwrap();
    file.into_os_string().into_string().unwrap()
}

#[test]
fn a_policy_file_is_asked_without_a_server() {
    let policy = file(
        "policy.toml",
        "origins = [\"https://app.example.com\"]\nmethods = [\"PATCH\"]",
    );
    for (name, arguments, status, rows) in [
        (
            "allowed",
            &["--from", "https://app.example.com", "--method", "PATCH"][..],
            0,
            &[][..],
        ),
        (
            "origin",
            &["--from", "https://www.app.example.com"],
            1,
            &[
                (
                    "near",
                    "\"https://app.example.com\" is allowed, but the page is on \"www.app.example.com\"",
                ),
                (
                    "fix",
                    "if that page may call, add \"https://www.app.example.com\" to origins",
                ),
            ],
        ),
        (
            "method and header",
            &[
                "--from",
                "https://app.example.com",
                "--method",
                "PUT",
                "--header",
                "x-a",
            ],
            1,
            &[(
                "fix",
                "if pages may do so, add \"PUT\" to methods, add \"x-a\" to headers",
            )],
        ),
        (
            "credentials",
            &["--from", "https://app.example.com", "--credentials"],
            1,
            &[(
                "fix",
                "if that page may act as the user, set credentials = true; or let the page fetch with credentials: \
                 \"omit\"",
            )],
        ),
        (
            "mixed content",
            &[
                "http://api.example.com",
                "--from",
                "https://app.example.com",
            ],
            1,
            &[(
                "fix",
                "serve the API over https; an https page can't fetch from http",
            )],
        ),
    ] {
        let said = ask(&[&["--policy", &policy], arguments].concat());
        assert_eq!(said.status, status, "{name}: {said:?}");
        for (label, text) in rows {
            assert_eq!(said.row(label), *text, "{name}");
        }
    }
}

#[test]
fn a_policy_file_with_a_mistake_can_not_be_asked() {
    let missing = format!("{}-missing", file("there.toml", ""));
    for (policy, words) in [
        (missing, "No such file"),
        (
            file("syntax.toml", "origins = [\"a\u{1b}\""),
            "TOML parse error",
        ),
        (
            file("key.toml", "origin = [\"https://a.example\"]"),
            "unknown field `origin`",
        ),
        (
            file("origin.toml", "origins = [\"https://a.example/\"]"),
            "has a trailing slash",
        ),
    ] {
        let said = ask(&["--policy", &policy, "--from", "https://a.example"]);
        assert_eq!(said.status, 2, "{said:?}");
        assert!(said.stderr.starts_with("not asked: "), "{said:?}");
        assert!(said.stderr.contains(words), "{said:?}");
    }
}
