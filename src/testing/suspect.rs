//! The usual suspects: marks on what came back that tell a common mistake.

use std::fmt;

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, VARY,
};

use super::cause::{Cause, Step};
use super::exchange::Exchange;
use super::header_list::{get, has_token};
use super::redirect::is_redirect_status;
use super::request::PageRequest;
use crate::Origin;

/// A common mistake whose marks are on what the server sent. Its `Display` is one sentence.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::put};
/// use http::Request;
/// use tower_cors::testing::{Browser, Suspect, assert_blocks};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // a router without CORS answers a preflight with 405
/// let mut app = Router::new().route("/items", put(|| async {}));
/// let request = Request::put("https://api.example.com/items").body(Body::empty())?;
/// let blocked = assert_blocks!(Browser::at("https://app.example.com").fetch(&mut app, request).await);
/// assert_eq!(blocked.suspects(), [Suspect::PreflightNotRouted]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Suspect {
    /// The preflight met 404, 405 or 501: the route knows no `OPTIONS`.
    PreflightNotRouted,
    /// The preflight met a redirect: to https, to a trailing slash, to a login page.
    PreflightRedirected,
    /// The preflight met 401 or 407: authentication stands outside of CORS.
    PreflightUnauthenticated,
    /// The preflight met a 5xx.
    PreflightFailed,
    /// Two or more allow-origin values.
    SeveralAllowOrigins,
    /// A comma-separated list of origins in one allow-origin value.
    ListOfOrigins,
    /// A pattern in an allow-origin value.
    PatternAsOrigin,
    /// `*` for a request with credentials.
    WildcardWithCredentials,
    /// The allowed origin differs from the page's by `www.`.
    DiffersByWww,
    /// The allowed origin differs from the page's by http and https.
    DiffersByScheme,
    /// The allowed origin differs from the page's by its port.
    DiffersByPort,
    /// The allowed origin differs from the page's by a slash or path after it.
    DiffersBySlash,
    /// The allowed origin differs from the page's by upper-case letters.
    DiffersByCase,
    /// The answer says `Vary: Origin` and allows nobody: a CORS layer is there, and not for this origin.
    OriginNotAllowed,
    /// An error answer without CORS headers: the page can't even see the error.
    ErrorWithoutCors,
    /// The preflight was allowed, and the actual response has no CORS header.
    PreflightOnly,
    /// The answer is another origin's, and says no `Vary: Origin`: it is the same for everybody, or a cache
    /// kept it.
    VaryMissing,
    /// The request's origin became `null` on the way through redirects.
    RedirectTainted,
    /// The method differs from an allowed one by upper and lower case.
    MethodCase,
    /// `*` in a list, which doesn't cover `Authorization`.
    WildcardWithoutAuthorization,
    /// `*` in a list, which means nothing for a request with credentials.
    WildcardListWithCredentials,
}

impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreflightNotRouted => "the preflight went to a router that knows no OPTIONS for this path: the CORS layer is missing there, or stands inside of the routing",
            Self::PreflightRedirected => "the preflight was redirected (to https, to a path with or without a final slash, to a login page): let the page fetch the final URL",
            Self::PreflightUnauthenticated => "the preflight met an authentication layer; preflights carry no credentials, so CORS must stand outside of it",
            Self::PreflightFailed => "the preflight reached a handler that failed; CORS must answer it before",
            Self::SeveralAllowOrigins => "two layers or a proxy and the service both set CORS headers; one of them must go",
            Self::ListOfOrigins => "the value is a list; a browser takes one origin, so the server must pick the page's",
            Self::PatternAsOrigin => "the value is a pattern; browsers know none, so the server must send the page's own origin",
            Self::WildcardWithCredentials => "\"*\" and credentials exclude each other; the server must name the page's origin",
            Self::DiffersByWww => "the allowed origin and the page's differ by \"www.\": they are two origins",
            Self::DiffersByScheme => "the allowed origin and the page's differ by http and https: they are two origins",
            Self::DiffersByPort => "the allowed origin and the page's differ by the port: they are two origins",
            Self::DiffersBySlash => "the allowed value goes on after the origin; an origin ends after the host and port, without a slash",
            Self::DiffersByCase => "the allowed origin has upper-case letters; browsers send lower case and compare bytes",
            Self::OriginNotAllowed => "\"Vary: Origin\" says that a CORS layer is there; it doesn't allow this origin, perhaps for \"www.\", the scheme or the port alone: its policy's explain() says what comes nearest",
            Self::ErrorWithoutCors => "this is an error without CORS headers, so the page can't see which error; the layer that made it stands outside of CORS",
            Self::PreflightOnly => "the preflight was allowed, so CORS headers are set on OPTIONS alone; the response itself needs them too",
            Self::VaryMissing => "the answer names another origin and says no \"Vary: Origin\": it is the same for every page, or a cache kept what that origin got",
            Self::RedirectTainted => "redirects led through another origin, after which browsers send \"Origin: null\"",
            Self::MethodCase => "methods are case-sensitive, and browsers mend the case of DELETE, GET, HEAD, OPTIONS, POST and PUT alone",
            Self::WildcardWithoutAuthorization => "\"*\" does not cover Authorization; it must be named",
            Self::WildcardListWithCredentials => "\"*\" in a list means nothing for a request with credentials; the names must be listed",
        })
    }
}

/// All whose marks are seen, the likeliest first.
pub(super) fn suspects(
    step: Step,
    cause: &Cause,
    request: &PageRequest,
    exchanges: &[Exchange],
) -> Vec<Suspect> {
    let mut suspects = Vec::new();
    let last = exchanges.last();
    match cause {
        Cause::PreflightStatus { status } => suspects.extend(of_status(*status)),
        Cause::AllowOriginMissing if step == Step::Preflight => {
            suspects.extend(last.and_then(of_silence));
        }
        Cause::SeveralAllowOrigins { .. } => suspects.push(Suspect::SeveralAllowOrigins),
        Cause::WildcardWithCredentials => suspects.push(Suspect::WildcardWithCredentials),
        Cause::AllowOriginMissing if step == Step::CorsCheck => {
            suspects.extend(of_bare_answer(exchanges));
        }
        Cause::AllowOriginMismatch { sent } => {
            suspects.extend(of_mismatch(sent, request.origin()));
            if last.is_some_and(lacks_vary) && Origin::parse(sent.as_bytes()).is_ok() {
                suspects.push(Suspect::VaryMissing);
            }
        }
        Cause::MethodNotAllowed { method } => {
            suspects.extend(of_method(last, method));
        }
        Cause::HeaderNotAllowed { name } => suspects.extend(of_header(last, name)),
        _ => {}
    }
    if request.is_redirect_tainted() && matches!(step, Step::CorsCheck | Step::Preflight) {
        suspects.push(Suspect::RedirectTainted);
    }
    suspects
}

fn of_status(status: StatusCode) -> Option<Suspect> {
    match status.as_u16() {
        404 | 405 | 501 => Some(Suspect::PreflightNotRouted),
        401 | 407 => Some(Suspect::PreflightUnauthenticated),
        _ if is_redirect_status(status) => Some(Suspect::PreflightRedirected),
        _ if status.is_server_error() => Some(Suspect::PreflightFailed),
        _ => None,
    }
}

/// Of a layer that looked at the origin and allowed nothing.
fn of_silence(exchange: &Exchange) -> Option<Suspect> {
    has_token(exchange.response_headers()?, &VARY, b"origin").then_some(Suspect::OriginNotAllowed)
}

fn of_bare_answer(exchanges: &[Exchange]) -> Option<Suspect> {
    let last = exchanges.last()?;
    let status = last.status()?;
    let before = exchanges.len().checked_sub(2).map(|at| &exchanges[at]);
    let was_allowed = before.is_some_and(Exchange::is_preflight);
    if let (false, Some(suspect)) = (was_allowed, of_silence(last)) {
        return Some(suspect);
    }
    if status.is_client_error() || status.is_server_error() {
        return Some(Suspect::ErrorWithoutCors);
    }
    was_allowed.then_some(Suspect::PreflightOnly)
}

/// How the value that was sent differs from the page's origin.
fn of_mismatch(sent: &str, origin: &str) -> Option<Suspect> {
    if sent.contains(',') || sent.split_ascii_whitespace().nth(1).is_some() {
        return Some(Suspect::ListOfOrigins);
    }
    if sent.contains('*') {
        return Some(Suspect::PatternAsOrigin);
    }
    if sent
        .strip_prefix(origin)
        .is_some_and(|rest| rest.starts_with('/'))
    {
        return Some(Suspect::DiffersBySlash);
    }
    if sent.eq_ignore_ascii_case(origin) {
        return Some(Suspect::DiffersByCase);
    }
    let allowed = Origin::parse(sent.as_bytes()).ok()?;
    let page = Origin::parse(origin.as_bytes()).ok()?;
    let by_www = |a: &str, b: &str| a.strip_prefix("www.") == Some(b);
    match (
        allowed.scheme() == page.scheme(),
        allowed.host() == page.host(),
        allowed.port() == page.port(),
    ) {
        (_, false, _)
            if by_www(allowed.host(), page.host()) || by_www(page.host(), allowed.host()) =>
        {
            Some(Suspect::DiffersByWww)
        }
        (false, true, _) => Some(Suspect::DiffersByScheme),
        (true, true, false) => Some(Suspect::DiffersByPort),
        (_, false, _) | (true, true, true) => None,
    }
}

fn lacks_vary(exchange: &Exchange) -> bool {
    exchange.response_headers().is_some_and(|headers| {
        headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN)
            && !has_token(headers, &VARY, b"origin")
            && !has_token(headers, &VARY, b"*")
    })
}

fn of_method(last: Option<&Exchange>, method: &str) -> Option<Suspect> {
    let headers = last?.response_headers()?;
    if has_token(headers, &ACCESS_CONTROL_ALLOW_METHODS, b"*") {
        return Some(Suspect::WildcardListWithCredentials);
    }
    let is_near = has_token(headers, &ACCESS_CONTROL_ALLOW_METHODS, method.as_bytes());
    (is_near || method == "patch").then_some(Suspect::MethodCase)
}

fn of_header(last: Option<&Exchange>, name: &str) -> Option<Suspect> {
    let allowed = get(last?.response_headers()?, &ACCESS_CONTROL_ALLOW_HEADERS)?;
    if !allowed.contains(&b'*') {
        None
    } else if name == "authorization" {
        Some(Suspect::WildcardWithoutAuthorization)
    } else {
        Some(Suspect::WildcardListWithCredentials)
    }
}
