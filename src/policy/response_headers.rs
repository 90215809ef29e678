//! The headers that a policy adds to responses.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, ORIGIN, VARY,
};
use http::{HeaderValue, StatusCode};

use super::change::{Added, Change, IsOptions, Rare};
use super::inner_headers::{ALLOW_PRIVATE_NETWORK, remove_cors_headers};
use super::prepared::{exposed_headers, preflight};
use super::rules::Rules;
use super::vary::{HasVary, Vary};
use crate::fetch::header_value::{ANY, yes};
use crate::fetch::request::{HeaderLine, REQUEST_PRIVATE_NETWORK, RequestHead, SEC_FETCH_SITE};
use crate::fetch::requested_headers::{is_list_of_tokens, is_token};

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
pub(crate) const CORS_DIAGNOSIS: HeaderName = HeaderName::from_static("cors-diagnosis");

/// Everything on responses that does not depend on the request. It is built once for a policy.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is independent of the others"
)]
pub(crate) struct ResponseHeaders {
    credentials: bool,
    timing: bool,
    resource_policy: bool,
    exposed: Option<HeaderValue>,
    mirrors_methods: bool,
    mirrors_headers: bool,
    private_network: bool,
    pub(super) preflight_status: StatusCode,
    /// For responses to all methods except `OPTIONS`. Empty under an any-origin policy.
    vary: Vary,
    /// For responses to `OPTIONS`. Two headers decide whether such a request is a preflight.
    vary_options: Vary,
    /// For preflight responses.
    vary_preflight: Vary,
    /// Also for denied responses: what `reject_disallowed_origins` reads.
    vary_denied: Vary,
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
        let vary = Vary::new(if rules.any_origin { &[] } else { &depends_on });
        depends_on.insert(1, ACCESS_CONTROL_REQUEST_METHOD);
        let vary_options = Vary::new(&depends_on);
        let mirrors_headers = rules.request_headers.mirrored && !rules.request_headers.any;
        if mirrors_headers {
            depends_on.push(ACCESS_CONTROL_REQUEST_HEADERS);
        }
        if settings.allow_private_network {
            depends_on.push(REQUEST_PRIVATE_NETWORK);
        }
        let vary_preflight = Vary::new(&depends_on);
        Self {
            credentials: settings.credentials,
            timing: settings.timing_allow_origin,
            resource_policy: settings.cross_origin_resource_policy,
            exposed: exposed_headers(&rules.exposed_headers),
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
            vary_denied: if settings.reject_disallowed_origins {
                Vary::new(&[SEC_FETCH_SITE])
            } else {
                Vary::new(&[])
            },
        }
    }

    /// Changes the headers of the inner service's response.
    #[inline]
    pub(crate) fn apply(&self, headers: &mut HeaderMap, change: &mut Change) {
        let has_vary = match change {
            Change::Nothing => return,
            Change::Rare(rare) => return self.write_rare(headers, rare),
            _ => remove_cors_headers(headers),
        };
        match change {
            Change::Allow(origin, options) => {
                if let Some(origin) = origin.take() {
                    self.write_allowed(headers, origin, *options, has_vary);
                }
            }
            Change::NotCors(options) => self.write_not_cors(headers, *options, has_vary),
            Change::Deny(options) => {
                self.write_not_cors(headers, *options, has_vary);
                self.vary_denied.merge_into(headers, HasVary::Yes);
            }
            Change::Nothing | Change::Rare(_) => {}
        }
    }

    /// <https://fetch.spec.whatwg.org/#http-responses>
    #[inline]
    fn write_allowed(
        &self,
        headers: &mut HeaderMap,
        origin: HeaderValue,
        options: IsOptions,
        has_vary: HasVary,
    ) {
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
        if let Some(exposed) = &self.exposed {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
        }
        self.vary(options).merge_into(headers, has_vary);
    }

    /// Without CORS headers, so the browser withholds the response if it used CORS.
    #[inline]
    fn write_not_cors(&self, headers: &mut HeaderMap, options: IsOptions, has_vary: HasVary) {
        if self.timing {
            headers.remove(TIMING_ALLOW_ORIGIN);
        }
        if self.resource_policy {
            let value = HeaderValue::from_static("same-origin");
            headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, value);
        }
        self.vary(options).merge_into(headers, has_vary);
    }

    #[cold]
    fn write_rare(&self, headers: &mut HeaderMap, rare: &mut Rare) {
        self.apply(headers, &mut rare.change);
        match &rare.added {
            Added::Preflight(preflight) => {
                let has_vary = remove_cors_headers(headers);
                self.write_preflight(headers, preflight, has_vary);
            }
            Added::Diagnosis(diagnosis) => {
                headers.insert(CORS_DIAGNOSIS, diagnosis.clone());
            }
            Added::Vary(vary) => vary.merge_into(headers, HasVary::of(headers)),
        }
    }

    fn write_preflight(&self, headers: &mut HeaderMap, preflight: &HeaderMap, has_vary: HasVary) {
        for name in preflight.keys().filter(|name| **name != VARY) {
            for value in preflight.get_all(name) {
                headers.append(name, value.clone());
            }
        }
        self.vary_preflight.merge_into(headers, has_vary);
    }

    /// The headers of the response to a preflight whose origin is allowed. They list all allowed methods and headers,
    /// whatever the preflight asks for, so the browser's console names what is missing.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
    pub(super) fn preflight(&self, request: RequestHead<'_>, origin: &HeaderValue) -> HeaderMap {
        let mut headers = self.preflight.clone();
        // The prepared headers allow any origin.
        if *origin != ANY {
            if let Some(place) = headers.get_mut(ACCESS_CONTROL_ALLOW_ORIGIN) {
                place.clone_from(origin);
            }
        }
        if self.mirrors_methods {
            let method = HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD);
            match method {
                HeaderLine::One(method) if is_token(method.as_bytes()) => {
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

    /// The headers of the response to an actual request that is rejected.
    pub(super) fn rejected(&self, options: IsOptions) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(1);
        self.apply(&mut headers, &mut Change::Deny(options));
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
