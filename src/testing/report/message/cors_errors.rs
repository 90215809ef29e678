//! The message where the CORS check fails, of a preflight or of the response to the request.

use super::situation::{Lines, Situation};
use crate::explain::changes::{Changes, NothingHelps, Replaced};
use crate::origin::Origin;
use crate::policy::notation::Notation;
use crate::testing::fetch::network_error::{Cause, Step};
use crate::testing::report::mistakes::Mistake;

const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";
const OMIT: &str = "or let the page fetch with credentials: \"omit\"";
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
    Some(match cause {
        Cause::AllowOriginMissing => Lines::new(
            format!("{status} without {ALLOW_ORIGIN}"),
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
                let replaced = Replaced {
                    any_origin: true,
                    ..Replaced::default()
                };
                format!("{}; {OMIT}", allow(origin, true, replaced))
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
        ("null", true) => {
            "serve the page, and all redirects, from one https origin; \"null\" can't be \
                           allowed with credentials"
                .to_owned()
        }
        ("null", false) => "serve the page, and all redirects, from one https origin, or call \
                            .allow_null_origin() if every sandboxed and local page may call"
            .to_owned(),
        (origin, credentials) => allow(origin, credentials, Replaced::default()),
    }
}

/// The words of [`Policy::explain`](crate::Policy::explain).
fn allow(origin: &str, credentials: bool, replaced: Replaced) -> String {
    let changes = match Origin::parse(origin.as_bytes()) {
        Ok(origin) => Changes::for_origin(&origin, credentials, Notation::Builder),
        Err(problem) => {
            let text = format!("no change to the policy helps, because the origin {problem}");
            Err(NothingHelps(text))
        }
    };
    match changes {
        Ok(changes) => Changes {
            credentials,
            replaced,
            ..changes
        }
        .sentence(Notation::Builder),
        Err(NothingHelps(text)) => text,
    }
}

/// Where to put the layer, unless a layer is there already.
fn layer_position(situation: &Situation<'_>) -> &'static str {
    if situation.shows(Mistake::OriginNotAllowed) {
        ""
    } else if situation.shows(Mistake::ErrorWithoutCors) {
        ", and make the layer the outermost one: call .layer() after all routes and all other layers; \
         .route_layer() leaves out requests that no route matches"
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
