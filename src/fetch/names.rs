//! The header names and methods that have a meaning in the Fetch standard.

use http::{HeaderName, Method};

/// Methods that a browser allows without looking at the list of allowed methods.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
pub(crate) fn is_safelisted_method(method: &[u8]) -> bool {
    matches!(method, b"GET" | b"HEAD" | b"POST")
}

/// Methods that scripts cannot use. <https://fetch.spec.whatwg.org/#forbidden-method>
pub(crate) fn is_forbidden_method(method: &[u8]) -> bool {
    find_word(method, &["CONNECT", "TRACE", "TRACK"]).is_some()
}

/// Writes `get` as `GET`, and in the same way the other five methods that browsers normalise. Other methods stay as
/// they are, because methods are case-sensitive.
/// <https://fetch.spec.whatwg.org/#concept-method-normalize>
pub(crate) fn normalize_method(method: Method) -> Method {
    let normalized = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    match find_word(method.as_str().as_bytes(), &normalized) {
        Some(name) => Method::from_bytes(name.as_bytes()).unwrap_or(method),
        None => method,
    }
}

/// Headers that scripts cannot set on a request.
/// <https://fetch.spec.whatwg.org/#forbidden-request-header>
pub(crate) fn is_forbidden_request_header(name: &str) -> bool {
    matches!(
        name,
        "accept-charset"
            | "accept-encoding"
            | "connection"
            | "content-length"
            | "cookie"
            | "cookie2"
            | "date"
            | "dnt"
            | "expect"
            | "host"
            | "keep-alive"
            | "origin"
            | "referer"
            | "set-cookie"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "via"
    ) || name.starts_with("proxy-")
        || name.starts_with("sec-")
}

/// Headers that scripts cannot read on a response.
/// <https://fetch.spec.whatwg.org/#forbidden-response-header-name>
pub(crate) fn is_forbidden_response_header(name: &str) -> bool {
    matches!(name, "set-cookie" | "set-cookie2")
}

/// Headers that scripts can always read on a response, exposed or not.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name>
pub(crate) fn is_safelisted_response_header(name: &str) -> bool {
    matches!(
        name,
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}

/// The part of `mcp-param-*` before its `*`: a name and a hyphen. `None` if an entry is not of that form.
pub(crate) fn header_prefix(entry: &str) -> Option<&str> {
    let prefix = entry.strip_suffix('*')?;
    let name = prefix.strip_suffix('-')?;
    (!name.is_empty() && !name.starts_with('-') && !name.contains('*')).then_some(prefix)
}

/// Whether a prefix covers headers that say who calls or what is asked. Proxies set them, and servers believe them.
pub(crate) fn is_dangerous_prefix(prefix: &str) -> bool {
    [
        "sec-",
        "proxy-",
        "access-control-",
        "x-forwarded-",
        "x-original-",
        "x-rewrite-",
        "x-http-method-",
        "x-real-",
    ]
    .iter()
    .any(|dangerous| prefix.starts_with(dangerous) || dangerous.starts_with(prefix))
}

/// The headers of the CORS protocol itself. <https://fetch.spec.whatwg.org/#http-new-header-syntax>
#[inline]
pub(crate) fn is_cors_header(name: &str) -> bool {
    name.starts_with("access-control-")
}

/// The text of a header name.
// `HeaderName::as_str` is inlined into its callers, with a table of all standard names that takes 2 to 4 KiB.
#[inline(never)]
pub(crate) fn header_text(name: &HeaderName) -> &str {
    name.as_str()
}

/// Whether a method or header name is one by the grammar, but surely not the one that was meant: `'PUT'`, `PUT|DELETE`.
pub(crate) fn is_slip(name: &str) -> bool {
    name.starts_with(['\'', '`']) || name.ends_with(['\'', '`']) || name.contains('|')
}

/// What a method or header name is instead of a name, though it is one by the grammar: `null`, `$ALLOWED_HEADERS`,
/// `mirror`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAName {
    /// A variable without its value.
    Unset,
    /// A word for no entry.
    None,
    /// The setting that mirrors the request, in other words.
    Mirror,
}

impl NotAName {
    pub(crate) fn new(text: &str) -> Option<Self> {
        let is = |words: &[&str]| find_word(text.as_bytes(), words).is_some();
        if text.starts_with('$')
            || text.len() > 2 && text.starts_with('%') && text.ends_with('%')
            || is(&["null", "undefined", "nil", "nan"])
        {
            Some(Self::Unset)
        } else if is(&["none", "false", "true"]) {
            Some(Self::None)
        } else if is(&[
            "mirror",
            "mirror_request",
            "mirror-request",
            "mirrorrequest",
        ]) {
            Some(Self::Mirror)
        } else {
            None
        }
    }
}

/// Words of other frameworks for every method or header.
pub(crate) fn is_word_for_any(name: &str) -> bool {
    find_word(name.as_bytes(), &["all", "any"]).is_some()
}

/// The word that a text is, in any case.
// Inlined, it would be repeated for each word of each list.
#[inline(never)]
pub(crate) fn find_word<'w>(text: &[u8], words: &[&'w str]) -> Option<&'w str> {
    let mut words = words.iter().copied();
    words.find(|word| word.as_bytes().eq_ignore_ascii_case(text))
}
