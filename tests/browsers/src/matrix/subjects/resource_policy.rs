//! `Cross-Origin-Resource-Policy` and `Cross-Origin-Embedder-Policy`: what a page may load without CORS.

use tower_cors::testing::RequestMode::NoCors;

use crate::matrix::ask::{Ask, get};
use crate::matrix::departures::LOADS_UNKNOWN_RESOURCE_POLICY;
use crate::matrix::policies::CREDENTIALS;
use crate::matrix::row::{Row, Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::{Page, Scheme};

/// The response's policy, and whether each page may load it.
const POLICIES: [(&str, [bool; 6]); 5] = [
    ("no policy", [true, true, true, false, false, true]),
    ("same-origin", [false, false, true, false, false, false]),
    ("same-site", [false, true, true, false, true, false]),
    ("cross-origin", [true, true, true, true, true, true]),
    ("nonsense", [true, true, true, false, false, true]),
];

const PAGES: [(&str, Page); 6] = [
    ("cross-site", Page::Secure),
    ("same site", Page::SecureNeighbour),
    ("own page", Page::Own(Scheme::Https)),
    ("require-corp, cross-site", Page::RequireCorp),
    ("require-corp, same site", Page::RequireCorpNeighbour),
    ("credentialless, cross-site", Page::Credentialless),
];

pub(super) fn subject() -> Subject {
    let mut rows = Vec::new();
    for (place, (name, page)) in PAGES.into_iter().enumerate() {
        for (policy, loads) in POLICIES {
            let row = load(format!("{name}: {policy}"), page, policy, loads[place]);
            let requires = matches!(page, Page::RequireCorp | Page::RequireCorpNeighbour);
            let is_unknown = requires && policy == "nonsense";
            rows.push(if is_unknown { row.but(&LOADS_UNKNOWN_RESOURCE_POLICY) } else { row });
        }
    }
    for (name, page) in [("cross-site", Page::Secure), ("require-corp, cross-site", Page::RequireCorp)] {
        for policy in ["no policy", "same-origin"] {
            let name = format!("{name}, with CORS: {policy}");
            rows.push(row(name.leak(), &CREDENTIALS, page, answered(get().over_tls(), policy)).reads(200));
        }
    }
    Subject { title: "Resource policies", rows }
}

fn load(name: String, page: Page, policy: &str, loads: bool) -> Row {
    const NOT_CORS: &str = "the request is without CORS";
    let ask = answered(get().over_tls().mode(NoCors), policy);
    let row = row(name.leak(), &CREDENTIALS, page, ask);
    match (loads, page) {
        (true, Page::Own(_)) => row.reads(200),
        (true, _) => row.ends(Outcome::Opaque),
        (false, _) => row.withheld().policy_cannot_tell(NOT_CORS),
    }
}

fn answered(ask: Ask, policy: &str) -> Ask {
    match policy {
        "no policy" => ask,
        policy => ask.answered_with("cross-origin-resource-policy", policy),
    }
}
