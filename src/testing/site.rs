//! Sites: which hosts belong together for cookies, `Sec-Fetch-Site` and resource policies.
//!
//! With the feature `public-suffix`, a site is known by the Public Suffix List, as in browsers. Without it, the
//! last two labels of a host are its site. This is wrong for `a.co.uk` and `b.co.uk`.

/// What a message about sites adds if they are guessed.
pub(crate) const NOTE: &str = if cfg!(feature = "public-suffix") {
    ""
} else {
    " (the site is guessed from the last two labels of the host; the feature public-suffix knows it)"
};

/// Whether two origins are the same site: the same scheme and the same registrable domain.
///
/// [HTML standard, same site](https://html.spec.whatwg.org/multipage/browsers.html#same-site)
pub(crate) fn is_same_site(a: &str, b: &str) -> bool {
    let parts = (scheme_and_host(a), scheme_and_host(b));
    let (Some((a_scheme, a_host)), Some((b_scheme, b_host))) = parts else {
        return false;
    };
    a_scheme == b_scheme && have_same_domain(a_host, b_host)
}

/// Whether two origins are the same site, apart from their schemes.
///
/// [HTML standard, schemelessly same site](https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site)
pub(crate) fn is_schemelessly_same_site(a: &str, b: &str) -> bool {
    let parts = (scheme_and_host(a), scheme_and_host(b));
    matches!(parts, (Some((_, a)), Some((_, b))) if have_same_domain(a, b))
}

/// Whether two hosts are equal or share their registrable domain.
pub(crate) fn have_same_domain(a: &str, b: &str) -> bool {
    a == b || registrable_domain(a).is_some_and(|domain| registrable_domain(b) == Some(domain))
}

/// The site of an origin, scheme included; the origin itself if its host has no registrable domain.
pub(crate) fn site_of(origin: &str) -> String {
    match scheme_and_host(origin) {
        Some((scheme, host)) => {
            format!("{scheme}://{}", registrable_domain(host).unwrap_or(host))
        }
        None => origin.to_owned(),
    }
}

/// The parts of an origin as browsers write it; `None` for `null`. A URL may have a host that no [`Origin`] has, such
/// as `a..test`, so this takes any text.
///
/// [`Origin`]: crate::Origin
fn scheme_and_host(origin: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = origin.split_once("://")?;
    let host = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => rest,
    };
    Some((scheme, host))
}

/// `example.com` for `app.example.com`; `None` for an IP address and for a host that has no such domain.
///
/// [URL standard, registrable domain](https://url.spec.whatwg.org/#host-registrable-domain)
pub(crate) fn registrable_domain(host: &str) -> Option<&str> {
    let is_address = host.starts_with('[') || host.ends_with(|last: char| last.is_ascii_digit());
    if is_address {
        None
    } else {
        listed_domain(host)
    }
}

#[cfg(feature = "public-suffix")]
fn listed_domain(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

#[cfg(not(feature = "public-suffix"))]
fn listed_domain(host: &str) -> Option<&str> {
    let last_dot = host.rfind('.')?;
    let dot_before = host[..last_dot].rfind('.');
    Some(&host[dot_before.map_or(0, |dot| dot + 1)..])
}
