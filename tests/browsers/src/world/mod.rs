//! The little internet of a run: page servers and one API for each policy, all on loopback.

mod answer;
mod log;
mod place;
mod serve;
mod tls;

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use futures_util::future::Either;
use http::{Request, Response, StatusCode};
use tower::util::Oneshot;
use tower::{Service, ServiceExt};
use tower_cors::{ConfigError, CorsLayer};

pub(crate) use answer::Answer;
pub(crate) use log::{Entry, Log};
pub(crate) use place::{Page, Places, Scheme};
pub(crate) use tls::{Certificate, TlsListener};

/// A policy, by the name of its row: what it is for a person, and the layers of its API.
pub(crate) struct PolicyRow {
    pub(crate) name: &'static str,
    /// The outermost first, which speaks for all; none for an API that knows no CORS.
    pub(crate) layers: fn(&Places) -> Result<Vec<CorsLayer>, ConfigError>,
}

/// An API, once plain and once over TLS.
struct Api {
    ports: Ports,
    layers: Vec<CorsLayer>,
}

struct Ports {
    http: u16,
    https: u16,
}

impl Ports {
    fn of(&self, scheme: Scheme) -> u16 {
        match scheme {
            Scheme::Http => self.http,
            Scheme::Https => self.https,
        }
    }
}

pub(crate) struct World {
    pub(crate) places: Places,
    pub(crate) log: Log,
    apis: HashMap<&'static str, Api>,
    /// What answers at each port, without the log.
    routers: HashMap<u16, Router>,
}

impl World {
    /// Starts to serve. It goes on until the runtime ends.
    pub(crate) fn start(policies: impl IntoIterator<Item = &'static PolicyRow>) -> Result<Self, String> {
        let log = Log::default();
        let certificate = tls::Certificate::new()?;
        let mut servers = serve::Servers::new(&log, &certificate);
        let places = Places {
            page: servers.add(Scheme::Http, answer::router())?,
            other_page: servers.add(Scheme::Http, answer::router())?,
            secure_page: servers.add(Scheme::Https, answer::router())?,
            public_page: servers.add(Scheme::Http, answer::router())?,
        };
        let mut apis = HashMap::new();
        for policy in policies {
            if apis.contains_key(policy.name) {
                continue;
            }
            let layers = (policy.layers)(&places)
                .map_err(|error| format!("the policy \"{}\": {error}", policy.name))?;
            let router =
                layers.iter().rev().fold(answer::router(), |router, layer| router.layer(layer.clone()));
            let ports = Ports {
                http: servers.add(Scheme::Http, router.clone())?,
                https: servers.add(Scheme::Https, router)?,
            };
            apis.insert(policy.name, Api { ports, layers });
        }
        let routers = servers.start()?;
        Ok(Self { places, log, apis, routers })
    }

    /// The origin of a page, which may be the API's own.
    pub(crate) fn origin(&self, page: Page, policy: &PolicyRow) -> String {
        match page {
            Page::Own(scheme) => self.api(policy, scheme),
            page => self.places.origin(page),
        }
    }

    /// Where a browser goes to be on a page.
    pub(crate) fn url(&self, page: Page, policy: &PolicyRow) -> String {
        match page {
            Page::Sandboxed => self.origin(Page::App, policy) + "/page?sandboxed",
            page => {
                let coep = page.embedder_policy().map(|value| format!("?coep={value}"));
                self.origin(page, policy) + "/page" + &coep.unwrap_or_default()
            }
        }
    }

    /// An API's origin.
    pub(crate) fn api(&self, policy: &PolicyRow, scheme: Scheme) -> String {
        let port = self.apis[policy.name].ports.of(scheme);
        format!("{scheme}://b.localhost:{port}")
    }

    /// The layer that speaks at a port.
    pub(crate) fn layer_at(&self, port: u16) -> Option<&CorsLayer> {
        let api = self.apis.values().find(|api| api.ports.http == port || api.ports.https == port)?;
        api.layers.first()
    }

    /// All servers as one service, for a browser that is a model.
    pub(crate) fn internet(&self) -> Internet<'_> {
        Internet(self)
    }
}

/// Hands each request to the router at its URI's port.
#[derive(Clone)]
pub(crate) struct Internet<'a>(&'a World);

impl Service<Request<Body>> for Internet<'_> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<Oneshot<Router, Request<Body>>, Ready<Result<Response<Body>, Infallible>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let port = request.uri().port_u16();
        if let Some(router) = port.and_then(|port| self.0.routers.get(&port)) {
            return Either::Left(router.clone().oneshot(request));
        }
        let mut nobody = Response::new(Body::empty());
        *nobody.status_mut() = StatusCode::BAD_GATEWAY;
        Either::Right(ready(Ok(nobody)))
    }
}
