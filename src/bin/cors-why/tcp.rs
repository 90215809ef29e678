//! Where a URL leads: its host and port, and a TCP connection to one of the host's addresses.

use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use http::Uri;
use tokio::net::{TcpStream, lookup_host};

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
