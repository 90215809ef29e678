//! HTTP-network fetch: hands one request to the service and waits for its answer.
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

use super::cause::Cause;
use super::exchange::Exchange;
use super::header_list::normalize_all;
use super::patience::{Failure, wait};

/// More frames than this, however small, are a body without an end.
const MOST_FRAMES: usize = 1 << 20;

/// The service as the whole of the internet, and all that has gone over the wire.
pub(super) struct Network<'a, S> {
    pub(super) app: &'a mut S,
    pub(super) limits: Limits,
    pub(super) exchanges: Vec<Exchange>,
}

/// What a service may take of a test's time and memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// For an answer, and again for its body.
    pub(super) time: Duration,
    /// In bytes.
    pub(super) body: usize,
}

/// An answer whose body has not been read.
pub(super) struct Answer<B> {
    pub(super) status: StatusCode,
    /// As a network delivers them: without blanks around the values.
    pub(super) headers: HeaderMap,
    pub(super) body: B,
}

/// A request as it goes over the wire.
pub(super) struct Outgoing {
    pub(super) is_preflight: bool,
    pub(super) method: http::Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl<S> Network<'_, S> {
    /// Sends a request, writes it down, and waits for the head of the answer.
    pub(super) async fn send<ReqBody, ResBody>(
        &mut self,
        outgoing: Outgoing,
    ) -> Result<Answer<ResBody>, Cause>
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
        Ok(Answer {
            status: head.status,
            headers,
            body,
        })
    }

    /// Reads a body to its end.
    pub(super) async fn read<B>(&self, body: B) -> Result<Bytes, Cause>
    where
        B: Body,
        B::Error: Display,
    {
        let limit = self.limits.body;
        wait(collect(body, limit), self.limits.time).await?
    }
}

impl From<Failure> for Cause {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Panicked(message) => Self::ServicePanicked { message },
            Failure::NeverWakes => Self::NeverAnswers,
            Failure::TimedOut(limit) => Self::TimedOut { limit },
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
