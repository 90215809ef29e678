//! The servers, one at each address and scheme, and what reaches them.

use std::fmt;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Response};
use axum::routing::{any, get};
use http::Method;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use tower_cors::CorsLayer;

use crate::world::{Certificate, Scheme, TlsListener};

/// <https://wicg.github.io/local-network-access/#ip-address-space>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Public,
    Local,
    Loopback,
}

impl Space {
    pub(super) const ALL: [Self; 3] = [Self::Public, Self::Local, Self::Loopback];

    /// The public one is for documentation, RFC 5737, and so nobody's.
    pub(super) fn address(self) -> Ipv4Addr {
        match self {
            Self::Public => Ipv4Addr::new(198, 51, 100, 7),
            Self::Local => Ipv4Addr::new(192, 168, 77, 7),
            Self::Loopback => Ipv4Addr::LOCALHOST,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) scheme: Scheme,
    pub(super) space: Space,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = match self.space {
            Space::Public => "internet",
            Space::Local => "local",
            Space::Loopback => "loopback",
        };
        write!(f, "{} {space}", self.scheme)
    }
}

/// `preflight`, `preflight that asks for a private network`, `GET`.
type Arrived = Arc<Mutex<Vec<String>>>;

pub(super) struct Network {
    servers: Vec<(Place, u16)>,
    arrived: Arrived,
}

impl Network {
    /// Serves until the runtime ends.
    pub(super) fn start() -> Result<Self, String> {
        let certificate = Certificate::new()?;
        let arrived = Arrived::default();
        let mut servers = Vec::new();
        for space in Space::ALL {
            for scheme in [Scheme::Http, Scheme::Https] {
                let router = router(&arrived)?;
                let port = serve(space.address(), scheme, &certificate, router)
                    .map_err(|error| format!("no socket at {}: {error}", space.address()))?;
                servers.push((Place { scheme, space }, port));
            }
        }
        Ok(Self { servers, arrived })
    }

    pub(super) fn origin(&self, place: Place) -> String {
        let server = self.servers.iter().find(|(server, _)| *server == place);
        let port = server.map_or(0, |(_, port)| *port);
        format!("{}://{}:{port}", place.scheme, place.space.address())
    }

    pub(super) fn forget(&self) {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn arrived(&self) -> Vec<String> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A page without CORS, and an API that every origin may call, or none here.
fn router(arrived: &Arrived) -> Result<Router, String> {
    let api = |path: &str, cors: CorsLayer| {
        Router::new()
            .route(path, any(async || ([("cache-control", "no-store")], "text")))
            .layer(cors)
            .layer(from_fn_with_state(Arc::clone(arrived), record))
    };
    let open = CorsLayer::builder().allow_any_origin().allow_headers(["x-own"]).build();
    let closed = CorsLayer::builder().allow_origins(["https://app.example.com"]).build();
    let (open, closed) = open.and_then(|open| Ok((open, closed?))).map_err(|error| error.to_string())?;
    Ok(Router::new()
        .route("/page", get(async || Html("<!doctype html><link rel=icon href=data:,><title>page</title>")))
        .merge(api("/open", open))
        .merge(api("/closed", closed)))
}

fn serve(
    address: Ipv4Addr,
    scheme: Scheme,
    certificate: &Certificate,
    router: Router,
) -> std::io::Result<u16> {
    let listener = TcpListener::bind((address, 0))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    match scheme {
        Scheme::Http => tokio::spawn(axum::serve(listener, router).into_future()),
        Scheme::Https => {
            tokio::spawn(axum::serve(TlsListener::new(listener, certificate), router).into_future())
        }
    };
    Ok(port)
}

async fn record(State(arrived): State<Arrived>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_preflight =
        request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut entry = if is_preflight { "preflight".to_owned() } else { request.method().to_string() };
    if headers.contains_key("access-control-request-private-network") {
        entry += " that asks for a private network";
    }
    arrived.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    next.run(request).await
}
