//! The network as a service: each request on a connection of its own, over HTTP/1.1 or HTTP/2, with or without TLS.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{HOST, HeaderValue, UPGRADE, USER_AGENT};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tower_cors::testing::NoBody;
use tower_service::Service;

use crate::failure::{Failure, Kind};
use crate::first_bytes::FirstBytes;
use crate::transport::{Target, Tls, connect, is_http2};

/// Who asks. Nothing else is added to what the browser sends.
pub(crate) const AGENT: &str = concat!("cors-why/", env!("CARGO_PKG_VERSION"));

/// Sends requests to the hosts of their URLs.
#[derive(Clone)]
pub(crate) struct Connection(Rc<State>);

struct State {
    /// For a connection and the head of its response.
    limit: Duration,
    most_requests: usize,
    sent: Cell<usize>,
    failure: RefCell<Option<Failure>>,
    /// Where the last URL with a host led to.
    server: RefCell<Uri>,
    tls: Tls,
}

impl Connection {
    pub(crate) fn new(limit: Duration, most_requests: usize) -> Self {
        Self(Rc::new(State {
            limit,
            most_requests,
            sent: Cell::new(0),
            failure: RefCell::new(None),
            server: RefCell::default(),
            tls: Tls::default(),
        }))
    }

    /// How many requests were sent.
    pub(crate) fn sent(&self) -> usize {
        self.0.sent.get()
    }

    /// The last failure.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.0.failure.borrow().clone()
    }
}

impl Service<Request<NoBody>> for Connection {
    type Response = Response<FirstBytes<Incoming>>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Failure>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<NoBody>) -> Self::Future {
        let state = Rc::clone(&self.0);
        Box::pin(async move {
            let answered = state.send(request).await;
            if let Err(failure) = &answered {
                *state.failure.borrow_mut() = Some(failure.clone());
            }
            answered.map(|response| response.map(FirstBytes::new))
        })
    }
}

impl State {
    async fn send(&self, request: Request<NoBody>) -> Result<Response<Incoming>, Failure> {
        if let Some(failure) = self.failure.borrow().as_ref() {
            if !failure.kind.is_after_sending() {
                return Err(failure.clone());
            }
        }
        if self.sent.get() == self.most_requests {
            let what = format!(
                "{} requests were sent, which is the limit",
                self.most_requests
            );
            return Err(Failure::new(Kind::MostRequests, what));
        }
        // A request under another name than the server's has only a path, and goes to the same server.
        let has_host = request.uri().host().is_some();
        if has_host {
            *self.server.borrow_mut() = request.uri().clone();
        }
        let server = self.server.borrow().clone();
        let target = Target::from(&server);
        let is_connected = Cell::new(false);
        let connected = || {
            is_connected.set(true);
            self.sent.set(self.sent.get() + 1);
        };
        let answered = tokio::time::timeout(self.limit, async {
            if server.scheme_str() == Some("https") {
                let is_handshake = request.headers().contains_key(UPGRADE) || !has_host;
                let stream = self.connect_tls(&target, is_handshake).await?;
                connected();
                let is_http2 = is_http2(&stream);
                exchange(stream, is_http2, request).await
            } else {
                let stream = connect(&target, self.limit).await?;
                connected();
                exchange(stream, false, request).await
            }
        });
        let failure = match answered.await {
            Ok(Ok(response)) => return Ok(response),
            Ok(Err(failure)) => failure,
            Err(_) if is_connected.get() => Failure::new(
                Kind::ResponseTimedOut,
                format!("no response within {:?}", self.limit),
            ),
            Err(_) => Failure::new(
                Kind::ConnectionTimedOut,
                format!("no connection within {:?}", self.limit),
            ),
        };
        Err(Failure::new(
            failure.kind,
            format!("{target}: {}", failure.what),
        ))
    }

    /// A WebSocket handshake is one of HTTP/1.1. A server that speaks only HTTP/2 gets an ordinary GET.
    async fn connect_tls(
        &self,
        target: &Target,
        is_handshake: bool,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        if is_handshake {
            let stream = connect(target, self.limit).await?;
            if let Ok(stream) = self.tls.connect(&target.host, stream, false).await {
                return Ok(stream);
            }
        }
        let stream = connect(target, self.limit).await?;
        self.tls.connect(&target.host, stream, true).await
    }
}

/// Sends one request over a connection, and waits for the head of its response.
async fn exchange<T>(
    stream: T,
    is_http2: bool,
    request: Request<NoBody>,
) -> Result<Response<Incoming>, Failure>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = TokioIo::new(stream);
    let answered = if is_http2 {
        exchange_http2(stream, request).await
    } else {
        exchange_http1(stream, request).await
    };
    answered.map_err(|error| {
        if error.is_parse() {
            Failure::new(
                Kind::NotHttp,
                format!("the answer is not HTTP ({})", with_sources(&error)),
            )
        } else {
            Failure::new(
                Kind::NoResponse,
                format!(
                    "the connection ended without a response ({})",
                    with_sources(&error)
                ),
            )
        }
    })
}

async fn exchange_http1<T>(
    stream: TokioIo<T>,
    mut request: Request<NoBody>,
) -> Result<Response<Incoming>, hyper::Error>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(stream).await?;
    tokio::spawn(connection);
    let path = request.uri().path_and_query().cloned();
    *request.uri_mut() = path.map_or_else(|| Uri::from_static("/"), Uri::from);
    name_agent(&mut request);
    sender.send_request(request).await
}

async fn exchange_http2<T>(
    stream: TokioIo<T>,
    mut request: Request<NoBody>,
) -> Result<Response<Incoming>, hyper::Error>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
    tokio::spawn(connection);
    // HTTP/2 has the host in `:authority`.
    let host = request.headers_mut().remove(HOST);
    if request.uri().host().is_none() {
        let host = host
            .as_ref()
            .map_or("", |host| host.to_str().unwrap_or_default());
        if let Ok(uri) = format!("https://{host}{}", request.uri()).parse() {
            *request.uri_mut() = uri;
        }
    }
    name_agent(&mut request);
    sender.send_request(request).await
}

fn name_agent(request: &mut Request<NoBody>) {
    let agent = request.headers_mut().entry(USER_AGENT);
    agent.or_insert(HeaderValue::from_static(AGENT));
}

/// An error and its sources: the first one alone often says nothing.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = error.source();
    }
    text
}
