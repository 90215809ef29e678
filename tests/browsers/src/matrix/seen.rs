//! What came of a row: what the script saw, and what went over the wire. An engine and the model each give
//! one, to be compared.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use tower_cors::testing::{Blocked, Fetched, ResponseType, Step};

use super::ask::By;
use super::row::Row;
pub(crate) use super::wire::Wire;
use crate::world::Entry;

/// What a row's first response sets.
pub(crate) const OWN_COOKIE: &str = "c=1";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    /// One for each fetch.
    pub(crate) steps: Vec<Script>,
    pub(crate) wire: Vec<Wire>,
}

/// What the script saw of one fetch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Script {
    Response(Response),
    /// An event of an `EventSource`.
    Event,
    /// A `WebSocket` that opened.
    Open,
    /// A `<script>` that loaded.
    Loaded,
    /// A beacon that the browser took. The page learns no more.
    Queued,
    /// A `TypeError`, or an error event: it learns no more.
    Error,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Response {
    pub(crate) kind: String,
    pub(crate) status: u16,
    pub(crate) headers: BTreeSet<String>,
    pub(crate) body: String,
    pub(crate) url: String,
    pub(crate) redirected: bool,
    /// Whether it may be timed; not asked of an opaque response.
    pub(crate) timing: Option<bool>,
}

/// How it ended for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The page reads a response of this status.
    Reads(u16),
    /// The page reads events.
    Listens,
    /// The `WebSocket` opens.
    Opens,
    /// The `<script>` loads.
    Loads,
    /// The request arrived, and the page gets an opaque response: nothing.
    Opaque,
    /// The request arrived, and the page gets an error.
    Withheld,
    /// The preflight arrived, the request itself was never sent.
    StoppedAtPreflight,
    /// Nothing was sent.
    NotSent,
}

impl Seen {
    pub(crate) fn outcome(&self) -> Outcome {
        match (self.steps.last(), self.wire.last()) {
            (Some(Script::Response(response)), _) if response.status == 0 => Outcome::Opaque,
            (Some(Script::Response(response)), _) => Outcome::Reads(response.status),
            (Some(Script::Event), _) => Outcome::Listens,
            (Some(Script::Open), _) => Outcome::Opens,
            (Some(Script::Loaded), _) => Outcome::Loads,
            (Some(Script::Queued), Some(wire)) if !wire.is_preflight() => Outcome::Opaque,
            (_, None) => Outcome::NotSent,
            (_, Some(wire)) if wire.is_preflight() => Outcome::StoppedAtPreflight,
            (_, Some(_)) => Outcome::Withheld,
        }
    }

    pub(crate) fn of_engine(results: &Value, log: &[Entry]) -> Self {
        let steps = results.as_array().into_iter().flatten();
        Self { steps: steps.map(Script::of_engine).collect(), wire: log.iter().map(Wire::of_entry).collect() }
    }

    pub(crate) fn add_model(&mut self, by: By, result: &Result<Fetched, Blocked>) {
        let (script, exchanges) = match result {
            Ok(fetched) => (Script::of_model(by, fetched), fetched.exchanges()),
            Err(blocked) if by == By::Beacon && blocked.step() != Step::Request => {
                (Script::Queued, blocked.exchanges())
            }
            Err(blocked) => (Script::Error, blocked.exchanges()),
        };
        self.steps.push(script);
        self.wire.extend(exchanges.iter().map(Wire::of_exchange));
    }

    /// Where a row has a cookie of its own, those that the API's page has set for all are left out.
    pub(crate) fn keep_cookies(&mut self, row: &Row) {
        if row.cookie.is_some() {
            for wire in &mut self.wire {
                wire.cookies.retain(|cookie| cookie == OWN_COOKIE);
            }
        }
    }

    pub(crate) fn has_cookie(&self) -> bool {
        self.wire.last().is_some_and(|wire| wire.cookies.contains(OWN_COOKIE))
    }

    /// All of it by name, for a person to compare.
    pub(crate) fn lines(&self) -> Vec<(String, String)> {
        let steps = (1..).zip(&self.steps).flat_map(|(number, step)| {
            let lines = step.lines().into_iter();
            lines.map(move |(name, value)| (format!("script {number}, {name}"), value))
        });
        let wire = (1..).zip(&self.wire).flat_map(|(number, wire)| {
            let lines = wire.lines().into_iter();
            lines.map(move |(name, value)| (format!("request {number}, {name}"), value))
        });
        steps.chain(wire).collect()
    }
}

impl Script {
    /// What `page.js` says.
    fn of_engine(result: &Value) -> Self {
        let text = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
        match result["type"].as_str() {
            None => Self::Error,
            Some("events") => Self::Event,
            Some("socket") => Self::Open,
            Some("script") => Self::Loaded,
            Some("beacon") => Self::Queued,
            Some(kind) => {
                let status = result["status"].as_u64().and_then(|status| status.try_into().ok());
                let names = result["headers"].as_array().into_iter().flatten();
                Self::Response(Response {
                    kind: kind.to_owned(),
                    status: status.unwrap_or_default(),
                    headers: worth_comparing(names.filter_map(Value::as_str)),
                    body: text("body"),
                    url: text("url"),
                    redirected: result["redirected"].as_bool().unwrap_or_default(),
                    timing: result["timing"].as_bool(),
                })
            }
        }
    }

    fn of_model(by: By, fetched: &Fetched) -> Self {
        match by {
            By::EventSource => return Self::Event,
            By::Script => return Self::Loaded,
            By::Beacon => return Self::Queued,
            By::Fetch | By::Xhr | By::Upload | By::WebSocket => {}
        }
        let (kind, shows_url, shows_all) = match fetched.response_type() {
            ResponseType::Basic => ("basic", true, true),
            ResponseType::Cors => ("cors", true, true),
            ResponseType::OpaqueRedirect => ("opaqueredirect", true, false),
            _ => ("opaque", false, false),
        };
        Self::Response(Response {
            kind: kind.to_owned(),
            status: fetched.status().map_or(0, |status| status.as_u16()),
            headers: worth_comparing(fetched.headers().keys().map(http::HeaderName::as_str)),
            body: String::from_utf8_lossy(fetched.body()).into_owned(),
            url: if shows_url { fetched.url().to_owned() } else { String::new() },
            redirected: shows_all && fetched.redirects() > 0,
            timing: shows_all.then_some(fetched.is_timing_allowed()),
        })
    }

    /// What an engine lets the page load that the model doesn't.
    pub(super) fn opaque() -> Self {
        Self::Response(Response {
            kind: "opaque".into(),
            status: 0,
            headers: BTreeSet::new(),
            body: String::new(),
            url: String::new(),
            redirected: false,
            timing: None,
        })
    }

    /// What an engine lets the page read that the model doesn't: the answer to a request without a body.
    pub(super) fn reads(wire: &Wire) -> Self {
        Self::Response(Response {
            kind: "cors".into(),
            status: 200,
            headers: ["cache-control", "content-length", "content-type"].map(str::to_owned).into(),
            body: "got 0 bytes".into(),
            url: wire.url.clone(),
            redirected: false,
            timing: Some(false),
        })
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let Self::Response(response) = self else {
            return vec![("kind", format!("{self:?}"))];
        };
        vec![
            ("kind", response.kind.clone()),
            ("status", response.status.to_string()),
            ("headers", format!("{:?}", response.headers)),
            ("body", response.body.clone()),
            ("URL", response.url.clone()),
            ("redirected", response.redirected.to_string()),
            ("timing", format!("{:?}", response.timing)),
        ]
    }
}

/// Without what the connection adds, and what Firefox does over HTTP/2.
fn worth_comparing<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let of_connection = ["connection", "date", "keep-alive", "transfer-encoding", "x-firefox-spdy"];
    names.filter(|name| !of_connection.contains(name)).map(str::to_owned).collect()
}

impl Outcome {
    /// Whether the page gets what it asked for.
    pub(crate) fn is_success(self) -> bool {
        matches!(self, Self::Reads(_) | Self::Listens | Self::Opens | Self::Loads | Self::Opaque)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reads(status) => write!(f, "reads {status}"),
            Self::Listens => f.write_str("reads events"),
            Self::Opens => f.write_str("opens"),
            Self::Loads => f.write_str("loads"),
            Self::Opaque => f.write_str("opaque"),
            Self::Withheld => f.write_str("withheld"),
            Self::StoppedAtPreflight => f.write_str("stopped at the preflight"),
            Self::NotSent => f.write_str("not sent"),
        }
    }
}
