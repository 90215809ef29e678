//! Other ways to ask than `fetch`: XMLHttpRequest and its upload listener, EventSource, WebSocket.

use crate::matrix::ask::{event_source, upload, web_socket, xhr};
use crate::matrix::policies::{ANY, EVERYTHING, EXACT, HEADERS, METHODS};
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::{Page, Scheme};

pub(super) fn subject() -> Subject {
    let app = Page::App;
    Subject {
        title: "XMLHttpRequest, EventSource and WebSocket",
        rows: vec![
            row("XMLHttpRequest: GET", &EXACT, app, xhr("GET")).reads(200).preflights(0),
            row("XMLHttpRequest: from another page", &EXACT, Page::OtherPort, xhr("GET")).withheld(),
            row("XMLHttpRequest: PUT", &METHODS, app, xhr("PUT").content("text/plain", "text"))
                .reads(200)
                .preflights(1),
            row("XMLHttpRequest: patch is not PATCH", &METHODS, app, xhr("patch")).stopped_at_preflight(),
            row("XMLHttpRequest: JSON", &HEADERS, app, xhr("POST").content("application/json", "{}"))
                .reads(200),
            row(
                "XMLHttpRequest: JSON that is not allowed",
                &EXACT,
                app,
                xhr("POST").content("application/json", "{}"),
            )
            .stopped_at_preflight(),
            row("an upload listener needs a preflight", &EXACT, app, upload("POST")).reads(200).preflights(1),
            row("an upload listener's preflight is refused", &EXACT, Page::OtherPort, upload("POST"))
                .stopped_at_preflight(),
            row("an upload listener and a PUT that is not listed", &EXACT, app, upload("PUT"))
                .stopped_at_preflight(),
            row("an upload listener and a PUT that is listed", &METHODS, app, upload("PUT"))
                .reads(200)
                .preflights(1),
            row("an upload listener and any origin", &ANY, Page::Sandboxed, upload("POST"))
                .reads(200)
                .preflights(1),
            row("an upload listener and an own method", &EVERYTHING, app, upload("QUERY"))
                .reads(200)
                .preflights(1),
            row("EventSource: allowed", &EXACT, app, event_source()).ends(Outcome::Listens),
            row("EventSource: from another page", &EXACT, Page::OtherPort, event_source()).withheld(),
            row("EventSource: any origin", &ANY, Page::Sandboxed, event_source()).ends(Outcome::Listens),
            row("WebSocket: allowed", &EXACT, app, web_socket()).ends(Outcome::Opens),
            row("WebSocket: opens for another page all the same", &EXACT, Page::OtherPort, web_socket())
                .ends(Outcome::Opens),
            row("WebSocket: of its own page", &EXACT, Page::Own(Scheme::Http), web_socket())
                .ends(Outcome::Opens),
        ],
    }
}
