//! The grammar: what parses prints back to itself, is what a browser sends, and reads the same at compile
//! time.

use std::panic::catch_unwind;

use arbitrary::{Result, Unstructured};
use tower_cors::{Origin, OriginPattern};

use crate::{input, oracle};

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let text = match u.int_in_range(0..=3)? {
        0 => input::pattern_like(u)?,
        1 => {
            let text = input::pattern_like(u)?;
            input::damaged(u, &text)?
        }
        2 => input::slip(u)?,
        _ => String::from_utf8_lossy(u.bytes(u.len().min(400))?).into_owned(),
    };
    check_pattern(&text);
    check_origin(&text);
    check_completeness(&text);
    Ok(())
}

fn check_pattern(text: &str) {
    let read = OriginPattern::parse(text);
    if is_sampled(text) {
        check_compile_time(text, read.as_ref().ok());
    }
    match read {
        Ok(pattern) => {
            assert_eq!(pattern.as_str(), text);
            let wildcard = match pattern.first_label() {
                Some(label) => format!("{label}."),
                None if pattern.allows_subdomains() => "*.".to_owned(),
                None if pattern.allows_any_host() => "*".to_owned(),
                None => String::new(),
            };
            let start = format!("{}://{wildcard}{}", pattern.scheme(), pattern.host());
            let port = text.strip_prefix(&start);
            assert!(
                port.is_some_and(|port| port.is_empty() || port.starts_with(':')),
                "{text}"
            );
            assert_eq!(pattern.allows_any_port(), text.ends_with(":*"), "{text}");
            if pattern.is_exact() {
                let origin = Origin::parse(text.as_bytes());
                assert!(
                    origin.is_ok_and(|origin| pattern.matches(&origin)),
                    "{text}"
                );
            } else {
                assert!(Origin::parse(text.as_bytes()).is_err(), "{text}");
            }
        }
        Err(error) => {
            assert!(error.to_string().is_ascii() || !text.is_ascii(), "{error}");
            if let Some(suggestion) = error.suggestion() {
                assert!(
                    OriginPattern::parse(suggestion).is_ok(),
                    "{text}: {suggestion}"
                );
                check_suggestion(text, suggestion);
            }
            let fix = error.fix();
            for quoted in fix.split('"').skip(1).step_by(2) {
                if quoted.contains("://") {
                    assert!(OriginPattern::parse(quoted).is_ok(), "{text}: {fix}");
                }
            }
        }
    }
}

/// For a URL, the suggestion is the origin that a browser sends, by another implementation of the URL standard.
fn check_suggestion(text: &str, suggestion: &str) {
    let lower = text.to_ascii_lowercase();
    let is_url = lower.starts_with("http://") || lower.starts_with("https://");
    let is_plain = !text.contains([',', ';', '*']) && !suggestion.contains('*');
    if let Some(sent) = oracle::as_a_browser_sends_it(text).filter(|_| is_url && is_plain) {
        assert_eq!(sent, suggestion, "{text:?}");
    }
}

/// One text in some thousand, since each is leaked.
fn is_sampled(text: &str) -> bool {
    let sum = text.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    sum % 4099 == 0
}

/// The parser that `origin!` runs in the compiler, here at run time.
fn check_compile_time(text: &str, read: Option<&OriginPattern>) {
    // A fuzzer stops at the first panic, caught or not.
    if cfg!(fuzzing) && read.is_none() {
        return;
    }
    let text: &'static str = text.to_owned().leak();
    let checked = catch_unwind(|| OriginPattern::__checked_at_compile_time(text));
    assert_eq!(checked.as_ref().ok(), read, "{text}");
}

/// What is read as an origin is what a browser sends, by another implementation of the URL standard.
fn check_origin(text: &str) {
    let Ok(origin) = Origin::parse(text.as_bytes()) else {
        return;
    };
    assert_eq!(origin.as_str(), text);
    let port = origin
        .port()
        .map_or(String::new(), |port| format!(":{port}"));
    assert_eq!(
        format!("{}://{}{port}", origin.scheme(), origin.host()),
        text
    );
    let is_web = matches!(origin.scheme(), "http" | "https");
    // A label that is no punycode is read in requests: no list can name it, and a pattern covers what is
    // below its own host, whatever it is called.
    if is_web && !origin.host().contains("xn--") {
        assert_eq!(oracle::as_a_browser_sends_it(text).as_deref(), Some(text));
    }
}

/// And the other way round: what a browser sends for a URL is read, within the bounds of the domain name
/// system.
fn check_completeness(url: &str) {
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        return;
    }
    let Some(sent) = oracle::as_a_browser_sends_it(url) else {
        return;
    };
    let Some((_, host, _)) = oracle::split(&sent) else {
        return;
    };
    let relative = host.strip_suffix('.').unwrap_or(host);
    let is_bounded = host.len() <= 253
        && relative
            .split('.')
            .all(|label| (1..=63).contains(&label.len()));
    let is_usual = host.starts_with('[')
        || host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    // Nobody serves a page on port 0.
    if is_bounded && is_usual && !sent.ends_with(":0") {
        let read = Origin::parse(sent.as_bytes());
        assert!(read.is_ok(), "{sent:?} is not read: {read:?}");
    }
}
