//! Which response headers the script sees.

use crate::matrix::ask::{Ask, get, xhr};
use crate::matrix::policies::{ANY_EXPOSED, CREDENTIALS, EVERYTHING, EXACT, EXPOSED};
use crate::matrix::row::{Subject, row};
use crate::world::{Page, Scheme};

pub(super) fn subject() -> Subject {
    let app = Page::App;
    let with_headers = |ask: Ask| {
        ask.answered_with("etag", "\"1\"")
            .answered_with("x-total", "9")
            .answered_with("x-secret", "1")
            .answered_with("content-language", "de")
            .answered_with("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT")
    };
    Subject {
        title: "Response headers",
        rows: vec![
            row("safelisted headers are seen", &EXACT, app, with_headers(get()))
                .reads(200)
                .sees("content-type")
                .sees("content-language")
                .sees("last-modified")
                .sees("cache-control")
                .misses("etag"),
            row("others are hidden", &EXACT, app, with_headers(get()))
                .reads(200)
                .misses("etag")
                .misses("x-total"),
            row("exposed headers are seen", &EXPOSED, app, with_headers(get()))
                .reads(200)
                .sees("etag")
                .sees("x-total")
                .misses("x-secret"),
            row("exposed headers are seen by XMLHttpRequest", &EXPOSED, app, with_headers(xhr("GET")))
                .reads(200)
                .sees("etag")
                .misses("x-secret"),
            row("exposed headers of an error are seen", &EXPOSED, app, with_headers(get()).answered(500))
                .reads(500)
                .sees("etag"),
            row("all are exposed", &ANY_EXPOSED, app, with_headers(get()))
                .reads(200)
                .sees("etag")
                .sees("x-secret"),
            row("all are exposed to everybody", &EVERYTHING, Page::OtherPort, with_headers(get()))
                .reads(200)
                .sees("x-secret"),
            row("all are exposed to a sandbox", &EVERYTHING, Page::Sandboxed, with_headers(get()))
                .reads(200)
                .sees("x-secret"),
            row("exposed with credentials", &CREDENTIALS, app, with_headers(get()).include())
                .reads(200)
                .sees("etag")
                .misses("x-total"),
            row("the CORS headers themselves are hidden", &EXACT, app, get())
                .reads(200)
                .misses("access-control-allow-origin")
                .misses("vary"),
            row(
                "a cookie is never seen",
                &ANY_EXPOSED,
                app,
                get().answered_with("set-cookie", "own=1; Path=/nowhere"),
            )
            .reads(200)
            .misses("set-cookie"),
            row("its own page sees all", &EXACT, Page::Own(Scheme::Http), with_headers(get()))
                .reads(200)
                .sees("etag")
                .sees("x-secret"),
        ],
    }
}
