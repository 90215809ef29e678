//! The cookies of one request: those that the browser sends, those that it stores, and the Storage Access headers, by which
//! a server asks the browser to repeat a request with third-party cookies.
//!
//! Chromium and Firefox have these headers. They are a [proposal](https://privacycg.github.io/storage-access-headers/).

use http::header::{HeaderMap, HeaderName, SET_COOKIE};

use super::fetch_params::FetchParams;
use super::modes::RequestMode;
use super::request::PageRequest;
use super::structured_item::{BareItem, get_item};
use crate::testing::cookies::context::{CookieContext, ThirdPartyCookies};
use crate::testing::site::{is_same_site, site_of};

impl<S> FetchParams<'_, S> {
    /// The text of the `Cookie` header; `None` if no cookie is sent.
    ///
    /// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
    /// step 8, where credentials are included
    pub(crate) fn cookies_to_send(&mut self) -> Option<Vec<u8>> {
        let (header, events) = self.cookies.send(&context(&self.request));
        self.cookie_events.extend(events);
        header
    }

    /// Stores the cookies of a response. A failed CORS check does not prevent it.
    ///
    /// [Fetch standard, HTTP-network fetch](https://fetch.spec.whatwg.org/#concept-http-network-fetch), where
    /// credentials are included
    pub(crate) fn store_cookies(&mut self, headers: &HeaderMap) {
        let context = context(&self.request);
        for line in headers.get_all(SET_COOKIE) {
            let event = self.cookies.receive(line.as_bytes(), &context);
            self.cookie_events.push(event);
        }
    }
}

fn context(request: &PageRequest) -> CookieContext {
    let (page, url) = (&request.page, request.url());
    let is_navigation = page.mode == RequestMode::Navigate;
    // RFC 6265bis, "Same-site" requests: only the current URL counts, as in Chromium and WebKit. An earlier draft
    // counted redirects too, as Firefox does: https://github.com/httpwg/http-extensions/pull/2750
    let is_same_site = is_same_site(&page.origin, url.origin());
    CookieContext {
        url: url.to_string(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        is_secure: url.scheme() == "https"
            || (page.cookie_settings.has_loopback_exception && url.is_trustworthy()),
        top_level_site: site_of(if is_navigation {
            url.origin()
        } else {
            &page.origin
        }),
        page: page.origin.clone(),
        is_same_site,
        is_navigation,
        is_get: request.method == http::Method::GET,
        includes_credentials: request.includes_credentials(),
        third_party: third_party_cookies(request),
    }
}

pub(crate) const SEC_FETCH_STORAGE_ACCESS: HeaderName =
    HeaderName::from_static("sec-fetch-storage-access");
const ACTIVATE_STORAGE_ACCESS: HeaderName = HeaderName::from_static("activate-storage-access");

/// [Storage Access Headers, storage access status](https://privacycg.github.io/storage-access-headers/#storage-access-status)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StorageAccess {
    /// The request has no third-party cookies.
    None,
    /// It has none, but the visitor has granted access: a retry has them.
    Inactive,
    /// It has them.
    Active,
}

impl StorageAccess {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Inactive => "inactive",
            Self::Active => "active",
        }
    }
}

/// The value of `Sec-Fetch-Storage-Access`, for cross-site requests with credentials.
///
/// [Storage Access Headers, set the `Sec-Fetch-Storage-Access` header](https://privacycg.github.io/storage-access-headers/#set-storage-access)
pub(crate) fn storage_access(request: &PageRequest) -> Option<StorageAccess> {
    let applies = request.page.mode != RequestMode::Navigate
        && request.includes_credentials()
        && request.url().is_trustworthy()
        && !is_same_site(&request.page.origin, request.url().origin());
    let settings = &request.page.cookie_settings;
    let status = if third_party_cookies(request) == ThirdPartyCookies::Allowed {
        StorageAccess::Active
    } else if settings.has_storage_access {
        StorageAccess::Inactive
    } else {
        StorageAccess::None
    };
    applies.then_some(status)
}

/// Whether the response asks for the same request with third-party cookies.
///
/// [Storage Access Headers, perform a storage access retry check](https://privacycg.github.io/storage-access-headers/#perform-a-storage-access-retry-check)
pub(crate) fn asks_for_retry(request: &PageRequest, headers: &HeaderMap) -> bool {
    // Steps 1 to 4.
    if storage_access(request) != Some(StorageAccess::Inactive) {
        return false;
    }
    // Steps 5 to 8.
    let Some(item) = get_item(headers, &ACTIVATE_STORAGE_ACCESS) else {
        return false;
    };
    if item.value != BareItem::Token(b"retry".to_vec()) {
        return false;
    }
    // Steps 9 to 14.
    match item.parameter(b"allowed-origin") {
        Some(BareItem::Token(token)) => token == b"*",
        Some(BareItem::String(allowed)) => allowed == request.origin().as_bytes(),
        Some(BareItem::Other) | None => false,
    }
}

/// Which third-party cookies the request may have.
pub(crate) fn third_party_cookies(request: &PageRequest) -> ThirdPartyCookies {
    if request.is_storage_access_active {
        ThirdPartyCookies::Allowed
    } else {
        request.page.cookie_settings.third_party
    }
}
