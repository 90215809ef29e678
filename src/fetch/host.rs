//! The host that a request names. Everything that depends on the host reads it here.

use std::borrow::Cow;

use http::header::HOST;
use http::{HeaderValue, Uri};

use super::request::{HeaderLine, RequestHead};
use crate::origin::is_name_or_canonical_address;

/// The host of a request, from its URI (HTTP/2, absolute-form) and its `Host` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostReading<'r> {
    /// The request does not name a host.
    Missing,
    Named(Authority<'r>),
    /// Servers may disagree about the host: several `Host` lines, a line that contradicts the URI, or a text
    /// that browsers do not send.
    Ambiguous,
}

/// The host as it came: of the URI, or else the first `Host` line. For messages only.
pub(crate) fn received_host(request: RequestHead<'_>) -> &[u8] {
    let in_uri = request.uri.and_then(Uri::authority);
    let in_header = || request.headers.get(HOST).map(HeaderValue::as_bytes);
    let in_uri = in_uri.map(|authority| authority.as_str().as_bytes());
    in_uri.or_else(in_header).unwrap_or_default()
}

/// A host and a port, as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Authority<'r> {
    /// In any case. It may have a final dot.
    pub(crate) host: &'r [u8],
    /// Digits, or empty.
    pub(crate) port: &'r [u8],
}

/// The host that a request names, from its URI (HTTP/2 and HTTP/3) and its `Host` line.
///
/// [`RequestView::host`](crate::builder::RequestView::host) returns it. Everything in this crate that depends on the host reads it
/// in the same way. `X-Forwarded-Host` is never read.
///
/// # Example
/// See [`RequestView`](crate::builder::RequestView).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestHost<'r> {
    /// The request does not name a host.
    Missing,
    /// Servers may disagree about the host: several `Host` lines, a line that contradicts the URI, or a text that browsers
    /// do not send (`x@api.example.com`, `127.1`). Do not trust such a request.
    Ambiguous,
    /// The host in lower case, without its port and without a final dot.
    Named(Cow<'r, str>),
}

impl RequestHost<'_> {
    /// The host in lower case, without its port and without a final dot. `None` if it is missing or ambiguous.
    ///
    /// # Example
    /// ```
    /// use tower_cors::builder::RequestHost;
    ///
    /// assert_eq!(
    ///     RequestHost::Named("api.example.com".into()).name(),
    ///     Some("api.example.com")
    /// );
    /// assert_eq!(RequestHost::Ambiguous.name(), None);
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Missing | Self::Ambiguous => None,
            Self::Named(host) => Some(host),
        }
    }
}

impl<'r> From<HostReading<'r>> for RequestHost<'r> {
    fn from(reading: HostReading<'r>) -> Self {
        let HostReading::Named(authority) = reading else {
            return match reading {
                HostReading::Missing => Self::Missing,
                _ => Self::Ambiguous,
            };
        };
        match std::str::from_utf8(authority.host_without_dot()) {
            Ok(host) if host.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Self::Named(host.to_ascii_lowercase().into())
            }
            Ok(host) => Self::Named(host.into()),
            Err(_) => Self::Ambiguous,
        }
    }
}

impl<'r> HostReading<'r> {
    pub(crate) fn new(request: RequestHead<'r>) -> Self {
        let in_uri = request.uri.and_then(Uri::authority);
        let in_uri = match in_uri.map(|authority| Authority::parse(authority.as_str().as_bytes())) {
            Some(None) => return Self::Ambiguous,
            Some(authority) => authority,
            None => None,
        };
        let in_header = match HeaderLine::get(request.headers, &HOST) {
            HeaderLine::Missing => None,
            // <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>: for a target without authority
            HeaderLine::One(line) if line.is_empty() && in_uri.is_none() => None,
            HeaderLine::Several => return Self::Ambiguous,
            HeaderLine::One(line) => match Authority::parse(line.as_bytes()) {
                None => return Self::Ambiguous,
                authority => authority,
            },
        };
        match (in_uri, in_header) {
            (Some(one), Some(other)) if !one.is_same(other) => Self::Ambiguous,
            (Some(authority), _) | (None, Some(authority)) => Self::Named(authority),
            (None, None) => Self::Missing,
        }
    }
}

impl HostReading<'_> {
    /// `host [":" port]` as it came. `None` if it is missing or ambiguous.
    pub(crate) fn to_header_value(self) -> Option<HeaderValue> {
        match self {
            Self::Missing | Self::Ambiguous => None,
            Self::Named(authority) if authority.port.is_empty() => {
                HeaderValue::from_bytes(authority.host).ok()
            }
            Self::Named(authority) => {
                HeaderValue::from_bytes(&[authority.host, b":", authority.port].concat()).ok()
            }
        }
    }
}

impl<'r> Authority<'r> {
    /// `host [":" port]` in the characters that browsers send.
    fn parse(text: &'r [u8]) -> Option<Self> {
        let end_of_brackets = match text {
            [b'[', ..] => text.iter().position(|byte| *byte == b']')? + 1,
            _ => 0,
        };
        let (brackets, rest) = text.split_at(end_of_brackets);
        let name_len = rest
            .iter()
            .position(|byte| *byte == b':')
            .unwrap_or(rest.len());
        let (name, port) = rest.split_at(name_len);
        let port = match port {
            [] => port,
            [_, digits @ ..] => digits,
        };
        let is_name = name.iter().all(|byte| is_in_names(*byte)) && !has_empty_label(name);
        let is_host = if brackets.is_empty() {
            is_name
        } else {
            name.is_empty()
        };
        let host = &text[..end_of_brackets + name_len];
        let authority = Self { host, port };
        (is_host
            && is_name_or_canonical_address(authority.host_without_dot())
            && port.iter().all(u8::is_ascii_digit))
        .then_some(authority)
    }

    /// The host without its final dot.
    pub(crate) fn host_without_dot(self) -> &'r [u8] {
        self.host.strip_suffix(b".").unwrap_or(self.host)
    }

    fn is_same(self, other: Self) -> bool {
        // A client may leave out the default port in one of the two.
        let is_same_port = match (self.port, other.port) {
            (b"", b"80" | b"443") | (b"80" | b"443", b"") => true,
            (one, other) => one == other,
        };
        is_same_port
            && self
                .host_without_dot()
                .eq_ignore_ascii_case(other.host_without_dot())
    }
}

fn is_in_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// Does not count the empty label after a final dot.
fn has_empty_label(name: &[u8]) -> bool {
    let name = name.strip_suffix(b".").unwrap_or(name);
    name.split(|byte| *byte == b'.').any(<[u8]>::is_empty)
}
