//! The allowed origin that comes closest to one that is not allowed, and how they differ.

use crate::origin::{Origin, OriginPattern, Parts};

/// How an allowed pattern differs from an origin. The fewer differences, the nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Distance {
    scheme: bool,
    host: HostDifference,
    port: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HostDifference {
    None,
    /// One has `www.` before it.
    Www,
    /// One has a dot after it.
    FinalDot,
    /// The pattern allows subdomains, and the origin is the domain itself.
    ApexOfPattern,
    /// The origin is a subdomain of the allowed host.
    SubdomainOfHost,
    /// The allowed host is a subdomain of the page's.
    ParentOfHost,
    /// Both are this machine, by different names.
    OtherLoopbackName,
    /// Both are addresses of a local network.
    OtherLocalAddress,
    /// The origin is `app-branch.example.com`, the allowed host `app.example.com`.
    Preview,
    /// The pattern has a `*` in the first label, and the origin's label does not fit.
    FirstLabel,
}

impl Distance {
    /// `None` if host and pattern have nothing in common.
    fn between(origin: &Origin<'_>, pattern: &OriginPattern) -> Option<Self> {
        let port = pattern.port_text();
        Some(Self {
            scheme: origin.scheme() != pattern.scheme(),
            host: HostDifference::between(origin, pattern)?,
            port: !pattern.allows_any_port() && port.as_bytes() != origin.port_bytes(),
        })
    }

    fn weight(self) -> u32 {
        u32::from(self.scheme) + u32::from(self.port) + u32::from(self.host != HostDifference::None)
    }
}

impl HostDifference {
    fn between(origin: &Origin<'_>, pattern: &OriginPattern) -> Option<Self> {
        let (host, allowed) = (origin.host(), pattern.host());
        let is_below = |name: &str| {
            name.strip_suffix(allowed)
                .is_some_and(|rest| rest.ends_with('.'))
        };
        if pattern.allows_any_host() {
            let (scheme, listed) = (origin.scheme(), pattern.scheme());
            let is_meant = scheme == listed || is_one_edit(scheme.as_bytes(), listed.as_bytes());
            return is_meant.then_some(Self::None);
        }
        if pattern.first_label().is_some() {
            let fits =
                Parts::new(origin.as_bytes()).is_some_and(|parts| pattern.allows_host_of(parts));
            return match host {
                _ if fits => Some(Self::None),
                _ if is_below(host) => Some(Self::FirstLabel),
                _ => None,
            };
        }
        if pattern.allows_subdomains() {
            return match host {
                _ if host == allowed => Some(Self::ApexOfPattern),
                _ if is_below(host) => Some(Self::None),
                _ if host.strip_suffix('.').is_some_and(is_below) => Some(Self::FinalDot),
                _ => None,
            };
        }
        match host {
            _ if host == allowed => Some(Self::None),
            _ if host.strip_suffix('.') == Some(allowed) => Some(Self::FinalDot),
            _ if host.strip_prefix("www.") == Some(allowed)
                || allowed.strip_prefix("www.") == Some(host) =>
            {
                Some(Self::Www)
            }
            _ if is_below(host) => Some(Self::SubdomainOfHost),
            _ if is_preview(host, allowed) => Some(Self::Preview),
            _ if is_this_machine(origin) && pattern.is_loopback() => Some(Self::OtherLoopbackName),
            _ if origin.is_private_network() && is_private_network(pattern) => {
                Some(Self::OtherLocalAddress)
            }
            _ if host.contains('.') && is_parent(host, allowed) => Some(Self::ParentOfHost),
            _ => None,
        }
    }
}

/// Some people open `http://0.0.0.0:3000`, which is what a server says that it listens on.
fn is_this_machine(origin: &Origin<'_>) -> bool {
    origin.is_loopback() || origin.host() == "0.0.0.0"
}

fn is_private_network(pattern: &OriginPattern) -> bool {
    Origin::parse(pattern.as_str().as_bytes()).is_ok_and(|origin| origin.is_private_network())
}

fn is_parent(host: &str, of: &str) -> bool {
    of.strip_suffix(host)
        .is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a host is named as hosting services name the previews of another: `app-branch.example.com` or
/// `branch--app.example.com`, for `app.example.com`.
fn is_preview(host: &str, of: &str) -> bool {
    let (Some((label, base)), Some((name, of_base))) = (host.split_once('.'), of.split_once('.'))
    else {
        return false;
    };
    base == of_base
        && base.contains('.')
        && (label
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('-'))
            || label
                .strip_suffix(name)
                .is_some_and(|rest| rest.ends_with("--")))
}

/// How many allowed origins or names are searched for the nearest one.
pub(super) const MOST_SEARCHED: usize = 10_000;

/// Whether one name was probably meant as another: they differ by `-` and `_`, or by one letter.
pub(super) fn is_near(a: &[u8], b: &[u8]) -> bool {
    let simple = |name: &[u8]| -> Vec<u8> {
        let dashes = name
            .iter()
            .map(|byte| if *byte == b'_' { b'-' } else { *byte });
        dashes.map(|byte| byte.to_ascii_lowercase()).collect()
    };
    let (a, b) = (simple(a), simple(b));
    a == b || a.len() > 4 && b.len() > 4 && is_one_edit(&a, &b)
}

/// Whether one letter is added, left out or wrong, or two neighbours are swapped.
fn is_one_edit(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match (short, long) {
        (short, [_, rest @ ..]) if short.len() == rest.len() => short == rest,
        ([_, short @ ..], [_, long @ ..]) if short == long => true,
        ([a, b, short @ ..], [c, d, long @ ..]) => (a, b) == (d, c) && short == long,
        _ => false,
    }
}

/// One sentence about the nearest of the allowed patterns. It reads the first [`MOST_SEARCHED`] of them.
pub(crate) fn nearest_miss<'a>(
    origin: &Origin<'_>,
    allowed: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let (distance, pattern) = allowed
        .take(MOST_SEARCHED)
        .filter_map(|text| OriginPattern::parse(text).ok())
        .filter_map(|pattern| Some((Distance::between(origin, &pattern)?, pattern)))
        // A host such as that of `app://.a` is too unusual to say how it differs.
        .filter(|(distance, _)| distance.weight() > 0)
        .min_by_key(|(distance, _)| distance.weight())?;
    let mut differences = Vec::new();
    if distance.scheme {
        differences.push(format!("the page is on {}://", origin.scheme()));
    }
    differences.extend(match distance.host {
        HostDifference::None => None,
        HostDifference::Www => Some(format!("the page is on \"{}\"", origin.host())),
        HostDifference::FinalDot => Some("the page's host ends in a dot".to_owned()),
        HostDifference::ApexOfPattern => Some(format!(
            "that covers the subdomains of {}, not {0} itself",
            origin.host()
        )),
        HostDifference::SubdomainOfHost => Some(format!(
            "the page is on the subdomain \"{}\"",
            origin.host()
        )),
        HostDifference::OtherLoopbackName => Some(format!(
            "the page is on \"{}\", another name of this machine",
            origin.host()
        )),
        HostDifference::OtherLocalAddress => Some(format!(
            "the page is on \"{}\", another address of a local network",
            origin.host()
        )),
        HostDifference::ParentOfHost => Some(format!(
            "that is a subdomain of \"{}\", where the page is",
            origin.host()
        )),
        HostDifference::Preview => Some(format!(
            "the page is on \"{}\", which looks like a preview of it",
            origin.host()
        )),
        HostDifference::FirstLabel => Some(format!(
            "\"{}\" does not fit its \"*\", which stands for one or more of a-z, 0-9 and \"-\"",
            origin.host()
        )),
    });
    if distance.port {
        differences.push(match origin.port() {
            Some(port) => format!("the page is on port {port}"),
            None => "the page is on the default port".to_owned(),
        });
    }
    Some(format!(
        "\"{pattern}\" is allowed, but {}",
        differences.join(" and ")
    ))
}
