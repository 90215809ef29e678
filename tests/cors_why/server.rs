//! Servers on this machine: over HTTP/1.1, HTTP/2 and TLS, and some that don't speak HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A running server, which keeps the head of each request. It ends with the test's process.
pub(crate) struct Server {
    pub(crate) port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Speaks HTTP/1.1 without TLS.
    pub(crate) fn http(router: Router) -> Self {
        Self::start(router, None)
    }

    /// Speaks TLS with a certificate that [`Certificate::file`] makes trusted.
    pub(crate) fn https(router: Router, certificate: &Certificate, protocols: &[&str]) -> Self {
        let key = PrivateKeyDer::try_from(certificate.key.clone()).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der.clone().into()], key)
            .unwrap();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        Self::start(router, Some(TlsAcceptor::from(Arc::new(config))))
    }

    fn start(router: Router, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(vec![]));
        let kept = Arc::clone(&heads);
        let router = router.layer(from_fn(move |request: Request, next: Next| {
            let line = format!("{} {}", request.method(), request.uri().path());
            let head = format!("{line}\n{:?}", request.headers());
            kept.lock().unwrap().push(head);
            next.run(request)
        }));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(stream, tls.clone(), router.clone()));
                }
            });
        });
        Self { port, heads }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    pub(crate) fn https_url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// Such as `GET /items` and its headers, in order.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// Such as `GET /items`, in order.
    pub(crate) fn request_lines(&self) -> Vec<String> {
        let heads = self.heads().into_iter();
        heads
            .map(|head| head.lines().next().unwrap().to_owned())
            .collect()
    }
}

async fn serve(stream: tokio::net::TcpStream, tls: Option<TlsAcceptor>, router: Router) {
    let service = TowerToHyperService::new(router);
    // A client that goes away early is not a failure of the server.
    match tls {
        None => {
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
        Some(tls) => {
            let Ok(stream) = tls.accept(stream).await else {
                return;
            };
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let stream = TokioIo::new(stream);
            if is_http2 {
                let _ = http2::Builder::new(TokioExecutor::new())
                    .serve_connection(stream, service)
                    .await;
            } else {
                let _ = http1::Builder::new()
                    .serve_connection(stream, service)
                    .await;
            }
        }
    }
}

/// A server that is given each connection.
pub(crate) fn raw(answer: impl Fn(&mut TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        // A connection is closed when the next one comes.
        let mut held = vec![];
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            answer(&mut stream);
            held.push(stream);
        }
    });
    address
}

/// Reads the head of a request, and writes this.
pub(crate) fn say(stream: &mut TcpStream, text: &str) {
    let mut head = vec![];
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    let _ = stream.write_all(text.as_bytes());
}

/// A certificate that signs itself.
pub(crate) struct Certificate {
    der: Vec<u8>,
    key: Vec<u8>,
    pem: String,
}

impl Certificate {
    pub(crate) fn new(host: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new([host.to_owned()]).unwrap();
        // Two certificates with one name and two keys would have an invalid signature, not an unknown authority.
        parameters.distinguished_name = DistinguishedName::new();
        let name = key.public_key_raw().escape_ascii().to_string();
        parameters.distinguished_name.push(DnType::CommonName, name);
        let certificate = parameters.self_signed(&key).unwrap();
        Self {
            der: certificate.der().to_vec(),
            key: key.serialize_der(),
            pem: certificate.pem(),
        }
    }

    /// For the variable `SSL_CERT_FILE`.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, &self.pem).unwrap();
        file
    }
}
