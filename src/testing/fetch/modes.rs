//! The modes of a fetch: request mode, credentials mode, redirect mode.

/// Which servers a fetch may reach, and what the page sees of the response.
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
    /// `cors`, the default of `fetch()`. A fetch may reach other origins that allow it.
    #[default]
    Cors,
    /// `no-cors`. A fetch may send simple requests to other origins. The page sees nothing of the response.
    NoCors,
    /// `same-origin`. A fetch of another origin is a network error.
    SameOrigin,
}

/// Whether a fetch includes credentials: cookies and HTTP authentication.
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
    /// `same-origin`, the default of `fetch()`: only to the page's own origin.
    #[default]
    SameOrigin,
    /// `include`: always. Another origin must allow credentials.
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
    /// `follow`, the default of `fetch()`. It follows up to 20 redirects.
    #[default]
    Follow,
    /// `error`: a redirect is a network error.
    Error,
    /// `manual`: the page gets an opaque-redirect response, and sees nothing of it.
    Manual,
}
