//! One request of an audit, and its response.

use std::convert::Infallible;
use std::fmt::Display;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD,
    CACHE_CONTROL, HOST, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::{Method, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use tower_service::Service;

use crate::testing::escaped_text::escaped;
use crate::testing::fetch::header_list::{get, has_token};
use crate::testing::fetch::main_fetch::is_event_stream;
use crate::testing::fetch::network_error::{Cause, Step};
use crate::testing::fetch::network_fetch::{Network, Outgoing, ReadBody};
use crate::testing::fetch::url::FetchUrl;
use crate::testing::fetch::websocket::append_handshake;

/// Sends the requests of an audit.
pub(crate) struct Prober<'a, S> {
    pub(crate) network: Network<'a, S>,
    pub(crate) sent: usize,
    /// Whether a body of this path did not end in time. The next bodies are not read.
    pub(crate) is_stream: bool,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Question<'a> {
    pub(crate) kind: Kind,
    pub(crate) url: &'a FetchUrl,
    pub(crate) origin: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Get,
    Preflight,
    /// The method `AUDIT`, which no service handles.
    UnknownMethod,
    /// A WebSocket opening handshake.
    WebSocket,
    /// A form without fields.
    Form,
    /// A GET under a name that is not the server's.
    ForeignHost,
}

/// The response.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// `GET /items from "https://app.example.com"`
    pub(crate) asked: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the body is a stream, which the audit did not read to its end.
    pub(crate) is_stream: bool,
}

impl<S> Prober<'_, S> {
    /// `Err` has the request, and how the service failed.
    pub(crate) async fn ask<ResBody>(
        &mut self,
        question: &Question<'_>,
    ) -> Result<Reply, (String, Cause)>
    where
        S: Service<Request<NoBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ResBody: Body,
        ResBody::Error: Display,
    {
        self.sent += 1;
        let asked = question.to_string();
        let failed = |cause: Cause| (asked.clone(), cause.at(Step::Network).cause);
        let outgoing = question.outgoing().map_err(failed)?;
        let response = self.network.send(outgoing).await.map_err(failed)?;
        self.network.exchanges.clear();
        let is_stream = (self.is_stream && question.kind != Kind::Preflight)
            || is_event_stream(&response.headers)
            || response.status == StatusCode::SWITCHING_PROTOCOLS;
        let read = if is_stream {
            ReadBody::none()
        } else {
            let read = self.network.read_response(response.body, false).await;
            read.map_err(failed)?
        };
        self.is_stream |= !read.is_complete;
        Ok(Reply {
            status: response.status,
            headers: response.headers,
            body: read.whole(),
            is_stream: is_stream || !read.is_complete,
            asked,
        })
    }
}

impl Question<'_> {
    fn outgoing(&self) -> Result<Outgoing, Cause> {
        let unsendable = |_| Cause::InvalidUrl {
            why: "it can't be sent in a request".into(),
        };
        let mut headers = HeaderMap::new();
        let host = match self.kind {
            Kind::ForeignHost => FOREIGN_HOST,
            _ => self.url.host_and_port(),
        };
        let host = HeaderValue::from_str(host);
        headers.insert(HOST, host.map_err(unsendable)?);
        if let Some(origin) = self.origin {
            let origin = HeaderValue::from_str(origin);
            headers.insert(ORIGIN, origin.map_err(unsendable)?);
        }
        if self.kind == Kind::Preflight {
            headers.insert(
                ACCESS_CONTROL_REQUEST_METHOD,
                HeaderValue::from_static("GET"),
            );
        }
        if self.kind == Kind::WebSocket {
            append_handshake(&mut headers);
        }
        if self.kind == Kind::Form {
            append_form(&mut headers);
        }
        Ok(Outgoing {
            is_preflight: self.kind == Kind::Preflight,
            method: match self.kind {
                Kind::Get | Kind::WebSocket | Kind::ForeignHost => Method::GET,
                Kind::Form => Method::POST,
                Kind::Preflight => Method::OPTIONS,
                Kind::UnknownMethod => {
                    Method::from_bytes(b"AUDIT").expect("five letters are a method")
                }
            },
            uri: if self.kind == Kind::ForeignHost {
                // The path alone, as over HTTP/1.1: the URI would name the server.
                self.url.path().parse().map_err(|_| Cause::InvalidUrl {
                    why: "it can't be sent in a request".into(),
                })?
            } else {
                self.url.to_uri().map_err(|problem| Cause::InvalidUrl {
                    why: problem.to_string(),
                })?
            },
            headers,
            body: Bytes::new(),
            accepts_101: true,
        })
    }
}

impl Display for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let method = match self.kind {
            Kind::Get => "GET",
            Kind::Preflight => "preflight to",
            Kind::UnknownMethod => "AUDIT",
            Kind::WebSocket => "WebSocket handshake to",
            Kind::Form => "form posted to",
            Kind::ForeignHost => "GET with Host: rebound.example,",
        };
        let url = escaped(self.url.to_string().as_bytes());
        match self.origin {
            Some(origin) => write!(f, "{method} {url} from {}", escaped(origin.as_bytes())),
            None => write!(f, "{method} {url} without Origin"),
        }
    }
}

/// What the browser adds to a form of another site. <https://w3c.github.io/webappsec-fetch-metadata/>
fn append_form(headers: &mut HeaderMap) {
    for (name, value) in [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A name of nobody's server.
const FOREIGN_HOST: &str = "rebound.example";

impl Reply {
    pub(crate) fn allow_origin(&self) -> Option<Vec<u8>> {
        get(&self.headers, &ACCESS_CONTROL_ALLOW_ORIGIN)
    }

    /// Whether a page at this origin may read the response, without credentials.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        self.allow_origin()
            .is_some_and(|value| value == b"*" || value == origin.as_bytes())
    }

    /// Whether the response names exactly this origin.
    pub(crate) fn names(&self, origin: &str) -> bool {
        self.allow_origin()
            .is_some_and(|value| value == origin.as_bytes())
    }

    pub(crate) fn allows_credentials(&self) -> bool {
        get(&self.headers, &ACCESS_CONTROL_ALLOW_CREDENTIALS).is_some_and(|value| value == b"true")
    }

    pub(crate) fn varies_by_origin(&self) -> bool {
        has_token(&self.headers, &VARY, b"origin") || has_token(&self.headers, &VARY, b"*")
    }

    /// Whether no cache can send this response to another origin.
    pub(crate) fn is_safe_from_caches(&self) -> bool {
        self.varies_by_origin() || has_token(&self.headers, &CACHE_CONTROL, b"no-store")
    }

    /// The request, the status, and the response headers that matter.
    pub(crate) fn evidence(&self) -> String {
        let names = [
            (ACCESS_CONTROL_ALLOW_ORIGIN, "Access-Control-Allow-Origin"),
            (
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                "Access-Control-Allow-Credentials",
            ),
            (VARY, "Vary"),
        ];
        let lines = names.iter().filter_map(|(name, label)| {
            let value = get(&self.headers, name)?;
            Some(format!(", {label}: {}", escaped(&value)))
        });
        let lines: String = lines.collect();
        format!("{} → {}{lines}", self.asked, self.status.as_u16())
    }
}

/// An empty request body, which an [`Audit`](super::Audit) sends.
///
/// # Example
/// ```
/// use http_body::Body as _;
/// use tower_cors::testing::NoBody;
///
/// assert!(NoBody.is_end_stream());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoBody;

impl Body for NoBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

/// Drops the bytes: an audit sends none.
impl From<Bytes> for NoBody {
    fn from(_: Bytes) -> Self {
        Self
    }
}
