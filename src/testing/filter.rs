//! What of a response the page's script sees: the filtered responses.

use std::collections::HashSet;

use http::StatusCode;
use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, HeaderMap};

use super::fetched::ResponseType;
use super::header_list::extract_tokens;
use super::names::{is_forbidden_response_header, is_safelisted_response_header};
use super::options::CredentialsMode;
use super::request::{PageRequest, Tainting};

/// [Fetch standard, filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response)
pub(super) struct Filtered {
    pub(super) response_type: ResponseType,
    /// `None` is the standard's 0.
    pub(super) status: Option<StatusCode>,
    pub(super) headers: HeaderMap,
}

impl Filtered {
    /// [Fetch standard, opaque-redirect filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect)
    pub(super) fn opaque_redirect() -> Self {
        Self {
            response_type: ResponseType::OpaqueRedirect,
            status: None,
            headers: HeaderMap::new(),
        }
    }
}

/// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), step 14
pub(super) fn filter(request: &PageRequest, status: StatusCode, headers: &HeaderMap) -> Filtered {
    let (response_type, visible) = match request.tainting {
        Tainting::Basic => (ResponseType::Basic, keep(headers, |_| true)),
        Tainting::Cors => {
            let is_exposed = exposed(request, headers);
            (ResponseType::Cors, keep(headers, is_exposed))
        }
        Tainting::Opaque => {
            return Filtered {
                response_type: ResponseType::Opaque,
                status: None,
                headers: HeaderMap::new(),
            };
        }
    };
    Filtered {
        response_type,
        status: Some(status),
        headers: visible,
    }
}

/// Which names the page may read, beside the safelisted ones.
///
/// [Fetch standard, CORS-exposed header-name list](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list)
fn exposed(request: &PageRequest, headers: &HeaderMap) -> impl Fn(&str) -> bool {
    let names = extract_tokens(headers, &ACCESS_CONTROL_EXPOSE_HEADERS).values();
    let names: HashSet<Vec<u8>> = names
        .unwrap_or_default()
        .into_iter()
        .map(<[u8]>::to_ascii_lowercase)
        .collect();
    let exposes_any =
        request.page.credentials != CredentialsMode::Include && names.contains(&b"*"[..]);
    move |name| {
        exposes_any || is_safelisted_response_header(name) || names.contains(name.as_bytes())
    }
}

/// The lines that pass, but for what no script may ever read.
fn keep(headers: &HeaderMap, is_visible: impl Fn(&str) -> bool) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for (name, value) in headers {
        if is_visible(name.as_str()) && !is_forbidden_response_header(name.as_str()) {
            kept.append(name, value.clone());
        }
    }
    kept
}
