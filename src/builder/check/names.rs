//! The checks of methods and header names. Valid names stay in their order, each once.

use http::{HeaderName, Method};

use crate::builder::UncheckedPolicy;
use crate::builder::inputs::Item;
use crate::config::MIRROR;
use crate::error::credentials::CredentialConflict;
use crate::error::{Field, Problems, Reason};
use crate::fetch::names::{
    NotAName, find_word, header_prefix, header_text, is_cors_header, is_dangerous_prefix,
    is_forbidden_method, is_forbidden_request_header, is_forbidden_response_header,
    is_safelisted_method, is_safelisted_response_header, is_slip, is_word_for_any,
    normalize_method,
};
use crate::fetch::requested_headers::is_token;
use crate::origin::clean;

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
                Err((text, Unreadable)) => {
                    report(
                        text,
                        Reason::InvalidMethod,
                        &self.fix_of(Field::Methods, text, &is_usable_method),
                    );
                    continue;
                }
            };
            let text = method.as_str();
            if let Some(what) = NotAName::new(text) {
                let fix = self.fix_of_word(Field::Methods, what);
                report(text, Reason::WordInPlaceOfName, fix);
                continue;
            }
            let is_any = text == "*" || is_word_for_any(text);
            if is_any && self.rules.credentials {
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
            } else if let Some(upper) = in_upper_case(text) {
                let fix = format!("write \"{upper}\", here and in the page");
                report(text, Reason::MethodCase, &fix);
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
                _ if header_prefix(name).is_some_and(is_dangerous_prefix) => Some((
                    Reason::DangerousPrefix,
                    "list the names that pages send, or a longer prefix such as \"mcp-param-*\"",
                )),
                _ if header_prefix(name).is_some() => None,
                _ if name.contains('*') && name != "*" => Some((Reason::MisplacedPrefix, PREFIX)),
                _ if name == "*" || is_word_for_any(name) => Some((
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
                _ if name.contains('*') && name != "*" => Some((
                    Reason::ExposedPrefix,
                    "name each header that pages read, in full",
                )),
                _ if name == "*" || is_word_for_any(name) => Some((
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
                Err((text, Unreadable)) => {
                    let is_usable = |name: &str| refuse(&name.to_ascii_lowercase()).is_none();
                    let fix = self.fix_of(field, text, &is_usable);
                    report(text, Reason::InvalidHeaderName, &fix);
                }
                Ok(name) if NotAName::new(header_text(&name)).is_some() => {
                    let what = NotAName::new(header_text(&name));
                    let fix = what.map_or("", |what| self.fix_of_word(field, what));
                    report(header_text(&name), Reason::WordInPlaceOfName, fix);
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

    fn fix_of_word(&self, field: Field, what: NotAName) -> &'static str {
        match what {
            NotAName::Unset => "set the variable that this entry comes from, or remove the entry",
            NotAName::None => "remove the entry",
            NotAName::Mirror => self.mirror(field).unwrap_or("name each header"),
        }
    }

    /// How to mirror the request, where that exists.
    fn mirror(&self, field: Field) -> Option<&'static str> {
        match field {
            Field::Methods => Some(self.notation.fix(
                "call mirror_request_methods()",
                "write `methods = \"mirror request\"`, with no other entry",
            )),
            Field::Headers => Some(self.notation.fix(
                "call mirror_request_headers()",
                "write `headers = \"mirror request\"`, with no other entry",
            )),
            _ => None,
        }
    }

    /// What to write instead of a text that is not a name. Suggests only names that no other check refuses.
    #[cold]
    fn fix_of(&self, field: Field, text: &str, is_usable: &dyn Fn(&str) -> bool) -> String {
        let (entry, example) = match field {
            Field::Methods => ("method", "write one method, such as \"PUT\""),
            _ => ("name", "write one header name, such as \"x-request-id\""),
        };
        if let Some(fix) = self.mirror(field).filter(|_| text == MIRROR) {
            return fix.to_owned();
        }
        let entries = clean(text).split([',', ';', '|', '\n']).map(clean);
        let entries: Vec<_> = entries.filter(|entry| !entry.is_empty()).collect();
        let are_names = entries.iter().all(|name| {
            let is_name = is_token(name.as_bytes()) && NotAName::new(name).is_none();
            is_name && !is_slip(name) && is_usable(name)
        });
        match &*entries {
            [one] if are_names => format!("write {one:?}"),
            [_, _, ..] if are_names => format!("write each {entry} as an entry: {entries:?}"),
            _ => example.to_owned(),
        }
    }
}

const PREFIX: &str = "write a name, a hyphen and one \"*\" at the end, as in \"mcp-param-*\"";

/// A registered method that browsers don't write in upper case, unlike `get` or `put`, and that no server knows in
/// another case.
fn in_upper_case(text: &str) -> Option<&'static str> {
    find_word(text.as_bytes(), &["PATCH", "QUERY"]).filter(|upper| *upper != text)
}

/// Whether a method is one that pages can use, in the case that they send it in.
fn is_usable_method(method: &str) -> bool {
    let is_any = method == "*" || is_word_for_any(method);
    let has_lower = method.contains(|c: char| c.is_ascii_lowercase());
    !is_any && !has_lower && !is_forbidden_method(method.as_bytes())
}

struct Unreadable;

fn read<T, E>(text: &str, parse: fn(&[u8]) -> Result<T, E>) -> Result<T, Unreadable> {
    if is_slip(text) {
        return Err(Unreadable);
    }
    parse(text.as_bytes()).map_err(|_| Unreadable)
}
