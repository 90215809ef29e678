//! Whether a request with an `Origin` comes from a page of the server's own origin.
//!
//! Browsers send `Origin` on same-origin POSTs and WebSocket handshakes too. CORS does not apply to them.

use http::Uri;
use http::header::{FORWARDED, HeaderName, HeaderValue};
use http::uri::Scheme;

use super::host::{Authority, HostReading};
use super::request::{HeaderLine, NULL, RequestHead, SEC_FETCH_SITE};
use crate::origin::Origin;

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Reads `Sec-Fetch-Site`. If the browser does not send it (any before 2020, and Safari before 16.4), this compares the
/// `Origin` with the host of the request.
///
/// An `Origin` that browsers do not send never comes from an own page.
pub(crate) fn is_own_page(request: RequestHead<'_>) -> bool {
    let HeaderLine::One(line) = request.origin() else {
        return false;
    };
    let origin = Origin::try_from(line);
    match HeaderLine::get(request.headers, &SEC_FETCH_SITE) {
        HeaderLine::One(site) if is_own_site(site) => origin.is_ok() || *line == NULL,
        HeaderLine::One(_) | HeaderLine::Several => false,
        HeaderLine::Missing => origin.is_ok_and(|origin| is_own_origin(request, &origin)),
    }
}

/// Whether a request comes from the server's own page, from the user, or not from a browser: like [`is_own_page`], also
/// without an `Origin`.
pub(crate) fn is_of_own_site(request: RequestHead<'_>) -> bool {
    match HeaderLine::get(request.headers, &SEC_FETCH_SITE) {
        HeaderLine::One(site) => is_own_site(site),
        HeaderLine::Several => false,
        HeaderLine::Missing => match request.origin() {
            HeaderLine::Missing => true,
            HeaderLine::Several => false,
            // WebKit drops `Sec-Fetch-Site` of a `fetch` after a redirect to another origin, and Chromium sends none with a
            // WebSocket handshake, so this is not only about old browsers.
            HeaderLine::One(origin) => {
                Origin::try_from(origin).is_ok_and(|origin| is_own_origin(request, &origin))
            }
        },
    }
}

/// <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>
fn is_own_site(site: &HeaderValue) -> bool {
    site == "same-origin" || site == "none"
}

/// Whether an origin is the server's own, as far as the request tells. A server behind a proxy does not see the scheme.
/// But an `http:` page is not the server's own if something says that the request came over TLS: whoever controls the
/// network controls such a page.
fn is_own_origin(request: RequestHead<'_>, origin: &Origin<'_>) -> bool {
    is_host_of_request(request, origin) && !is_http_twin(request, origin)
}

/// Whether a page was loaded over http, and its request came over TLS.
pub(crate) fn is_http_twin(request: RequestHead<'_>, origin: &Origin<'_>) -> bool {
    origin.scheme() == "http" && came_over_tls(request)
}

/// Whether an origin of the web has the host and port that the request names.
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
        // No server has a page such as `capacitor://localhost`.
        _ => return false,
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

/// Whether something says that the request came over TLS. It is believed only to refuse, so any mention is enough.
fn came_over_tls(request: RequestHead<'_>) -> bool {
    let is_https = |uri: &Uri| uri.scheme() == Some(&Scheme::HTTPS);
    let mut lines = [X_FORWARDED_PROTO, FORWARDED]
        .into_iter()
        .flat_map(|name| request.headers.get_all(name));
    request.uri.is_some_and(is_https)
        || lines.any(|line| contains(line, b"https") || contains(line, b"wss"))
}

/// Ignores case.
fn contains(line: &HeaderValue, part: &[u8]) -> bool {
    let mut windows = line.as_bytes().windows(part.len());
    windows.any(|window| window.eq_ignore_ascii_case(part))
}
