//! A policy: who may call and with what, and its decision about one request.

pub(crate) mod change;
pub(crate) mod decision;
mod display;
mod inner_headers;
pub(crate) mod notation;
pub(crate) mod outcome;
pub(crate) mod predicate;
mod prepared;
pub(crate) mod response_headers;
pub(crate) mod rules;
mod to_config;
pub(crate) mod vary;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap};
use http::{HeaderValue, Method, Request};

use crate::fetch::header_value::{ANY, NULL};
use crate::fetch::request::{HeaderLine, LookupAnswer, RequestHead};
use crate::fetch::requested_headers::{NameSet, Refused, check_names, is_token};
use crate::matcher::OriginMatcher;
use crate::origin::Origin;
use decision::{Decision, Denial, RequestKind};
use notation::Notation;
use response_headers::ResponseHeaders;
use rules::Rules;

/// A checked and compiled policy. The middleware asks it about every request. You can ask it the same in a test or a
/// log line.
///
/// `Display` writes it as a table.
///
/// # Example
/// ```
/// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let policy = cors.policy();
///
/// let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://www.app.example.com"))]);
/// assert!(!policy.decide(&Method::GET, &headers).is_allowed());
/// println!("{}", policy.explain(&Method::GET, &headers));
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
pub struct Policy {
    pub(crate) rules: Rules,
    /// For the fixes that [`Policy::explain`] names.
    pub(crate) notation: Notation,
    origins: OriginMatcher,
    request_headers: NameSet,
    response_headers: ResponseHeaders,
}

/// What [`Policy::check`] found: the kind of the request, and whether its origin is allowed.
#[derive(Clone, Copy)]
pub(crate) struct OriginCheck<'a> {
    pub(crate) kind: RequestKind,
    /// The value of `Access-Control-Allow-Origin`, if the origin is allowed.
    pub(crate) allow_origin: Option<&'a HeaderValue>,
}

impl Policy {
    pub(crate) fn new(rules: Rules, origins: OriginMatcher, notation: Notation) -> Self {
        Self {
            request_headers: NameSet::new(&rules.request_headers.listed),
            response_headers: ResponseHeaders::new(&rules),
            rules,
            notation,
            origins,
        }
    }

    /// Any origin, method, request header and exposed header; no credentials.
    pub(crate) fn permissive() -> Self {
        let mut rules = Rules {
            any_origin: true,
            ..Rules::default()
        };
        rules.methods.any = true;
        rules.request_headers.any = true;
        rules.request_headers.listed = vec![http::header::AUTHORIZATION];
        rules.exposed_headers.any = true;
        Self::new(rules, OriginMatcher::default(), Notation::Permissive)
    }

    /// A policy that allows nobody and responds with 403 to requests from other origins: for requests that can be read
    /// in several ways.
    pub(crate) fn nobody() -> Self {
        let mut rules = Rules::default();
        rules.settings.reject_disallowed_origins = true;
        Self::new(rules, OriginMatcher::default(), Notation::Builder)
    }

    /// A policy that allows nobody: it stands for requests that no policy applies to.
    pub(crate) fn none() -> Self {
        Self::new(
            Rules::default(),
            OriginMatcher::default(),
            Notation::Builder,
        )
    }

    /// Decides about a request by its method and headers. It does no I/O. It does not allocate, unless a predicate
    /// does.
    ///
    /// # Example
    /// See [`Policy`].
    pub fn decide<'r>(&self, method: &'r Method, headers: &'r HeaderMap) -> Decision<'r> {
        self.decide_head(RequestHead::new(method, None, headers))
    }

    /// Decides about a request. Predicates may read its URI too.
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let request = Request::get("/items").header("origin", "https://app.example.com").body(()).unwrap();
    /// assert!(cors.policy().decide_request(&request).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn decide_request<'r, B>(&self, request: &'r Request<B>) -> Decision<'r> {
        self.decide_head(RequestHead::of(request))
    }

    /// The origins and origin patterns of the policy, except those that a pattern covers. Empty if any origin is
    /// allowed.
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins(["https://a.example.com", "https://*.example.com"])
    ///     .build()?;
    /// assert_eq!(cors.policy().origins().collect::<Vec<_>>(), ["https://*.example.com"]);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.origins.iter()
    }

    /// Whether nothing allows an origin. `build()` refuses that, so it is [`Self::nobody`] or [`Self::none`].
    pub(crate) fn allows_nobody(&self) -> bool {
        let rules = &self.rules;
        let settings = &rules.settings;
        !rules.any_origin
            && !settings.allow_null_origin
            && !settings.allow_looked_up_origins
            && !settings.allow_loopback_origins
            && rules.predicates.is_empty()
            && self.origins().next().is_none()
    }

    pub(crate) fn decide_head<'r>(&self, request: RequestHead<'r>) -> Decision<'r> {
        self.decision(self.check(&request), request)
    }

    /// The question that the middleware asks: what kind of request is this, and is its origin allowed?
    #[inline]
    pub(crate) fn check<'a>(&'a self, request: &RequestHead<'a>) -> OriginCheck<'a> {
        let line = request.origin();
        let kind = match line {
            HeaderLine::Missing => RequestKind::NotCors,
            _ if request.has_preflight_form() => RequestKind::Preflight,
            _ => RequestKind::Actual,
        };
        let allow_origin = match (line, kind) {
            // Under an any-origin policy, all responses are the same and do not need `Vary`. So an origin that browsers
            // do not send is refused only on preflights, whose responses shared caches do not keep.
            (_, RequestKind::NotCors | RequestKind::Actual) if self.rules.any_origin => Some(&ANY),
            (HeaderLine::One(origin), _) if self.rules.any_origin => {
                (*origin == NULL || Origin::try_from(origin).is_ok()).then_some(&ANY)
            }
            (HeaderLine::One(origin), _) => self.find(origin, request),
            (HeaderLine::Missing | HeaderLine::Several, _) => None,
        };
        OriginCheck { kind, allow_origin }
    }

    /// The value of `Access-Control-Allow-Origin` for one `Origin` line, if a list, predicate or look-up allows it.
    #[inline]
    fn find<'a>(
        &'a self,
        origin: &'a HeaderValue,
        request: &RequestHead<'a>,
    ) -> Option<&'a HeaderValue> {
        if let Some(value) = self.origins.find(origin) {
            return Some(value);
        }
        if self.rules.settings.allow_null_origin && *origin == NULL {
            return Some(&NULL);
        }
        if request.lookup == LookupAnswer::Allowed {
            return Some(origin);
        }
        let allows_loopback = self.rules.settings.allow_loopback_origins;
        if self.rules.predicates.is_empty() && !allows_loopback {
            return None;
        }
        let parsed = Origin::try_from(origin).ok()?;
        if allows_loopback && parsed.is_loopback_page() {
            return Some(origin);
        }
        let may_ask = self.rules.allows_insecure_origins() || !parsed.is_insecure();
        (may_ask
            && self
                .rules
                .predicates
                .iter()
                .any(|predicate| predicate.allows(&parsed, *request)))
        .then_some(origin)
    }

    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, steps 7.6 and 7.7
    pub(crate) fn allows_request_header(&self, name: &[u8]) -> bool {
        let allowed = &self.rules.request_headers;
        if !allowed.any && !allowed.mirrored {
            return self.request_headers.contains(name);
        }
        let is_not_covered = allowed.any
            && name.eq_ignore_ascii_case(b"authorization")
            && !self.rules.lists_authorization();
        is_token(name) && !is_not_covered
    }

    /// The origin that a look-up has to decide about: well-formed, and not allowed or denied by the policy itself.
    #[cfg(feature = "lookup")]
    pub(crate) fn origin_to_look_up<'r>(
        &self,
        check: OriginCheck<'_>,
        request: RequestHead<'r>,
    ) -> Option<Origin<'r>> {
        let HeaderLine::One(value) = request.origin() else {
            return None;
        };
        if self.rules.any_origin || check.allow_origin.is_some() {
            return None;
        }
        let origin = Origin::try_from(value).ok()?;
        (self.rules.allows_insecure_origins() || !origin.is_insecure()).then_some(origin)
    }

    /// Turns a check into a decision with its reason.
    pub(crate) fn decision<'r>(
        &self,
        check: OriginCheck<'_>,
        request: RequestHead<'r>,
    ) -> Decision<'r> {
        let denial = match (check.kind, check.allow_origin) {
            (RequestKind::NotCors, _) | (RequestKind::Actual, Some(_)) => None,
            (_, None) => Some(self.origin_denial(request)),
            (RequestKind::Preflight, Some(_)) => self.preflight_denial(request),
        };
        Decision::new(check.kind, denial)
    }

    /// Why [`Self::check`] did not allow the origin.
    fn origin_denial<'r>(&self, request: RequestHead<'r>) -> Denial<'r> {
        let HeaderLine::One(value) = request.origin() else {
            return Denial::SeveralOrigins;
        };
        if *value == NULL {
            return Denial::NullOrigin;
        }
        let origin = match Origin::try_from(value) {
            Ok(origin) => origin,
            Err(problem) => {
                return Denial::MalformedOrigin {
                    origin: value.as_bytes(),
                    problem,
                };
            }
        };
        let asks_others =
            self.rules.settings.allow_looked_up_origins || !self.rules.predicates.is_empty();
        if request.lookup == LookupAnswer::Failed {
            Denial::LookupFailed { origin }
        } else if asks_others && origin.is_insecure() && !self.rules.allows_insecure_origins() {
            Denial::InsecureOrigin { origin }
        } else {
            Denial::OriginNotAllowed { origin }
        }
    }

    /// What a browser finds missing in the response to a preflight whose origin is allowed.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, steps 7.5 to 7.7
    fn preflight_denial<'r>(&self, request: RequestHead<'r>) -> Option<Denial<'r>> {
        match HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD) {
            HeaderLine::One(method) if !self.rules.allows_method(method.as_bytes()) => {
                let method = method.as_bytes();
                return Some(Denial::MethodNotAllowed { method });
            }
            HeaderLine::Several => return Some(Denial::SeveralMethods),
            HeaderLine::One(_) | HeaderLine::Missing => {}
        }
        match check_names(request.headers, |name| self.allows_request_header(name)) {
            Ok(()) => {}
            Err(Refused::TooLong) => return Some(Denial::HeaderListTooLong),
            Err(Refused::Name(name)) => return Some(Denial::HeaderNotAllowed { name }),
        }
        (request.asks_for_private_network() && !self.rules.settings.allow_private_network)
            .then_some(Denial::PrivateNetworkNotAllowed)
    }
}
