//! How to have a cookie stored and sent.

use super::context::{CookieContext, ThirdPartyCookies};
use super::rule::CookieRule;
use super::set_cookie::StoredCookie;
use crate::Origin;
use crate::origin::is_on_hosting_service;
use crate::testing::site::{NOTE, have_same_domain, registrable_domain};

pub(super) fn fix_for_sending(
    rule: CookieRule,
    cookie: &StoredCookie,
    context: &CookieContext,
) -> String {
    match rule {
        CookieRule::Domain if cookie.is_host_only => match registrable_domain(&cookie.domain) {
            Some(domain) => format!(
                "the cookie is only for {}: send it with Domain={domain}, or set it on {}",
                cookie.domain, context.host
            ),
            None => format!("set the cookie on {}", context.host),
        },
        CookieRule::Domain => format!(
            "the cookie is for {} and its subdomains: send it with a Domain that includes {}",
            cookie.domain, context.host
        ),
        CookieRule::Path => format!(
            "the cookie is only for paths in {}: send it with Path=/",
            String::from_utf8_lossy(&cookie.path)
        ),
        CookieRule::Expired => "set the cookie again, with a longer Max-Age".to_owned(),
        CookieRule::OtherPartition => format!(
            "set the cookie again from a page on {}: each site has its own",
            context.top_level_site
        ),
        rule => fix_for_storing(rule, context),
    }
}

pub(super) fn fix_for_storing(rule: CookieRule, context: &CookieContext) -> String {
    match rule {
        CookieRule::CredentialsMode => {
            "let the page fetch with credentials: \"include\", and allow it with \
                                        .allow_credentials()"
                .to_owned()
        }
        CookieRule::SameSite if context.is_navigation && context.is_get => {
            "send the cookie with SameSite=Lax: Strict excludes links from other sites".to_owned()
        }
        CookieRule::SameSite => {
            let same_site = on_the_same_site(context);
            match url_with_scheme(context, "https") {
                // A page on https has no same-site server on http.
                Some(url) if context.page.starts_with("https:") => {
                    format!(
                        "serve the API over https, such as {url}, and send the cookie with SameSite=None; Secure"
                    )
                }
                Some(_) => format!("{same_site}{NOTE}"),
                None => format!("send the cookie with SameSite=None; Secure, or {same_site}{NOTE}"),
            }
        }
        CookieRule::ThirdParty => {
            let same_site = on_the_same_site(context);
            match context.third_party {
                ThirdPartyCookies::AlwaysPartitioned => format!(
                    "{same_site}: in this browser the pages of each site have cookies of their own{NOTE}"
                ),
                ThirdPartyCookies::PartitionedOnly => format!(
                    "send the cookie with SameSite=None; Secure; Partitioned, or {same_site}{NOTE}"
                ),
                _ => format!("{same_site}: this browser blocks all third-party cookies{NOTE}"),
            }
        }
        CookieRule::SameSiteNoneNeedsSecure | CookieRule::PartitionedNeedsSecure => {
            "add Secure to the cookie, and use https".to_owned()
        }
        CookieRule::Secure => {
            let url = url_with_scheme(context, "https");
            format!(
                "use https, such as {}",
                url.as_ref().unwrap_or(&context.url)
            )
        }
        CookieRule::SecureNotReplaced => "set the cookie over https".to_owned(),
        CookieRule::Prefix => {
            "a __Host- cookie needs Secure, Path=/ and no Domain; a __Secure- cookie needs Secure; \
             __Http- and __Host-Http- also need HttpOnly"
                .to_owned()
        }
        CookieRule::Domain => format!(
            "remove Domain, or send a Domain that includes {}",
            context.host
        ),
        CookieRule::PublicSuffix => match registrable_domain(&context.host) {
            Some(domain) => format!("remove Domain, or send Domain={domain}{NOTE}"),
            None => format!("remove Domain{NOTE}"),
        },
        CookieRule::TooLong => {
            "store a short key in the cookie, and the data on the server".to_owned()
        }
        CookieRule::Malformed => "start Set-Cookie with name=value".to_owned(),
        CookieRule::Path | CookieRule::Expired | CookieRule::OtherPartition => {
            "set the cookie again".to_owned()
        }
    }
}

/// The origin of the URL with another scheme and the same port. `None` if cookies with `Secure` may go over the URL as it is.
fn url_with_scheme(context: &CookieContext, scheme: &str) -> Option<String> {
    (!context.is_secure).then(|| format!("{scheme}://{}", authority(context)))
}

/// The host and port of the URL.
fn authority(context: &CookieContext) -> &str {
    let rest = context.url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Where to serve the API, or the page, so that requests are same-site.
fn on_the_same_site(context: &CookieContext) -> String {
    let Ok(page) = Origin::parse(context.page.as_bytes()) else {
        return "serve the page from an http or https origin on the API's site".to_owned();
    };
    if !matches!(page.scheme(), "http" | "https") {
        // An app or an extension. No server is on its site.
        return "let the page send a token in a header in place of the cookie".to_owned();
    }
    if have_same_domain(page.host(), &context.host) {
        return format!(
            "use one scheme for the page and the API: {}://{}",
            page.scheme(),
            authority(context)
        );
    }
    if is_on_hosting_service(page.host()) {
        return "serve the page and the API on a domain of your own, such as https://app.example.com and \
                https://api.example.com"
            .to_owned();
    }
    match registrable_domain(page.host()) {
        Some(domain) => format!(
            "serve the API on the page's site, such as {}://api.{domain}",
            page.scheme()
        ),
        None => format!(
            "serve the API on the page's host, at any port, such as {}://{}:8443",
            page.scheme(),
            page.host()
        ),
    }
}
