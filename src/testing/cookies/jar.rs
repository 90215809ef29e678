//! The cookie jar of a browser: which cookies it has, and which of them it sends.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::context::{CookieContext, ThirdPartyCookies};
use super::event::{CookieEvent, CookieOutcome};
use super::fix::{fix_for_sending, fix_for_storing};
use super::rule::CookieRule;
use super::set_cookie::{SameSite, StoredCookie, domain_matches, path_matches, receive};
use crate::testing::site::have_same_domain;

/// Cookies in the order in which they were made.
///
/// The clock starts at the time of the system. Afterwards only the test moves it.
#[derive(Debug, Clone)]
pub(crate) struct CookieJar {
    now: i64,
    cookies: Vec<StoredCookie>,
}

impl CookieJar {
    pub(crate) fn new() -> Self {
        Self {
            now: system_time(),
            cookies: vec![],
        }
    }

    pub(crate) fn advance(&mut self, time: Duration) {
        self.now = self.now.saturating_add(seconds(time));
    }

    /// The text of a `Cookie` line, if any cookie is sent, and what happened to each cookie of the URL's site.
    ///
    /// [RFC 6265bis, retrieval algorithm](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-retrieval-algorithm)
    pub(crate) fn send(&self, context: &CookieContext) -> (Option<Vec<u8>>, Vec<CookieEvent>) {
        let of_this_site = self
            .cookies
            .iter()
            .filter(|cookie| have_same_domain(&cookie.domain, &context.host));
        let mut sent: Vec<&StoredCookie> = vec![];
        let mut events = vec![];
        for cookie in of_this_site {
            let outcome = match self.why_not_sent(cookie, context) {
                None => CookieOutcome::Sent,
                Some(rule) => CookieOutcome::NotSent(rule),
            };
            if outcome == CookieOutcome::Sent {
                sent.push(cookie);
            }
            events.push(CookieEvent {
                name: cookie.shown_name(),
                url: context.url.clone(),
                outcome,
                fix: match outcome {
                    CookieOutcome::NotSent(rule) => Some(fix_for_sending(rule, cookie, context)),
                    _ => None,
                },
            });
        }
        // Longer paths first; the order of making otherwise.
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = sent.iter().map(|cookie| cookie.pair()).collect();
        ((!pairs.is_empty()).then(|| pairs.join(&b"; "[..])), events)
    }

    /// Stores the cookie of a `Set-Cookie` line, or says why not.
    pub(crate) fn receive(&mut self, line: &[u8], context: &CookieContext) -> CookieEvent {
        let (name, received) = receive(line, context, self.now);
        let outcome = match received {
            Ok(cookie) => self.store(cookie, context),
            Err(rule) => CookieOutcome::NotStored(rule),
        };
        CookieEvent {
            name,
            url: context.url.clone(),
            fix: match outcome {
                CookieOutcome::NotStored(rule) => Some(fix_for_storing(rule, context)),
                _ => None,
            },
            outcome,
        }
    }

    fn store(&mut self, mut cookie: StoredCookie, context: &CookieContext) -> CookieOutcome {
        // "Leave Secure Cookies Alone".
        let is_protected = |old: &StoredCookie| {
            old.is_secure
                && old.name == cookie.name
                && (domain_matches(&old.domain, &cookie.domain)
                    || domain_matches(&cookie.domain, &old.domain))
                && path_matches(&cookie.path, &old.path)
        };
        if !context.is_secure && !cookie.is_secure && self.cookies.iter().any(is_protected) {
            return CookieOutcome::NotStored(CookieRule::SecureNotReplaced);
        }
        let old = self.cookies.iter_mut().find(|old| {
            (
                &old.name,
                &old.domain,
                old.is_host_only,
                &old.path,
                &old.partition,
            ) == (
                &cookie.name,
                &cookie.domain,
                cookie.is_host_only,
                &cookie.path,
                &cookie.partition,
            )
        });
        let is_removed = cookie.is_expired(self.now);
        match old {
            // A replaced cookie keeps its place.
            Some(old) if !is_removed => std::mem::swap(old, &mut cookie),
            None if !is_removed => self.cookies.push(cookie),
            Some(old) => {
                let removed = old.clone();
                self.cookies.retain(|cookie| *cookie != removed);
            }
            None => {}
        }
        if is_removed {
            CookieOutcome::Removed
        } else {
            CookieOutcome::Stored
        }
    }

    /// The first rule by which a cookie is not sent. What the server can't change comes last.
    fn why_not_sent(&self, cookie: &StoredCookie, context: &CookieContext) -> Option<CookieRule> {
        let matches_host = if cookie.is_host_only {
            cookie.domain == context.host
        } else {
            domain_matches(&context.host, &cookie.domain)
        };
        let is_same_site_only = match cookie.same_site {
            SameSite::None => false,
            SameSite::Strict => true,
            SameSite::Lax | SameSite::Default => !(context.is_navigation && context.is_get),
        };
        let is_other_partition = cookie
            .partition
            .as_ref()
            .is_some_and(|partition| *partition != context.top_level_site);
        let is_blocked = match context.third_party {
            ThirdPartyCookies::Allowed => false,
            ThirdPartyCookies::AlwaysPartitioned | ThirdPartyCookies::PartitionedOnly => {
                cookie.partition.is_none()
            }
            ThirdPartyCookies::Blocked => true,
        };
        if !matches_host {
            Some(CookieRule::Domain)
        } else if !path_matches(context.path.as_bytes(), &cookie.path) {
            Some(CookieRule::Path)
        } else if cookie.is_expired(self.now) {
            Some(CookieRule::Expired)
        } else if !context.includes_credentials {
            Some(CookieRule::CredentialsMode)
        } else if cookie.is_secure && !context.is_secure {
            Some(CookieRule::Secure)
        } else if is_same_site_only && !context.is_same_site {
            Some(CookieRule::SameSite)
        } else if is_other_partition {
            Some(CookieRule::OtherPartition)
        } else if is_blocked && context.is_third_party() {
            Some(CookieRule::ThirdParty)
        } else {
            None
        }
    }
}

/// In seconds since the Unix epoch. `wasm32-unknown-unknown` has no clock, and starts at the epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "servers set the dates of cookies by this clock"
)]
fn system_time() -> i64 {
    if cfg!(all(target_family = "wasm", target_os = "unknown")) {
        return 0;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, seconds)
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
