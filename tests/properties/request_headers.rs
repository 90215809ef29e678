//! The scan of a preflight's request headers says what collecting, trimming and comparing them says.

use arbitrary::{Result, Unstructured};
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};
use tower_cors::{CorsLayer, Denial};

use crate::oracle;

const APP: &str = "https://app.example.com";
const NAMES: [&str; 9] = [
    "x-a",
    "x-b",
    "X-A",
    "content-type",
    "Content-TYPE",
    "authorization",
    "x-",
    "x-aa",
    "*",
];
const PUNCTUATION: [&str; 8] = [",", ", ", " ,", ",,", "\t,", " ", "\t", ""];
/// The bounds that the crate's documentation states.
const LONGEST: usize = 8192;
const MOST_LINES: usize = 64;

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let allowed = [&["x-a", "content-type"][..], &["x-b"], &[]][u.int_in_range(0..=2)?];
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_headers(allowed)
        .build()
        .expect("a policy");
    let lines = lines(u)?;
    let mut headers = HeaderMap::new();
    headers.insert(ORIGIN, HeaderValue::from_static(APP));
    headers.insert(
        ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static("GET"),
    );
    for line in &lines {
        let value = HeaderValue::from_bytes(line).expect("only lawful bytes");
        headers.append(ACCESS_CONTROL_REQUEST_HEADERS, value);
    }
    let policy = cors.policy();
    let denial = policy.decide(&Method::OPTIONS, &headers).denial();
    let is_too_long =
        lines.len() > MOST_LINES || lines.iter().map(Vec::len).sum::<usize>() > LONGEST;
    let names = oracle::names(&lines);
    let refused = names
        .iter()
        .find(|name| !allowed.iter().any(|known| known.as_bytes() == *name));
    match (is_too_long, refused) {
        (true, _) => assert_eq!(denial, Some(Denial::HeaderListTooLong)),
        (false, None) => assert_eq!(denial, None, "{lines:?}"),
        (false, Some(first)) => match denial {
            Some(Denial::HeaderNotAllowed { name }) => {
                assert_eq!(name.to_ascii_lowercase(), *first, "{lines:?}");
            }
            other => panic!("{other:?} for {lines:?}"),
        },
    }
    Ok(())
}

fn lines(u: &mut Unstructured<'_>) -> Result<Vec<Vec<u8>>> {
    // Where the bytes run out, a ratio holds: so the usual is asked for.
    let count = if u.ratio(15, 16)? {
        u.int_in_range(0..=4)?
    } else {
        u.int_in_range(60..=70)?
    };
    (0..count).map(|_| line(u)).collect()
}

fn line(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    for _ in 0..u.int_in_range(0..=6)? {
        if u.ratio(7, 8)? {
            line.extend_from_slice(u.choose(&NAMES)?.as_bytes());
        } else {
            let byte: u8 = u.arbitrary()?;
            let is_lawful = HeaderValue::from_bytes(&[byte]).is_ok();
            line.push(if is_lawful { byte } else { b',' });
        }
        line.extend_from_slice(u.choose(&PUNCTUATION)?.as_bytes());
    }
    if !u.ratio(31, 32)? {
        let filling = *u.choose(b", a")?;
        line.resize(line.len() + u.int_in_range(8100..=8300)?, filling);
    }
    Ok(line)
}
