//! What a policy does with a request, for servers without Tower.

use http::header::HeaderMap;
use http::{Request, Response};

use super::Policy;
use super::headers::change::Change;
use super::outcome::Outcome;
use super::verdict::LookupAnswer;
use crate::fetch::request::RequestHead;

/// What to do with a request: [`Policy::answer`] and [`CorsLayer::answer`](crate::CorsLayer::answer) say it. The layer's
/// service does the same.
///
/// # Example
/// See [`Policy::answer`].
#[derive(Debug)]
#[must_use]
pub enum Answer {
    /// Send this response, and don't call the handler: the answer to a preflight, or a refusal. The reason of a refusal is
    /// in its extensions: [`Rejection`](crate::Rejection).
    Respond(Response<()>),
    /// Call the handler, and apply these changes to the headers of its response. **To errors too**, so that pages can read
    /// them.
    Forward(Changes),
}

/// How the headers of the handler's response change.
///
/// # Example
/// See [`Policy::answer`].
#[must_use = "the response needs these headers, also if it is an error"]
pub struct Changes {
    change: Change,
    needs_lookup: bool,
}

/// A response whose request only a look-up could allow.
#[derive(Debug, Clone, Copy)]
struct NeedsLookup;

impl Answer {
    pub(crate) fn new(outcome: Outcome, needs_lookup: bool) -> Self {
        match outcome {
            Outcome::Respond(mut response) => {
                if needs_lookup {
                    response.extensions_mut().insert(NeedsLookup);
                }
                Self::Respond(response)
            }
            Outcome::Forward(change) => Self::Forward(Changes {
                change,
                needs_lookup,
            }),
        }
    }

    /// Whether only a look-up could allow the origin. None was asked, so the answer allows nothing.
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsConfig, CorsLayer};
    ///
    /// let cors = CorsLayer::try_from(CorsConfig {
    ///     allow_looked_up_origins: true,
    ///     ..CorsConfig::default()
    /// })?;
    /// let request = Request::get("/")
    ///     .header("origin", "https://tenant.example")
    ///     .body(())
    ///     .unwrap();
    /// assert!(cors.answer(&request).needs_lookup());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn needs_lookup(&self) -> bool {
        match self {
            Self::Respond(response) => response.extensions().get::<NeedsLookup>().is_some(),
            Self::Forward(changes) => changes.needs_lookup,
        }
    }
}

impl Changes {
    /// Changes the headers of the handler's response: adds the CORS headers and `Vary`, and removes CORS headers that the
    /// handler has set.
    ///
    /// # Example
    /// See [`Policy::answer`].
    pub fn apply(mut self, headers: &mut HeaderMap) {
        self.change.apply(headers);
    }
}

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}

impl Policy {
    /// Says what to do with a request, for servers that are not Tower services. It does no I/O. A policy that asks a
    /// look-up asks none here: see [`Answer::needs_lookup`].
    ///
    /// Call it for each request, before routing and authentication.
    ///
    /// # Example
    /// ```
    /// use http::{HeaderValue, Request, Response};
    /// use tower_cors::{Answer, CorsLayer, Policy, origin};
    ///
    /// fn serve(policy: &Policy, request: &Request<()>) -> Response<&'static str> {
    ///     match policy.answer(request) {
    ///         Answer::Respond(response) => response.map(|()| ""),
    ///         Answer::Forward(changes) => {
    ///             let mut response =
    ///                 Response::new("the handler's response, or its error");
    ///             changes.apply(response.headers_mut());
    ///             response
    ///         }
    ///     }
    /// }
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?;
    /// let request = Request::get("/items")
    ///     .header("origin", "https://app.example.com")
    ///     .body(())
    ///     .unwrap();
    /// let response = serve(&cors.policy(), &request);
    /// assert_eq!(
    ///     response.headers()["access-control-allow-origin"],
    ///     "https://app.example.com"
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn answer<B>(&self, request: &Request<B>) -> Answer {
        let head = RequestHead::from(request);
        let verdict = self.verdict(&head);
        let needs_lookup = verdict.is_undecided();
        let verdict = self.settle(verdict, LookupAnswer::NotAsked, &head);
        Answer::new(self.outcome(verdict, &head), needs_lookup)
    }
}
