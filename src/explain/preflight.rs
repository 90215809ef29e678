//! What keeps a policy from allowing a preflight whose origin is allowed: its method and its request headers.

use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::{HeaderName, Method};

use super::changes::{NothingHelps, seldom_asked_last};
use super::obstacles::Obstacles;
use crate::fetch::names::{
    is_cors_header, is_forbidden_method, is_forbidden_request_header, normalize_method,
};
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::fetch::requested_headers::check_names;
use crate::policy::Policy;
use crate::policy::denial::{Denial, Quoted};

/// How many distinct names of a preflight are looked at.
const MOST_DISTINCT: usize = 64;
const NOT_COVERED: &str = "the wildcard \"*\" covers every request header except \"authorization\"";

impl Obstacles {
    pub(super) fn add_method(&mut self, policy: &Policy, request: RequestHead<'_>) {
        let method = match HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD) {
            HeaderLine::One(method) => method.as_bytes(),
            HeaderLine::Several => {
                self.reasons.push(Denial::SeveralMethods.to_string());
                self.add(Err(NothingHelps(
                    "no change to the policy helps; find the proxy or client that adds an \
                     Access-Control-Request-Method line, because browsers send one"
                        .to_owned(),
                )));
                return;
            }
            HeaderLine::Missing => return,
        };
        if policy.rules.allows_method(method) {
            return;
        }
        self.reasons
            .push(Denial::MethodNotAllowed { method }.to_string());
        let Ok(token) = Method::from_bytes(method) else {
            self.add(Err(NothingHelps(format!(
                "no change to the policy helps, because {} is not a valid method; browsers do not ask for it",
                Quoted(method)
            ))));
            return;
        };
        if is_forbidden_method(method) {
            self.add(Err(NothingHelps(format!(
                "no change to the policy helps, because browsers let no page use {}; use another method",
                Quoted(method)
            ))));
            return;
        }
        let upper = method.to_ascii_uppercase();
        let written = normalize_method(token.clone());
        let written = match () {
            () if written != token => written.to_string(),
            () if matches!(&*upper, b"PATCH" | b"QUERY") || policy.rules.allows_method(&upper) => {
                String::from_utf8_lossy(&upper).into_owned()
            }
            () => token.to_string(),
        };
        if written.as_bytes() != method {
            self.page.push(format!("write the method as \"{written}\""));
        }
        if !policy.rules.allows_method(written.as_bytes()) {
            self.changes.methods = vec![written];
        }
    }

    pub(super) fn add_headers(&mut self, policy: &Policy, request: RequestHead<'_>) {
        let mut asked: Vec<&[u8]> = Vec::new();
        let mut is_allowed = policy.check_of_request_headers();
        let mut is_invalid_known = false;
        let checked = check_names(request.headers, |name| {
            let is_invalid = HeaderName::from_bytes(name).is_err();
            let is_kept = asked.len() < MOST_DISTINCT || is_invalid && !is_invalid_known;
            if is_kept
                && !is_allowed(name)
                && !asked.iter().any(|other| other.eq_ignore_ascii_case(name))
            {
                is_invalid_known |= is_invalid;
                asked.push(name);
            }
            true
        });
        if checked.is_err() {
            self.reasons.push(Denial::HeaderListTooLong.to_string());
            self.add(Err(NothingHelps(
                "no change to the policy helps; let the page send fewer request headers of its own"
                    .to_owned(),
            )));
            return;
        }
        let asked = seldom_asked_last(asked);
        let (mut listable, mut never) = (Vec::new(), Vec::new());
        for name in &asked {
            match HeaderName::from_bytes(name) {
                Ok(name) => {
                    let name = name.to_string();
                    if is_cors_header(&name) || is_forbidden_request_header(&name) {
                        never.push(name);
                    } else {
                        listable.push(name);
                    }
                }
                Err(_) => {
                    self.add(Err(NothingHelps(format!(
                        "no change to the policy helps, because {} is not a valid header name; browsers do not \
                         ask for it",
                        Quoted(name)
                    ))));
                }
            }
        }
        self.reasons.extend(reason_for_headers(&asked));
        let is_authorization = |name: &&[u8]| name.eq_ignore_ascii_case(b"authorization");
        if policy.rules.request_headers.any && asked.iter().any(is_authorization) {
            self.reasons.push(NOT_COVERED.to_owned());
        }
        if !never.is_empty() {
            self.page.push(format!(
                "leave out \"{}\", which only browsers set",
                never.join("\", \"")
            ));
        }
        self.changes.add_headers(listable);
    }
}

/// All names at once, up to a limit.
fn reason_for_headers(names: &[&[u8]]) -> Option<String> {
    const MOST: usize = 12;
    match names {
        [] => None,
        [name] => Some(Denial::HeaderNotAllowed { name }.to_string()),
        names => {
            let shown: Vec<_> = names
                .iter()
                .take(MOST)
                .map(|name| Quoted(name).to_string())
                .collect();
            let more = match names.len().saturating_sub(MOST) {
                0 => String::new(),
                _ if names.len() >= MOST_DISTINCT => " and many more".to_owned(),
                more => format!(" and {more} more"),
            };
            Some(format!(
                "the request headers {}{more} are not allowed",
                shown.join(", ")
            ))
        }
    }
}
