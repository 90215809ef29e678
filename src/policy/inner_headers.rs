//! Removes the CORS headers that an inner service has set, in one pass over the header map.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap,
    HeaderName, VARY,
};

use super::vary::HasVary;
use crate::fetch::names::is_cors_header;

pub(crate) const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Removes the CORS headers of an upstream server or of a second layer, because one policy decides.
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
    for name in [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE,
        ALLOW_PRIVATE_NETWORK,
    ] {
        headers.remove(name);
    }
}
