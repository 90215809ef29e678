//! Servers that set CORS headers by hand, and wrongly: the model is held to the engines there too.

use crate::matrix::ask::{Ask, fetch, get, post_json};
use crate::matrix::departures::STAR_COVERS_AUTHORIZATION;
use crate::matrix::policies::NONE;
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let app = Page::App;
    let allow = |ask: Ask, origin: &str| ask.answered_with("access-control-allow-origin", origin);
    Subject {
        title: "Servers without this crate",
        rows: vec![
            row("by hand: a star", &NONE, app, allow(get(), "*")).reads(200),
            row("by hand: two stars", &NONE, app, allow(allow(get(), "*"), "*")).withheld(),
            row("by hand: two values in a line", &NONE, app, allow(get(), "*, *")).withheld(),
            row("by hand: another origin", &NONE, app, allow(get(), "https://example.com")).withheld(),
            row("by hand: null for a page", &NONE, app, allow(get(), "null")).withheld(),
            row("by hand: null for a sandbox", &NONE, Page::Sandboxed, allow(get(), "null")).reads(200),
            row("by hand: null in capitals for a sandbox", &NONE, Page::Sandboxed, allow(get(), "NULL"))
                .withheld(),
            row("by hand: a pattern", &NONE, app, allow(get(), "http://*.localhost")).withheld(),
            row(
                "by hand: a star with credentials",
                &NONE,
                app,
                allow(get().include(), "*").answered_with("access-control-allow-credentials", "true"),
            )
            .withheld(),
            row(
                "by hand: credentials by TRUE",
                &NONE,
                Page::Sandboxed,
                allow(get().include(), "null").answered_with("access-control-allow-credentials", "TRUE"),
            )
            .withheld(),
            row(
                "by hand: credentials for null",
                &NONE,
                Page::Sandboxed,
                allow(get().include(), "null").answered_with("access-control-allow-credentials", "true"),
            )
            .reads(200),
            row("by hand: a preflight answered by 404", &NONE, app, allow(fetch("PUT"), "*").answered(404))
                .stopped_at_preflight(),
            row("by hand: a preflight answered by 302", &NONE, app, allow(fetch("PUT"), "*").answered(302))
                .stopped_at_preflight(),
            row(
                "by hand: methods in lower case",
                &NONE,
                app,
                allow(fetch("PUT"), "*").answered_with("access-control-allow-methods", "put"),
            )
            .stopped_at_preflight(),
            row(
                "by hand: methods with blanks",
                &NONE,
                app,
                allow(fetch("PUT"), "*").answered_with("access-control-allow-methods", "GET ,  PUT"),
            )
            .reads(200),
            row(
                "by hand: methods over two lines",
                &NONE,
                app,
                allow(fetch("PUT"), "*")
                    .answered_with("access-control-allow-methods", "GET")
                    .answered_with("access-control-allow-methods", "PUT"),
            )
            .reads(200),
            row(
                "by hand: a list of methods with a slip",
                &NONE,
                app,
                allow(fetch("PUT"), "*").answered_with("access-control-allow-methods", "PUT; GET"),
            )
            .stopped_at_preflight(),
            row(
                "by hand: headers in upper case",
                &NONE,
                app,
                allow(post_json(), "*").answered_with("access-control-allow-headers", "CONTENT-TYPE"),
            )
            .reads(200),
            row(
                "by hand: a star does not cover authorization",
                &NONE,
                app,
                allow(get().header("authorization", "Bearer x"), "*")
                    .answered_with("access-control-allow-headers", "*"),
            )
            .stopped_at_preflight()
            .but(&STAR_COVERS_AUTHORIZATION),
            row(
                "by hand: a star for methods",
                &NONE,
                app,
                allow(fetch("PUT"), "*").answered_with("access-control-allow-methods", "*"),
            )
            .reads(200),
        ],
    }
}
