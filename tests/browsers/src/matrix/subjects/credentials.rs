//! Cookies: when they go along, and what the policy must say then.
//!
//! `b.localhost` has set three cookies. A page at `app.b.localhost` is of one site with it, so that its
//! `SameSite` cookies go along; one at `a.localhost` is not.

use crate::matrix::ask::{event_source, fetch, get, post, post_json, xhr};
use crate::matrix::policies::{ANY, CREDENTIALS, EVERYTHING, EXACT, MIRRORED, SEVERAL};
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::{Page, Scheme};

const NO_COOKIE_TELLS: &str = "a request without cookies doesn't say that the page wants credentials";

pub(super) fn subject() -> Subject {
    let (app, neighbour) = (Page::App, Page::Neighbour);
    let own = Page::Own(Scheme::Http);
    Subject {
        title: "Credentials",
        rows: vec![
            row("with cookies, allowed", &CREDENTIALS, neighbour, get().include()).reads(200),
            row("with cookies, a post", &CREDENTIALS, neighbour, post().include()).reads(200),
            row("with cookies, after a preflight", &CREDENTIALS, neighbour, post_json().include())
                .reads(200)
                .preflights(1),
            row("with cookies, a PUT", &CREDENTIALS, neighbour, fetch("PUT").include()).reads(200),
            row(
                "with cookies, a header is exposed",
                &CREDENTIALS,
                neighbour,
                get().include().answered_with("etag", "1").answered_with("x-total", "1"),
            )
            .reads(200)
            .sees("etag")
            .misses("x-total"),
            row("with cookies, an error status", &CREDENTIALS, neighbour, get().include().answered(403))
                .reads(403),
            row("of another site, SameSite cookies stay behind", &CREDENTIALS, app, get().include())
                .reads(200),
            row("of another site, after a preflight", &CREDENTIALS, app, post_json().include()).reads(200),
            row("of another site, not wanted", &CREDENTIALS, app, get()).reads(200),
            row("without being asked, none go", &CREDENTIALS, neighbour, get()).reads(200),
            row("omitted, none go", &CREDENTIALS, neighbour, get().omit()).reads(200),
            row("by EventSource", &CREDENTIALS, neighbour, event_source().include()).ends(Outcome::Listens),
            row("by XMLHttpRequest", &CREDENTIALS, neighbour, xhr("GET").include()).reads(200),
            row("not allowed, with cookies", &SEVERAL, neighbour, get().include()).withheld(),
            row("not allowed, a post with cookies", &SEVERAL, neighbour, post().include()).withheld(),
            row("not allowed, without any cookie", &EXACT, app, get().include())
                .withheld()
                .policy_cannot_tell(NO_COOKIE_TELLS),
            row("not allowed, by EventSource", &SEVERAL, neighbour, event_source().include()).withheld(),
            row("not allowed, and not wanted", &SEVERAL, neighbour, get()).reads(200),
            row("any origin, with cookies", &ANY, neighbour, get().include()).withheld(),
            row("any origin, a wildcard is none with credentials", &ANY, app, get().include())
                .withheld()
                .policy_cannot_tell(NO_COOKIE_TELLS),
            row("any origin, credentials omitted", &ANY, neighbour, get().omit()).reads(200),
            row(
                "everything: the wildcards are none with credentials",
                &EVERYTHING,
                app,
                fetch("PUT").include(),
            )
            .stopped_at_preflight()
            .policy_cannot_tell(NO_COOKIE_TELLS),
            row(
                "everything: a header with credentials",
                &EVERYTHING,
                app,
                get().include().header("x-one", "1"),
            )
            .stopped_at_preflight()
            .policy_cannot_tell(NO_COOKIE_TELLS),
            row("mirrored, any method with cookies", &MIRRORED, neighbour, fetch("DELETE").include())
                .reads(200),
            row(
                "mirrored, any header with cookies",
                &MIRRORED,
                neighbour,
                get().include().header("x-one", "1"),
            )
            .reads(200),
            row(
                "mirrored, authorization with cookies",
                &MIRRORED,
                neighbour,
                get().include().header("authorization", "Bearer x"),
            )
            .reads(200),
            row("with cookies, another page", &CREDENTIALS, Page::OtherPort, get().include()).withheld(),
            row(
                "with cookies, another page's preflight",
                &CREDENTIALS,
                Page::OtherPort,
                post_json().include(),
            )
            .stopped_at_preflight(),
            row("with cookies, a sandbox", &CREDENTIALS, Page::Sandboxed, get().include()).withheld(),
            row("its own page has cookies without CORS", &EXACT, own, get()).reads(200),
        ],
    }
}
