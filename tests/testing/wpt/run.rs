//! Runs a case: a browser, a service that answers as the row says, and what the row expects.

use std::convert::Infallible;
use std::sync::Mutex;

use bytes::Bytes;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::Value;
use tower_cors::testing::{Blocked, Browser, Exchange, Fetched, RequestMode};

use crate::wpt::row::{Case, PageFetch, Server};
use crate::wpt::values::{cookies, header, lines, list, set_cookies, sorted, text, visible};

impl Case {
    /// `Err` says what comes out otherwise.
    pub(crate) async fn run(&self) -> Result<(), String> {
        let servers = Mutex::new(self.servers.clone());
        let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
            let servers = servers.lock().expect("no test panics while it answers");
            let (status, headers) = self.answer(&servers, &request);
            let mut response = Response::new(Full::<Bytes>::default());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let mut page = Browser::at(&self.settings.page).mode(RequestMode::Navigate);
        for (url, _) in &self.visits {
            let mut visit = Request::new(Full::default());
            *visit.uri_mut() = url.parse().expect("the URL is one");
            let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
            page = page.visit(origin);
            if let Err(blocked) = page.fetch(&mut app, visit).await {
                return Err(format!("{}: {blocked}", self.id));
            }
        }
        let mut page = self.settings.open(page);
        for fetch in &self.fetches {
            if let Some(server) = &fetch.server {
                let mut servers = servers.lock().expect("no test panics while it answers");
                servers.retain(|old| old.url != server.url);
                servers.push(server.clone());
            }
            if let Some(other) = &fetch.page {
                page = page.visit(other);
            }
            page = page.credentials(fetch.credentials);
            page.advance(fetch.after);
            let result = page.fetch(&mut app, self.request(fetch)).await;
            self.check(&fetch.expect, &result)?;
        }
        Ok(())
    }

    fn request(&self, fetch: &PageFetch) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = fetch.method.clone();
        *request.uri_mut() = fetch
            .url
            .as_ref()
            .unwrap_or(&self.servers[0].url)
            .parse()
            .expect("the URL is one");
        *request.headers_mut() = fetch.headers.clone();
        request
    }

    fn answer(
        &self,
        servers: &[Server],
        request: &Request<Full<Bytes>>,
    ) -> (StatusCode, HeaderMap) {
        let url = request.uri().to_string();
        let mut fetches = self.fetches.iter();
        let server = if fetches.any(|fetch| fetch.url.as_ref() == Some(&url)) {
            servers.last()
        } else {
            servers.iter().find(|server| server.url == url)
        };
        let asks = request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        match server {
            None => match self.visits.iter().find(|(visit, _)| *visit == url) {
                Some((_, cookies)) => (StatusCode::OK, set_cookies(cookies)),
                None => (StatusCode::IM_A_TEAPOT, HeaderMap::new()),
            },
            Some(server) if request.method() == Method::OPTIONS && asks => server.preflight.clone(),
            Some(server) => server.actual.clone(),
        }
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
        for (key, expected) in expect.as_object().expect("what is expected is an object") {
            let found = match &**key {
                "result" | "after" | "url" | "request_headers" | "method" | "credentials"
                | "page" | "server" => continue,
                "visible_headers" | "status" | "type" | "seen" | "seen_url" | "timing" => {
                    let Ok(fetched) = result else { continue };
                    what_the_script_sees(key, expected, fetched)
                }
                key => what_was_sent(key, expected, exchanges)
                    .unwrap_or_else(|| panic!("{}: unknown expectation {key:?}", self.id)),
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

/// `None` for an unknown key.
fn what_was_sent(key: &str, expected: &Value, exchanges: &[Exchange]) -> Option<Value> {
    let preflights: Vec<_> = exchanges.iter().filter(|one| one.is_preflight()).collect();
    let last = exchanges.iter().rev().find(|one| !one.is_preflight());
    let last_headers = last.map(Exchange::request_headers);
    let sent = |name: &str| header(last_headers?, name);
    let asked = preflights.first().map(|asked| asked.request_headers());
    let asked = |name: &str| header(asked?, name);
    Some(match key {
        "cookies" => Value::from(cookies(sent("cookie"))),
        "preflight_cookies" => Value::from(cookies(asked("cookie"))),
        "preflighted" => Value::from(!preflights.is_empty()),
        "preflights" => Value::from(preflights.len()),
        "requests" => Value::from(exchanges.len() - preflights.len()),
        "asked_headers" => Value::from(asked("access-control-request-headers")),
        "preflight_sent" => {
            let headers = preflights.last().map(|last| last.request_headers());
            by_name(expected, |name| {
                headers.and_then(|headers| header(headers, name)).into()
            })
        }
        "origin" => Value::from(sent("origin")),
        "sent_method" => Value::from(last.map(|last| last.method().as_str())),
        "sent_headers" => by_name(expected, |name| sent(name).into()),
        "sent_lines" => by_name(expected, |name| {
            last_headers
                .map(|headers| lines(headers, name))
                .unwrap_or_default()
                .into()
        }),
        _ => return None,
    })
}

fn what_the_script_sees(key: &str, expected: &Value, fetched: &Fetched) -> Value {
    match key {
        "visible_headers" => Value::from(visible(fetched)),
        "seen" => by_name(expected, |name| header(fetched.headers(), name).into()),
        "seen_url" => Value::from(fetched.url()),
        "timing" => Value::from(fetched.is_timing_allowed()),
        "status" => Value::from(fetched.status().map_or(0, |status| status.as_u16())),
        _ => Value::from(format!("{:?}", fetched.response_type()).to_ascii_lowercase()),
    }
}

/// The same names as expected, with what was found.
fn by_name(expected: &Value, found: impl Fn(&str) -> Value) -> Value {
    let names = expected.as_object().expect("headers are an object").keys();
    names.map(|name| (name.clone(), found(name))).collect()
}
