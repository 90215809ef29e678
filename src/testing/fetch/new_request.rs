//! How a page makes a request: `new Request(…)`, `new EventSource(…)`, `sendBeacon()`, a form, and what each may send.

use bytes::Bytes;
use http::Method;
use http::header::{
    ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_PROTOCOL,
};

use super::destination::Destination;
use super::header_list::{get, normalize};
use super::modes::{CredentialsMode, RequestMode};
use super::names::{
    is_forbidden_method, is_forbidden_request_header, is_safelisted_method, normalize_method,
};
use super::network_error::Cause;
use super::request::{Page, PageRequest, Tainting};
use super::safelisted_headers::is_no_cors_safelisted;
use super::url::FetchUrl;
use super::websocket::check_protocols;

/// With more header names than this, a header map has no room for the browser's own headers.
const MOST_HEADERS: usize = 16_384;

/// [Fetch standard, document `Accept` header value](https://fetch.spec.whatwg.org/#document-accept-header-value)
const ACCEPT_OF_NAVIGATIONS: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The longest body of a request that outlives its page, in bytes.
///
/// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
/// step 8.10
pub(super) const LONGEST_KEEPALIVE: usize = 64 * 1024;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

impl PageRequest {
    /// What `new Request(…)` checks, and what `fetch()` adds.
    ///
    /// [Fetch standard, Request constructor](https://fetch.spec.whatwg.org/#dom-request)
    pub(crate) fn new(
        page: &Page,
        method: &Method,
        url: FetchUrl,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Self, Cause> {
        if url.has_credentials {
            return Err(Cause::UrlHasCredentials);
        }
        if page.cookies.is_err() || page.authentication.is_err() {
            return Err(Cause::InvalidCredentials);
        }
        if headers.keys_len() > MOST_HEADERS {
            return Err(Cause::TooManyHeaders {
                limit: MOST_HEADERS,
            });
        }
        if is_forbidden_method(method.as_str()) {
            return Err(Cause::ForbiddenMethod);
        }
        let method = normalize_method(method);
        if !can_send(page.mode, &method) {
            return Err(Cause::MethodNeedsCors);
        }
        if !body.is_empty() && (method == Method::GET || method == Method::HEAD) {
            return Err(Cause::BodyNotAllowed);
        }
        check_body(page, &body)?;
        let mut sent = HeaderMap::new();
        let mut ignored = Vec::new();
        for (name, value) in headers {
            let value = normalize(value);
            if is_ignored(page.mode, name, &value, &sent) {
                ignored.push(name.clone());
            } else {
                sent.append(name, value);
            }
        }
        ignored.dedup();
        if page.mode == RequestMode::WebSocket {
            check_protocols(&sent)?;
        }
        let initiator = page.mode;
        let page = with_modes_of_fetch(page.clone(), &sent);
        add_accept(initiator, page.destination, &mut sent);
        Ok(Self {
            method,
            headers: sent,
            ignored,
            is_streamed: page.has_streamed_body && !body.is_empty(),
            body,
            target_space: page.local_network.target_space(page.mode, &url),
            urls: vec![url],
            tainting: Tainting::Basic,
            timing_allow_failed: false,
            is_storage_access_active: false,
            is_reload: false,
            referrer_policy: page.referrer_policy,
            initiator,
            page,
        })
    }
}

fn can_send(mode: RequestMode, method: &Method) -> bool {
    match mode {
        RequestMode::Cors | RequestMode::SameOrigin => true,
        RequestMode::NoCors => is_safelisted_method(method),
        RequestMode::Navigate => method == Method::GET || method == Method::POST,
        RequestMode::WebSocket | RequestMode::EventSource => method == Method::GET,
        RequestMode::Beacon => method == Method::POST,
    }
}

/// A streamed body can be read only once, and one that outlives the page is short.
fn check_body(page: &Page, body: &Bytes) -> Result<(), Cause> {
    let takes_streams = matches!(page.mode, RequestMode::Cors | RequestMode::SameOrigin);
    if page.has_streamed_body && !body.is_empty() && (!takes_streams || page.is_keepalive) {
        return Err(Cause::StreamNotAllowed);
    }
    // [Beacon, sendBeacon](https://w3c.github.io/beacon/#sec-processing-model), step 6.2: it returns false.
    if page.mode == RequestMode::Beacon && body.len() > LONGEST_KEEPALIVE {
        return Err(Cause::KeepaliveTooLong {
            limit: LONGEST_KEEPALIVE,
        });
    }
    Ok(())
}

/// An `EventSource` and a beacon have their own modes, whatever the page's fetches have.
fn with_modes_of_fetch(mut page: Page, sent: &HeaderMap) -> Page {
    match page.mode {
        // [HTML standard, the EventSource interface](https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource),
        // steps 5 to 8
        RequestMode::EventSource => {
            page.mode = RequestMode::Cors;
            if page.credentials != CredentialsMode::Include {
                page.credentials = CredentialsMode::SameOrigin;
            }
        }
        // [Beacon, sendBeacon](https://w3c.github.io/beacon/#sec-processing-model), steps 5 to 7
        RequestMode::Beacon => {
            let content_type = get(sent, &CONTENT_TYPE);
            let is_simple = content_type
                .is_none_or(|content_type| is_no_cors_safelisted(&CONTENT_TYPE, &content_type));
            page.mode = if is_simple {
                RequestMode::NoCors
            } else {
                RequestMode::Cors
            };
            page.credentials = CredentialsMode::Include;
            page.is_keepalive = true;
        }
        RequestMode::Cors | RequestMode::NoCors | RequestMode::SameOrigin => return page,
        RequestMode::Navigate | RequestMode::WebSocket => {}
    }
    page.destination = Destination::Empty;
    page
}

/// [Fetch standard, fetch](https://fetch.spec.whatwg.org/#concept-fetch), the step that adds `Accept`
fn add_accept(initiator: RequestMode, destination: Destination, sent: &mut HeaderMap) {
    if !sent.contains_key(ACCEPT) {
        let accept = match initiator {
            RequestMode::Navigate => ACCEPT_OF_NAVIGATIONS,
            RequestMode::EventSource => "text/event-stream",
            _ => destination.accept(),
        };
        sent.insert(ACCEPT, HeaderValue::from_static(accept));
    }
}

/// Whether the browser leaves out a header that the page set.
///
/// [Fetch standard, append](https://fetch.spec.whatwg.org/#concept-headers-append), guards "request" and
/// "request-no-cors"
fn is_ignored(
    mode: RequestMode,
    name: &HeaderName,
    value: &HeaderValue,
    before: &HeaderMap,
) -> bool {
    // Step 3: what counts is the combined value of all lines so far.
    let is_safelisted = || {
        let combined = match get(before, name) {
            Some(before) => [&before, &b", "[..], value.as_bytes()].concat(),
            None => value.as_bytes().to_vec(),
        };
        is_no_cors_safelisted(name, &combined)
    };
    match mode {
        RequestMode::Cors | RequestMode::SameOrigin => is_forbidden_request_header(name, value),
        RequestMode::NoCors => !is_safelisted(),
        // A form has three types of content, and no other header.
        RequestMode::Navigate => *name != CONTENT_TYPE || !is_safelisted(),
        RequestMode::WebSocket => *name != SEC_WEBSOCKET_PROTOCOL,
        // The browser sets it when it connects again.
        RequestMode::EventSource => *name != LAST_EVENT_ID,
        RequestMode::Beacon => *name != CONTENT_TYPE,
    }
}
