//! The checks of methods and header names. Valid names stay in their order, each once.

use http::{HeaderName, Method};

use crate::builder::UncheckedPolicy;
use crate::builder::inputs::Item;
use crate::config::MIRROR;
use crate::error::credentials::CredentialConflict;
use crate::error::{Field, Problems, Reason};
use crate::fetch::names::{
    header_text, is_cors_header, is_forbidden_method, is_forbidden_request_header,
    is_forbidden_response_header, is_safelisted_method, is_safelisted_response_header, is_slip,
    is_word_for_any, normalize_method,
};
use crate::fetch::requested_headers::is_token;

impl UncheckedPolicy {
    pub(super) fn check_methods(&self, problems: &mut Problems) -> Vec<Method> {
        self.check_credentials_with(CredentialConflict::AnyMethod, problems);
        let mut checked = Vec::new();
        for (index, method) in self.methods.iter().enumerate() {
            let mut report = |text: &str, reason, fix: &str| {
                problems.add(Field::Methods, Some(index), text, reason, fix);
            };
            let method = match method.read(|text| read(text, Method::from_bytes)) {
                Ok(method) => normalize_method(method),
                Err((text, NotAName)) => {
                    report(
                        text,
                        Reason::InvalidMethod,
                        &self.fix_of(Field::Methods, text),
                    );
                    continue;
                }
            };
            let text = method.as_str();
            let is_any = text == "*" || is_word_for_any(text);
            if is_any && self.rules.settings.credentials {
                let fix = self.notation.fix(
                    "call mirror_request_methods()",
                    "write `methods = \"mirror request\"`, with no other entry",
                );
                report(text, Reason::WildcardMethod, fix);
            } else if is_any {
                let fix = self.notation.fix(
                    "call allow_any_method()",
                    "write `methods = \"*\"`, with no other entry",
                );
                report(text, Reason::WildcardMethod, fix);
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

    pub(super) fn check_request_headers(&self, problems: &mut Problems) -> Vec<HeaderName> {
        self.check_credentials_with(CredentialConflict::AnyHeader, problems);
        self.check_names(
            &self.request_headers,
            Field::Headers,
            problems,
            &|name| match name {
                _ if name.contains('*') || is_word_for_any(name) => Some((
                    Reason::WildcardHeader,
                    self.notation.fix(
                        "call allow_any_header(), or mirror_request_headers() with credentials",
                        "write `headers = \"*\"`, with no other entry than \"authorization\", \
                         or `headers = \"mirror request\"` with credentials",
                    ),
                )),
                "cookie" => Some((
                    Reason::ForbiddenRequestHeader,
                    self.notation.fix(
                        "remove it; to let pages send cookies, call allow_credentials()",
                        "remove it; to let pages send cookies, set credentials = true",
                    ),
                )),
                _ if is_cors_header(name) => Some((
                    Reason::CorsHeader,
                    "remove it; this layer adds the CORS response headers itself",
                )),
                _ if is_forbidden_request_header(name) => Some((
                    Reason::ForbiddenRequestHeader,
                    "remove it; pages do not need permission for it",
                )),
                _ => None,
            },
        )
    }

    pub(super) fn check_exposed_headers(&self, problems: &mut Problems) -> Vec<HeaderName> {
        self.check_credentials_with(CredentialConflict::AnyExposedHeader, problems);
        let mut exposed = self.check_names(
            &self.exposed_headers,
            Field::ExposedHeaders,
            problems,
            &|name| match name {
                _ if name.contains('*') || is_word_for_any(name) => Some((
                    Reason::WildcardHeader,
                    self.notation.fix(
                        "call expose_any_header(), or name the headers if credentials are allowed",
                        "write `expose_headers = \"*\"`, with no other entry, or name the headers \
                         if credentials are allowed",
                    ),
                )),
                _ if is_cors_header(name) => {
                    Some((Reason::CorsHeader, "remove it; only the browser reads it"))
                }
                _ if is_forbidden_response_header(name) => Some((
                    Reason::ForbiddenResponseHeader,
                    self.notation.fix(
                        "remove it; to let pages send and keep cookies, call allow_credentials()",
                        "remove it; to let pages send and keep cookies, set credentials = true",
                    ),
                )),
                _ => None,
            },
        );
        exposed.retain(|name| !is_safelisted_response_header(header_text(name)));
        exposed
    }

    /// The names that pass the check, each once, in their order.
    fn check_names(
        &self,
        names: &[Item<HeaderName>],
        field: Field,
        problems: &mut Problems,
        refuse: &dyn Fn(&str) -> Option<(Reason, &'static str)>,
    ) -> Vec<HeaderName> {
        let mut checked = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let mut report = |text: &str, reason, fix: &str| {
                problems.add(field, Some(index), text, reason, fix);
            };
            match name.read(|text| read(text, HeaderName::from_bytes)) {
                Err((text, NotAName)) => {
                    report(text, Reason::InvalidHeaderName, &self.fix_of(field, text));
                }
                Ok(name) => match refuse(header_text(&name)) {
                    Some((reason, fix)) => report(header_text(&name), reason, fix),
                    None if checked.contains(&name) => {}
                    None => checked.push(name),
                },
            }
        }
        checked
    }

    #[cold]
    fn fix_of(&self, field: Field, text: &str) -> String {
        let (entry, example) = match field {
            Field::Methods => ("method", "write one method, such as \"PUT\""),
            _ => ("name", "write one header name, such as \"x-request-id\""),
        };
        let mirror = match field {
            Field::Methods => Some((
                "call mirror_request_methods()",
                "write `methods = \"mirror request\"`, with no other entry",
            )),
            Field::Headers => Some((
                "call mirror_request_headers()",
                "write `headers = \"mirror request\"`, with no other entry",
            )),
            _ => None,
        };
        if let Some((call, key)) = mirror.filter(|_| text == MIRROR) {
            return self.notation.fix(call, key).to_owned();
        }
        match (split_list(text), unwrapped(text)) {
            (Some(entries), _) => format!("write each {entry} as an entry: {entries}"),
            (None, Some(one)) => format!("write {one:?}"),
            (None, None) => example.to_owned(),
        }
    }
}

struct NotAName;

fn read<T, E>(text: &str, parse: fn(&[u8]) -> Result<T, E>) -> Result<T, NotAName> {
    if is_slip(text) {
        return Err(NotAName);
    }
    parse(text.as_bytes()).map_err(|_| NotAName)
}

/// What people leave around a name.
const WRAPPING: [char; 8] = [' ', '\t', '"', '\'', '`', '[', ']', ','];

/// The name in a text such as `"PUT "`, `['PUT']` or `Content-Type: application/json`.
fn unwrapped(text: &str) -> Option<&str> {
    let name = text.split(':').next()?.trim_matches(WRAPPING);
    (is_token(name.as_bytes()) && !is_slip(name)).then_some(name)
}

/// The entries of a text that is a list, as code: `["authorization", "content-type"]`.
fn split_list(text: &str) -> Option<String> {
    let entries: Vec<_> = text
        .split([',', ';', ' ', '|'])
        .map(|entry| entry.trim_matches(WRAPPING))
        .filter(|entry| !entry.is_empty())
        .collect();
    let are_tokens = entries.iter().all(|entry| is_token(entry.as_bytes()));
    (entries.len() > 1 && are_tokens && text != MIRROR).then(|| format!("{entries:?}"))
}
