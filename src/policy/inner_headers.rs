//! Removes the CORS headers that an inner service has set, in one pass over the header map.

use http::header::{HeaderMap, HeaderName, VARY};

use super::vary::HasVary;
use crate::fetch::names::is_cors_header;

pub(crate) const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Removes the CORS headers of an upstream server or of a second layer, because one policy decides. These are all headers
/// whose names start with `access-control-`, so a header that a later standard adds does not pass either.
///
/// Most responses have few headers, and none of these. So one pass over the names is cheaper than a look-up for each.
#[inline]
pub(crate) fn remove_cors_headers(headers: &mut HeaderMap) -> HasVary {
    let (mut has_cors, mut has_vary) = (false, HasVary::No);
    for name in headers.keys() {
        if *name == VARY {
            has_vary = HasVary::Yes;
        } else if is_cors_header(name.as_str()) {
            has_cors = true;
        }
    }
    if has_cors {
        remove_each(headers);
    }
    has_vary
}

#[cold]
fn remove_each(headers: &mut HeaderMap) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "tower_cors",
        "the inner service sent CORS headers, and this layer replaces them: remove the layer or proxy further in"
    );
    let names = headers.keys().filter(|name| is_cors_header(name.as_str()));
    for name in names.cloned().collect::<Vec<_>>() {
        headers.remove(name);
    }
}
