//! CORS-preflight fetch: asks the server whether the page may send the request.

use std::fmt::Display;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName,
    HeaderValue, ORIGIN,
};
use http::{Request, Response, StatusCode};
use tower_service::Service;

use super::added_headers::{append_fetch_metadata, complete, origin_value};
use super::fetch_params::FetchParams;
use super::header_list::{Extracted, extract_seconds, extract_tokens, get};
use super::modes::CredentialsMode;
use super::names::{NON_WILDCARD, is_safelisted_method};
use super::network_error::{Cause, NetworkError, Step};
use super::network_fetch::{NetworkResponse, Outgoing};
use super::request::PageRequest;
use super::response_checks::cors_check;
use crate::testing::escaped_text::escaped;

impl<S> FetchParams<'_, S> {
    /// Sends the preflight, checks the response, and stores it in the cache.
    ///
    /// [Fetch standard, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch)
    pub(crate) async fn preflight_fetch<ReqBody, ResBody>(&mut self) -> Result<(), NetworkError>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
    {
        let preflight = preflight(&self.request).map_err(|cause| cause.at(Step::Preflight))?;
        let mut sent = self.network.send(preflight.clone()).await;
        // HTTP-network-or-cache fetch, step 17.
        let is_misdirected = |response: &NetworkResponse<ResBody>| {
            response.status == StatusCode::MISDIRECTED_REQUEST
        };
        if sent.as_ref().is_ok_and(is_misdirected) {
            sent = self.network.send(preflight).await;
        }
        let NetworkResponse {
            status, headers, ..
        } = sent.map_err(|cause| cause.at(Step::Preflight))?;
        check_response(&self.request, status, &headers)
            .map_err(|cause| cause.at(Step::Preflight))?;
        self.store(&headers);
        Ok(())
    }

    /// Steps 7.8 to 7.15.
    fn store(&mut self, headers: &HeaderMap) {
        let request = &self.request;
        let own_method = [request.method.as_str().as_bytes()];
        let methods = match extract_tokens(headers, &ACCESS_CONTROL_ALLOW_METHODS) {
            // Step 7.4.
            Extracted::Absent if request.uses_cors_preflight() => own_method.to_vec(),
            methods => methods.values().unwrap_or_default(),
        };
        let names = extract_tokens(headers, &ACCESS_CONTROL_ALLOW_HEADERS)
            .values()
            .unwrap_or_default();
        self.cache.store(
            request.cache_key(),
            request.page.credentials,
            extract_seconds(headers, &ACCESS_CONTROL_MAX_AGE).values(),
            &methods,
            &names,
        );
    }
}

/// The preflight of a request. It never has credentials: its credentials mode is "same-origin".
///
/// [Fetch standard, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), steps 1 to 5
fn preflight(request: &PageRequest) -> Result<Outgoing, Cause> {
    let mut headers = HeaderMap::new();
    // Steps 2 and 3.
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    let method = HeaderValue::from_str(request.method.as_str())
        .expect("a method is a token, and so is a header value");
    headers.insert(ACCESS_CONTROL_REQUEST_METHOD, method);
    // Steps 4 and 5: joined by a comma, without a space.
    let names = request.unsafe_names();
    if !names.is_empty() {
        let names = names
            .iter()
            .map(HeaderName::as_str)
            .collect::<Vec<_>>()
            .join(",");
        let names = HeaderValue::from_str(&names)
            .expect("header names are tokens, and tokens with commas are a header value");
        headers.insert(ACCESS_CONTROL_REQUEST_HEADERS, names);
    }
    headers.insert(ORIGIN, origin_value(request.origin())?);
    append_fetch_metadata(request, "cors", &mut headers);
    complete(request, headers, true)
}

/// [Fetch standard, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), step 7
fn check_response(
    request: &PageRequest,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<(), Cause> {
    // Step 7. Both the status and the origin may be wrong. With 403, the origin is the likelier cause.
    let is_ok = status.is_success();
    let checked = cors_check(request, headers);
    if !is_ok && (checked.is_ok() || status != StatusCode::FORBIDDEN) {
        return Err(Cause::PreflightStatus { status });
    }
    checked?;
    // Steps 7.1 to 7.3.
    let methods = list(headers, ACCESS_CONTROL_ALLOW_METHODS)?;
    let names = list(headers, ACCESS_CONTROL_ALLOW_HEADERS)?;
    let includes_credentials = request.page.credentials == CredentialsMode::Include;
    // Step 7.4 adds the method if there is no list and an upload listener caused the preflight.
    let has_any = |list: &[&[u8]]| !includes_credentials && list.contains(&&b"*"[..]);
    // Step 7.5.
    let method = request.method.as_str();
    let is_listed = match &methods {
        Some(methods) => methods.contains(&method.as_bytes()) || has_any(methods),
        None => request.uses_cors_preflight(),
    };
    if !is_listed && !is_safelisted_method(&request.method) {
        return Err(Cause::MethodNotAllowed {
            method: escaped(method.as_bytes()),
        });
    }
    // Steps 7.6 and 7.7.
    let names = names.unwrap_or_default();
    let is_any = has_any(&names);
    let listed: std::collections::HashSet<Vec<u8>> =
        names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let refused = request.unsafe_names().into_iter().find(|name| {
        let covered_by_any = is_any && *name != NON_WILDCARD;
        !covered_by_any && !listed.contains(name.as_str().as_bytes())
    });
    if let Some(name) = refused {
        return Err(Cause::HeaderNotAllowed {
            name: escaped(name.as_str().as_bytes()),
        });
    }
    Ok(())
}

/// The members of a list; `None` if the header is absent. A malformed list is an error by step 7.3.
fn list(headers: &HeaderMap, name: HeaderName) -> Result<Option<Vec<&[u8]>>, Cause> {
    match extract_tokens(headers, &name) {
        Extracted::Absent => Ok(None),
        Extracted::Values(values) => Ok(Some(values)),
        Extracted::Malformed => {
            let sent = escaped(&get(headers, &name).unwrap_or_default());
            Err(Cause::MalformedList { header: name, sent })
        }
    }
}
