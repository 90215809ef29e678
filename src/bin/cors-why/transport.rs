//! Where a URL leads: its host and port, a TCP connection to one of the host's addresses, and TLS with the authorities that
//! this machine trusts.

use std::cell::OnceCell;
use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use crate::failure::{Failure, Kind};

/// The host, without the brackets of an IPv6 address, and the port.
pub(crate) struct Target {
    pub(crate) host: String,
    port: u16,
}

impl From<&Uri> for Target {
    fn from(uri: &Uri) -> Self {
        let default = match uri.scheme_str() {
            Some("https") => 443,
            _ => 80,
        };
        let host = uri.host().unwrap_or_default();
        Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(default),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Tries all addresses of the host, each for its share of the time.
pub(crate) async fn connect(target: &Target, limit: Duration) -> Result<TcpStream, Failure> {
    let found = lookup_host((&*target.host, target.port)).await;
    let found = found.map_err(|error| {
        let why = without_number(&error);
        Failure::new(Kind::Name, format!("the name has no address ({why})"))
    })?;
    let addresses: Vec<SocketAddr> = found.collect();
    let share = limit / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut failure = Failure::new(Kind::Name, "the name has no address");
    for address in addresses {
        failure = match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => {
                let kind = match error.kind() {
                    ErrorKind::ConnectionRefused => Kind::Connection,
                    _ => Kind::Unreachable,
                };
                Failure::new(kind, format!("no connection ({})", without_number(&error)))
            }
            Err(_) => Failure::new(
                Kind::ConnectionTimedOut,
                format!("no connection within {limit:?}"),
            ),
        };
    }
    Err(failure)
}

/// `Connection refused`, without `(os error 111)`.
fn without_number(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error ").unwrap_or(text.len());
    text[..end].to_owned()
}

const HTTP2: &[u8] = b"h2";

/// Loads the trusted authorities with the first connection.
#[derive(Default)]
pub(crate) struct Tls {
    config: OnceCell<Result<ClientConfig, Failure>>,
}

impl Tls {
    pub(crate) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
        offers_http2: bool,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        let mut config = self.config.get_or_init(load).clone()?;
        if offers_http2 {
            config.alpn_protocols.push(HTTP2.to_vec());
        }
        config.alpn_protocols.push(b"http/1.1".to_vec());
        let name = ServerName::try_from(host.to_owned()).map_err(|error| {
            Failure::new(
                Kind::Name,
                format!("no certificate can have this name ({error})"),
            )
        })?;
        let connected = TlsConnector::from(Arc::new(config)).connect(name, stream);
        connected.await.map_err(|error| failure(&error))
    }
}

/// Whether client and server agreed on HTTP/2.
pub(crate) fn is_http2(stream: &TlsStream<TcpStream>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(HTTP2)
}

fn load() -> Result<ClientConfig, Failure> {
    let found = rustls_native_certs::load_native_certs();
    let mut authorities = RootCertStore::empty();
    let (trusted, _) = authorities.add_parsable_certificates(found.certs);
    if trusted == 0 {
        let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        let errors = errors.join("; ");
        return Err(Failure::new(
            Kind::NoAuthorities,
            format!(
                "no certificate can be checked: this machine has no list of trusted authorities ({errors})"
            ),
        ));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(Kind::Tls, error.to_string()))?;
    Ok(config
        .with_root_certificates(authorities)
        .with_no_client_auth())
}

fn failure(error: &std::io::Error) -> Failure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    let Some(Error::InvalidCertificate(problem)) = inner else {
        return Failure::new(Kind::Tls, format!("the TLS handshake failed ({error})"));
    };
    let what = match problem {
        CertificateError::UnknownIssuer => {
            "the certificate is not signed by an authority that this machine trusts".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet; is the clock of this machine right?".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate is for another name".to_owned()
        }
        problem => format!("the certificate is not valid ({problem})"),
    };
    Failure::new(Kind::Certificate, what)
}
