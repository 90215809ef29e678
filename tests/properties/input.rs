//! Inputs made from bytes, near to what matters: patterns, and origins beside them.

use arbitrary::{Result, Unstructured};
use tower_cors::OriginPattern;

const LABELS: [&str; 16] = [
    "a",
    "b",
    "aa",
    "ab",
    "example",
    "evilexample",
    "com",
    "www",
    "-",
    "_",
    "x1",
    "3com",
    "0x1",
    "localhost",
    "xn--nxasmq6b",
    "127",
];

/// Hosts that share labels, prefixes and suffixes with each other.
pub(crate) fn host(u: &mut Unstructured<'_>) -> Result<String> {
    let mut labels = Vec::new();
    for _ in 0..u.int_in_range(1..=5)? {
        labels.push(if u.ratio(1, 5)? {
            let length = u.int_in_range(1..=64)?;
            let bytes = b"abcdefghijklmnopqrstuvwxyz0123456789-_";
            let label: Result<Vec<u8>> = (0..length).map(|_| u.choose(bytes).copied()).collect();
            String::from_utf8_lossy(&label?).into_owned()
        } else {
            (*u.choose(&LABELS)?).to_owned()
        });
    }
    Ok(labels.join("."))
}

/// A text that looks like a pattern, and mostly is one.
pub(crate) fn pattern_like(u: &mut Unstructured<'_>) -> Result<String> {
    let scheme = *u.choose(&["https", "http", "app", "chrome-extension"])?;
    if u.ratio(1, 40)? {
        return Ok(format!("{scheme}://*"));
    }
    let wildcard = *u.choose(&[
        "", "", "", "*.", "*.", "*.", "a-*.", "a*.", "*-b.", "*b.", "a-*-b.", "ab*a.", "a_*.", "*",
        "a-*-*.",
    ])?;
    let host = if u.ratio(1, 6)? {
        (*u.choose(&[
            "localhost",
            "127.0.0.1",
            "[::1]",
            "[2001:db8::1]",
            "1.2.3.4",
        ])?)
        .to_owned()
    } else {
        host(u)?
    };
    let port = *u.choose(&[
        "", ":*", ":8443", ":1", ":65535", ":80", ":443", ":65536", ":0",
    ])?;
    Ok(format!("{scheme}://{wildcard}{host}{port}"))
}

/// What people write by mistake: texts that are wrapped, of several parts, or regular expressions.
pub(crate) fn slip(u: &mut Unstructured<'_>) -> Result<String> {
    const PARTS: &[&str] = &[
        "https://",
        "http://",
        "https?://",
        "https//",
        "wss://",
        "htps://",
        "^",
        "$",
        "\\.",
        ".*",
        ".+",
        "[a-z]+",
        "(www\\.)?",
        "(:\\d+)?",
        "\\d+",
        "{a,b}",
        "app",
        "example",
        ".",
        ".com",
        "localhost",
        "192.168.0.0",
        "[::1]",
        "/16",
        ":3000",
        ":[8080,9000]",
        ":*",
        "*",
        "*.",
        "\"",
        "'",
        "[",
        "]",
        ",",
        " ",
        "null",
        "true",
        "${",
        "}",
    ];
    let mut text = String::new();
    for _ in 0..u.int_in_range(1..=8)? {
        text.push_str(u.choose(PARTS)?);
    }
    Ok(text)
}

/// A pattern.
pub(crate) fn pattern(u: &mut Unstructured<'_>) -> Result<String> {
    let text = pattern_like(u)?;
    Ok(if OriginPattern::parse(text.as_str()).is_ok() {
        text
    } else {
        "https://*.example.com".to_owned()
    })
}

/// An origin made from a pattern by what an attacker, or a slip, would change.
pub(crate) fn origin_near(u: &mut Unstructured<'_>, pattern: &str) -> Result<String> {
    let below = host(u)?;
    let base = pattern.replace("*.", "").replace(":*", "");
    let (scheme, rest) = base.split_once("://").unwrap_or(("https", &base));
    let star = *u.choose(&["b", "1", "-", "a-b", "b-a", "", "_", "B", "a.b", "*"])?;
    Ok(match u.int_in_range(0..=25)? {
        0 => pattern
            .replace("*.", &format!("{below}."))
            .replace(":*", ""),
        1 => pattern
            .replace("*.", &format!("{below}."))
            .replace(":*", ":8443"),
        2 => base,
        3 => format!("{scheme}://{below}{rest}"),
        4 => format!("{scheme}://{below}.{rest}"),
        5 => format!("{scheme}://{rest}.{below}"),
        6 => format!("{scheme}://{rest}0"),
        7 => format!("{scheme}://{rest}:8443"),
        8 => format!("{scheme}://.{rest}"),
        9 => format!("{scheme}://{below}..{rest}"),
        10 => format!("{scheme}://{rest}."),
        11 => format!("{scheme}://{}", rest.to_uppercase()),
        12 => format!("{scheme}s://{rest}"),
        13 => format!("{scheme}://{below}@{rest}"),
        14 => format!("{scheme}://{below}/.{rest}"),
        15 => format!("{scheme}://{rest}:80"),
        16 => format!("{scheme}://{rest}:443"),
        17 => rest.to_owned(),
        18 => format!("{scheme}://{}", rest.replace('.', "x")),
        19 => format!("{scheme}://{rest}:08443"),
        20 => pattern
            .replace("*.", &format!("{}.", below.to_uppercase()))
            .replace(":*", ""),
        21 => damaged(u, &base)?,
        22 => pattern.replacen('*', star, 1).replace(":*", ""),
        23 => pattern.replacen('*', star, 1).replace(":*", ":8443"),
        24 => pattern.replacen('*', below.split('.').next().unwrap_or(star), 1),
        _ => pattern.to_owned(),
    })
}

/// A text with one byte changed, put in or taken out.
pub(crate) fn damaged(u: &mut Unstructured<'_>, text: &str) -> Result<String> {
    let mut bytes = text.as_bytes().to_vec();
    let place = u.int_in_range(0..=bytes.len().saturating_sub(1))?;
    let byte = u.arbitrary()?;
    match (u.int_in_range(0..=2)?, bytes.get_mut(place)) {
        (0, Some(at)) => *at = byte,
        (1, Some(_)) => drop(bytes.remove(place)),
        _ => bytes.insert(place, byte),
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
