//! A text and a PDF, whole or in parts, with conditions. RFC 9110, sections 13 and 14

use std::fmt::Write;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, StatusCode};

/// Of both, always.
const TAG: &str = "\"1\"";

pub(crate) fn router() -> Router {
    let document: &'static str = Box::leak(pdf().into_boxed_str());
    Router::new()
        .route("/text", get(async |headers: HeaderMap| answer(&headers, "text/plain", "ten bytes.")))
        .route(
            "/document.pdf",
            get(async move |headers: HeaderMap| answer(&headers, "application/pdf", document)),
        )
}

fn answer(headers: &HeaderMap, kind: &'static str, whole: &'static str) -> Response {
    let asks = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let always = [(ETAG, TAG), (ACCEPT_RANGES, "bytes"), (CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
    if asks(IF_MATCH).is_some_and(|tag| tag != TAG) {
        return (StatusCode::PRECONDITION_FAILED, always).into_response();
    }
    if asks(IF_NONE_MATCH) == Some(TAG) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    let is_current = asks(IF_RANGE).is_none_or(|tag| tag == TAG);
    let range = asks(RANGE).filter(|_| is_current).and_then(|range| parse(range, whole.len()));
    match range.and_then(|(first, last)| Some((first, last, whole.get(first..=last)?))) {
        Some((first, last, part)) => {
            let range = [(CONTENT_RANGE, format!("bytes {first}-{last}/{}", whole.len()))];
            (StatusCode::PARTIAL_CONTENT, always, range, part).into_response()
        }
        None => (always, whole).into_response(),
    }
}

/// The first and the last byte of `bytes=0-4` or `bytes=-5`.
fn parse(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    if first.is_empty() {
        return Some((length.checked_sub(last.parse().ok()?)?, length - 1));
    }
    let last = last.parse().unwrap_or(usize::MAX);
    Some((first.parse().ok()?, last.min(length - 1)))
}

/// A page without content, and 100 kB that no reader needs.
fn pdf() -> String {
    let padding = "x".repeat(100_000);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{padding}\nendstream", padding.len()),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let size = objects.len() + 1;
    let start = file.len();
    let _ = write!(
        file,
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file
}
