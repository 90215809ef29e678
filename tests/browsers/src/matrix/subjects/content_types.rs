//! Which content types need a preflight.

use crate::matrix::ask::fetch;
use crate::matrix::departures::{JOINED_CONTENT_TYPES, ONE_CONTENT_TYPE};
use crate::matrix::policies::{CONNECT, EXACT, GRPC_WEB, HEADERS};
use crate::matrix::row::{Subject, row};
use crate::world::Page;

pub(super) fn subject() -> Subject {
    let app = Page::App;
    let post = |kind| fetch("POST").content(kind, "body");
    Subject {
        title: "Content types",
        rows: vec![
            row("text/plain needs no preflight", &EXACT, app, post("text/plain")).reads(200).preflights(0),
            row("text/plain with a charset needs none", &EXACT, app, post("text/plain; charset=utf-8"))
                .reads(200)
                .preflights(0),
            row("TEXT/PLAIN needs none", &EXACT, app, post("TEXT/PLAIN")).reads(200).preflights(0),
            row("a form needs none", &EXACT, app, post("application/x-www-form-urlencoded"))
                .reads(200)
                .preflights(0),
            row("a form with parts needs none", &EXACT, app, post("multipart/form-data; boundary=b"))
                .reads(200)
                .preflights(0),
            row("a text without a content type needs none", &EXACT, app, fetch("POST").body("text"))
                .reads(200)
                .preflights(0),
            row("JSON needs a preflight", &EXACT, app, post("application/json")).stopped_at_preflight(),
            row("JSON is listed", &HEADERS, app, post("application/json")).reads(200).preflights(1),
            row("JSON with a charset is listed", &HEADERS, app, post("application/json; charset=utf-8"))
                .reads(200)
                .preflights(1),
            row("XML needs a preflight", &EXACT, app, post("text/xml")).stopped_at_preflight(),
            row("text/plain2 needs a preflight", &EXACT, app, post("text/plain2")).stopped_at_preflight(),
            row("a content type with quotes needs a preflight", &EXACT, app, post("text/plain; a=\"b\""))
                .stopped_at_preflight(),
            row(
                "two content types that need no preflight each",
                &EXACT,
                app,
                post("text/plain").header("content-type", "text/plain"),
            )
            .reads(200)
            .but(&JOINED_CONTENT_TYPES)
            .but(&ONE_CONTENT_TYPE),
            row(
                "grpc-web: the client's headers",
                &GRPC_WEB,
                app,
                post("application/grpc-web+proto")
                    .header("x-grpc-web", "1")
                    .header("x-user-agent", "grpc-web-javascript/0.1")
                    .header("grpc-timeout", "1S"),
            )
            .reads(200)
            .preflights(1),
            row(
                "grpc-web: the client reads the status",
                &GRPC_WEB,
                app,
                post("application/grpc-web-text")
                    .answered_with("grpc-status", "5")
                    .answered_with("grpc-message", "none")
                    .answered_with("content-type", "application/grpc-web-text"),
            )
            .reads(200)
            .sees("grpc-status")
            .sees("grpc-message"),
            row(
                "grpc-web is no permission for Connect's headers",
                &GRPC_WEB,
                app,
                post("application/json").header("connect-protocol-version", "1"),
            )
            .stopped_at_preflight(),
            row(
                "connect: its headers",
                &CONNECT,
                app,
                post("application/json")
                    .header("connect-protocol-version", "1")
                    .header("connect-timeout-ms", "100")
                    .header("x-user-agent", "connect-es/2"),
            )
            .reads(200)
            .preflights(1),
            row("grpc-web needs the policy's permission", &EXACT, app, post("application/grpc-web+proto"))
                .stopped_at_preflight(),
            row(
                "grpc-web is no permission for metadata",
                &GRPC_WEB,
                app,
                post("application/grpc-web+proto").header("x-tenant", "1"),
            )
            .stopped_at_preflight(),
        ],
    }
}
