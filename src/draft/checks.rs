//! What `build()` refuses, field by field, and what it keeps: each entry once.

use std::time::Duration;

use http::{HeaderName, Method};

use crate::draft::Draft;
use crate::error::{Field, Problem, Reason};
use crate::header_names::{
    is_cors_header, is_forbidden_method, is_forbidden_request_header, is_forbidden_response_header,
    is_safelisted_method, is_safelisted_response_header, normalize_method,
};
use crate::origin::OriginPattern;

/// The longest time that any browser keeps a preflight, in seconds (Firefox; Chromium: 7200).
const LONGEST_MAX_AGE: u64 = 86_400;

impl Draft {
    pub(super) fn check_origins(&self, problems: &mut Vec<Problem>) {
        let nobody = self.origins.is_empty() && self.predicates.is_empty();
        if nobody && !self.any_origin && !self.null_origin {
            let fix = "read the setting that the origins come from, or leave the layer out";
            problems.push(Problem::new(
                Field::Origins,
                None,
                "",
                Reason::NoOrigin,
                fix,
            ));
        }
        for (index, origin) in self.origins.iter().enumerate() {
            let mut report = |text: &str, reason, fix: String| {
                problems.push(Problem::new(Field::Origins, Some(index), text, reason, fix));
            };
            let origin = match origin {
                Ok(origin) => origin,
                Err(error) => {
                    report(error.text(), Reason::Origin(error.problem()), error.fix());
                    continue;
                }
            };
            if self.credentials && !self.insecure_origins && origin.is_insecure() {
                let secure = origin.as_str().replacen("http://", "https://", 1);
                report(
                    origin.as_str(),
                    Reason::InsecureOrigin,
                    format!("write \"{secure}\", or call dangerously_allow_insecure_origins()"),
                );
            }
            if self.credentials && !self.public_suffixes && is_over_suffix(origin) {
                let (scheme, base, port) = (origin.scheme(), origin.host(), origin.port_text());
                report(
                    origin.as_str(),
                    Reason::PublicSuffix,
                    format!(
                        "write the domain that you own, as in \"{scheme}://*.example.{base}{port}\", \
                         or call dangerously_allow_public_suffixes()"
                    ),
                );
            }
        }
    }

    pub(super) fn check_methods(&self, problems: &mut Vec<Problem>) -> Vec<Method> {
        let mut checked = Vec::new();
        for (index, method) in self.methods.iter().enumerate() {
            let mut report = |text: &str, reason, fix: &str| {
                problems.push(Problem::new(Field::Methods, Some(index), text, reason, fix));
            };
            let method = match method {
                Ok(method) => normalize_method(method.clone()),
                Err(text) => {
                    report(
                        text,
                        Reason::InvalidMethod,
                        "write one method, such as \"PUT\"",
                    );
                    continue;
                }
            };
            let text = method.as_str();
            if text == "*" && self.credentials {
                report(
                    text,
                    Reason::WildcardMethod,
                    "call mirror_request_methods()",
                );
            } else if text == "*" {
                report(text, Reason::WildcardMethod, "call allow_any_method()");
            } else if is_forbidden_method(text.as_bytes()) {
                report(text, Reason::ForbiddenMethod, "remove it");
            } else if text != "PATCH" && text.eq_ignore_ascii_case("PATCH") {
                report(
                    text,
                    Reason::MethodCase,
                    "write \"PATCH\", here and in the page",
                );
            } else if !is_safelisted_method(text.as_bytes()) && !checked.contains(&method) {
                checked.push(method);
            }
        }
        checked
    }

    pub(super) fn check_max_age(&self, problems: &mut Vec<Problem>) -> Option<u64> {
        let max_age = self.max_age?;
        let mut report = |reason, fix: String| {
            let text = format!("{max_age:?}");
            problems.push(Problem::new(Field::MaxAge, None, text, reason, fix));
        };
        if max_age > Duration::from_secs(LONGEST_MAX_AGE) {
            report(
                Reason::MaxAgeTooLong,
                format!("write at most {LONGEST_MAX_AGE} s"),
            );
        } else if max_age.subsec_nanos() != 0 {
            report(
                Reason::MaxAgeFraction,
                format!(
                    "write {} s or {} s",
                    max_age.as_secs(),
                    max_age.as_secs() + 1
                ),
            );
        }
        Some(max_age.as_secs())
    }

    pub(super) fn check_preflight_status(&self, problems: &mut Vec<Problem>) {
        let status = self.options.preflight_status;
        if !status.is_success() {
            problems.push(Problem::new(
                Field::PreflightStatus,
                None,
                status.as_str(),
                Reason::PreflightStatusNotOk,
                "write 204, or 200 for clients that know no 204",
            ));
        }
    }
}

pub(super) fn check_request_headers(
    names: &[Result<HeaderName, String>],
    problems: &mut Vec<Problem>,
) -> Vec<HeaderName> {
    check_names(names, Field::Headers, problems, |name| {
        match name.as_str() {
            "*" => Some((
                Reason::WildcardHeader,
                "call allow_any_header(), or mirror_request_headers() with credentials",
            )),
            "cookie" => Some((
                Reason::ForbiddenRequestHeader,
                "remove it; to let pages send cookies, call allow_credentials()",
            )),
            _ if is_cors_header(name) => Some((
                Reason::CorsHeader,
                "remove it; this layer sends what belongs on a response by itself",
            )),
            _ if is_forbidden_request_header(name) => Some((
                Reason::ForbiddenRequestHeader,
                "remove it; pages need no permission for it",
            )),
            _ => None,
        }
    })
}

pub(super) fn check_exposed_headers(
    names: &[Result<HeaderName, String>],
    problems: &mut Vec<Problem>,
) -> Vec<HeaderName> {
    let mut exposed = check_names(names, Field::ExposedHeaders, problems, |name| {
        match name.as_str() {
            "*" => Some((
                Reason::WildcardHeader,
                "call expose_any_header(), or name the headers if credentials are allowed",
            )),
            _ if is_cors_header(name) => {
                Some((Reason::CorsHeader, "remove it; the browser alone reads it"))
            }
            _ if is_forbidden_response_header(name) => Some((
                Reason::ForbiddenResponseHeader,
                "remove it; to let pages send and keep cookies, call allow_credentials()",
            )),
            _ => None,
        }
    });
    exposed.retain(|name| !is_safelisted_response_header(name));
    exposed
}

/// The names that pass, each once, in their order.
fn check_names(
    names: &[Result<HeaderName, String>],
    field: Field,
    problems: &mut Vec<Problem>,
    refuse: impl Fn(&HeaderName) -> Option<(Reason, &'static str)>,
) -> Vec<HeaderName> {
    let mut checked = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let problem = match name {
            Err(text) => {
                let fix = "write one header name, such as \"x-request-id\"";
                Some((text.as_str(), Reason::InvalidHeaderName, fix))
            }
            Ok(name) => refuse(name).map(|(reason, fix)| (name.as_str(), reason, fix)),
        };
        match (problem, name) {
            (Some((text, reason, fix)), _) => {
                problems.push(Problem::new(field, Some(index), text, reason, fix));
            }
            (None, Ok(name)) if !checked.contains(name) => checked.push(name.clone()),
            (None, _) => {}
        }
    }
    checked
}

/// Whether anybody can get a domain that the pattern allows. <https://publicsuffix.org/>
fn is_over_suffix(pattern: &OriginPattern) -> bool {
    let base = pattern.host();
    pattern.allows_subdomains()
        && (!base.contains('.') && base != "localhost" || is_listed_suffix(base))
}

#[cfg(feature = "public-suffix")]
fn is_listed_suffix(base: &str) -> bool {
    // For a name that is not on the list, `localhost` for one, psl takes the last label.
    psl::suffix(base.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix == base.as_bytes())
}

#[cfg(not(feature = "public-suffix"))]
fn is_listed_suffix(_base: &str) -> bool {
    false
}
