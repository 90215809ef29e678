//! What pages send without `fetch`: `<script>` with and without `crossorigin`, and beacons.

use crate::matrix::ask::{Ask, beacon, script, script_with_cors};
use crate::matrix::policies::{CREDENTIALS, EXACT, HEADERS};
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let (app, other) = (Page::App, Page::OtherPort);
    let json = || beacon("application/json");
    let javascript = || script_with_cors("text/javascript");
    let strict = |ask: Ask| ask.answered_with("x-content-type-options", "nosniff");
    Subject {
        title: "Scripts and beacons",
        rows: vec![
            row("a script loads in every page", &EXACT, other, script()).ends(Outcome::Loads),
            row("a script with crossorigin", &EXACT, app, javascript()).ends(Outcome::Loads),
            row("a script with crossorigin, another page", &EXACT, other, javascript()).withheld(),
            row("a script with crossorigin, nosniff", &EXACT, app, strict(javascript())).ends(Outcome::Loads),
            row("a script that is text, nosniff", &EXACT, app, strict(script_with_cors("text/plain")))
                .withheld()
                .policy_cannot_tell("the browser goes by the type"),
            row("a beacon of text arrives from every page", &EXACT, other, beacon("text/plain"))
                .ends(Outcome::Opaque)
                .preflights(0),
            row("a beacon of JSON needs a preflight", &EXACT, app, json()).stopped_at_preflight(),
            row("a beacon of JSON has credentials", &HEADERS, app, json())
                .stopped_at_preflight()
                .policy_cannot_tell("a preflight doesn't say that credentials follow"),
            row("a beacon of JSON, allowed with credentials", &CREDENTIALS, app, json())
                .ends(Outcome::Opaque)
                .preflights(1),
        ],
    }
}
