//! Header values that are built once for a policy, and sent many times.

use bytes::Bytes;
use http::HeaderValue;

/// The value `*`.
pub(crate) static ANY: HeaderValue = any();
/// The value `null`.
pub(crate) static NULL: HeaderValue = HeaderValue::from_static("null");

/// A new `*`. It is faster than a clone of [`ANY`], which calls a function through a pointer.
#[inline]
pub(crate) const fn any() -> HeaderValue {
    HeaderValue::from_static("*")
}

/// The value `true`.
#[inline]
pub(crate) const fn yes() -> HeaderValue {
    HeaderValue::from_static("true")
}

/// A value whose clones share its bytes and do not allocate. `None` if a header cannot have this value.
pub(crate) fn shared_value(text: String) -> Option<HeaderValue> {
    HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok()
}

/// The items of a list as one value. `None` if there are no items.
pub(crate) fn list_value(
    items: &mut dyn Iterator<Item = &str>,
    separator: &str,
) -> Option<HeaderValue> {
    let mut list = items.next()?.to_owned();
    for item in items {
        list.push_str(separator);
        list.push_str(item);
    }
    shared_value(list)
}
