//! The `Vary` line: the request headers that a response depends on, merged with those that are already there.
//!
//! <https://www.rfc-editor.org/rfc/rfc9110#field.vary>

use http::header::{HeaderMap, HeaderName, HeaderValue, VARY};

use crate::fetch::names::header_text;
use crate::fetch::request::list_value;

/// Whether a response already has a `Vary` line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HasVary {
    Yes,
    No,
}

impl HasVary {
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        if headers.contains_key(VARY) {
            Self::Yes
        } else {
            Self::No
        }
    }
}

/// Request headers that a response depends on.
#[derive(Clone)]
pub(crate) enum Vary {
    Common(CommonVary),
    Names(HeaderValue),
}

/// The usual request headers that a response depends on. Their lines are constants.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommonVary {
    Nothing,
    Origin,
    OriginAndMethod,
    OriginAndSite,
    /// For cross-site writes, without credentials.
    OriginSiteAndCredentials,
}

impl CommonVary {
    /// Adds the names to a response. A name that is already there is not added again.
    #[inline]
    pub(super) fn merge_into(self, headers: &mut HeaderMap, has_vary: HasVary) {
        if let Some(line) = self.line() {
            merge_vary(line, headers, has_vary);
        }
    }

    #[inline]
    const fn line(self) -> Option<HeaderValue> {
        match self {
            Self::Nothing => None,
            Self::Origin => Some(HeaderValue::from_static("origin")),
            Self::OriginAndMethod => Some(HeaderValue::from_static(
                "origin, access-control-request-method",
            )),
            Self::OriginAndSite => Some(HeaderValue::from_static("origin, sec-fetch-site")),
            Self::OriginSiteAndCredentials => Some(HeaderValue::from_static(
                "origin, sec-fetch-site, cookie, authorization",
            )),
        }
    }
}

impl Vary {
    /// Keeps the order and drops repeated names.
    pub(crate) fn new(depends_on: &[HeaderName]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for name in depends_on {
            let name = header_text(name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Self::from_line(list_value(&mut names.into_iter(), ", "))
    }

    fn from_line(line: Option<HeaderValue>) -> Self {
        let Some(line) = line else {
            return Self::Common(CommonVary::Nothing);
        };
        for common in [
            CommonVary::Origin,
            CommonVary::OriginAndMethod,
            CommonVary::OriginAndSite,
            CommonVary::OriginSiteAndCredentials,
        ] {
            if common.line().as_ref() == Some(&line) {
                return Self::Common(common);
            }
        }
        Self::Names(line)
    }

    /// The first `Vary` line of a response.
    pub(crate) fn first_of(headers: &HeaderMap) -> Self {
        Self::from_line(headers.get(VARY).cloned())
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Common(CommonVary::Nothing))
    }

    /// Adds the names to a response. A name that is already there is not added again.
    pub(crate) fn merge_into(&self, headers: &mut HeaderMap, has_vary: HasVary) {
        match self {
            Self::Common(common) => common.merge_into(headers, has_vary),
            Self::Names(line) => merge_vary(line.clone(), headers, has_vary),
        }
    }
}

/// Adds a `Vary` line to a response. A name that is already there is not added again.
#[inline]
pub(super) fn merge_vary(line: HeaderValue, headers: &mut HeaderMap, has_vary: HasVary) {
    match has_vary {
        HasVary::No => {
            headers.insert(VARY, line);
        }
        HasVary::Yes => merge_with_present(headers, line),
    }
}

fn merge_with_present(headers: &mut HeaderMap, line: HeaderValue) {
    if has_member(headers, b"*") {
        return;
    }
    if !members(&line).any(|name| has_member(headers, name)) {
        headers.append(VARY, line);
        return;
    }
    for name in members(&line) {
        if !has_member(headers, name) {
            if let Ok(name) = HeaderName::from_bytes(name) {
                headers.append(VARY, HeaderValue::from(name));
            }
        }
    }
}

/// Whether one of the `Vary` lines has this member. Ignores case.
fn has_member(headers: &HeaderMap, name: &[u8]) -> bool {
    headers
        .get_all(VARY)
        .iter()
        .flat_map(members)
        .any(|member| member.eq_ignore_ascii_case(name))
}

fn members(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes()
        .split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
}
