//! The message where the cross-origin resource policy check fails.

use super::cors_errors;
use super::situation::{Lines, Situation};
use crate::testing::fetch::network_error::Cause;

const RESOURCE_POLICY: &str = "Cross-Origin-Resource-Policy";

pub(super) fn lines(cause: &Cause, situation: &Situation<'_>) -> Option<Lines> {
    let Cause::ResourcePolicy { sent } = cause else {
        return None;
    };
    let status = situation.status();
    Some(Lines::new(
        match sent {
            Some(sent) => format!("{status}, {RESOURCE_POLICY}: {sent}"),
            None => format!("{status} without {RESOURCE_POLICY}, to a page that requires it"),
        },
        format!("{RESOURCE_POLICY}: cross-origin, or a request with CORS"),
        format!(
            "{}, and let the page load it with CORS: fetch() with the mode \"cors\", or \
             the attribute crossorigin; if every page may embed it, \
             .allow_any_origin().cross_origin_resource_policy()",
            cors_errors::allow_without_credentials(situation)
        ),
        format!(
            "send {RESOURCE_POLICY}: cross-origin, or same-site if the page is on the same site"
        ),
    ))
}
