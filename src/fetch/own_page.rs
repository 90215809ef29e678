//! Whether a request with an `Origin` comes from a page of the server's own origin.
//!
//! Browsers send `Origin` on same-origin POSTs and WebSocket handshakes too. CORS does not apply to them.

use super::header_value::NULL;
use super::host::{Authority, HostReading};
use super::request::{HeaderLine, RequestHead, SEC_FETCH_SITE};
use crate::origin::Origin;

/// Reads `Sec-Fetch-Site`. If the browser does not send it (any before 2020, and Safari before 16.4), this compares the
/// `Origin` with the host of the request. It does not compare the scheme, because a server behind a proxy does not see
/// it.
///
/// An `Origin` that browsers do not send never comes from an own page.
pub(crate) fn is_own_page(request: RequestHead<'_>) -> bool {
    let HeaderLine::One(line) = request.origin() else {
        return false;
    };
    let origin = Origin::try_from(line);
    match HeaderLine::get(request.headers, &SEC_FETCH_SITE) {
        HeaderLine::One(site) if site == "same-origin" || site == "none" => {
            origin.is_ok() || *line == NULL
        }
        HeaderLine::One(_) | HeaderLine::Several => false,
        HeaderLine::Missing => origin.is_ok_and(|origin| is_host_of_request(request, &origin)),
    }
}

/// Whether an origin has the host and port that the request names.
pub(crate) fn is_host_of_request(request: RequestHead<'_>, origin: &Origin<'_>) -> bool {
    match HostReading::new(request) {
        HostReading::Named(authority) => is_authority_of(authority, origin),
        HostReading::Missing | HostReading::Ambiguous => false,
    }
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
