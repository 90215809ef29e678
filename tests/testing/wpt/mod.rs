//! The Web Platform Tests' CORS cases: the browser in a test does what real browsers must.
//!
//! Each row of the files `tests/data/wpt_*.json` is one case; the `about` of a file says what the fields mean.
//! Another file of the same form is run by naming it:
//! `WPT_CASES=cases.json cargo test --all-features --test testing wpt`.

mod row;
mod run;
mod values;

use serde_json::Value;

use crate::wpt::row::Case;

const OWN_CASES: [&str; 3] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wpt_cases.json"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wpt_more.json"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wpt_more_ext.json"),
];

/// The rows that can't be built, since the http crate refuses control characters in a header value.
const NOT_EXPRESSIBLE: [(&str, &str); 6] = [
    (
        "cors-safelisted-request-header-004",
        "U+0001 in a header value",
    ),
    (
        "cors-safelisted-request-header-009",
        "U+000B in a header value",
    ),
    (
        "cors-safelisted-request-header-010",
        "U+000C in a header value",
    ),
    (
        "cors-safelisted-request-header-012",
        "U+007F in a header value",
    ),
    (
        "fetch-cors-preflight-not-cors-safelisted-002",
        "U+0001 in a header value",
    ),
    (
        "fetch-cors-preflight-not-cors-safelisted-005",
        "U+0001 in a header value",
    ),
];

/// Where the tests expect something else than the Fetch standard says. The browser keeps to the standard.
const NOT_BY_THE_STANDARD: [(&str, &str); 1] = [(
    "cors-preflight-cache-003",
    "an Access-Control-Max-Age of -1 is not a number of seconds, and so counts as none, which is 5 s",
)];

/// All rows of a file: the cases, and the ids of those that can't be built.
fn read(path: &str) -> (Vec<Case>, Vec<(String, String)>) {
    let text = std::fs::read_to_string(path).expect("the file of cases can be read");
    let file: Value = serde_json::from_str(&text).expect("the file of cases is JSON");
    let page = file["page_origin"].as_str().expect("there is a page");
    let (mut cases, mut not_expressible) = (vec![], vec![]);
    for row in file["rows"].as_array().expect("there are rows") {
        match Case::read(page, row) {
            Ok(case) => cases.push(case),
            Err(what) => {
                let id = row["id"].as_str().expect("an id is a text").to_owned();
                not_expressible.push((id, what));
            }
        }
    }
    (cases, not_expressible)
}

#[tokio::test]
async fn the_browser_does_what_the_web_platform_tests_expect() {
    match std::env::var("WPT_CASES") {
        Ok(path) => run_all(&path).await,
        Err(_) => {
            for path in OWN_CASES {
                run_all(path).await;
            }
        }
    }
}

async fn run_all(path: &str) {
    let (cases, not_expressible) = read(path);
    let mut wrong = Vec::new();
    for case in &cases {
        let contradicts = |(id, _): &(&str, &str)| *id == case.id;
        let is_contradiction = NOT_BY_THE_STANDARD.iter().any(contradicts);
        match case.run().await {
            Ok(()) if is_contradiction => {
                wrong.push(format!("{}: it is as the tests expect", case.id));
            }
            Err(what) if !is_contradiction => wrong.push(what),
            _ => {}
        }
    }
    println!(
        "{path}: {} cases run, {} wrong, {} not expressible: {not_expressible:#?}",
        cases.len(),
        wrong.len(),
        not_expressible.len()
    );
    assert!(!cases.is_empty(), "the file has no case that can be run");
    assert!(wrong.is_empty(), "{path}: {}", wrong.join("\n\n"));
}

#[test]
fn the_rows_that_cannot_be_built_are_exactly_the_listed_ones() {
    let not_expressible: Vec<_> = OWN_CASES.iter().flat_map(|path| read(path).1).collect();
    let found: Vec<&str> = not_expressible.iter().map(|(id, _)| &**id).collect();
    let listed: Vec<&str> = NOT_EXPRESSIBLE.iter().map(|(id, _)| *id).collect();
    assert_eq!(found, listed, "{not_expressible:#?}");
}
