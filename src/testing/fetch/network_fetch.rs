//! HTTP-network fetch: hands one request to the service and waits for its response.
//!
//! [Fetch standard, HTTP-network fetch](https://fetch.spec.whatwg.org/#concept-http-network-fetch)

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::header::HeaderMap;
use http::{Request, Response, StatusCode, Uri};
use http_body::Body;
use tower_service::Service;

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
    /// The most chunks of a response's body; `None` for all of them.
    pub(crate) chunks: Option<usize>,
}

/// A response whose body has not been read.
pub(crate) struct NetworkResponse<B> {
    pub(crate) status: StatusCode,
    /// Without white space around the values, as a network delivers them.
    pub(crate) headers: HeaderMap,
    pub(crate) body: B,
}

/// A request as it goes over the wire.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) is_preflight: bool,
    pub(crate) method: http::Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether 101 is a final response.
    pub(crate) accepts_101: bool,
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
        let accepts_101 = outgoing.accepts_101;
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
        // The steps "while true": other responses from 100 to 199 are not final.
        let is_final = accepts_101 && head.status == StatusCode::SWITCHING_PROTOCOLS;
        if head.status.is_informational() && !is_final {
            return Err(Cause::InterimResponse {
                status: head.status,
            });
        }
        Ok(NetworkResponse {
            status: head.status,
            headers,
            body,
        })
    }

    /// Reads the body of a request to its end.
    pub(crate) async fn read_request<B>(&self, body: B) -> Result<Bytes, Cause>
    where
        B: Body,
        B::Error: Display,
    {
        let limits = Limits {
            chunks: None,
            ..self.limits
        };
        let mut read = ReadBody::none();
        wait(read_chunks(body, limits, &mut read), limits.time).await??;
        Ok(read.whole())
    }

    /// Reads the body of a response: to its end, or as far as it comes within the limits.
    ///
    /// A page has the head of a response before its body. A body that pauses for longer than the time limit is
    /// therefore not a failure; an endless one is a stream of events.
    pub(crate) async fn read_response<B>(
        &self,
        body: B,
        is_event_stream: bool,
    ) -> Result<ReadBody, Cause>
    where
        B: Body,
        B::Error: Display,
    {
        let mut read = ReadBody::none();
        let waited = wait(read_chunks(body, self.limits, &mut read), self.limits.time);
        match waited.await {
            Ok(Ok(())) => {}
            // A stream of events may be longer than any limit.
            Ok(Err(Cause::BodyTooLong { .. })) if is_event_stream => read.is_complete = false,
            Ok(Err(cause)) => return Err(cause),
            Err(WaitError::TimedOut(_)) => read.is_complete = false,
            Err(WaitError::NeverWakes) if is_event_stream || !read.chunks.is_empty() => {
                read.is_complete = false;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(read)
    }
}

/// What was read of a body.
#[derive(Debug, Clone)]
pub(crate) struct ReadBody {
    pub(crate) chunks: Vec<Bytes>,
    pub(crate) is_complete: bool,
}

impl ReadBody {
    pub(crate) fn none() -> Self {
        Self {
            chunks: vec![],
            is_complete: true,
        }
    }

    /// All chunks as one.
    pub(crate) fn whole(&self) -> Bytes {
        match &*self.chunks {
            [] => Bytes::new(),
            [only] => only.clone(),
            chunks => chunks.concat().into(),
        }
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

/// Reads a body within the limits of bytes and chunks.
async fn read_chunks<B>(body: B, limits: Limits, read: &mut ReadBody) -> Result<(), Cause>
where
    B: Body,
    B::Error: Display,
{
    let mut body = pin!(body);
    let limit = limits.body;
    let mut length = 0;
    for _ in 0..MOST_FRAMES {
        if limits.chunks.is_some_and(|most| read.chunks.len() >= most) {
            read.is_complete = body.is_end_stream();
            return Ok(());
        }
        let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await else {
            return Ok(());
        };
        let frame = frame.map_err(|error| Cause::ServiceFailed {
            message: error.to_string(),
        })?;
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        if data.remaining() > limit - length {
            return Err(Cause::BodyTooLong { limit });
        }
        length += data.remaining();
        if data.has_remaining() {
            let chunk = data.copy_to_bytes(data.remaining());
            read.chunks.push(chunk);
        }
    }
    Err(Cause::BodyTooLong { limit })
}
