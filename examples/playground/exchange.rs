//! What went over the wire: requests and responses as the server saw them, and what the policy says about them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, COOKIE, HeaderName, ORIGIN,
};
use http::{HeaderMap, HeaderValue, Method};
use serde::Serialize;
use tower_cors::{CorsConfig, CorsHandle};

use crate::api::SESSION;
use crate::fix;

/// The number of exchanges that are kept.
const MOST: usize = 200;
/// The routes that no layer covers.
const BARE: &str = "/bare";

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
    fixed: Fixed,
}

/// What the fix changes, for a button that applies it.
#[derive(Clone, Default, Serialize)]
struct Fixed {
    policy: Option<CorsConfig>,
    method: Option<String>,
}

/// A header line, and whether it matters for CORS or cookies.
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
    /// Takes out the exchanges of one attempt, in their order.
    pub(crate) fn take(&self, attempt: &str) -> Vec<Exchange> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (taken, left) = log
            .drain(..)
            .partition(|exchange| exchange.attempt == attempt);
        *log = left;
        Vec::from(taken)
    }

    /// Exchanges without an attempt belong to other programs.
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

    /// Answers a request, and keeps both.
    pub(crate) async fn record(self, handle: CorsHandle, request: Request, next: Next) -> Response {
        let policy = handle.current();
        let explanation = policy.explain_request(&request);
        let decision = policy.decide_request(&request);
        let fixed = Fixed {
            policy: fix::of_denial(&policy, &decision, request.headers()),
            method: fix::method_of_denial(&policy, &decision),
        };
        let mut settings = request.uri().query().unwrap_or_default().split('&');
        let attempt = settings.find_map(|setting| setting.strip_prefix("try="));
        let attempt = attempt.unwrap_or_default().to_owned();
        let method = request.method().clone();
        let origin = request.headers().get(ORIGIN).cloned();
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
            fixed,
        };
        let is_bare = exchange.path.starts_with(BARE);
        let response = next.run(request).await;
        exchange.status = response.status().as_u16();
        exchange.response = lines(response.headers());
        if is_bare {
            exchange.judge_without_layer(origin.as_ref(), &response);
        }
        self.push(exchange);
        response
    }
}

impl Exchange {
    /// No policy was asked: what a browser sees in the response.
    fn judge_without_layer(&mut self, origin: Option<&HeaderValue>, response: &Response) {
        let allowed: Vec<_> = response
            .headers()
            .get_all(ACCESS_CONTROL_ALLOW_ORIGIN)
            .iter()
            .collect();
        let why = match allowed[..] {
            [] if self.is_preflight => format!(
                "the preflight got {} without any CORS header: the layer doesn't answer it",
                self.status
            ),
            [] => format!("this {} has no CORS header", self.status),
            [one] if Some(one) == origin => return,
            [one] => format!(
                "the response allows {}, another page",
                one.to_str().unwrap_or("?")
            ),
            _ => "the response has Access-Control-Allow-Origin twice".to_owned(),
        };
        self.is_allowed = false;
        "blocked: no layer covers this path".clone_into(&mut self.verdict);
        self.why = Some(why);
        self.near = None;
        self.fix = Some("put the layer around the whole router".to_owned());
        self.fixed = Fixed::default();
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

/// The value as it was sent, except bytes that can't be shown and the cookies of other programs on this host.
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
        .filter(|cookie| cookie.split('=').next() == Some(SESSION));
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
            "origin"
                | "vary"
                | "cookie"
                | "set-cookie"
                | "content-type"
                | "authorization"
                | "sec-fetch-site"
        )
}
