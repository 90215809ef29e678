//! The server of a call: tonic with the grpc-web layer, and the CORS layer outside.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, BoxStream, StreamExt};
use http::Method;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus::{self, NotServing, Serving};
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_web::GrpcWebLayer;
use tower::util::MapRequestLayer;
use tower_cors::CorsLayer;

/// Serves until it is dropped.
pub(super) struct HealthApi {
    pub(super) url: String,
    wire: Wire,
    serving: JoinHandle<()>,
}

/// What came in: `OPTIONS Check`, `POST Check`.
type Wire = Arc<Mutex<Vec<String>>>;

impl HealthApi {
    pub(super) fn start(cors: CorsLayer) -> Result<Self, String> {
        let incoming = TcpIncoming::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let (address, incoming) = incoming
            .and_then(|incoming| Ok((incoming.local_addr()?, incoming)))
            .map_err(|error| format!("no socket on loopback: {error}"))?;
        let wire = Wire::default();
        let log = Arc::clone(&wire);
        let server = Server::builder()
            // browsers speak HTTP/2 over TLS alone
            .accept_http1(true)
            .layer(MapRequestLayer::new(move |request: http::Request<Body>| {
                log.lock().unwrap_or_else(PoisonError::into_inner).push(describe(&request));
                request
            }))
            .layer(cors)
            .layer(GrpcWebLayer::new())
            .add_service(HealthServer::new(Clinic::default()));
        let serving = tokio::spawn(async move {
            if let Err(error) = server.serve_with_incoming(incoming).await {
                eprintln!("tonic: {error}");
            }
        });
        Ok(Self { url: format!("http://b.localhost:{}", address.port()), wire, serving })
    }

    pub(super) fn wire(&self) -> Vec<String> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for HealthApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn describe(request: &http::Request<Body>) -> String {
    let method = request.uri().path().rsplit('/').next().unwrap_or_default();
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let kind = if is_preflight { "preflight of" } else { request.method().as_str() };
    let has_deadline = request.headers().contains_key("grpc-timeout");
    format!("{kind} {method}{}", if has_deadline { " with a deadline" } else { "" })
}

/// The health of services that say by their names what is to come of a call.
#[derive(Default)]
struct Clinic {
    /// Lets a stream go on.
    next: Arc<Notify>,
}

#[tonic::async_trait]
impl Health for Clinic {
    type WatchStream = BoxStream<'static, Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match &*request.get_ref().service {
            "" => {}
            "next" => self.next.notify_one(),
            _ => return Err(unknown()),
        }
        let mut response = Response::new(health(Serving));
        *response.metadata_mut() = metadata("x-answered-by", "clinic");
        Ok(response)
    }

    /// The second item comes when the first one has been read, and asked beyond.
    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let second = match &*request.get_ref().service {
            "" => Ok(health(NotServing)),
            "breaks" => Err(Status::with_metadata(Code::Aborted, "the clinic closes", beds())),
            _ => return Err(unknown()),
        };
        let next = Arc::clone(&self.next);
        let first = stream::iter([Ok(health(Serving))]);
        let second = stream::once(async move {
            next.notified().await;
            second
        });
        Ok(Response::new(first.chain(second).boxed()))
    }
}

fn health(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

/// Its message is percent-encoded on the wire.
fn unknown() -> Status {
    Status::with_metadata(Code::NotFound, "no such ward: 50 % süd", beds())
}

fn beds() -> MetadataMap {
    metadata("x-beds", "7")
}

fn metadata(name: &'static str, value: &'static str) -> MetadataMap {
    let mut metadata = MetadataMap::new();
    metadata.insert(name, MetadataValue::from_static(value));
    metadata
}
