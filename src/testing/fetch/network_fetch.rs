//! HTTP-network fetch: hands one request to the service and waits for its response.
//!
//! [Fetch standard, HTTP-network fetch](https://fetch.spec.whatwg.org/#concept-http-network-fetch)

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::header::HeaderMap;
use http::{Request, Response, StatusCode, Uri};
use http_body::Body;
use tower::Service;

use super::exchange::Exchange;
use super::header_list::normalize_all;
use super::network_error::Cause;
use super::time_limit::{WaitError, wait};

/// A body with more frames than this counts as endless, however small they are.
const MOST_FRAMES: usize = 1 << 20;

/// The service, which plays the whole internet, and everything that went over the wire.
pub(crate) struct Network<'a, S> {
    pub(crate) app: &'a mut S,
    pub(crate) limits: Limits,
    pub(crate) exchanges: Vec<Exchange>,
}

/// How much of a test's time and memory a service may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For a response, and again for its body.
    pub(crate) time: Duration,
    /// In bytes.
    pub(crate) body: usize,
}

/// A response whose body has not been read.
pub(crate) struct NetworkResponse<B> {
    pub(crate) status: StatusCode,
    /// Without white space around the values, as a network delivers them.
    pub(crate) headers: HeaderMap,
    pub(crate) body: B,
}

/// A request as it goes over the wire.
pub(crate) struct Outgoing {
    pub(crate) is_preflight: bool,
    pub(crate) method: http::Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl<S> Network<'_, S> {
    /// Sends a request, records it, and waits for the head of the response.
    pub(crate) async fn send<ReqBody, ResBody>(
        &mut self,
        outgoing: Outgoing,
    ) -> Result<NetworkResponse<ResBody>, Cause>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: From<Bytes>,
    {
        let mut request = Request::new(ReqBody::from(outgoing.body));
        *request.method_mut() = outgoing.method.clone();
        *request.uri_mut() = outgoing.uri.clone();
        *request.headers_mut() = outgoing.headers.clone();
        self.exchanges.push(Exchange {
            is_preflight: outgoing.is_preflight,
            method: outgoing.method,
            uri: outgoing.uri,
            request_headers: outgoing.headers,
            response: None,
        });
        let app = &mut *self.app;
        let answered = wait(
            async {
                let answered = match poll_fn(|cx| app.poll_ready(cx)).await {
                    Ok(()) => app.call(request).await,
                    Err(error) => Err(error),
                };
                answered.map_err(|error| error.to_string())
            },
            self.limits.time,
        )
        .await;
        let (head, body) = match answered {
            Err(failure) => return Err(failure.into()),
            Ok(Err(message)) => return Err(Cause::ServiceFailed { message }),
            Ok(Ok(response)) => response.into_parts(),
        };
        let headers = normalize_all(&head.headers);
        if let Some(exchange) = self.exchanges.last_mut() {
            exchange.response = Some((head.status, headers.clone()));
        }
        Ok(NetworkResponse {
            status: head.status,
            headers,
            body,
        })
    }

    /// Reads a body to its end.
    pub(crate) async fn read<B>(&self, body: B) -> Result<Bytes, Cause>
    where
        B: Body,
        B::Error: Display,
    {
        let limit = self.limits.body;
        wait(collect(body, limit), self.limits.time).await?
    }
}

impl From<WaitError> for Cause {
    fn from(failure: WaitError) -> Self {
        match failure {
            WaitError::Panicked(message) => Self::ServicePanicked { message },
            WaitError::NeverWakes => Self::NeverAnswers,
            WaitError::TimedOut(limit) => Self::TimedOut { limit },
        }
    }
}

/// Reads a body, and gives up at its limit.
async fn collect<B>(body: B, limit: usize) -> Result<Bytes, Cause>
where
    B: Body,
    B::Error: Display,
{
    let mut body = pin!(body);
    let mut collected = BytesMut::new();
    for _ in 0..MOST_FRAMES {
        let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await else {
            return Ok(collected.freeze());
        };
        let frame = frame.map_err(|error| Cause::ServiceFailed {
            message: error.to_string(),
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if data.remaining() > limit - collected.len() {
            return Err(Cause::BodyTooLong { limit });
        }
        collected.put(data);
    }
    Err(Cause::BodyTooLong { limit })
}
