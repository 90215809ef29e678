//! The path prefix that a request's path starts with, by a rule that holds for every router further in.
//!
//! The layer reads a path before the router does, and the router may read it differently: `/%61dmin` is `/admin` to a
//! router that decodes, `/;x/admin` to one that drops parameters, `/ADMIN` to one that ignores case. So the rule is about
//! *plain* segments, which no router changes. They choose the prefix. What follows must not lead to another prefix, in
//! any reading; otherwise the path is ambiguous.

use crate::error::Reason;

/// The longest rest of a path that is decoded, in bytes. A path with a longer rest is ambiguous.
const LONGEST: usize = 8192;

/// A path prefix of whole segments.
pub(crate) struct PathPrefix {
    text: Box<str>,
    /// Plain segments, decoded, with a slash between them.
    decoded: Box<[u8]>,
}

/// A path that may lead to another prefix in a router's reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AmbiguousPath;

/// The longest prefix that the path begins with. `prefixes` are sorted by their number of segments, the longest first.
pub(crate) fn find<'p, T>(
    prefixes: &'p [(PathPrefix, T)],
    path: &str,
) -> Result<Option<&'p T>, AmbiguousPath> {
    let Some(segments) = path.strip_prefix('/') else {
        // `OPTIONS *`, `CONNECT`
        return if matches!(path, "" | "*") {
            Ok(None)
        } else {
            Err(AmbiguousPath)
        };
    };
    let (plain, rest) = split_plain(segments.as_bytes());
    let found = prefixes
        .iter()
        .find(|(prefix, _)| prefix.matches(plain) != Match::No);
    if let Some((prefix, _)) = found {
        if prefix.matches(plain) == Match::IgnoringCase {
            return Err(AmbiguousPath);
        }
    }
    if let Some(rest) = rest {
        let start = certain_start(rest);
        let mut prefixes = prefixes.iter();
        if prefixes.any(|(prefix, _)| prefix.continues(plain, start)) || is_misread(rest) {
            return Err(AmbiguousPath);
        }
    }
    Ok(found.map(|(_, target)| target))
}

/// The plain segments at the start of a path, and what follows them. `None` if nothing does.
fn split_plain(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut start = 0;
    loop {
        let rest = &path[start..];
        let len = rest.iter().position(|byte| *byte == b'/');
        match (len, &rest[..len.unwrap_or(rest.len())]) {
            // a slash at the end, or the path "/"
            (None, []) => return (&path[..start], None),
            (None, segment) if is_plain(segment) => return (path, None),
            (Some(len), segment) if is_plain(segment) => start += len + 1,
            _ => return (&path[..start], Some(rest)),
        }
    }
}

/// Whether every router reads a segment in the same way.
fn is_plain(segment: &[u8]) -> bool {
    let mut rest = segment;
    let (mut first, mut last) = (None, None);
    while let Some((byte, after)) = next_plain(rest) {
        first = first.or(Some(byte));
        last = Some(byte);
        rest = after;
    }
    // This excludes the segments `.` and `..` too.
    rest.is_empty() && first.is_some_and(|byte| byte != b' ') && !matches!(last, Some(b' ' | b'.'))
}

/// The first decoded byte of a segment, if it is plain, and what follows. Of a character outside ASCII, this skips the
/// rest.
fn next_plain(segment: &[u8]) -> Option<(u8, &[u8])> {
    match segment {
        [b'%', ..] => match percent_decoded(segment)? {
            (
                byte @ (b' ' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' | b'[' | b']'),
                rest,
            ) => Some((byte, rest)),
            (lead @ 0x80.., _) => Some((lead, skip_character(segment)?)),
            _ => None,
        },
        [byte, rest @ ..] if is_plain_byte(*byte) => Some((*byte, rest)),
        _ => None,
    }
}

fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_~!$&'()*,=:@.".contains(&byte)
}

/// What follows a percent-encoded character outside ASCII. `None` if it is not valid UTF-8, or if some routers remove it:
/// a control character or a space.
fn skip_character(mut segment: &[u8]) -> Option<&[u8]> {
    let mut bytes = [0; 4];
    for len in 0..4 {
        (bytes[len], segment) = percent_decoded(segment)?;
        if let Ok(text) = std::str::from_utf8(&bytes[..=len]) {
            let is_removed = text.contains(|char: char| char.is_control() || char.is_whitespace());
            return (!is_removed).then_some(segment);
        }
    }
    None
}

/// The byte that `%HH` stands for, and what follows.
fn percent_decoded(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [b'%', high, low, rest @ ..] => Some((digit(*high)? << 4 | digit(*low)?, rest)),
        _ => None,
    }
}

fn digit(hex: u8) -> Option<u8> {
    char::from(hex).to_digit(16)?.try_into().ok()
}

/// Plain segments, decoded.
fn decoded(segment: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = segment;
    std::iter::from_fn(move || {
        let (byte, after) = match percent_decoded(rest) {
            Some(decoded) => decoded,
            None => rest.split_first().map(|(byte, rest)| (*byte, rest))?,
        };
        rest = after;
        Some(byte)
    })
}

/// How every router reads the start of the first segment that is not plain: as far as its characters are plain. Some
/// routers drop spaces around a segment, and dots at its end.
fn certain_start(rest: &[u8]) -> &[u8] {
    let mut after = rest;
    while let Some((_, next)) = next_plain(after) {
        after = next;
    }
    let mut start = &rest[..rest.len() - after.len()];
    while let Some(trimmed) = start.strip_prefix(b"%20") {
        start = trimmed;
    }
    while let Some(trimmed) = start.strip_suffix(b"%20").or(start.strip_suffix(b".")) {
        start = trimmed;
    }
    start
}

/// Whether some routers read the rest of a path as other segments than it has: after decoding as often as it can be
/// decoded, it has two dots, a control character, `%u`, or bytes that are not UTF-8.
fn is_misread(rest: &[u8]) -> bool {
    if rest.len() > LONGEST {
        return true;
    }
    let mut buffer = [0; LONGEST];
    let mut len = 0;
    for byte in rest {
        buffer[len] = *byte;
        len += 1;
        // The decoded byte may complete another `%HH`.
        while let Some((decoded, _)) = len
            .checked_sub(3)
            .and_then(|start| percent_decoded(&buffer[start..len]))
        {
            len -= 2;
            buffer[len - 1] = decoded;
        }
    }
    match std::str::from_utf8(&buffer[..len]) {
        Ok(text) => {
            let has = |part| text.contains(part);
            has("..") || has("%u") || has("%U") || text.contains(char::is_control)
        }
        Err(_) => true,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    Exact,
    /// Only routers that ignore case find the prefix.
    IgnoringCase,
    No,
}

impl PathPrefix {
    /// Compares whole segments with the plain segments of a path. It reads no more of the path than the prefix is long.
    fn matches(&self, plain: &[u8]) -> Match {
        let mut path = decoded(plain);
        let mut result = Match::Exact;
        for own in &self.decoded {
            match path.next() {
                Some(byte) if byte == *own => {}
                Some(byte) if byte.eq_ignore_ascii_case(own) => result = Match::IgnoringCase,
                _ => return Match::No,
            }
        }
        match path.next() {
            None | Some(b'/') => result,
            Some(_) => Match::No,
        }
    }

    /// Whether the prefix goes on beyond the plain segments of a path, with a segment that begins like this. It ignores
    /// case.
    fn continues(&self, plain: &[u8], start: &[u8]) -> bool {
        let plain = plain.strip_suffix(b"/").unwrap_or(plain);
        let slash: &[u8] = if plain.is_empty() { b"" } else { b"/" };
        let mut own = self.decoded.iter();
        decoded(plain)
            .chain(slash.iter().copied())
            .chain(decoded(start))
            .all(|byte| own.next().is_some_and(|own| byte.eq_ignore_ascii_case(own)))
    }
}

impl PathPrefix {
    /// The prefix, or what is wrong with the text and the fix.
    pub(crate) fn parse(text: &str) -> Result<Self, (Reason, String)> {
        if text.trim_matches('/').is_empty() {
            let fix = "remove it, and call otherwise() for all other requests";
            return Err((Reason::EveryPath, fix.to_owned()));
        }
        if has_parameter(text) {
            let fix = "name the segments before the pattern, or call choose_by() with a function";
            return Err((Reason::WildcardOrParameter, fix.to_owned()));
        }
        let Some(path) = text.strip_prefix('/') else {
            let fix = match Self::parse(&format!("/{text}")) {
                Ok(_) if text.starts_with(|first: char| first.is_ascii_alphanumeric()) => {
                    format!("write \"/{text}\"")
                }
                _ => "write its segments with a slash before each, as in \"/api/v1\"".to_owned(),
            };
            return Err((Reason::NoLeadingSlash, fix));
        };
        if let Some(without) = text.strip_suffix('/') {
            let fix = match Self::parse(without) {
                Ok(_) => format!("write \"{without}\""),
                Err((_, fix)) => fix,
            };
            return Err((Reason::PrefixTrailingSlash, fix));
        }
        if !path.split('/').map(str::as_bytes).all(is_plain) {
            return Err((Reason::UnclearPath, fix_of_unclear(path)));
        }
        Ok(Self {
            text: text.into(),
            decoded: decoded(path.as_bytes()).collect(),
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The number of segments.
    pub(crate) fn len(&self) -> usize {
        self.decoded.split(|byte| *byte == b'/').count()
    }

    /// Whether a router that ignores case matches the same paths with both prefixes.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.decoded.eq_ignore_ascii_case(&other.decoded)
    }
}

/// Whether a text has a parameter, a wildcard or a variable, as routes have.
fn has_parameter(text: &str) -> bool {
    text.contains(['*', '{', '}', '[', ']', '<', '>', '^', '$'])
        || text.split('/').any(|segment| {
            segment.starts_with(':') || segment.starts_with('(') && segment.ends_with(')')
        })
}

const PLAIN_SEGMENTS: &str = "write each segment as browsers send it: letters, digits and -_~!$&'(),=:@. without a dot \
                              at its end, and no query";

/// A text that is not ASCII or has a space, as browsers send it. Otherwise only the rule.
fn fix_of_unclear(path: &str) -> String {
    let sent: String = path
        .bytes()
        .map(|byte| match byte {
            b' ' | 0x80.. => format!("%{byte:02X}"),
            byte => char::from(byte).to_string(),
        })
        .collect();
    if sent != path && sent.split('/').all(|segment| is_plain(segment.as_bytes())) {
        format!("write \"/{sent}\"")
    } else {
        PLAIN_SEGMENTS.to_owned()
    }
}
