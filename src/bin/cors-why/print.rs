//! Prints an answer: as text for people, or as JSON for scripts.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};

use http::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use serde_json::{Map, Value, json};
use tower_cors::testing::{CookieOutcome, Exchange};

use crate::answer::{Answer, Outcome, Text};
use crate::connection::AGENT;

/// What a person types in an argument may be a secret, so it is masked where it is printed. These say only what kind of
/// data it is.
const SHOWN: [&str; 4] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
];

impl Outcome {
    fn code(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Blocked => "blocked",
            Self::NotAsked => "not-asked",
            Self::DryRun => "dry-run",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Allowed | Self::DryRun => "32",
            Self::Blocked => "31",
            Self::NotAsked => "33",
        }
    }
}

impl Answer {
    /// The first line, and the rest.
    pub(crate) fn text(&self, given: &[HeaderName]) -> (String, String) {
        let mut rest = String::new();
        // Writing to a `String` succeeds.
        let mut add = |label: &str, text: &str| {
            let _ = write!(rest, "\n  {label:<17}{text}");
        };
        for row in self.rows.iter().filter(|row| !row.label.is_empty()) {
            match &row.text {
                Text::One(text) => add(row.label, text),
                Text::Many(texts) => {
                    for (index, text) in texts.iter().enumerate() {
                        add(if index == 0 { row.label } else { "" }, text);
                    }
                }
            }
        }
        for cookie in &self.cookies {
            add("cookie", &cookie.to_string());
        }
        if !rest.is_empty() {
            rest.push('\n');
        }
        if !self.exchanges.is_empty() {
            let _ = write!(rest, "\n  {}", self.heading);
        }
        for (number, exchange) in (1..).zip(&self.exchanges) {
            let text = match self.outcome {
                Outcome::DryRun => request_text(exchange, given),
                _ => exchange.to_string(),
            };
            let text = text.replace('\n', "\n       ");
            let _ = write!(rest, "\n  {number:>3}. {text}");
        }
        if !self.exchanges.is_empty() {
            rest.push('\n');
        }
        (self.summary.clone(), rest)
    }

    pub(crate) fn json(&self, given: &[HeaderName]) -> Value {
        let mut object = Map::new();
        object.insert("outcome".into(), self.outcome.code().into());
        object.insert("summary".into(), (*self.summary).into());
        for row in &self.rows {
            let text = match &row.text {
                Text::One(text) => (**text).into(),
                Text::Many(texts) => json!(texts),
            };
            object.insert(row.key.into(), text);
        }
        let cookies = self.cookies.iter().map(|cookie| {
            let (what, rule) = match cookie.outcome() {
                CookieOutcome::Sent => ("sent", None),
                CookieOutcome::Stored => ("stored", None),
                CookieOutcome::Removed => ("removed", None),
                CookieOutcome::NotSent(rule) => ("not-sent", Some(rule.to_string())),
                CookieOutcome::NotStored(rule) => ("not-stored", Some(rule.to_string())),
                _ => ("unknown", None),
            };
            json!({
                "name": cookie.name(),
                "url": cookie.url(),
                "outcome": what,
                "rule": rule,
                "fix": cookie.fix(),
            })
        });
        object.insert("cookies".into(), cookies.collect());
        let is_sent = self.outcome != Outcome::DryRun;
        let exchanges = self.exchanges.iter().map(|exchange| {
            json!({
                "preflight": exchange.is_preflight(),
                "method": exchange.method().as_str(),
                "url": exchange.uri().to_string(),
                "request_headers": header_pairs(&sent_headers(exchange), given),
                "status": exchange.status().filter(|_| is_sent).map(|status| status.as_u16()),
                "response_headers": exchange.response_headers().filter(|_| is_sent).map(|headers| header_pairs(headers, &[])),
            })
        });
        object.insert("exchanges".into(), exchanges.collect());
        object.into()
    }
}

/// The request with all of its headers.
fn request_text(exchange: &Exchange, given: &[HeaderName]) -> String {
    let kind = if exchange.is_preflight() {
        "  (preflight)"
    } else {
        ""
    };
    let mut text = format!("{} {}{kind}", exchange.method(), exchange.uri());
    for [name, value] in header_pairs(&sent_headers(exchange), given) {
        let _ = write!(text, "\n  > {name}: {value}");
    }
    text
}

/// What the browser sent, and what the connection adds.
fn sent_headers(exchange: &Exchange) -> HeaderMap {
    let mut headers = exchange.request_headers().clone();
    headers
        .entry(USER_AGENT)
        .or_insert(HeaderValue::from_static(AGENT));
    headers
}

fn header_pairs(headers: &HeaderMap, given: &[HeaderName]) -> Vec<[String; 2]> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        let is_given = given.contains(name) && !SHOWN.contains(&name.as_str());
        let is_secret = matches!(
            name.as_str(),
            "authorization" | "cookie" | "set-cookie" | "proxy-authorization"
        );
        let shown = if is_given || is_secret {
            format!("({} bytes)", value.len())
        } else {
            value.as_bytes().escape_ascii().to_string()
        };
        [name.to_string(), shown]
    };
    headers.iter().map(pair).collect()
}

/// Writes the first line, in colour on a terminal, and the rest. Whoever closes the output early has seen enough.
pub(crate) fn print(outcome: Outcome, (first, rest): (String, String)) {
    let (first, rest) = (printable(&first), printable(&rest));
    let write = |output: &mut dyn std::io::Write, is_terminal: bool| {
        let _ = if is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        {
            write!(output, "\x1b[1;{}m{first}\x1b[0m\n{rest}", outcome.colour())
        } else {
            write!(output, "{first}\n{rest}")
        };
    };
    if outcome == Outcome::NotAsked {
        write(&mut std::io::stderr(), std::io::stderr().is_terminal());
    } else {
        write(&mut std::io::stdout(), std::io::stdout().is_terminal());
    }
}

pub(crate) fn print_json(value: &Value) {
    let mut json = String::new();
    for character in format!("{value:#}").chars() {
        if is_hidden(character) {
            // It is in a string, and has four digits.
            let _ = write!(json, "\\u{:04x}", u32::from(character));
        } else {
            json.push(character);
        }
    }
    let _ = writeln!(std::io::stdout(), "{json}");
}

fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            printable.extend(character.escape_unicode());
        } else {
            printable.push(character);
        }
    }
    printable
}

/// Whether a character can move the cursor, change colours, or hide text. None has more than four digits.
fn is_hidden(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}
