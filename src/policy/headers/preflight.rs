//! The response to a preflight: the part that is the same for all requests, and what is filled in for each.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
};
use http::{HeaderValue, Method, StatusCode};

use super::ALLOW_PRIVATE_NETWORK;
use super::vary::{HasVary, Vary};
use crate::fetch::names::{header_prefix, header_text};
use crate::fetch::request::{HeaderLine, RequestHead, any, list_value, yes};
use crate::fetch::requested_headers::{is_bounded_token, is_list_of_tokens};
use crate::policy::rules::{Names, Rules};

/// The responses to preflights.
pub(crate) struct PreflightHeaders {
    /// Of an allowed origin. What depends on the request has a placeholder, so that the map never grows.
    prepared: HeaderMap,
    vary: Vary,
    pub(crate) status: StatusCode,
    mirrors_methods: bool,
    mirrors_headers: bool,
    allows_private_network: bool,
}

impl PreflightHeaders {
    pub(super) fn new(rules: &Rules, vary: Vary) -> Self {
        Self {
            prepared: prepared(rules, &vary),
            vary,
            // `build()` has checked that it is a 2xx status.
            status: StatusCode::from_u16(rules.preflight_status())
                .unwrap_or(StatusCode::NO_CONTENT),
            mirrors_methods: rules.methods.mirrored && !rules.methods.any,
            mirrors_headers: rules.request_headers.mirrored && !rules.request_headers.any,
            allows_private_network: rules.allow_private_network,
        }
    }

    /// For an allowed origin. They list all allowed methods and headers, whatever the preflight asks for, so the browser's
    /// console names what is missing. <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
    ///
    /// Without `origin`, any origin is allowed.
    pub(crate) fn allowed(
        &self,
        request: RequestHead<'_>,
        origin: Option<&HeaderValue>,
    ) -> HeaderMap {
        let mut headers = self.prepared.clone();
        if let Some(origin) = origin {
            if let Some(place) = headers.get_mut(ACCESS_CONTROL_ALLOW_ORIGIN) {
                place.clone_from(origin);
            }
        }
        if self.mirrors_methods {
            mirror_method(request, &mut headers);
        }
        if self.mirrors_headers {
            mirror_headers(request, &mut headers);
        }
        if self.allows_private_network && request.asks_for_private_network() {
            headers.insert(ALLOW_PRIVATE_NETWORK, yes());
        }
        headers
    }

    /// For an origin that is not allowed.
    pub(crate) fn refused(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(1);
        self.vary.merge_into(&mut headers, HasVary::No);
        headers
    }
}

/// Whether the answer repeats request headers that the preflight asks for.
pub(super) fn lists_requested_headers(rules: &Rules) -> bool {
    let names = &rules.request_headers;
    let mut listed = names.listed.iter().map(header_text);
    !names.any && (names.mirrored || listed.any(|name| header_prefix(name).is_some()))
}

/// Adds names to those that are always listed, in lower case.
pub(crate) fn add_covered_names(headers: &mut HeaderMap, names: &[&[u8]]) {
    if names.is_empty() {
        return;
    }
    let fixed = headers.get(ACCESS_CONTROL_ALLOW_HEADERS);
    let mut list = fixed.map_or_else(Vec::new, |fixed| fixed.as_bytes().to_vec());
    for name in names {
        if !list.is_empty() {
            list.push(b',');
        }
        list.extend(name.iter().map(u8::to_ascii_lowercase));
    }
    if let Ok(list) = HeaderValue::from_maybe_shared(Bytes::from(list)) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, list);
    }
}

fn mirror_method(request: RequestHead<'_>, headers: &mut HeaderMap) {
    match HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD) {
        HeaderLine::One(method) if is_bounded_token(method.as_bytes()) => {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
        }
        _ => {
            headers.remove(ACCESS_CONTROL_ALLOW_METHODS);
        }
    }
}

fn mirror_headers(request: RequestHead<'_>, headers: &mut HeaderMap) {
    let lines = request.headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
    let mut lines = lines.iter();
    match lines.next() {
        Some(first) if is_list_of_tokens(request.headers) => {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, first.clone());
            for line in lines {
                headers.append(ACCESS_CONTROL_ALLOW_HEADERS, line.clone());
            }
        }
        _ => {
            headers.remove(ACCESS_CONTROL_ALLOW_HEADERS);
        }
    }
}

fn prepared(rules: &Rules, vary: &Vary) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, any());
    if rules.credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes());
    }
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, methods(&rules.methods)),
        (ACCESS_CONTROL_ALLOW_HEADERS, request_headers(rules)),
        (
            ACCESS_CONTROL_MAX_AGE,
            rules.max_age.map(|max_age| max_age.as_secs().into()),
        ),
    ] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    vary.merge_into(&mut headers, HasVary::No);
    headers
}

/// Allows nothing.
const fn placeholder() -> HeaderValue {
    HeaderValue::from_static("")
}

/// <https://fetch.spec.whatwg.org/#http-access-control-allow-methods>
fn methods(methods: &Names<Method>) -> Option<HeaderValue> {
    if methods.any {
        Some(any())
    } else if methods.mirrored {
        Some(placeholder())
    } else if methods.listed.is_empty() {
        // Without this line, a page with an upload listener could use any method.
        // <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, "if methods is null and request's
        // use-CORS-preflight flag is set"
        Some(HeaderValue::from_static("GET,HEAD,POST"))
    } else {
        list_value(&mut methods.listed.iter().map(Method::as_str), ",")
    }
}

/// <https://fetch.spec.whatwg.org/#http-access-control-allow-headers>
fn request_headers(rules: &Rules) -> Option<HeaderValue> {
    let names = &rules.request_headers;
    if names.any && rules.lists_authorization() {
        // `*` does not cover `Authorization`.
        // <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
        Some(HeaderValue::from_static("*,authorization"))
    } else if names.any {
        Some(any())
    } else if names.mirrored {
        Some(placeholder())
    } else {
        let listed = names.listed.iter().map(header_text);
        // Browsers know no prefixes.
        list_value(
            &mut listed.filter(|name| header_prefix(name).is_none()),
            ",",
        )
    }
}
