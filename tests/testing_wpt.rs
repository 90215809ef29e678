//! The Web Platform Tests' CORS cases: the browser in a test does what real browsers must.
//!
//! Each row of `tests/data/wpt_cases.json` is one case; its `about` says what the fields mean. Another file
//! of the same form is run by naming it: `WPT_CASES=cases.json cargo test --all-features --test testing_wpt`.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::Value;
use tower_cors::testing::{Blocked, Browser, CredentialsMode, Fetched, RequestMode};

const OWN_CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wpt_cases.json");
const URL: &str = "https://api.other.test/resource";

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

struct Case {
    id: String,
    page: String,
    mode: RequestMode,
    credentials: CredentialsMode,
    has_upload_listener: bool,
    method: Method,
    /// What the page fetches, and again.
    fetches: Vec<PageFetch>,
    body: Bytes,
    /// Pages that the browser has seen before, and their cookies.
    visits: Vec<(String, Vec<String>)>,
    /// The URLs, in the order in which redirects lead to them, and what answers there.
    servers: Vec<Server>,
    is_safelist: bool,
}

struct PageFetch {
    after: Duration,
    /// Another than the row's, which answers alike.
    url: Option<String>,
    headers: HeaderMap,
    expect: Value,
}

struct Server {
    url: String,
    preflight: (StatusCode, HeaderMap),
    actual: (StatusCode, HeaderMap),
}

impl Case {
    /// `Err` says what can't be built.
    fn read(page: &str, row: &Value) -> Result<Self, String> {
        let is_safelist = match row["kind"].as_str() {
            Some("safelist") => true,
            Some("fetch") => false,
            kind => panic!("{}: unknown kind {kind:?}", row["id"]),
        };
        let request_headers = headers(&row["request_headers"])?;
        let servers = if is_safelist {
            vec![Server::that_allows(&request_headers)]
        } else {
            Server::read_all(row)?
        };
        let mut fetches = vec![PageFetch {
            after: Duration::ZERO,
            url: None,
            headers: request_headers,
            expect: row["expect"].clone(),
        }];
        for again in list(&row["again"]) {
            let own = again.get("request_headers").map(headers).transpose()?;
            fetches.push(PageFetch {
                after: Duration::from_millis(again["after"].as_u64().expect("a time is a number")),
                url: again["url"].as_str().map(str::to_owned),
                headers: own.unwrap_or_else(|| fetches[0].headers.clone()),
                expect: again.clone(),
            });
        }
        let method = text(&row["method"]);
        Ok(Self {
            id: text(&row["id"]).to_owned(),
            page: row["page"].as_str().unwrap_or(page).to_owned(),
            mode: match row["mode"].as_str() {
                None | Some("cors") => RequestMode::Cors,
                Some("no-cors") => RequestMode::NoCors,
                mode => panic!("{}: unknown mode {mode:?}", row["id"]),
            },
            credentials: match row["credentials"].as_str() {
                Some("omit") => CredentialsMode::Omit,
                Some("same-origin") => CredentialsMode::SameOrigin,
                Some("include") => CredentialsMode::Include,
                mode => panic!("{}: unknown credentials mode {mode:?}", row["id"]),
            },
            has_upload_listener: row["listens"].as_bool().unwrap_or(false),
            method: Method::from_bytes(method.as_bytes())
                .map_err(|_| format!("the method {method:?}"))?,
            fetches,
            body: Bytes::from(row["body"].as_str().unwrap_or_default().to_owned()),
            visits: list(&row["visits"])
                .iter()
                .map(|visit| {
                    let cookies = list(&visit["set_cookies"]).iter().map(text);
                    let cookies = cookies.map(str::to_owned).collect();
                    (text(&visit["url"]).to_owned(), cookies)
                })
                .collect(),
            servers,
            is_safelist,
        })
    }

    /// `Err` says what comes out otherwise.
    async fn run(&self) -> Result<(), String> {
        let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
            let url = request.uri().to_string();
            let is_again = self
                .fetches
                .iter()
                .any(|fetch| fetch.url.as_ref() == Some(&url));
            let server = if is_again {
                self.servers.last()
            } else {
                self.servers.iter().find(|server| server.url == url)
            };
            let asks = request
                .headers()
                .contains_key(http::header::ACCESS_CONTROL_REQUEST_METHOD);
            let (status, headers) = match server {
                None => match self.visits.iter().find(|(visit, _)| *visit == url) {
                    Some((_, cookies)) => (StatusCode::OK, set_cookies(cookies)),
                    None => (StatusCode::IM_A_TEAPOT, HeaderMap::new()),
                },
                Some(server) if request.method() == Method::OPTIONS && asks => {
                    server.preflight.clone()
                }
                Some(server) => server.actual.clone(),
            };
            let mut response = Response::new(Full::<Bytes>::default());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let mut page = Browser::at(&self.page).mode(RequestMode::Navigate);
        for (url, _) in &self.visits {
            let mut visit = Request::new(Full::default());
            *visit.uri_mut() = url.parse().expect("the URL is one");
            let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
            page = page.visit(origin);
            if let Err(blocked) = page.fetch(&mut app, visit).await {
                return Err(format!("{}: {blocked}", self.id));
            }
        }
        let mut page = page
            .visit(&self.page)
            .mode(self.mode)
            .credentials(self.credentials);
        if self.has_upload_listener {
            page = page.with_upload_listener();
        }
        for PageFetch {
            after,
            url,
            headers,
            expect,
        } in &self.fetches
        {
            let mut request = Request::new(Full::new(self.body.clone()));
            *request.method_mut() = self.method.clone();
            *request.uri_mut() = url
                .as_ref()
                .unwrap_or(&self.servers[0].url)
                .parse()
                .expect("the URL is one");
            *request.headers_mut() = headers.clone();
            page.advance(*after);
            let result = page.fetch(&mut app, request).await;
            self.check(expect, &result)?;
        }
        Ok(())
    }

    fn check(&self, expect: &Value, result: &Result<Fetched, Blocked>) -> Result<(), String> {
        let (told, exchanges) = match result {
            Ok(fetched) => (fetched.to_string(), fetched.exchanges()),
            Err(blocked) => (blocked.to_string(), blocked.exchanges()),
        };
        let wrong = |what: String| Err(format!("{}: expected {what}\n{told}", self.id));
        let expected = if self.is_safelist {
            "ok"
        } else {
            expect["result"].as_str().unwrap_or("ok")
        };
        if (expected == "ok") != result.is_ok() {
            return wrong(expected.to_owned());
        }
        let preflights: Vec<_> = exchanges.iter().filter(|one| one.is_preflight()).collect();
        let last = exchanges.iter().rev().find(|one| !one.is_preflight());
        let sent = |name: &str| header(last?.request_headers(), name);
        for (key, expected) in expect.as_object().expect("what is expected is an object") {
            let found = match &**key {
                "result" | "after" | "url" | "request_headers" => continue,
                "cookies" => Value::from(cookies(sent("cookie"))),
                "preflight_cookies" => {
                    let asked = preflights.first();
                    let asked = asked.and_then(|asked| header(asked.request_headers(), "cookie"));
                    Value::from(cookies(asked))
                }
                "preflighted" => Value::from(!preflights.is_empty()),
                "preflights" => Value::from(preflights.len()),
                "asked_headers" => {
                    let name = "access-control-request-headers";
                    let asked = preflights.first();
                    Value::from(asked.and_then(|asked| header(asked.request_headers(), name)))
                }
                "origin" => Value::from(sent("origin")),
                "sent_method" => Value::from(last.map(|last| last.method().as_str())),
                "sent_headers" => {
                    let names = expected.as_object().expect("headers are an object").keys();
                    names
                        .map(|name| (name.clone(), Value::from(sent(name))))
                        .collect()
                }
                "visible_headers" | "status" | "type" => {
                    let Ok(fetched) = result else { continue };
                    match &**key {
                        "visible_headers" => Value::from(visible(fetched)),
                        "status" => {
                            Value::from(fetched.status().map_or(0, |status| status.as_u16()))
                        }
                        _ => Value::from(
                            format!("{:?}", fetched.response_type()).to_ascii_lowercase(),
                        ),
                    }
                }
                key => panic!("{}: unknown expectation {key:?}", self.id),
            };
            let expected = match key.as_str() {
                "visible_headers" => Value::from(sorted(list(expected).iter().map(text).collect())),
                _ => expected.clone(),
            };
            if found != expected {
                return wrong(format!("{key}: {expected}, not {found}"));
            }
        }
        Ok(())
    }
}

impl Server {
    /// Each redirect leads to the next one, and the last to the row's URL.
    fn read_all(row: &Value) -> Result<Vec<Self>, String> {
        let last = row["url"].as_str().unwrap_or(URL);
        let redirects = list(&row["redirects"]);
        let mut servers = Vec::new();
        for (index, redirect) in redirects.iter().enumerate() {
            let mut server = Self::read(text(&redirect["url"]), redirect)?;
            let next = redirects.get(index + 1);
            let next = next.map_or(last, |next| text(&next["url"]));
            let location = HeaderValue::from_str(next).map_err(|error| error.to_string())?;
            server.actual.1.insert(http::header::LOCATION, location);
            servers.push(server);
        }
        servers.push(Self::read(last, &row["server"])?);
        Ok(servers)
    }

    fn read(url: &str, row: &Value) -> Result<Self, String> {
        // A row without a preflight's answer must not have one.
        let preflight = match row.get("preflight_status") {
            Some(code) => (status(code)?, headers(&row["preflight_headers"])?),
            None => (StatusCode::IM_A_TEAPOT, HeaderMap::new()),
        };
        Ok(Self {
            url: without_userinfo(url),
            preflight,
            actual: (status(&row["status"])?, headers(&row["headers"])?),
        })
    }

    fn that_allows(names: &HeaderMap) -> Self {
        let any = HeaderMap::from_iter([(
            http::header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        )]);
        let mut preflight = any.clone();
        for name in names.keys() {
            preflight.append(
                http::header::ACCESS_CONTROL_ALLOW_HEADERS,
                name.clone().into(),
            );
        }
        Self {
            url: URL.to_owned(),
            preflight: (StatusCode::OK, preflight),
            actual: (StatusCode::OK, any),
        }
    }
}

/// As a server sees it.
fn without_userinfo(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (_, rest) = rest.split_once('@').unwrap_or(("", rest));
            format!("{scheme}://{rest}")
        }
        None => url.to_owned(),
    }
}

/// Those of a `Cookie` header, sorted.
fn cookies(header: Option<&str>) -> Vec<&str> {
    let cookies = header.unwrap_or_default().split("; ");
    sorted(cookies.filter(|cookie| !cookie.is_empty()).collect())
}

fn set_cookies(cookies: &[String]) -> HeaderMap {
    let lines = cookies.iter().map(|cookie| {
        let cookie = HeaderValue::from_str(cookie).expect("a cookie is a header's value");
        (http::header::SET_COOKIE, cookie)
    });
    lines.collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("this is a text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
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
    for line in list(lines) {
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
