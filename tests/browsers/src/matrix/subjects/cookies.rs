//! A cookie that one response sets: whether the next request has it.

use tower_cors::testing::CredentialsMode::{self, Include, Omit, SameOrigin};

use crate::matrix::ask::{Ask, get};
use crate::matrix::departures::{
    COOKIE_WITHOUT_SCHEME, COOKIES_OF_THE_PAGE_S_DOMAIN, NO_LAX_DEFAULT, SITES_WITHOUT_SCHEME,
};
use crate::matrix::policies::CREDENTIALS;
use crate::matrix::row::{Row, Subject, row};
use crate::world::{Page, Scheme};

/// Where the page is, and by which scheme it calls.
const PLACES: [(&str, Page, Scheme); 5] = [
    ("same site", Page::Neighbour, Scheme::Http),
    ("cross-site", Page::App, Scheme::Http),
    ("same site, https", Page::SecureNeighbour, Scheme::Https),
    ("cross-site, https", Page::Secure, Scheme::Https),
    ("from http to https", Page::Neighbour, Scheme::Https),
];

/// Attributes, and where such a cookie comes back, in the order of [`PLACES`].
const COOKIES: [(&str, [bool; 5]); 8] = [
    ("no attribute", [true, false, true, false, false]),
    ("SameSite=Lax", [true, false, true, false, false]),
    ("SameSite=Strict", [true, false, true, false, false]),
    ("SameSite=None", [false, false, false, false, false]),
    ("SameSite=None; Secure", [true, true, true, true, true]),
    ("SameSite=None; Secure; Partitioned", [true, true, true, true, true]),
    ("Secure", [true, false, true, false, false]),
    ("SameSite=None; Partitioned", [false, false, false, false, false]),
];

/// A credentials mode for the response that sets the cookie and one for the next request, and whether it comes
/// back to a page of the same site, and to the API's own.
const MODES: [(CredentialsMode, CredentialsMode, [bool; 2]); 6] = [
    (SameOrigin, Include, [false, true]),
    (Omit, Include, [false, false]),
    (Include, SameOrigin, [false, true]),
    (Include, Omit, [false, false]),
    (SameOrigin, SameOrigin, [false, true]),
    (Include, Include, [true, true]),
];

/// Other attributes, for a page of the same site, and whether such a cookie comes back.
const OTHERS: [(&str, bool); 7] = [
    ("HttpOnly", true),
    ("Max-Age=60", true),
    ("Max-Age=0", false),
    ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", false),
    ("Domain=b.localhost", true),
    ("Domain=a.localhost", false),
    ("SameSite=Sometimes", true),
];

pub(super) fn subject() -> Subject {
    let mut rows = Vec::new();
    for (place, (name, page, scheme)) in PLACES.into_iter().enumerate() {
        for (attributes, comes_back) in COOKIES {
            let set = over(scheme, get()).include().answered_with("set-cookie", cookie(attributes));
            let again = over(scheme, get()).include();
            let row = two(format!("{name}: {attributes}"), page, set, again, comes_back[place]);
            let is_stored = comes_back[place] && (scheme == Scheme::Https || !attributes.contains("Secure"));
            let row = if is_stored { row.but(&COOKIES_OF_THE_PAGE_S_DOMAIN) } else { row };
            rows.push(match (name, attributes) {
                ("from http to https", "no attribute" | "SameSite=Lax" | "SameSite=Strict" | "Secure") => {
                    row.but(&SITES_WITHOUT_SCHEME).but(&COOKIE_WITHOUT_SCHEME)
                }
                ("from http to https", _) => row.but(&SITES_WITHOUT_SCHEME),
                ("cross-site" | "cross-site, https", "no attribute" | "Secure") => row.but(&NO_LAX_DEFAULT),
                _ => row,
            });
        }
    }
    for (set_mode, mode, comes_back) in MODES {
        for (place, (page, whose)) in
            [(Page::Neighbour, "same site"), (Page::Own(Scheme::Http), "own page")].into_iter().enumerate()
        {
            let name = format!("{whose}: set in mode {}, then {}", word(set_mode), word(mode));
            let set = with(set_mode, get()).answered_with("set-cookie", cookie("SameSite=Lax"));
            let row = two(name, page, set, with(mode, get()), comes_back[place]);
            let is_stored = page == Page::Neighbour && comes_back[place];
            rows.push(if is_stored { row.but(&COOKIES_OF_THE_PAGE_S_DOMAIN) } else { row });
        }
    }
    for (attributes, comes_back) in OTHERS {
        let set = get().include().answered_with("set-cookie", cookie(attributes));
        let name = format!("same site: {attributes}");
        let row = two(name, Page::Neighbour, set, get().include(), comes_back);
        let is_stored = comes_back && !attributes.starts_with("Domain");
        rows.push(if is_stored { row.but(&COOKIES_OF_THE_PAGE_S_DOMAIN) } else { row });
    }
    Subject { title: "Cookies", rows }
}

/// The server puts in the path, which the row has to itself.
fn cookie(attributes: &str) -> String {
    match attributes {
        "no attribute" => "c=1; Path={path}".to_owned(),
        attributes => format!("c=1; Path={{path}}; {attributes}"),
    }
}

fn two(name: String, page: Page, set: Ask, again: Ask, comes_back: bool) -> Row {
    row(name.leak(), &CREDENTIALS, page, set).then(again).reads(200).cookie(comes_back)
}

fn over(scheme: Scheme, ask: Ask) -> Ask {
    match scheme {
        Scheme::Http => ask,
        Scheme::Https => ask.over_tls(),
    }
}

fn with(mode: CredentialsMode, ask: Ask) -> Ask {
    match mode {
        Include => ask.include(),
        Omit => ask.omit(),
        _ => ask,
    }
}

fn word(mode: CredentialsMode) -> &'static str {
    match mode {
        Include => "include",
        Omit => "omit",
        _ => "same-origin",
    }
}
