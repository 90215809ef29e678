//! What a page may have of a response: the CORS check, the TAO check (timing), the cross-origin resource policy check.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap, HeaderName,
    HeaderValue,
};

use super::header_list::{get, get_and_split};
use super::modes::{CredentialsMode, EmbedderPolicy};
use super::names::TIMING_ALLOW_ORIGIN;
use super::network_error::Cause;
use super::request::{PageRequest, Tainting};
use crate::testing::escaped_text::escaped;
use crate::testing::site::is_schemelessly_same_site;

/// [Fetch standard, CORS check](https://fetch.spec.whatwg.org/#concept-cors-check)
pub(crate) fn cors_check(request: &PageRequest, response: &HeaderMap) -> Result<(), Cause> {
    let includes_credentials = request.page.credentials == CredentialsMode::Include;
    // Steps 1 and 2.
    let Some(origin) = get(response, &ACCESS_CONTROL_ALLOW_ORIGIN) else {
        return Err(Cause::AllowOriginMissing);
    };
    // Step 3.
    if !includes_credentials && origin == b"*" {
        return Ok(());
    }
    // Step 4.
    if origin != request.origin().as_bytes() {
        let sent = escaped(&origin);
        let lines = response.get_all(ACCESS_CONTROL_ALLOW_ORIGIN).iter().count();
        return Err(match &*origin {
            b"*" => Cause::WildcardWithCredentials,
            _ if lines > 1 => Cause::SeveralAllowOrigins { sent },
            _ => Cause::AllowOriginMismatch { sent },
        });
    }
    // Step 5.
    if !includes_credentials {
        return Ok(());
    }
    // Steps 6 to 8.
    match get(response, &ACCESS_CONTROL_ALLOW_CREDENTIALS) {
        Some(credentials) if credentials == b"true" => Ok(()),
        sent => Err(Cause::AllowCredentialsMissing {
            sent: sent.map(|sent| escaped(&sent)),
        }),
    }
}

/// Whether the page may read the response's timing.
///
/// [Fetch standard, TAO check](https://fetch.spec.whatwg.org/#concept-tao-check)
pub(crate) fn tao_check(request: &PageRequest, response: &HeaderMap) -> bool {
    // Step 2.
    if request.timing_allow_failed {
        return false;
    }
    // Steps 3 to 5.
    let values = get_and_split(response, &TIMING_ALLOW_ORIGIN);
    let is_named = values
        .iter()
        .any(|value| value == b"*" || value == request.origin().as_bytes());
    // Steps 7 and 8. Step 6 is for navigations.
    is_named || request.tainting == Tainting::Basic
}

/// Whether a value of `Access-Control-Allow-Origin` is `*`, `null` or an origin.
pub(crate) fn is_allow_origin_value(value: &HeaderValue) -> bool {
    value == "*" || value == "null" || crate::Origin::try_from(value).is_ok()
}

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
