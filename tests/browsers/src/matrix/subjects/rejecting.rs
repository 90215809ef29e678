//! `reject_disallowed_origins`: the handler never runs for another page.

use crate::matrix::ask::{To, fetch, get, post, web_socket, xhr};
use crate::matrix::policies::REJECTING;
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::{Page, Scheme};

pub(super) fn subject() -> Subject {
    let app = Page::App;
    let own = Page::Own(Scheme::Http);
    Subject {
        title: "Rejecting",
        rows: vec![
            row("rejecting: the app reads", &REJECTING, app, get()).reads(200),
            row("rejecting: the app posts", &REJECTING, app, post()).reads(200),
            row("rejecting: the app puts", &REJECTING, app, fetch("PUT")).reads(200),
            row("rejecting: another page", &REJECTING, Page::OtherPort, get()).withheld(),
            row("rejecting: another page's post", &REJECTING, Page::OtherPort, post()).withheld(),
            row("rejecting: another page's XMLHttpRequest", &REJECTING, Page::OtherPort, xhr("POST"))
                .withheld(),
            row("rejecting: another page's preflight", &REJECTING, Page::OtherPort, fetch("PUT"))
                .stopped_at_preflight(),
            row("rejecting: a page of the same site", &REJECTING, Page::Neighbour, post()).withheld(),
            row("rejecting: a sandbox", &REJECTING, Page::Sandboxed, post()).withheld(),
            row("rejecting: its own page reads", &REJECTING, own, get()).reads(200),
            row("rejecting: its own page posts", &REJECTING, own, post()).reads(200),
            row("rejecting: its own page deletes", &REJECTING, own, fetch("DELETE")).reads(200),
            row(
                "rejecting: its own page posts, redirected",
                &REJECTING,
                own,
                post().redirected(307, To::Itself),
            )
            .reads(200),
            row("rejecting: the app's WebSocket opens", &REJECTING, app, web_socket()).ends(Outcome::Opens),
            row("rejecting: another page's WebSocket is refused", &REJECTING, Page::OtherPort, web_socket())
                .withheld(),
            row("rejecting: a sandbox's WebSocket is refused", &REJECTING, Page::Sandboxed, web_socket())
                .withheld(),
            row("rejecting: its own page's WebSocket opens", &REJECTING, own, web_socket())
                .ends(Outcome::Opens),
        ],
    }
}
