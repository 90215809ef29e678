//! Matching: the compiled set says what a naive list says, for any patterns and any origin.

use arbitrary::{Result, Unstructured};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue, Method};
use tower_cors::{CorsLayer, Origin, OriginPattern};

use crate::{input, oracle};

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let count = *u.choose(&[1, 2, 3, 8, 9, 20])?;
    let patterns: Result<Vec<_>> = (0..count).map(|_| input::pattern(u)).collect();
    let patterns = patterns?;
    let cors = CorsLayer::builder()
        .allow_origins(&patterns)
        .build()
        .expect("patterns");
    for _ in 0..u.int_in_range(1..=6)? {
        let near = u.choose(&patterns)?;
        let origin = if u.ratio(1, 8)? {
            format!("https://{}", input::host(u)?)
        } else {
            input::origin_near(u, near)?
        };
        check_origin(&cors, &patterns, &origin);
    }
    Ok(())
}

fn check_origin(cors: &CorsLayer, patterns: &[String], origin: &str) {
    let Ok(value) = HeaderValue::from_bytes(origin.as_bytes()) else {
        return;
    };
    // What no browser sends is never allowed; the oracle knows only well-formed origins.
    let is_origin = Origin::parse(origin.as_bytes());
    let expected = is_origin.is_ok()
        && patterns
            .iter()
            .any(|pattern| oracle::allows(pattern, origin));
    let headers = HeaderMap::from_iter([(ORIGIN, value)]);
    let decision = cors.policy().decide(&Method::GET, &headers).is_allowed();
    assert_eq!(decision, expected, "{origin} under {patterns:?}");
    if let Ok(origin) = is_origin {
        for pattern in patterns {
            let expected = oracle::allows(pattern, origin.as_str());
            let pattern = OriginPattern::parse(pattern.as_str()).expect("a pattern");
            assert_eq!(
                pattern.matches(&origin),
                expected,
                "{origin} under {pattern}"
            );
        }
    }
}
