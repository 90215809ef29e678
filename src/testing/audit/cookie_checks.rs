//! Checks whether the cookies of a service are of use to the pages that may call it.

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, AUTHORIZATION, PROXY_AUTHENTICATE, SET_COOKIE, WWW_AUTHENTICATE,
};

use super::fault::{Fault, Severity};
use super::probe::Reply;
use super::report::Report;
use crate::testing::cookies::context::{CookieContext, ThirdPartyCookies};
use crate::testing::cookies::rule::CookieRule;
use crate::testing::cookies::set_cookie::receive;
use crate::testing::escaped_text::escaped;
use crate::testing::fetch::header_list::has_token;
use crate::testing::fetch::url::FetchUrl;
use crate::testing::site::{is_same_site, site_of};

/// The cookies of a response that a page may read, and those that the test named.
pub(super) fn check_cookies(
    reply: &Reply,
    named: &[String],
    page: &str,
    url: &FetchUrl,
    report: &mut Report,
) {
    let context = CookieContext {
        url: url.to_string(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        is_secure: url.is_trustworthy(),
        page: page.to_owned(),
        top_level_site: site_of(page),
        is_same_site: is_same_site(page, url.origin()),
        is_navigation: false,
        is_get: true,
        includes_credentials: true,
        third_party: ThirdPartyCookies::Allowed,
    };
    let sent = reply.headers.get_all(SET_COOKIE).iter();
    let sent = sent.map(|line| (line.as_bytes(), true));
    let named = named.iter().map(|line| (line.as_bytes(), false));
    for (line, is_sent) in sent.chain(named) {
        let (name, received) = receive(line, &context, 0);
        let Err(rule) = received else {
            continue;
        };
        let (fault, severity) = match rule {
            CookieRule::SameSiteNoneNeedsSecure => {
                (Fault::SameSiteNoneWithoutSecure, Severity::High)
            }
            CookieRule::SameSite if reply.allows_credentials() => {
                (Fault::CookieNotCrossSite, Severity::Medium)
            }
            CookieRule::SameSite => continue,
            _ => (Fault::CookieNotStored, Severity::Medium),
        };
        let name = escaped(name.as_bytes());
        if is_sent {
            let evidence = format!("{}, Set-Cookie: {name}=…: {rule}", reply.evidence());
            report.find(fault, severity, &context.url, evidence);
        } else {
            // The same on each path.
            let evidence = format!("the cookie that the test named: {name}=…: {rule}");
            report.find_once(fault, severity, &context.url, evidence);
        }
    }
}

/// Whether a response has to do with credentials: a cookie, a login, or an allowed `Authorization`.
pub(super) fn shows_credentials(reply: &Reply) -> bool {
    let headers = &reply.headers;
    matches!(
        reply.status,
        StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED
    ) || [SET_COOKIE, WWW_AUTHENTICATE, PROXY_AUTHENTICATE]
        .iter()
        .any(|name| headers.contains_key(name))
        || has_token(
            headers,
            &ACCESS_CONTROL_ALLOW_HEADERS,
            AUTHORIZATION.as_str().as_bytes(),
        )
}
