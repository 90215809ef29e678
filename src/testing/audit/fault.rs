//! The faults that an audit can find, and how to fix them.

use std::fmt;

/// How bad a fault is.
///
/// # Example
/// ```
/// use tower_cors::testing::Severity;
///
/// assert!(Severity::Critical > Severity::Low);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It makes mistakes hard to find, or costs time.
    Low,
    /// It fails in some situations: with a cache, with certain pages.
    Medium,
    /// It stops pages from working, or helps an attacker on the network.
    High,
    /// Any page can act as its visitor.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

/// A fault that an audit can find. Its `Display` is one sentence.
///
/// # Example
/// See [`Audit`](super::Audit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The response allows every origin by name.
    AnyOriginReflected,
    /// The response allows `null`.
    NullOriginAllowed,
    /// The response allows an origin that only looks like an allowed one.
    LookAlikeAllowed,
    /// The `http` twin of an `https` page is allowed with credentials.
    InsecureOriginAllowed,
    /// `*` is sent together with `Access-Control-Allow-Credentials: true`.
    WildcardWithCredentials,
    /// There are several `Access-Control-Allow-Origin` lines.
    SeveralAllowOrigins,
    /// `Access-Control-Allow-Origin` is not `*`, `null` or an origin.
    AllowOriginInvalid,
    /// Responses differ by origin, and some have no `Vary: Origin`.
    VaryMissing,
    /// A page that may call is not allowed.
    PageNotAllowed,
    /// The preflight is allowed, but the response is not.
    ActualWithoutCors,
    /// The preflight of an allowed page fails.
    PreflightNotAnswered,
    /// Preflights reach the handler.
    PreflightReachesHandler,
    /// Errors don't have the CORS headers that other responses have.
    ErrorWithoutCors,
    /// An unknown origin can open a WebSocket: cross-site WebSocket hijacking.
    CrossSiteWebSocket,
    /// A form of an unknown origin reaches the handler: cross-site request forgery.
    CrossSiteWrite,
    /// A page of another site may call with credentials, but browsers never send it this cookie.
    CookieNotCrossSite,
    /// A cookie is `SameSite=None` and not `Secure`. No browser stores it.
    SameSiteNoneWithoutSecure,
    /// Browsers don't store a cookie because of its attributes.
    CookieNotStored,
    /// The service returns an error, panics, or never answers.
    ServiceFails,
}

impl Fault {
    pub(crate) fn fix(self) -> &'static str {
        match self {
            Self::AnyOriginReflected => {
                "name the origins that you own with .allow_origins([…]); for an API that is open to all, \
                 .allow_any_origin() sends \"*\", which does not allow credentials. Any server: compare \
                 Origin with a list before you send it back"
            }
            Self::NullOriginAllowed => {
                "remove .allow_null_origin(). Any server: never allow \"null\"; every sandboxed frame has \
                 this origin"
            }
            Self::LookAlikeAllowed => {
                "name origins or patterns (\"https://*.example.com\") with .allow_origins([…]); they match \
                 whole labels. Any server: compare the whole origin, not its start, its end or a part"
            }
            Self::InsecureOriginAllowed => {
                "allow only the https origin: remove .dangerously_allow_insecure_origins(). Any server: \
                 compare the scheme too"
            }
            Self::WildcardWithCredentials => {
                "with this crate the two don't compile together; list the names, or use \
                 .mirror_request_methods() and .mirror_request_headers(). Any server: list the names; \
                 with credentials, \"*\" is only a name for browsers"
            }
            Self::SeveralAllowOrigins => {
                "make this crate's layer the outermost one: it replaces CORS headers from further in. Any \
                 server: set CORS headers in only one place, the service or the proxy"
            }
            Self::AllowOriginInvalid => {
                "write the origin with origin!(\"https://app.example.com\"), which the compiler checks. \
                 Any server: send one origin, without a path, a list or a pattern"
            }
            Self::VaryMissing => {
                "put this crate's layer around the route: it adds \"Vary: origin\" where responses \
                 differ. Any server: send \"Vary: Origin\" on every response of this route, even to requests \
                 without Origin"
            }
            Self::PageNotAllowed => {
                "add the page with .allow_origins([…]), and put the layer around this route. Any server: \
                 send Access-Control-Allow-Origin with the page's origin"
            }
            Self::ActualWithoutCors => {
                "put this crate's layer around the route: it adds the headers to every response. Any \
                 server: set the CORS headers on all responses, not only on OPTIONS"
            }
            Self::PreflightNotAnswered => {
                "put this crate's layer around the whole router, outside of authentication and redirects. \
                 Any server: answer OPTIONS with 204 and the CORS headers before anything else"
            }
            Self::PreflightReachesHandler => {
                "put this crate's layer around the route, without .forward_preflights(). Any server: \
                 answer OPTIONS with 204 and no body before the handler runs"
            }
            Self::ErrorWithoutCors => {
                "make this crate's layer the outermost one, around authentication, fallbacks and error \
                 handling. Any server: set the CORS headers on errors too; without them, pages can't read \
                 the error"
            }
            Self::CrossSiteWebSocket => {
                "call .reject_disallowed_origins(): the layer then refuses the handshake with 403. Any \
                 server: compare Origin with a list before you accept the handshake; CORS headers don't \
                 stop a WebSocket"
            }
            Self::CrossSiteWrite => {
                "call .reject_cross_site_writes(): the layer then refuses the form with 403. Any server: refuse \
                 a write whose Sec-Fetch-Site is cross-site or same-site, or whose Origin is not its own or listed"
            }
            Self::CookieNotCrossSite => {
                "send the cookie with SameSite=None; Secure, or serve the API on the page's site, such as \
                 api.example.com for app.example.com; if it is, name it with Audit::server"
            }
            Self::SameSiteNoneWithoutSecure => "add Secure to the cookie, and serve it over https",
            Self::CookieNotStored => {
                "see the rule in the evidence, and correct the attributes of the cookie"
            }
            Self::ServiceFails => "respond to every request, with any Origin; see the evidence",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnyOriginReflected => "every origin is allowed",
            Self::NullOriginAllowed => "\"null\" is allowed, the origin of every sandboxed frame",
            Self::LookAlikeAllowed => "an origin is allowed that only looks like an allowed one",
            Self::InsecureOriginAllowed => {
                "the http twin of an https page is allowed with credentials"
            }
            Self::WildcardWithCredentials => {
                "\"*\" is sent with credentials, where browsers refuse it"
            }
            Self::SeveralAllowOrigins => "Access-Control-Allow-Origin is sent more than once",
            Self::AllowOriginInvalid => "Access-Control-Allow-Origin is not a valid origin",
            Self::VaryMissing => "responses differ by origin, and some have no \"Vary: Origin\"",
            Self::PageNotAllowed => "the page is not allowed",
            Self::ActualWithoutCors => "the preflight is allowed, but the response is not",
            Self::PreflightNotAnswered => "the preflight of an allowed page fails",
            Self::PreflightReachesHandler => "the preflight reaches the handler",
            Self::ErrorWithoutCors => "errors have no CORS headers",
            Self::CrossSiteWebSocket => {
                "every origin can open this WebSocket, with the visitor's cookies"
            }
            Self::CrossSiteWrite => {
                "a form of any site reaches the handler, with the visitor's cookies"
            }
            Self::CookieNotCrossSite => {
                "the page is on another site, and browsers never send this cookie from there"
            }
            Self::SameSiteNoneWithoutSecure => "a cookie has SameSite=None without Secure",
            Self::CookieNotStored => "browsers do not store a cookie",
            Self::ServiceFails => "the service does not respond",
        })
    }
}
