//! Which request headers need a preflight, and which of them are allowed.

use crate::matrix::ask::{get, post};
use crate::matrix::departures::STAR_COVERS_AUTHORIZATION;
use crate::matrix::policies::{ANY_HEADER, ANY_HEADER_AND_AUTHORIZATION, EXACT, HEADERS, MIRRORED_HEADERS};
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let app = Page::App;
    let long = "a".repeat(129);
    Subject {
        title: "Request headers",
        rows: vec![
            row("accept needs no preflight", &HEADERS, app, get().header("accept", "application/json"))
                .reads(200)
                .preflights(0),
            row("accept-language needs no preflight", &HEADERS, app, get().header("accept-language", "de"))
                .reads(200)
                .preflights(0),
            row("content-language needs no preflight", &HEADERS, app, get().header("content-language", "de"))
                .reads(200)
                .preflights(0),
            row("a range of bytes needs no preflight", &HEADERS, app, get().header("range", "bytes=0-9"))
                .reads(200)
                .preflights(0),
            row("a range from the end needs a preflight", &HEADERS, app, get().header("range", "bytes=-9"))
                .stopped_at_preflight(),
            row("a long accept needs a preflight", &HEADERS, app, get().header("accept", long.clone()))
                .stopped_at_preflight(),
            row("an accept with parentheses needs a preflight", &HEADERS, app, get().header("accept", "(a)"))
                .stopped_at_preflight(),
            row(
                "a language with an underscore needs a preflight",
                &HEADERS,
                app,
                get().header("accept-language", "de_DE"),
            )
            .stopped_at_preflight(),
            row("a header of one's own is listed", &HEADERS, app, get().header("x-one", "1"))
                .reads(200)
                .preflights(1),
            row("its case makes no difference", &HEADERS, app, get().header("X-One", "1")).reads(200),
            row("a header is not listed", &HEADERS, app, get().header("x-two", "1")).stopped_at_preflight(),
            row(
                "one of two headers is not listed",
                &HEADERS,
                app,
                get().header("x-one", "1").header("x-two", "2"),
            )
            .stopped_at_preflight(),
            row("authorization is listed", &HEADERS, app, get().header("authorization", "Bearer x"))
                .reads(200),
            row(
                "three headers are listed",
                &HEADERS,
                app,
                post().header("x-one", "1").header("authorization", "Bearer x").header("accept", "*/*"),
            )
            .reads(200),
            row("nothing listed: a header of one's own", &EXACT, app, get().header("x-one", "1"))
                .stopped_at_preflight(),
            row("nothing listed: authorization", &EXACT, app, get().header("authorization", "Bearer x"))
                .stopped_at_preflight(),
            row(
                "nothing listed: x-requested-with",
                &EXACT,
                app,
                get().header("x-requested-with", "XMLHttpRequest"),
            )
            .stopped_at_preflight(),
            row("nothing listed: if-none-match", &EXACT, app, get().header("if-none-match", "\"1\""))
                .stopped_at_preflight(),
            row("nothing listed: cache-control", &EXACT, app, get().header("cache-control", "no-cache"))
                .stopped_at_preflight(),
            row("a forbidden header is left out", &EXACT, app, get().header("cookie", "a=b"))
                .reads(200)
                .preflights(0),
            row("a forbidden sec- header is left out", &EXACT, app, get().header("sec-own", "1"))
                .reads(200)
                .preflights(0),
            row("any header: one's own", &ANY_HEADER, app, get().header("x-one", "1")).reads(200),
            row(
                "any header: many",
                &ANY_HEADER,
                app,
                get().header("x-one", "1").header("x-two", "2").header("x-three", "3").header("x-four", "4"),
            )
            .reads(200),
            row(
                "any header is not authorization",
                &ANY_HEADER,
                app,
                get().header("authorization", "Bearer x"),
            )
            .stopped_at_preflight()
            .but(&STAR_COVERS_AUTHORIZATION),
            row(
                "any header, authorization listed",
                &ANY_HEADER_AND_AUTHORIZATION,
                app,
                get().header("authorization", "Bearer x").header("x-one", "1"),
            )
            .reads(200),
            row("mirrored: one's own", &MIRRORED_HEADERS, app, get().header("x-one", "1")).reads(200),
            row("mirrored: authorization", &MIRRORED_HEADERS, app, get().header("authorization", "Bearer x"))
                .reads(200),
            row(
                "mirrored is no permission for another page",
                &MIRRORED_HEADERS,
                Page::OtherPort,
                get().header("x-one", "1"),
            )
            .stopped_at_preflight(),
        ],
    }
}
