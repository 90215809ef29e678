//! What reached the servers, by the path that each row has to itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, Version};

use super::Scheme;
use super::answer::Handled;

/// A request as it reached a server, and the head of its answer.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) method: Method,
    /// With scheme, host and port.
    pub(crate) url: String,
    pub(crate) port: u16,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    /// `None` as long as there is no answer.
    pub(crate) status: Option<StatusCode>,
    /// Whether the answer is the API's own, and not that of a layer.
    pub(crate) is_handled: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<HashMap<String, Vec<Entry>>>>);

impl Log {
    /// What came in under a path, in its order.
    pub(crate) fn at(&self, path: &str) -> Vec<Entry> {
        self.lock(|entries| entries.get(path).cloned().unwrap_or_default())
    }

    fn begin(&self, path: &str, entry: Entry) -> usize {
        self.lock(|entries| {
            let entries = entries.entry(path.to_owned()).or_default();
            entries.push(entry);
            entries.len() - 1
        })
    }

    fn end(&self, path: &str, index: usize, response: &Response) {
        self.lock(|entries| {
            if let Some(entry) = entries.get_mut(path).and_then(|list| list.get_mut(index)) {
                entry.status = Some(response.status());
                entry.is_handled = response.extensions().get::<Handled>().is_some();
            }
        });
    }

    fn lock<T>(&self, with: impl FnOnce(&mut HashMap<String, Vec<Entry>>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Where a server is, for its log.
#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) log: Log,
    pub(super) scheme: Scheme,
    pub(super) port: u16,
}

/// A middleware around a whole server.
pub(super) async fn record(
    State(Recorder { log, scheme, port }): State<Recorder>,
    request: Request,
    next: Next,
) -> Response {
    let host = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default(),
    };
    let path = request.uri().path().to_owned();
    let path_and_query = request.uri().path_and_query().map_or("", |text| text.as_str());
    let entry = Entry {
        method: request.method().clone(),
        url: format!("{scheme}://{host}{path_and_query}"),
        port,
        version: request.version(),
        headers: request.headers().clone(),
        status: None,
        is_handled: false,
    };
    let index = log.begin(&path, entry);
    let response = next.run(request).await;
    log.end(&path, index, &response);
    response
}
