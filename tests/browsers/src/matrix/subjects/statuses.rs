//! Error statuses: a page that is allowed reads them like a 200.

use crate::matrix::ask::{fetch, get, post_json, xhr};
use crate::matrix::policies::{ANY, EXACT, FORWARDED, HEADERS, METHODS, STATUS_200};
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let app = Page::App;
    Subject {
        title: "Statuses",
        rows: vec![
            row("201 is read", &HEADERS, app, post_json().answered(201)).reads(201),
            row("204 is read", &METHODS, app, fetch("DELETE").answered(204)).reads(204),
            row("400 is read", &EXACT, app, get().answered(400)).reads(400),
            row("401 is read", &EXACT, app, get().answered(401)).reads(401),
            row("403 is read", &EXACT, app, get().answered(403)).reads(403),
            row("404 is read", &EXACT, app, get().answered(404)).reads(404),
            row("404 after a preflight is read", &METHODS, app, fetch("PUT").answered(404)).reads(404),
            row("405 after a preflight is read", &METHODS, app, fetch("DELETE").answered(405)).reads(405),
            row("413 is read by XMLHttpRequest", &EXACT, app, xhr("GET").answered(413)).reads(413),
            row("429 is read", &ANY, app, get().answered(429)).reads(429),
            row("500 is read", &EXACT, app, get().answered(500)).reads(500),
            row("503 is read by everybody", &ANY, Page::OtherPort, get().answered(503)).reads(503),
            row("404 is withheld from another page", &EXACT, Page::OtherPort, get().answered(404)).withheld(),
            row("500 is withheld from another page", &EXACT, Page::OtherPort, get().answered(500)).withheld(),
            row("a preflight answered by 200", &STATUS_200, app, fetch("PUT")).reads(200).preflights(1),
            row("a preflight that is forwarded", &FORWARDED, app, fetch("PUT")).reads(200).preflights(1),
            row(
                "a forwarded preflight that the handler answers by 404",
                &FORWARDED,
                app,
                fetch("PUT").answered(404),
            )
            .stopped_at_preflight()
            .policy_cannot_tell("the inner service chooses the status"),
        ],
    }
}
