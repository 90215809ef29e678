//! What of a request a policy looks at.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, ORIGIN};
use http::{HeaderValue, Method, Request, Uri};

/// A request, as far as a policy is asked about it.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'r> {
    pub(crate) method: &'r Method,
    pub(crate) uri: Option<&'r Uri>,
    pub(crate) headers: &'r HeaderMap,
    #[cfg(feature = "lookup")]
    pub(crate) looked_up: LookedUp,
}

/// What a look-up said about the origin.
#[cfg(feature = "lookup")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookedUp {
    /// It was not asked, or doesn't allow it.
    No,
    Allowed,
    /// It gave no answer.
    Failed,
}

impl<'r> Asked<'r> {
    #[inline]
    pub(crate) fn new(method: &'r Method, uri: Option<&'r Uri>, headers: &'r HeaderMap) -> Self {
        Self {
            method,
            uri,
            headers,
            #[cfg(feature = "lookup")]
            looked_up: LookedUp::No,
        }
    }

    #[inline]
    pub(crate) fn about<B>(request: &'r Request<B>) -> Self {
        Self::new(request.method(), Some(request.uri()), request.headers())
    }
}

/// What the lines of a header that has one value come to.
#[derive(Clone, Copy)]
pub(crate) enum Lines<'r> {
    None,
    One(&'r HeaderValue),
    Several,
}

impl<'r> Lines<'r> {
    #[inline]
    pub(crate) fn of(headers: &'r HeaderMap, name: &HeaderName) -> Self {
        match headers.get(name) {
            None => Self::None,
            // No name of the map has several lines: the usual case, and cheaper to ask than for one.
            Some(value) if headers.len() == headers.keys_len() => Self::One(value),
            Some(value) => match headers.get_all(name).iter().nth(1) {
                None => Self::One(value),
                Some(_) => Self::Several,
            },
        }
    }

    /// <https://fetch.spec.whatwg.org/#origin-header>
    #[inline]
    pub(crate) fn of_origin(headers: &'r HeaderMap) -> Self {
        Self::of(headers, &ORIGIN)
    }
}

/// Whether a request with an `Origin` is a preflight.
/// <https://fetch.spec.whatwg.org/#cors-preflight-request>
#[inline]
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// <https://wicg.github.io/private-network-access/#cors-preflight>
pub(crate) fn asks_for_private_network(headers: &HeaderMap) -> bool {
    headers
        .get(REQUEST_PRIVATE_NETWORK)
        .is_some_and(|value| value == "true")
}

pub(crate) const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
