//! The headers that a policy adds to responses.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, HeaderMap,
    HeaderName, ORIGIN,
};
use http::{HeaderValue, StatusCode};

use super::change::{Change, IsOptions, Lines, Values};
use super::inner_headers::ALLOW_PRIVATE_NETWORK;
use super::prepared::{exposed_headers, preflight};
use super::rules::Rules;
use super::vary::{CommonVary, HasVary, Vary};
use crate::fetch::header_value::{ANY, yes};
use crate::fetch::request::{HeaderLine, REQUEST_PRIVATE_NETWORK, RequestHead, SEC_FETCH_SITE};
use crate::fetch::requested_headers::{is_bounded_token, is_list_of_tokens};

/// Everything on responses that does not depend on the request. It is built once for a policy.
pub(crate) struct ResponseHeaders {
    expose_headers: Option<HeaderValue>,
    lines: Lines,
    mirrors_methods: bool,
    mirrors_headers: bool,
    private_network: bool,
    pub(super) preflight_status: StatusCode,
    /// For responses to all methods except `OPTIONS`. Empty under an any-origin policy.
    vary: Vary,
    /// For responses to `OPTIONS`. Two headers decide whether such a request is a preflight.
    vary_options: Vary,
    /// The same two for requests that are denied. Where own pages get another response, they name `Sec-Fetch-Site`.
    vary_denied: Vary,
    vary_denied_options: Vary,
    /// For preflight responses.
    vary_preflight: Vary,
    /// The preflight response, with a placeholder for the origin.
    preflight: HeaderMap,
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
        let mirrors_headers = rules.request_headers.mirrored && !rules.request_headers.any;
        if mirrors_headers {
            depends_on.push(ACCESS_CONTROL_REQUEST_HEADERS);
        }
        if settings.allow_private_network {
            depends_on.push(REQUEST_PRIVATE_NETWORK);
        }
        let vary_preflight = Vary::new(&depends_on);
        Self {
            expose_headers: exposed_headers(&rules.exposed_headers),
            lines: Lines {
                vary: CommonVary::Nothing,
                credentials: settings.credentials,
                timing: settings.timing_allow_origin,
                resource_policy: settings.cross_origin_resource_policy,
            },
            mirrors_methods: rules.methods.mirrored && !rules.methods.any,
            mirrors_headers,
            private_network: settings.allow_private_network,
            // `build()` has checked that it is a 2xx status.
            preflight_status: StatusCode::from_u16(settings.preflight_status())
                .unwrap_or(StatusCode::NO_CONTENT),
            preflight: preflight(rules, &vary_preflight),
            vary,
            vary_options,
            vary_preflight,
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
            Vary::Common(vary) => Change::Nobody(self.lines(*vary)),
            Vary::Names(_) => self.values(None, vary),
        }
    }

    #[inline]
    fn lines(&self, vary: CommonVary) -> Lines {
        Lines { vary, ..self.lines }
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

    /// The headers of the response to a preflight whose origin is allowed. They list all allowed methods and headers,
    /// whatever the preflight asks for, so the browser's console names what is missing.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
    ///
    /// Without `origin`, any origin is allowed.
    pub(super) fn preflight(
        &self,
        request: RequestHead<'_>,
        origin: Option<&HeaderValue>,
    ) -> HeaderMap {
        let mut headers = self.preflight.clone();
        // The prepared headers allow any origin.
        if let Some(origin) = origin {
            if let Some(place) = headers.get_mut(ACCESS_CONTROL_ALLOW_ORIGIN) {
                place.clone_from(origin);
            }
        }
        if self.mirrors_methods {
            let method = HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD);
            match method {
                HeaderLine::One(method) if is_bounded_token(method.as_bytes()) => {
                    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
                }
                _ => {
                    headers.remove(ACCESS_CONTROL_ALLOW_METHODS);
                }
            }
        }
        if self.mirrors_headers {
            let mut lines = request
                .headers
                .get_all(ACCESS_CONTROL_REQUEST_HEADERS)
                .iter();
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
        if self.private_network && request.asks_for_private_network() {
            headers.insert(ALLOW_PRIVATE_NETWORK, yes());
        }
        headers
    }

    /// The headers of the response to a preflight whose origin is not allowed.
    pub(super) fn refused_preflight(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(1);
        self.vary_preflight.merge_into(&mut headers, HasVary::No);
        headers
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
