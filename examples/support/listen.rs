//! Where an example listens, and how it ends with an error.

use std::fmt;

use tokio::net::TcpListener;

/// An error in plain words. A program whose `main` returns an error prints its `Debug`.
pub(crate) struct PlainError(String);

impl fmt::Debug for PlainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: fmt::Display> From<E> for PlainError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Listens on 127.0.0.1, at the port in the environment variable `PORT`.
///
/// # Errors
/// Says what to do, if `PORT` is not a port or the port is in use.
pub(crate) async fn listen(otherwise: u16) -> Result<TcpListener, String> {
    let port = port(otherwise)?;
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| {
            format!("can't listen on 127.0.0.1:{port}: {error}; set PORT to another port")
        })
}

fn port(otherwise: u16) -> Result<u16, String> {
    let Some(port) = std::env::var_os("PORT") else {
        return Ok(otherwise);
    };
    let number = port.to_str().and_then(|port| port.parse().ok());
    number.ok_or_else(|| {
        format!(
            "PORT is '{}', which is not a port; write a number from 0 to 65535, or 0 for any free port",
            port.to_string_lossy()
        )
    })
}
