//! A fetch that succeeds, as text for a person, and the list of what went over the wire.

use std::fmt;

use http::header::HeaderName;

use super::fetched::Fetched;
use crate::testing::escaped_text::{escaped, escaped_list};
use crate::testing::fetch::exchange::{Exchange, show_status};
use crate::testing::fetch::filtered_response::ResponseType;
use crate::testing::fetch::modes::RequestMode;

impl fmt::Display for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = escaped(self.url.as_bytes());
        match self.response_type {
            ResponseType::Basic if self.mode == RequestMode::Navigate => write!(
                f,
                "allowed: the browser shows the user {url}; CORS does not apply to navigations"
            )?,
            ResponseType::Basic if self.mode == RequestMode::WebSocket => write!(
                f,
                "allowed: the browser opens the WebSocket {url}; CORS does not apply to WebSockets"
            )?,
            ResponseType::Basic => write!(f, "allowed: {url} is on the page's own server")?,
            ResponseType::Cors => write!(f, "allowed: the page can read the response from {url}")?,
            ResponseType::Opaque => write!(
                f,
                "sent without CORS: the page can read nothing of the response from {url}"
            )?,
            ResponseType::OpaqueRedirect => write!(
                f,
                "stopped at a redirect: the page can read nothing of the response from {url}"
            )?,
        }
        writeln!(f)?;
        if let Some(status) = self.status {
            write!(f, "\n  status      {}", show_status(status))?;
        }
        let names = |names: Vec<&str>| escaped_list(names.iter().map(|name| name.as_bytes()));
        let rows = [
            (
                "headers     ",
                self.headers.keys().map(HeaderName::as_str).collect(),
            ),
            ("hidden      ", self.hidden_headers()),
            (
                "left out    ",
                self.ignored.iter().map(HeaderName::as_str).collect(),
            ),
        ];
        for (label, row) in rows {
            if !row.is_empty() {
                write!(f, "\n  {label}{}", names(row))?;
            }
        }
        if self.response_type.shows_body() {
            let more = if self.is_body_complete {
                ""
            } else {
                ", and more to come"
            };
            write!(f, "\n  body        {} bytes{more}", self.body.len())?;
        }
        if self.used_preflight_cache {
            write!(f, "\n  preflight   not sent: the cache had the answer")?;
        }
        if self.response_type == ResponseType::Opaque && !self.is_timing_allowed {
            write!(
                f,
                "\n  timing      hidden: a request without CORS has no Origin, so only Timing-Allow-Origin: * allows it; \
                 add the attribute crossorigin to the element"
            )?;
        }
        for cookie in &self.cookies {
            write!(f, "\n  cookie      {cookie}")?;
        }
        show_exchanges(f, &self.exchanges)
    }
}

pub(crate) fn show_exchanges(f: &mut fmt::Formatter<'_>, exchanges: &[Exchange]) -> fmt::Result {
    if exchanges.is_empty() {
        return write!(f, "\n\n  nothing went over the wire");
    }
    write!(f, "\n\n  what went over the wire")?;
    for (number, exchange) in (1..).zip(exchanges) {
        let text = exchange.to_string().replace('\n', "\n       ");
        write!(f, "\n  {number:>3}. {text}")?;
    }
    Ok(())
}
