//! The command line itself.

use crate::ask;

#[test]
fn a_wrong_argument_says_what_to_write() {
    let url = "https://api.example.com/items";
    let page = ["--from", "https://app.example.com"];
    for (arguments, words) in [
        (&[url][..], "--from <ORIGIN>"),
        (&page, "<URL>"),
        (
            &["api.example.com", page[0], page[1]],
            "write the whole URL, with http:// or https://",
        ),
        (
            &["ftp://api.example.com", page[0], page[1]],
            "http:// and https://",
        ),
        (
            &[url, "--from", "https://app.example.com/"],
            "write \"https://app.example.com\"",
        ),
        (
            &[url, "--from", "https://*.example.com"],
            "write the origin of one page",
        ),
        (
            &[url, page[0], page[1], "--method", "P T"],
            "write a method",
        ),
        (
            &[url, page[0], page[1], "--header", "a b"],
            "write the name of a header",
        ),
        (&[url, page[0], page[1], "--timeout", "0"], "--timeout"),
        (
            &[url, page[0], page[1], "--policy", "a", "--dry-run"],
            "cannot be used with",
        ),
        (
            &["audit", url, "//evil.example", page[0], page[1]],
            "write a path of the server",
        ),
        (
            &["audit", url, "https://evil.example", page[0], page[1]],
            "write a path of the server",
        ),
        (&["audit", url, "--from", "*"], "--from \"*\""),
        (&[], "Usage:"),
    ] {
        let said = ask(arguments);
        assert_eq!(said.status, 2, "{arguments:?}: {said:?}");
        assert!(said.stderr.contains(words), "{arguments:?}: {said:?}");
    }
}

#[test]
fn help_teaches() {
    let said = ask(&["--help"]);
    assert_eq!(said.status, 0, "{said:?}");
    for words in [
        "blocked by CORS policy",
        "Exit status",
        "What it sends",
        "cors-why audit",
    ] {
        assert!(said.stdout.contains(words), "{words}");
    }
    // Each example is a command line that is understood.
    let joined = said.stdout.replace("\\\n", " ");
    let examples: Vec<&str> = joined
        .lines()
        .filter_map(|line| line.strip_prefix("      cors-why "))
        .collect();
    assert_eq!(examples.len(), 5, "{joined}");
    for example in examples {
        let quoted: Vec<&str> = example.split('\'').collect();
        let mut arguments = vec![];
        for (index, part) in quoted.iter().enumerate() {
            if index % 2 == 1 {
                arguments.push(*part);
            } else {
                arguments.extend(part.split_whitespace());
            }
        }
        if arguments[0] == "audit" || example.contains("--policy") {
            // They need a server, or a file: their errors are not about arguments.
            arguments.push("--no-such-option");
            assert!(
                ask(&arguments).stderr.contains("--no-such-option"),
                "{example}"
            );
        } else {
            arguments.push("--dry-run");
            assert_eq!(ask(&arguments).status, 0, "{example}");
        }
    }
}
