//! The `Vary` line: the request headers that a response depends on, merged with those that are already there.
//!
//! <https://www.rfc-editor.org/rfc/rfc9110#field.vary>

use http::header::{HeaderMap, HeaderName, HeaderValue, VARY};

use crate::fetch::header_value::list_value;

/// Whether a response already has a `Vary` line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HasVary {
    Yes,
    No,
}

impl HasVary {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        if headers.contains_key(VARY) {
            Self::Yes
        } else {
            Self::No
        }
    }
}

/// Request headers that a response depends on.
pub(crate) struct Vary {
    names: Box<[HeaderName]>,
    /// The names as a header value. `None` if there are none.
    line: Option<HeaderValue>,
}

impl Vary {
    /// Keeps the order and drops repeated names.
    pub(crate) fn new(depends_on: &[HeaderName]) -> Self {
        let mut names = Vec::new();
        for name in depends_on {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        Self {
            line: list_value(&mut names.iter().map(HeaderName::as_str), ", "),
            names: names.into_boxed_slice(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.line.is_none()
    }

    /// Adds the names to a response. A name that is already there is not added again.
    #[inline]
    pub(crate) fn merge_into(&self, headers: &mut HeaderMap, has_vary: HasVary) {
        match (&self.line, has_vary) {
            (None, _) => {}
            (Some(line), HasVary::No) => {
                headers.insert(VARY, line.clone());
            }
            (Some(line), HasVary::Yes) => self.merge_with_present(headers, line),
        }
    }

    fn merge_with_present(&self, headers: &mut HeaderMap, line: &HeaderValue) {
        if has_member(headers, "*") {
            return;
        }
        if !self
            .names
            .iter()
            .any(|name| has_member(headers, name.as_str()))
        {
            headers.append(VARY, line.clone());
            return;
        }
        for name in &self.names {
            if !has_member(headers, name.as_str()) {
                headers.append(VARY, HeaderValue::from(name.clone()));
            }
        }
    }
}

/// Whether one of the `Vary` lines has this member. Ignores case.
fn has_member(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get_all(VARY)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .any(|member| member.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
}
