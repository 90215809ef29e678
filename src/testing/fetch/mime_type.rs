//! The MIME type of a response, and which responses it blocks.

use http::header::{CONTENT_TYPE, HeaderMap, X_CONTENT_TYPE_OPTIONS};

use super::destination::Destination;
use super::header_list::{get, get_and_split, is_token_byte};
use super::network_error::Cause;
use crate::testing::escaped_text::escaped;

/// [MIME Sniffing standard, JavaScript MIME type](https://mimesniff.spec.whatwg.org/#javascript-mime-type)
const JAVASCRIPT: [&[u8]; 16] = [
    b"application/ecmascript",
    b"application/javascript",
    b"application/x-ecmascript",
    b"application/x-javascript",
    b"text/ecmascript",
    b"text/javascript",
    b"text/javascript1.0",
    b"text/javascript1.1",
    b"text/javascript1.2",
    b"text/javascript1.3",
    b"text/javascript1.4",
    b"text/javascript1.5",
    b"text/jscript",
    b"text/livescript",
    b"text/x-ecmascript",
    b"text/x-javascript",
];

/// The essence of a response's MIME type, in lower case; `None` is the standard's failure.
///
/// [Fetch standard, extract a MIME type](https://fetch.spec.whatwg.org/#concept-header-extract-mime-type)
pub(super) fn extract_essence(headers: &HeaderMap) -> Option<Vec<u8>> {
    let values = get_and_split(headers, &CONTENT_TYPE);
    let essences = values.iter().rev().filter_map(|value| essence(value));
    essences.into_iter().find(|essence| essence != b"*/*")
}

/// [MIME Sniffing standard, parse a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type), steps 1 to 10
fn essence(value: &[u8]) -> Option<Vec<u8>> {
    let end = value.iter().position(|byte| *byte == b';');
    let essence = value[..end.unwrap_or(value.len())].trim_ascii();
    let slash = essence.iter().position(|byte| *byte == b'/')?;
    let (kind, subtype) = (&essence[..slash], &essence[slash + 1..]);
    let is_token = |text: &[u8]| !text.is_empty() && text.iter().copied().all(is_token_byte);
    (is_token(kind) && is_token(subtype)).then(|| essence.to_ascii_lowercase())
}

/// Whether the destination may have a response of this type.
///
/// Fetch standard, should response to request be
/// [blocked due to its MIME type](https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?)
/// and [blocked due to nosniff](https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?)
pub(super) fn check_mime_type(destination: Destination, headers: &HeaderMap) -> Result<(), Cause> {
    let essence = extract_essence(headers);
    let essence = essence.as_deref();
    let is_script = destination.is_script_like();
    let is_other_kind = essence.is_some_and(|essence| {
        let starts = |kind: &[u8]| essence.starts_with(kind);
        starts(b"audio/") || starts(b"image/") || starts(b"video/") || essence == b"text/csv"
    });
    // Determine nosniff.
    let options = get_and_split(headers, &X_CONTENT_TYPE_OPTIONS);
    let is_strict = options
        .first()
        .is_some_and(|first| first.eq_ignore_ascii_case(b"nosniff"));
    let is_javascript = essence.is_some_and(|essence| JAVASCRIPT.contains(&essence));
    let is_style = essence == Some(b"text/css");
    let is_blocked = (is_script && is_other_kind)
        || (is_strict && is_script && !is_javascript)
        || (is_strict && destination == Destination::Style && !is_style);
    if is_blocked {
        Err(Cause::BlockedMimeType {
            sent: get(headers, &CONTENT_TYPE).map(|sent| escaped(&sent)),
        })
    } else {
        Ok(())
    }
}
