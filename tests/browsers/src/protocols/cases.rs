//! The calls, and what is to come of each, the same in all engines.

use std::fmt;

use axum::Router;
use tower_cors::{ConfigError, CorsBuilder, CorsLayer, Preset};

use super::servers::{connect, mcp, range, tus};
use crate::world::{Page, Places};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Protocol {
    Connect,
    Mcp,
    Tus,
    Range,
}

impl Protocol {
    pub(super) const ALL: [Self; 4] = [Self::Connect, Self::Mcp, Self::Tus, Self::Range];

    /// Below `src`.
    pub(super) fn script(self) -> &'static str {
        match self {
            Self::Connect => "protocols/clients/connect.js",
            Self::Mcp => "protocols/clients/mcp.js",
            Self::Tus => "protocols/clients/tus.js",
            Self::Range => "protocols/clients/range.js",
        }
    }

    /// For people.
    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Connect => {
                "A page calls a server by [`@connectrpc/connect-web`](https://www.npmjs.com/package/@connectrpc/connect-web)."
            }
            Self::Mcp => {
                "A page calls an [rmcp](https://crates.io/crates/rmcp) server by
[`@modelcontextprotocol/sdk`](https://www.npmjs.com/package/@modelcontextprotocol/sdk). `cargo run --example
mcp` is such a server to try."
            }
            Self::Tus => {
                "A page uploads 30 bytes in parts by [`tus-js-client`](https://www.npmjs.com/package/tus-js-client)."
            }
            Self::Range => {
                "A page opens a document by [PDF.js](https://www.npmjs.com/package/pdfjs-dist), and fetches parts of a
text by itself."
            }
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "Connect",
            Self::Mcp => "MCP",
            Self::Tus => "tus",
            Self::Range => "Range and conditional requests",
        })
    }
}

type Builder = CorsBuilder;

/// What is allowed to the app.
pub(super) struct Policy {
    pub(super) name: &'static str,
    with: fn(Builder) -> Builder,
}

static APP: Policy = Policy { name: "the app", with: |app| app };
static CONNECT: Policy = Policy { name: "`Preset::Connect`", with: |app| app.preset(Preset::Connect) };
static CONNECT_METADATA: Policy = Policy {
    name: "`Preset::Connect`, and the service's trailer exposed",
    with: |app| app.preset(Preset::Connect).expose_headers(["trailer-x-beds"]),
};
static MCP: Policy = Policy { name: "`Preset::Mcp`", with: |app| app.preset(Preset::Mcp) };
static MCP_UNEXPOSED: Policy = Policy {
    name: "the client's headers, none exposed",
    with: |app| {
        app.allow_headers(["content-type", "authorization", "mcp-session-id", "mcp-protocol-version"])
    },
};
static MCP_REJECTING: Policy = Policy {
    name: "`Preset::Mcp`, others are rejected",
    with: |app| app.preset(Preset::Mcp).reject_disallowed_origins(),
};
static TUS: Policy = Policy { name: "`Preset::Tus`", with: |app| app.preset(Preset::Tus) };
static TUS_UNEXPOSED: Policy = Policy {
    name: "the client's headers, none exposed",
    with: |app| {
        app.allow_methods(["PATCH"]).allow_headers([
            "content-type",
            "tus-resumable",
            "upload-length",
            "upload-metadata",
            "upload-offset",
        ])
    },
};
static RANGE: Policy =
    Policy { name: "`Preset::RangeRequests`", with: |app| app.preset(Preset::RangeRequests) };

pub(super) struct Case {
    pub(super) protocol: Protocol,
    /// What it shows; no other case of the protocol has it.
    pub(super) name: &'static str,
    pub(super) policy: &'static Policy,
    pub(super) page: Page,
    /// What the script does.
    pub(super) act: &'static str,
    /// Tells a Connect server what is to come.
    pub(super) service: &'static str,
    pub(super) says: &'static str,
    /// What reaches the server, sorted.
    pub(super) wire: &'static [&'static str],
}

impl Case {
    pub(super) fn is_called(&self, name: &str) -> bool {
        format!("{}: {}", self.protocol, self.name).contains(name)
    }

    pub(super) fn layer(&self, places: &Places) -> Result<CorsLayer, ConfigError> {
        let app = CorsLayer::builder().allow_origins([places.origin(Page::App)]);
        (self.policy.with)(app).build()
    }

    pub(super) fn router(&self) -> Router {
        match self.protocol {
            Protocol::Connect => connect::router(),
            Protocol::Mcp if self.act == "login" => mcp::with_login(),
            Protocol::Mcp => mcp::router(),
            Protocol::Tus => tus::router(),
            Protocol::Range => range::router(),
        }
    }

    fn of(self, page: Page) -> Self {
        Self { page, ..self }
    }

    fn about(self, service: &'static str) -> Self {
        Self { service, ..self }
    }
}

fn case(
    protocol: Protocol,
    name: &'static str,
    policy: &'static Policy,
    act: &'static str,
    says: &'static str,
    wire: &'static [&'static str],
) -> Case {
    Case { protocol, name, policy, page: Page::App, act, service: "", says, wire }
}

const FAILED: &str = "the browser fails the request";
const POSTED: &[&str] = &["POST 200", "preflight"];

pub(super) fn all() -> Vec<Case> {
    [connect_cases(), mcp_cases(), tus_cases(), range_cases()].into_iter().flatten().collect()
}

fn connect_cases() -> Vec<Case> {
    let call = |name, policy, act, says, wire| case(Protocol::Connect, name, policy, act, says, wire);
    vec![
        call("a unary call", &CONNECT, "check", "SERVING", POSTED),
        call("a unary call by GET needs no preflight", &APP, "get", "SERVING", &["GET 200"]),
        call("a unary call with a deadline", &CONNECT, "deadline", "SERVING", POSTED),
        call("an error", &CONNECT, "check", "NotFound: no such ward", &["POST 404", "preflight"]).about("?"),
        call(
            "an error's trailer is among the headers, and must be exposed",
            &CONNECT_METADATA,
            "check",
            "NotFound: no such ward, x-beds: 7",
            &["POST 404", "preflight"],
        )
        .about("?"),
        call("a stream", &CONNECT, "stream", "SERVING, NOT_SERVING", POSTED),
        call(
            "a stream that breaks: its trailers are in the body and need no permission",
            &CONNECT,
            "stream",
            "SERVING, Aborted: the clinic closes, x-beds: 7",
            POSTED,
        )
        .about("breaks"),
        call("the client's headers must be allowed", &APP, "check", FAILED, &["preflight"]),
        call("a call of another port", &CONNECT, "check", FAILED, &["preflight"]).of(Page::OtherPort),
    ]
}

fn mcp_cases() -> Vec<Case> {
    let call = |name, policy, act, says, wire| case(Protocol::Mcp, name, policy, act, says, wire);
    vec![
        call(
            "a session",
            &MCP,
            "",
            "a session, 1 + 2 = 3, its end",
            &["DELETE 202", "GET 200", "POST 200", "POST 202", "preflight"],
        ),
        call(
            "a stream is resumed",
            &MCP,
            "resume",
            "a session, 1 + 2 = 3, the stream again, its end",
            &["DELETE 202", "GET 200", "GET that resumes 200", "POST 200", "POST 202", "preflight"],
        ),
        call(
            "the session's id must be exposed",
            &MCP_UNEXPOSED,
            "",
            "error: Streamable HTTP error: Error POSTing to endpoint: Bad Request: Session ID is required",
            &["POST 200", "POST 400", "preflight"],
        ),
        call(
            "the login is where the server says",
            &MCP,
            "login",
            "a login at /login/authorize",
            &["GET 200", "POST 401", "preflight"],
        ),
        call(
            "where the login is, must be exposed: the client guesses",
            &MCP_UNEXPOSED,
            "login",
            "a login at /authorize",
            &["GET 404", "POST 401", "preflight"],
        ),
        call(
            "the client's headers must be allowed",
            &APP,
            "",
            "error: the browser fails the request",
            &["preflight"],
        ),
        call(
            "another port is rejected",
            &MCP_REJECTING,
            "",
            "error: the browser fails the request",
            &["preflight"],
        )
        .of(Page::OtherPort),
    ]
}

fn tus_cases() -> Vec<Case> {
    let call = |name, policy, act, says, wire| case(Protocol::Tus, name, policy, act, says, wire);
    vec![
        call("an upload in two parts", &TUS, "", "all at /files/0", &["PATCH 204", "POST 201", "preflight"]),
        call(
            "an upload that is resumed",
            &TUS,
            "resume",
            "all at /files/0",
            &["HEAD 200", "PATCH 204", "POST 201", "preflight"],
        ),
        call(
            "an upload that is ended",
            &TUS,
            "end",
            "no upload any more",
            &["DELETE 204", "PATCH 204", "POST 201", "preflight"],
        ),
        call(
            "two uploads at once are joined",
            &TUS,
            "parts",
            "all at /files/2",
            &["PATCH 204", "POST 201", "preflight"],
        ),
        call(
            "POST instead of PATCH",
            &TUS,
            "override",
            "all at /files/0",
            &["POST 201", "POST 204", "preflight"],
        ),
        call(
            "where the upload is, must be exposed",
            &TUS_UNEXPOSED,
            "",
            "tus: invalid or missing Location header",
            &["POST 201", "preflight"],
        ),
        call("the client's headers must be allowed", &APP, "", FAILED, &["preflight"]),
        call("an upload of another port", &TUS, "", FAILED, &["preflight"]).of(Page::OtherPort),
    ]
}

fn range_cases() -> Vec<Case> {
    let call = |name, policy, act, says, wire| case(Protocol::Range, name, policy, act, says, wire);
    vec![
        call(
            "PDF.js fetches the parts that it needs",
            &RANGE,
            "pdf",
            "a document of 1 page",
            &["GET 200", "GET 206"],
        ),
        call(
            "PDF.js fetches all of it if nothing is exposed",
            &APP,
            "pdf",
            "a document of 1 page",
            &["GET 200"],
        ),
        call(
            "the first bytes need no preflight",
            &RANGE,
            "first",
            "206, \"ten b\", bytes 0-4/10, \"1\"",
            &["GET 206"],
        ),
        call("where they belong must be exposed", &APP, "first", "206, \"ten b\"", &["GET 206"]),
        call(
            "the last bytes",
            &RANGE,
            "last",
            "206, \"ytes.\", bytes 5-9/10, \"1\"",
            &["GET 206", "preflight"],
        ),
        call("If-None-Match: not changed", &RANGE, "not modified", "304, \"1\"", &["GET 304", "preflight"]),
        call(
            "If-None-Match: changed",
            &RANGE,
            "modified",
            "200, \"ten bytes.\", \"1\"",
            &["GET 200", "preflight"],
        ),
        call(
            "If-Range: not changed",
            &RANGE,
            "unchanged",
            "206, \"ten b\", bytes 0-4/10, \"1\"",
            &["GET 206", "preflight"],
        ),
        call("If-Range: changed", &RANGE, "changed", "200, \"ten bytes.\", \"1\"", &["GET 200", "preflight"]),
        call("If-Match: not met", &RANGE, "precondition", "412, \"1\"", &["GET 412", "preflight"]),
        call(
            "a condition must be allowed",
            &APP,
            "precondition",
            "error: the browser fails the request",
            &["preflight"],
        ),
    ]
}
