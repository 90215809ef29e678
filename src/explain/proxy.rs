//! What the host of a request says about a proxy in front of the server.
//!
//! Without `Sec-Fetch-Site`, only the host shows that a page is the server's own. A proxy that rewrites `Host` makes
//! it look like a page of another origin.

use http::{HeaderMap, HeaderName};

use crate::fetch::host::{Authority, HostReading};
use crate::fetch::request::{RequestHead, SEC_FETCH_SITE};
use crate::origin::Origin;

const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

const KEEP_HOST: &str = "if it is the server's own page behind a proxy, let the proxy keep the Host header \
                                    (nginx: proxy_set_header Host $http_host; Apache: ProxyPreserveHost On)";

const KEEP_PORT: &str = "if it is the server's own page, a proxy dropped the port from the Host header: let it keep the whole \
                         header (nginx: proxy_set_header Host $http_host, because $host has no port)";

/// Why a request counts as one of another origin, if only its host says so.
pub(super) fn why_cross_origin(request: RequestHead<'_>) -> Option<String> {
    if request.headers.contains_key(SEC_FETCH_SITE) {
        return None;
    }
    let because = match HostReading::new(request) {
        HostReading::Named(authority) => {
            let host = authority.host.escape_ascii();
            match authority.port {
                [] => format!("its Host is \"{host}\""),
                port => format!("its Host is \"{host}:{}\"", port.escape_ascii()),
            }
        }
        HostReading::Missing => "it has no Host".to_owned(),
        HostReading::Ambiguous => {
            "its host is ambiguous: several Host lines, one that contradicts the URL, or not a valid host"
                .to_owned()
        }
    };
    Some(format!(
        "without Sec-Fetch-Site, it looks cross-origin, because {because}"
    ))
}

/// What to do if a proxy probably changed the host.
pub(super) fn advice(request: RequestHead<'_>, origin: &Origin<'_>) -> Option<&'static str> {
    let (HostReading::Named(authority), false) = (
        HostReading::new(request),
        request.headers.contains_key(SEC_FETCH_SITE),
    ) else {
        return None;
    };
    let is_forwarded = is_forwarded_for(request.headers, origin);
    advice_on_port(request, origin)
        .filter(|_| !is_forwarded)
        .or_else(|| (is_internal(authority) || is_forwarded).then_some(KEEP_HOST))
}

/// What to do if a proxy dropped the port of the host, as nginx's `$host` does.
pub(super) fn advice_on_port(
    request: RequestHead<'_>,
    origin: &Origin<'_>,
) -> Option<&'static str> {
    let (HostReading::Named(authority), false) = (
        HostReading::new(request),
        request.headers.contains_key(SEC_FETCH_SITE),
    ) else {
        return None;
    };
    let is_without_port = authority.port.is_empty()
        && !origin.port_bytes().is_empty()
        && matches!(origin.scheme(), "http" | "https")
        && authority.host.eq_ignore_ascii_case(origin.host_bytes());
    is_without_port.then_some(KEEP_PORT)
}

/// Whether the proxy says that the page's own host was asked.
fn is_forwarded_for(headers: &HeaderMap, origin: &Origin<'_>) -> bool {
    let authority = origin.as_str().split_once("://");
    headers
        .get(X_FORWARDED_HOST)
        .is_some_and(|host| authority.is_some_and(|(_, authority)| host == authority))
}

/// A name or an address that only a proxy in the same network uses.
fn is_internal(authority: Authority<'_>) -> bool {
    let host = authority.host_without_dot().to_ascii_lowercase();
    let url = [b"http://".as_slice(), host.as_slice()].concat();
    let Ok(origin) = Origin::parse(&url) else {
        return false;
    };
    let is_one_label = !host.contains(&b'.') && !host.starts_with(b"[");
    let is_local_name = [".internal", ".local", ".svc"]
        .iter()
        .any(|end| host.ends_with(end.as_bytes()));
    origin.is_loopback() || origin.is_private_network() || is_one_label || is_local_name
}
