//! What a policy writes onto responses.

use std::sync::Arc;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, ORIGIN,
    VARY,
};
use http::{HeaderValue, Method};

use crate::fetch::header_value::{any, list_value, yes};
use crate::fetch::request::{Lines, REQUEST_PRIVATE_NETWORK, asks_for_private_network};
use crate::fetch::requested_headers::{check_names, is_token};
use crate::policy::inner_headers::{ALLOW_PRIVATE_NETWORK, HasVary, remove_cors_headers};
use crate::policy::predicate::Predicate;
use crate::policy::rules::{AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders, Rules};
use crate::policy::vary::Vary;

const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
pub(crate) const CORS_DIAGNOSIS: HeaderName = HeaderName::from_static("cors-diagnosis");
pub(crate) const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What has been decided about the response to come.
pub(crate) enum Decoration {
    /// The origin is allowed, by this value, which is taken when it is written; or any is, and it is `*`.
    Allowed(Option<HeaderValue>, IsOptions),
    /// The request had no `Origin`.
    NotCors(IsOptions),
    /// The origin is not allowed.
    Denied(IsOptions),
    /// Kept apart, so that the usual ones pay nothing for it.
    Rare(Box<Rare>),
}

pub(crate) enum Rare {
    /// The inner service answers a preflight, and these are the headers for it.
    Preflight(HeaderMap),
    /// Besides, a diagnosis is shown.
    Diagnosed(Decoration, HeaderValue),
    /// Besides, the response depends on more.
    Varied(Decoration, Arc<Vary>),
}

impl Decoration {
    /// Whether the policy has allowed the origin that the request has.
    pub(crate) fn allows_origin(&self) -> bool {
        match self {
            Self::Allowed(..) => true,
            Self::NotCors(_) | Self::Denied(_) => false,
            Self::Rare(rare) => match &**rare {
                Rare::Preflight(_) => true,
                Rare::Diagnosed(decoration, _) | Rare::Varied(decoration, _) => {
                    decoration.allows_origin()
                }
            },
        }
    }
}

/// Whether a response is one to `OPTIONS`.
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

/// Everything about the answers that doesn't depend on the request, made once.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes or no"
)]
pub(crate) struct Answers {
    credentials: bool,
    timing: bool,
    exposed: Option<HeaderValue>,
    mirrors_methods: bool,
    mirrors_headers: bool,
    private_network: bool,
    /// On responses to all methods but `OPTIONS`; empty under an any-origin policy.
    vary: Vary,
    /// On responses to `OPTIONS`: whether such a request is a preflight depends on two headers.
    vary_options: Vary,
    /// On answers to preflights.
    vary_preflight: Vary,
    /// On denied responses, besides: what `reject_disallowed_origins` looked at.
    vary_denied: Vary,
    /// The answer to a preflight, with a place for the allow-origin value.
    preflight: HeaderMap,
}

impl Answers {
    pub(crate) fn new(rules: &Rules) -> Self {
        let mut depends_on = match &rules.origins {
            AllowedOrigins::Any => vec![],
            AllowedOrigins::Listed { predicates, .. } => {
                let reads = predicates.iter().flat_map(Predicate::reads);
                [ORIGIN].iter().chain(reads).cloned().collect()
            }
        };
        let vary = Vary::new(&depends_on);
        depends_on.splice(..0, [ORIGIN, ACCESS_CONTROL_REQUEST_METHOD]);
        let vary_options = Vary::new(&depends_on);
        let mirrors_headers = matches!(rules.headers, AllowedHeaders::Mirrored);
        if mirrors_headers {
            depends_on.push(ACCESS_CONTROL_REQUEST_HEADERS);
        }
        if rules.options.private_network {
            depends_on.push(REQUEST_PRIVATE_NETWORK);
        }
        let vary_preflight = Vary::new(&depends_on);
        Self {
            credentials: rules.credentials,
            timing: rules.options.timing,
            exposed: rules.exposed.value(),
            mirrors_methods: matches!(rules.methods, AllowedMethods::Mirrored),
            mirrors_headers,
            private_network: rules.options.private_network,
            preflight: preflight(rules, &vary_preflight),
            vary,
            vary_options,
            vary_preflight,
            vary_denied: if rules.options.reject_disallowed_origins {
                Vary::new(&[SEC_FETCH_SITE])
            } else {
                Vary::new(&[])
            },
        }
    }

    /// Writes onto a response what has been decided about it.
    #[inline]
    pub(crate) fn decorate(&self, headers: &mut HeaderMap, decoration: &mut Decoration) {
        let has_vary = remove_cors_headers(headers);
        match decoration {
            Decoration::Allowed(origin, options) => {
                if let Some(origin) = origin.take() {
                    self.write_allowed(headers, origin, *options, has_vary);
                }
            }
            Decoration::NotCors(options) => self.write_not_cors(headers, *options, has_vary),
            Decoration::Denied(options) => {
                self.write_not_cors(headers, *options, has_vary);
                self.vary_denied.merge_into(headers, HasVary::Yes);
            }
            Decoration::Rare(rare) => self.write_rare(headers, rare, has_vary),
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
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes());
        }
        if let Some(exposed) = &self.exposed {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
        }
        self.vary(options).merge_into(headers, has_vary);
    }

    /// No CORS header: the browser withholds the response, if it has asked at all.
    #[inline]
    fn write_not_cors(&self, headers: &mut HeaderMap, options: IsOptions, has_vary: HasVary) {
        if self.timing {
            headers.remove(TIMING_ALLOW_ORIGIN);
        }
        self.vary(options).merge_into(headers, has_vary);
    }

    #[cold]
    fn write_rare(&self, headers: &mut HeaderMap, rare: &mut Rare, has_vary: HasVary) {
        match rare {
            Rare::Preflight(answer) => self.write_preflight(headers, answer, has_vary),
            Rare::Diagnosed(decoration, diagnosis) => {
                self.decorate(headers, decoration);
                headers.insert(CORS_DIAGNOSIS, diagnosis.clone());
            }
            Rare::Varied(decoration, vary) => {
                self.decorate(headers, decoration);
                vary.merge_into(headers, HasVary::Yes);
            }
        }
    }

    fn write_preflight(&self, headers: &mut HeaderMap, answer: &HeaderMap, has_vary: HasVary) {
        for name in answer.keys().filter(|name| **name != VARY) {
            for value in answer.get_all(name) {
                headers.append(name, value.clone());
            }
        }
        self.vary_preflight.merge_into(headers, has_vary);
    }

    /// The headers of the answer to a preflight whose origin is allowed: the whole truth about methods
    /// and headers, whatever was asked for, so that the browser names the true culprit.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
    pub(crate) fn preflight(&self, request: &HeaderMap, origin: &HeaderValue) -> HeaderMap {
        let mut headers = self.preflight.clone();
        if let Some(place) = headers.get_mut(ACCESS_CONTROL_ALLOW_ORIGIN) {
            place.clone_from(origin);
        }
        if self.mirrors_methods {
            if let Lines::One(method) = Lines::of(request, &ACCESS_CONTROL_REQUEST_METHOD) {
                if is_token(method.as_bytes()) {
                    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
                }
            }
        }
        if self.mirrors_headers && check_names(request, is_token).is_ok() {
            for line in request.get_all(ACCESS_CONTROL_REQUEST_HEADERS) {
                headers.append(ACCESS_CONTROL_ALLOW_HEADERS, line.clone());
            }
        }
        if self.private_network && asks_for_private_network(request) {
            headers.insert(ALLOW_PRIVATE_NETWORK, yes());
        }
        headers
    }

    /// The headers of the answer to a preflight whose origin is not allowed.
    pub(crate) fn refused_preflight(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(1);
        self.vary_preflight.merge_into(&mut headers, HasVary::No);
        headers
    }

    /// The headers of the answer to an actual request that is rejected.
    pub(crate) fn rejected(&self, options: IsOptions) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(1);
        self.decorate(&mut headers, &mut Decoration::Denied(options));
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

/// The part of the answer to a preflight that is the same for all.
fn preflight(rules: &Rules, vary: &Vary) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, any());
    if rules.credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes());
    }
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, rules.methods.value()),
        (ACCESS_CONTROL_ALLOW_HEADERS, rules.headers.value()),
        (ACCESS_CONTROL_MAX_AGE, rules.max_age.map(HeaderValue::from)),
    ] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    vary.merge_into(&mut headers, HasVary::No);
    headers
}

impl AllowedMethods {
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-methods>
    fn value(&self) -> Option<HeaderValue> {
        match self {
            Self::Any => Some(any()),
            Self::Mirrored => None,
            // Without this line a page with an upload listener might use whatever method it likes.
            // <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, "if methods is null and request's
            // use-CORS-preflight flag is set"
            Self::Listed(methods) if methods.is_empty() => list_value(["GET", "HEAD", "POST"], ","),
            Self::Listed(methods) => list_value(methods.iter().map(Method::as_str), ","),
        }
    }
}

impl AllowedHeaders {
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-headers>
    fn value(&self) -> Option<HeaderValue> {
        match self {
            // `*` doesn't cover this one name.
            // <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
            Self::Any {
                authorization: true,
            } => list_value(["*", "authorization"], ","),
            Self::Any {
                authorization: false,
            } => Some(any()),
            Self::Mirrored => None,
            Self::Listed { names, .. } => list_value(names.iter().map(HeaderName::as_str), ","),
        }
    }
}

impl ExposedHeaders {
    /// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
    fn value(&self) -> Option<HeaderValue> {
        match self {
            Self::Any => Some(any()),
            Self::Listed(names) => list_value(names.iter().map(HeaderName::as_str), ","),
        }
    }
}
