//! Serving: each server has a socket of its own, which it gets before any policy is made.

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::Scheme;
use super::answer;
use super::log::{Log, Recorder, record};
use super::tls::{Certificate, TlsListener};

pub(super) struct Servers<'a> {
    log: &'a Log,
    certificate: &'a Certificate,
    all: Vec<(Scheme, u16, TcpListener, Router)>,
}

impl<'a> Servers<'a> {
    pub(super) fn new(log: &'a Log, certificate: &'a Certificate) -> Self {
        Self { log, certificate, all: Vec::new() }
    }

    /// Returns the port.
    pub(super) fn add(&mut self, scheme: Scheme, router: Router) -> Result<u16, String> {
        let listener = bind().map_err(|error| format!("no socket on loopback: {error}"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        self.all.push((scheme, address.port(), listener, router));
        Ok(address.port())
    }

    /// Serves them all, and returns what answers at each port.
    pub(super) fn start(self) -> Result<HashMap<u16, Router>, String> {
        let mut routers = HashMap::new();
        for (scheme, port, listener, router) in self.all {
            let listener = tokio::net::TcpListener::from_std(listener)
                .map_err(|error| format!("no socket on loopback: {error}"))?;
            let recorder = Recorder { log: self.log.clone(), scheme, port };
            let served =
                answer::page().fallback_service(router.clone()).layer(from_fn_with_state(recorder, record));
            match scheme {
                Scheme::Http => tokio::spawn(axum::serve(listener, served).into_future()),
                Scheme::Https => {
                    let listener = TlsListener::new(listener, self.certificate);
                    tokio::spawn(axum::serve(listener, served).into_future())
                }
            };
            routers.insert(port, router);
        }
        Ok(routers)
    }
}

/// A socket on loopback with a port that is free.
fn bind() -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
