//! Counts decisions through the `metrics` facade, by kind, outcome and reason, on a page for Prometheus.
//!
//! ```sh
//! cargo run --example metrics
//! ```
//!
//! Labels are the crate's own words alone: text that a client sends would make a new series each time.

use std::error::Error;

use axum::Router;
use axum::routing::get;
use metrics::counter;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower_cors::{CorsLayer, Observation, RequestKind, origin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let prometheus = PrometheusBuilder::new().install_recorder()?;
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .build()?
        .on_decision(count);
    let app = Router::new()
        .route("/items", get(async || "[]"))
        .layer(cors)
        // not for pages of other origins
        .route("/metrics", get(async move || prometheus.render()));

    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address = listener.local_addr()?;
    println!("Listening on http://{address}");
    println!("Try: curl -H 'Origin: https://evil.example' http://{address}/items");
    println!("then: curl http://{address}/metrics");
    axum::serve(listener, app).await?;
    Ok(())
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
