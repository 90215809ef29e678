//! The message where the page is at fault, and no server can fix it.

use super::situation::{Lines, Situation};
use crate::testing::fetch::local_network::{AddressSpace, Permission};
use crate::testing::fetch::network_error::Cause;

const USE_CORS: &str =
    "use fetch() with the mode \"cors\"; in this mode a page can only send simple requests";

pub(super) fn lines(cause: &Cause, situation: &Situation<'_>) -> Option<Lines> {
    let (needed, fix) = match cause {
        Cause::InvalidPage { problem } => (
            "a page's origin, scheme://host[:port], or \"null\"".to_owned(),
            format!(
                "\"{}\" {problem}: write the origin that the browser shows, such as \
                 Browser::at(\"https://app.example.com\")",
                situation.origin
            ),
        ),
        Cause::InvalidUrl { why } => (
            "an http or https URL, or a path on the page's own server".to_owned(),
            format!("the URL can't be fetched: {why}"),
        ),
        Cause::UrlHasCredentials => (
            "a URL without a user name and password".to_owned(),
            "remove them from the URL, and send them in an Authorization header".to_owned(),
        ),
        Cause::InvalidCredentials => (
            "cookies and authentication that are valid header values".to_owned(),
            "remove the control characters from the argument of with_cookies() or \
             with_http_authentication()"
                .to_owned(),
        ),
        Cause::TooManyHeaders { limit } => (
            format!("at most {limit} header names"),
            "send fewer headers".to_owned(),
        ),
        Cause::ForbiddenMethod => (
            "a method other than CONNECT, TRACE and TRACK".to_owned(),
            "use another method; no server can allow this one".to_owned(),
        ),
        Cause::MethodNeedsCors => (
            "GET, HEAD or POST, or the mode \"cors\"".to_owned(),
            USE_CORS.to_owned(),
        ),
        Cause::BodyNotAllowed => (
            "a GET or HEAD without a body".to_owned(),
            "send the body with POST, or put it into the query".to_owned(),
        ),
        Cause::StreamNotAllowed => (
            "the mode \"cors\" or \"same-origin\" for a stream, and no keepalive".to_owned(),
            "send the body in one piece".to_owned(),
        ),
        Cause::KeepaliveTooLong { limit } => (
            format!("a body of at most {limit} bytes"),
            "send less, or fetch without keepalive; what outlives its page is limited".to_owned(),
        ),
        Cause::NotSameOrigin => (
            "a URL of the page's own origin, or the mode \"cors\"".to_owned(),
            "remove mode: \"same-origin\", or fetch from the page's own server".to_owned(),
        ),
        Cause::RedirectModeNeedsCors => (
            "redirect: \"follow\", or the mode \"cors\"".to_owned(),
            USE_CORS.to_owned(),
        ),
        Cause::MixedContent if situation.is_to_local_network => (
            "https, or the visitor's permission in Chromium".to_owned(),
            "serve the API over https. Without that, only Chromium lets an https page reach it, and asks the visitor first \
             (Local Network Access, since Chrome 142; for WebSockets since 147): no response header replaces the \
             permission. Browser::local_network_access tests it"
                .to_owned(),
        ),
        Cause::MixedContent => (
            "https, or a server on this machine".to_owned(),
            "serve the API over https; an https page can't fetch from http".to_owned(),
        ),
        Cause::BadPort { port } => (
            format!("a port other than {port}"),
            "use another port; browsers block this one, because it belongs to another protocol"
                .to_owned(),
        ),
        Cause::InsecurePage => (
            "a page on https".to_owned(),
            "serve the page over https; an http page can't reach this machine or the local network"
                .to_owned(),
        ),
        Cause::LocalNetworkPermission { space, answer } => (
            format!("the visitor's permission {}", permission(*space)),
            match answer {
                Permission::Denied => {
                    "no server can give the permission: let the page tell the visitor how to allow \
                     it in the browser's settings for the site"
                        .to_owned()
                }
                _ => "no server can give the permission: let the page tell the visitor beforehand \
                      what the question is for"
                    .to_owned(),
            },
        ),
        Cause::OtherAddressSpace { space, target } => (
            format!("a server whose address space is {}", name(*target)),
            format!(
                "the server's address space is {}: fetch with that targetAddressSpace, or without one",
                name(*space)
            ),
        ),
        Cause::InvalidProtocol { protocol } => (
            "protocols that are tokens, each once".to_owned(),
            format!("remove the protocol \"{protocol}\" from new WebSocket(url, protocols)"),
        ),
        _ => return None,
    };
    let sent = match situation.last {
        None => "nothing; the browser stops before it sends a request".to_owned(),
        Some(_) => format!("{}, a redirect to this URL", situation.status()),
    };
    Some(Lines::not_cors(sent, needed, fix))
}

/// [Local Network Access, permissions](https://wicg.github.io/local-network-access/#permissions)
fn permission(space: AddressSpace) -> &'static str {
    match space {
        AddressSpace::Loopback => "loopback-network",
        AddressSpace::Local | AddressSpace::Public => "local-network",
    }
}

fn name(space: AddressSpace) -> &'static str {
    match space {
        AddressSpace::Loopback => "loopback",
        AddressSpace::Local => "local",
        AddressSpace::Public => "public",
    }
}
