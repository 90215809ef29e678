//! Whether a browser stores the cookie of one `Set-Cookie` line.

use super::context::{CookieContext, ThirdPartyCookies};
use super::parse::ParsedCookie;
use super::rule::CookieRule;
use crate::testing::site::registrable_domain;

/// [RFC 6265bis](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6), step 5
const LONGEST: usize = 4096;
/// 400 days, in seconds: the longest that a browser keeps a cookie.
const LONGEST_LIFE: i64 = 400 * 24 * 60 * 60;

/// To which requests of other sites' pages a cookie is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SameSite {
    /// No `SameSite`, or one that is not known. Browsers treat it as `Lax`.
    #[default]
    Default,
    None,
    Lax,
    Strict,
}

/// [RFC 6265bis, storage model](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-storage-model)
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredCookie {
    /// May be empty.
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) domain: String,
    pub(crate) is_host_only: bool,
    pub(crate) path: Vec<u8>,
    pub(crate) is_secure: bool,
    pub(crate) same_site: SameSite,
    /// The site of the top-level pages that see a `Partitioned` cookie.
    pub(crate) partition: Option<String>,
    /// In seconds since the Unix epoch; `None` for a session cookie.
    pub(crate) expires: Option<i64>,
}

impl StoredCookie {
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// As it stands in `Cookie`: `name=value`, or only the value of a nameless cookie.
    pub(crate) fn pair(&self) -> Vec<u8> {
        let equals: &[u8] = if self.name.is_empty() { b"" } else { b"=" };
        [&self.name, equals, &self.value].concat()
    }

    /// The name for a person. A nameless cookie is known by nothing, since its value is a secret.
    pub(crate) fn shown_name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
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
    let cookie = ParsedCookie::parse(line);
    let stored = check(&cookie, context).map(|domain| StoredCookie {
        name: cookie.name.to_vec(),
        value: cookie.value.to_vec(),
        is_host_only: domain.is_none(),
        domain: domain.unwrap_or_else(|| context.host.clone()),
        path: match cookie.path {
            Some(path) if !path.is_empty() => path.to_vec(),
            _ => default_path(&context.path).as_bytes().to_vec(),
        },
        is_secure: cookie.is_secure,
        same_site: cookie.same_site,
        partition: is_partitioned(&cookie, context).then(|| context.top_level_site.clone()),
        expires: expires(&cookie, now),
    });
    (String::from_utf8_lossy(cookie.name).into_owned(), stored)
}

/// Whether only pages of this top-level site see the cookie.
fn is_partitioned(cookie: &ParsedCookie<'_>, context: &CookieContext) -> bool {
    let is_always = context.third_party == ThirdPartyCookies::AlwaysPartitioned;
    cookie.is_partitioned || (is_always && context.is_third_party())
}

/// The rules that do not depend on what the jar has. Returns the domain; `None` for a cookie of one host.
fn check(cookie: &ParsedCookie<'_>, context: &CookieContext) -> Result<Option<String>, CookieRule> {
    let is_none = cookie.same_site == SameSite::None;
    if !context.includes_credentials {
        return Err(CookieRule::CredentialsMode);
    }
    if cookie.name.is_empty() && cookie.value.is_empty() {
        return Err(CookieRule::Malformed);
    }
    if cookie.name.len() + cookie.value.len() > LONGEST {
        return Err(CookieRule::TooLong);
    }
    if is_none && !cookie.is_secure {
        return Err(CookieRule::SameSiteNoneNeedsSecure);
    }
    if cookie.is_partitioned && !cookie.is_secure {
        return Err(CookieRule::PartitionedNeedsSecure);
    }
    let domain = domain_of(cookie, &context.host);
    if !matches_prefix(cookie, matches!(domain, Ok(None))) {
        return Err(CookieRule::Prefix);
    }
    let domain = domain?;
    if cookie.is_secure && !context.is_secure {
        return Err(CookieRule::Secure);
    }
    if !is_none && context.is_third_party() {
        return Err(CookieRule::SameSite);
    }
    let is_allowed = match context.third_party {
        ThirdPartyCookies::Allowed | ThirdPartyCookies::AlwaysPartitioned => true,
        ThirdPartyCookies::PartitionedOnly => cookie.is_partitioned,
        ThirdPartyCookies::Blocked => false,
    };
    if context.is_third_party() && !is_allowed {
        return Err(CookieRule::ThirdParty);
    }
    Ok(domain)
}

/// Names that start with `__Secure-`, `__Host-`, `__Http-` or `__Host-Http-`, in upper or lower case. A nameless
/// cookie must not look like one of them when it is sent.
///
/// [RFC 6265bis, cookie name prefixes](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-cookie-name-prefixes)
fn matches_prefix(cookie: &ParsedCookie<'_>, is_host_only: bool) -> bool {
    let is_nameless = cookie.name.is_empty();
    let text = if is_nameless {
        cookie.value
    } else {
        cookie.name
    };
    let text = text.to_ascii_lowercase();
    let starts = |prefix: &[u8]| text.starts_with(prefix);
    let is_host = starts(b"__host-");
    let is_http = starts(b"__http-") || starts(b"__host-http-");
    if is_nameless {
        return !(is_host || is_http || starts(b"__secure-"));
    }
    let is_secure = !(is_host || is_http || starts(b"__secure-")) || cookie.is_secure;
    let has_host = !is_host || (is_host_only && cookie.path == Some(b"/"));
    is_secure && has_host && (!is_http || cookie.is_http_only)
}

/// The domain of a cookie that subdomains get too; `None` for a cookie of one host.
///
/// [RFC 6265bis, storage model](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-storage-model),
/// the steps about the domain-attribute
fn domain_of(cookie: &ParsedCookie<'_>, host: &str) -> Result<Option<String>, CookieRule> {
    let domain = match std::str::from_utf8(&cookie.domain) {
        Ok("") => return Ok(None),
        Ok(domain) if domain.is_ascii() => domain,
        _ => return Err(CookieRule::Domain),
    };
    let is_public_suffix = registrable_domain(domain).is_none();
    if domain == host {
        // A public suffix is only allowed as the host itself.
        Ok((!is_public_suffix).then(|| domain.to_owned()))
    } else if !domain_matches(host, domain) {
        Err(CookieRule::Domain)
    } else if is_public_suffix {
        Err(CookieRule::PublicSuffix)
    } else {
        Ok(Some(domain.to_owned()))
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
pub(crate) fn path_matches(path: &[u8], cookie_path: &[u8]) -> bool {
    path.strip_prefix(cookie_path).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(b"/") || cookie_path.ends_with(b"/")
    })
}

/// `Max-Age` comes before `Expires`. A browser keeps no cookie for more than 400 days.
fn expires(cookie: &ParsedCookie<'_>, now: i64) -> Option<i64> {
    let longest = now.saturating_add(LONGEST_LIFE);
    let expires = match (cookie.max_age, cookie.expires) {
        (Some(age), _) => now.saturating_add(age),
        (None, Some(date)) => date,
        (None, None) => return None,
    };
    Some(expires.min(longest))
}
