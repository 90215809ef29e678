//! The modes `no-cors` and `same-origin`.

use tower_cors::testing::RequestMode::{NoCors, SameOrigin};

use crate::matrix::ask::{fetch, get, post, post_json};
use crate::matrix::policies::{EVERYTHING, EXACT, REJECTING};
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::{Page, Scheme};

pub(super) fn subject() -> Subject {
    let app = Page::App;
    Subject {
        title: "Modes",
        rows: vec![
            row("no-cors: a GET arrives, and nothing is read", &EXACT, app, get().mode(NoCors))
                .ends(Outcome::Opaque),
            row("no-cors: a GET of another page arrives too", &EXACT, Page::OtherPort, get().mode(NoCors))
                .ends(Outcome::Opaque),
            row("no-cors: a post of another page arrives", &EXACT, Page::OtherPort, post().mode(NoCors))
                .ends(Outcome::Opaque),
            row(
                "no-cors: a post of another page is rejected unseen",
                &REJECTING,
                Page::OtherPort,
                post().mode(NoCors),
            )
            .ends(Outcome::Opaque)
            .policy_cannot_tell("the page sees no more of a 403 than of any other response"),
            row("no-cors: JSON is not sent as JSON", &EXACT, app, post_json().mode(NoCors))
                .ends(Outcome::Opaque),
            row("no-cors: permission makes it no less opaque", &EVERYTHING, app, get().mode(NoCors))
                .ends(Outcome::Opaque),
            row("no-cors: PUT is refused by the page", &EVERYTHING, app, fetch("PUT").mode(NoCors))
                .ends(Outcome::NotSent),
            row(
                "same-origin: another origin is refused by the page",
                &EVERYTHING,
                app,
                get().mode(SameOrigin),
            )
            .ends(Outcome::NotSent),
            row("same-origin: its own page reads", &EXACT, Page::Own(Scheme::Http), get().mode(SameOrigin))
                .reads(200),
        ],
    }
}
