//! TLS with a self-signed certificate, and HTTP/2 for clients that ask for it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::serve::Listener;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::server::TlsStream;

/// The certificate of all names here, ready to be served.
pub(crate) struct Certificate(TlsAcceptor);

impl Certificate {
    pub(crate) fn new() -> Result<Self, String> {
        let make = || -> Result<ServerConfig, Box<dyn std::error::Error>> {
            let names = ["a.localhost", "b.localhost", "*.a.localhost", "*.b.localhost"];
            let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names.map(String::from))?;
            let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
            let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(vec![cert.der().clone()], key.into())?;
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            Ok(config)
        };
        match make() {
            Ok(config) => Ok(Self(TlsAcceptor::from(Arc::new(config)))),
            Err(error) => Err(format!("no TLS: {error}")),
        }
    }
}

/// Connections after their handshake. Each handshake is a task of its own, so a slow one does not delay others.
pub(crate) struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: std::io::Result<SocketAddr>,
}

impl TlsListener {
    pub(crate) fn new(mut listener: TcpListener, certificate: &Certificate) -> Self {
        let (sender, ready) = mpsc::channel(16);
        let acceptor = certificate.0.clone();
        let address = listener.local_addr();
        tokio::spawn(async move {
            loop {
                let (stream, address) = Listener::accept(&mut listener).await;
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    // A browser breaks off its first handshake to look at the certificate.
                    if let Ok(stream) = acceptor.accept(stream).await {
                        let _ = sender.send((stream, address)).await;
                    }
                });
            }
        });
        Self { ready, address }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        match &self.address {
            Ok(address) => Ok(*address),
            Err(error) => Err(std::io::Error::new(error.kind(), error.to_string())),
        }
    }
}
