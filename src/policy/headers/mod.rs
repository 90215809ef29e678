//! The headers that a policy adds to responses: what each response gets.

pub(crate) mod change;
pub(crate) mod names;
mod preflight;
pub(crate) mod vary;

use http::HeaderValue;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, HeaderMap,
    HeaderName, ORIGIN,
};

use super::rules::{Names, Rules};
use crate::fetch::header_value::{ANY, any, list_value};
use crate::fetch::names::header_text;
use crate::fetch::request::{REQUEST_PRIVATE_NETWORK, SEC_FETCH_SITE};
use change::{Change, ConstantLines, IsOptions, Values};
use preflight::{PreflightHeaders, mirrors_headers};
use vary::{CommonVary, Vary};

/// Everything on responses that does not depend on the request. It is built once for a policy.
pub(crate) struct ResponseHeaders {
    expose_headers: Option<HeaderValue>,
    lines: ConstantLines,
    /// For responses to all methods except `OPTIONS`. Empty under an any-origin policy.
    vary: Vary,
    /// For responses to `OPTIONS`. Two headers decide whether such a request is a preflight.
    vary_options: Vary,
    /// The same two for requests that are denied. Where own pages get another response, they name `Sec-Fetch-Site`.
    vary_denied: Vary,
    vary_denied_options: Vary,
    pub(super) preflight: PreflightHeaders,
}

impl ResponseHeaders {
    pub(crate) fn new(rules: &Rules) -> Self {
        let settings = &rules.settings;
        let mut depends_on = vec![ORIGIN];
        for predicate in &rules.predicates {
            depends_on.extend_from_slice(predicate.reads());
        }
        let reads_site = settings.reject_disallowed_origins || settings.allow_looked_up_origins;
        let denied = |depends_on: &[HeaderName]| {
            let read: &[HeaderName] = if reads_site { &[SEC_FETCH_SITE] } else { &[] };
            Vary::new(&[depends_on, read].concat())
        };
        let vary = Vary::new(if rules.any_origin { &[] } else { &depends_on });
        let vary_denied = denied(&depends_on);
        depends_on.insert(1, ACCESS_CONTROL_REQUEST_METHOD);
        let vary_options = Vary::new(&depends_on);
        let vary_denied_options = denied(&depends_on);
        if mirrors_headers(rules) {
            depends_on.push(ACCESS_CONTROL_REQUEST_HEADERS);
        }
        if settings.allow_private_network {
            depends_on.push(REQUEST_PRIVATE_NETWORK);
        }
        Self {
            expose_headers: exposed_headers(&rules.exposed_headers),
            lines: ConstantLines {
                vary: CommonVary::Nothing,
                credentials: settings.credentials,
                timing: settings.timing_allow_origin,
                resource_policy: settings.cross_origin_resource_policy,
            },
            preflight: PreflightHeaders::new(rules, Vary::new(&depends_on)),
            vary,
            vary_options,
            vary_denied,
            vary_denied_options,
        }
    }

    /// The change of a response that any origin may read.
    #[inline]
    pub(super) fn any_origin(&self, options: IsOptions) -> Change {
        match (&self.expose_headers, options) {
            (None, IsOptions::No) => Change::AnyOrigin(self.lines),
            _ => self.values(Some(&ANY), self.vary(options)),
        }
    }

    /// The change of a response that one origin may read.
    #[inline]
    pub(super) fn one_origin(&self, origin: &HeaderValue, options: IsOptions) -> Change {
        self.values(Some(origin), self.vary(options))
    }

    /// The change of a response to a request without `Origin`.
    #[inline]
    pub(super) fn not_cors(&self, options: IsOptions) -> Change {
        self.nobody(self.vary(options))
    }

    /// The change of a response to an origin that is not allowed.
    #[inline]
    pub(super) fn denied(&self, options: IsOptions) -> Change {
        self.nobody(match options {
            IsOptions::No => &self.vary_denied,
            IsOptions::Yes => &self.vary_denied_options,
        })
    }

    #[inline]
    fn nobody(&self, vary: &Vary) -> Change {
        match vary {
            Vary::Common(vary) => Change::NotAllowed(self.lines(*vary)),
            Vary::Names(_) => self.values(None, vary),
        }
    }

    #[inline]
    fn lines(&self, vary: CommonVary) -> ConstantLines {
        ConstantLines { vary, ..self.lines }
    }

    fn values(&self, allow_origin: Option<&HeaderValue>, vary: &Vary) -> Change {
        let (common, vary) = match vary {
            Vary::Common(common) => (*common, None),
            Vary::Names(names) => (CommonVary::Nothing, Some(names.clone())),
        };
        Change::Values(
            self.lines(common),
            Values {
                allow_origin: allow_origin.cloned(),
                expose_headers: allow_origin.and(self.expose_headers.as_ref()).cloned(),
                vary,
            },
        )
    }

    /// The headers of the response that the layer gives in place of the inner service.
    pub(super) fn refused(&self, options: IsOptions) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.denied(options).apply(&mut headers);
        headers
    }

    #[inline]
    fn vary(&self, options: IsOptions) -> &Vary {
        match options {
            IsOptions::No => &self.vary,
            IsOptions::Yes => &self.vary_options,
        }
    }
}

/// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
fn exposed_headers(names: &Names<HeaderName>) -> Option<HeaderValue> {
    match &*names.listed {
        _ if names.any => Some(any()),
        // The value of a standard name is a constant, so its clones do not count references.
        [name] => Some(HeaderValue::from(name.clone())),
        listed => list_value(&mut listed.iter().map(header_text), ","),
    }
}
