//! `Timing-Allow-Origin`: whether the page sees how long its request took.

use crate::matrix::ask::{To, fetch, get, xhr};
use crate::matrix::policies::{ANY, ANY_TIMING, EXACT, TIMING};
use crate::matrix::row::{Subject, row};
use crate::world::{Page, Scheme};

pub(super) fn subject() -> Subject {
    let app = Page::App;
    Subject {
        title: "Timing",
        rows: vec![
            row("timing is hidden without permission", &EXACT, app, get()).reads(200).timing(false),
            row("timing is hidden under any origin too", &ANY, app, get()).reads(200).timing(false),
            row("timing is shown to the app", &TIMING, app, get()).reads(200).timing(true),
            row("timing is shown to an XMLHttpRequest", &TIMING, app, xhr("GET")).reads(200).timing(true),
            row("timing is shown to everybody", &ANY_TIMING, Page::OtherPort, get()).reads(200).timing(true),
            row("timing is shown to a sandbox", &ANY_TIMING, Page::Sandboxed, get()).reads(200).timing(true),
            row("timing of an error is shown", &TIMING, app, get().answered(500)).reads(500).timing(true),
            row("timing is shown to its own page", &EXACT, Page::Own(Scheme::Http), get())
                .reads(200)
                .timing(true),
            row(
                "timing after a redirect on the same server",
                &TIMING,
                app,
                get().redirected(302, To::Itself),
            )
            .reads(200)
            .timing(true),
            row(
                "timing after a redirect to a server that hides it",
                &TIMING,
                app,
                get().redirected(302, To::Api(&ANY)),
            )
            .reads(200)
            .timing(false),
            row("timing after a preflight that is refused", &TIMING, app, fetch("PUT"))
                .stopped_at_preflight(),
        ],
    }
}
