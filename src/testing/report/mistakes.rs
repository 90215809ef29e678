//! Common mistakes, found by what the server sent.

use std::fmt;

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, VARY,
};

use crate::Origin;
use crate::testing::fetch::exchange::Exchange;
use crate::testing::fetch::header_list::{get, has_token};
use crate::testing::fetch::network_error::{Cause, NetworkError, Step};
use crate::testing::fetch::redirect::is_redirect_status;
use crate::testing::fetch::request::PageRequest;

/// A common mistake that explains what the server sent. Its `Display` is one sentence.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::put};
/// use http::Request;
/// use tower_cors::testing::{Browser, Mistake, assert_blocks};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // a router without CORS answers a preflight with 405
/// let mut app = Router::new().route("/items", put(|| async {}));
/// let request = Request::put("https://api.example.com/items").body(Body::empty())?;
/// let blocked = assert_blocks!(
///     Browser::at("https://app.example.com")
///         .fetch(&mut app, request)
///         .await
/// );
/// assert_eq!(blocked.likely_mistakes(), [Mistake::PreflightNotRouted]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mistake {
    /// The preflight got 404, 405 or 501: the route doesn't handle `OPTIONS`.
    PreflightNotRouted,
    /// The preflight got a redirect: to https, to a path with a final slash, to a login page.
    PreflightRedirected,
    /// The preflight got 401 or 407: authentication runs before CORS.
    PreflightUnauthenticated,
    /// The preflight got a 5xx other than 501 to 504.
    PreflightFailed,
    /// The preflight got 413, 429 or 431: a limit in front of the CORS layer.
    PreflightLimited,
    /// The response is a 502, 503 or 504: a proxy could not reach the server. It is not about CORS.
    ServerNotReached,
    /// The preflight came through a CORS layer that allows this origin, and the response did not: another server
    /// answered, such as a proxy or a tunnel.
    OtherServerAnswered,
    /// A redirect has no CORS headers, such as one from http to https by a proxy.
    RedirectWithoutCors,
    /// There are several `Access-Control-Allow-Origin` lines.
    SeveralAllowOrigins,
    /// The layer answers for paths without a route, but not for this route: the route was added after the layer.
    LayerBeforeRoute,
    /// `Access-Control-Allow-Origin` is a list of origins.
    ListOfOrigins,
    /// `Access-Control-Allow-Origin` is a pattern.
    PatternAsOrigin,
    /// `Access-Control-Allow-Origin` is `*`, and the request has credentials.
    WildcardWithCredentials,
    /// The allowed origin and the page's differ by `www.`.
    DiffersByWww,
    /// The allowed origin and the page's differ by http and https.
    DiffersByScheme,
    /// The allowed origin and the page's differ by the port.
    DiffersByPort,
    /// A slash or a path follows the allowed origin.
    DiffersBySlash,
    /// The allowed origin has upper-case letters.
    DiffersByCase,
    /// The response has `Vary: Origin` and allows nobody: a CORS layer is there, but doesn't allow this origin.
    OriginNotAllowed,
    /// An error response has no CORS headers, so the page can't read the error.
    ErrorWithoutCors,
    /// The preflight was allowed, but the actual response has no CORS headers.
    PreflightOnly,
    /// The response names another origin and has no `Vary: Origin`: it is the same for every page, or a cache
    /// stored it.
    VaryMissing,
    /// The request's origin became `null` after redirects.
    RedirectTainted,
    /// The method and an allowed one differ by upper and lower case.
    MethodCase,
    /// A list has `*`, which doesn't include `Authorization`.
    WildcardWithoutAuthorization,
    /// A list has `*`, which has no meaning for a request with credentials.
    WildcardListWithCredentials,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreflightNotRouted => "the preflight reached a router that doesn't handle OPTIONS for this path: the CORS layer is missing, it comes before the route, or it is inside of the routing, such as around a handler",
            Self::PreflightRedirected => "the preflight was redirected (to https, to a path with or without a final slash, to a login page): let the page fetch the final URL",
            Self::PreflightUnauthenticated => "the preflight reached an authentication layer; preflights have no credentials, so the CORS layer must be outside of it",
            Self::PreflightFailed => "the preflight reached a handler that failed; the CORS layer must answer it before",
            Self::PreflightLimited => "a limit in front of the CORS layer answered the preflight: on the number of requests, or on the size of headers or bodies",
            Self::ServerNotReached => "a proxy answers with this status when it can't reach the server behind it, or gets no response in time; it is not about CORS",
            Self::OtherServerAnswered => "another server answered this request: the preflight came through a CORS layer that allows this origin, and this response has no mark of that layer",
            Self::RedirectWithoutCors => "the redirect has no CORS headers; something in front of the CORS layer sent it, such as a proxy that redirects http to https",
            Self::SeveralAllowOrigins => "two layers, or a proxy and the service, both set CORS headers; remove one of them",
            Self::LayerBeforeRoute => "the CORS layer answers for paths without a route, but not for this route: call .layer() after .route()",
            Self::ListOfOrigins => "the value is a list; a browser accepts only one origin, so the server must send the page's",
            Self::PatternAsOrigin => "the value is a pattern; browsers don't know patterns, so the server must send the page's own origin",
            Self::WildcardWithCredentials => "\"*\" is not allowed with credentials; the server must send the page's origin",
            Self::DiffersByWww => "the allowed origin and the page's differ by \"www.\": they are two origins",
            Self::DiffersByScheme => "the allowed origin and the page's differ by http and https: they are two origins",
            Self::DiffersByPort => "the allowed origin and the page's differ by the port: they are two origins",
            Self::DiffersBySlash => "the value has more after the origin; an origin ends after the host and port, without a slash",
            Self::DiffersByCase => "the allowed origin has upper-case letters; browsers send lower case and compare bytes",
            Self::OriginNotAllowed => "\"Vary: Origin\" shows that a CORS layer is there, but it doesn't allow this origin; perhaps only \"www.\", the scheme or the port differs: its policy's explain() shows the nearest allowed origin",
            Self::ErrorWithoutCors => "this error has no CORS headers, so the page can't read it; the layer that made it is outside of the CORS layer",
            Self::PreflightOnly => "the preflight was allowed, but only OPTIONS has CORS headers; the response needs them too",
            Self::VaryMissing => "the response names another origin and has no \"Vary: Origin\": it is the same for every page, or a cache stored it for that origin",
            Self::RedirectTainted => "a redirect went through another origin; after it, browsers send \"Origin: null\"",
            Self::MethodCase => "methods are case-sensitive; browsers correct the case of only DELETE, GET, HEAD, OPTIONS, POST and PUT",
            Self::WildcardWithoutAuthorization => "\"*\" does not include Authorization; list it by name",
            Self::WildcardListWithCredentials => "\"*\" in a list has no meaning for a request with credentials; list the names",
        })
    }
}

/// All mistakes that explain the failure, the likeliest first.
pub(crate) fn likely_mistakes(
    error: &NetworkError,
    request: &PageRequest,
    exchanges: &[Exchange],
) -> Vec<Mistake> {
    let NetworkError { step, cause } = error;
    let step = *step;
    let mut mistakes = Vec::new();
    let last = exchanges.last();
    // The origin is `null` then, whatever the policy says about the page's.
    let is_tainted =
        request.is_redirect_tainted() && matches!(step, Step::CorsCheck | Step::Preflight);
    if is_tainted {
        mistakes.push(Mistake::RedirectTainted);
    }
    match cause {
        Cause::PreflightStatus { status } => mistakes.extend(from_preflight_status(*status)),
        Cause::AllowOriginMissing if is_tainted && last.and_then(from_silence).is_some() => {}
        Cause::AllowOriginMissing if step == Step::Preflight => {
            mistakes.extend(last.and_then(from_silence));
        }
        Cause::SeveralAllowOrigins { .. } => mistakes.push(Mistake::SeveralAllowOrigins),
        Cause::WildcardWithCredentials => mistakes.push(Mistake::WildcardWithCredentials),
        Cause::AllowOriginMissing => mistakes.extend(from_bare_response(exchanges)),
        Cause::AllowOriginMismatch { sent } => {
            mistakes.extend(from_mismatch(sent, request.origin()));
            if last.is_some_and(lacks_vary) && Origin::parse(sent.as_bytes()).is_ok() {
                mistakes.push(Mistake::VaryMissing);
            }
        }
        Cause::MethodNotAllowed { method } => {
            mistakes.extend(from_method_list(last, method));
        }
        Cause::HeaderNotAllowed { name } => mistakes.extend(from_header_list(last, name)),
        _ => {}
    }
    mistakes
}

pub(crate) fn from_preflight_status(status: StatusCode) -> Option<Mistake> {
    match status.as_u16() {
        404 | 405 | 501 => Some(Mistake::PreflightNotRouted),
        401 | 407 => Some(Mistake::PreflightUnauthenticated),
        413 | 429 | 431 => Some(Mistake::PreflightLimited),
        _ if is_of_proxy(status) => Some(Mistake::ServerNotReached),
        _ if is_redirect_status(status) => Some(Mistake::PreflightRedirected),
        _ if status.is_server_error() => Some(Mistake::PreflightFailed),
        _ => None,
    }
}

/// Whether a proxy sends this status if the server behind it does not respond.
fn is_of_proxy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502..=504)
}

/// A layer looked at the origin. Where nothing is allowed, it does not allow this one.
fn from_silence(exchange: &Exchange) -> Option<Mistake> {
    has_token(exchange.response_headers()?, &VARY, b"origin").then_some(Mistake::OriginNotAllowed)
}

fn from_bare_response(exchanges: &[Exchange]) -> Option<Mistake> {
    let last = exchanges.last()?;
    let status = last.status()?;
    let before = exchanges.len().checked_sub(2).map(|at| &exchanges[at]);
    let preflight = before.filter(|before| before.is_preflight());
    let silence = from_silence(last);
    if let (None, Some(mistake)) = (preflight, silence) {
        return Some(mistake);
    }
    if silence.is_none() && is_of_proxy(status) {
        return Some(Mistake::ServerNotReached);
    }
    if silence.is_none() && is_redirect_status(status) {
        return Some(Mistake::RedirectWithoutCors);
    }
    // A layer writes `Vary` on each of its responses.
    if silence.is_none() && preflight.and_then(from_silence).is_some() {
        return Some(Mistake::OtherServerAnswered);
    }
    if status.is_client_error() || status.is_server_error() {
        return Some(Mistake::ErrorWithoutCors);
    }
    preflight.map(|_| Mistake::PreflightOnly)
}

/// How the value differs from the page's origin.
fn from_mismatch(sent: &str, origin: &str) -> Option<Mistake> {
    if sent.contains(',') || sent.split_ascii_whitespace().nth(1).is_some() {
        return Some(Mistake::ListOfOrigins);
    }
    if sent.contains('*') {
        return Some(Mistake::PatternAsOrigin);
    }
    if sent
        .strip_prefix(origin)
        .is_some_and(|rest| rest.starts_with('/'))
    {
        return Some(Mistake::DiffersBySlash);
    }
    if sent.eq_ignore_ascii_case(origin) {
        return Some(Mistake::DiffersByCase);
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
            Some(Mistake::DiffersByWww)
        }
        (false, true, _) => Some(Mistake::DiffersByScheme),
        (true, true, false) => Some(Mistake::DiffersByPort),
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

fn from_method_list(last: Option<&Exchange>, method: &str) -> Option<Mistake> {
    let headers = last?.response_headers()?;
    if has_token(headers, &ACCESS_CONTROL_ALLOW_METHODS, b"*") {
        return Some(Mistake::WildcardListWithCredentials);
    }
    let is_near = has_token(headers, &ACCESS_CONTROL_ALLOW_METHODS, method.as_bytes());
    (is_near || method == "patch").then_some(Mistake::MethodCase)
}

fn from_header_list(last: Option<&Exchange>, name: &str) -> Option<Mistake> {
    let allowed = get(last?.response_headers()?, &ACCESS_CONTROL_ALLOW_HEADERS)?;
    if !allowed.contains(&b'*') {
        None
    } else if name == "authorization" {
        Some(Mistake::WildcardWithoutAuthorization)
    } else {
        Some(Mistake::WildcardListWithCredentials)
    }
}
