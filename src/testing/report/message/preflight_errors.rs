//! The message where a preflight fails for another reason than the CORS check.

use std::collections::HashSet;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_HEADERS,
};

use super::situation::{Lines, Situation};
use crate::testing::escaped_text::escaped;
use crate::testing::fetch::header_list::extract_tokens;
use crate::testing::fetch::network_error::Cause;

const ALLOW_METHODS: &str = "Access-Control-Allow-Methods";
const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";
const ALLOW_PRIVATE_NETWORK: &str = "Access-Control-Allow-Private-Network: true";
const UPPER_CASE_PATCH: &str = "let the page write \"PATCH\": methods are case-sensitive";

pub(super) fn lines(cause: &Cause, situation: &Situation<'_>) -> Option<Lines> {
    let by_name = if situation.includes_credentials {
        " by name; with credentials, \"*\" is only a name"
    } else {
        ""
    };
    Some(match cause {
        Cause::PreflightStatus { .. } => Lines::new(
            format!("{} to the preflight", situation.status()),
            "a status from 200 to 299",
            "put the layer around the whole router, outside of authentication and redirects: it \
             answers preflights itself",
            "answer OPTIONS with 204 and the CORS headers before routing, authentication and \
             redirects",
        ),
        Cause::MalformedList { header, sent } => Lines::new(
            format!("{header}: {sent}"),
            "names with commas between them",
            "make this layer the outermost one: it writes the list itself",
            format!(
                "write {header} as one list, such as \"PUT, DELETE\" or \"content-type, x-id\""
            ),
        ),
        Cause::MethodNotAllowed { method } => Lines::new(
            situation.header(&ACCESS_CONTROL_ALLOW_METHODS, ALLOW_METHODS),
            format!("{ALLOW_METHODS}: {method}{by_name}"),
            if method == "patch" {
                format!("{UPPER_CASE_PATCH}; .allow_methods([\"PATCH\"]) allows it")
            } else if situation.includes_credentials {
                format!(".allow_methods([\"{method}\"]), or .mirror_request_methods()")
            } else {
                format!(".allow_methods([\"{method}\"])")
            },
            if method == "patch" {
                format!(
                    "{UPPER_CASE_PATCH}, and send PATCH in {ALLOW_METHODS} on the response to OPTIONS"
                )
            } else {
                format!("send {method} in {ALLOW_METHODS} on the response to OPTIONS")
            },
        ),
        Cause::HeaderNotAllowed { name } => {
            let names = missing_headers(situation, name);
            let (all, quoted) = (names.join(", "), names.join("\", \""));
            Lines::new(
                situation.header(&ACCESS_CONTROL_ALLOW_HEADERS, ALLOW_HEADERS),
                format!("{ALLOW_HEADERS}: {all}{by_name}"),
                if situation.includes_credentials {
                    format!(".allow_headers([\"{quoted}\"]), or .mirror_request_headers()")
                } else {
                    format!(".allow_headers([\"{quoted}\"])")
                },
                format!("send {all} in {ALLOW_HEADERS} on the response to OPTIONS"),
            )
        }
        Cause::PrivateNetworkNotAllowed => Lines::new(
            format!("{} without {ALLOW_PRIVATE_NETWORK}", situation.status()),
            ALLOW_PRIVATE_NETWORK,
            ".allow_private_network()",
            "send it on the response to an OPTIONS that has Access-Control-Request-Private-Network: \
             true",
        ),
        _ => return None,
    })
}

/// All names that the list lacks, up to a limit. The standard stops at the first.
fn missing_headers(situation: &Situation<'_>, first: &str) -> Vec<String> {
    const MOST: usize = 12;
    let lists = situation.last.and_then(|last| {
        let asked = extract_tokens(last.request_headers(), &ACCESS_CONTROL_REQUEST_HEADERS);
        let allowed = extract_tokens(last.response_headers()?, &ACCESS_CONTROL_ALLOW_HEADERS);
        Some((asked.values()?, allowed.values().unwrap_or_default()))
    });
    let Some((asked, allowed)) = lists else {
        return vec![first.to_owned()];
    };
    if !situation.includes_credentials && allowed.contains(&&b"*"[..]) {
        // "*" allows everything except Authorization.
        return vec![first.to_owned()];
    }
    let allowed: HashSet<_> = allowed
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let missing = asked.iter().filter(|name| !allowed.contains(**name));
    missing.take(MOST).map(|name| escaped(name)).collect()
}
