//! How to have a cookie stored and sent.

use super::context::{CookieContext, ThirdPartyCookies};
use super::rule::CookieRule;
use super::set_cookie::StoredCookie;
use crate::Origin;
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
            format!("send the cookie with SameSite=None; Secure, or {same_site}{NOTE}")
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
            format!(
                "use https, such as https://{}{}",
                context.host, context.path
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

/// Where to serve the API, or the page, so that requests are same-site.
fn on_the_same_site(context: &CookieContext) -> String {
    let Ok(page) = Origin::parse(context.page.as_bytes()) else {
        return "serve the page from an http or https origin on the API's site".to_owned();
    };
    if have_same_domain(page.host(), &context.host) {
        return format!(
            "use one scheme for the page and the API: {}://{}",
            page.scheme(),
            context.host
        );
    }
    match registrable_domain(page.host()) {
        Some(domain) => format!(
            "serve the API on the page's site, such as {}://api.{domain}",
            page.scheme()
        ),
        None => format!(
            "serve the API on the page's host, such as {}://{}",
            page.scheme(),
            page.host()
        ),
    }
}
