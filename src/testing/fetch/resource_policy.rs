//! The cross-origin resource policy check: may a page load this response without CORS?

use http::header::{HeaderMap, HeaderName};

use super::header_list::get;
use super::modes::EmbedderPolicy;
use super::network_error::Cause;
use super::request::PageRequest;
use crate::testing::escaped_text::escaped;
use crate::testing::site::is_schemelessly_same_site;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// [Fetch standard, cross-origin resource policy check](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check)
pub(crate) fn check_resource_policy(
    request: &PageRequest,
    headers: &HeaderMap,
) -> Result<(), Cause> {
    let sent = get(headers, &RESOURCE_POLICY);
    // Internal check, steps 2 and 3: any other value, and a list, counts as none.
    let policy = match sent.as_deref() {
        Some(b"same-origin") => Some("same-origin"),
        Some(b"same-site") => Some("same-site"),
        Some(b"cross-origin") => Some("cross-origin"),
        _ => None,
    };
    // Step 4.
    let default = match request.page.embedder_policy {
        EmbedderPolicy::UnsafeNone => None,
        EmbedderPolicy::RequireCorp => Some("same-origin"),
        EmbedderPolicy::Credentialless => request.includes_credentials().then_some("same-origin"),
    };
    // Step 5.
    let (page, url) = (&request.page.origin, request.url());
    let is_allowed = match policy.or(default) {
        Some("same-origin") => request.is_same_origin(url),
        Some("same-site") => {
            is_schemelessly_same_site(page, url.origin())
                && (page.starts_with("https://") || url.scheme() != "https")
        }
        _ => true,
    };
    if is_allowed {
        Ok(())
    } else {
        Err(Cause::ResourcePolicy {
            sent: sent.map(|sent| escaped(&sent)),
        })
    }
}
