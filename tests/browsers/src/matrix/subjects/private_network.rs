//! Private Network Access: a page on the internet calls a server on this machine. What came after the draft is in
//! [`local_network`](crate::local_network).

use crate::matrix::ask::get;
use crate::matrix::departures::{ASKS_VISITOR, KNOWS_NO_PRIVATE_NETWORK};
use crate::matrix::policies::{PRIVATE, PUBLIC_ONLY};
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    Subject {
        title: "Private Network Access, a draft",
        rows: vec![
            row("a public page calls this machine", &PRIVATE, Page::Public, get())
                .reads(200)
                .but(&ASKS_VISITOR)
                .but(&KNOWS_NO_PRIVATE_NETWORK),
            row(
                "a public page calls this machine, which doesn't allow it",
                &PUBLIC_ONLY,
                Page::Public,
                get(),
            )
            .stopped_at_preflight()
            .but(&ASKS_VISITOR)
            .but(&KNOWS_NO_PRIVATE_NETWORK),
        ],
    }
}
