//! What an audit can find, how bad it is, and what to do about it.

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
    /// It goes wrong under circumstances: a cache, a certain page.
    Medium,
    /// It keeps pages from working, or lets a network attacker in.
    High,
    /// Any page of anybody can act as its visitor.
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

/// What an audit can find. Its `Display` is one sentence.
///
/// # Example
/// See [`Audit`](super::Audit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Whatever origin asks is named in the answer.
    AnyOriginReflected,
    /// `null` is named in the answer.
    NullOriginAllowed,
    /// An origin that only looks like an allowed one is named in the answer.
    LookAlikeAllowed,
    /// The `http` twin of an `https` page is allowed, with credentials.
    InsecureOriginAllowed,
    /// `*` beside `Access-Control-Allow-Credentials: true`.
    WildcardWithCredentials,
    /// Two or more allow-origin values.
    SeveralAllowOrigins,
    /// An allow-origin value that is neither `*`, nor `null`, nor an origin.
    AllowOriginInvalid,
    /// Answers differ by origin, and some don't say `Vary: Origin`.
    VaryMissing,
    /// A page that should be allowed isn't.
    PageNotAllowed,
    /// The preflight is allowed, the response itself isn't.
    ActualWithoutCors,
    /// The preflight of an allowed page fails.
    PreflightNotAnswered,
    /// The handler answers preflights.
    PreflightReachesHandler,
    /// Errors lack the CORS headers that other responses have.
    ErrorWithoutCors,
    /// An error, a panic, or no answer.
    ServiceFails,
}

impl Fault {
    pub(super) fn fix(self) -> &'static str {
        match self {
            Self::AnyOriginReflected => {
                "name the origins that you own with .allow_origins([…]); for an API that is open to all, \
                 .allow_any_origin() sends \"*\", which excludes credentials. Any server: compare Origin \
                 with a list before echoing it"
            }
            Self::NullOriginAllowed => {
                "leave out .allow_null_origin(). Any server: never allow \"null\", the origin of every \
                 sandboxed frame of anybody"
            }
            Self::LookAlikeAllowed => {
                "name origins or patterns (\"https://*.example.com\") with .allow_origins([…]); they match \
                 whole labels. Any server: compare the whole origin, not its start, its end or a part"
            }
            Self::InsecureOriginAllowed => {
                "allow the https origin alone: leave out .dangerously_allow_insecure_origins(). Any \
                 server: compare the scheme too"
            }
            Self::WildcardWithCredentials => {
                "with this crate the two don't compile together; list names, or use \
                 .mirror_request_methods() and .mirror_request_headers(). Any server: with credentials \
                 browsers take \"*\" for a name"
            }
            Self::SeveralAllowOrigins => {
                "put this crate's layer outermost: it replaces what is set further in. Any server: let one \
                 place alone set CORS headers, the service or the proxy"
            }
            Self::AllowOriginInvalid => {
                "write the origin with origin!(\"https://app.example.com\"), which the compiler checks. \
                 Any server: send one origin, without a path, a list or a pattern"
            }
            Self::VaryMissing => {
                "put this crate's layer around the route: it adds \"Vary: origin\" wherever answers \
                 differ. Any server: send \"Vary: Origin\" on every response of this route, with Origin \
                 or without"
            }
            Self::PageNotAllowed => {
                "add the page with .allow_origins([…]), and put the layer around this route. Any server: \
                 send Access-Control-Allow-Origin with the page's origin"
            }
            Self::ActualWithoutCors => {
                "put this crate's layer around the route: it decorates every response. Any server: set \
                 the CORS headers on all responses, not on OPTIONS alone"
            }
            Self::PreflightNotAnswered => {
                "put this crate's layer around the whole router, outside of authentication and redirects. \
                 Any server: answer OPTIONS with 204 and the CORS headers before all else"
            }
            Self::PreflightReachesHandler => {
                "put this crate's layer around the route, without .forward_preflights(). Any server: \
                 answer OPTIONS with 204 and no body before the handler runs"
            }
            Self::ErrorWithoutCors => {
                "put this crate's layer outermost, around authentication, fallbacks and error handling. Any \
                 server: set the CORS headers on errors too, or pages see no error, only a failed fetch"
            }
            Self::ServiceFails => "answer every request, whatever its Origin; see the evidence",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnyOriginReflected => "any origin that asks is let in",
            Self::NullOriginAllowed => {
                "\"null\" is let in, the origin of sandboxed frames of anybody"
            }
            Self::LookAlikeAllowed => "an origin is let in that only looks like an allowed one",
            Self::InsecureOriginAllowed => {
                "the http twin of an https page is let in with credentials"
            }
            Self::WildcardWithCredentials => {
                "\"*\" stands beside credentials, where browsers refuse it"
            }
            Self::SeveralAllowOrigins => "Access-Control-Allow-Origin is sent more than once",
            Self::AllowOriginInvalid => "Access-Control-Allow-Origin is no origin",
            Self::VaryMissing => "answers differ by origin, and not all say \"Vary: Origin\"",
            Self::PageNotAllowed => "the page is not allowed",
            Self::ActualWithoutCors => "the preflight is allowed, the response itself is not",
            Self::PreflightNotAnswered => "the preflight of an allowed page fails",
            Self::PreflightReachesHandler => "the preflight reaches the handler",
            Self::ErrorWithoutCors => "errors lack the CORS headers",
            Self::ServiceFails => "the service fails to answer",
        })
    }
}
