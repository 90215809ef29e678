//! Whether a request with an `Origin` comes from the server's own pages.
//!
//! Browsers send `Origin` on same-origin POSTs and WebSocket handshakes too; such a request is none of
//! the policy's business.

use http::Uri;
use http::header::HOST;

use crate::fetch::request::{Asked, Lines};
use crate::origin::Origin;
use crate::policy::response::SEC_FETCH_SITE;

/// Believes `Sec-Fetch-Site`, which no page can set; compares `Origin` with the host where the browser
/// doesn't send it. <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>
pub(crate) fn is_same_origin(request: Asked<'_>) -> bool {
    match Lines::of(request.headers, &SEC_FETCH_SITE) {
        Lines::One(site) => return site == "same-origin" || site == "none",
        Lines::Several => return false,
        Lines::None => {}
    }
    let Lines::One(origin) = Lines::of_origin(request.headers) else {
        return false;
    };
    let host = match (
        request.uri.and_then(Uri::authority),
        Lines::of(request.headers, &HOST),
    ) {
        (Some(authority), _) => authority.as_str().as_bytes(),
        (None, Lines::One(host)) => host.as_bytes(),
        (None, _) => return false,
    };
    Origin::try_from(origin).is_ok_and(|origin| is_host_of(host, &origin))
}

/// The scheme can't be compared: behind a proxy that ends TLS the server doesn't know it.
fn is_host_of(host: &[u8], origin: &Origin<'_>) -> bool {
    let default_port: &[u8] = match origin.scheme() {
        "https" => b":443",
        "http" => b":80",
        _ => b"",
    };
    let host = host.strip_suffix(default_port).unwrap_or(host);
    let (name, port) = host.split_at(origin.host_bytes().len().min(host.len()));
    name.eq_ignore_ascii_case(origin.host_bytes()) && port == origin.port_bytes()
}
