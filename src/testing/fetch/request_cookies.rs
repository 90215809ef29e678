//! The cookies of one request: those that the browser sends, and those that it stores.

use http::header::{HeaderMap, SET_COOKIE};

use super::fetch_params::FetchParams;
use super::modes::RequestMode;
use super::request::PageRequest;
use super::storage_access::third_party_cookies;
use crate::testing::cookies::context::CookieContext;
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
