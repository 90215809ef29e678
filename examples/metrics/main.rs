//! Counts decisions for Prometheus, by kind, outcome and reason, with the crate `metrics`. With the feature
//! `lookup-cache`, it also shows what the look-ups of customers' origins do.
//!
//! ```sh
//! cargo run --example metrics
//! cargo run --example metrics --features lookup-cache
//! PORT=8080 cargo run --example metrics
//! ```
//!
//! Labels are always words of this crate. Text from a client would make a new time series each time.

#[path = "../support/listen.rs"]
mod listen;
#[cfg(feature = "lookup-cache")]
mod lookups;

use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use metrics::counter;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower_cors::service::Observation;
use tower_cors::{CorsLayer, RequestKind, origin};

use listen::{PlainError, listen};

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let prometheus = PrometheusBuilder::new().install_recorder()?;
    let builder = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        // the example is reached only from this machine
        .allow_loopback_hosts();
    #[cfg(feature = "lookup-cache")]
    let builder = builder.allow_looked_up_origins();
    let cors = builder.build()?.on_decision(count);
    #[cfg(feature = "lookup-cache")]
    let (cors, customers) = lookups::with_customers(cors);
    let metrics = get(async move || {
        #[cfg(feature = "lookup-cache")]
        lookups::show(&customers.counts());
        prometheus.render()
    });
    let app = Router::new()
        .route("/items", get(async || "[]"))
        .layer(cors)
        // added after the layer, so pages of other origins can't read it
        .route("/metrics", metrics);

    let listener = listen(3000).await?;
    let address = listener.local_addr()?;
    println!("Listening on http://{address}");
    println!("{}", things_to_try(address));
    axum::serve(listener, app).await?;
    Ok(())
}

fn things_to_try(address: SocketAddr) -> String {
    format!(
        "\
Try, in another terminal:

1. A page that is not allowed
   curl -i -H 'Origin: https://evil.example' http://{address}/items
   expect: 200
   expect no: access-control-

2. What Prometheus reads
   curl -i http://{address}/metrics
   expect: 200
   expect in the body: cors_decisions_total{{kind=\"actual\",outcome=\"origin_not_allowed\"}} 1
"
    )
}

fn count(observation: &Observation<'_>) {
    let decision = observation.decision();
    let kind = match decision.kind() {
        RequestKind::NotCors => "not_cors",
        RequestKind::Preflight => "preflight",
        RequestKind::Actual => "actual",
    };
    let outcome = decision.denial().map_or("allowed", |denial| denial.code());
    counter!("cors_decisions_total", "kind" => kind, "outcome" => outcome).increment(1);
}
