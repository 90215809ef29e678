//! One `Set-Cookie` line: its attributes, and whether a browser stores it.

use cookie::{Cookie, SameSite};

use super::context::{CookieContext, ThirdPartyCookies};
use super::rule::CookieRule;
use crate::testing::site::registrable_domain;

/// [RFC 6265bis](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis), section 5.6
const LONGEST: usize = 4096;
/// 400 days, in seconds: the longest that a browser keeps a cookie.
const LONGEST_LIFE: i64 = 400 * 24 * 60 * 60;

/// [RFC 6265bis, storage model](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-storage-model)
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredCookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) domain: String,
    pub(crate) is_host_only: bool,
    pub(crate) path: String,
    pub(crate) is_secure: bool,
    /// `None` is the default, which browsers treat as `Lax`.
    pub(crate) same_site: Option<SameSite>,
    /// The site of the top-level pages that see a `Partitioned` cookie.
    pub(crate) partition: Option<String>,
    /// In seconds since the Unix epoch; `None` for a session cookie.
    pub(crate) expires: Option<i64>,
}

impl StoredCookie {
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// The name of a cookie, and the cookie, or why the browser does not store it.
///
/// [RFC 6265bis, storage model](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-storage-model)
pub(crate) fn receive(
    line: &[u8],
    context: &CookieContext,
    now: i64,
) -> (String, Result<StoredCookie, CookieRule>) {
    // A browser keeps bytes as they are. Bytes that are not UTF-8 are replaced here.
    let text = String::from_utf8_lossy(line);
    let Ok(cookie) = Cookie::parse(&*text) else {
        return (String::new(), Err(CookieRule::Malformed));
    };
    let name = cookie.name().to_owned();
    let stored = check(&cookie, context).map(|()| StoredCookie {
        value: cookie.value().to_owned(),
        domain: domain_of(&cookie)
            .unwrap_or(&context.host)
            .to_ascii_lowercase(),
        is_host_only: domain_of(&cookie).is_none_or(|domain| {
            // A public suffix is only allowed as the host itself.
            domain.eq_ignore_ascii_case(&context.host) && registrable_domain(domain).is_none()
        }),
        path: match cookie.path() {
            Some(path) if path.starts_with('/') => path.to_owned(),
            _ => default_path(&context.path).to_owned(),
        },
        is_secure: cookie.secure() == Some(true),
        same_site: cookie.same_site(),
        partition: is_partitioned(&cookie, context).then(|| context.top_level_site.clone()),
        expires: expires(&cookie, now),
        name: name.clone(),
    });
    (name, stored)
}

/// Whether only pages of this top-level site see the cookie.
fn is_partitioned(cookie: &Cookie<'_>, context: &CookieContext) -> bool {
    let is_always = context.third_party == ThirdPartyCookies::AlwaysPartitioned;
    cookie.partitioned() == Some(true) || (is_always && context.is_third_party())
}

/// The rules that do not depend on what the jar has.
fn check(cookie: &Cookie<'_>, context: &CookieContext) -> Result<(), CookieRule> {
    let is_secure = cookie.secure() == Some(true);
    let is_partitioned = cookie.partitioned() == Some(true);
    let is_none = cookie.same_site() == Some(SameSite::None);
    let is_refused = if !context.includes_credentials {
        Some(CookieRule::CredentialsMode)
    } else if cookie.name().len() + cookie.value().len() > LONGEST {
        Some(CookieRule::TooLong)
    } else if is_none && !is_secure {
        Some(CookieRule::SameSiteNoneNeedsSecure)
    } else if is_partitioned && !is_secure {
        Some(CookieRule::PartitionedNeedsSecure)
    } else if !matches_prefix(cookie) {
        Some(CookieRule::Prefix)
    } else if let Err(rule) = check_domain(cookie, &context.host) {
        Some(rule)
    } else if is_secure && !context.is_secure {
        Some(CookieRule::Secure)
    } else if !is_none && context.is_third_party() {
        Some(CookieRule::SameSite)
    } else {
        let is_allowed = match context.third_party {
            ThirdPartyCookies::Allowed | ThirdPartyCookies::AlwaysPartitioned => true,
            ThirdPartyCookies::PartitionedOnly => is_partitioned,
            ThirdPartyCookies::Blocked => false,
        };
        (context.is_third_party() && !is_allowed).then_some(CookieRule::ThirdParty)
    };
    is_refused.map_or(Ok(()), Err)
}

/// Names that start with `__Secure-` or `__Host-`, in upper or lower case.
///
/// [RFC 6265bis, cookie name prefixes](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-cookie-name-prefixes)
fn matches_prefix(cookie: &Cookie<'_>) -> bool {
    let name = cookie.name().to_ascii_lowercase();
    let is_secure = cookie.secure() == Some(true);
    if name.starts_with("__host-") {
        is_secure && cookie.path() == Some("/") && domain_of(cookie).is_none()
    } else {
        is_secure || !name.starts_with("__secure-")
    }
}

/// The value of `Domain` without the dot at its start; `None` for a cookie of one host.
fn domain_of<'a>(cookie: &'a Cookie<'_>) -> Option<&'a str> {
    let domain = cookie.domain()?;
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    (!domain.is_empty()).then_some(domain)
}

fn check_domain(cookie: &Cookie<'_>, host: &str) -> Result<(), CookieRule> {
    let Some(domain) = domain_of(cookie).map(str::to_ascii_lowercase) else {
        return Ok(());
    };
    if domain == host {
        Ok(())
    } else if !domain_matches(host, &domain) {
        Err(CookieRule::Domain)
    } else if registrable_domain(&domain).is_none() {
        Err(CookieRule::PublicSuffix)
    } else {
        Ok(())
    }
}

/// [RFC 6265bis, domain matching](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-domain-matching)
pub(crate) fn domain_matches(host: &str, domain: &str) -> bool {
    let is_address = host.starts_with('[') || host.ends_with(|last: char| last.is_ascii_digit());
    host == domain
        || (!is_address
            && host
                .strip_suffix(domain)
                .is_some_and(|labels| labels.ends_with('.')))
}

/// The folder of the URL's path.
///
/// [RFC 6265bis, paths and path-match](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-paths-and-path-match)
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(slash) => &path[..slash],
    }
}

/// [RFC 6265bis, paths and path-match](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-paths-and-path-match)
pub(crate) fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}

/// `Max-Age` comes before `Expires`. A browser keeps no cookie for more than 400 days.
fn expires(cookie: &Cookie<'_>, now: i64) -> Option<i64> {
    let longest = now.saturating_add(LONGEST_LIFE);
    let expires = match (cookie.max_age(), cookie.expires_datetime()) {
        (Some(age), _) => now.saturating_add(age.whole_seconds()),
        (None, Some(date)) => date.unix_timestamp(),
        (None, None) => return None,
    };
    Some(expires.min(longest))
}
