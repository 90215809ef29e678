//! A request that reached a server, in so far as it shows who sent it, and what came of it.

use std::fmt;

use http::{HeaderMap, Method, StatusCode};
use tower_cors::testing::Exchange;

use crate::world::Entry;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hop {
    pub(super) method: Method,
    pub(super) site: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) end: End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// The server's handler got the request.
    HandlerRuns,
    /// The layer answered with this status.
    Refused(u16),
    /// The layer answered a preflight, and nothing follows.
    Preflight,
    Redirected,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HandlerRuns => f.write_str("handler runs"),
            Self::Refused(status) => write!(f, "{status}"),
            Self::Preflight => f.write_str("stopped at the preflight"),
            Self::Redirected => f.write_str("redirected"),
        }
    }
}

impl Hop {
    pub(super) fn of_entry(entry: &Entry) -> Self {
        Self::new(&entry.method, &entry.headers, entry.status, entry.is_handled)
    }

    /// The model doesn't say whose the answer is. The handlers here never refuse.
    pub(super) fn of_exchange(exchange: &Exchange) -> Self {
        let refusals = [StatusCode::FORBIDDEN, StatusCode::MISDIRECTED_REQUEST];
        let is_refused = exchange.status().is_some_and(|status| refusals.contains(&status));
        let is_handled = !is_refused && !exchange.is_preflight();
        Self::new(exchange.method(), exchange.request_headers(), exchange.status(), is_handled)
    }

    fn new(method: &Method, headers: &HeaderMap, status: Option<StatusCode>, is_handled: bool) -> Self {
        let text = |name: &str| {
            let values = headers.get_all(name).into_iter();
            let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            (!values.is_empty()).then(|| values.join(" | "))
        };
        let status = status.unwrap_or_default();
        let end = match is_handled {
            true if status.is_redirection() => End::Redirected,
            true => End::HandlerRuns,
            false if method == Method::OPTIONS => End::Preflight,
            false => End::Refused(status.as_u16()),
        };
        Self { method: method.clone(), site: text("sec-fetch-site"), origin: text("origin"), end }
    }

    /// For a table.
    pub(super) fn says(&self, page: &str) -> String {
        let origin = match self.origin.as_deref() {
            None => "-",
            // of a sandboxed frame, too
            Some("null") => "null",
            Some(origin) if origin == page => "page",
            Some(_) => "other",
        };
        format!("{}, {origin}", self.site.as_deref().unwrap_or("-"))
    }
}
