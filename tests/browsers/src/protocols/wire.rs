//! The server of a call: the CORS layer around a protocol's router, and what comes in.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE};
use tokio::task::JoinHandle;
use tower_cors::CorsLayer;

/// Serves until it is dropped.
pub(super) struct Api {
    pub(super) url: String,
    wire: Wire,
    serving: JoinHandle<()>,
}

/// Preflights, and each other request with the status of its answer: `POST 200`.
type Wire = Arc<Mutex<BTreeSet<String>>>;

impl Api {
    /// Serves the page's script too.
    pub(super) fn start(router: Router, cors: CorsLayer, script: String) -> Result<Self, String> {
        let bind = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((tokio::net::TcpListener::from_std(listener)?, address))
        };
        let (listener, address) =
            bind().map_err(|error: std::io::Error| format!("no socket on loopback: {error}"))?;
        let wire = Wire::default();
        let script = ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script);
        let router = router
            .layer(cors)
            .layer(from_fn_with_state(Arc::clone(&wire), record))
            .route("/client.js", get(async || script));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("axum: {error}");
            }
        });
        Ok(Self { url: format!("http://b.localhost:{}", address.port()), wire, serving })
    }

    pub(super) fn wire(&self) -> Vec<String> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// How often something comes in is the client's own affair, and so is its order; which preflights the browser
/// remembers is the matrix's.
async fn record(State(wire): State<Wire>, request: Request, next: Next) -> Response {
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let method = request.method().clone();
    let resumes = if request.headers().contains_key("last-event-id") { " that resumes" } else { "" };
    let response = next.run(request).await;
    let entry = if is_preflight {
        "preflight".to_owned()
    } else {
        format!("{method}{resumes} {}", response.status().as_u16())
    };
    wire.lock().unwrap_or_else(PoisonError::into_inner).insert(entry);
    response
}
