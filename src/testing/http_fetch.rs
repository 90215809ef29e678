//! HTTP fetch: the preflight if one is due, the request itself, and the CORS check of its response.

use std::fmt::Display;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
};
use http::{Method, Request, Response};
use tower::Service;

use super::cause::{Cause, Obstacle, Step};
use super::cors_check::{cors_check, tao_check};
use super::fetch::{Fetch, Way};
use super::names::is_safelisted_method;
use super::network::{Answer, Outgoing};
use super::options::RequestMode;
use super::request::{PageRequest, Tainting};
use super::site::sec_fetch_site;
use super::url::UrlProblem;

impl<S> Fetch<'_, S> {
    /// [Fetch standard, HTTP fetch](https://fetch.spec.whatwg.org/#concept-http-fetch)
    pub(super) async fn http_fetch<ReqBody, ResBody>(
        &mut self,
        way: Way,
    ) -> Result<Answer<ResBody>, Obstacle>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
    {
        // Step 5.1.
        if way == Way::CorsWithPreflight {
            if self.needs_preflight() {
                self.preflight_fetch().await?;
            } else {
                self.used_cache = true;
            }
        }
        // Step 5.3.
        let outgoing = outgoing(&self.request).map_err(|cause| cause.at(Step::Network))?;
        let sent = self.network.send(outgoing).await;
        let answer = sent.map_err(|cause| cause.at(Step::Network))?;
        // Step 5.4.
        if self.request.tainting == Tainting::Cors {
            cors_check(&self.request, &answer.headers)
                .map_err(|cause| cause.at(Step::CorsCheck))?;
        }
        // Step 5.5.
        if !tao_check(&self.request, &answer.headers) {
            self.request.timing_allow_failed = true;
        }
        Ok(answer)
    }

    /// Whether the cache lacks what the request needs.
    ///
    /// [Fetch standard, HTTP fetch](https://fetch.spec.whatwg.org/#concept-http-fetch), step 4.1. A request
    /// to a private network has its preflight each time.
    fn needs_preflight(&self) -> bool {
        let request = &self.request;
        let (key, credentials) = (request.cache_key(), request.page.credentials);
        let asks_for_method =
            !is_safelisted_method(&request.method) || request.page.has_upload_listener;
        request.page.is_private_network
            || (asks_for_method && !self.cache.has_method(&key, credentials, &request.method))
            || request
                .unsafe_names()
                .iter()
                .any(|name| !self.cache.has_header(&key, credentials, name))
    }
}

/// The request with what the browser adds.
///
/// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
/// step 8
fn outgoing(request: &PageRequest) -> Result<Outgoing, Cause> {
    let mut headers = request.headers.clone();
    // Steps 8.5 to 8.9.
    let length = request.body.len();
    if length > 0 || request.method == Method::POST || request.method == Method::PUT {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    append_origin(request, &mut headers)?;
    let mode = match request.page.mode {
        RequestMode::Cors => "cors",
        RequestMode::NoCors => "no-cors",
        RequestMode::SameOrigin => "same-origin",
    };
    append_fetch_metadata(request, mode, &mut headers);
    append_credentials(request, &mut headers);
    complete(request, headers, false)
}

/// What the visitor has for the server to which the page sent the request: cookies for its host, at any port,
/// and HTTP authentication for its origin.
///
/// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
/// step 8, where credentials are included
fn append_credentials(request: &PageRequest, headers: &mut HeaderMap) {
    let (Some(first), true) = (request.urls.first(), request.includes_credentials()) else {
        return;
    };
    let here = request.url();
    // RFC 6265, section 8.5: a cookie doesn't know ports. From https it is taken to be `Secure`.
    let is_downgrade = first.scheme() == "https" && here.scheme() != "https";
    if let (Ok(Some(cookies)), true) = (
        &request.page.cookies,
        here.host() == first.host() && !is_downgrade,
    ) {
        headers.insert(COOKIE, cookies.clone());
    }
    if let (Ok(Some(authentication)), true) = (
        &request.page.authentication,
        here.origin() == first.origin() && !headers.contains_key(AUTHORIZATION),
    ) {
        headers.insert(AUTHORIZATION, authentication.clone());
    }
}

/// A request as it goes over the wire: with the headers that belong to the connection.
pub(super) fn complete(
    request: &PageRequest,
    mut headers: HeaderMap,
    is_preflight: bool,
) -> Result<Outgoing, Cause> {
    let url = request.url();
    let invalid = || Cause::InvalidUrl {
        why: UrlProblem::Unsendable.why(),
    };
    let host = HeaderValue::from_str(url.host_and_port()).map_err(|_| invalid())?;
    headers.insert(HOST, host);
    Ok(Outgoing {
        is_preflight,
        method: if is_preflight {
            Method::OPTIONS
        } else {
            request.method.clone()
        },
        uri: url.to_uri().map_err(|_| invalid())?,
        headers,
        body: if is_preflight {
            Bytes::new()
        } else {
            request.body.clone()
        },
    })
}

/// The page's referrer policy is `strict-origin-when-cross-origin`, what every page has of itself.
///
/// [Fetch standard, append a request `Origin` header](https://fetch.spec.whatwg.org/#append-a-request-origin-header)
fn append_origin(request: &PageRequest, headers: &mut HeaderMap) -> Result<(), Cause> {
    let is_cors = request.tainting == Tainting::Cors;
    let is_read = request.method == Method::GET || request.method == Method::HEAD;
    if !is_cors && is_read {
        return Ok(());
    }
    let is_downgrade =
        request.page.origin.starts_with("https://") && request.url().scheme() != "https";
    let origin = if !is_cors && request.page.mode != RequestMode::Cors && is_downgrade {
        "null"
    } else {
        request.origin()
    };
    headers.insert(ORIGIN, origin_value(origin)?);
    Ok(())
}

pub(super) fn origin_value(origin: &str) -> Result<HeaderValue, Cause> {
    HeaderValue::from_str(origin).map_err(|_| Cause::InvalidPage {
        problem: crate::OriginProblem::InvalidCharacter,
    })
}

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// [Fetch Metadata, append the Fetch metadata headers](https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration)
pub(super) fn append_fetch_metadata(
    request: &PageRequest,
    mode: &'static str,
    headers: &mut HeaderMap,
) {
    if !request.url().is_trustworthy() {
        return;
    }
    headers.insert(SEC_FETCH_DEST, HeaderValue::from_static("empty"));
    headers.insert(SEC_FETCH_MODE, HeaderValue::from_static(mode));
    let site = sec_fetch_site(&request.page.origin, &request.urls);
    headers.insert(SEC_FETCH_SITE, HeaderValue::from_static(site));
}
