//! HTTP fetch: the preflight if one is needed, the request, and the CORS check of its response.

use std::fmt::Display;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower_service::Service;

use super::added_headers::outgoing;
use super::fetch_params::FetchParams;
use super::names::is_safelisted_method;
use super::network_error::{NetworkError, Step};
use super::network_fetch::NetworkResponse;
use super::request::Tainting;
use super::response_checks::{check_resource_policy, cors_check, tao_check};

/// Whether the standard's "makeCORSPreflight" is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preflight {
    None,
    Required,
}

impl<S> FetchParams<'_, S> {
    /// [Fetch standard, HTTP fetch](https://fetch.spec.whatwg.org/#concept-http-fetch)
    pub(crate) async fn http_fetch<ReqBody, ResBody>(
        &mut self,
        preflight: Preflight,
    ) -> Result<NetworkResponse<ResBody>, NetworkError>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
    {
        // Step 4.1.
        if preflight == Preflight::Required {
            if self.is_cached() {
                self.used_cache = true;
            } else {
                self.preflight_fetch().await?;
            }
        }
        // Step 4.3.
        let response = self.network_or_cache_fetch().await?;
        // Step 4.4.
        if self.request.tainting == Tainting::Cors {
            cors_check(&self.request, &response.headers)
                .map_err(|cause| cause.at(Step::CorsCheck))?;
        }
        // Step 4.5.
        if !tao_check(&self.request, &response.headers) {
            self.request.timing_allow_failed = true;
        }
        // Step 5.
        if self.request.tainting == Tainting::Opaque {
            check_resource_policy(&self.request, &response.headers)
                .map_err(|cause| cause.at(Step::ResourcePolicy))?;
        }
        Ok(response)
    }

    /// Sends the request with its cookies, and once more on a new connection after 421.
    ///
    /// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch)
    async fn network_or_cache_fetch<ReqBody, ResBody>(
        &mut self,
    ) -> Result<NetworkResponse<ResBody>, NetworkError>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
    {
        let mut is_new_connection = false;
        loop {
            let cookies = self.cookies_to_send();
            let outgoing =
                outgoing(&self.request, cookies).map_err(|cause| cause.at(Step::Network))?;
            let sent = self.network.send(outgoing).await;
            let response = sent.map_err(|cause| cause.at(Step::Network))?;
            self.store_cookies(&response.headers);
            // Step 17.
            let is_misdirected = response.status == StatusCode::MISDIRECTED_REQUEST;
            if !is_misdirected || is_new_connection || self.request.is_streamed {
                return Ok(response);
            }
            is_new_connection = true;
        }
    }

    /// Whether the cache has everything that the request needs.
    ///
    /// [Fetch standard, HTTP fetch](https://fetch.spec.whatwg.org/#concept-http-fetch), step 4.1
    fn is_cached(&self) -> bool {
        let request = &self.request;
        let (key, credentials) = (request.cache_key(), request.page.credentials);
        let needs_method = !is_safelisted_method(&request.method) || request.uses_cors_preflight();
        (!needs_method || self.cache.has_method(&key, credentials, &request.method))
            && request
                .unsafe_names()
                .iter()
                .all(|name| self.cache.has_header(&key, credentials, name))
    }
}
