//! Redirects: each hop needs permission, and a hop from one foreign origin to another makes the origin
//! `null`.

use tower_cors::testing::RedirectMode;

use crate::matrix::ask::{To, fetch, get, post, post_json};
use crate::matrix::departures::{
    CROSS_SITE_AFTER_REDIRECT, LATER_PREFLIGHT_NAMES_PAGE, PREFLIGHT_AT_EACH_HOP,
    PREFLIGHT_FOR_LOST_AUTHORIZATION, PREFLIGHT_WITHOUT_AUTHORIZATION,
};
use crate::matrix::policies::{ANY, CREDENTIALS, EVERYTHING, EXACT, HEADERS, METHODS, NONE, NULL};
use crate::matrix::row::{Subject, row};
use crate::matrix::seen::Outcome;
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let (app, neighbour) = (Page::App, Page::Neighbour);
    Subject {
        title: "Redirects",
        rows: vec![
            row("301 on the same server", &EXACT, app, get().redirected(301, To::Itself)).reads(200),
            row("302 on the same server", &EXACT, app, get().redirected(302, To::Itself)).reads(200),
            row("303 on the same server", &EXACT, app, get().redirected(303, To::Itself)).reads(200),
            row("307 on the same server", &EXACT, app, get().redirected(307, To::Itself)).reads(200),
            row("308 on the same server", &EXACT, app, get().redirected(308, To::Itself)).reads(200),
            row(
                "a redirect twice on the same server",
                &EXACT,
                app,
                get().redirected(302, To::Itself).redirected(302, To::Itself),
            )
            .reads(200),
            row("a post becomes a GET by 302", &EXACT, app, post().redirected(302, To::Itself)).reads(200),
            row("a post stays one by 307", &EXACT, app, post().redirected(307, To::Itself)).reads(200),
            row("a PUT becomes a GET by 303", &METHODS, app, fetch("PUT").redirected(303, To::Itself))
                .reads(200)
                .preflights(1)
                .but(&PREFLIGHT_AT_EACH_HOP),
            row(
                "a PUT stays one by 307, with a second preflight",
                &METHODS,
                app,
                fetch("PUT").redirected(307, To::Itself),
            )
            .reads(200)
            .preflights(2),
            row(
                "JSON by 308, with a second preflight",
                &HEADERS,
                app,
                post_json().redirected(308, To::Itself),
            )
            .reads(200)
            .preflights(2),
            row(
                "a redirect to an error is read",
                &EXACT,
                app,
                get().redirected(302, To::Itself).answered(404),
            )
            .reads(404),
            row(
                "to another server that allows any origin",
                &EXACT,
                app,
                get().redirected(302, To::Api(&ANY)),
            )
            .reads(200),
            row("to another server that allows null", &EXACT, app, get().redirected(302, To::Api(&NULL)))
                .reads(200),
            row(
                "to another server that allows the app alone",
                &EXACT,
                app,
                get().redirected(302, To::Api(&METHODS)),
            )
            .withheld(),
            row("to another server without a layer", &EXACT, app, get().redirected(302, To::Api(&NONE)))
                .withheld(),
            row(
                "from a server that denies the page",
                &EXACT,
                Page::OtherPort,
                get().redirected(302, To::Api(&ANY)),
            )
            .withheld(),
            row("from a server without a layer", &NONE, app, get().redirected(302, To::Api(&ANY))).withheld(),
            row(
                "to another server, with a preflight there",
                &HEADERS,
                app,
                post_json().redirected(307, To::Api(&EVERYTHING)),
            )
            .reads(200)
            .preflights(2)
            .but(&LATER_PREFLIGHT_NAMES_PAGE),
            row(
                "to another server, whose preflight refuses null",
                &HEADERS,
                app,
                post_json().redirected(307, To::Api(&CREDENTIALS)),
            )
            .stopped_at_preflight()
            .but(&LATER_PREFLIGHT_NAMES_PAGE),
            row(
                "authorization does not go to another server",
                &HEADERS,
                app,
                get().header("authorization", "Bearer x").redirected(302, To::Api(&ANY)),
            )
            .reads(200)
            .but(&PREFLIGHT_WITHOUT_AUTHORIZATION)
            .but(&LATER_PREFLIGHT_NAMES_PAGE)
            .but(&PREFLIGHT_FOR_LOST_AUTHORIZATION),
            row(
                "authorization goes along on the same server",
                &HEADERS,
                app,
                get().header("authorization", "Bearer x").redirected(302, To::Itself),
            )
            .reads(200),
            row("back to the page's own server", &EXACT, app, get().redirected(302, To::Page(Page::App)))
                .withheld(),
            row(
                "with credentials on the same server",
                &CREDENTIALS,
                neighbour,
                get().include().redirected(302, To::Itself),
            )
            .reads(200)
            .but(&CROSS_SITE_AFTER_REDIRECT),
            row(
                "with credentials to a server that allows null without",
                &CREDENTIALS,
                neighbour,
                get().include().redirected(302, To::Api(&NULL)),
            )
            .withheld()
            .but(&CROSS_SITE_AFTER_REDIRECT),
            row(
                "with credentials to any origin",
                &CREDENTIALS,
                app,
                get().include().redirected(302, To::Api(&ANY)),
            )
            .withheld()
            .policy_cannot_tell("a request without cookies doesn't say that the page wants credentials"),
            row("to a URL with a password", &EXACT, app, get().redirected(302, To::WithPassword))
                .withheld()
                .policy_cannot_tell("it is the redirect that is wrong, not the permission"),
            row(
                "redirects are errors, if the page says so",
                &EXACT,
                app,
                get().redirected(302, To::Itself).redirect_mode(RedirectMode::Error),
            )
            .withheld()
            .policy_cannot_tell("it is the page that refuses"),
            row(
                "redirects are shown but opaque, if the page says so",
                &EXACT,
                app,
                get().redirected(302, To::Itself).redirect_mode(RedirectMode::Manual),
            )
            .ends(Outcome::Opaque),
            row(
                "a sandbox is redirected to another server",
                &NULL,
                Page::Sandboxed,
                get().redirected(302, To::Api(&NULL)),
            )
            .reads(200),
        ],
    }
}
