//! What the layer changes in a response of the inner service.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    HeaderMap, HeaderName, VARY,
};
use http::{HeaderValue, Method};

use super::inner_headers::remove_cors_headers;
use super::vary::{CommonVary, HasVary, Vary, merge_vary};
use crate::fetch::header_value::{any, yes};

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
pub(crate) const CORS_DIAGNOSIS: HeaderName = HeaderName::from_static("cors-diagnosis");

/// How the headers of the inner service's response change.
///
/// It holds what it writes, and not the policy: all threads would count the references to the policy in one place in
/// memory. If all values are constants, a few bytes say which.
pub(crate) enum Change {
    /// The request has no `Origin`, or its origin is not allowed.
    Nobody(Lines),
    /// Any origin is allowed, and the response is not to `OPTIONS`.
    AnyOrigin(Lines),
    /// One origin is allowed, or some values are not constants.
    Values(Lines, Values),
    /// No policy applies.
    Nothing,
    /// In a box, because the other changes should stay as small as they are.
    Rare(Box<Rare>),
}

/// Header lines whose values are constants, or repeat the allowed origin.
#[derive(Clone, Copy)]
pub(crate) struct Lines {
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
pub(crate) struct Rare {
    change: Change,
    added: Added,
}

pub(crate) enum Added {
    /// The headers of a preflight response, for the response of the inner service to that preflight.
    Preflight(HeaderMap),
    /// The header that explains the change.
    Diagnosis(HeaderValue),
    /// Further members of `Vary`.
    Vary(Vary),
}

impl Change {
    pub(super) fn and(self, added: Added) -> Self {
        Self::Rare(Box::new(Rare {
            change: self,
            added,
        }))
    }

    /// Changes the headers. Call it once.
    #[inline]
    pub(crate) fn apply(&mut self, headers: &mut HeaderMap) {
        match self {
            Self::Nobody(lines) => {
                let has_vary = remove_cors_headers(headers);
                lines.write_for_nobody(headers);
                lines.vary.merge_into(headers, has_vary);
            }
            Self::AnyOrigin(lines) => {
                remove_cors_headers(headers);
                lines.write_for(any(), headers);
            }
            Self::Values(lines, values) => values.write(*lines, headers),
            Self::Nothing => {}
            Self::Rare(rare) => rare.write(headers),
        }
    }
}

impl Values {
    fn write(&mut self, lines: Lines, headers: &mut HeaderMap) {
        let has_vary = remove_cors_headers(headers);
        if let Some(origin) = &mut self.allow_origin {
            lines.write_for(taken(origin), headers);
            if let Some(names) = &mut self.expose_headers {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, taken(names));
            }
        } else {
            lines.write_for_nobody(headers);
        }
        match &mut self.vary {
            Some(line) => merge_vary(taken(line), headers, has_vary),
            None => lines.vary.merge_into(headers, has_vary),
        }
    }
}

/// Moves a value out. `Option::take` takes it apart, which costs more time.
fn taken(value: &mut HeaderValue) -> HeaderValue {
    std::mem::replace(value, HeaderValue::from_static(""))
}

impl Lines {
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
    fn write_for_nobody(self, headers: &mut HeaderMap) {
        if self.timing {
            headers.remove(TIMING_ALLOW_ORIGIN);
        }
        if self.resource_policy {
            let value = HeaderValue::from_static("same-origin");
            headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, value);
        }
    }
}

impl Rare {
    #[cold]
    fn write(&mut self, headers: &mut HeaderMap) {
        self.change.apply(headers);
        match &mut self.added {
            Added::Preflight(preflight) => write_preflight(headers, preflight),
            Added::Diagnosis(diagnosis) => {
                headers.insert(CORS_DIAGNOSIS, diagnosis.clone());
            }
            Added::Vary(vary) => vary.merge_into(headers, HasVary::of(headers)),
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

/// Whether a response is to `OPTIONS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IsOptions {
    Yes,
    No,
}

impl IsOptions {
    #[inline]
    pub(crate) fn of(method: &Method) -> Self {
        if *method == Method::OPTIONS {
            Self::Yes
        } else {
            Self::No
        }
    }
}
