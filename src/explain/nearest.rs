//! The allowed origin that comes closest to one that is not allowed, and how they differ.

use crate::origin::{Origin, OriginPattern};

/// How near an allowed pattern comes to an origin; the fewer differences, the nearer.
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
}

impl Distance {
    /// `None` where host and pattern have nothing in common.
    fn between(origin: &Origin<'_>, pattern: &OriginPattern) -> Option<Self> {
        let port = pattern.port_text();
        Some(Self {
            scheme: origin.scheme() != pattern.scheme(),
            host: HostDifference::between(origin.host(), pattern)?,
            port: !pattern.allows_any_port() && port.as_bytes() != origin.port_bytes(),
        })
    }

    fn weight(self) -> u32 {
        u32::from(self.scheme) + u32::from(self.port) + u32::from(self.host != HostDifference::None)
    }
}

impl HostDifference {
    fn between(host: &str, pattern: &OriginPattern) -> Option<Self> {
        let allowed = pattern.host();
        let is_below = |name: &str| {
            name.strip_suffix(allowed)
                .is_some_and(|rest| rest.ends_with('.'))
        };
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
            _ => None,
        }
    }
}

/// One sentence about the nearest of the allowed patterns. Looks at all of them: not for the hot path.
pub(crate) fn nearest_miss<'a>(
    origin: &Origin<'_>,
    allowed: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let (distance, pattern) = allowed
        .filter_map(|text| OriginPattern::parse(text).ok())
        .filter_map(|pattern| Some((Distance::between(origin, &pattern)?, pattern)))
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
