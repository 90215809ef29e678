//! TLS, with the authorities that this machine trusts.

use std::cell::OnceCell;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use crate::failure::{Failure, Kind};

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
