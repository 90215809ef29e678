//! The preflight cache: how often the browser asks.

use std::time::Duration;

use crate::matrix::ask::{fetch, get};
use crate::matrix::departures::NO_CACHE_FROM_CREDENTIALS;
use crate::matrix::policies::{LONG, METHODS, SHORT, UNCACHED};
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let (app, neighbour) = (Page::App, Page::Neighbour);
    // longer than a second, and than the five that an answer is kept of itself
    let (two_seconds, six_seconds) = (Duration::from_secs(2), Duration::from_secs(6));
    Subject {
        title: "Preflight cache",
        rows: vec![
            row("two PUTs, one preflight", &LONG, app, fetch("PUT"))
                .then(fetch("PUT"))
                .reads(200)
                .preflights(1),
            row("three PUTs, one preflight", &LONG, app, fetch("PUT"))
                .then(fetch("PUT"))
                .then(fetch("PUT"))
                .reads(200)
                .preflights(1),
            row("the whole list is kept: another method", &LONG, app, fetch("PUT"))
                .then(fetch("DELETE"))
                .reads(200)
                .preflights(1),
            row("the whole list is kept: another header", &LONG, app, get().header("x-one", "1"))
                .then(get().header("x-two", "2"))
                .reads(200)
                .preflights(1),
            row("the whole list is kept: a header after a method", &LONG, app, fetch("PUT"))
                .then(fetch("PUT").header("x-one", "1"))
                .reads(200)
                .preflights(1),
            row("what is not listed is asked for again", &LONG, app, fetch("PUT"))
                .then(fetch("PATCH"))
                .stopped_at_preflight()
                .preflights(2),
            row(
                "an answer without credentials does not serve for credentials",
                &LONG,
                neighbour,
                fetch("PUT"),
            )
            .then(fetch("PUT").include())
            .reads(200)
            .preflights(2),
            row("an answer with credentials serves for both", &LONG, neighbour, fetch("PUT").include())
                .then(fetch("PUT"))
                .reads(200)
                .preflights(1)
                .but(&NO_CACHE_FROM_CREDENTIALS),
            row("it is kept for its time", &LONG, app, fetch("PUT"))
                .then(fetch("PUT").after(six_seconds))
                .reads(200)
                .preflights(1),
            row("without a time it is kept for five seconds at most", &METHODS, app, fetch("PUT"))
                .then(fetch("PUT").after(six_seconds))
                .reads(200)
                .preflights(2),
            row("after its time it is asked for again", &SHORT, app, fetch("PUT"))
                .then(fetch("PUT").after(two_seconds))
                .reads(200)
                .preflights(2),
            row("not kept at all", &UNCACHED, app, fetch("PUT")).then(fetch("PUT")).reads(200).preflights(2),
            row("a safelisted request fills no cache", &LONG, app, get())
                .then(fetch("PUT"))
                .reads(200)
                .preflights(1),
        ],
    }
}
