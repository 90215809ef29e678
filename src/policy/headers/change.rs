//! What the layer changes in a response of the inner service.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    HeaderMap, VARY,
};
use http::{HeaderValue, Method};

use super::vary::{CommonVary, HasVary, Vary, merge_vary};
use super::{CORS_DIAGNOSIS, CROSS_ORIGIN_RESOURCE_POLICY, TIMING_ALLOW_ORIGIN};
use crate::fetch::names::is_cors_header;
use crate::fetch::request::{any, yes};

/// How the headers of the inner service's response change.
///
/// It holds header values, not an `Arc<Policy>`: its reference count would be contended. If all values are constants, a few
/// bytes say which.
pub(crate) enum Change {
    /// The request has no `Origin`, or its origin is not allowed.
    NotAllowed(ConstantLines),
    /// Any origin is allowed, and the response is not to `OPTIONS`.
    AnyOrigin(ConstantLines),
    /// One origin is allowed, or some values are not constants.
    Values(ConstantLines, Values),
    /// No policy applies.
    Unchanged,
    /// In a box, because the other changes should stay as small as they are.
    WithExtra(Box<WithExtra>),
}

/// Header lines whose values are constants, or repeat the allowed origin.
#[derive(Clone, Copy)]
pub(crate) struct ConstantLines {
    /// `Access-Control-Allow-Credentials`
    pub(super) credentials: bool,
    /// `Timing-Allow-Origin`
    pub(super) timing: bool,
    /// `Cross-Origin-Resource-Policy`
    pub(super) resource_policy: bool,
    pub(super) vary: CommonVary,
}

/// Header values that are not constants. Each is taken when it is written.
pub(crate) struct Values {
    /// `None` if no origin is allowed.
    pub(super) allow_origin: Option<HeaderValue>,
    pub(super) expose_headers: Option<HeaderValue>,
    /// In place of the common one.
    pub(super) vary: Option<HeaderValue>,
}

/// A change, and what is added after it.
pub(crate) struct WithExtra {
    change: Change,
    extra: Extra,
}

pub(crate) enum Extra {
    /// The headers of a preflight response, for the response of the inner service to that preflight.
    Preflight(HeaderMap),
    /// The header that explains the change.
    Diagnosis(HeaderValue),
    /// Further members of `Vary`.
    Vary(Vary),
}

impl Change {
    pub(crate) fn and(self, extra: Extra) -> Self {
        Self::WithExtra(Box::new(WithExtra {
            change: self,
            extra,
        }))
    }

    /// Changes the headers. Call it once.
    #[inline]
    pub(crate) fn apply(&mut self, headers: &mut HeaderMap) {
        match self {
            Self::NotAllowed(lines) => {
                let has_vary = remove_cors_headers(headers);
                lines.write_for_not_allowed(headers);
                lines.vary.merge_into(headers, has_vary);
            }
            Self::AnyOrigin(lines) => {
                remove_cors_headers(headers);
                lines.write_for(any(), headers);
            }
            Self::Values(lines, values) => values.write(*lines, headers),
            Self::Unchanged => {}
            Self::WithExtra(change) => change.write(headers),
        }
    }
}

impl Values {
    fn write(&mut self, lines: ConstantLines, headers: &mut HeaderMap) {
        let has_vary = remove_cors_headers(headers);
        if let Some(origin) = &mut self.allow_origin {
            lines.write_for(taken(origin), headers);
            if let Some(names) = &mut self.expose_headers {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, taken(names));
            }
        } else {
            lines.write_for_not_allowed(headers);
        }
        match &mut self.vary {
            Some(line) => merge_vary(taken(line), headers, has_vary),
            None => lines.vary.merge_into(headers, has_vary),
        }
    }
}

/// Moves a value out. `mem::replace` is faster than `Option::take` here.
fn taken(value: &mut HeaderValue) -> HeaderValue {
    std::mem::replace(value, HeaderValue::from_static(""))
}

impl ConstantLines {
    /// <https://fetch.spec.whatwg.org/#http-responses>
    #[inline]
    fn write_for(self, origin: HeaderValue, headers: &mut HeaderMap) {
        if self.timing {
            headers.insert(TIMING_ALLOW_ORIGIN, origin.clone());
        }
        if self.resource_policy {
            let value = HeaderValue::from_static("cross-origin");
            headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, value);
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes());
        }
    }

    /// Without CORS headers, so the browser withholds the response if it used CORS.
    #[inline]
    fn write_for_not_allowed(self, headers: &mut HeaderMap) {
        if self.timing {
            headers.remove(TIMING_ALLOW_ORIGIN);
        }
        if self.resource_policy {
            let value = HeaderValue::from_static("same-origin");
            headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, value);
        }
    }
}

impl WithExtra {
    #[cold]
    fn write(&mut self, headers: &mut HeaderMap) {
        self.change.apply(headers);
        match &mut self.extra {
            Extra::Preflight(preflight) => write_preflight(headers, preflight),
            Extra::Diagnosis(diagnosis) => {
                headers.insert(CORS_DIAGNOSIS, diagnosis.clone());
            }
            Extra::Vary(vary) => vary.merge_into(headers, HasVary::new(headers)),
        }
    }
}

fn write_preflight(headers: &mut HeaderMap, preflight: &HeaderMap) {
    let has_vary = remove_cors_headers(headers);
    for name in preflight.keys().filter(|name| **name != VARY) {
        for value in preflight.get_all(name) {
            headers.append(name, value.clone());
        }
    }
    Vary::first_of(preflight).merge_into(headers, has_vary);
}

/// What `Vary` depends on, besides the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MethodKind {
    /// Such a request may be a preflight.
    Options,
    /// GET and HEAD.
    Safe,
    /// A cross-site request with such a method may be refused.
    Write,
}

impl MethodKind {
    #[inline]
    pub(crate) fn new(method: &Method) -> Self {
        match *method {
            Method::OPTIONS => Self::Options,
            Method::GET | Method::HEAD => Self::Safe,
            _ => Self::Write,
        }
    }
}

/// Removes the CORS headers of an upstream server or of a second layer, because one policy decides. These are all headers
/// whose names start with `access-control-`, so a header that a later standard adds does not pass either.
///
/// Most responses have few headers, and none of these. So one pass over the names is cheaper than a look-up for each.
#[inline]
fn remove_cors_headers(headers: &mut HeaderMap) -> HasVary {
    let (mut has_cors, mut has_vary) = (false, HasVary::No);
    for name in headers.keys() {
        if *name == VARY {
            has_vary = HasVary::Yes;
        } else if is_cors_header(name.as_str()) {
            has_cors = true;
        }
    }
    if has_cors {
        remove_each(headers);
    }
    has_vary
}

#[cold]
fn remove_each(headers: &mut HeaderMap) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "tower_cors",
        "the inner service sent CORS headers, and this layer replaces them: remove the layer or proxy further in"
    );
    let names = headers.keys().filter(|name| is_cors_header(name.as_str()));
    for name in names.cloned().collect::<Vec<_>>() {
        headers.remove(name);
    }
}
