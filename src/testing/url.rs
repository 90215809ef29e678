//! URLs, as far as a fetch needs them: where a request goes, and of which origin that is.
//!
//! `http:` and `https:` alone. Hosts in another form than the one that a browser sends (`127.1`, letters
//! beyond ASCII) are refused with the reason, not translated.

use http::Uri;

use crate::{Origin, OriginProblem};

/// An `http` or `https` URL without a fragment.
///
/// [URL standard, URL](https://url.spec.whatwg.org/#concept-url)
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    origin: String,
    path_and_query: String,
    pub(super) has_credentials: bool,
}

/// Why a text is no such URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UrlProblem {
    Relative,
    Scheme,
    Port,
    Host(OriginProblem),
    Unsendable,
}

impl UrlProblem {
    pub(super) fn why(self) -> String {
        match self {
            Self::Relative => "it is relative, and the page has no URL to complete it".into(),
            Self::Scheme => "its scheme is neither http nor https".into(),
            Self::Port => "its port is no number up to 65535".into(),
            Self::Host(problem) => format!("its host or port {problem}"),
            Self::Unsendable => "its path or query can't be sent in a request".into(),
        }
    }
}

impl Url {
    /// [URL standard, URL parsing](https://url.spec.whatwg.org/#url-parsing)
    pub(super) fn parse(text: &[u8], base: Option<&Self>) -> Result<Self, UrlProblem> {
        let text: Vec<u8> = text
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r'))
            .map(|byte| byte.max(b' '))
            .collect();
        let text = text.trim_ascii();
        let text = text.split(|byte| *byte == b'#').next().unwrap_or_default();
        let (scheme, rest) = match split_scheme(text) {
            Some((scheme, rest)) if scheme == "http" || scheme == "https" => (Some(scheme), rest),
            Some(_) => return Err(UrlProblem::Scheme),
            None => (None, text),
        };
        let slashes = rest.iter().take_while(|byte| is_slash(**byte)).count();
        match (scheme, base) {
            (Some(scheme), Some(base)) if slashes == 0 && scheme == base.scheme() => {
                Ok(base.resolve(rest))
            }
            (Some(scheme), _) => Self::absolute(&scheme, &rest[slashes..]),
            (None, Some(base)) if slashes >= 2 => Self::absolute(base.scheme(), &rest[slashes..]),
            (None, Some(base)) => Ok(base.resolve(rest)),
            (None, None) => Err(UrlProblem::Relative),
        }
    }

    /// What follows the slashes: user, host, port, path, query.
    fn absolute(scheme: &str, text: &[u8]) -> Result<Self, UrlProblem> {
        let end = text
            .iter()
            .position(|byte| is_slash(*byte) || *byte == b'?')
            .unwrap_or(text.len());
        let (authority, path_and_query) = text.split_at(end);
        let at = authority.iter().rposition(|byte| *byte == b'@');
        let host_and_port = &authority[at.map_or(0, |at| at + 1)..];
        let origin = origin(scheme, host_and_port)?;
        Ok(Self {
            origin,
            path_and_query: path_and_query_of(path_and_query),
            has_credentials: at.is_some_and(|at| at > 0),
        })
    }

    /// A path or query after this URL's.
    fn resolve(&self, text: &[u8]) -> Self {
        let here = self.path_and_query.as_bytes();
        let path_end = here
            .iter()
            .position(|byte| *byte == b'?')
            .unwrap_or(here.len());
        let whole = match text {
            [] => here.to_vec(),
            [first, ..] if is_slash(*first) => text.to_vec(),
            [b'?', ..] => [&here[..path_end], text].concat(),
            _ => {
                let folder = here[..path_end]
                    .iter()
                    .rposition(|byte| *byte == b'/')
                    .map_or(0, |slash| slash + 1);
                [&here[..folder], text].concat()
            }
        };
        Self {
            origin: self.origin.clone(),
            path_and_query: path_and_query_of(&whole),
            has_credentials: false,
        }
    }

    /// [URL standard, origin](https://url.spec.whatwg.org/#concept-url-origin)
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The URL with one more segment at the end of its path, and without a query.
    pub(super) fn below(&self, segment: &str) -> Self {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        Self {
            path_and_query: format!("{}/{segment}", path.trim_end_matches('/')),
            ..self.clone()
        }
    }

    pub(super) fn scheme(&self) -> &str {
        self.origin.split(':').next().unwrap_or_default()
    }

    /// The host, and the port if it is not the scheme's own.
    pub(super) fn host_and_port(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, rest)| rest)
    }

    pub(super) fn host(&self) -> &str {
        Origin::parse(self.origin.as_bytes()).map_or("", |origin| origin.host())
    }

    pub(super) fn port(&self) -> Option<u16> {
        Origin::parse(self.origin.as_bytes()).ok()?.port()
    }

    /// Whether nobody on the network can change what is sent.
    ///
    /// [Secure Contexts, potentially trustworthy URL](https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy)
    pub(super) fn is_trustworthy(&self) -> bool {
        is_trustworthy(&self.origin)
    }

    pub(super) fn to_uri(&self) -> Result<Uri, UrlProblem> {
        Uri::try_from(self.to_string()).map_err(|_| UrlProblem::Unsendable)
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.origin, self.path_and_query)
    }
}

/// Whether an origin is `https` or this machine.
pub(super) fn is_trustworthy(origin: &str) -> bool {
    Origin::parse(origin.as_bytes())
        .is_ok_and(|origin| origin.scheme() == "https" || origin.is_loopback())
}

/// The scheme in lower case, and what follows the colon.
fn split_scheme(text: &[u8]) -> Option<(String, &[u8])> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (scheme, rest) = (&text[..colon], &text[colon + 1..]);
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
    let scheme = std::str::from_utf8(scheme).ok()?.to_ascii_lowercase();
    is_scheme.then_some((scheme, rest))
}

/// Lower case, without the default port.
fn origin(scheme: &str, host_and_port: &[u8]) -> Result<String, UrlProblem> {
    let bracket = host_and_port.iter().rposition(|byte| *byte == b']');
    let colon = host_and_port
        .iter()
        .rposition(|byte| *byte == b':')
        .filter(|colon| bracket.is_none_or(|bracket| *colon > bracket));
    let (host, port) = match colon {
        Some(colon) => (&host_and_port[..colon], &host_and_port[colon + 1..]),
        None => (host_and_port, &b""[..]),
    };
    let host = std::str::from_utf8(host)
        .map_err(|_| UrlProblem::Host(OriginProblem::Unicode))?
        .to_ascii_lowercase();
    let default_port = if scheme == "https" { 443 } else { 80 };
    let port = match port {
        [] => default_port,
        digits if digits.iter().all(u8::is_ascii_digit) => std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse::<u16>().ok())
            .ok_or(UrlProblem::Port)?,
        _ => return Err(UrlProblem::Port),
    };
    let origin = if port == default_port {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{port}")
    };
    Origin::parse(origin.as_bytes()).map_err(UrlProblem::Host)?;
    Ok(origin)
}

fn is_slash(byte: u8) -> bool {
    byte == b'/' || byte == b'\\'
}

/// With a slash before it, without dot segments, and percent-encoded where a request needs it.
///
/// [URL standard, path state](https://url.spec.whatwg.org/#path-state)
fn path_and_query_of(text: &[u8]) -> String {
    let query_start = text
        .iter()
        .position(|byte| *byte == b'?')
        .unwrap_or(text.len());
    let (path, query) = text.split_at(query_start);
    let path = match path {
        [first, rest @ ..] if is_slash(*first) => rest,
        path => path,
    };
    let mut segments: Vec<&[u8]> = Vec::new();
    let mut parts = path.split(|byte| is_slash(*byte)).peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        let dots = dots(part);
        if dots == Some(2) {
            segments.pop();
        }
        match dots {
            Some(_) if is_last => segments.push(b""),
            Some(_) => {}
            None => segments.push(part),
        }
    }
    let mut whole = String::with_capacity(text.len() + 1);
    for segment in &segments {
        whole.push('/');
        encode(segment, b"\"#<>?`{}^", &mut whole);
    }
    if segments.is_empty() {
        whole.push('/');
    }
    encode(query, b"\"#<>'", &mut whole);
    whole
}

/// How many dots a dot segment has; they may be percent-encoded.
fn dots(segment: &[u8]) -> Option<usize> {
    let mut rest = segment;
    let mut count = 0;
    loop {
        rest = match rest {
            [] => return (1..=2).contains(&count).then_some(count),
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => rest,
            _ => return None,
        };
        count += 1;
    }
}

fn encode(bytes: &[u8], also: &[u8], into: &mut String) {
    for byte in bytes {
        if byte.is_ascii_graphic() && !also.contains(byte) {
            into.push(char::from(*byte));
        } else {
            into.extend(['%', hex(byte >> 4), hex(byte & 0xf)]);
        }
    }
}

/// One digit of percent-encoding.
fn hex(digit: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(digit & 0xf)])
}
