//! Main fetch: decides how each hop is sent, and what the page sees in the end.

use std::fmt::Display;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use super::bad_port::is_bad_port;
use super::fetch_params::FetchParams;
use super::filtered_response::{Filtered, filter};
use super::http_fetch::Preflight;
use super::methods::is_safelisted_method;
use super::modes::{RedirectMode, RequestMode};
use super::network_error::{Cause, NetworkError, Step};
use super::network_fetch::{NetworkResponse, ReadBody};
use super::redirect::{Redirection, redirect};
use super::request::Tainting;
use super::url::is_trustworthy;
use super::websocket::check_handshake;

/// What the page gets.
pub(crate) struct PageResponse {
    pub(crate) filtered: Filtered,
    pub(crate) body: ReadBody,
    pub(crate) is_timing_allowed: bool,
}

impl<S> FetchParams<'_, S> {
    /// One round for the request, and one for each redirect. The standard calls itself here.
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
        loop {
            let preflight = self
                .choose_preflight()
                .map_err(|cause| cause.at(Step::MainFetch))?;
            let key = self.request.cache_key();
            let fetched = self.http_fetch(preflight).await;
            // Step 12, "clear cache entries".
            if fetched.is_err() && preflight == Preflight::Required {
                self.cache.clear(&key);
            }
            let response = fetched?;
            if self.request.page.mode == RequestMode::WebSocket {
                check_handshake(response.status, &response.headers)
                    .map_err(|cause| cause.at(Step::WebSocket))?;
                return self.finish(response).await;
            }
            match redirect(&mut self.request, response.status, &response.headers) {
                Ok(Redirection::None) => return self.finish(response).await,
                Ok(Redirection::Followed) => {}
                Ok(Redirection::Manual) => return Ok(PageResponse::opaque_redirect()),
                Err(cause) => return Err(cause.at(Step::Redirect)),
            }
        }
    }

    /// Sets the response tainting, and says whether this hop needs a preflight.
    ///
    /// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), steps 7 and 12
    fn choose_preflight(&mut self) -> Result<Preflight, Cause> {
        let request = &mut self.request;
        let url = request.url();
        if let Some(port) = url.port().filter(|port| is_bad_port(*port)) {
            return Err(Cause::BadPort { port });
        }
        let mode = request.page.mode;
        if mode == RequestMode::Navigate {
            return Ok(Preflight::None);
        }
        // Mixed Content, "should fetching request be blocked".
        if request.page.origin.starts_with("https://") && !url.is_trustworthy() {
            return Err(Cause::MixedContent);
        }
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
            RequestMode::Cors | RequestMode::Navigate | RequestMode::WebSocket => {
                request.tainting = Tainting::Cors;
            }
        }
        let is_private_network = request.page.is_private_network && !is_same_origin;
        if is_private_network && !is_trustworthy(&request.page.origin) {
            return Err(Cause::InsecurePage);
        }
        if is_private_network {
            return Ok(Preflight::Required);
        }
        let is_simple = is_safelisted_method(&request.method)
            && request.unsafe_names().is_empty()
            && !request.page.has_upload_listener;
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
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}
