//! The answer to a question, as data that is printed as text or as JSON.

use std::fmt::Display;

use http::HeaderName;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, LOCATION, ORIGIN,
};
use tower_cors::testing::{Blocked, Cause, CookieEvent, Exchange, Fetched, ResponseType, Step};

use crate::failure::Failure;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    /// One sentence.
    pub(crate) summary: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) cookies: Vec<CookieEvent>,
    pub(crate) exchanges: Vec<Exchange>,
    /// The heading of the exchanges.
    pub(crate) heading: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The page gets the response.
    Allowed,
    Blocked,
    /// There is no response to judge, or an argument is wrong.
    NotAsked,
    /// Nothing was sent, as `--dry-run` says.
    DryRun,
}

/// A line below the summary.
#[derive(Debug)]
pub(crate) struct Row {
    /// For people.
    pub(crate) label: &'static str,
    /// For `--json`.
    pub(crate) key: &'static str,
    pub(crate) text: Text,
}

#[derive(Debug)]
pub(crate) enum Text {
    One(String),
    Many(Vec<String>),
}

impl Answer {
    fn new(outcome: Outcome, summary: String) -> Self {
        Self {
            outcome,
            summary,
            rows: vec![],
            cookies: vec![],
            exchanges: vec![],
            heading: "what went over the wire",
        }
    }

    pub(crate) fn not_asked(why: impl Display) -> Self {
        Self::new(Outcome::NotAsked, format!("not asked: {why}"))
    }

    /// Adds a line, if there is something to say.
    pub(crate) fn one(&mut self, label: &'static str, key: &'static str, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            let text = Text::One(text);
            self.rows.push(Row { label, key, text });
        }
    }

    pub(crate) fn many(&mut self, label: &'static str, key: &'static str, texts: Vec<String>) {
        if !texts.is_empty() {
            let text = Text::Many(texts);
            self.rows.push(Row { label, key, text });
        }
    }

    pub(crate) fn blocked(blocked: &Blocked, has_credentials: bool) -> Self {
        let mut answer = Self::new(Outcome::Blocked, first_line(&blocked.to_string()));
        answer.cookies = blocked.cookies().to_vec();
        answer.exchanges = blocked.exchanges().to_vec();
        answer.one("", "step", blocked.step().to_string());
        answer.one("", "cause", cause_name(blocked.cause()));
        answer.one("the server sent", "sent", blocked.sent());
        answer.one("the page needs", "needed", blocked.needed());
        let likely = blocked.likely_mistakes().iter().map(ToString::to_string);
        answer.many("likely", "likely", likely.collect());
        answer.one("note", "note", note(blocked).unwrap_or_default());
        answer.one("fix", "fix", blocked.fix_in_general());
        let preflight = preflight_response(blocked, has_credentials);
        answer.many("answer with", "answer_with", preflight);
        let ours = Some(blocked.fix()).filter(|fix| *fix != "the policy needs no change");
        let ours = ours.unwrap_or_default();
        answer.one("with tower-cors", "fix_with_tower_cors", ours);
        answer.one("standard", "standard", blocked.step().section());
        answer
    }
}

impl From<&Fetched> for Answer {
    fn from(fetched: &Fetched) -> Self {
        let mut answer = Self::new(Outcome::Allowed, first_line(&fetched.to_string()));
        answer.cookies = fetched.cookies().to_vec();
        answer.exchanges = fetched.exchanges().to_vec();
        if fetched.response_type() == ResponseType::OpaqueRedirect {
            answer.outcome = Outcome::NotAsked;
            "stopped at a redirect: whether the page gets the response depends on where it leads"
                .clone_into(&mut answer.summary);
            answer.one(
                "fix",
                "fix",
                "ask without --no-redirects, or ask about the URL that it leads to",
            );
            return answer;
        }
        if let Some(status) = fetched.status() {
            answer.one("status", "status", status.to_string());
        }
        let exposed = fetched.headers().keys().map(HeaderName::as_str);
        let exposed = exposed.collect::<Vec<_>>().join(", ");
        answer.one("exposed headers", "exposed_headers", exposed);
        let hidden = fetched.hidden_headers().join(", ");
        answer.one("hidden headers", "hidden_headers", hidden);
        answer
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        let summary = format!("not a CORS problem: {failure}");
        let mut answer = Self::new(Outcome::NotAsked, summary);
        answer.one("", "failure", failure.kind.code());
        answer.one("fix", "fix", failure.kind.fix());
        let console = failure.kind.console().unwrap_or_default();
        answer.one("console", "console", console);
        answer
    }
}

/// What a status shows besides CORS.
fn note(blocked: &Blocked) -> Option<String> {
    let exchange = blocked.exchanges().last()?;
    let status = exchange.status()?;
    if !(status.is_redirection() && blocked.step() == Step::CorsCheck) {
        return None;
    }
    let location = exchange.response_headers()?.get(LOCATION)?;
    Some(format!(
        "the response redirects to {}: let the page fetch that URL; if it is a login page, respond with 401 instead, which \
         the page can act on",
        location.as_bytes().escape_ascii()
    ))
}

/// What the preflight needs, whatever the server is.
fn preflight_response(blocked: &Blocked, has_credentials: bool) -> Vec<String> {
    let is_preflight = blocked.step() == Step::Preflight;
    let Some(exchange) = blocked.exchanges().last().filter(|_| is_preflight) else {
        return vec![];
    };
    let asked = |name| exchange.request_headers().get(name)?.to_str().ok();
    // Nobody should allow `null`, which any page can be.
    let Some(origin) = asked(ORIGIN).filter(|origin| *origin != "null") else {
        return vec![];
    };
    let mut lines = vec![
        "204 No Content".to_owned(),
        format!("Access-Control-Allow-Origin: {origin}"),
    ];
    if let Some(method) = asked(ACCESS_CONTROL_REQUEST_METHOD) {
        lines.push(format!("Access-Control-Allow-Methods: {method}"));
    }
    if let Some(names) = asked(ACCESS_CONTROL_REQUEST_HEADERS) {
        lines.push(format!("Access-Control-Allow-Headers: {names}"));
    }
    if has_credentials {
        lines.push("Access-Control-Allow-Credentials: true".to_owned());
    }
    lines.push("Vary: Origin".to_owned());
    lines
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// `AllowOriginMissing`: the name of the variant.
fn cause_name(cause: &Cause) -> String {
    let debug = format!("{cause:?}");
    let end = debug.find(|character: char| !character.is_alphanumeric());
    debug[..end.unwrap_or(debug.len())].to_owned()
}
