//! What a page says about a fetch besides the request: mode, credentials, redirects.

/// How far a fetch may reach, and what the page gets of the answer.
///
/// [Fetch standard, request mode](https://fetch.spec.whatwg.org/#concept-request-mode)
///
/// # Example
/// ```
/// use tower_cors::testing::{Browser, RequestMode};
///
/// let page = Browser::at("https://app.example.com").mode(RequestMode::NoCors);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RequestMode {
    /// `cors`, what `fetch()` does of itself: other origins are reached, if they agree.
    #[default]
    Cors,
    /// `no-cors`: other origins are reached without asking, with simple requests only, and the page gets
    /// nothing of the answer.
    NoCors,
    /// `same-origin`: other origins are a network error.
    SameOrigin,
}

/// Whether cookies and HTTP authentication go along.
///
/// [Fetch standard, request credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode)
///
/// # Example
/// ```
/// use tower_cors::testing::{Browser, CredentialsMode};
///
/// let page = Browser::at("https://app.example.com").credentials(CredentialsMode::Include);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CredentialsMode {
    /// `omit`: never.
    Omit,
    /// `same-origin`, what `fetch()` does of itself: to the page's own origin.
    #[default]
    SameOrigin,
    /// `include`: always; another origin must allow credentials then.
    Include,
}

/// What a fetch does with a redirect.
///
/// [Fetch standard, request redirect mode](https://fetch.spec.whatwg.org/#concept-request-redirect-mode)
///
/// # Example
/// ```
/// use tower_cors::testing::{Browser, RedirectMode};
///
/// let page = Browser::at("https://app.example.com").redirect(RedirectMode::Manual);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RedirectMode {
    /// `follow`, what `fetch()` does of itself: up to 20 of them.
    #[default]
    Follow,
    /// `error`: a redirect is a network error.
    Error,
    /// `manual`: the page gets an opaque-redirect response, of which it can read nothing.
    Manual,
}
