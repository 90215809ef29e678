//! How a policy answers "why?": what a browser will do, why, what comes near, and what fixes it.

mod explanation;
mod nearest;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, COOKIE};
use http::{HeaderMap, Method, Request};

use crate::fetch::request::RequestHead;
use crate::fetch::same_origin::is_same_origin;
use crate::origin::Origin;
use crate::policy::Policy;
use crate::policy::decision::{Decision, Denial, Quoted, RequestKind};
pub use explanation::Explanation;
use nearest::nearest_miss;

impl Policy {
    /// Says for a person what a browser will do with a request, why, and what fixes it.
    ///
    /// Looks at every allowed origin for the nearest one: for logs and tests, not for every request.
    ///
    /// # Example
    /// ```
    /// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://example.com")]).build()?;
    /// let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://www.example.com"))]);
    /// let explanation = cors.policy().explain(&Method::GET, &headers);
    /// assert_eq!(
    ///     explanation.nearest_miss(),
    ///     Some(r#""https://example.com" is allowed, but the page is on "www.example.com""#),
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn explain(&self, method: &Method, headers: &HeaderMap) -> Explanation {
        self.explain_decision(
            self.decide(method, headers),
            RequestHead::new(method, None, headers),
        )
    }

    /// The same as [`explain`](Self::explain), for predicates that see the URI too.
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let request = Request::get("/items").header("origin", "https://app.example.com").body(()).unwrap();
    /// assert!(cors.policy().explain_request(&request).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn explain_request<B>(&self, request: &Request<B>) -> Explanation {
        self.explain_decision(self.decide_request(request), RequestHead::of(request))
    }

    pub(crate) fn explain_decision(
        &self,
        decision: Decision<'_>,
        request: RequestHead<'_>,
    ) -> Explanation {
        let is_actual = decision.kind() == RequestKind::Actual;
        let denial = decision.denial();
        // Fetch, CORS check, steps 3 to 8: cookies went along, so credentials must be allowed.
        let lacks_credentials =
            is_actual && !self.rules.settings.credentials && request.headers.contains_key(COOKIE);
        let is_allowed = denial.is_none() && !lacks_credentials;
        if is_allowed || is_actual && is_same_origin(request) {
            return Explanation {
                is_allowed: true,
                verdict: if is_allowed {
                    self.verdict(decision, true)
                } else {
                    "allowed: it comes from the server's own pages, to which CORS does not apply"
                        .to_owned()
                },
                why: None,
                near: None,
                fix: None,
            };
        }
        let verdict = self.verdict(decision, false);
        match denial {
            Some(denial) => Explanation {
                is_allowed,
                verdict,
                why: Some(denial.to_string()),
                near: self.near(denial),
                fix: Some(self.fix(denial, request.headers)),
            },
            None => Explanation {
                is_allowed,
                verdict,
                why: Some(
                    "the page sent cookies, and the policy does not allow credentials".into(),
                ),
                near: None,
                fix: Some(
                    "call .allow_credentials() (with origins listed one by one), \
                     or let the page fetch with credentials: \"omit\""
                        .into(),
                ),
            },
        }
    }

    fn verdict(&self, decision: Decision<'_>, is_allowed: bool) -> String {
        match (decision.kind(), is_allowed) {
            (RequestKind::NotCors, _) => {
                "allowed: without an Origin header it is no CORS request (curl and same-origin GETs send none)"
            }
            (RequestKind::Preflight, true) => {
                "allowed: the preflight succeeds, and the browser sends the actual request"
            }
            (RequestKind::Preflight, false) => {
                "blocked: the preflight fails, and the browser never sends the actual request"
            }
            (RequestKind::Actual, true) => "allowed: the page can read the response",
            (RequestKind::Actual, false) if self.rules.settings.reject_disallowed_origins => {
                "blocked: the request is answered by 403, unless it comes from the server's own pages"
            }
            (RequestKind::Actual, false) => {
                "blocked: the request reaches the server, but the browser withholds the response from the page"
            }
        }
        .to_owned()
    }

    fn near(&self, denial: Denial<'_>) -> Option<String> {
        match denial {
            Denial::OriginNotAllowed { origin } | Denial::InsecureOrigin { origin } => {
                nearest_miss(&origin, self.origins())
            }
            Denial::MalformedOrigin { origin, .. } => {
                let meant = crate::origin::repair(origin)?;
                let is_allowed =
                    Origin::parse(meant.as_bytes()).is_ok_and(|origin| self.names(&origin));
                is_allowed.then(|| format!("\"{meant}\" is allowed"))
            }
            Denial::MethodNotAllowed { method } => {
                let listed = self
                    .rules
                    .methods
                    .listed
                    .iter()
                    .find(|listed| listed.as_str().as_bytes().eq_ignore_ascii_case(method))?;
                Some(format!(
                    "\"{listed}\" is allowed, and methods are case-sensitive"
                ))
            }
            _ => None,
        }
    }

    /// Whether the policy's list, not a predicate, allows an origin.
    fn names(&self, origin: &Origin<'_>) -> bool {
        self.origins()
            .filter_map(|text| crate::origin::OriginPattern::parse(text).ok())
            .any(|pattern| pattern.matches(origin))
    }

    fn fix(&self, denial: Denial<'_>, headers: &HeaderMap) -> String {
        match denial {
            Denial::SeveralOrigins => {
                "find the proxy or client that adds an Origin line; browsers send one".into()
            }
            Denial::NullOrigin if self.rules.settings.credentials => {
                "serve the page from an http or https URL: \"null\" is the origin of every sandboxed and \
                 local page of anybody, and can't be allowed with credentials"
                    .into()
            }
            Denial::NullOrigin => {
                "serve the page from an http or https URL, or call .allow_null_origin(), if every \
                 sandboxed and local page of anybody may call"
                    .into()
            }
            Denial::MalformedOrigin { .. } => {
                "send the origin as a browser does: scheme://host[:port], lower case, no default port, \
                 nothing after it"
                    .into()
            }
            Denial::OriginNotAllowed { origin } if self.rules.settings.credentials && origin.is_insecure() => {
                format!(
                    "serve the page over https and allow that; with credentials, an http:// origin needs \
                     .allow_origins([\"{origin}\"]).dangerously_allow_insecure_origins()"
                )
            }
            Denial::OriginNotAllowed { origin } if self.rules.settings.allow_looked_up_origins => format!(
                "if that page may call, have the look-up allow \"{origin}\"; the policy alone, which was \
                 asked here, can't know what it says"
            ),
            Denial::OriginNotAllowed { origin } => {
                format!("if that page may call, add .allow_origins([\"{origin}\"])")
            }
            Denial::LookupFailed { .. } => {
                "see what CorsLookupLayer::on_failure is told, and try again".into()
            }
            Denial::InsecureOrigin { .. } => {
                "serve the page over https; predicates and look-ups are asked about http:// origins only after \
                 .dangerously_allow_insecure_origins()"
                    .into()
            }
            Denial::SeveralMethods => {
                "find the proxy or client that adds an Access-Control-Request-Method line".into()
            }
            Denial::MethodNotAllowed { method } => self.fix_method(method),
            Denial::HeaderNotAllowed { name } => {
                let any = self.rules.request_headers.any;
                if any && name.eq_ignore_ascii_case(b"authorization") {
                    "`*` does not cover Authorization: add .allow_headers([AUTHORIZATION]) beside \
                     .allow_any_header()"
                        .into()
                } else {
                    format!("if pages may send it, add .allow_headers([{}])", Quoted(name))
                }
            }
            Denial::HeaderListTooLong => "let the page send fewer request headers of its own".into(),
            Denial::PrivateNetworkNotAllowed => {
                let method = headers.get(ACCESS_CONTROL_REQUEST_METHOD).map_or("?".into(), |method| {
                    Quoted(method.as_bytes()).to_string()
                });
                format!(
                    "if public pages may call this server with {method}, add .allow_private_network()"
                )
            }
        }
    }

    fn fix_method(&self, method: &[u8]) -> String {
        let upper = method.to_ascii_uppercase();
        if upper != method && self.rules.allows_method(&upper) {
            return format!("let the page write the method as {}", Quoted(&upper));
        }
        format!(
            "if pages may use it, add .allow_methods([{}])",
            Quoted(method)
        )
    }
}
