//! HTTP-redirect fetch: where a redirect leads, and what changes in the request.

use http::header::{HeaderMap, LOCATION};
use http::{Method, StatusCode};

use super::header_list::{Extracted, extract_one};
use super::modes::{RedirectMode, RequestMode};
use super::names::{NON_WILDCARD, remove_body_headers};
use super::network_error::Cause;
use super::referrer_policy::ReferrerPolicy;
use super::request::{PageRequest, Tainting};
use super::url::{FetchUrl, UrlProblem};
use crate::testing::escaped_text::escaped;

/// [Fetch standard, HTTP-redirect fetch](https://fetch.spec.whatwg.org/#http-redirect-fetch), step 7
pub(crate) const MOST_REDIRECTS: usize = 20;

/// What a response means as a redirect.
pub(crate) enum Redirection {
    /// It is not a redirect that is followed.
    None,
    /// The request has been changed for the next hop.
    Followed,
    /// The page gets an opaque-redirect response.
    Manual,
}

/// Changes the request for the next hop, if the response is a redirect.
///
/// [Fetch standard, HTTP fetch](https://fetch.spec.whatwg.org/#concept-http-fetch), step 6
pub(crate) fn redirect(
    request: &mut PageRequest,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Redirection, Cause> {
    if !is_redirect_status(status) {
        return Ok(Redirection::None);
    }
    // Storage Access Headers, a new step after step 6.1.
    request.is_reload = false;
    match request.page.redirect {
        // A navigation follows redirects in any case.
        _ if request.page.mode == RequestMode::Navigate => {}
        RedirectMode::Error => return Err(Cause::RedirectForbidden),
        RedirectMode::Manual => return Ok(Redirection::Manual),
        RedirectMode::Follow => {}
    }
    let Some(location) = location_url(request.url(), headers)? else {
        return Ok(Redirection::None);
    };
    follow(request, status, location)?;
    // Step 19.
    if let Some(policy) = ReferrerPolicy::of_response(headers) {
        request.referrer_policy = policy;
    }
    Ok(Redirection::Followed)
}

/// [Fetch standard, redirect status](https://fetch.spec.whatwg.org/#redirect-status)
pub(crate) fn is_redirect_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// [Fetch standard, location URL](https://fetch.spec.whatwg.org/#concept-response-location-url)
fn location_url(here: &FetchUrl, headers: &HeaderMap) -> Result<Option<FetchUrl>, Cause> {
    match extract_one(headers, &LOCATION) {
        Extracted::Absent => Ok(None),
        Extracted::Malformed => Err(Cause::InvalidLocation {
            sent: "several Location lines".into(),
            why: "a response has only one".into(),
        }),
        Extracted::Values(text) => match FetchUrl::parse(text, Some(here)) {
            Ok(url) if url.to_uri().is_ok() => Ok(Some(url)),
            Ok(_) => Err(invalid(text, UrlProblem::Unsendable)),
            Err(problem) => Err(invalid(text, problem)),
        },
    }
}

fn invalid(text: &[u8], problem: UrlProblem) -> Cause {
    Cause::InvalidLocation {
        sent: escaped(text),
        why: problem.to_string(),
    }
}

/// Repeats the request with third-party cookies. It counts as a redirect.
///
/// [Storage Access Headers, HTTP-storage-access-retry-fetch](https://privacycg.github.io/storage-access-headers/#http-storage-access-retry-fetch)
pub(crate) fn retry_with_storage_access(request: &mut PageRequest) -> Result<(), Cause> {
    // Step 4.
    if request.redirect_count() == MOST_REDIRECTS {
        return Err(Cause::TooManyRedirects);
    }
    // Steps 5 to 8.
    request.urls.push(request.url().clone());
    request.is_reload = true;
    request.is_storage_access_active = true;
    Ok(())
}

/// [Fetch standard, HTTP-redirect fetch](https://fetch.spec.whatwg.org/#http-redirect-fetch), steps 7 to 18
fn follow(request: &mut PageRequest, status: StatusCode, location: FetchUrl) -> Result<(), Cause> {
    // Steps 7 and 8.
    if request.redirect_count() == MOST_REDIRECTS {
        return Err(Cause::TooManyRedirects);
    }
    // Steps 9 and 10.
    let is_foreign = !request.is_same_origin(&location);
    let is_refused = (request.page.mode == RequestMode::Cors && is_foreign)
        || request.tainting == Tainting::Cors;
    if location.has_credentials && is_refused {
        return Err(Cause::LocationHasCredentials);
    }
    // Step 11.
    if status != StatusCode::SEE_OTHER && request.is_streamed {
        return Err(Cause::StreamCannotRepeat);
    }
    // Step 12.
    let is_post = request.method == Method::POST;
    let is_read = request.method == Method::GET || request.method == Method::HEAD;
    let becomes_get = match status.as_u16() {
        301 | 302 => is_post,
        303 => !is_read,
        _ => false,
    };
    if becomes_get {
        request.method = Method::GET;
        request.body.clear();
        request.is_streamed = false;
        remove_body_headers(&mut request.headers);
    }
    // Step 13.
    if request.url().origin() != location.origin() {
        request.headers.remove(NON_WILDCARD);
        request.is_storage_access_active = false;
    }
    // Step 18.
    request.urls.push(location);
    Ok(())
}
