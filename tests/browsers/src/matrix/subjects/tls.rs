//! The same over TLS and HTTP/2.

use tower_cors::testing::RequestMode;

use crate::matrix::ask::{fetch, get, post, post_json};
use crate::matrix::departures::{MIXED_CONTENT_ON_LOOPBACK, SITE_WITHOUT_SCHEME, THIRD_PARTY_COOKIES};
use crate::matrix::policies::{ANY, CREDENTIALS, EVERYTHING, EXACT, HTTPS_ONLY, REJECTING};
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::{Page, Scheme};

pub(super) fn subject() -> Subject {
    let (secure, neighbour) = (Page::Secure, Page::SecureNeighbour);
    Subject {
        title: "TLS and HTTP/2",
        rows: vec![
            row("h2: the allowed origin reads", &HTTPS_ONLY, secure, get().over_tls()).reads(200),
            row("h2: another page", &HTTPS_ONLY, neighbour, get().over_tls()).withheld(),
            row("h2: a preflight", &CREDENTIALS, secure, post_json().over_tls()).reads(200).preflights(1),
            row("h2: a preflight is refused", &HTTPS_ONLY, secure, fetch("PUT").over_tls())
                .stopped_at_preflight(),
            row("h2: two PUTs", &CREDENTIALS, secure, fetch("PUT").over_tls())
                .then(fetch("PUT").over_tls())
                .reads(200),
            row("h2: with cookies", &CREDENTIALS, neighbour, get().include().over_tls()).reads(200),
            row(
                "h2: with cookies after a preflight",
                &CREDENTIALS,
                neighbour,
                post_json().include().over_tls(),
            )
            .reads(200),
            row("h2: cookies of another site", &CREDENTIALS, secure, get().include().over_tls())
                .reads(200)
                .but(&THIRD_PARTY_COOKIES),
            row("h2: an error status", &HTTPS_ONLY, secure, get().over_tls().answered(500)).reads(500),
            row("h2: exposed headers", &EVERYTHING, secure, get().over_tls().answered_with("x-total", "1"))
                .reads(200)
                .sees("x-total"),
            row("h2: any origin", &ANY, secure, get().over_tls()).reads(200),
            row("h2: its own page posts", &REJECTING, Page::Own(Scheme::Https), post().over_tls()).reads(200),
            row("from http to https", &EXACT, Page::App, get().over_tls()).reads(200),
            row("from https to http on this machine", &HTTPS_ONLY, secure, get())
                .reads(200)
                .but(&MIXED_CONTENT_ON_LOOPBACK),
            row("from https to http, another page", &HTTPS_ONLY, neighbour, get())
                .withheld()
                .but(&MIXED_CONTENT_ON_LOOPBACK)
                .but(&SITE_WITHOUT_SCHEME),
            row(
                "h2: not sent where the mode forbids it",
                &ANY,
                secure,
                get().over_tls().mode(RequestMode::SameOrigin),
            )
            .ends(Outcome::NotSent),
        ],
    }
}
