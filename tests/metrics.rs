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
    ] {
        send(
            Request::get(format!("{address}/items")).header("origin", origin),
            "",
        )
        .await;
    }
    let (_, _, page) = send(Request::get(format!("{address}/metrics")), "").await;
    let page = String::from_utf8(page.to_vec()).unwrap();
    for line in [
        "cors_decisions_total{kind=\"actual\",outcome=\"allowed\"} 1",
        "cors_decisions_total{kind=\"actual\",outcome=\"origin_not_allowed\"} 2",
        "cors_decisions_total{kind=\"actual\",outcome=\"null_origin\"} 1",
    ] {
        assert!(
            page.lines().any(|shown| shown == line),
            "{line} in:\n{page}"
        );
    }
    assert!(!page.contains("evil"), "no text of a client is a label");
}
