//! The preflight cache: how often the browser asks.

use std::time::Duration;

use crate::matrix::ask::{fetch, get};
use crate::matrix::departures::NO_CACHE_FROM_CREDENTIALS;
use crate::matrix::policies::{LONG, SHORT, UNCACHED};
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let (app, neighbour) = (Page::App, Page::Neighbour);
    let long_enough = Duration::from_millis(1500);
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
            row("after its time it is asked for again", &SHORT, app, fetch("PUT"))
                .then(fetch("PUT").after(long_enough))
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
