//! Hosts and paths over real connections: HTTP/1.1 in bytes that no client library sends, and HTTP/2.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Version};
use http_body_util::{Empty, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer, service_fn};
use tower_cors::CorsLayer;

use crate::path::{OTHERS, SPELLINGS};
use crate::{APP, allowed, open, strict};

/// An exchange that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

const EVIL: &str = "https://evil.example";
/// An origin at the server's own host.
const OWN: &str = "https://api.example.com";

/// A server for HTTP/1.1 and HTTP/2. The body of a response is the target and the hosts, as the inner service sees them.
async fn serve(cors: CorsLayer) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = cors.layer(service_fn(async |request: Request<Incoming>| {
        let hosts = request.headers().get_all("host").iter();
        let hosts: Vec<_> = hosts.map(|host| host.to_str().unwrap()).collect();
        let seen = format!("{} {}", request.uri(), hosts.join(" and "));
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(seen))))
    }));
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

/// Writes a request line and header lines as they stand, and reads the response.
async fn http_1(address: SocketAddr, start: &str, lines: &[(&str, &str)]) -> (u16, HeaderMap) {
    let lines = lines
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let lines: String = lines.collect();
    let request = format!("{start}\r\nconnection: close\r\n{lines}\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        response
    };
    let response = tokio::time::timeout(PATIENCE, exchange).await.unwrap();
    let (head, _) = response.split_once("\r\n\r\n").unwrap();
    let mut head = head.split("\r\n");
    let status = head.next().unwrap().split(' ').nth(1).unwrap();
    let headers = head.map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| {
        let name = HeaderName::try_from(name).unwrap();
        (name, HeaderValue::try_from(value).unwrap())
    });
    (status.parse().unwrap(), headers.collect())
}

/// Sends a request whose `:authority` is that of the URI.
async fn http_2(
    address: SocketAddr,
    method: &str,
    uri: &str,
    lines: &[(&str, &str)],
) -> (u16, HeaderMap, Bytes) {
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .version(Version::HTTP_2);
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let exchange = async {
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await.unwrap().into_parts();
        let body = http_body_util::BodyExt::collect(body).await.unwrap();
        (head.status.as_u16(), head.headers, body.to_bytes())
    };
    tokio::time::timeout(PATIENCE, exchange).await.unwrap()
}

fn rejecting() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .reject_disallowed_origins()
        .build()
        .unwrap()
}

fn by_host() -> CorsLayer {
    CorsLayer::choose()
        .host("admin.example.com", strict())
        .otherwise(open())
        .unwrap()
}

fn by_path() -> CorsLayer {
    CorsLayer::choose()
        .path_prefix("/admin", strict())
        .otherwise(open())
        .unwrap()
}

#[tokio::test]
async fn http_2_passes_on_the_authority_and_the_host_line() {
    let address = serve(open()).await;
    let (_, _, seen) = http_2(
        address,
        "GET",
        "http://admin.example.com/x",
        &[("host", "www.example.com")],
    )
    .await;
    assert_eq!(seen, "http://admin.example.com/x www.example.com");
}

#[tokio::test]
async fn a_rejecting_layer_reads_the_host_of_a_connection() {
    let address = serve(rejecting()).await;
    let api = ("host", "api.example.com");
    let evil = ("host", "evil.example");
    for (name, start, hosts, origin, status) in [
        ("own page", "GET / HTTP/1.1", &[api][..], OWN, 200),
        ("another page", "GET / HTTP/1.1", &[api], EVIL, 403),
        ("an allowed page", "GET / HTTP/1.1", &[evil], APP, 200),
        (
            "absolute form, own page",
            "GET http://api.example.com/ HTTP/1.1",
            &[api],
            OWN,
            200,
        ),
        (
            "absolute form without a Host line, as in HTTP/1.0",
            "GET http://api.example.com/ HTTP/1.0",
            &[],
            OWN,
            200,
        ),
        (
            "absolute form with another Host line, page of the target",
            "GET http://api.example.com/ HTTP/1.1",
            &[evil],
            OWN,
            403,
        ),
        (
            "absolute form with another Host line, page of the line",
            "GET http://api.example.com/ HTTP/1.1",
            &[evil],
            EVIL,
            403,
        ),
        (
            "absolute form with a user",
            "GET http://evil.example@api.example.com/ HTTP/1.1",
            &[api],
            OWN,
            403,
        ),
        ("no host", "GET / HTTP/1.0", &[], OWN, 403),
        ("two Host lines", "GET / HTTP/1.1", &[evil, api], OWN, 403),
        (
            "two equal Host lines",
            "GET / HTTP/1.1",
            &[api, api],
            OWN,
            403,
        ),
        ("OPTIONS *", "OPTIONS * HTTP/1.1", &[api], OWN, 200),
        (
            "OPTIONS *, another page",
            "OPTIONS * HTTP/1.1",
            &[api],
            EVIL,
            403,
        ),
        ("OPTIONS *, no host", "OPTIONS * HTTP/1.0", &[], OWN, 403),
    ] {
        let mut lines = hosts.to_vec();
        lines.push(("origin", origin));
        let (answered, _) = http_1(address, start, &lines).await;
        assert_eq!(answered, status, "{name}");
    }
    for (name, uri, host, origin, status) in [
        ("own page", "http://api.example.com/", None, OWN, 200),
        ("another page", "http://api.example.com/", None, EVIL, 403),
        (
            "the same Host line",
            "http://api.example.com/",
            Some("api.example.com"),
            OWN,
            200,
        ),
        (
            "another Host line, page of the authority",
            "http://api.example.com/",
            Some("evil.example"),
            OWN,
            403,
        ),
        (
            "another Host line, page of the line",
            "http://api.example.com/",
            Some("evil.example"),
            EVIL,
            403,
        ),
        (
            "a Host line that is not a host",
            "http://api.example.com/",
            Some("api.example.com, evil.example"),
            OWN,
            403,
        ),
    ] {
        let mut lines = vec![("origin", origin)];
        lines.extend(host.map(|host| ("host", host)));
        let (answered, _, _) = http_2(address, "GET", uri, &lines).await;
        assert_eq!(answered, status, "HTTP/2, {name}");
    }
}

#[tokio::test]
async fn a_choice_by_host_reads_the_host_of_a_connection() {
    let address = serve(by_host()).await;
    let www = ("host", "www.example.com");
    let admin = ("host", "admin.example.com");
    for (name, start, hosts, origin) in [
        ("another host", "GET / HTTP/1.1", &[www][..], Some("*")),
        ("the host", "GET / HTTP/1.1", &[admin], None),
        ("no host", "GET / HTTP/1.0", &[], Some("*")),
        ("two Host lines", "GET / HTTP/1.1", &[www, admin], None),
        (
            "absolute form",
            "GET http://admin.example.com/ HTTP/1.1",
            &[admin],
            None,
        ),
        (
            "absolute form of another host",
            "GET http://www.example.com/ HTTP/1.1",
            &[www],
            Some("*"),
        ),
        (
            "absolute form of the host, another Host line",
            "GET http://admin.example.com/ HTTP/1.1",
            &[www],
            None,
        ),
        (
            "absolute form of another host, Host line of the host",
            "GET http://www.example.com/ HTTP/1.1",
            &[admin],
            None,
        ),
        (
            "absolute form without a path",
            "GET http://admin.example.com HTTP/1.1",
            &[admin],
            None,
        ),
        (
            "absolute form in upper case",
            "GET HTTP://ADMIN.EXAMPLE.COM/ HTTP/1.1",
            &[admin],
            None,
        ),
        (
            "blanks around the Host line",
            "GET / HTTP/1.1",
            &[("host", "  admin.example.com \t")],
            None,
        ),
        ("OPTIONS *", "OPTIONS * HTTP/1.1", &[admin], None),
        (
            "OPTIONS * of another host",
            "OPTIONS * HTTP/1.1",
            &[www],
            Some("*"),
        ),
    ] {
        let mut lines = hosts.to_vec();
        lines.push(("origin", EVIL));
        let (_, headers) = http_1(address, start, &lines).await;
        assert_eq!(allowed(&headers), origin, "{name}");
    }
    for (name, uri, host, origin) in [
        ("another host", "http://www.example.com/", None, Some("*")),
        ("the host", "http://admin.example.com/", None, None),
        (
            "the authority, another Host line",
            "http://admin.example.com/",
            Some("www.example.com"),
            None,
        ),
        (
            "another authority, the Host line",
            "http://www.example.com/",
            Some("admin.example.com"),
            None,
        ),
        (
            "another authority, the same Host line",
            "http://www.example.com/",
            Some("www.example.com"),
            Some("*"),
        ),
        (
            "in upper case",
            "http://ADMIN.example.com/",
            Some("admin.example.com"),
            None,
        ),
    ] {
        let mut lines = vec![("origin", EVIL)];
        lines.extend(host.map(|host| ("host", host)));
        let (_, headers, _) = http_2(address, "GET", uri, &lines).await;
        assert_eq!(allowed(&headers), origin, "HTTP/2, {name}");
    }
}

#[tokio::test]
async fn no_spelling_of_a_path_on_a_connection_gets_another_policy() {
    let address = serve(by_path()).await;
    let lines = [("host", "api.example.com"), ("origin", EVIL)];
    let rows = SPELLINGS.iter().map(|path| (path, None));
    for (path, expected) in rows.chain(OTHERS.iter().map(|path| (path, Some("*")))) {
        for start in [
            format!("GET {path} HTTP/1.1"),
            format!("GET http://api.example.com{path} HTTP/1.1"),
        ] {
            let (status, headers) = http_1(address, &start, &lines).await;
            assert_ne!(status, 400, "hyper refuses {start}");
            assert_eq!(allowed(&headers), expected, "{start}");
        }
        let uri = format!("http://api.example.com{path}");
        let (status, headers, _) = http_2(address, "GET", &uri, &lines[1..]).await;
        assert_ne!(status, 400, "hyper refuses {uri}");
        assert_eq!(allowed(&headers), expected, "HTTP/2, {path}");
    }
}

/// `OPTIONS *` is about the server, so no prefix matches it.
#[tokio::test]
async fn a_preflight_about_the_server_matches_no_prefix() {
    let preflight = [
        ("host", "api.example.com"),
        ("access-control-request-method", "GET"),
        ("origin", EVIL),
    ];
    for (name, cors, status, origin) in [
        (
            "an open prefix",
            CorsLayer::choose()
                .path_prefix("/admin", open())
                .otherwise(strict())
                .unwrap(),
            403,
            None,
        ),
        ("an open rest", by_path(), 204, Some("*")),
        (
            "an open host",
            CorsLayer::choose()
                .host("api.example.com", open())
                .otherwise(strict())
                .unwrap(),
            204,
            Some("*"),
        ),
    ] {
        let address = serve(cors).await;
        let (answered, headers) = http_1(address, "OPTIONS * HTTP/1.1", &preflight).await;
        assert_eq!((answered, allowed(&headers)), (status, origin), "{name}");
    }
}
