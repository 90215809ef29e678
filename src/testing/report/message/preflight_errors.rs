//! The message where a preflight fails for another reason than the CORS check.

use std::collections::HashSet;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD,
};

use super::cors_errors::REACH_SERVER;
use super::situation::{Lines, Situation};
use crate::explain::changes::Changes;
use crate::fetch::names::is_safelisted_method;
use crate::policy::rules::Notation;
use crate::testing::escaped_text::escaped;
use crate::testing::fetch::header_list::extract_tokens;
use crate::testing::fetch::network_error::Cause;
use crate::testing::report::mistakes::Mistake;

/// The most header names that one line shows.
const MOST_SHOWN: usize = 12;
const STATUS_OK: &str = "a status from 200 to 299";
const ALLOW_METHODS: &str = "Access-Control-Allow-Methods";
const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";
const UPPER_CASE_PATCH: &str = "let the page write the method as \"PATCH\"";

pub(super) fn lines(cause: &Cause, situation: &Situation<'_>) -> Option<Lines> {
    let by_name = if situation.includes_credentials {
        " by name; with credentials, \"*\" is only a name"
    } else {
        ""
    };
    Some(match cause {
        Cause::PreflightStatus { .. } if situation.shows(Mistake::ServerNotReached) => {
            Lines::not_cors(
                format!("{} to the preflight", situation.status()),
                STATUS_OK,
                REACH_SERVER,
            )
        }
        Cause::PreflightStatus { .. } if situation.shows(Mistake::PreflightLimited) => Lines::new(
            format!("{} to the preflight", situation.status()),
            STATUS_OK,
            "put the layer outside of the limit, or raise the limit; a limit in a proxy has to let preflights pass",
            "let OPTIONS pass the limit, or raise it",
        ),
        Cause::PreflightStatus { .. } => Lines::new(
            format!("{} to the preflight", situation.status()),
            STATUS_OK,
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
            fix(situation),
            if method == "patch" {
                format!(
                    "{UPPER_CASE_PATCH}, and send PATCH in {ALLOW_METHODS} on the response to OPTIONS"
                )
            } else {
                format!("send {method} in {ALLOW_METHODS} on the response to OPTIONS")
            },
        ),
        Cause::HeaderNotAllowed { name } => {
            let names = missing_headers(situation).unwrap_or_else(|| vec![name.clone()]);
            let shown = &names[..names.len().min(MOST_SHOWN)];
            let all = shown.join(", ");
            Lines::new(
                situation.header(&ACCESS_CONTROL_ALLOW_HEADERS, ALLOW_HEADERS),
                format!("{ALLOW_HEADERS}: {all}{by_name}"),
                fix(situation),
                format!("send {all} in {ALLOW_HEADERS} on the response to OPTIONS"),
            )
        }
        _ => return None,
    })
}

/// Everything that the response lacks, in the words of [`Policy::explain`](crate::Policy::explain).
fn fix(situation: &Situation<'_>) -> String {
    let mut changes = Changes::default();
    let mut page = None;
    if let Some(method) = missing_method(situation) {
        if method == "patch" {
            page = Some(UPPER_CASE_PATCH);
            changes.methods = vec!["PATCH".to_owned()];
        } else {
            changes.methods = vec![method];
        }
    }
    changes.add_headers(missing_headers(situation).unwrap_or_default());
    let policy = changes.sentence(Notation::Builder);
    match page {
        Some(page) => format!("{page}; {policy}"),
        None => policy,
    }
}

fn missing_method(situation: &Situation<'_>) -> Option<String> {
    let last = situation.last?;
    let method = last.request_headers().get(ACCESS_CONTROL_REQUEST_METHOD)?;
    let method = method.as_bytes();
    let allowed = extract_tokens(last.response_headers()?, &ACCESS_CONTROL_ALLOW_METHODS);
    let allowed = allowed.values().unwrap_or_default();
    let is_allowed = is_safelisted_method(method)
        || allowed.contains(&method)
        || !situation.includes_credentials && allowed.contains(&&b"*"[..]);
    (!is_allowed).then(|| escaped(method))
}

/// All names that the list lacks. The standard stops at the first.
fn missing_headers(situation: &Situation<'_>) -> Option<Vec<String>> {
    let last = situation.last?;
    let asked = extract_tokens(last.request_headers(), &ACCESS_CONTROL_REQUEST_HEADERS);
    let allowed = extract_tokens(last.response_headers()?, &ACCESS_CONTROL_ALLOW_HEADERS);
    let allowed = allowed.values().unwrap_or_default();
    let is_any = !situation.includes_credentials && allowed.contains(&&b"*"[..]);
    let allowed: HashSet<_> = allowed
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    // "*" allows everything except Authorization.
    let missing = asked.values()?.into_iter().filter(|name| {
        !allowed.contains(*name) && (!is_any || name.eq_ignore_ascii_case(b"authorization"))
    });
    Some(missing.map(escaped).collect())
}
