//! What decides about cookies in one request: its URL, its page, and the browser's policy.

/// Which third-party cookies a browser allows: cookies of a server that is not on the page's site.
///
/// # Example
/// ```
/// use tower_cors::testing::{Browser, ThirdPartyCookies};
///
/// let page = Browser::at("https://app.example.com")
///     .third_party_cookies(ThirdPartyCookies::Blocked);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ThirdPartyCookies {
    /// All of them, if they are `SameSite=None; Secure`. This is Chromium's default.
    #[default]
    Allowed,
    /// All of them, if they are `SameSite=None; Secure`, but the pages of each site have cookies of their own. This is
    /// Firefox's default (Total Cookie Protection).
    AlwaysPartitioned,
    /// Only those that are also `Partitioned`. This is the default of Safari 26.2 and later, and Chromium in incognito
    /// windows.
    PartitionedOnly,
    /// None of them. This is the default of Safari before 26.2.
    Blocked,
}

/// How a browser treats cookies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CookieSettings {
    pub(crate) third_party: ThirdPartyCookies,
    /// Whether `Secure` cookies may go over http to this machine.
    pub(crate) has_loopback_exception: bool,
    /// Whether the visitor has granted the server's site the Storage Access permission.
    pub(crate) has_storage_access: bool,
}

impl Default for CookieSettings {
    fn default() -> Self {
        Self {
            third_party: ThirdPartyCookies::default(),
            has_loopback_exception: true,
            has_storage_access: false,
        }
    }
}

/// One request, as far as cookies are concerned.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the rules ask independent questions"
)]
pub(crate) struct CookieContext {
    pub(crate) url: String,
    pub(crate) host: String,
    pub(crate) path: String,
    /// Whether `Secure` cookies may go over this URL.
    pub(crate) is_secure: bool,
    /// The page's origin.
    pub(crate) page: String,
    /// The site of the top-level page. It is the partition of `Partitioned` cookies.
    pub(crate) top_level_site: String,
    pub(crate) is_same_site: bool,
    /// Whether the request is a navigation of the top-level page.
    pub(crate) is_navigation: bool,
    pub(crate) is_get: bool,
    pub(crate) includes_credentials: bool,
    pub(crate) third_party: ThirdPartyCookies,
}

impl CookieContext {
    /// Whether the cookies of this request are third-party cookies.
    pub(crate) fn is_third_party(&self) -> bool {
        !self.is_same_site && !self.is_navigation
    }
}
