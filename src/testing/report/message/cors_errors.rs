//! The message where the CORS check fails, of a preflight or of the response to the request.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
};

use super::situation::{Lines, Situation};
use crate::explain::changes::{Changes, NothingHelps, Replaced};
use crate::origin::Origin;
use crate::policy::rules::Notation;
use crate::testing::fetch::exchange::Exchange;
use crate::testing::fetch::header_list::has_token;
use crate::testing::fetch::network_error::{Cause, Step};
use crate::testing::report::mistakes::Mistake;

const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";
const OMIT: &str = "or let the page fetch with credentials: \"omit\"";
const OUTERMOST: &str = "make the layer the outermost one: call .layer() after all routes and all other layers; \
                         .route_layer() leaves out requests that no route matches";
pub(super) const REACH_SERVER: &str = "look at the proxy's log and at the server behind it: does it run, does it listen where the proxy looks, \
                                       does it respond in time?";
const WITHOUT_REDIRECT: &str = "respond without a redirect to another origin, with 401 in place of a login \
                                page, or let the page fetch the final URL";

pub(super) fn lines(cause: &Cause, situation: &Situation<'_>) -> Option<Lines> {
    let (origin, status) = (&situation.origin, situation.status());
    let needed = if situation.includes_credentials {
        format!("{ALLOW_ORIGIN}: {origin} and {ALLOW_CREDENTIALS}: true")
    } else {
        format!("{ALLOW_ORIGIN}: {origin}")
    };
    let allow_page = allow_origins(situation);
    let in_general = send_in_general(situation, &needed);
    let missing = || format!("{status} without {ALLOW_ORIGIN}");
    Some(match cause {
        Cause::AllowOriginMissing if situation.shows(Mistake::ServerNotReached) => {
            Lines::not_cors(missing(), needed, REACH_SERVER)
        }
        Cause::AllowOriginMissing if situation.shows(Mistake::OtherServerAnswered) => {
            Lines::not_cors(
                missing(),
                needed,
                "find the server that sent this response: compare its headers, such as Server and Via, with those of the \
                 preflight's response, and look at proxies, tunnels and caches in front of the server",
            )
        }
        Cause::AllowOriginMissing if situation.shows(Mistake::RedirectWithoutCors) => {
            Lines::not_cors(
                missing(),
                needed,
                "let the page fetch the URL that the redirect leads to; CORS headers on that response don't help, \
                 because the browser checks the redirect first",
            )
        }
        Cause::AllowOriginMissing if situation.shows(Mistake::ErrorWithoutCors) => Lines::new(
            missing(),
            needed,
            format!(
                "{OUTERMOST}; then, if the policy does not allow this origin yet: {allow_page}"
            ),
            in_general,
        ),
        Cause::AllowOriginMissing => Lines::new(
            missing(),
            needed,
            format!("{allow_page}{}", layer_position(situation)),
            in_general,
        ),
        Cause::SeveralAllowOrigins { sent } => Lines::new(
            format!("{status}, {ALLOW_ORIGIN} several times: {sent}"),
            format!("{needed}, once"),
            "make this layer the outermost one: it replaces CORS headers from further in; remove them \
             from a proxy in front",
            "set CORS headers in only one place: the handler, a layer or the proxy",
        ),
        Cause::WildcardWithCredentials => Lines::new(
            format!("{status}, {ALLOW_ORIGIN}: *"),
            needed,
            if origin == "null" {
                allow_page
            } else {
                format!("{}; {OMIT}", replace_any_origin(situation))
            },
            in_general,
        ),
        Cause::AllowOriginMismatch { sent } => Lines::new(
            format!("{status}, {ALLOW_ORIGIN}: {sent}"),
            needed,
            allow_page,
            if origin == "null" {
                in_general
            } else {
                format!(
                    "{in_general}; the browser compares the value with the page's origin byte by byte"
                )
            },
        ),
        Cause::AllowCredentialsMissing { sent } => Lines::new(
            match sent {
                Some(sent) => format!("{status}, {ALLOW_CREDENTIALS}: {sent}"),
                None => format!("{status} without {ALLOW_CREDENTIALS}"),
            },
            format!("{ALLOW_CREDENTIALS}: true, in lower case"),
            {
                let changes = Changes {
                    credentials: true,
                    replaced: wildcards(situation),
                    ..Changes::default()
                };
                format!("{}; {OMIT}", changes.sentence(Notation::Builder))
            },
            format!(
                "send {ALLOW_CREDENTIALS}: true on this response and on the response to the preflight"
            ),
        ),
        _ => return None,
    })
}

/// The builder's call that allows the page's origin.
fn allow_origins(situation: &Situation<'_>) -> String {
    let origin = &situation.origin;
    if situation.shows(Mistake::RedirectTainted) {
        return WITHOUT_REDIRECT.to_owned();
    }
    match (&**origin, situation.includes_credentials) {
        ("null", credentials) => allow_null(credentials),
        (origin, credentials) => sentence(allow(origin, credentials, Replaced::default())),
    }
}

/// The words of [`Policy::explain`](crate::Policy::explain), for a handshake or another request without the CORS check.
pub(super) fn allow_without_credentials(situation: &Situation<'_>) -> String {
    match &*situation.origin {
        "null" => Changes::FOR_NULL_WRITE.to_owned(),
        origin => sentence(allow(origin, false, Replaced::default())),
    }
}

fn allow_null(credentials: bool) -> String {
    sentence(Changes::for_null(credentials))
}

fn sentence(changes: Result<Changes, NothingHelps>) -> String {
    match changes {
        Ok(changes) => changes.sentence(Notation::Builder),
        Err(NothingHelps(text)) => text,
    }
}

/// The wildcards that the last response shows. Credentials exclude them.
fn wildcards(situation: &Situation<'_>) -> Replaced {
    let has_wildcard = |name| {
        let headers = situation.last.and_then(Exchange::response_headers);
        headers.is_some_and(|headers| has_token(headers, &name, b"*"))
    };
    Replaced {
        no_origin: false,
        any_origin: has_wildcard(ACCESS_CONTROL_ALLOW_ORIGIN),
        any_method: has_wildcard(ACCESS_CONTROL_ALLOW_METHODS),
        any_header: has_wildcard(ACCESS_CONTROL_ALLOW_HEADERS),
        any_exposed_header: has_wildcard(ACCESS_CONTROL_EXPOSE_HEADERS),
        null_origin: false,
    }
}

/// For a builder, and for the layer that allows everything, if it can be that one.
fn replace_any_origin(situation: &Situation<'_>) -> String {
    let replaced = wildcards(situation);
    let builder = allow(&situation.origin, true, replaced);
    let everything = Replaced {
        no_origin: false,
        any_origin: true,
        any_method: true,
        any_header: true,
        any_exposed_header: true,
        null_origin: false,
    };
    match allow(&situation.origin, true, everything) {
        Ok(changes) if replaced.any_exposed_header => {
            let steps = changes.steps(Notation::Permissive).join(", ");
            format!("{}; or {steps}", sentence(builder))
        }
        _ => sentence(builder),
    }
}

/// The words of [`Policy::explain`](crate::Policy::explain).
fn allow(origin: &str, credentials: bool, replaced: Replaced) -> Result<Changes, NothingHelps> {
    let changes = match Origin::parse(origin.as_bytes()) {
        Ok(origin) => Changes::for_origin(&origin, credentials, Notation::Builder, &|_| true),
        Err(problem) => {
            let text = format!("no change to the policy helps, because the origin {problem}");
            Err(NothingHelps(text))
        }
    };
    changes.map(|changes| Changes {
        credentials,
        replaced,
        ..changes
    })
}

/// Where to put the layer, unless a layer is there already.
fn layer_position(situation: &Situation<'_>) -> &'static str {
    if situation.shows(Mistake::OriginNotAllowed) || situation.shows(Mistake::RedirectTainted) {
        ""
    } else {
        ", and check that the layer is around this route: call .layer() after .route()"
    }
}

/// What any server must send.
fn send_in_general(situation: &Situation<'_>, needed: &str) -> String {
    if situation.origin != "null" {
        let on = if situation.step == Step::Preflight {
            "the response to OPTIONS and on every other response"
        } else {
            "this response and on errors"
        };
        format!("send {needed} and Vary: Origin on {on}")
    } else if situation.shows(Mistake::RedirectTainted) {
        WITHOUT_REDIRECT.to_owned()
    } else {
        "serve the page from an https origin, not from a file or a sandboxed frame: every such page has \
         the origin \"null\""
            .to_owned()
    }
}
