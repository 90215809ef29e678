//! Choosing: whoever reads a path otherwise than the layer finds no laxer policy than the one it chose.

use arbitrary::{Result, Unstructured};
use http::{Request, Uri};
use tower_cors::CorsLayer;

/// Few, so that they often meet.
const SEGMENTS: [&str; 4] = ["a", "b", "ab", "%C3%A9"];
const PIECES: [&str; 28] = [
    "/", "/", "/", "/", "a", "b", "ab", "%C3%A9", "%c3%a9", "\u{e9}", "%61", "%62", "c", ".", "..",
    "%2e", "%2E.", "%2f", "%2F", "\\", "%5c", "%5C", "//", "%", "%6", "%2561", "%C3", "x",
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
    for _ in 0..u.int_in_range(1..=6)? {
        let mut path = "/".to_owned();
        for _ in 0..u.int_in_range(0..=12)? {
            path.push_str(u.choose(&PIECES)?);
        }
        check_path(&choice, &prefixes, &path);
    }
    Ok(())
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

fn check_path(choice: &CorsLayer, prefixes: &[String], path: &str) {
    let Ok(uri) = path.parse::<Uri>() else {
        return;
    };
    let request = Request::get(uri).body(()).expect("a request");
    let policy = choice.policy_for(&request).expect("a policy for all");
    let chosen = policy.origins().next();
    let readings: Vec<_> = Reading::all()
        .map(|reading| {
            let place = place_of(prefixes, path, reading);
            format!("https://{place}.example.com")
        })
        .collect();
    match chosen {
        Some(chosen) => assert!(
            readings.iter().all(|reading| reading == chosen),
            "{path} comes under {chosen} of {prefixes:?}, and is read as {readings:?}"
        ),
        // Only what can be read in several ways is refused.
        None => assert!(
            path.contains(['%', '\\', '.', '\u{e9}']) || path.contains("//"),
            "{path} is refused under {prefixes:?}"
        ),
    }
}

/// What somebody does who reads a path: a bit for each.
#[derive(Clone, Copy)]
struct Reading(u8);

impl Reading {
    const NOTHING: u8 = 0;
    const DECODES: u8 = 1;
    const TURNS_BACKSLASHES: u8 = 2;
    const MERGES_SLASHES: u8 = 4;
    const RESOLVES_DOTS: u8 = 8;

    fn all() -> impl Iterator<Item = Self> {
        (Self::NOTHING..16).map(Self)
    }

    fn does(self, what: u8) -> bool {
        self.0 & what != 0
    }
}

fn segments(path: &str, reading: Reading) -> Vec<Vec<u8>> {
    let mut text = path.as_bytes().to_vec();
    if reading.does(Reading::DECODES) {
        text = decode(&text);
    }
    if reading.does(Reading::TURNS_BACKSLASHES) {
        for byte in text.iter_mut().filter(|byte| **byte == b'\\') {
            *byte = b'/';
        }
    }
    let mut segments = Vec::new();
    for segment in text.split(|byte| *byte == b'/').skip(1) {
        match segment {
            b"" if reading.does(Reading::MERGES_SLASHES) => {}
            b"." if reading.does(Reading::RESOLVES_DOTS) => {}
            b".." if reading.does(Reading::RESOLVES_DOTS) => drop(segments.pop()),
            segment => segments.push(segment.to_owned()),
        }
    }
    segments
}

fn decode(text: &[u8]) -> Vec<u8> {
    let mut parts = text.split(|byte| *byte == b'%');
    let mut decoded = parts.next().unwrap_or_default().to_vec();
    for part in parts {
        let hex = part.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(byte.unwrap_or(b'%'));
        decoded.extend(&part[if byte.is_some() { 2 } else { 0 }..]);
    }
    decoded
}

/// The place of the longest prefix, or the last place for none.
fn place_of(prefixes: &[String], path: &str, reading: Reading) -> usize {
    let of_path = segments(path, reading);
    let fitting = prefixes.iter().enumerate().filter_map(|(place, prefix)| {
        // One who decodes paths has decoded his own.
        let of_prefix = segments(prefix, Reading(reading.0 & Reading::DECODES));
        of_path
            .starts_with(&of_prefix)
            .then_some((of_prefix.len(), place))
    });
    fitting.max().map_or(prefixes.len(), |(_, place)| place)
}
