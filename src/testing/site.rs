//! `Sec-Fetch-Site`: how far the servers of a request are from the page.

use super::url::Url;
use crate::Origin;

/// The farthest that any hop is from the page.
///
/// Which hosts are one site is a matter of the Public Suffix List. Here two hosts are one site if they are
/// equal or share their last two labels, so that `a.co.uk` and `b.co.uk` are taken for one.
///
/// [Fetch Metadata, `Sec-Fetch-Site`](https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header)
pub(super) fn sec_fetch_site(page: &str, urls: &[Url]) -> &'static str {
    if urls.iter().all(|url| url.origin() == page) {
        "same-origin"
    } else if urls.iter().all(|url| is_same_site(page, url.origin())) {
        "same-site"
    } else {
        "cross-site"
    }
}

/// [HTML standard, same site](https://html.spec.whatwg.org/multipage/browsers.html#same-site)
fn is_same_site(page: &str, server: &str) -> bool {
    let (Ok(page), Ok(server)) = (
        Origin::parse(page.as_bytes()),
        Origin::parse(server.as_bytes()),
    ) else {
        return false;
    };
    page.scheme() == server.scheme()
        && (page.host() == server.host()
            || last_two_labels(page.host())
                .is_some_and(|site| last_two_labels(server.host()) == Some(site)))
}

/// `None` for a host of one label and for an IP address.
fn last_two_labels(host: &str) -> Option<&str> {
    let is_address = host.starts_with('[') || host.ends_with(|last: char| last.is_ascii_digit());
    let last_dot = host.rfind('.')?;
    let dot_before = host[..last_dot].rfind('.');
    (!is_address).then(|| &host[dot_before.map_or(0, |dot| dot + 1)..])
}
