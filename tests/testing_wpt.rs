//! The Web Platform Tests' CORS cases: the browser in a test does what real browsers must.
//!
//! Each row of `tests/data/wpt_cases.json` is one case; its `about` says what the fields mean. Another file
//! of the same form is run by naming it: `WPT_CASES=cases.json cargo test --all-features --test testing_wpt`.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::Value;
use tower_cors::testing::{Browser, CredentialsMode, Fetched};

const OWN_CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wpt_cases.json");
const URL: &str = "https://api.other.test/resource";

/// The rows that can't be built, since the http crate refuses control characters in a header value.
const NOT_EXPRESSIBLE: [(&str, &str); 4] = [
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
];

struct Case {
    id: String,
    page: String,
    method: Method,
    headers: HeaderMap,
    credentials: CredentialsMode,
    preflight: (StatusCode, HeaderMap),
    actual: (StatusCode, HeaderMap),
    expect: Value,
    is_safelist: bool,
}

impl Case {
    /// `Err` says what can't be built.
    fn read(page: &str, row: &Value) -> Result<Self, String> {
        let is_safelist = match row["kind"].as_str() {
            Some("safelist") => true,
            Some("fetch") => false,
            kind => panic!("{}: unknown kind {kind:?}", row["id"]),
        };
        let server = &row["server"];
        let headers = headers(&row["request_headers"])?;
        let (preflight, actual) = if is_safelist {
            let any = HeaderMap::from_iter([(
                http::header::ACCESS_CONTROL_ALLOW_ORIGIN,
                HeaderValue::from_static("*"),
            )]);
            let mut preflight = any.clone();
            for name in headers.keys() {
                preflight.append(
                    http::header::ACCESS_CONTROL_ALLOW_HEADERS,
                    name.clone().into(),
                );
            }
            ((StatusCode::OK, preflight), (StatusCode::OK, any))
        } else {
            // A row without a preflight's answer must not have one.
            let preflight = match server.get("preflight_status") {
                Some(code) => (status(code)?, self::headers(&server["preflight_headers"])?),
                None => (StatusCode::IM_A_TEAPOT, HeaderMap::new()),
            };
            (
                preflight,
                (
                    status(&server["status"])?,
                    self::headers(&server["headers"])?,
                ),
            )
        };
        let method = row["method"].as_str().expect("a method is a text");
        Ok(Self {
            id: row["id"].as_str().expect("an id is a text").to_owned(),
            page: page.to_owned(),
            method: Method::from_bytes(method.as_bytes())
                .map_err(|_| format!("the method {method:?}"))?,
            headers,
            credentials: match row["credentials"].as_str() {
                Some("omit") => CredentialsMode::Omit,
                Some("same-origin") => CredentialsMode::SameOrigin,
                Some("include") => CredentialsMode::Include,
                mode => panic!("{}: unknown credentials mode {mode:?}", row["id"]),
            },
            preflight,
            actual,
            expect: row["expect"].clone(),
            is_safelist,
        })
    }

    /// `Err` says what comes out otherwise.
    async fn run(&self) -> Result<(), String> {
        let mut preflights = 0;
        let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
            let asks = request
                .headers()
                .contains_key(http::header::ACCESS_CONTROL_REQUEST_METHOD);
            let is_preflight = request.method() == Method::OPTIONS && asks;
            preflights += usize::from(is_preflight);
            let (status, headers) = if is_preflight {
                self.preflight.clone()
            } else {
                self.actual.clone()
            };
            let mut response = Response::new(Full::<Bytes>::default());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let mut request = Request::new(Full::default());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = URL.parse().expect("the URL is one");
        *request.headers_mut() = self.headers.clone();
        let result = Browser::at(&self.page)
            .credentials(self.credentials)
            .fetch(&mut app, request)
            .await;
        let told = match &result {
            Ok(fetched) => fetched.to_string(),
            Err(blocked) => blocked.to_string(),
        };
        let expected = if self.is_safelist {
            "ok"
        } else {
            self.expect["result"]
                .as_str()
                .expect("a fetch has a result")
        };
        if expected
            != if result.is_ok() {
                "ok"
            } else {
                "network-error"
            }
        {
            return Err(format!("{}: expected {expected}\n{told}", self.id));
        }
        if let Some(preflighted) = self.expect.get("preflighted").and_then(Value::as_bool) {
            if preflighted != (preflights > 0) {
                return Err(format!(
                    "{}: expected preflighted: {preflighted}\n{told}",
                    self.id
                ));
            }
        }
        if let (Some(names), Ok(fetched)) = (self.expect.get("visible_headers"), &result) {
            let expected: Vec<&str> = names
                .as_array()
                .expect("names are a list")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            if sorted(expected.clone()) != visible(fetched) {
                return Err(format!("{}: expected to see {expected:?}\n{told}", self.id));
            }
        }
        Ok(())
    }
}

fn visible(fetched: &Fetched) -> Vec<&str> {
    sorted(fetched.headers().keys().map(HeaderName::as_str).collect())
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

fn status(code: &Value) -> Result<StatusCode, String> {
    let code = code.as_u64().and_then(|code| u16::try_from(code).ok());
    code.and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| format!("the status {code:?}"))
}

fn headers(lines: &Value) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for line in lines.as_array().map(Vec::as_slice).unwrap_or_default() {
        let (name, value) = (
            line[0].as_str().expect("a name is a text"),
            line[1].as_str().expect("a value is a text"),
        );
        // A script's header values are byte strings: each character is one byte.
        let bytes: Result<Vec<u8>, _> = value
            .chars()
            .map(|character| u8::try_from(u32::from(character)))
            .collect();
        let bytes = bytes.map_err(|_| format!("the header value {value:?}"))?;
        headers.append(
            HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| format!("the header name {name:?}"))?,
            HeaderValue::from_bytes(&bytes).map_err(|_| format!("the header value {value:?}"))?,
        );
    }
    Ok(headers)
}

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
    let path = std::env::var("WPT_CASES").unwrap_or_else(|_| OWN_CASES.to_owned());
    let (cases, not_expressible) = read(&path);
    let mut wrong = Vec::new();
    for case in &cases {
        wrong.extend(case.run().await.err());
    }
    println!(
        "{} cases run, {} wrong, {} not expressible: {not_expressible:#?}",
        cases.len(),
        wrong.len(),
        not_expressible.len()
    );
    assert!(!cases.is_empty(), "the file has no case that can be run");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_rows_that_cannot_be_built_are_exactly_the_listed_ones() {
    let (_, not_expressible) = read(OWN_CASES);
    let found: Vec<&str> = not_expressible.iter().map(|(id, _)| &**id).collect();
    let listed: Vec<&str> = NOT_EXPRESSIBLE.iter().map(|(id, _)| *id).collect();
    assert_eq!(found, listed, "{not_expressible:#?}");
}
