//! Where engines do otherwise than the standard, and so than the model.
//!
//! Each is asserted: an engine that mends its ways fails the row, and its entry here goes.

use super::seen::{OWN_COOKIE, Script, Seen, Wire};
use crate::engine::Engine::{self, Chromium, Firefox, Webkit};

pub(crate) struct Departure {
    pub(crate) engines: &'static [Engine],
    /// What they do; their name goes before it.
    pub(crate) what: &'static str,
    /// Makes of what the model sees what the engines do.
    pub(crate) change: fn(&mut Seen),
    /// The policy keeps to the standard, and foretells these engines wrongly.
    pub(crate) misleads_policy: bool,
}

impl Departure {
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }

    pub(crate) fn is_habit(&self) -> bool {
        HABITS.iter().any(|habit| habit.is(self))
    }
}

const fn departure(engines: &'static [Engine], what: &'static str, change: fn(&mut Seen)) -> Departure {
    Departure { engines, what, change, misleads_policy: false }
}

/// What an engine does in many rows, which don't name it.
pub(crate) static HABITS: [Departure; 2] = [
    departure(&[Webkit], "sends no `Secure` cookies over http, not even to this machine", |seen| {
        for wire in seen.wire.iter_mut().filter(|wire| wire.url.starts_with("http:")) {
            wire.cookies.remove("none=1");
        }
    }),
    departure(
        &[Webkit],
        "sends no `Sec-Fetch-…` headers once a redirect of a request with CORS has led to another origin",
        |seen| {
            let mut has_left = false;
            for index in 1..seen.wire.len() {
                let (before, here) = seen.wire.split_at_mut(index);
                let (before, here) = (&before[index - 1], &mut here[0]);
                has_left |= before.is_redirected() && before.server() != here.server();
                if has_left && !here.is_preflight() {
                    (here.site, here.mode) = (None, None);
                }
            }
        },
    ),
];

pub(crate) static STAR_COVERS_AUTHORIZATION: Departure = Departure {
    engines: &[Chromium, Firefox, Webkit],
    what: "lets `Access-Control-Allow-Headers: *` cover `Authorization`",
    change: |seen| {
        let mut actual = seen.wire[0].actual("GET");
        actual.authorization = Some("Bearer x".into());
        seen.steps = vec![Script::reads(&actual)];
        seen.wire.push(actual);
    },
    misleads_policy: true,
};

pub(crate) static JOINED_CONTENT_TYPES: Departure = departure(
    &[Chromium, Webkit],
    "joins two `Content-Type` headers of the page into one value, which isn't safelisted",
    |seen| {
        seen.steps = vec![Script::Error];
        seen.wire = vec![seen.wire[0].preflight(Some("content-type"))];
    },
);

pub(crate) static ONE_CONTENT_TYPE: Departure =
    departure(&[Firefox], "sends one of two `Content-Type` headers of the page", |seen| {
        seen.wire[0].content_type = Some("text/plain".into());
    });

pub(crate) static PREFLIGHT_AT_EACH_HOP: Departure = departure(
    &[Firefox, Webkit],
    "sends a preflight at each hop if there was one at the first, though none is due any more",
    add_preflight_before_last,
);

pub(crate) static PREFLIGHT_WITHOUT_AUTHORIZATION: Departure = departure(
    &[Firefox],
    "sends a preflight at each hop if there was one at the first, though `Authorization` is left behind",
    add_preflight_before_last,
);

pub(crate) static PREFLIGHT_FOR_LOST_AUTHORIZATION: Departure = departure(
    &[Webkit],
    "asks the server to which a redirect leads for `Authorization`, though it is left behind",
    |seen| {
        seen.steps = vec![Script::Error];
        let last = seen.wire.len() - 1;
        seen.wire[last] = seen.wire[last].preflight(Some("authorization"));
    },
);

pub(crate) static LATER_PREFLIGHT_NAMES_PAGE: Departure = departure(
    &[Firefox],
    "names the page in a preflight after a redirect to another origin, where the request itself says `null`",
    |seen| {
        let page = seen.wire[0].origin.clone();
        for wire in seen.wire.iter_mut().filter(|wire| wire.is_preflight()) {
            wire.origin.clone_from(&page);
        }
        // The server that refuses `null` agrees then, and the request is sent in vain.
        let before = seen.wire[1].clone();
        if let Some(refused) = seen.wire.last_mut().filter(|wire| wire.status == Some(403)) {
            refused.status = Some(204);
            let url = refused.url.clone();
            seen.wire.push(Wire { url, status: Some(200), origin: Some("null".into()), ..before });
        }
    },
);

pub(crate) static NO_CACHE_FROM_CREDENTIALS: Departure = departure(
    &[Firefox],
    "doesn't use an answer to a preflight with credentials for a request without",
    add_preflight_before_last,
);

pub(crate) static CROSS_SITE_AFTER_REDIRECT: Departure = departure(
    &[Firefox],
    "says `Sec-Fetch-Site: cross-site` after a redirect, though all servers are of the page's site",
    |seen| set_last_site(seen, "cross-site"),
);

pub(crate) static SITE_WITHOUT_SCHEME: Departure =
    departure(&[Firefox], "takes http and https of the same domain for one site", |seen| {
        set_last_site(seen, "same-site");
    });

pub(crate) static MIXED_CONTENT_ON_LOOPBACK: Departure =
    departure(&[Webkit], "blocks http on an https page, even if it is this machine", |seen| {
        seen.steps = vec![Script::Error];
        seen.wire.clear();
    });

pub(crate) static THIRD_PARTY_COOKIES: Departure = departure(
    &[Webkit],
    "sends third-party cookies under automation (Chromium and Firefox as they are set up here don't)",
    |seen| {
        for wire in seen.wire.iter_mut().filter(|wire| !wire.is_preflight()) {
            wire.cookies.insert("none=1".into());
        }
    },
);

pub(crate) static ASKS_VISITOR: Departure = departure(
    &[Chromium, Firefox],
    "asks the visitor, not the server, whether a public page may reach this machine; here nobody answers",
    |seen| {
        seen.steps = vec![Script::Error];
        seen.wire.clear();
    },
);

pub(crate) static SITES_WITHOUT_SCHEME: Departure =
    departure(&[Firefox], "takes http and https of the same domain for one site, at each request", |seen| {
        for wire in seen.wire.iter_mut().filter(|wire| wire.site.is_some()) {
            wire.site = Some("same-site".into());
        }
    });

pub(crate) static COOKIE_WITHOUT_SCHEME: Departure =
    departure(&[Firefox], "sends `SameSite` cookies between http and https of the same domain", send_cookie);

pub(crate) static NO_LAX_DEFAULT: Departure =
    departure(&[Firefox], "treats a cookie without `SameSite` as `SameSite=None`, not as `Lax`", send_cookie);

pub(crate) static COOKIES_OF_THE_PAGE_S_DOMAIN: Departure = departure(
    &[Webkit],
    "stores the cookie of a response only if the page's host is in the cookie's domain (WebKitGTK)",
    |seen| {
        for wire in &mut seen.wire {
            wire.cookies.clear();
        }
    },
);

pub(crate) static LOADS_UNKNOWN_RESOURCE_POLICY: Departure = Departure {
    engines: &[Firefox],
    what: "lets a page with `require-corp` load a response whose `Cross-Origin-Resource-Policy` it doesn't know",
    change: |seen| seen.steps = vec![Script::opaque()],
    misleads_policy: true,
};

fn send_cookie(seen: &mut Seen) {
    if let Some(last) = seen.wire.last_mut() {
        last.cookies.insert(OWN_COOKIE.into());
    }
}

fn add_preflight_before_last(seen: &mut Seen) {
    let last = seen.wire.len() - 1;
    let preflight = seen.wire[last].preflight(None);
    seen.wire.insert(last, preflight);
}

fn set_last_site(seen: &mut Seen, site: &str) {
    if let Some(Wire { site: Some(sent), .. }) = seen.wire.last_mut() {
        site.clone_into(sent);
    }
}
