//! `Sec-Fetch-Dest`, `Sec-Fetch-Mode` and `Sec-Fetch-Site`.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::request::PageRequest;
use super::url::FetchUrl;
use crate::testing::site::is_same_site;

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// [Fetch Metadata, append the Fetch metadata headers](https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration)
pub(crate) fn append_fetch_metadata(
    request: &PageRequest,
    mode: &'static str,
    headers: &mut HeaderMap,
) {
    if !request.url().is_trustworthy() {
        return;
    }
    let destination = match mode {
        "navigate" => "document",
        _ => request.page.destination.as_str(),
    };
    headers.insert(SEC_FETCH_DEST, HeaderValue::from_static(destination));
    headers.insert(SEC_FETCH_MODE, HeaderValue::from_static(mode));
    let site = sec_fetch_site(&request.page.origin, &request.urls);
    headers.insert(SEC_FETCH_SITE, HeaderValue::from_static(site));
}

/// The value for the URL that is farthest from the page.
///
/// [Fetch Metadata, `Sec-Fetch-Site`](https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header)
fn sec_fetch_site(page: &str, urls: &[FetchUrl]) -> &'static str {
    if urls.iter().all(|url| url.origin() == page) {
        "same-origin"
    } else if urls.iter().all(|url| is_same_site(page, url.origin())) {
        "same-site"
    } else {
        "cross-site"
    }
}
