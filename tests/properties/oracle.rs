//! The naive answers: written from the documentation's tables by string operations, sharing no code with
//! the crate.

/// Scheme, host and port of a text; `None` if it has no such shape.
pub(crate) fn split(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let (scheme, rest) = text.split_once("://")?;
    if rest.starts_with('[') {
        let end = rest.find(']')? + 1;
        let (host, port) = rest.split_at(end);
        return match port.strip_prefix(':') {
            Some(port) => Some((scheme, host, Some(port))),
            None if port.is_empty() => Some((scheme, host, None)),
            None => None,
        };
    }
    match rest.split_once(':') {
        Some((host, port)) => Some((scheme, host, Some(port))),
        None => Some((scheme, rest, None)),
    }
}

/// Whether a pattern allows an origin: the rows of the documentation's table.
pub(crate) fn allows(pattern: &str, origin: &str) -> bool {
    let Some((scheme, host, port)) = split(pattern) else {
        return false;
    };
    let Some((origin_scheme, origin_host, origin_port)) = split(origin) else {
        return false;
    };
    if host == "*" {
        return origin_scheme == scheme && origin_port.is_none();
    }
    let is_host_allowed = match host.strip_prefix("*.") {
        None if host.contains('*') => allows_first_label(host, origin_host),
        None => origin_host == host,
        Some(base) => match origin_host.strip_suffix(&format!(".{base}")) {
            Some(below) => {
                origin_host.len() <= 253
                    && below.split('.').all(|label| {
                        (1..=63).contains(&label.len())
                            && label.bytes().all(|byte| {
                                b"abcdefghijklmnopqrstuvwxyz0123456789-_".contains(&byte)
                            })
                    })
            }
            None => false,
        },
    };
    let is_port_allowed = match port {
        Some("*") => match origin_port {
            None => true,
            Some(port) => {
                let is_default = matches!((scheme, port), ("https", "443") | ("http", "80"));
                let number = port.parse::<u32>().unwrap_or(0);
                port == number.to_string() && (1..=65535).contains(&number) && !is_default
            }
        },
        port => origin_port == port,
    };
    origin_scheme == scheme && is_host_allowed && is_port_allowed
}

/// `app-*.example.com`.
fn allows_first_label(host: &str, origin_host: &str) -> bool {
    let (Some((label, base)), Some((origin_label, origin_base))) =
        (host.split_once('.'), origin_host.split_once('.'))
    else {
        return false;
    };
    let Some((before, after)) = label.split_once('*') else {
        return false;
    };
    let star: Vec<_> = origin_label
        .char_indices()
        .filter(|(i, _)| *i >= before.len() && i + after.len() < origin_label.len())
        .map(|(_, character)| character)
        .collect();
    origin_base == base
        && origin_label.starts_with(before)
        && origin_label.ends_with(after)
        && origin_label.len() <= 63
        && origin_host.len() <= 253
        && !star.is_empty()
        && star
            .iter()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
}

/// The origin of a URL as a browser would send it, by another implementation of the URL standard.
pub(crate) fn as_a_browser_sends_it(url: &str) -> Option<String> {
    let origin = url::Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// The names of a list, by allocation: trimmed, in lower case, without empty ones.
pub(crate) fn names(lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    lines
        .iter()
        .flat_map(|line| line.split(|byte| *byte == b','))
        .map(|name| name.trim_ascii().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}
