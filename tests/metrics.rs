//! The metrics example ends in a page that Prometheus reads.

mod running;

use http::Request;
use running::{Running, send};

#[tokio::test]
async fn decisions_are_counted_by_kind_and_outcome() {
    let mut example = Running::start("metrics", &[]);
    let address = example.line_after("Listening on ");
    for origin in [
        "https://app.example.com",
        "https://evil.example",
        "https://evil.example",
        "null",
        #[cfg(feature = "lookup-cache")]
        "https://shop.example",
    ] {
        send(
            Request::get(format!("{address}/items")).header("origin", origin),
            "",
        )
        .await;
    }
    let (_, _, page) = send(Request::get(format!("{address}/metrics")), "").await;
    let page = String::from_utf8(page.to_vec()).unwrap();
    #[cfg(feature = "lookup-cache")]
    let lines = [
        "cors_decisions_total{kind=\"actual\",outcome=\"allowed\"} 2",
        "cors_lookups_asked_total 2",
        "cors_lookups_total{outcome=\"allowed\"} 1",
        "cors_lookups_total{outcome=\"refused\"} 1",
        "cors_lookups_total{outcome=\"failed\"} 0",
        "cors_lookups_total{outcome=\"timed_out\"} 0",
        "cors_lookups_served_stale_total 0",
        "cors_lookups_evicted_total 0",
        "cors_lookups_running 0",
        "cors_lookups_waiting 0",
    ];
    #[cfg(not(feature = "lookup-cache"))]
    let lines = ["cors_decisions_total{kind=\"actual\",outcome=\"allowed\"} 1"];
    for line in lines.into_iter().chain([
        "cors_decisions_total{kind=\"actual\",outcome=\"origin_not_allowed\"} 2",
        "cors_decisions_total{kind=\"actual\",outcome=\"null_origin\"} 1",
    ]) {
        assert!(
            page.lines().any(|shown| shown == line),
            "{line} in:\n{page}"
        );
    }
    assert!(!page.contains("evil"), "no text of a client is a label");
}
