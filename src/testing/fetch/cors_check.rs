//! The CORS check and the TAO check: may this page have this response, and its timing?

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap, HeaderValue,
};

use super::header_list::{get, get_and_split};
use super::header_names::TIMING_ALLOW_ORIGIN;
use super::modes::CredentialsMode;
use super::network_error::Cause;
use super::request::{PageRequest, Tainting};
use crate::testing::escaped_text::escaped;

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
