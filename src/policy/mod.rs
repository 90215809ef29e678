//! A policy: who may call and with what, and its decision about one request.

pub(crate) mod answer;
pub(crate) mod decision;
pub(crate) mod denial;
mod display;
pub(crate) mod headers;
pub(crate) mod outcome;
pub(crate) mod predicate;
pub(crate) mod presets;
pub(crate) mod rejection;
pub(crate) mod rules;
pub(crate) mod verdict;

use http::header::{HeaderMap, HeaderValue};
use http::{Method, Request};

use crate::fetch::request::RequestHead;
use crate::fetch::requested_headers::{CoveredNames, NameSet, is_token};
use crate::matcher::{OriginMatcher, TooLarge};
use crate::origin::{Origin, OriginPattern};
use decision::Decision;
use headers::ResponseHeaders;
use rules::{Notation, Rules};
use verdict::LookupAnswer;

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
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let policy = cors.policy();
///
/// let headers = HeaderMap::from_iter([(
///     ORIGIN,
///     HeaderValue::from_static("https://www.app.example.com"),
/// )]);
/// assert!(!policy.decide(&Method::GET, &headers).is_allowed());
/// println!("{}", policy.explain(&Method::GET, &headers));
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
pub struct Policy {
    pub(crate) rules: Rules,
    /// For the fixes that [`Policy::explain`] names.
    pub(crate) notation: Notation,
    pub(crate) role: Role,
    origins: OriginMatcher,
    /// Whether it names hosts or rejects writes. Other policies pay nothing for that.
    is_guarded: bool,
    request_headers: NameSet,
    response_headers: ResponseHeaders,
}

/// What a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Somebody has stated it.
    Stated,
    /// See [`Policy::for_ambiguous_requests`].
    ForAmbiguousRequests,
    /// See [`Policy::placeholder`].
    Placeholder,
}

impl Policy {
    pub(crate) fn new(rules: Rules, origins: OriginMatcher, notation: Notation) -> Self {
        Self {
            request_headers: NameSet::new(&rules.request_headers.listed),
            response_headers: ResponseHeaders::new(&rules),
            is_guarded: rules.hosts.is_some() || rules.rejects_cross_site_writes(),
            rules,
            notation,
            role: Role::Stated,
            origins,
        }
    }

    /// The same policy with other exact origins.
    pub(crate) fn with_origins(
        &self,
        added: &[OriginPattern],
        removed: &[OriginPattern],
    ) -> Result<Self, TooLarge> {
        let mut rules = self.rules.clone();
        // As in `build`: beside any origin, a list says only who may write.
        let has_list = !rules.any_origin || rules.reject_cross_site_writes;
        let added = if has_list { added } else { &[] };
        let origins = self.origins.with_exact(added, removed)?;
        rules.no_origin = rules.allow_only_the_list() && origins.iter().next().is_none();
        Ok(Self {
            role: self.role,
            ..Self::new(rules, origins, self.notation)
        })
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

    /// Allows nobody, and refuses requests of other origins: for requests whose host or path can be read in several ways.
    /// It restricts embedding if one of the policies does that might be meant.
    pub(crate) fn for_ambiguous_requests(restricts_embedding: bool) -> Self {
        let rules = Rules {
            reject_disallowed_origins: true,
            cross_origin_resource_policy: restricts_embedding,
            ..Rules::default()
        };
        Self {
            role: Role::ForAmbiguousRequests,
            ..Self::new(rules, OriginMatcher::default(), Notation::Builder)
        }
    }

    /// Whether responses say who may embed them.
    pub(crate) fn restricts_embedding(&self) -> bool {
        self.rules.cross_origin_resource_policy
    }

    /// What [`CorsLayer::policy`](crate::CorsLayer::policy) returns where no policy applies. No request comes under it.
    pub(crate) fn placeholder() -> Self {
        Self {
            role: Role::Placeholder,
            ..Self::new(
                Rules::default(),
                OriginMatcher::default(),
                Notation::Builder,
            )
        }
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
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?;
    /// let request = Request::get("/items")
    ///     .header("origin", "https://app.example.com")
    ///     .body(())
    ///     .unwrap();
    /// assert!(cors.policy().decide_request(&request).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn decide_request<'r, B>(&self, request: &'r Request<B>) -> Decision<'r> {
        self.decide_head(RequestHead::from(request))
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

    /// Whether the policy's list, not a function or a look-up, allows an origin.
    pub(crate) fn lists(&self, origin: &Origin<'_>) -> bool {
        HeaderValue::try_from(origin.as_str())
            .is_ok_and(|origin| self.origins.find(&origin).is_some())
    }

    /// Whether the policy names hosts, and not that of the request.
    pub(crate) fn refuses_host(&self, request: RequestHead<'_>) -> bool {
        let hosts = self.rules.hosts.as_ref();
        hosts.is_some_and(|hosts| !hosts.allow(request))
    }

    /// Decides without asking a look-up.
    pub(crate) fn decide_head<'r>(&self, request: RequestHead<'r>) -> Decision<'r> {
        let verdict = self.verdict(&request);
        self.decision(
            self.settle(verdict, LookupAnswer::NotAsked, &request),
            request,
        )
    }

    /// A check of each name that one preflight asks for. It admits as many names under prefixes as the answer lists.
    pub(crate) fn check_of_request_headers<'r>(&self) -> impl FnMut(&'r [u8]) -> bool {
        let mut covered = self
            .lists_covered_names()
            .then(|| CoveredNames::new(&self.request_headers));
        move |name| {
            self.allows_request_header(name)
                || covered.as_mut().is_some_and(|covered| covered.add(name))
        }
    }

    /// Whether answers to preflights list the requested names that prefixes cover.
    pub(crate) fn lists_covered_names(&self) -> bool {
        let names = &self.rules.request_headers;
        self.request_headers.has_prefixes() && !names.any && !names.mirrored
    }

    /// Whether a name is allowed in full: a prefix does not count.
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
}
