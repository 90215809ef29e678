//! Local Network Access: a page on the internet calls a server on this machine, and the visitor says nothing. More of it
//! is in [`local_network`](crate::local_network).

use crate::matrix::ask::get;
use crate::matrix::departures::ASKS_VISITOR;
use crate::matrix::policies::PUBLIC_ONLY;
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    Subject {
        title: "Local Network Access",
        rows: vec![
            row("a public page calls this machine", &PUBLIC_ONLY, Page::Public, get())
                .reads(200)
                .but(&ASKS_VISITOR),
        ],
    }
}
