//! Main fetch: decides how each hop is sent, and what the page sees in the end.

use std::fmt::Display;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use super::fetch_params::FetchParams;
use super::filtered_response::{Filtered, filter};
use super::header_list::get;
use super::http_fetch::Preflight;
use super::local_network::{check_local_network, check_mixed_content, upgrade_mixed_content};
use super::mime_type::{check_mime_type, extract_essence};
use super::modes::{RedirectMode, RequestMode};
use super::names::is_safelisted_method;
use super::network_error::{Cause, NetworkError, Step};
use super::network_fetch::{NetworkResponse, ReadBody};
use super::redirect::{Redirection, redirect, retry_with_storage_access};
use super::request::Tainting;
use super::request_cookies::asks_for_retry;
use super::url::is_bad_port;
use super::websocket::check_handshake;
use crate::testing::escaped_text::escaped;

/// What the page gets.
pub(crate) struct PageResponse {
    pub(crate) filtered: Filtered,
    pub(crate) body: ReadBody,
    pub(crate) is_timing_allowed: bool,
}

impl<S> FetchParams<'_, S> {
    /// Fetches, and clears the preflight cache if that fails.
    ///
    /// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch)
    pub(crate) async fn main_fetch<ReqBody, ResBody>(
        &mut self,
    ) -> Result<PageResponse, NetworkError>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
        ResBody: Body,
        ResBody::Error: Display,
    {
        let fetched = self.follow().await;
        // Step 12, "clear cache entries". The standard calls itself for each redirect. So the error of a later hop is
        // one of each hop before it, and what is cleared is what the request's URL is by then.
        if fetched.is_err() && self.needed_preflight {
            self.cache.clear(&self.request.cache_key());
        }
        match fetched? {
            Some(response) => self.finish(response).await,
            None => Ok(PageResponse::opaque_redirect()),
        }
    }

    /// One round for the request, and one for each redirect. `None` is an opaque redirect.
    async fn follow<ReqBody, ResBody>(
        &mut self,
    ) -> Result<Option<NetworkResponse<ResBody>>, NetworkError>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
    {
        loop {
            let preflight = self
                .choose_preflight()
                .map_err(|cause| cause.at(Step::MainFetch))?;
            self.needed_preflight |= preflight == Preflight::Required;
            // The draft checks the address of a connection, before anything is sent over it.
            if self.request.page.mode != RequestMode::Navigate {
                check_local_network(&self.request)
                    .map_err(|cause| cause.at(Step::LocalNetworkAccess))?;
            }
            let response = self.http_fetch(preflight).await?;
            // Storage Access Headers, a new step after step 5 of HTTP fetch.
            if asks_for_retry(&self.request, &response.headers) {
                retry_with_storage_access(&mut self.request)
                    .map_err(|cause| cause.at(Step::Redirect))?;
                continue;
            }
            if self.request.page.mode == RequestMode::WebSocket {
                check_handshake(&self.request.headers, response.status, &response.headers)
                    .map_err(|cause| cause.at(Step::WebSocket))?;
                return Ok(Some(response));
            }
            match redirect(&mut self.request, response.status, &response.headers) {
                Ok(Redirection::None) => return Ok(Some(response)),
                Ok(Redirection::Followed) => {}
                Ok(Redirection::Manual) => return Ok(None),
                Err(cause) => return Err(cause.at(Step::Redirect)),
            }
        }
    }

    /// Sets the response tainting, and says whether this hop needs a preflight.
    ///
    /// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), steps 7 and 12
    fn choose_preflight(&mut self) -> Result<Preflight, Cause> {
        let request = &mut self.request;
        // Step 6.
        upgrade_mixed_content(request);
        let url = request.url();
        if let Some(port) = url.port().filter(|port| is_bad_port(*port)) {
            return Err(Cause::BadPort { port });
        }
        let mode = request.page.mode;
        if mode == RequestMode::Navigate {
            return Ok(Preflight::None);
        }
        check_mixed_content(request)?;
        if mode == RequestMode::WebSocket {
            return Ok(Preflight::None);
        }
        let is_same_origin = request.is_same_origin(url);
        if is_same_origin && request.tainting == Tainting::Basic {
            return Ok(Preflight::None);
        }
        match mode {
            RequestMode::SameOrigin => return Err(Cause::NotSameOrigin),
            RequestMode::NoCors if request.page.redirect != RedirectMode::Follow => {
                return Err(Cause::RedirectModeNeedsCors);
            }
            RequestMode::NoCors => request.tainting = Tainting::Opaque,
            _ => {
                request.tainting = Tainting::Cors;
            }
        }
        // An `EventSource` has no unsafe-request flag: `Last-Event-ID` needs no preflight.
        let is_simple = (request.initiator == RequestMode::EventSource
            || (is_safelisted_method(&request.method) && request.unsafe_names().is_empty()))
            && !request.uses_cors_preflight();
        Ok(match request.tainting {
            Tainting::Cors if !is_simple => Preflight::Required,
            _ => Preflight::None,
        })
    }

    /// Filters the response of the last hop, and reads its body.
    ///
    /// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), steps 14 to 22
    async fn finish<ResBody>(
        &mut self,
        response: NetworkResponse<ResBody>,
    ) -> Result<PageResponse, NetworkError>
    where
        ResBody: Body,
        ResBody::Error: Display,
    {
        // Step 20.
        check_mime_type(self.request.page.destination, &response.headers)
            .map_err(|cause| cause.at(Step::MimeType))?;
        if self.request.initiator == RequestMode::EventSource {
            check_event_stream(response.status, &response.headers)
                .map_err(|cause| cause.at(Step::EventSource))?;
        }
        let filtered = filter(&self.request, response.status, &response.headers);
        let has_body = self.request.method != Method::HEAD && !is_null_body_status(response.status);
        let body = if has_body && filtered.response_type.shows_body() {
            let is_event_stream = is_event_stream(&response.headers);
            let read = self.network.read_response(response.body, is_event_stream);
            read.await.map_err(|cause| cause.at(Step::Body))?
        } else {
            ReadBody::none()
        };
        Ok(PageResponse {
            filtered,
            body,
            is_timing_allowed: !self.request.timing_allow_failed,
        })
    }
}

impl PageResponse {
    fn opaque_redirect() -> Self {
        Self {
            filtered: Filtered::opaque_redirect(),
            body: ReadBody::none(),
            is_timing_allowed: false,
        }
    }
}

/// [Fetch standard, null body status](https://fetch.spec.whatwg.org/#null-body-status)
fn is_null_body_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 101 | 103 | 204 | 205 | 304)
}

/// [HTML standard, server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html)
pub(crate) fn is_event_stream(headers: &HeaderMap) -> bool {
    extract_essence(headers).is_some_and(|essence| essence == b"text/event-stream")
}

/// [HTML standard, the EventSource interface](https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource),
/// step 15
fn check_event_stream(status: StatusCode, headers: &HeaderMap) -> Result<(), Cause> {
    if status == StatusCode::OK && is_event_stream(headers) {
        return Ok(());
    }
    let content_type = get(headers, &CONTENT_TYPE);
    Err(Cause::NotAnEventStream {
        status,
        content_type: content_type.map(|sent| escaped(&sent)),
    })
}
