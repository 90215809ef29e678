//! Main fetch: which way a request goes, hop by hop, and what the page may see in the end.

use std::fmt::Display;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use tower::Service;

use super::bad_port::is_bad_port;
use super::cause::{Cause, Obstacle, Step};
use super::filter::{Filtered, filter};
use super::names::is_safelisted_method;
use super::network::{Answer, Network};
use super::options::{RedirectMode, RequestMode};
use super::preflight_cache::PreflightCache;
use super::redirect::{Redirection, redirect};
use super::request::{PageRequest, Tainting};
use super::url::is_trustworthy;

/// One fetch, under way.
pub(super) struct Fetch<'a, S> {
    pub(super) request: PageRequest,
    pub(super) network: Network<'a, S>,
    pub(super) cache: &'a mut PreflightCache,
    /// Whether a preflight was spared because the cache had the answer.
    pub(super) used_cache: bool,
}

/// What the page gets.
pub(super) struct Outcome {
    pub(super) filtered: Filtered,
    pub(super) body: Bytes,
    pub(super) is_timing_allowed: bool,
}

impl<S> Fetch<'_, S> {
    /// Once around for the request, and once for each redirect: the standard calls itself here.
    ///
    /// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch)
    pub(super) async fn run<ReqBody, ResBody>(&mut self) -> Result<Outcome, Obstacle>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
        ResBody: Body,
        ResBody::Error: Display,
    {
        loop {
            let way = self.way().map_err(|cause| cause.at(Step::MainFetch))?;
            let key = self.request.cache_key();
            let fetched = self.http_fetch(way).await;
            // Step 12, "clear cache entries".
            if fetched.is_err() && way == Way::CorsWithPreflight {
                self.cache.clear(&key);
            }
            let answer = fetched?;
            match redirect(&mut self.request, answer.status, &answer.headers) {
                Ok(Redirection::None) => return self.finish(answer).await,
                Ok(Redirection::Followed) => {}
                Ok(Redirection::Manual) => return Ok(Outcome::opaque_redirect()),
                Err(cause) => return Err(cause.at(Step::Redirect)),
            }
        }
    }

    /// Sets the response tainting, and says whether the request goes out with a preflight before it.
    ///
    /// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), steps 7 and 12
    fn way(&mut self) -> Result<Way, Cause> {
        let request = &mut self.request;
        let url = request.url();
        if let Some(port) = url.port().filter(|port| is_bad_port(*port)) {
            return Err(Cause::BadPort { port });
        }
        // Mixed Content, "should fetching request be blocked".
        if request.page.origin.starts_with("https://") && !url.is_trustworthy() {
            return Err(Cause::MixedContent);
        }
        let is_same_origin = request.is_same_origin(url);
        if is_same_origin && request.tainting == Tainting::Basic {
            return Ok(Way::Plain);
        }
        match request.page.mode {
            RequestMode::SameOrigin => return Err(Cause::NotSameOrigin),
            RequestMode::NoCors if request.page.redirect != RedirectMode::Follow => {
                return Err(Cause::RedirectModeNeedsCors);
            }
            RequestMode::NoCors => request.tainting = Tainting::Opaque,
            RequestMode::Cors => request.tainting = Tainting::Cors,
        }
        let is_private_network = request.page.is_private_network && !is_same_origin;
        if is_private_network && !is_trustworthy(&request.page.origin) {
            return Err(Cause::InsecurePage);
        }
        if is_private_network {
            return Ok(Way::CorsWithPreflight);
        }
        let is_simple = is_safelisted_method(&request.method)
            && request.unsafe_names().is_empty()
            && !request.page.has_upload_listener;
        Ok(match request.tainting {
            Tainting::Cors if !is_simple => Way::CorsWithPreflight,
            _ => Way::Plain,
        })
    }

    /// What is done with the response of the last hop.
    ///
    /// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), steps 14 to 22
    async fn finish<ResBody>(&mut self, answer: Answer<ResBody>) -> Result<Outcome, Obstacle>
    where
        ResBody: Body,
        ResBody::Error: Display,
    {
        let filtered = filter(&self.request, answer.status, &answer.headers);
        let has_body = self.request.method != Method::HEAD && !is_null_body_status(answer.status);
        let body = if has_body && filtered.response_type.shows_body() {
            let read = self.network.read(answer.body).await;
            read.map_err(|cause| cause.at(Step::Body))?
        } else {
            Bytes::new()
        };
        Ok(Outcome {
            filtered,
            body,
            is_timing_allowed: !self.request.timing_allow_failed,
        })
    }
}

impl Outcome {
    fn opaque_redirect() -> Self {
        Self {
            filtered: Filtered::opaque_redirect(),
            body: Bytes::new(),
            is_timing_allowed: false,
        }
    }
}

/// Which way a hop goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    CorsWithPreflight,
}

/// [Fetch standard, null body status](https://fetch.spec.whatwg.org/#null-body-status)
fn is_null_body_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 101 | 103 | 204 | 205 | 304)
}
