//! Reads the values of a row, and the headers of requests and responses.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use tower_cors::testing::Fetched;

/// As a server sees it.
pub(crate) fn without_userinfo(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (_, rest) = rest.split_once('@').unwrap_or(("", rest));
            format!("{scheme}://{rest}")
        }
        None => url.to_owned(),
    }
}

/// Those of a `Cookie` header, sorted.
pub(crate) fn cookies(header: Option<&str>) -> Vec<&str> {
    let cookies = header.unwrap_or_default().split("; ");
    sorted(cookies.filter(|cookie| !cookie.is_empty()).collect())
}

pub(crate) fn set_cookies(cookies: &[String]) -> HeaderMap {
    let lines = cookies.iter().map(|cookie| {
        let cookie = HeaderValue::from_str(cookie).expect("a cookie is a header's value");
        (http::header::SET_COOKIE, cookie)
    });
    lines.collect()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("this is a text")
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// All lines of a header.
pub(crate) fn lines<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter();
    lines.filter_map(|value| value.to_str().ok()).collect()
}

pub(crate) fn visible(fetched: &Fetched) -> Vec<&str> {
    sorted(fetched.headers().keys().map(HeaderName::as_str).collect())
}

pub(crate) fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

pub(crate) fn status(code: &Value) -> Result<StatusCode, String> {
    let code = code.as_u64().and_then(|code| u16::try_from(code).ok());
    code.and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| format!("the status {code:?}"))
}

pub(crate) fn headers(lines: &Value) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for line in list(lines) {
        let (name, value) = (
            line[0].as_str().expect("a name is a text"),
            line[1].as_str().expect("a value is a text"),
        );
        // A script's header values are byte strings: each character is one byte.
        let bytes: Result<Vec<u8>, _> = value
            .chars()
            .map(|character| u8::try_from(u32::from(character)))
            .collect();
        let bytes = bytes.map_err(|_| format!("the header value {value:?}"))?;
        headers.append(
            HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| format!("the header name {name:?}"))?,
            HeaderValue::from_bytes(&bytes).map_err(|_| format!("the header value {value:?}"))?,
        );
    }
    Ok(headers)
}
