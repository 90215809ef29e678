//! The Storage Access headers: a server asks the browser to repeat a request with third-party cookies.
//!
//! Chromium and Firefox have them. They are a [proposal](https://privacycg.github.io/storage-access-headers/).

use http::header::{HeaderMap, HeaderName};

use super::modes::RequestMode;
use super::request::PageRequest;
use super::structured_item::{BareItem, get_item};
use crate::testing::cookies::context::ThirdPartyCookies;
use crate::testing::site::is_same_site;

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
