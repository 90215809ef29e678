//! hyper: a bare server, and a reverse proxy whose upstream sends CORS headers of its own.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response, Uri, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tower::{Layer, Service, service_fn};
use tower_cors::CorsLayer;

use crate::client::{APP, EVIL, listen, preflight, send, send_body};

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

#[tokio::test]
async fn a_bare_server_over_http_1_and_2() {
    let hello = service_fn(|_: Request<Incoming>| async {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from("hello"))))
    });
    let address = serve(policy().layer(hello)).await;
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let ask = |method, lines: Vec<(&'static str, &'static str)>| async move {
            send_body(address, version, method, "/", &lines, Bytes::new()).await
        };
        let allowed = ask("GET", vec![("origin", APP)]).await;
        assert_eq!(
            (allowed.allowed_origin(), &allowed.body[..]),
            (Some(APP), &b"hello"[..]),
            "{version:?}"
        );
        assert_eq!(
            ask("GET", vec![("origin", EVIL)]).await.allowed_origin(),
            None,
            "{version:?}"
        );
        assert_eq!(
            ask("GET", vec![("origin", APP), ("origin", APP)])
                .await
                .allowed_origin(),
            None,
            "{version:?}"
        );
        let answered = ask(
            "OPTIONS",
            vec![("origin", APP), ("access-control-request-method", "PUT")],
        )
        .await;
        assert_eq!(answered.status, 204, "{version:?}");
        assert_eq!(
            answered.lines("access-control-allow-methods"),
            ["PUT"],
            "{version:?}"
        );
    }
}

/// An upstream that allows everybody, says so twice, and exposes what it shouldn't.
async fn upstream() -> SocketAddr {
    serve(service_fn(|request: Request<Incoming>| async move {
        let mut response = Response::new(Full::new(Bytes::from(request.uri().path().to_owned())));
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-origin", "https://evil.example"),
            ("access-control-allow-credentials", "true"),
            ("access-control-expose-headers", "x-internal"),
            ("vary", "accept-encoding"),
            ("etag", "\"1\""),
        ] {
            response.headers_mut().append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        Ok::<_, Infallible>(response)
    }))
    .await
}

#[tokio::test]
async fn a_reverse_proxys_policy_replaces_the_upstreams() {
    let upstream = upstream().await;
    let client = Client::builder(TokioExecutor::new()).build_http::<Incoming>();
    let forward = service_fn(move |mut request: Request<Incoming>| {
        let path = request.uri().path().to_owned();
        *request.uri_mut() = format!("http://{upstream}{path}").parse::<Uri>().unwrap();
        client.request(request)
    });
    let proxy = serve(policy().layer(forward)).await;

    let straight = send(upstream, "GET", "/x", &[("origin", APP)]).await;
    assert_eq!(
        straight.lines("access-control-allow-origin").len(),
        2,
        "the upstream is as bad as it is said to be"
    );

    let allowed = send(proxy, "GET", "/x", &[("origin", APP)]).await;
    assert_eq!(allowed.body, "/x");
    assert_eq!(allowed.allowed_origin(), Some(APP));
    assert_eq!(allowed.lines("access-control-expose-headers"), ["etag"]);
    assert_eq!(allowed.lines("vary"), ["accept-encoding", "origin"]);

    for lines in [&[("origin", EVIL)][..], &[]] {
        let other = send(proxy, "GET", "/x", lines).await;
        assert_eq!(other.status, 200);
        assert!(
            !other
                .headers
                .keys()
                .any(|name| name.as_str().starts_with("access-control-")),
            "{other:?}"
        );
        assert_eq!(other.lines("vary"), ["accept-encoding", "origin"]);
    }
    let answered = preflight(proxy, "/x", APP, "PUT", "").await;
    assert_eq!(answered.status, 204);
    assert_eq!(answered.body, "", "the upstream was not asked");
}

#[tokio::test]
async fn errors_of_the_inner_service_pass_through() {
    // Nobody listens there: the client's error is the proxy's.
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let mut service = policy().layer(client);
    let request = Request::get("http://127.0.0.1:1/")
        .header("origin", APP)
        .body(Full::default())
        .unwrap();
    let error = service.call(request).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}
