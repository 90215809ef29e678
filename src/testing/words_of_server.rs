//! The words where the server's CORS headers are to blame.

use std::collections::HashSet;

use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS};

use super::cause::{Cause, Step};
use super::header_list::extract_tokens;
use super::quote::shown;
use super::suspect::Suspect;
use super::words::{Lines, Scene};

/// The CORS check, of a preflight or of the actual response.
pub(super) fn check_lines(cause: &Cause, scene: &Scene<'_>) -> Option<Lines> {
    let (origin, status) = (&scene.origin, scene.status());
    let allow_origin = "Access-Control-Allow-Origin";
    let needed = if scene.includes_credentials {
        format!("{allow_origin}: {origin} and Access-Control-Allow-Credentials: true")
    } else {
        format!("{allow_origin}: {origin}")
    };
    let allow = allow_origins(scene);
    let on = if scene.step == Step::Preflight {
        "the answer to OPTIONS and every other response"
    } else {
        "this response, and on errors too"
    };
    let elsewhere = if origin == "null" {
        of_null(scene)
    } else {
        format!("send {needed} and Vary: Origin on {on}")
    };
    Some(match cause {
        Cause::AllowOriginMissing => (
            format!("{status} without {allow_origin}"),
            needed,
            format!("{allow}{}", where_the_layer_belongs(scene)),
            elsewhere,
        ),
        Cause::SeveralAllowOrigins { sent } => (
            format!("{status}, {allow_origin} several times: {sent}"),
            format!("{needed}, once"),
            "put this layer outermost in the service: it replaces what is set further in; a proxy in \
             front must set none"
                .to_owned(),
            "let one place alone set CORS headers: the handler, a layer or the proxy".to_owned(),
        ),
        Cause::WildcardWithCredentials => (
            format!("{status}, {allow_origin}: *"),
            needed,
            format!(
                "replace .allow_any_origin() by {allow}; or let the page fetch without credentials"
            ),
            elsewhere,
        ),
        Cause::AllowOriginMismatch { sent } => (
            format!("{status}, {allow_origin}: {sent}"),
            needed,
            allow,
            if origin == "null" {
                elsewhere
            } else {
                format!("{elsewhere}: the value is compared with the page's origin byte by byte")
            },
        ),
        Cause::AllowCredentialsMissing { sent } => (
            match sent {
                Some(sent) => format!("{status}, Access-Control-Allow-Credentials: {sent}"),
                None => format!("{status} without Access-Control-Allow-Credentials"),
            },
            "Access-Control-Allow-Credentials: true, in lower case".to_owned(),
            "add .allow_credentials(), with origins that you own; or let the page fetch without \
             credentials"
                .to_owned(),
            "send Access-Control-Allow-Credentials: true on this response and on the preflight's"
                .to_owned(),
        ),
        _ => return None,
    })
}

/// Where the layer is missing, if it is.
fn where_the_layer_belongs(scene: &Scene<'_>) -> &'static str {
    if scene.suggests(Suspect::OriginNotAllowed) {
        ""
    } else if scene.suggests(Suspect::ErrorWithoutCors) {
        ", and the layer outermost: .layer() after all routes and all other layers, and not .route_layer(), \
         which leaves out what no route answers"
    } else {
        ", and see that the layer is around this route (.layer() after .route())"
    }
}

/// What to do with any server about a page whose origin is `null`.
fn of_null(scene: &Scene<'_>) -> String {
    if scene.suggests(Suspect::RedirectTainted) {
        WITHOUT_REDIRECT.to_owned()
    } else {
        "serve the page from an https origin, not from a file or a sandboxed frame: \"null\" is the \
         origin of everybody's"
            .to_owned()
    }
}

const WITHOUT_REDIRECT: &str = "answer without the redirect to another origin, with 401 in place of a login \
                                page, or let the page fetch the final URL";

/// What lets the page's origin pass.
fn allow_origins(scene: &Scene<'_>) -> String {
    let origin = &scene.origin;
    if scene.suggests(Suspect::RedirectTainted) {
        return WITHOUT_REDIRECT.to_owned();
    }
    match (&**origin, scene.includes_credentials) {
        ("null", true) => {
            "serve the page, and all redirects, from one https origin; \"null\" can't be \
                           allowed with credentials"
                .to_owned()
        }
        ("null", false) => "serve the page, and all redirects, from one https origin, or call \
                            .allow_null_origin() if every sandboxed and local page may call"
            .to_owned(),
        (_, true) => format!(".allow_origins([\"{origin}\"]).allow_credentials()"),
        (_, false) => format!(".allow_origins([\"{origin}\"])"),
    }
}

/// What else can be wrong with the answer to a preflight.
pub(super) fn preflight_lines(cause: &Cause, scene: &Scene<'_>) -> Option<Lines> {
    let with_credentials = if scene.includes_credentials {
        " by name; with credentials \"*\" is a name like any other"
    } else {
        ""
    };
    Some(match cause {
        Cause::PreflightStatus { .. } => (
            format!("{} to the preflight", scene.status()),
            "a status from 200 to 299".to_owned(),
            "put the layer around the whole router, outside of authentication and redirects: it \
             answers preflights itself"
                .to_owned(),
            "answer OPTIONS with 204 and the CORS headers before routing, authentication and \
             redirects"
                .to_owned(),
        ),
        Cause::MalformedList { header, sent } => (
            format!("{header}: {sent}"),
            "names with commas between them".to_owned(),
            "put this layer outermost in the service: it writes the list itself".to_owned(),
            format!(
                "write {header} as one list, such as \"PUT, DELETE\" or \"content-type, x-id\""
            ),
        ),
        Cause::MethodNotAllowed { method } => (
            scene.list("Access-Control-Allow-Methods"),
            format!("Access-Control-Allow-Methods: {method}{with_credentials}"),
            if method == "patch" {
                format!("{PATCH}; .allow_methods([\"PATCH\"]) allows it")
            } else if scene.includes_credentials {
                format!(".allow_methods([\"{method}\"]), or .mirror_request_methods()")
            } else {
                format!(".allow_methods([\"{method}\"])")
            },
            if method == "patch" {
                format!(
                    "{PATCH}, and send PATCH in Access-Control-Allow-Methods on the answer to OPTIONS"
                )
            } else {
                format!("send {method} in Access-Control-Allow-Methods on the answer to OPTIONS")
            },
        ),
        Cause::HeaderNotAllowed { name } => {
            let names = missing_headers(scene, name);
            let (all, quoted) = (names.join(", "), names.join("\", \""));
            (
                scene.list("Access-Control-Allow-Headers"),
                format!("Access-Control-Allow-Headers: {all}{with_credentials}"),
                if scene.includes_credentials {
                    format!(".allow_headers([\"{quoted}\"]), or .mirror_request_headers()")
                } else {
                    format!(".allow_headers([\"{quoted}\"])")
                },
                format!("send {all} in Access-Control-Allow-Headers on the answer to OPTIONS"),
            )
        }
        Cause::PrivateNetworkNotAllowed => (
            format!(
                "{} without Access-Control-Allow-Private-Network: true",
                scene.status()
            ),
            "Access-Control-Allow-Private-Network: true".to_owned(),
            ".allow_private_network()".to_owned(),
            "send it on the answer to an OPTIONS that has Access-Control-Request-Private-Network: \
             true"
                .to_owned(),
        ),
        _ => return None,
    })
}

const PATCH: &str = "let the page write \"PATCH\": methods are case-sensitive";

/// The names that the list lacks, not only the first, at which the standard stops. As many as a line holds.
fn missing_headers(scene: &Scene<'_>, first: &str) -> Vec<String> {
    const MOST: usize = 12;
    let lists = scene.last.and_then(|last| {
        let asked = extract_tokens(last.request_headers(), &ACCESS_CONTROL_REQUEST_HEADERS);
        let allowed = extract_tokens(last.response_headers()?, &ACCESS_CONTROL_ALLOW_HEADERS);
        Some((asked.values()?, allowed.values().unwrap_or_default()))
    });
    let Some((asked, allowed)) = lists else {
        return vec![first.to_owned()];
    };
    if !scene.includes_credentials && allowed.contains(&&b"*"[..]) {
        // All but Authorization.
        return vec![first.to_owned()];
    }
    let allowed: HashSet<_> = allowed
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let missing = asked.iter().filter(|name| !allowed.contains(**name));
    missing.take(MOST).map(|name| shown(name)).collect()
}
