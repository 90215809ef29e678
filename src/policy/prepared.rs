//! Header values that are the same for all requests. They are made once for a policy.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderName,
};
use http::{HeaderValue, Method};

use super::rules::{Names, Rules};
use super::vary::{HasVary, Vary};
use crate::fetch::header_value::{any, list_value, yes};
use crate::fetch::names::text_of;

/// The part of the preflight response that is the same for all requests. What is mirrored has a placeholder, so that the
/// map never grows.
pub(super) fn preflight(rules: &Rules, vary: &Vary) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, any());
    if rules.settings.credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes());
    }
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, methods(&rules.methods)),
        (ACCESS_CONTROL_ALLOW_HEADERS, request_headers(rules)),
        (
            ACCESS_CONTROL_MAX_AGE,
            rules.settings.max_age.map(HeaderValue::from),
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
        list_value(&mut names.listed.iter().map(text_of), ",")
    }
}

/// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
pub(super) fn exposed_headers(names: &Names<HeaderName>) -> Option<HeaderValue> {
    match &*names.listed {
        _ if names.any => Some(any()),
        // The value of a standard name is a constant, so its clones do not count references.
        [name] => Some(HeaderValue::from(name.clone())),
        listed => list_value(&mut listed.iter().map(text_of), ","),
    }
}
