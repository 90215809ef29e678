//! The headers that the browser adds to a request: `Origin`, `Cookie`, `Host`, `Sec-Fetch-…` and so on.

use bytes::Bytes;
use http::Method;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, COOKIE, HOST, HeaderMap,
    HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
    IF_UNMODIFIED_SINCE, ORIGIN, PRAGMA, RANGE,
};

use super::modes::RequestMode;
use super::network_error::Cause;
use super::network_fetch::Outgoing;
use super::new_request::LONGEST_KEEPALIVE;
use super::referrer_policy::ReferrerPolicy;
use super::request::{PageRequest, Tainting};
use super::request_cookies::{SEC_FETCH_STORAGE_ACCESS, StorageAccess, storage_access};
use super::url::{FetchUrl, UrlProblem};
use super::websocket::append_handshake;
use crate::origin::{OriginMistake, OriginProblem};
use crate::testing::site::is_same_site;

/// The request with what the browser adds.
///
/// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
/// step 8
pub(crate) fn outgoing(request: &PageRequest, cookies: Option<Vec<u8>>) -> Result<Outgoing, Cause> {
    let mut headers = request.headers.clone();
    // Steps 8.5 to 8.9.
    let length = request.body.len();
    let has_length = length > 0 || request.method == Method::POST || request.method == Method::PUT;
    if has_length && !request.is_streamed {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    // Step 8.10. No other request is under way.
    if request.page.is_keepalive && length > LONGEST_KEEPALIVE {
        return Err(Cause::KeepaliveTooLong {
            limit: LONGEST_KEEPALIVE,
        });
    }
    // Steps 8.12 and 8.13.
    append_storage_access(request, &mut headers);
    append_origin(request, &mut headers)?;
    let mode = match request.page.mode {
        RequestMode::Navigate => "navigate",
        RequestMode::WebSocket => "websocket",
        RequestMode::Cors | RequestMode::EventSource | RequestMode::Beacon => "cors",
        RequestMode::NoCors => "no-cors",
        RequestMode::SameOrigin => "same-origin",
    };
    append_fetch_metadata(request, mode, &mut headers);
    if request.page.mode == RequestMode::WebSocket {
        append_handshake(&mut headers);
    }
    append_cache_control(request, &mut headers);
    // Step 8.19. Pages can't set this header.
    if headers.contains_key(RANGE) {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    // Step 8.21.
    append_credentials(request, cookies, &mut headers)?;
    complete(request, headers, false)
}

fn append_storage_access(request: &PageRequest, headers: &mut HeaderMap) {
    if let Some(status) = storage_access(request) {
        let value = HeaderValue::from_static(status.as_str());
        headers.insert(SEC_FETCH_STORAGE_ACCESS, value);
    }
}

/// A request that no cache may answer says so.
///
/// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
/// steps 8.16 and 8.18
fn append_cache_control(request: &PageRequest, headers: &mut HeaderMap) {
    let is_conditional = [
        IF_MODIFIED_SINCE,
        IF_NONE_MATCH,
        IF_UNMODIFIED_SINCE,
        IF_MATCH,
        IF_RANGE,
    ]
    .iter()
    .any(|name| headers.contains_key(name));
    // Their cache mode is "no-store".
    let is_stream = matches!(
        request.initiator,
        RequestMode::WebSocket | RequestMode::EventSource
    );
    if is_conditional || is_stream || request.is_reload {
        for name in [PRAGMA, CACHE_CONTROL] {
            headers
                .entry(name)
                .or_insert(HeaderValue::from_static("no-cache"));
        }
    }
}

/// The cookies of the jar, and what the test said that the visitor has: cookies for the host of the first URL, at
/// any port, and HTTP authentication for its origin.
///
/// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
/// step 8, where credentials are included
fn append_credentials(
    request: &PageRequest,
    cookies: Option<Vec<u8>>,
    headers: &mut HeaderMap,
) -> Result<(), Cause> {
    let mut pairs: Vec<Vec<u8>> = cookies.into_iter().collect();
    if let (Some(first), true) = (request.urls.first(), request.includes_credentials()) {
        let here = request.url();
        // RFC 6265, section 8.5: cookies don't know ports. A cookie from https counts as `Secure`.
        let is_downgrade = first.scheme() == "https" && here.scheme() != "https";
        if let (Ok(Some(cookies)), true) = (
            &request.page.cookies,
            here.host() == first.host() && !is_downgrade,
        ) {
            pairs.push(cookies.as_bytes().to_vec());
        }
        if let (Ok(Some(authentication)), true) = (
            &request.page.authentication,
            here.origin() == first.origin() && !headers.contains_key(AUTHORIZATION),
        ) {
            headers.insert(AUTHORIZATION, authentication.clone());
        }
    }
    if !pairs.is_empty() {
        let cookies = HeaderValue::from_bytes(&pairs.join(&b"; "[..]));
        headers.insert(COOKIE, cookies.map_err(|_| Cause::InvalidCredentials)?);
    }
    Ok(())
}

/// Adds what belongs to the connection.
pub(crate) fn complete(
    request: &PageRequest,
    mut headers: HeaderMap,
    is_preflight: bool,
) -> Result<Outgoing, Cause> {
    let url = request.url();
    let invalid = || Cause::InvalidUrl {
        why: UrlProblem::Unsendable.to_string(),
    };
    let host = HeaderValue::from_str(url.host_and_port()).map_err(|_| invalid())?;
    headers.insert(HOST, host);
    Ok(Outgoing {
        is_preflight,
        method: if is_preflight {
            Method::OPTIONS
        } else {
            request.method.clone()
        },
        uri: url.to_uri().map_err(|_| invalid())?,
        headers,
        body: if is_preflight {
            Bytes::new()
        } else {
            request.body.clone()
        },
        accepts_101: request.page.mode == RequestMode::WebSocket,
    })
}

/// [Fetch standard, append a request `Origin` header](https://fetch.spec.whatwg.org/#append-a-request-origin-header)
fn append_origin(request: &PageRequest, headers: &mut HeaderMap) -> Result<(), Cause> {
    // Step 3.
    let mode = request.page.mode;
    if request.tainting == Tainting::Cors || mode == RequestMode::WebSocket {
        headers.insert(ORIGIN, origin_value(request.origin())?);
        return Ok(());
    }
    // Step 4, as the Storage Access Headers have it: with `inactive`, and with the cookies of a retry, GET has `Origin` too.
    let asks_for_cookies = storage_access(request).is_some_and(|status| {
        status == StorageAccess::Inactive || request.is_storage_access_active
    });
    let is_read = request.method == Method::GET || request.method == Method::HEAD;
    if is_read && !asks_for_cookies {
        return Ok(());
    }
    let origin = if mode != RequestMode::Cors && hides_origin(request) {
        "null"
    } else {
        request.origin()
    };
    headers.insert(ORIGIN, origin_value(origin)?);
    Ok(())
}

/// Step 4.1.
fn hides_origin(request: &PageRequest) -> bool {
    match request.referrer_policy {
        ReferrerPolicy::NoReferrer => true,
        ReferrerPolicy::NoReferrerWhenDowngrade
        | ReferrerPolicy::StrictOrigin
        | ReferrerPolicy::StrictOriginWhenCrossOrigin => {
            request.page.origin.starts_with("https://") && request.url().scheme() != "https"
        }
        ReferrerPolicy::SameOrigin => !request.is_same_origin(request.url()),
        ReferrerPolicy::Origin
        | ReferrerPolicy::OriginWhenCrossOrigin
        | ReferrerPolicy::UnsafeUrl => false,
    }
}

pub(crate) fn origin_value(origin: &str) -> Result<HeaderValue, Cause> {
    HeaderValue::from_str(origin).map_err(|_| Cause::InvalidPage {
        problem: OriginProblem(OriginMistake::InvalidCharacter),
    })
}

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// [Fetch Metadata, append the Fetch metadata headers](https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration)
pub(crate) fn append_fetch_metadata(
    request: &PageRequest,
    mode: &'static str,
    headers: &mut HeaderMap,
) {
    if !request.url().is_trustworthy() {
        return;
    }
    let destination = match mode {
        "navigate" => "document",
        _ => request.page.destination.as_str(),
    };
    headers.insert(SEC_FETCH_DEST, HeaderValue::from_static(destination));
    headers.insert(SEC_FETCH_MODE, HeaderValue::from_static(mode));
    let site = sec_fetch_site(&request.page.origin, &request.urls);
    headers.insert(SEC_FETCH_SITE, HeaderValue::from_static(site));
}

/// The value for the URL that is farthest from the page.
///
/// [Fetch Metadata, `Sec-Fetch-Site`](https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header)
fn sec_fetch_site(page: &str, urls: &[FetchUrl]) -> &'static str {
    if urls.iter().all(|url| url.origin() == page) {
        "same-origin"
    } else if urls.iter().all(|url| is_same_site(page, url.origin())) {
        "same-site"
    } else {
        "cross-site"
    }
}
