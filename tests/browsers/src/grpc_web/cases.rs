//! The calls, and what is to come of each, the same in all engines.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use tonic::Code;
use tower_cors::{ConfigError, CorsLayer, Preset};

use crate::world::{Page, Places};

pub(super) struct Case {
    /// What it shows; no other case has it.
    pub(super) name: &'static str,
    pub(super) policy: Policy,
    pub(super) page: Page,
    pub(super) call: Call,
    pub(super) got: Got,
    /// What reaches the server.
    pub(super) wire: &'static [&'static str],
}

/// As `client.js` takes it.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Call {
    method: &'static str,
    /// Tells the server what is to come.
    service: &'static str,
    format: &'static str,
    /// In milliseconds; 0 for none.
    timeout: u32,
}

/// What the client gets, as `client.js` says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub(super) struct Got {
    /// The health: 1 is serving, 2 is not.
    messages: Vec<i32>,
    /// `None` where the client ends without a status.
    code: Option<i32>,
    message: String,
    /// Both without those of the protocols.
    trailers: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Policy {
    GrpcWeb,
    Metadata,
    Unexposed,
    Origin,
}

impl Policy {
    pub(super) fn layer(self, places: &Places) -> Result<CorsLayer, ConfigError> {
        let policy = CorsLayer::builder().allow_origins([places.origin(Page::App)]);
        match self {
            Self::GrpcWeb => policy.preset(Preset::GrpcWeb),
            Self::Metadata => policy.preset(Preset::GrpcWeb).expose_headers(["x-answered-by", "x-beds"]),
            Self::Unexposed => policy.allow_headers(["content-type", "x-grpc-web", "x-user-agent"]),
            Self::Origin => policy,
        }
        .build()
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GrpcWeb => "grpc-web",
            Self::Metadata => "grpc-web, and the service's headers exposed",
            Self::Unexposed => "the client's headers, none exposed",
            Self::Origin => "the app",
        })
    }
}

const UNARY: Call = Call { method: "Check", service: "", format: "binary", timeout: 0 };
/// The client hands over messages as they come in this format alone.
const STREAM: Call = Call { method: "Watch", format: "text", ..UNARY };

const CHECKED: &[&str] = &["preflight of Check", "POST Check"];
const STOPPED: &[&str] = &["preflight of Check"];
const WATCHED: &[&str] = &["preflight of Watch", "POST Watch"];
const STREAMED: &[&str] = &["preflight of Watch", "POST Watch", "preflight of Check", "POST Check"];

const NOT_FOUND: &str = "no such ward: 50 % süd";

pub(super) fn all() -> Vec<Case> {
    use Policy::{GrpcWeb, Metadata, Origin, Unexposed};
    let app = Page::App;
    let ok = || ends(&[1], Code::Ok, "");
    let not_found = || ends(&[], Code::NotFound, NOT_FOUND);
    // The client's own words, of a request that the browser fails.
    let failed = || ends(&[], Code::Unknown, "Http response at 400 or 500 level, http status code: 0");
    let with = |service, call| Call { service, ..call };
    vec![
        case("a unary call", GrpcWeb, app, UNARY, ok(), CHECKED),
        case("a unary call as text", GrpcWeb, app, Call { format: "text", ..UNARY }, ok(), CHECKED),
        case(
            "a unary call with a deadline",
            GrpcWeb,
            app,
            Call { timeout: 30_000, ..UNARY },
            ok(),
            &["preflight of Check", "POST Check with a deadline"],
        ),
        case(
            "the service's metadata is among the headers, and must be exposed",
            Metadata,
            app,
            UNARY,
            ok().header("x-answered-by", "clinic"),
            CHECKED,
        ),
        case("an error", GrpcWeb, app, with("?", UNARY), not_found(), CHECKED),
        case(
            "an error's metadata is among the headers, and must be exposed",
            Metadata,
            app,
            with("?", UNARY),
            not_found().trailer("x-beds", "7").header("x-beds", "7"),
            CHECKED,
        ),
        case(
            "no such method",
            GrpcWeb,
            app,
            Call { method: "Nothing", ..UNARY },
            ends(&[], Code::Unimplemented, ""),
            &["preflight of Nothing", "POST Nothing"],
        ),
        case("a stream", GrpcWeb, app, STREAM, ends(&[1, 2], Code::Ok, ""), STREAMED),
        case(
            "a stream that breaks: its trailers are in the body and need no permission",
            GrpcWeb,
            app,
            with("breaks", STREAM),
            ends(&[1], Code::Aborted, "the clinic closes").trailer("x-beds", "7"),
            STREAMED,
        ),
        case("an error instead of a stream", GrpcWeb, app, with("?", STREAM), not_found(), WATCHED),
        case("a unary call of another port", GrpcWeb, Page::OtherPort, UNARY, failed(), STOPPED),
        case("a stream of another port", GrpcWeb, Page::OtherPort, STREAM, failed(), &["preflight of Watch"]),
        case("the client's headers must be allowed", Origin, app, UNARY, failed(), STOPPED),
        case("a status in the body needs no permission", Unexposed, app, UNARY, ok(), CHECKED),
        case(
            "an error that isn't exposed",
            Unexposed,
            app,
            with("?", UNARY),
            ends(&[], Code::Unknown, "Incomplete response"),
            CHECKED,
        ),
        case(
            "an error instead of a stream that isn't exposed",
            Unexposed,
            app,
            with("?", STREAM),
            Got::default(),
            WATCHED,
        ),
    ]
}

fn case(
    name: &'static str,
    policy: Policy,
    page: Page,
    call: Call,
    got: Got,
    wire: &'static [&'static str],
) -> Case {
    Case { name, policy, page, call, got, wire }
}

fn ends(messages: &[i32], code: Code, message: &str) -> Got {
    Got {
        messages: messages.to_vec(),
        code: Some(code.into()),
        message: message.to_owned(),
        ..Got::default()
    }
}

impl Got {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    fn trailer(mut self, name: &str, value: &str) -> Self {
        self.trailers.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.messages {
            f.write_str(if *message == 1 { "`SERVING`, " } else { "`NOT_SERVING`, " })?;
        }
        match self.code {
            Some(code) => write!(f, "{:?}", Code::from(code))?,
            None => f.write_str("the end, without a status")?,
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        for (metadata, whence) in [(&self.trailers, "trailer"), (&self.headers, "header")] {
            for (name, value) in metadata {
                write!(f, "; {whence} `{name}: {value}`")?;
            }
        }
        Ok(())
    }
}
