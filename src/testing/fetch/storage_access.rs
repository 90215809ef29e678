//! The Storage Access headers: a server asks the browser to repeat a request with third-party cookies.
//!
//! Chromium has them. They are a [proposal](https://privacycg.github.io/storage-access-headers/).

use http::header::{HeaderMap, HeaderName};

use super::modes::RequestMode;
use super::request::PageRequest;
use crate::testing::cookies::context::ThirdPartyCookies;
use crate::testing::site::is_same_site;

pub(crate) const SEC_FETCH_STORAGE_ACCESS: HeaderName =
    HeaderName::from_static("sec-fetch-storage-access");
const ACTIVATE_STORAGE_ACCESS: HeaderName = HeaderName::from_static("activate-storage-access");

/// The value of `Sec-Fetch-Storage-Access`: for a cross-site request with credentials, if the visitor has granted
/// access.
pub(crate) fn storage_access_status(request: &PageRequest) -> Option<&'static str> {
    let status = if is_active(request) {
        "active"
    } else {
        "inactive"
    };
    applies_to(request).then_some(status)
}

/// Whether the response asks for the same request with third-party cookies.
pub(crate) fn asks_for_retry(request: &PageRequest, headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(ACTIVATE_STORAGE_ACCESS) else {
        return false;
    };
    let mut parts = value.as_bytes().split(|byte| *byte == b';');
    let is_retry = parts
        .next()
        .is_some_and(|token| token.trim_ascii() == b"retry");
    let origin = request.origin();
    let names_page = parts
        .filter_map(|parameter| parameter.trim_ascii().strip_prefix(b"allowed-origin="))
        .any(|allowed| allowed == b"*" || allowed == format!("\"{origin}\"").as_bytes());
    applies_to(request) && !is_active(request) && is_retry && names_page
}

/// Which third-party cookies the request may have.
pub(crate) fn third_party_cookies(request: &PageRequest) -> ThirdPartyCookies {
    if request.is_storage_access_active {
        ThirdPartyCookies::Allowed
    } else {
        request.page.cookie_settings.third_party
    }
}

fn is_active(request: &PageRequest) -> bool {
    third_party_cookies(request) == ThirdPartyCookies::Allowed
}

fn applies_to(request: &PageRequest) -> bool {
    request.page.cookie_settings.has_storage_access
        && request.page.mode != RequestMode::Navigate
        && request.includes_credentials()
        && request.url().is_trustworthy()
        && !is_same_site(&request.page.origin, request.url().origin())
}
