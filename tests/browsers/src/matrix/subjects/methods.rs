//! Which methods need a preflight, and which of them are allowed.

use crate::matrix::ask::{fetch, post};
use crate::matrix::policies::{ANY_METHOD, EXACT, METHODS, MIRRORED_METHODS};
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let app = Page::App;
    Subject {
        title: "Methods",
        rows: vec![
            row("GET needs no preflight", &METHODS, app, fetch("GET")).reads(200).preflights(0),
            row("HEAD needs no preflight", &METHODS, app, fetch("HEAD")).reads(200).preflights(0),
            row("POST needs no preflight", &METHODS, app, post()).reads(200).preflights(0),
            row("PUT is listed", &METHODS, app, fetch("PUT")).reads(200).preflights(1),
            row("DELETE is listed", &METHODS, app, fetch("DELETE")).reads(200).preflights(1),
            row("PATCH is listed", &METHODS, app, fetch("PATCH")).reads(200).preflights(1),
            row("put is sent as PUT", &METHODS, app, fetch("put")).reads(200).preflights(1),
            row("patch is not PATCH", &METHODS, app, fetch("patch")).stopped_at_preflight(),
            row("OPTIONS is not listed", &METHODS, app, fetch("OPTIONS")).stopped_at_preflight(),
            row("an unknown method is not listed", &METHODS, app, fetch("QUERY")).stopped_at_preflight(),
            row("a method that is a star is not listed", &METHODS, app, fetch("*")).stopped_at_preflight(),
            row("nothing listed: GET", &EXACT, app, fetch("GET")).reads(200),
            row("nothing listed: HEAD", &EXACT, app, fetch("HEAD")).reads(200),
            row("nothing listed: POST", &EXACT, app, post()).reads(200),
            row("nothing listed: PUT", &EXACT, app, fetch("PUT")).stopped_at_preflight(),
            row("nothing listed: DELETE", &EXACT, app, fetch("DELETE")).stopped_at_preflight(),
            row("nothing listed: PATCH", &EXACT, app, fetch("PATCH")).stopped_at_preflight(),
            row("any method: DELETE", &ANY_METHOD, app, fetch("DELETE")).reads(200),
            row("any method: patch", &ANY_METHOD, app, fetch("patch")).reads(200),
            row("any method: OPTIONS", &ANY_METHOD, app, fetch("OPTIONS")).reads(200).preflights(1),
            row("any method: an unknown one", &ANY_METHOD, app, fetch("QUERY")).reads(200),
            row("any method is no permission for another page", &ANY_METHOD, Page::OtherPort, fetch("PUT"))
                .stopped_at_preflight(),
            row("mirrored: PUT", &MIRRORED_METHODS, app, fetch("PUT")).reads(200),
            row("mirrored: an unknown method", &MIRRORED_METHODS, app, fetch("QUERY")).reads(200),
            row("TRACE is forbidden to pages", &ANY_METHOD, app, fetch("TRACE")).ends(Outcome::NotSent),
            row("CONNECT is forbidden to pages", &ANY_METHOD, app, fetch("CONNECT")).ends(Outcome::NotSent),
        ],
    }
}
