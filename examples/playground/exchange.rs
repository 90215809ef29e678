//! What went over the wire: requests and responses as the server saw them, with the policy's verdict.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, COOKIE, HeaderName};
use http::{HeaderMap, Method};
use serde::Serialize;
use tower_cors::CorsHandle;

/// So many are kept.
const MOST: usize = 200;

/// A request and its response.
#[derive(Clone, Serialize)]
pub(crate) struct Exchange {
    #[serde(skip)]
    attempt: String,
    is_preflight: bool,
    method: String,
    path: String,
    request: Vec<Line>,
    status: u16,
    response: Vec<Line>,
    is_allowed: bool,
    verdict: String,
    why: Option<String>,
    near: Option<String>,
    fix: Option<String>,
}

/// A header line, and whether it has to do with CORS.
#[derive(Clone, Serialize)]
struct Line {
    name: String,
    value: String,
    matters: bool,
}

/// The last exchanges.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<VecDeque<Exchange>>>);

impl Log {
    /// Takes out those of one attempt, in their order.
    pub(crate) fn take(&self, attempt: &str) -> Vec<Exchange> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (taken, left) = log
            .drain(..)
            .partition(|exchange| exchange.attempt == attempt);
        *log = left;
        Vec::from(taken)
    }

    /// What is of no attempt is the business of others.
    fn push(&self, exchange: Exchange) {
        if exchange.attempt.is_empty() {
            return;
        }
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == MOST {
            log.pop_front();
        }
        log.push_back(exchange);
    }

    /// Answers a request, and writes down both.
    pub(crate) async fn record(self, handle: CorsHandle, request: Request, next: Next) -> Response {
        let explanation = handle.current().explain_request(&request);
        let query = request.uri().query().unwrap_or_default();
        let attempt = query.strip_prefix("try=").unwrap_or_default().to_owned();
        let method = request.method().clone();
        let mut exchange = Exchange {
            attempt,
            is_preflight: method == Method::OPTIONS
                && request
                    .headers()
                    .contains_key(ACCESS_CONTROL_REQUEST_METHOD),
            method: method.to_string(),
            path: request.uri().path().to_owned(),
            request: lines(request.headers()),
            status: 0,
            response: vec![],
            is_allowed: explanation.is_allowed(),
            verdict: explanation.verdict().to_owned(),
            why: explanation.why().map(str::to_owned),
            near: explanation.nearest_miss().map(str::to_owned),
            fix: explanation.fix().map(str::to_owned),
        };
        let response = next.run(request).await;
        exchange.status = response.status().as_u16();
        exchange.response = lines(response.headers());
        self.push(exchange);
        response
    }
}

fn lines(headers: &HeaderMap) -> Vec<Line> {
    headers
        .iter()
        .map(|(name, value)| Line {
            name: name.to_string(),
            value: shown(name, value.as_bytes()),
            matters: matters(name.as_str()),
        })
        .collect()
}

/// As it was sent, but for bytes that can't be shown and for the cookies of other programs on this host.
fn shown(name: &HeaderName, value: &[u8]) -> String {
    let text: String = value
        .iter()
        .map(|byte| match byte {
            b' '..=b'~' => char::from(*byte).to_string(),
            _ => byte.escape_ascii().to_string(),
        })
        .collect();
    if name != COOKIE {
        return text;
    }
    let own = text
        .split("; ")
        .filter(|cookie| cookie.starts_with("tower-cors-playground="));
    let own = own.collect::<Vec<_>>().join("; ");
    if own.is_empty() {
        return "(none of the playground's)".to_owned();
    }
    own
}

fn matters(name: &str) -> bool {
    name.starts_with("access-control-")
        || matches!(
            name,
            "origin" | "vary" | "cookie" | "content-type" | "authorization" | "sec-fetch-site"
        )
}
