//! A policy: who may call, with what; and the decision about a request.

pub(crate) mod decision;
mod display;
pub(crate) mod inner_headers;
pub(crate) mod outcome;
pub(crate) mod predicate;
pub(crate) mod response;
pub(crate) mod rules;
mod to_config;
pub(crate) mod vary;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap};
use http::{HeaderValue, Method, Request};

use crate::fetch::header_value::{ANY, NULL};
#[cfg(feature = "lookup")]
use crate::fetch::request::LookedUp;
use crate::fetch::request::{Asked, Lines, asks_for_private_network};
use crate::fetch::requested_headers::{Refused, check_names};
use crate::origin::Origin;
use crate::policy::decision::{Decision, Denial, RequestKind};
use crate::policy::response::Answers;
use crate::policy::rules::{AllowedOrigins, Rules};

/// A checked and compiled policy, which can be asked: by the middleware, a test, a log line, a person.
///
/// Its `Display` is a table for a person.
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
    pub(crate) answers: Answers,
}

impl Policy {
    pub(crate) fn new(rules: Rules) -> Self {
        let answers = Answers::new(&rules);
        Self { rules, answers }
    }

    /// Decides about a request. No I/O; nothing is allocated, but by a predicate.
    ///
    /// # Example
    /// See [`Policy`].
    pub fn decide<'r>(&self, method: &'r Method, headers: &'r HeaderMap) -> Decision<'r> {
        self.decide_asked(Asked::new(method, None, headers))
    }

    /// Decides about a request whose URI predicates may see too.
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
        self.decide_asked(Asked::about(request))
    }

    /// The origins and origin patterns that the policy names, without those that another covers.
    /// Under an any-origin policy there are none.
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
        match &self.rules.origins {
            AllowedOrigins::Any => None,
            AllowedOrigins::Listed { set, .. } => Some(set.iter()),
        }
        .into_iter()
        .flatten()
    }

    pub(crate) fn decide_asked<'r>(&self, asked: Asked<'r>) -> Decision<'r> {
        let line = Lines::of_origin(asked.headers);
        let is_origin_allowed = match RequestKind::of(asked) {
            RequestKind::NotCors => true,
            RequestKind::Preflight => self.allow_preflight(line, asked).is_some(),
            RequestKind::Actual => self.allow_actual(line, asked).is_some(),
        };
        self.decision(asked, is_origin_allowed)
    }

    /// The decision, where it is known whether the origin is allowed.
    pub(crate) fn decision<'r>(&self, asked: Asked<'r>, is_origin_allowed: bool) -> Decision<'r> {
        let kind = RequestKind::of(asked);
        let denial = match kind {
            RequestKind::NotCors => None,
            _ if !is_origin_allowed => {
                Some(self.why_origin_is_denied(Lines::of_origin(asked.headers), asked))
            }
            RequestKind::Preflight => self.why_preflight_is_denied(asked.headers),
            RequestKind::Actual => None,
        };
        Decision::new(kind, denial)
    }

    /// The allow-origin value for an actual request, if its origin is allowed.
    ///
    /// Under an any-origin policy the `Origin` line is not even looked at: all responses are alike, and
    /// need no `Vary`.
    #[inline]
    pub(crate) fn allow_actual<'a>(
        &'a self,
        line: Lines<'a>,
        asked: Asked<'a>,
    ) -> Option<&'a HeaderValue> {
        match (&self.rules.origins, line) {
            (AllowedOrigins::Any, _) => Some(&ANY),
            (listed, Lines::One(origin)) => listed.find(origin, asked),
            (_, Lines::Several | Lines::None) => None,
        }
    }

    /// The allow-origin value for a preflight, if its origin is allowed. No shared cache keeps the
    /// answer to a preflight, so that what no browser sends is refused by every policy.
    #[inline]
    pub(crate) fn allow_preflight<'a>(
        &'a self,
        line: Lines<'a>,
        asked: Asked<'a>,
    ) -> Option<&'a HeaderValue> {
        match (&self.rules.origins, line) {
            (AllowedOrigins::Any, Lines::One(origin)) => {
                (*origin == NULL || Origin::try_from(origin).is_ok()).then_some(&ANY)
            }
            (listed, Lines::One(origin)) => listed.find(origin, asked),
            (_, Lines::Several | Lines::None) => None,
        }
    }

    /// Whether origins that nothing else allows are looked up.
    pub(crate) fn looks_up(&self) -> bool {
        matches!(
            self.rules.origins,
            AllowedOrigins::Listed {
                looked_up: true,
                ..
            }
        )
    }

    /// The origin that a look-up is to be asked about: well-formed, and not decided by the policy.
    #[cfg(feature = "lookup")]
    pub(crate) fn open_question<'r>(&self, asked: Asked<'r>) -> Option<Origin<'r>> {
        let AllowedOrigins::Listed { insecure, .. } = &self.rules.origins else {
            return None;
        };
        let Lines::One(value) = Lines::of_origin(asked.headers) else {
            return None;
        };
        if self.rules.origins.find(value, asked).is_some() {
            return None;
        }
        let origin = Origin::try_from(value).ok()?;
        (*insecure || !origin.is_insecure()).then_some(origin)
    }

    /// The reason why [`Self::allow_actual`] or [`Self::allow_preflight`] said no.
    #[cfg_attr(
        not(feature = "lookup"),
        expect(unused_variables, reason = "only a look-up can fail")
    )]
    fn why_origin_is_denied<'r>(&self, line: Lines<'r>, asked: Asked<'_>) -> Denial<'r> {
        let Lines::One(value) = line else {
            return Denial::SeveralOrigins;
        };
        if *value == NULL {
            return Denial::NullOrigin;
        }
        match (Origin::try_from(value), &self.rules.origins) {
            #[cfg(feature = "lookup")]
            (Ok(origin), _) if asked.looked_up == LookedUp::Failed => {
                Denial::LookupFailed { origin }
            }
            (Err(problem), _) => Denial::MalformedOrigin {
                origin: value.as_bytes(),
                problem,
            },
            (
                Ok(origin),
                AllowedOrigins::Listed {
                    predicates,
                    looked_up,
                    insecure: false,
                    ..
                },
            ) if (*looked_up || !predicates.is_empty()) && origin.is_insecure() => {
                Denial::InsecureOrigin { origin }
            }
            (Ok(origin), _) => Denial::OriginNotAllowed { origin },
        }
    }

    /// What a browser will find missing in the answer to a preflight whose origin is allowed.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, steps 7.5 to 7.7
    fn why_preflight_is_denied<'r>(&self, headers: &'r HeaderMap) -> Option<Denial<'r>> {
        match Lines::of(headers, &ACCESS_CONTROL_REQUEST_METHOD) {
            Lines::One(method) if !self.rules.methods.allow(method.as_bytes()) => {
                let method = method.as_bytes();
                return Some(Denial::MethodNotAllowed { method });
            }
            Lines::Several => return Some(Denial::SeveralMethods),
            Lines::One(_) | Lines::None => {}
        }
        match check_names(headers, |name| self.rules.headers.allow(name)) {
            Ok(()) => {}
            Err(Refused::TooLong) => return Some(Denial::HeaderListTooLong),
            Err(Refused::Name(name)) => return Some(Denial::HeaderNotAllowed { name }),
        }
        (asks_for_private_network(headers) && !self.rules.options.private_network)
            .then_some(Denial::PrivateNetworkNotAllowed)
    }
}
