//! A tus server in memory: creation, termination and concatenation.
//! <https://tus.io/protocols/resumable-upload>

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::post;
use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderMap, StatusCode};

type Uploads = Arc<Mutex<Vec<Option<Upload>>>>;

#[derive(Default, Clone)]
struct Upload {
    length: usize,
    bytes: Vec<u8>,
}

const RESUMABLE: (&str, &str) = ("tus-resumable", "1.0.0");

pub(crate) fn router() -> Router {
    let uploads = Uploads::default();
    let upload = axum::routing::head(offset).patch(append).post(append).delete(end);
    Router::new().route("/files", post(create)).route("/files/{id}", upload).with_state(uploads)
}

async fn create(State(uploads): State<Uploads>, headers: HeaderMap) -> Response {
    let mut uploads = uploads.lock().unwrap_or_else(PoisonError::into_inner);
    let mut upload = Upload { length: number(&headers, "upload-length").unwrap_or(0), bytes: vec![] };
    let concatenation = text(&headers, "upload-concat");
    if let Some(parts) = concatenation.strip_prefix("final;") {
        for part in parts.split(' ') {
            let id = part.rsplit('/').next().and_then(|id| id.parse::<usize>().ok());
            let part = id.and_then(|id| uploads.get(id).cloned().flatten());
            let Some(part) = part.filter(|part| part.bytes.len() == part.length) else {
                return StatusCode::BAD_REQUEST.into_response();
            };
            upload.length += part.length;
            upload.bytes.extend(part.bytes);
        }
    }
    uploads.push(Some(upload));
    let location = (LOCATION.as_str(), format!("/files/{}", uploads.len() - 1));
    (StatusCode::CREATED, AppendHeaders([location]), AppendHeaders([RESUMABLE])).into_response()
}

async fn offset(State(uploads): State<Uploads>, Path(id): Path<usize>) -> Response {
    let uploads = uploads.lock().unwrap_or_else(PoisonError::into_inner);
    match uploads.get(id).and_then(Option::as_ref) {
        Some(Upload { length, bytes }) => {
            let headers = [("upload-offset", bytes.len()), ("upload-length", *length)];
            let headers = headers.map(|(name, value)| (name, value.to_string()));
            let no_store = AppendHeaders([(CACHE_CONTROL, "no-store")]);
            (AppendHeaders(headers), no_store, AppendHeaders([RESUMABLE])).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// By PATCH, or by POST that says that it is one.
async fn append(
    State(uploads): State<Uploads>,
    Path(id): Path<usize>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut uploads = uploads.lock().unwrap_or_else(PoisonError::into_inner);
    match uploads.get_mut(id).and_then(Option::as_mut) {
        Some(upload) if number(&headers, "upload-offset") == Some(upload.bytes.len()) => {
            upload.bytes.extend_from_slice(&body);
            let offset = ("upload-offset", upload.bytes.len().to_string());
            (StatusCode::NO_CONTENT, AppendHeaders([offset]), AppendHeaders([RESUMABLE])).into_response()
        }
        Some(_) => StatusCode::CONFLICT.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn end(State(uploads): State<Uploads>, Path(id): Path<usize>) -> Response {
    let mut uploads = uploads.lock().unwrap_or_else(PoisonError::into_inner);
    match uploads.get_mut(id).and_then(Option::take) {
        Some(_) => (StatusCode::NO_CONTENT, AppendHeaders([RESUMABLE])).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn number(headers: &HeaderMap, name: &str) -> Option<usize> {
    text(headers, name).parse().ok()
}
