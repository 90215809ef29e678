//! Audits of whole services: with this layer, with that of tower-http, without any.

use super::*;

/// An application with a route that reads, one that writes, one that fails, and one behind a login.
pub(super) fn routes() -> Router {
    async fn login(request: AxumRequest, next: Next) -> Response {
        if request.headers().contains_key("authorization") {
            next.run(request).await
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        }
    }
    Router::new()
        .route("/items", get(|| async { ([("etag", "1")], "[]") }))
        .route("/orders", post(|| async { "ok" }))
        .route(
            "/broken",
            get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        )
        .route("/mine", get(|| async { "mine" }).layer(from_fn(login)))
}

const PATHS: [&str; 4] = ["/items", "/orders", "/broken", "/mine"];

fn names(report: &Report) -> Vec<Fault> {
    report.findings().iter().map(Finding::fault).collect()
}

#[tokio::test]
async fn nothing_is_found_behind_this_crates_layer() {
    let builder = CorsLayer::builder;
    let page = || origin!("https://app.example.com");
    let rows: Vec<(&str, CorsLayer)> = vec![
        ("one origin", built(builder().allow_origins([page()]))),
        (
            "any origin",
            built(
                builder()
                    .allow_any_origin()
                    .allow_any_method()
                    .allow_any_header()
                    .expose_any_header(),
            ),
        ),
        (
            "credentials",
            built(
                builder()
                    .allow_origins([page()])
                    .allow_credentials()
                    .mirror_request_methods()
                    .mirror_request_headers(),
            ),
        ),
        (
            "subdomains",
            built(
                builder()
                    .allow_origins(["https://*.example.com"])
                    .allow_credentials(),
            ),
        ),
        (
            "subdomains and ports",
            built(builder().allow_origins(["https://*.example.com:*"])),
        ),
        (
            "http and https",
            built(builder().allow_origins(["https://app.example.com", "http://app.example.com"])),
        ),
        (
            "a function",
            built(
                builder()
                    .allow_origins_if(|origin| origin.host() == "app.example.com")
                    .allow_credentials(),
            ),
        ),
        (
            "rejecting",
            built(
                builder()
                    .allow_origins([page()])
                    .reject_disallowed_origins(),
            ),
        ),
        (
            "everything else",
            built(
                builder()
                    .allow_origins([page()])
                    .timing_allow_origin()
                    .allow_private_network()
                    .preflight_status(StatusCode::OK),
            ),
        ),
    ];
    for (name, cors) in rows {
        let report = Audit::new()
            .page(PAGE)
            .run(&mut routes().layer(cors), PATHS)
            .await;
        assert!(report.is_clean(), "{name}: {report}");
        assert_eq!(report.skipped(), [""; 0], "{name}");
    }
}

fn built<M>(builder: CorsBuilder<M>) -> CorsLayer {
    builder.build().unwrap()
}

#[tokio::test]
async fn null_is_found_even_behind_this_crates_layer() {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_null_origin();
    let report = Audit::new()
        .page(PAGE)
        .run(&mut routes().layer(built(cors)), ["/items"])
        .await;
    assert_eq!(names(&report), [Fault::NullOriginAllowed], "{report}");
}

#[tokio::test]
async fn a_layer_on_one_route_alone_is_found() {
    let cors = built(CorsLayer::builder().allow_origins([origin!("https://app.example.com")]));
    let mut app = Router::new()
        .route("/items", get(|| async { "[]" }).layer(cors))
        .route("/orders", post(|| async { "ok" }));
    let report = Audit::new()
        .page(PAGE)
        .run(&mut app, ["/items", "/orders"])
        .await;
    assert_eq!(
        names(&report),
        [
            Fault::ErrorWithoutCors,
            Fault::PreflightNotAnswered,
            Fault::ErrorWithoutCors
        ],
        "{report}"
    );
}

#[tokio::test]
async fn a_login_outside_of_the_layer_is_found() {
    let cors = built(CorsLayer::builder().allow_origins([origin!("https://app.example.com")]));
    let mut app = Router::new()
        .route("/items", get(|| async { "[]" }))
        .layer(cors)
        .layer(from_fn(async |request: AxumRequest, next: Next| {
            // Only preflights need the login in this test.
            if request.method() == Method::OPTIONS {
                StatusCode::UNAUTHORIZED.into_response()
            } else {
                next.run(request).await
            }
        }));
    let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
    assert_eq!(names(&report), [Fault::PreflightNotAnswered], "{report}");
}

/// Its responses don't show that a layer further in allows the page.
#[tokio::test]
async fn a_login_that_blocks_everything_is_named() {
    for status in [401, 303, 407] {
        let cors = built(CorsLayer::builder().allow_origins([origin!("https://app.example.com")]));
        let mut app = Router::new()
            .route("/items", get(|| async { "[]" }))
            .layer(cors)
            .layer(from_fn(move |_: AxumRequest, _: Next| async move {
                let status = StatusCode::from_u16(status).unwrap();
                (status, [("location", "/login")])
            }));
        let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
        assert_eq!(
            names(&report),
            [Fault::ErrorWithoutCors, Fault::PreflightNotAnswered],
            "{report}"
        );
    }
}

#[tokio::test]
async fn nothing_is_found_behind_tower_https_layer_well_configured() {
    use tower_http::cors::{AllowOrigin, Any};
    let listed = tower_http::cors::CorsLayer::new()
        .allow_origin([HeaderValue::from_static(PAGE)])
        .allow_methods([Method::GET, Method::PUT])
        .allow_credentials(true);
    let any = tower_http::cors::CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(Any);
    let predicate = tower_http::cors::CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(|origin, _| origin == PAGE));
    for (name, cors) in [("listed", listed), ("any", any), ("predicate", predicate)] {
        let report = Audit::new()
            .page(PAGE)
            .run(&mut routes().layer(cors), PATHS)
            .await;
        assert!(report.is_clean(), "{name}: {report}");
    }
}

#[tokio::test]
async fn tower_https_very_permissive_layer_is_found() {
    let cors = tower_http::cors::CorsLayer::very_permissive();
    let report = Audit::new()
        .page(PAGE)
        .run(&mut routes().layer(cors), ["/items"])
        .await;
    assert!(
        names(&report).contains(&Fault::AnyOriginReflected),
        "{report}"
    );
    assert!(
        names(&report).contains(&Fault::NullOriginAllowed),
        "{report}"
    );
    assert_eq!(report.findings()[0].severity(), Severity::Critical);
}

#[tokio::test]
async fn an_app_without_cors_has_no_faults_until_a_page_is_named() {
    let report = audit(&mut routes(), ["/items"]).await;
    assert_eq!(names(&report), []);
    assert_eq!(report.skipped().len(), 1);
    assert!(!report.is_clean(), "what was skipped hasn't passed");
    let report = Audit::new().page(PAGE).run(&mut routes(), ["/items"]).await;
    assert_eq!(names(&report), [Fault::PageNotAllowed]);
}
