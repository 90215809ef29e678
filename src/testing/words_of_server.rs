//! The words where the server's CORS headers are to blame.

use super::cause::{Cause, Step};
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
    let elsewhere = format!("send {needed} and Vary: Origin on {on}");
    Some(match cause {
        Cause::AllowOriginMissing => (
            format!("{status} without {allow_origin}"),
            needed,
            format!("{allow}, and see that the layer is around this route (.layer() after .route())"),
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
            format!("{elsewhere}: the value is compared with the page's origin byte by byte"),
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

/// What lets the page's origin pass.
fn allow_origins(scene: &Scene<'_>) -> String {
    let origin = &scene.origin;
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
                "let the page write \"PATCH\"; methods are case-sensitive".to_owned()
            } else if scene.includes_credentials {
                format!(".allow_methods([\"{method}\"]), or .mirror_request_methods()")
            } else {
                format!(".allow_methods([\"{method}\"])")
            },
            format!("send {method} in Access-Control-Allow-Methods on the answer to OPTIONS"),
        ),
        Cause::HeaderNotAllowed { name } => (
            scene.list("Access-Control-Allow-Headers"),
            format!("Access-Control-Allow-Headers: {name}{with_credentials}"),
            if scene.includes_credentials {
                format!(".allow_headers([\"{name}\"]), or .mirror_request_headers()")
            } else {
                format!(".allow_headers([\"{name}\"])")
            },
            format!("send {name} in Access-Control-Allow-Headers on the answer to OPTIONS"),
        ),
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
