//! Schemes that no origin has, and typing errors in `http` and `https`.

use super::ip::are_equal;

/// Whether browsers never send an origin of this scheme.
/// <https://html.spec.whatwg.org/multipage/browsers.html#concept-origin>
pub(super) const fn is_without_origin(scheme: &[u8]) -> bool {
    matches!(
        scheme,
        b"about"
            | b"blob"
            | b"data"
            | b"filesystem"
            | b"ftp"
            | b"ftps"
            | b"javascript"
            | b"mailto"
            | b"view-source"
    )
}

/// Whether a scheme is `http` or `https` with a typing error.
pub(super) const fn is_mistyped(scheme: &[u8]) -> bool {
    !are_equal(scheme, b"http")
        && !are_equal(scheme, b"https")
        && (is_within_one_edit(scheme, b"http") || is_within_one_edit(scheme, b"https"))
}

/// Whether one byte more, less or other, or two neighbours swapped, make `a` of `b`.
const fn is_within_one_edit(a: &[u8], b: &[u8]) -> bool {
    let mut start = 0;
    while start < a.len() && start < b.len() && a[start] == b[start] {
        start += 1;
    }
    let (a, b) = (a.split_at(start).1, b.split_at(start).1);
    match (a, b) {
        ([_, a_rest @ ..], [_, b_rest @ ..]) if are_equal(a_rest, b_rest) => true,
        ([_, a_rest @ ..], _) if are_equal(a_rest, b) => true,
        (_, [_, b_rest @ ..]) if are_equal(a, b_rest) => true,
        ([a_first, a_second, a_rest @ ..], [b_first, b_second, b_rest @ ..]) => {
            *a_first == *b_second && *a_second == *b_first && are_equal(a_rest, b_rest)
        }
        _ => false,
    }
}
