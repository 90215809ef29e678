//! One request that went over the wire, and its response.

use std::fmt;

use http::header::HeaderMap;
use http::{Method, StatusCode, Uri};

use crate::testing::escaped_text::{Escaped, escaped};

/// A request as the browser sent it, and the head of its response.
///
/// # Example
/// ```
/// # use axum::{Router, body::Body, routing::get};
/// # use http::Request;
/// # use tower_cors::testing::Browser;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut app = Router::new().route("/items", get(|| async { "[]" }));
/// let request = Request::get("https://api.example.com/items").body(Body::empty())?;
/// let blocked = Browser::at("https://app.example.com")
///     .fetch(&mut app, request)
///     .await
///     .unwrap_err();
/// let exchange = &blocked.exchanges()[0];
/// assert!(!exchange.is_preflight());
/// assert_eq!(
///     exchange.request_headers()["origin"],
///     "https://app.example.com"
/// );
/// assert_eq!(exchange.status(), Some(http::StatusCode::OK));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Exchange {
    pub(crate) is_preflight: bool,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) request_headers: HeaderMap,
    pub(crate) response: Option<(StatusCode, HeaderMap)>,
}

impl Exchange {
    /// Whether it is a CORS-preflight request.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-request>
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.is_preflight
    }

    /// The method; `OPTIONS` for a preflight.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL of the request.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// All headers that the browser sent, including those that it added.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn request_headers(&self) -> &HeaderMap {
        &self.request_headers
    }

    /// The status of the response; `None` if there was no response.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response.as_ref().map(|(status, _)| *status)
    }

    /// All response headers, including those that the page never sees; `None` if there was no response.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn response_headers(&self) -> Option<&HeaderMap> {
        self.response.as_ref().map(|(_, headers)| headers)
    }
}

/// Whether a header matters for CORS.
fn is_worth_showing(name: &str) -> bool {
    name.starts_with("access-control-")
        || matches!(
            name,
            "origin" | "cookie" | "authorization" | "vary" | "location" | "timing-allow-origin"
        )
}

impl fmt::Display for Exchange {
    /// The request line, the status, and the headers that matter for CORS, one line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uri = self.uri.to_string();
        let kind = if self.is_preflight {
            "  (preflight)"
        } else {
            ""
        };
        write!(f, "{} {}{kind}", self.method, Escaped(uri.as_bytes()))?;
        show_headers(f, '>', &self.request_headers)?;
        match &self.response {
            None => write!(f, "\n  < no response"),
            Some((status, headers)) => {
                write!(f, "\n  < {}", show_status(*status))?;
                show_headers(f, '<', headers)
            }
        }
    }
}

/// `404 Not Found`.
pub(crate) fn show_status(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

fn show_headers(f: &mut fmt::Formatter<'_>, arrow: char, headers: &HeaderMap) -> fmt::Result {
    /// The most lines that are shown.
    const MOST: usize = 16;
    let lines = || {
        headers
            .iter()
            .filter(|(name, _)| is_worth_showing(name.as_str()))
    };
    for (name, value) in lines().take(MOST) {
        let value = if matches!(name.as_str(), "cookie" | "authorization") {
            format!("({} bytes)", value.len())
        } else {
            escaped(value.as_bytes())
        };
        write!(
            f,
            "\n  {arrow} {}: {value}",
            Escaped(name.as_str().as_bytes())
        )?;
    }
    match lines().skip(MOST).count() {
        0 => Ok(()),
        more => write!(f, "\n  {arrow} … and {more} more lines"),
    }
}
