//! The requests that are sent: as a browser sends them, their values shared as a server makes them.

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST,
    HeaderName, ORIGIN, USER_AGENT,
};
use http::{HeaderValue, Method, Request};

pub const APP: &str = "https://app.example.com";
pub const EVIL: &str = "https://evil.example";
/// The hostile header lines are so long, in bytes.
pub const HOSTILE: usize = 32 * 1024;

/// A value as a server makes it: cut out of a reference-counted buffer.
pub fn shared(text: &str) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from_owner(text.to_owned())).expect("printable")
}

pub fn get(origin: Option<&str>) -> Request<()> {
    let mut request = Request::get("/items").body(()).expect("a request");
    let headers = request.headers_mut();
    for (name, value) in [
        (HOST, "api.example.com"),
        (ACCEPT, "*/*"),
        (USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64)"),
        (ACCEPT_ENCODING, "gzip, deflate, br, zstd"),
    ] {
        headers.insert(name, shared(value));
    }
    if let Some(origin) = origin {
        headers.insert(ORIGIN, shared(origin));
    }
    request
}

pub fn preflight(origin: &str) -> Request<()> {
    preflight_for(origin, ["authorization,content-type"])
}

/// A preflight whose list of request headers has these lines.
pub fn preflight_for<'a>(origin: &str, lines: impl IntoIterator<Item = &'a str>) -> Request<()> {
    let mut request = get(Some(origin));
    *request.method_mut() = Method::OPTIONS;
    let headers = request.headers_mut();
    headers.insert(ACCESS_CONTROL_REQUEST_METHOD, shared("PUT"));
    for line in lines {
        headers.append(ACCESS_CONTROL_REQUEST_HEADERS, shared(line));
    }
    request
}

/// The sum of the lengths of the lines of a header, in bytes.
pub fn length_of(request: &Request<()>, name: &HeaderName) -> usize {
    let lines = request.headers().get_all(name).iter();
    lines.map(HeaderValue::len).sum()
}

/// The n-th of many origins.
pub fn origin(n: usize) -> String {
    format!("https://tenant-{n}.apps.example.com")
}

/// The n-th of many origin patterns.
pub fn pattern(n: usize) -> String {
    format!("https://*.tenant-{n}.apps.example.com")
}

/// Requests in turn: one from a listed origin, one from elsewhere, one that shares a long suffix and a
/// long prefix with listed ones. `below` stands before the listed hosts.
pub fn hits_and_misses(count: usize, requests: usize, below: &str) -> Vec<Request<()>> {
    (0..requests)
        .map(|i| {
            // Random enough: a prime number that is far from a power of two.
            let n = i.wrapping_mul(15_485_863) % count;
            let origin = match i % 3 {
                0 => format!("https://{below}tenant-{n}.apps.example.com"),
                1 => format!("https://{below}shop-{n}.example.org"),
                _ => format!("https://{below}tenant-{n}x.apps.example.com"),
            };
            get(Some(&origin))
        })
        .collect()
}

/// A host of 253 bytes; all differ in their first byte alone.
pub fn long_origin(first: u8) -> String {
    let label = "a".repeat(63);
    let short = &label[..61];
    format!(
        "https://{}{}.{label}.{label}.{short}",
        char::from(first),
        &label[1..]
    )
}
