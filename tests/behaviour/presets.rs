//! Presets: what a protocol's client sends is allowed, what it must read is exposed, and nothing else is.

use http::header::AUTHORIZATION;
use tower_cors::{CorsLayer, Preset};

use crate::support::{members, preflight, request, send};

const APP: &str = "https://app.example.com";

struct Row {
    name: &'static str,
    preset: CorsLayer,
    /// Each list is sorted.
    headers: &'static [&'static str],
    exposed: &'static [&'static str],
    /// GET, HEAD and POST need no permission, and are listed where nothing else is.
    methods: &'static [&'static str],
}

fn rows() -> Vec<Row> {
    let app = || CorsLayer::builder().allow_origins([APP]);
    vec![
        Row {
            name: "grpc-web",
            preset: app().preset(Preset::GrpcWeb).build().unwrap(),
            headers: &["content-type", "grpc-timeout", "x-grpc-web", "x-user-agent"],
            exposed: &["grpc-message", "grpc-status", "grpc-status-details-bin"],
            methods: &["GET", "HEAD", "POST"],
        },
        Row {
            name: "Connect",
            preset: app().preset(Preset::Connect).build().unwrap(),
            headers: &[
                "connect-accept-encoding",
                "connect-content-encoding",
                "connect-protocol-version",
                "connect-timeout-ms",
                "content-encoding",
                "content-type",
                "x-user-agent",
            ],
            exposed: &["connect-content-encoding"],
            methods: &["GET", "HEAD", "POST"],
        },
        Row {
            name: "MCP",
            preset: app().preset(Preset::Mcp).build().unwrap(),
            headers: &[
                "authorization",
                "content-type",
                "last-event-id",
                "mcp-method",
                "mcp-name",
                "mcp-protocol-version",
                "mcp-session-id",
            ],
            exposed: &["mcp-session-id", "www-authenticate"],
            methods: &["DELETE"],
        },
        Row {
            name: "tus",
            preset: app().preset(Preset::Tus).build().unwrap(),
            headers: &[
                "content-type",
                "tus-resumable",
                "upload-checksum",
                "upload-concat",
                "upload-defer-length",
                "upload-length",
                "upload-metadata",
                "upload-offset",
                "x-http-method-override",
            ],
            exposed: &[
                "location",
                "tus-checksum-algorithm",
                "tus-extension",
                "tus-max-size",
                "tus-resumable",
                "tus-version",
                "upload-concat",
                "upload-defer-length",
                "upload-expires",
                "upload-length",
                "upload-metadata",
                "upload-offset",
            ],
            methods: &["DELETE", "OPTIONS", "PATCH"],
        },
        Row {
            name: "range and conditional requests",
            preset: app().preset(Preset::RangeRequests).build().unwrap(),
            headers: &[
                "if-match",
                "if-modified-since",
                "if-none-match",
                "if-range",
                "if-unmodified-since",
                "range",
            ],
            exposed: &["accept-ranges", "content-encoding", "content-range", "etag"],
            methods: &["GET", "HEAD", "POST"],
        },
        Row {
            name: "reports",
            preset: app().preset(Preset::Reports).build().unwrap(),
            headers: &["content-type"],
            exposed: &[],
            methods: &["GET", "HEAD", "POST"],
        },
    ]
}

#[tokio::test]
async fn a_preset_allows_and_exposes_what_its_protocol_has_and_no_more() {
    for row in rows() {
        let Row { name, preset, .. } = &row;
        let asked = preflight(APP, "POST", &row.headers.join(","));
        assert!(
            preset.policy().decide_request(&asked).is_allowed(),
            "{name}"
        );
        let asked = send(preset, asked).await;
        assert_eq!(
            members(&asked, "access-control-allow-headers"),
            row.headers,
            "{name}"
        );
        assert_eq!(
            members(&asked, "access-control-allow-methods"),
            row.methods,
            "{name}"
        );
        let answer = send(preset, request("POST", &[("origin", APP)])).await;
        assert_eq!(
            members(&answer, "access-control-expose-headers"),
            row.exposed,
            "{name}"
        );

        let other = preflight(APP, "PUT", "");
        assert!(
            !preset.policy().decide_request(&other).is_allowed(),
            "{name}: PUT"
        );
        let other = preflight(APP, "POST", "x-other");
        assert!(
            !preset.policy().decide_request(&other).is_allowed(),
            "{name}: x-other"
        );
    }
}

#[tokio::test]
async fn presets_add_to_each_other_and_to_the_lists() {
    let cors = CorsLayer::builder()
        .allow_headers(["x-own"])
        .preset(Preset::Mcp)
        .allow_methods(["PUT"])
        .preset(Preset::RangeRequests)
        .preset(Preset::Mcp)
        .expose_headers(["x-total"])
        .allow_origins([APP])
        .build()
        .unwrap();
    let asked = send(
        &cors,
        preflight(APP, "PUT", "x-own,mcp-session-id,if-match"),
    )
    .await;
    assert_eq!(asked.status(), 204);
    assert_eq!(
        members(&asked, "access-control-allow-methods"),
        ["DELETE", "PUT"]
    );
    let headers = members(&asked, "access-control-allow-headers");
    assert_eq!(headers.len(), 1 + 7 + 6, "{headers:?}");
    let answer = send(&cors, request("GET", &[("origin", APP)])).await;
    assert_eq!(
        members(&answer, "access-control-expose-headers"),
        [
            "accept-ranges",
            "content-encoding",
            "content-range",
            "etag",
            "mcp-session-id",
            "www-authenticate",
            "x-total",
        ]
    );
}

#[tokio::test]
async fn beside_wildcards_only_what_they_dont_cover_is_added() {
    let any = || {
        CorsLayer::builder()
            .allow_any_origin()
            .allow_any_method()
            .allow_any_header()
            .expose_any_header()
    };
    for (name, cors, headers) in [
        (
            "MCP",
            any().preset(Preset::Mcp),
            ["*", AUTHORIZATION.as_str()].as_slice(),
        ),
        ("tus", any().preset(Preset::Tus), &["*"]),
        ("range", any().preset(Preset::RangeRequests), &["*"]),
    ] {
        let cors = cors.build().unwrap();
        let asked = send(&cors, preflight(APP, "DELETE", "x-any")).await;
        assert_eq!(
            members(&asked, "access-control-allow-headers"),
            headers,
            "{name}"
        );
        assert_eq!(
            members(&asked, "access-control-allow-methods"),
            ["*"],
            "{name}"
        );
        let answer = send(&cors, request("GET", &[("origin", APP)])).await;
        assert_eq!(
            members(&answer, "access-control-expose-headers"),
            ["*"],
            "{name}"
        );
    }
}

#[test]
fn the_table_names_presets_and_a_config_has_them() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["DELETE", "PUT"])
        .allow_headers(["content-type", "x-own"])
        .expose_headers(["www-authenticate", "x-total"])
        .preset(Preset::Mcp)
        .preset(Preset::RangeRequests)
        .preset(Preset::Mcp)
        .build()
        .unwrap();
    let table = cors.policy().to_string();
    let row = table.lines().find(|line| line.starts_with("presets"));
    assert_eq!(
        row,
        Some("presets             mcp, range-requests"),
        "{table}"
    );

    let config = cors.policy().to_config().unwrap();
    assert_eq!(config.presets, ["mcp", "range-requests"]);
    // without what the presets add
    assert_eq!(config.methods, ["PUT"]);
    assert_eq!(config.headers, ["x-own"]);
    assert_eq!(config.expose_headers, ["x-total"]);
    let again = CorsLayer::try_from(config).unwrap();
    assert_eq!(
        again.policy().to_string().lines().count(),
        table.lines().count()
    );
}

#[test]
fn presets_move_no_place_in_an_error() {
    let error = CorsLayer::builder()
        .allow_origins([APP])
        .preset(Preset::Mcp)
        .allow_methods(["PUT", "TRACE"])
        .build()
        .unwrap_err();
    assert_eq!(error.problems()[0].index(), Some(1));
}

#[test]
fn a_preset_goes_with_credentials() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_credentials()
        .preset(Preset::Connect)
        .preset(Preset::Mcp)
        .preset(Preset::Tus)
        .preset(Preset::RangeRequests)
        .build();
    assert!(cors.is_ok(), "{cors:?}");
}
