//! Header values that are made once, with a policy, and sent many times.

use bytes::Bytes;
use http::HeaderValue;

/// `*`, as it is sent.
pub(crate) static ANY: HeaderValue = any();
/// `null`, as it is sent.
pub(crate) static NULL: HeaderValue = HeaderValue::from_static("null");

/// `*`, made on the spot: a clone of [`ANY`] would be a call through a pointer.
#[inline]
pub(crate) const fn any() -> HeaderValue {
    HeaderValue::from_static("*")
}

/// `true`, as it is sent.
#[inline]
pub(crate) const fn yes() -> HeaderValue {
    HeaderValue::from_static("true")
}

/// A value whose clones share its bytes and allocate nothing; `None` for what no header can have.
///
/// The clones of a constant need not even be counted, so that the usual lists are constants.
pub(crate) fn shared_value(text: String) -> Option<HeaderValue> {
    for usual in ["origin", "origin, access-control-request-method"] {
        if text == usual {
            return Some(HeaderValue::from_static(usual));
        }
    }
    HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok()
}

/// The items of a list as one value; `None` if there are none.
pub(crate) fn list_value<'a>(
    items: impl IntoIterator<Item = &'a str>,
    separator: &str,
) -> Option<HeaderValue> {
    let list = items.into_iter().collect::<Vec<_>>().join(separator);
    if list.is_empty() {
        None
    } else {
        shared_value(list)
    }
}
