//! Referrer policies: when a request tells the server which page it comes from.

use http::header::{HeaderMap, REFERRER_POLICY};

use super::header_list::extract_tokens;

/// The page's `Referrer-Policy`. It decides whether `Origin` is `null` in requests without CORS that are not GET or HEAD,
/// such as forms, also to the page's own server. `fetch()` with CORS sends the origin whatever the policy is.
///
/// [Referrer Policy](https://w3c.github.io/webappsec-referrer-policy/#referrer-policies)
///
/// # Example
/// A form of the page itself has no origin, so a server that goes by `Origin` refuses it.
/// ```
/// use axum::{Router, body::Body, routing::post};
/// use http::Request;
/// use tower_cors::testing::{Browser, ReferrerPolicy, RequestMode};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut app = Router::new().route("/login", post(|| async {}));
/// let mut page = Browser::at("https://app.example.com")
///     .mode(RequestMode::Navigate)
///     .referrer_policy(ReferrerPolicy::NoReferrer);
/// let fetched = page
///     .fetch(&mut app, Request::post("/login").body(Body::from("a=b"))?)
///     .await?;
/// assert_eq!(fetched.exchanges()[0].request_headers()["origin"], "null");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ReferrerPolicy {
    /// `no-referrer`: `Origin` is `null`.
    NoReferrer,
    /// `no-referrer-when-downgrade`: `null` from https to http.
    NoReferrerWhenDowngrade,
    /// `same-origin`: `null` to other origins.
    SameOrigin,
    /// `origin`: never `null`.
    Origin,
    /// `strict-origin`: `null` from https to http.
    StrictOrigin,
    /// `origin-when-cross-origin`: never `null`.
    OriginWhenCrossOrigin,
    /// `strict-origin-when-cross-origin`, the default of pages: `null` from https to http.
    #[default]
    StrictOriginWhenCrossOrigin,
    /// `unsafe-url`: never `null`.
    UnsafeUrl,
}

impl ReferrerPolicy {
    fn parse(token: &[u8]) -> Option<Self> {
        Some(match &*token.to_ascii_lowercase() {
            b"no-referrer" => Self::NoReferrer,
            b"no-referrer-when-downgrade" => Self::NoReferrerWhenDowngrade,
            b"same-origin" => Self::SameOrigin,
            b"origin" => Self::Origin,
            b"strict-origin" => Self::StrictOrigin,
            b"origin-when-cross-origin" => Self::OriginWhenCrossOrigin,
            b"strict-origin-when-cross-origin" => Self::StrictOriginWhenCrossOrigin,
            b"unsafe-url" => Self::UnsafeUrl,
            _ => return None,
        })
    }

    /// The last policy of a response that is known; `None` if there is none.
    ///
    /// [Referrer Policy, parse a referrer policy from a Referrer-Policy header](https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header)
    pub(crate) fn of_response(headers: &HeaderMap) -> Option<Self> {
        let tokens = extract_tokens(headers, &REFERRER_POLICY).values()?;
        tokens.into_iter().rev().find_map(Self::parse)
    }
}
