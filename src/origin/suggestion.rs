//! What to write instead of an invalid text of a setting: [`Suggestion`].
//!
//! The text is cleaned, then edited by one short list of edits. Only what surely means the same origin is suggested: with a
//! wrong suggestion the policy builds, and the page stays blocked.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::parse::parse_pattern;
use super::problem::OriginMistake;
use super::setting::{are_digits, clean, is_blank, is_placeholder, split_comment};

/// The longest text that is looked at, and the most bytes of patterns that a message shows.
const LONGEST_TEXT: usize = 4096;
const LONGEST_LIST: usize = 512;

/// The patterns that a text surely means. None if that isn't sure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Suggestion {
    pub(super) patterns: Vec<String>,
    /// What was written and is not in the patterns: "the path".
    dropped: Vec<&'static str>,
}

/// The pattern that a text surely means.
pub(crate) fn suggest(text: &[u8]) -> Option<String> {
    let mut patterns = Suggestion::new(std::str::from_utf8(text).ok()?).patterns;
    let only = patterns.pop();
    only.filter(|_| patterns.is_empty())
}

impl Suggestion {
    pub(super) fn new(text: &str) -> Self {
        if text.len() > LONGEST_TEXT {
            return Self::default();
        }
        let text = clean(text);
        Self::from_entries(&[text])
            .or_else(|| Self::from_list(text))
            .unwrap_or_default()
    }

    fn from_list(text: &str) -> Option<Self> {
        let mut comment = None;
        let mut entries = Vec::new();
        for line in text.split(['\n', ',', ';', '|']) {
            let (line, dropped) = split_comment(clean(line));
            comment = comment.or(dropped);
            entries.extend(line.split(is_blank).map(clean));
        }
        entries.retain(|entry| !entry.is_empty());
        let schemes = entries.iter().filter(|entry| entry.contains("://")).count();
        // `http://localhost:3000,3001`, and `localhost|127.0.0.1:3000`, which may be a part of an expression.
        let is_mixed = schemes > 0 && schemes < entries.len();
        if is_mixed || schemes == 0 && text.contains('|') {
            return None;
        }
        let mut several = Self::from_entries(&entries)?;
        several.dropped.extend(comment);
        let len: usize = several.patterns.iter().map(|one| one.len() + 4).sum();
        (len <= LONGEST_LIST).then_some(several)
    }

    /// One pattern for each entry. `None` if one of them isn't sure.
    fn from_entries(entries: &[&str]) -> Option<Self> {
        let mut suggestion = Self::default();
        for entry in entries {
            let (text, comment) = split_comment(entry);
            suggestion.dropped.extend(comment);
            let text = clean(text);
            let pattern = match parse_pattern(text.as_bytes()) {
                Ok(_) => text.to_owned(),
                Err(_) => edit(text, &mut suggestion.dropped)?,
            };
            suggestion.patterns.push(pattern);
        }
        Some(suggestion)
    }

    /// What to do. Names what was dropped, unless the problem does.
    pub(super) fn fix(&self, problem: OriginMistake) -> Option<String> {
        let mut fix = match &*self.patterns {
            [] => return None,
            [one] => format!("write \"{one}\""),
            several => format!("write each as a separate entry: {several:?}"),
        };
        let named = match problem {
            OriginMistake::Path => PATH,
            OriginMistake::Query => QUERY,
            OriginMistake::Fragment => FRAGMENT,
            OriginMistake::UserInfo => USER,
            OriginMistake::DefaultPort => PORT,
            _ => "",
        };
        let mut told = vec![named];
        for part in &self.dropped {
            if !told.contains(part) {
                fix += if told.len() > 1 {
                    " and "
                } else {
                    ", without "
                };
                fix += part;
                told.push(part);
            }
        }
        Some(fix)
    }
}

const PATH: &str = "the path";
const QUERY: &str = "the query";
const FRAGMENT: &str = "the fragment";
const USER: &str = "the user name";
const PORT: &str = "the default port";

/// Edits one text. `None` if the result is not a valid pattern, or may be another origin than the one that was meant.
fn edit(text: &str, dropped: &mut Vec<&'static str>) -> Option<String> {
    let has_foreign = text.contains(is_foreign) || text.matches("://").count() > 1;
    if has_foreign || is_placeholder(text) {
        return None;
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, text.strip_prefix("//").unwrap_or(text)),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let address = match (authority.rsplit_once('@'), &scheme) {
        (None, _) => authority,
        (Some((_, address)), Some(_)) => {
            dropped.push(USER);
            address
        }
        // An e-mail address, or `git@host:path`.
        (Some(_), None) => return None,
    };
    let port_start = address
        .rfind(':')
        .filter(|colon| !address[*colon..].contains(']'));
    let (host, port) = address.split_at(port_start.unwrap_or(address.len()));

    let is_web = scheme
        .as_deref()
        .is_none_or(|scheme| matches!(scheme, "http" | "https"));
    // `postgres://user@host/name` and `file:///index.html` are not pages.
    if !is_web && (authority.contains('@') || after != "/" && !after.is_empty() || host.is_empty())
    {
        return None;
    }
    let host = match host.strip_prefix('.') {
        Some(name) if is_web && name.contains('.') => format!("*.{name}"),
        _ => host.to_owned(),
    };
    if is_web && is_name_of_something_else(&host, scheme.is_some()) {
        return None;
    }
    // `192.168.1.x`, which the grammar reads as a name.
    let is_short = host.split('.').count() <= 4;
    if is_short && starts_with_numbers(&host) && !is_address(&host) {
        return None;
    }
    let host = if is_web {
        host.to_ascii_lowercase()
    } else {
        host
    };
    if !is_certain_without(after, &host, port) {
        return None;
    }
    match after.chars().next() {
        Some('?') => dropped.push(QUERY),
        Some('#') => dropped.push(FRAGMENT),
        Some(_) if after != "/" => dropped.push(PATH),
        _ => {}
    }
    let scheme = match &scheme {
        Some(scheme) => scheme,
        None => scheme_for(&host, port)?,
    };
    let port = match (scheme, port) {
        ("https", ":443") | ("http", ":80") => {
            dropped.push(PORT);
            ""
        }
        // One of the two is a mistake.
        ("http", ":443") | ("https", ":80") => return None,
        _ => port,
    };
    let pattern = format!("{scheme}://{host}{port}");
    parse_pattern(pattern.as_bytes()).ok().map(|_| pattern)
}

/// Characters of lists, expressions, templates and other alphabets. An origin has none, and no edit removes them.
fn is_foreign(c: char) -> bool {
    !c.is_ascii_graphic() || r#",;|\^$(){}<>"'`"#.contains(c)
}

/// `YOUR_HOST`, `HOST` and `config.ORIGIN`, which look like names of settings.
fn is_name_of_something_else(host: &str, has_scheme: bool) -> bool {
    let has_upper = |text: &str| text.contains(|c: char| c.is_ascii_uppercase());
    let has_lower = |text: &str| text.contains(|c: char| c.is_ascii_lowercase());
    let is_localhost = host.eq_ignore_ascii_case("localhost");
    let last = host.rsplit('.').next().unwrap_or_default();
    has_upper(host)
        && !is_localhost
        && (host.contains('_')
            || !host.contains(['.', ':'])
            || !has_scheme && !has_lower(last) && has_lower(host))
}

/// Whether the origin is sure without what follows it.
fn is_certain_without(after: &str, host: &str, port: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = after.chars();
    match rest.next() {
        None => true,
        // `?` may be a character of a glob.
        Some('?') => after.contains('=') && rest.next().is_some_and(is_word),
        Some('#') => rest
            .next()
            .is_some_and(|c| is_word(c) || matches!(c, '/' | '!')),
        Some(_) => {
            let path = after.trim_start_matches('/');
            let segment = path.split(['/', '?', '#']).next().unwrap_or_default();
            // `10.0.0.0/8`, `http://localhost/3000` and `http://localhost/:3000`.
            let is_number = segment.starts_with(':') || are_digits(segment);
            // In the match patterns of browser extensions, `http://localhost/*` has any port.
            let is_exact = !host.contains('*') && (!port.is_empty() || is_public_name(host));
            // `https://https//example.com`
            let is_scheme = matches!(host, "http" | "https");
            !is_number && !is_scheme && (is_exact || !after.contains('*'))
        }
    }
}

/// The scheme of a host that was written without one, if it is sure.
fn scheme_for(host: &str, port: &str) -> Option<&'static str> {
    let name = host.strip_prefix("*.").unwrap_or(host);
    let is_local = name == "localhost" || name.ends_with(".localhost") || is_address(name);
    let is_public = is_public_name(name);
    match port {
        ":443" if is_local || is_public => Some("https"),
        ":80" if is_local || is_public => Some("http"),
        // 8443, 44300 and the like are often ports of https, on one's own machine too.
        _ if is_local && !port.contains("443") => Some("http"),
        "" if is_public => Some("https"),
        _ => None,
    }
}

/// An address of one machine. `0.0.0.0` and `[::]` are addresses to listen at, and `192.168.1.0` is that of a network.
fn is_address(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bare {
        Some(bare) => bare
            .parse()
            .is_ok_and(|address: Ipv6Addr| !address.is_unspecified()),
        None => host
            .parse()
            .is_ok_and(|address: Ipv4Addr| !matches!(address.octets(), [.., 0 | 255])),
    }
}

/// A name that looks like one of the public internet, whose pages have https.
fn is_public_name(name: &str) -> bool {
    // Names of local networks (RFC 6761, RFC 6762 with its appendix G, RFC 8375), and of files.
    const NOT_PUBLIC: &str = "arpa corp home internal intranet invalid lan local localdomain private test \
                              conf html ini js json toml txt yaml yml";
    let labels: Vec<_> = name.split('.').collect();
    let [first, .., last] = &*labels else {
        return false;
    };
    let is_top = last.starts_with("xn--")
        || last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_star = first.starts_with('*') && !first.starts_with("*-");
    // `com.example.app`, the name of an app.
    let is_bundle = matches!(*first, "com" | "io" | "net" | "org");
    is_top
        && !starts_with_numbers(name)
        && !is_star
        && !is_bundle
        && NOT_PUBLIC.split(' ').all(|label| label != *last)
        && !name.contains('_')
}

/// `192.168.1.xx`, `127.0.0.1.nip.io`
fn starts_with_numbers(host: &str) -> bool {
    host.split_once('.').is_some_and(|(first, rest)| {
        are_digits(first) && rest.split('.').next().is_some_and(are_digits)
    })
}
