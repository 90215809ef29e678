//! A request on the wire, in so far as CORS matters, and the status of its answer.

use std::collections::BTreeSet;

use http::{HeaderMap, Method};
use tower_cors::testing::Exchange;

use crate::world::Entry;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wire {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) status: Option<u16>,
    pub(crate) origin: Option<String>,
    pub(crate) asks_method: Option<String>,
    pub(crate) asks_headers: Option<String>,
    pub(crate) cookies: BTreeSet<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) mode: Option<String>,
}

impl Wire {
    pub(crate) fn of_entry(entry: &Entry) -> Self {
        let status = entry.status.map(|status| status.as_u16());
        Self::new(&entry.method, entry.url.clone(), status, &entry.headers)
    }

    pub(crate) fn of_exchange(exchange: &Exchange) -> Self {
        let status = exchange.status().map(|status| status.as_u16());
        Self::new(exchange.method(), exchange.uri().to_string(), status, exchange.request_headers())
    }

    fn new(method: &Method, url: String, status: Option<u16>, headers: &HeaderMap) -> Self {
        let lines = |name: &str| {
            let values = headers.get_all(name).into_iter();
            values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect::<Vec<_>>()
        };
        let text = |name: &str| Some(lines(name).join(" | ")).filter(|text| !text.is_empty());
        // Over HTTP/2 each cookie may have a line of its own. RFC 9113, section 8.2.3
        let cookies = lines("cookie").join("; ");
        Self {
            method: method.clone(),
            url,
            status,
            origin: text("origin"),
            asks_method: text("access-control-request-method"),
            asks_headers: text("access-control-request-headers"),
            cookies: cookies.split("; ").filter(|cookie| !cookie.is_empty()).map(str::to_owned).collect(),
            authorization: text("authorization"),
            content_type: text("content-type"),
            site: text("sec-fetch-site"),
            mode: text("sec-fetch-mode"),
        }
    }

    pub(crate) fn is_preflight(&self) -> bool {
        self.method == Method::OPTIONS && self.asks_method.is_some()
    }

    pub(crate) fn is_redirected(&self) -> bool {
        matches!(self.status, Some(301 | 302 | 303 | 307 | 308))
    }

    /// Scheme, host and port.
    pub(crate) fn server(&self) -> &str {
        let end = self.url.match_indices('/').nth(2).map_or(self.url.len(), |(end, _)| end);
        &self.url[..end]
    }

    /// The preflight that might go before this, answered by 204.
    pub(crate) fn preflight(&self, asks_headers: Option<&str>) -> Self {
        Self {
            method: Method::OPTIONS,
            status: Some(204),
            asks_method: Some(self.method.to_string()),
            asks_headers: asks_headers.map(str::to_owned),
            cookies: BTreeSet::new(),
            authorization: None,
            content_type: None,
            mode: Some("cors".into()),
            ..self.clone()
        }
    }

    /// The request that might follow this preflight, answered by 200.
    pub(crate) fn actual(&self, method: &'static str) -> Self {
        Self {
            method: Method::from_bytes(method.as_bytes()).unwrap_or_default(),
            status: Some(200),
            asks_method: None,
            asks_headers: None,
            ..self.clone()
        }
    }

    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("method", self.method.to_string()),
            ("URL", self.url.clone()),
            ("status", self.status.map_or("none".into(), |status| status.to_string())),
            ("cookies", format!("{:?}", self.cookies)),
        ];
        for (name, value) in [
            ("Origin", &self.origin),
            ("Access-Control-Request-Method", &self.asks_method),
            ("Access-Control-Request-Headers", &self.asks_headers),
            ("Authorization", &self.authorization),
            ("Content-Type", &self.content_type),
            ("Sec-Fetch-Site", &self.site),
            ("Sec-Fetch-Mode", &self.mode),
        ] {
            lines.extend(value.iter().map(|value| (name, value.clone())));
        }
        lines
    }
}
