//! The message where the page is at fault, and no server can fix it.

use super::situation::{Lines, Situation};
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
        Cause::NotSameOrigin => (
            "a URL of the page's own origin, or the mode \"cors\"".to_owned(),
            "remove mode: \"same-origin\", or fetch from the page's own server".to_owned(),
        ),
        Cause::RedirectModeNeedsCors => (
            "redirect: \"follow\", or the mode \"cors\"".to_owned(),
            USE_CORS.to_owned(),
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
            "serve the page over https; an http page can't access a private network".to_owned(),
        ),
        _ => return None,
    };
    let sent = match situation.last {
        None => "nothing; the browser stops before it sends a request".to_owned(),
        Some(_) => format!("{}, a redirect to this URL", situation.status()),
    };
    Some(Lines::not_cors(sent, needed, fix))
}
