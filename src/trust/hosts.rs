//! The names under which clients reach the server. A request under another name is refused: a page whose own name leads to
//! this server (DNS rebinding) has such a name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::header::HOST;

use crate::error::Reason;
use crate::fetch::host::{Authority, HostReading};
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::matcher::{TextSet, TooLarge};
use crate::origin::{OriginMistake, OriginPattern, OriginProblem, word_in_place_of_value};

/// The longest name of a host, in bytes. <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>
const LONGEST_HOST: usize = 253;
/// `host:port`
const LONGEST_KEY: usize = LONGEST_HOST + 1 + 5;

/// One entry of `allow_hosts`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostPattern {
    /// With the dot in front of it if it stands for the names below it.
    host: String,
    /// `None`: any port.
    port: Option<u16>,
}

/// The hosts of a policy, compiled.
#[derive(Default)]
pub(crate) struct Hosts {
    /// `host` for any port, `host:port` for one, `host:` for none. A host with a dot in front stands for the names below it.
    keys: TextSet,
    has_wildcards: bool,
    loopback: bool,
    /// The entries as they are written, sorted.
    entries: Vec<String>,
}

impl Hosts {
    pub(crate) fn new(patterns: &[HostPattern], loopback: bool) -> Result<Self, TooLarge> {
        let mut entries: Vec<_> = patterns.iter().map(HostPattern::to_text).collect();
        entries.sort();
        entries.dedup();
        let keys: Vec<_> = patterns.iter().flat_map(HostPattern::keys).collect();
        Ok(Self {
            keys: TextSet::new(&keys)?,
            has_wildcards: patterns.iter().any(HostPattern::has_wildcard),
            loopback,
            entries,
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && !self.loopback
    }

    pub(crate) fn entries(&self) -> &[String] {
        &self.entries
    }

    pub(crate) fn allows_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether a request comes under one of the names. A request without any host passes: no browser sends one.
    #[inline]
    pub(crate) fn allow(&self, request: RequestHead<'_>) -> bool {
        let in_uri = request.uri.and_then(Uri::authority);
        let line = HeaderLine::get(request.headers, &HOST);
        let only = match (in_uri, line) {
            (None, HeaderLine::One(line)) => line.as_bytes(),
            (Some(authority), HeaderLine::Missing) => authority.as_str().as_bytes(),
            _ => b"",
        };
        // The usual text is a key as it stands.
        if !matches!(only, [] | [b'.', ..]) && self.keys.contains(only) {
            return true;
        }
        match HostReading::new(request) {
            // An empty line is not the same as none.
            HostReading::Missing => matches!(line, HeaderLine::Missing),
            HostReading::Ambiguous => false,
            HostReading::Named(authority) => self.allow_authority(authority),
        }
    }

    fn allow_authority(&self, authority: Authority<'_>) -> bool {
        let host = authority.host_without_dot();
        if let Some(address) = address(host) {
            // Rebinding needs a name. Load balancers and probes use addresses.
            let is_loopback = match address {
                IpAddr::V4(address) => address.is_loopback(),
                IpAddr::V6(address) => address == Ipv6Addr::LOCALHOST,
            };
            return !self.entries.is_empty() || self.loopback && is_loopback;
        }
        if self.loopback && is_localhost(host) {
            return true;
        }
        // Longer than any host and port.
        if host.len() > LONGEST_HOST || authority.port.len() > 5 {
            return false;
        }
        let mut buffer = [0; LONGEST_KEY];
        let (name, rest) = buffer.split_at_mut(host.len());
        for (place, byte) in name.iter_mut().zip(host) {
            *place = byte.to_ascii_lowercase();
        }
        rest[0] = b':';
        rest[1..=authority.port.len()].copy_from_slice(authority.port);
        let end = host.len() + 1 + authority.port.len();
        let is_key = |start: usize| {
            self.keys.contains(&buffer[start..host.len()])
                || self.keys.contains(&buffer[start..end])
        };
        let mut dots = (1..host.len()).filter(|place| buffer[*place] == b'.');
        is_key(0) || self.has_wildcards && dots.any(is_key)
    }
}

/// An address as browsers write it.
fn address(host: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(host).ok()?;
    match text.strip_prefix('[') {
        Some(inner) => {
            let address = inner.strip_suffix(']')?.parse::<Ipv6Addr>();
            address.ok().map(IpAddr::V6)
        }
        None => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// `localhost` and every name below it.
fn is_localhost(host: &[u8]) -> bool {
    const NAME: &[u8] = b"localhost";
    let Some(start) = host.len().checked_sub(NAME.len()) else {
        return false;
    };
    let (below, name) = host.split_at(start);
    name.eq_ignore_ascii_case(NAME) && (below.is_empty() || below.ends_with(b"."))
}

impl HostPattern {
    /// The pattern, or what is wrong with the text and the fix.
    pub(crate) fn parse(text: &str) -> Result<Self, (Reason, String)> {
        let lower = text.to_ascii_lowercase();
        let authority = authority_in(&lower);
        let pattern = Self::parse_host_and_port(authority);
        if authority.len() == lower.len() {
            return pattern;
        }
        let fix = match pattern {
            Ok(pattern) => format!("write {:?}", pattern.to_text()),
            Err((_, fix)) => fix,
        };
        Err((Reason::MoreThanAHost, fix))
    }

    fn parse_host_and_port(text: &str) -> Result<Self, (Reason, String)> {
        if text.contains('@') {
            return Err((Reason::MoreThanAHost, EXAMPLE.to_owned()));
        }
        let (host, port) = split_port(text);
        let host = host.strip_suffix('.').unwrap_or(host);
        let below = host.strip_prefix("*.");
        if below.unwrap_or(host).contains('*') {
            return Err((Reason::WildcardInHost, WILDCARDS.to_owned()));
        }
        if let Some(word) = word_in_place_of_value(text) {
            return Err((Reason::Origin(word), EXAMPLE.to_owned()));
        }
        match OriginPattern::parse(format!("https://{host}")) {
            Ok(pattern) if below.is_some() && pattern.is_over_public_suffix() => Err((
                Reason::PublicSuffixHost,
                "write the domain that you own, as in \"*.tenant.example\"".to_owned(),
            )),
            Ok(_) => Ok(Self {
                host: host.trim_start_matches('*').to_owned(),
                port: port.map(|port| parse_port(host, port)).transpose()?,
            }),
            Err(error) => {
                let fix = match error.problem() {
                    OriginProblem(OriginMistake::Unicode) => error.fix(),
                    _ => EXAMPLE.to_owned(),
                };
                Err((Reason::Origin(error.problem()), fix))
            }
        }
    }

    /// The host and port in a text with more than them: a scheme, a path.
    pub(crate) fn in_address(text: &str) -> Option<Self> {
        Self::parse_host_and_port(authority_in(&text.to_ascii_lowercase())).ok()
    }

    /// With the dot in front of it if it stands for the names below it.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn is_one_host(&self) -> bool {
        self.port.is_none() && !self.has_wildcard()
    }

    pub(crate) fn has_wildcard(&self) -> bool {
        self.host.starts_with('.')
    }

    pub(crate) fn is_address(&self) -> bool {
        address(self.host.as_bytes()).is_some()
    }

    /// The entry as it is written.
    pub(crate) fn to_text(&self) -> String {
        let star = if self.has_wildcard() { "*" } else { "" };
        match self.port {
            None => format!("{star}{}", self.host),
            Some(port) => format!("{star}{}:{port}", self.host),
        }
    }

    fn keys(&self) -> Vec<String> {
        let host = &self.host;
        match self.port {
            None => vec![host.clone()],
            // The port that browsers leave out.
            Some(port @ (80 | 443)) => vec![format!("{host}:{port}"), format!("{host}:")],
            Some(port) => vec![format!("{host}:{port}")],
        }
    }
}

const EXAMPLE: &str = "write a host, as in \"api.example.com\", \"*.tenant.example\", \"localhost:3000\" or \"[::1]\"";
const WILDCARDS: &str =
    "name each host, or write \"*.\" before the rest of the name, as in \"*.tenant.example\"";

/// Without the scheme before it, and without what follows it.
fn authority_in(text: &str) -> &str {
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let end = after_scheme.find(['/', '?', '#']);
    &after_scheme[..end.unwrap_or(after_scheme.len())]
}

/// The host, and the text after the colon behind it.
fn split_port(text: &str) -> (&str, Option<&str>) {
    let brackets = text.rfind(']').map_or(0, |end| end + 1);
    match text[brackets..].split_once(':') {
        // An IPv6 address without its brackets.
        Some((_, port)) if brackets == 0 && port.contains(':') => (text, None),
        Some((rest, port)) => (&text[..brackets + rest.len()], Some(port)),
        None => (text, None),
    }
}

fn parse_port(host: &str, port: &str) -> Result<u16, (Reason, String)> {
    let is_canonical = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    match port.parse() {
        Ok(port) if is_canonical => Ok(port),
        _ if port.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'*')) => {
            let fix = format!("write \"{host}\" for any port, or a port from 1 to 65535");
            Err((Reason::InvalidPort, fix))
        }
        _ => Err((Reason::InvalidPort, EXAMPLE.to_owned())),
    }
}
