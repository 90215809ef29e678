//! A choice by path against routers that read paths in every way we know: no router finds another prefix than the layer,
//! unless the layer says that nobody is allowed.
//!
//! A router is a list of steps. The kinds of steps, their order and their number are drawn.

use arbitrary::{Error, Result, Unstructured};
use http::{Request, Uri};
use tower_cors::CorsLayer;

/// Few, so that they often meet.
const SEGMENTS: [&str; 6] = ["a", "b", "ab", "a.b", "%C3%A9", "a%20b"];
const PIECES: [&str; 60] = [
    "/",
    "/",
    "/",
    "/",
    "/",
    "a",
    "b",
    "ab",
    "a",
    "b",
    "A",
    "aB",
    "a.b",
    "a%20b",
    "a+b",
    "%C3%A9",
    "%c3%a9",
    "%61",
    "%62",
    "%41",
    "c",
    ".",
    "..",
    "...",
    "%2e",
    "%2E.",
    "%252e",
    "%2f",
    "%2F",
    "%252f",
    "%255c",
    "\\",
    "%5c",
    "%5C",
    "//",
    "%",
    "%6",
    "1",
    "%2561",
    "%25",
    "%C3",
    "%c0%ae",
    "%c0%af",
    "%e0%80%af",
    "%u002e",
    "%u0061",
    "%U002f",
    ";",
    ";x",
    "%3b",
    "%00",
    "%09",
    "%0d%0a",
    "%7f",
    "%20",
    "%3f",
    "%23",
    "%EF%BF%BD",
    "=",
    "~",
];

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let mut prefixes = Vec::new();
    for _ in 0..u.int_in_range(1..=4)? {
        let mut prefix = String::new();
        for _ in 0..u.int_in_range(1..=3)? {
            prefix = format!("{prefix}/{}", u.choose(&SEGMENTS)?);
        }
        if !prefixes.contains(&prefix) {
            prefixes.push(prefix);
        }
    }
    let choice = choice_among(&prefixes);
    let mut reached = false;
    for _ in 0..u.int_in_range(1..=6)? {
        let mut path = "/".to_owned();
        for _ in 0..u.int_in_range(0..=12)? {
            path.push_str(u.choose(&PIECES)?);
        }
        let Ok(uri) = path.parse::<Uri>() else {
            continue;
        };
        let request = Request::get(uri).body(()).expect("a request");
        let policy = choice.policy_for(&request).expect("a policy for all");
        let Some(chosen) = policy.origins().next() else {
            assert!(!is_usual(&path), "{path} is refused under {prefixes:?}");
            continue;
        };
        for _ in 0..8 {
            let steps = steps(u)?;
            let place = place_of(&prefixes, &path, &steps);
            assert_eq!(
                chosen,
                format!("https://{place}.example.com"),
                "{path} under {prefixes:?}, read by {steps:?}"
            );
            reached = true;
        }
    }
    if reached {
        Ok(())
    } else {
        Err(Error::IncorrectFormat)
    }
}

/// Each policy allows one origin, which tells its place.
fn choice_among(prefixes: &[String]) -> CorsLayer {
    let policy = |place: usize| {
        let origin = format!("https://{place}.example.com");
        let cors = CorsLayer::builder().allow_origins([origin]).build();
        cors.expect("a policy")
    };
    let mut choice = CorsLayer::choose();
    for (place, prefix) in prefixes.iter().enumerate() {
        choice = choice.path_prefix(prefix, policy(place));
    }
    choice.otherwise(policy(prefixes.len())).expect("prefixes")
}

/// Whether nobody could doubt how to read a path.
fn is_usual(path: &str) -> bool {
    let is_segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    path.split('/').skip(1).all(is_segment)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Decode,
    DecodeAllButSlashes,
    DecodeUnreserved,
    DecodeU,
    DecodeOverlong,
    DropParameters,
    TurnBackslashes,
    MergeSlashes,
    ResolveDots,
    RemoveTabsAndNewlines,
    RemoveControls,
    StopAtNul,
    StopAtQuery,
    DropInvalidUtf8,
    ReplaceInvalidUtf8,
    TrimSpaces,
    TrimSpacesAndDots,
    PlusAsSpace,
    IgnoreCase,
}

const STEPS: [Step; 19] = [
    Step::Decode,
    Step::DecodeAllButSlashes,
    Step::DecodeUnreserved,
    Step::DecodeU,
    Step::DecodeOverlong,
    Step::DropParameters,
    Step::TurnBackslashes,
    Step::MergeSlashes,
    Step::ResolveDots,
    Step::RemoveTabsAndNewlines,
    Step::RemoveControls,
    Step::StopAtNul,
    Step::StopAtQuery,
    Step::DropInvalidUtf8,
    Step::ReplaceInvalidUtf8,
    Step::TrimSpaces,
    Step::TrimSpacesAndDots,
    Step::PlusAsSpace,
    Step::IgnoreCase,
];

fn steps(u: &mut Unstructured<'_>) -> Result<Vec<Step>> {
    let count = u.int_in_range(0..=7)?;
    (0..count).map(|_| u.choose(&STEPS).copied()).collect()
}

impl Step {
    fn apply(self, path: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Decode => decode(&path, |_| true),
            Self::DecodeAllButSlashes => decode(&path, |byte| byte != b'/'),
            Self::DecodeUnreserved => decode(&path, |byte| {
                byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
            }),
            Self::DecodeU => decode_u(&path),
            Self::DecodeOverlong => decode_overlong(&path),
            Self::DropParameters => each_segment(&path, |segment| {
                segment
                    .split(|byte| *byte == b';')
                    .next()
                    .unwrap_or_default()
            }),
            Self::TurnBackslashes => path
                .into_iter()
                .map(|byte| if byte == b'\\' { b'/' } else { byte })
                .collect(),
            Self::MergeSlashes => {
                let mut merged: Vec<u8> = Vec::new();
                for byte in path {
                    if byte != b'/' || merged.last() != Some(&b'/') {
                        merged.push(byte);
                    }
                }
                merged
            }
            Self::ResolveDots => resolve_dots(&path),
            Self::RemoveTabsAndNewlines => without(path, |byte| b"\t\r\n".contains(&byte)),
            Self::RemoveControls => without(path, |byte| byte.is_ascii_control()),
            Self::StopAtNul => until(path, |byte| byte == 0),
            Self::StopAtQuery => until(path, |byte| byte == b'?' || byte == b'#'),
            Self::DropInvalidUtf8 => path
                .utf8_chunks()
                .flat_map(|chunk| chunk.valid().bytes())
                .collect(),
            Self::ReplaceInvalidUtf8 => String::from_utf8_lossy(&path).into_owned().into_bytes(),
            Self::TrimSpaces => each_segment(&path, |segment| trim(segment, b" ", b" ")),
            Self::TrimSpacesAndDots => each_segment(&path, |segment| trim(segment, b" ", b" .")),
            Self::PlusAsSpace => path
                .into_iter()
                .map(|byte| if byte == b'+' { b' ' } else { byte })
                .collect(),
            // The prefixes of this router are in lower case too.
            Self::IgnoreCase => path.to_ascii_lowercase(),
        }
    }
}

fn decode(path: &[u8], is_decoded: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        match hex(after, 2) {
            Some(value) if *byte == b'%' && is_decoded(value.to_le_bytes()[0]) => {
                decoded.push(value.to_le_bytes()[0]);
                rest = &after[2..];
            }
            _ => {
                decoded.push(*byte);
                rest = after;
            }
        }
    }
    decoded
}

/// `%u002e`, as old servers of Microsoft read it.
fn decode_u(path: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = path;
    loop {
        match rest {
            [b'%', b'u' | b'U', after @ ..] if hex(after, 4).is_some() => {
                let letter = hex(after, 4).and_then(char::from_u32).unwrap_or('?');
                decoded.extend(letter.to_string().into_bytes());
                rest = &after[4..];
            }
            [byte, after @ ..] => {
                decoded.push(*byte);
                rest = after;
            }
            [] => return decoded,
        }
    }
}

/// Two or three bytes for an ASCII character.
fn decode_overlong(path: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = path;
    loop {
        match rest {
            [lead @ 0xc0..=0xc1, next @ 0x80..=0xbf, after @ ..] => {
                decoded.push((lead & 1) << 6 | next & 0x3f);
                rest = after;
            }
            [0xe0, middle @ 0x80..=0x81, next @ 0x80..=0xbf, after @ ..] => {
                decoded.push((middle & 1) << 6 | next & 0x3f);
                rest = after;
            }
            [byte, after @ ..] => {
                decoded.push(*byte);
                rest = after;
            }
            [] => return decoded,
        }
    }
}

fn hex(text: &[u8], digits: usize) -> Option<u32> {
    let text = std::str::from_utf8(text.get(..digits)?).ok()?;
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then_some(())?;
    u32::from_str_radix(text, 16).ok()
}

fn each_segment(path: &[u8], change: impl Fn(&[u8]) -> &[u8]) -> Vec<u8> {
    let segments = path.split(|byte| *byte == b'/').map(change);
    segments.collect::<Vec<_>>().join(&b'/')
}

fn trim<'s>(mut segment: &'s [u8], start: &[u8], end: &[u8]) -> &'s [u8] {
    while let Some((first, rest)) = segment
        .split_first()
        .filter(|(first, _)| start.contains(first))
    {
        let _ = first;
        segment = rest;
    }
    while let Some((last, rest)) = segment.split_last().filter(|(last, _)| end.contains(last)) {
        let _ = last;
        segment = rest;
    }
    segment
}

fn resolve_dots(path: &[u8]) -> Vec<u8> {
    let mut resolved: Vec<&[u8]> = Vec::new();
    for (place, segment) in path.split(|byte| *byte == b'/').enumerate() {
        match segment {
            b"." => {}
            b".." if resolved.len() > 1 => drop(resolved.pop()),
            b".." if place > 0 => {}
            segment => resolved.push(segment),
        }
    }
    resolved.join(&b'/')
}

fn without(mut path: Vec<u8>, is_removed: impl Fn(u8) -> bool) -> Vec<u8> {
    path.retain(|byte| !is_removed(*byte));
    path
}

fn until(path: Vec<u8>, is_end: impl Fn(u8) -> bool) -> Vec<u8> {
    path.into_iter().take_while(|byte| !is_end(*byte)).collect()
}

/// The place of the longest prefix that a router finds, or the last place for none.
fn place_of(prefixes: &[String], path: &str, steps: &[Step]) -> usize {
    let read = steps
        .iter()
        .fold(path.as_bytes().to_vec(), |path, step| step.apply(path));
    let of_path = segments(&read);
    let ignores_case = steps.contains(&Step::IgnoreCase);
    let fitting = prefixes.iter().enumerate().filter_map(|(place, prefix)| {
        let prefix = if ignores_case {
            &prefix.to_ascii_lowercase()
        } else {
            prefix
        };
        let of_prefix = segments(prefix.as_bytes());
        of_path
            .starts_with(&of_prefix)
            .then_some((of_prefix.len(), place))
    });
    fitting.max().map_or(prefixes.len(), |(_, place)| place)
}

/// Spaces and characters outside ASCII are compared decoded, even by a router that decodes nothing else.
fn segments(path: &[u8]) -> Vec<Vec<u8>> {
    let segments = path.split(|byte| *byte == b'/').skip(1);
    segments
        .map(|segment| decode(segment, |byte| byte == b' ' || byte >= 0x80))
        .collect()
}
