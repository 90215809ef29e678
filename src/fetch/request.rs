//! The parts of a request that a policy reads.

use bytes::Bytes;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, ORIGIN};
use http::{HeaderValue, Method, Request, Uri};

pub(crate) const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
pub(crate) const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
pub(crate) const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");

/// A request without its body.
#[derive(Clone, Copy)]
pub(crate) struct RequestHead<'r> {
    pub(crate) method: &'r Method,
    /// `None` if the caller asks about only a method and headers.
    pub(crate) uri: Option<&'r Uri>,
    pub(crate) headers: &'r HeaderMap,
}

impl<'r> RequestHead<'r> {
    #[inline]
    pub(crate) fn new(method: &'r Method, uri: Option<&'r Uri>, headers: &'r HeaderMap) -> Self {
        Self {
            method,
            uri,
            headers,
        }
    }

    #[inline]
    pub(crate) fn origin(&self) -> HeaderLine<'r> {
        HeaderLine::get(self.headers, &ORIGIN)
    }

    /// `OPTIONS` with `Access-Control-Request-Method`. With an `Origin` it is a CORS-preflight request.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-request>
    #[inline]
    pub(crate) fn has_preflight_form(&self) -> bool {
        *self.method == Method::OPTIONS && self.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// <https://wicg.github.io/private-network-access/#headers>
    pub(crate) fn asks_for_private_network(&self) -> bool {
        self.headers
            .get(REQUEST_PRIVATE_NETWORK)
            .is_some_and(|value| value == "true")
    }
}

impl<'r, B> From<&'r Request<B>> for RequestHead<'r> {
    #[inline]
    fn from(request: &'r Request<B>) -> Self {
        Self::new(request.method(), Some(request.uri()), request.headers())
    }
}

/// A header that a client sends on one line.
#[derive(Clone, Copy)]
pub(crate) enum HeaderLine<'r> {
    Missing,
    One(&'r HeaderValue),
    Several,
}

impl<'r> HeaderLine<'r> {
    #[inline]
    pub(crate) fn get(headers: &'r HeaderMap, name: &HeaderName) -> Self {
        match headers.get(name) {
            None => Self::Missing,
            // No header of the map has several lines. That is the common case, and cheaper to check.
            Some(value) if headers.len() == headers.keys_len() => Self::One(value),
            Some(value) => match headers.get_all(name).iter().nth(1) {
                None => Self::One(value),
                Some(_) => Self::Several,
            },
        }
    }
}

/// The value `*`.
pub(crate) static ANY: HeaderValue = any();
/// The value `null`.
pub(crate) static NULL: HeaderValue = HeaderValue::from_static("null");

/// A new `*`. It is faster than a clone of [`ANY`], which calls a function through a pointer.
#[inline]
pub(crate) const fn any() -> HeaderValue {
    HeaderValue::from_static("*")
}

/// The value `true`.
#[inline]
pub(crate) const fn yes() -> HeaderValue {
    HeaderValue::from_static("true")
}

/// A value whose clones share its bytes and do not allocate. `None` if a header cannot have this value.
pub(crate) fn shared_value(text: String) -> Option<HeaderValue> {
    HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok()
}

/// The items of a list as one value. `None` if there are no items.
pub(crate) fn list_value(
    items: &mut dyn Iterator<Item = &str>,
    separator: &str,
) -> Option<HeaderValue> {
    let mut list = items.next()?.to_owned();
    for item in items {
        list.push_str(separator);
        list.push_str(item);
    }
    shared_value(list)
}
