//! Which hosts are the same site, and `Sec-Fetch-Site`.

use super::url::FetchUrl;
use crate::Origin;

/// The value for the hop that is farthest from the page.
///
/// Browsers use the Public Suffix List. Here two hosts are the same site if they are equal or share their last
/// two labels. This is wrong for `a.co.uk` and `b.co.uk`.
///
/// [Fetch Metadata, `Sec-Fetch-Site`](https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header)
pub(crate) fn sec_fetch_site(page: &str, urls: &[FetchUrl]) -> &'static str {
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
