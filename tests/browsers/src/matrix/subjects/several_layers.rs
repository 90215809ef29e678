//! Two layers, or a layer around handlers that set CORS headers by hand: one policy speaks.

use crate::matrix::ask::{fetch, get};
use crate::matrix::policies::{ANY, EXACT, EXPOSED, STACKED, STACKED_STRICTER_INSIDE};
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let app = Page::App;
    let by_hand = |origin: &str| get().answered_with("access-control-allow-origin", origin);
    Subject {
        title: "Several layers",
        rows: vec![
            row("the outer layer allows", &STACKED, app, get()).reads(200),
            row("the outer layer denies what the inner allows", &STACKED, Page::OtherPort, get()).withheld(),
            row(
                "the outer layer denies a preflight that the inner allows",
                &STACKED,
                Page::OtherPort,
                fetch("PUT"),
            )
            .stopped_at_preflight(),
            row("the outer layer exposes nothing", &STACKED, app, get().answered_with("etag", "1"))
                .reads(200)
                .misses("etag"),
            row(
                "the outer layer allows what the inner denies",
                &STACKED_STRICTER_INSIDE,
                Page::OtherPort,
                get(),
            )
            .reads(200),
            row("the inner layer's credentials are removed", &STACKED_STRICTER_INSIDE, app, get().include())
                .withheld()
                .policy_cannot_tell("a request without cookies doesn't say that the page wants credentials"),
            row("a handler's star is replaced", &EXACT, app, by_hand("*")).reads(200),
            row("a handler's star is removed where the policy denies", &EXACT, Page::OtherPort, by_hand("*"))
                .withheld(),
            row("a handler's other origin is replaced", &EXACT, app, by_hand("https://example.com"))
                .reads(200),
            row("a handler's origin is replaced by a star", &ANY, app, by_hand("https://example.com"))
                .reads(200),
            row(
                "a handler exposes nothing",
                &EXPOSED,
                app,
                get()
                    .answered_with("x-secret", "1")
                    .answered_with("access-control-expose-headers", "x-secret"),
            )
            .reads(200)
            .misses("x-secret"),
            row(
                "a handler allows no credentials",
                &EXACT,
                app,
                get().include().answered_with("access-control-allow-credentials", "true"),
            )
            .withheld()
            .policy_cannot_tell("a request without cookies doesn't say that the page wants credentials"),
        ],
    }
}
