//! Whether a request with an `Origin` comes from the server's own pages.
//!
//! Browsers send `Origin` on same-origin POSTs and WebSocket handshakes too. CORS does not apply to them.

use super::host::{Authority, RequestHost};
use super::request::{HeaderLine, RequestHead, SEC_FETCH_SITE};
use crate::origin::Origin;

/// Reads `Sec-Fetch-Site`. If the browser does not send it (any before 2020, and Safari before 16.4), this compares the
/// `Origin` with the host of the request. It does not compare the scheme, because a server behind a proxy does not see
/// it.
pub(crate) fn is_same_origin(request: RequestHead<'_>) -> bool {
    match HeaderLine::get(request.headers, &SEC_FETCH_SITE) {
        HeaderLine::One(site) => return site == "same-origin" || site == "none",
        HeaderLine::Several => return false,
        HeaderLine::Missing => {}
    }
    let (HeaderLine::One(origin), RequestHost::Named(authority)) =
        (request.origin(), RequestHost::of(request))
    else {
        return false;
    };
    Origin::try_from(origin).is_ok_and(|origin| is_authority_of(authority, &origin))
}

fn is_authority_of(authority: Authority<'_>, origin: &Origin<'_>) -> bool {
    let default_port: &[u8] = match origin.scheme() {
        "https" => b"443",
        "http" => b"80",
        _ => b"",
    };
    let port = match authority.port {
        port if port == default_port => b"",
        port => port,
    };
    let port_of_origin = match origin.port_bytes() {
        [] => b"",
        [_, digits @ ..] => digits,
    };
    authority.host.eq_ignore_ascii_case(origin.host_bytes()) && port == port_of_origin
}
