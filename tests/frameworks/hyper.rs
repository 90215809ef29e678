//! hyper: a bare server, and a reverse proxy whose upstream sends CORS headers of its own.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response, Uri, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tower::{Layer, Service, service_fn};
use tower_cors::CorsLayer;

use crate::client::{APP, EVIL, listen, preflight_lines, send, send_body};

/// Serves HTTP/1.1 and HTTP/2, a task for each connection.
async fn serve<S, B>(service: S) -> SocketAddr
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + 'static,
{
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let builder = Builder::new(TokioExecutor::new());
                builder
                    .serve_connection(TokioIo::new(stream), service)
                    .await
            });
        }
    });
    address
}

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .allow_credentials()
        .expose_headers(["etag"])
        .build()
        .unwrap()
}

const VERSIONS: [Version; 2] = [Version::HTTP_11, Version::HTTP_2];

/// Everything that the policy says about an actual request from `APP`.
const ACTUAL: [&str; 3] = [
    "access-control-allow-credentials: true",
    "access-control-allow-origin: https://app.example.com",
    "access-control-expose-headers: etag",
];
/// Everything that it says about a preflight from `APP`.
const PREFLIGHT: [&str; 3] = [
    "access-control-allow-credentials: true",
    "access-control-allow-methods: PUT",
    "access-control-allow-origin: https://app.example.com",
];

#[tokio::test]
async fn a_bare_server_over_http_1_and_2() {
    let hello = service_fn(|request: Request<Incoming>| async move {
        // over HTTP/2 hyper leaves it to the service to send no body here
        let body = if request.method() == "HEAD" {
            ""
        } else {
            "hello"
        };
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body))))
    });
    let address = serve(policy().layer(hello)).await;
    let varies = "origin";
    let varies_by_method = "origin, access-control-request-method";
    for (name, method, lines, status, body, cors, vary) in [
        (
            "allowed",
            "GET",
            vec![("origin", APP)],
            200,
            "hello",
            &ACTUAL[..],
            varies,
        ),
        (
            "denied",
            "GET",
            vec![("origin", EVIL)],
            200,
            "hello",
            &[],
            varies,
        ),
        ("no origin", "GET", vec![], 200, "hello", &[], varies),
        (
            "two lines",
            "GET",
            vec![("origin", APP), ("origin", APP)],
            200,
            "hello",
            &[],
            varies,
        ),
        (
            "HEAD",
            "HEAD",
            vec![("origin", APP)],
            200,
            "",
            &ACTUAL,
            varies,
        ),
        (
            "plain OPTIONS",
            "OPTIONS",
            vec![("origin", APP)],
            200,
            "hello",
            &ACTUAL,
            varies_by_method,
        ),
        (
            "allowed preflight",
            "OPTIONS",
            preflight_lines(APP, "PUT", ""),
            204,
            "",
            &PREFLIGHT,
            varies_by_method,
        ),
        (
            "denied preflight",
            "OPTIONS",
            preflight_lines(EVIL, "PUT", ""),
            403,
            "",
            &[],
            varies_by_method,
        ),
    ] {
        for version in VERSIONS {
            let answer = send_body(address, version, method, "/", &lines, Bytes::new()).await;
            assert_eq!(answer.status, status, "{name} {version:?}");
            assert_eq!(answer.body, body, "{name} {version:?}");
            assert_eq!(answer.cors_lines(), cors, "{name} {version:?}");
            assert_eq!(answer.lines("vary"), [vary], "{name} {version:?}");
        }
    }
}

/// A path of the upstream, with the status and the headers that it answers there, whatever is asked.
type Opinion = (&'static str, u16, &'static [(&'static str, &'static str)]);

/// An upstream with a policy of its own for each path.
const OPINIONS: [Opinion; 8] = [
    ("/none", 200, &[]),
    ("/any", 200, &[("access-control-allow-origin", "*")]),
    (
        "/doubled",
        200,
        &[
            ("access-control-allow-origin", "*"),
            ("access-control-allow-origin", "https://evil.example"),
        ],
    ),
    (
        "/echoed",
        200,
        &[
            ("access-control-allow-origin", "https://evil.example"),
            ("access-control-allow-credentials", "true"),
            ("vary", "Accept-Encoding, Origin"),
        ],
    ),
    (
        "/exposed",
        200,
        &[
            ("access-control-expose-headers", "x-internal"),
            ("access-control-expose-headers", "*"),
            ("vary", "accept-encoding"),
        ],
    ),
    (
        "/preflight-headers",
        200,
        &[
            ("access-control-allow-methods", "DELETE"),
            ("access-control-allow-headers", "x-internal"),
            ("access-control-max-age", "86400"),
            ("access-control-allow-private-network", "true"),
        ],
    ),
    (
        "/vary-any",
        200,
        &[("access-control-allow-origin", "*"), ("vary", "*")],
    ),
    (
        "/broken",
        502,
        &[("access-control-allow-origin", "*"), ("vary", "cookie")],
    ),
];

async fn upstream() -> SocketAddr {
    serve(service_fn(|request: Request<Incoming>| async move {
        let path = request.uri().path();
        let opinion = OPINIONS.iter().find(|(known, ..)| *known == path);
        let &(path, status, lines) = opinion.expect("a path of the table");
        let mut response = Response::builder().status(status);
        for &(name, value) in lines {
            response = response.header(name, value);
        }
        response.body(Full::new(Bytes::from(path)))
    }))
    .await
}

/// A reverse proxy on HTTP/1.1 and HTTP/2, with an HTTP/1.1 client.
async fn proxy(policy: CorsLayer, upstream: SocketAddr) -> SocketAddr {
    let client = Client::builder(TokioExecutor::new()).build_http::<Incoming>();
    let forward = service_fn(move |mut request: Request<Incoming>| {
        let path = request.uri().path();
        *request.uri_mut() = format!("http://{upstream}{path}").parse::<Uri>().unwrap();
        *request.version_mut() = Version::HTTP_11;
        client.request(request)
    });
    serve(policy.wrap_body().layer(forward)).await
}

#[tokio::test]
async fn the_upstream_sends_what_the_table_says() {
    let upstream = upstream().await;
    for (path, status, lines) in OPINIONS {
        let straight = send(upstream, "GET", path, &[("origin", APP)]).await;
        assert_eq!(straight.status, status, "{path}");
        for (name, value) in lines {
            assert!(straight.lines(name).contains(value), "{path}: {name}");
        }
        let sent = straight.cors_lines().len() + straight.lines("vary").len();
        assert_eq!(sent, lines.len(), "{path}");
    }
}

/// What `Vary` is once the proxy's policy has been merged into the upstream's.
fn merged_vary(path: &str, by: &'static str) -> Vec<&'static str> {
    match (path, by) {
        ("/exposed", _) => vec!["accept-encoding", by],
        ("/broken", _) => vec!["cookie", by],
        ("/vary-any", _) => vec!["*"],
        ("/echoed", "origin") => vec!["Accept-Encoding, Origin"],
        ("/echoed", _) => vec!["Accept-Encoding, Origin", "access-control-request-method"],
        _ => vec![by],
    }
}

#[tokio::test]
async fn a_reverse_proxys_policy_replaces_the_upstreams() {
    let proxy = proxy(policy(), upstream().await).await;
    let by_method = "origin, access-control-request-method";
    for (path, status, _) in OPINIONS {
        for (name, method, lines, cors, vary) in [
            (
                "allowed",
                "GET",
                vec![("origin", APP)],
                &ACTUAL[..],
                "origin",
            ),
            ("denied", "GET", vec![("origin", EVIL)], &[], "origin"),
            ("no origin", "GET", vec![], &[], "origin"),
            ("HEAD", "HEAD", vec![("origin", APP)], &ACTUAL, "origin"),
            (
                "plain OPTIONS",
                "OPTIONS",
                vec![("origin", APP)],
                &ACTUAL,
                by_method,
            ),
        ] {
            for version in VERSIONS {
                let name = format!("{path} {name} {version:?}");
                let answer = send_body(proxy, version, method, path, &lines, Bytes::new()).await;
                assert_eq!(answer.status, status, "{name}");
                let body = if method == "HEAD" { "" } else { path };
                assert_eq!(answer.body, body, "{name}");
                assert_eq!(answer.cors_lines(), cors, "{name}");
                assert_eq!(answer.lines("vary"), merged_vary(path, vary), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_reverse_proxy_answers_preflights_itself() {
    let proxy = proxy(policy(), upstream().await).await;
    for (path, ..) in OPINIONS {
        for (origin, status, cors) in [(APP, 204, &PREFLIGHT[..]), (EVIL, 403, &[])] {
            for version in VERSIONS {
                let name = format!("{path} {origin} {version:?}");
                let lines = preflight_lines(origin, "PUT", "");
                let answer = send_body(proxy, version, "OPTIONS", path, &lines, Bytes::new()).await;
                assert_eq!(answer.status, status, "{name}");
                assert_eq!(answer.body, "", "{name}: the upstream was not asked");
                assert_eq!(answer.cors_lines(), cors, "{name}");
                let vary = "origin, access-control-request-method";
                assert_eq!(answer.lines("vary"), [vary], "{name}");
            }
        }
    }
}

/// With `forward_preflights` the upstream gives the status and the body, but the policy the CORS headers.
#[tokio::test]
async fn a_forwarded_preflight_has_the_policys_headers_alone() {
    let policy = CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .allow_credentials()
        .forward_preflights()
        .build()
        .unwrap();
    let proxy = proxy(policy, upstream().await).await;
    for (path, status, _) in OPINIONS {
        for (origin, status, body, cors) in
            [(APP, status, path, &PREFLIGHT[..]), (EVIL, 403, "", &[])]
        {
            for version in VERSIONS {
                let name = format!("{path} {origin} {version:?}");
                let lines = preflight_lines(origin, "PUT", "");
                let answer = send_body(proxy, version, "OPTIONS", path, &lines, Bytes::new()).await;
                assert_eq!(answer.status, status, "{name}");
                assert_eq!(answer.body, body, "{name}");
                assert_eq!(answer.cors_lines(), cors, "{name}");
                let by_method = "origin, access-control-request-method";
                let vary = if origin == APP {
                    merged_vary(path, by_method)
                } else {
                    vec![by_method]
                };
                assert_eq!(answer.lines("vary"), vary, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn errors_of_the_inner_service_pass_through() {
    // Nobody listens there any more: the client's error is the proxy's.
    let (listener, address) = listen().await;
    drop(listener);
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let mut service = policy().wrap_body().layer(client);
    let request = Request::get(format!("http://{address}/"))
        .header("origin", APP)
        .body(Full::default())
        .unwrap();
    let error = service.call(request).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}
