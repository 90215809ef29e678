//! The words of a blocked fetch: verdict, what was sent, what was needed, how to fix it.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, HeaderMap, HeaderName,
};

use super::cause::{Cause, Step};
use super::exchange::{Exchange, show_status};
use super::header_list::get;
use super::options::CredentialsMode;
use super::quote::{Quoted, shown};
use super::redirect::MOST_REDIRECTS;
use super::request::PageRequest;
use super::suspect::Suspect;

/// A line each; nothing in them is raw text of others.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) verdict: String,
    pub(super) sent: String,
    pub(super) needed: String,
    pub(super) fix: String,
    pub(super) fix_in_general: String,
}

/// Sent, needed, fix with this crate, fix with any server.
pub(super) type Lines = (String, String, String, String);

/// What the words are about.
pub(super) struct Scene<'a> {
    pub(super) step: Step,
    /// The origin as it was sent.
    pub(super) origin: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) includes_credentials: bool,
    pub(super) suspects: &'a [Suspect],
    pub(super) last: Option<&'a Exchange>,
}

pub(super) fn words(
    step: Step,
    cause: &Cause,
    request: &PageRequest,
    suspects: &[Suspect],
    last: Option<&Exchange>,
) -> Words {
    let scene = Scene {
        step,
        origin: shown(request.origin().as_bytes()),
        method: shown(request.method.as_str().as_bytes()),
        url: shown(request.url().to_string().as_bytes()),
        includes_credentials: request.page.credentials == CredentialsMode::Include,
        suspects,
        last,
    };
    let page = shown(request.page.origin.as_bytes());
    let (method, url) = (&scene.method, &scene.url);
    let verdict = match step {
        Step::CorsCheck => format!("{page} may not have the response to {method} {url}"),
        Step::Network | Step::Body => format!("{method} {url} from {page} gets no answer"),
        Step::Redirect => format!("{page} can't follow the redirect from {method} {url}"),
        _ => format!("{page} may not send {method} {url}"),
    };
    let lines = page_lines(cause, &scene)
        .or_else(|| super::words_of_server::check_lines(cause, &scene))
        .or_else(|| super::words_of_server::preflight_lines(cause, &scene))
        .unwrap_or_else(|| network_lines(cause, &scene));
    Words::of(verdict, lines)
}

impl Words {
    /// For a request that could not even be made.
    pub(super) fn before_request(cause: &Cause, page: &str, method: &str, url: &str) -> Self {
        let scene = Scene {
            step: Step::Request,
            origin: shown(page.as_bytes()),
            method: shown(method.as_bytes()),
            url: shown(url.as_bytes()),
            includes_credentials: false,
            suspects: &[],
            last: None,
        };
        let verdict = format!(
            "{} may not send {} {}",
            scene.origin, scene.method, scene.url
        );
        let lines = page_lines(cause, &scene).unwrap_or_else(|| network_lines(cause, &scene));
        Self::of(verdict, lines)
    }

    fn of(verdict: String, (sent, needed, fix, fix_in_general): Lines) -> Self {
        Self {
            verdict,
            sent,
            needed,
            fix,
            fix_in_general,
        }
    }
}

impl Scene<'_> {
    /// `404 Not Found`; the start of most that is said about an answer.
    pub(super) fn status(&self) -> String {
        self.last
            .and_then(Exchange::status)
            .map_or_else(|| "no answer".to_owned(), show_status)
    }

    /// Whether the marks of this mistake are seen.
    pub(super) fn suggests(&self, suspect: Suspect) -> bool {
        self.suspects.contains(&suspect)
    }

    pub(super) fn headers(&self) -> Option<&HeaderMap> {
        self.last.and_then(Exchange::response_headers)
    }

    /// The value of a header of the answer.
    pub(super) fn header(&self, name: &HeaderName) -> Option<String> {
        Some(shown(&get(self.headers()?, name)?))
    }

    /// `Access-Control-Allow-Methods: PUT`, or that there is none.
    pub(super) fn list(&self, name: &'static str) -> String {
        let known = if name == "Access-Control-Allow-Methods" {
            ACCESS_CONTROL_ALLOW_METHODS
        } else {
            ACCESS_CONTROL_ALLOW_HEADERS
        };
        match self.header(&known) {
            Some(value) => format!("{name}: {value}"),
            None => format!("{} without {name}", self.status()),
        }
    }
}

/// What the page itself does wrong: no server can mend it.
fn page_lines(cause: &Cause, scene: &Scene<'_>) -> Option<Lines> {
    let (needed, fix) = match cause {
        Cause::InvalidPage { problem } => (
            "a page's origin, scheme://host[:port], or \"null\"".to_owned(),
            format!(
                "{} {problem}: write the origin that the browser shows, as in \
                 Browser::at(\"https://app.example.com\")",
                Quoted(scene.origin.as_bytes())
            ),
        ),
        Cause::InvalidUrl { why } => (
            "an http or https URL, or a path on the page's own server".to_owned(),
            format!("the URL can't be fetched: {why}"),
        ),
        Cause::UrlHasCredentials => (
            "a URL without a user name and password".to_owned(),
            "take them out of the URL, and send them in an Authorization header".to_owned(),
        ),
        Cause::InvalidCredentials => (
            "cookies and authentication that a header can hold".to_owned(),
            "take the control characters out of what with_cookies() or with_http_authentication() got"
                .to_owned(),
        ),
        Cause::TooManyHeaders { limit } => (
            format!("at most {limit} header names"),
            "send fewer headers".to_owned(),
        ),
        Cause::ForbiddenMethod => (
            "any method but CONNECT, TRACE and TRACK".to_owned(),
            "use another method; no server can allow this one".to_owned(),
        ),
        Cause::MethodNeedsCors => (
            "GET, HEAD or POST, or the mode \"cors\"".to_owned(),
            "leave out mode: \"no-cors\"; it is hardly ever what is wanted".to_owned(),
        ),
        Cause::BodyNotAllowed => (
            "a GET or HEAD without a body".to_owned(),
            "send the body with POST, or put it into the query".to_owned(),
        ),
        Cause::NotSameOrigin => (
            "a URL of the page's own origin, or the mode \"cors\"".to_owned(),
            "leave out mode: \"same-origin\", or fetch from the page's own server".to_owned(),
        ),
        Cause::RedirectModeNeedsCors => (
            "redirect: \"follow\", or the mode \"cors\"".to_owned(),
            "leave out mode: \"no-cors\"; it is hardly ever what is wanted".to_owned(),
        ),
        Cause::MixedContent => (
            "https, or a server on this machine".to_owned(),
            "serve the API over https; an https page can't fetch from http".to_owned(),
        ),
        Cause::BadPort { port } => (
            format!("another port than {port}"),
            "move the server: browsers keep this port for another protocol".to_owned(),
        ),
        Cause::InsecurePage => (
            "a page on https".to_owned(),
            "serve the page over https; an http page can't reach a private network".to_owned(),
        ),
        _ => return None,
    };
    let sent = match scene.last {
        None => "nothing; the browser stops before it asks".to_owned(),
        Some(_) => format!("{}, a redirect to here", scene.status()),
    };
    Some((
        sent,
        needed,
        "nothing to change in the policy".to_owned(),
        fix,
    ))
}

/// What goes wrong with redirects, the service and its body.
fn network_lines(cause: &Cause, scene: &Scene<'_>) -> Lines {
    let status = scene.status();
    let what = if matches!(scene.step, Step::Body | Step::Request) {
        "the body"
    } else {
        "the service"
    };
    let nothing = "nothing to change in the policy".to_owned();
    let (sent, needed, elsewhere) = match cause {
        Cause::RedirectForbidden => (
            status,
            "an answer that is no redirect".to_owned(),
            "leave out redirect: \"error\", or fetch the URL to which the redirect leads".to_owned(),
        ),
        Cause::TooManyRedirects => (
            format!("{status}, for the {}st time", MOST_REDIRECTS + 1),
            format!("at most {MOST_REDIRECTS} redirects"),
            "find the loop: often http and https, or with and without a final slash, lead to each other"
                .to_owned(),
        ),
        Cause::InvalidLocation { sent, why } => (
            format!("{status}, Location: {sent}"),
            "one Location with an http or https URL".to_owned(),
            format!("send another Location: {why}"),
        ),
        Cause::LocationHasCredentials => (
            format!("{status} to a URL with a user name"),
            "a Location without a user name and password".to_owned(),
            "take them out of the Location".to_owned(),
        ),
        Cause::ServiceFailed { message } => (
            format!("an error of {what}: {message}"),
            "a response".to_owned(),
            "answer with an error status instead; this way the connection breaks".to_owned(),
        ),
        Cause::ServicePanicked { message } => (
            format!("a panic of {what}: {message}"),
            "a response".to_owned(),
            "mend the panic; CORS has no part in it".to_owned(),
        ),
        Cause::NeverAnswers => (
            format!("nothing, ever: {what} waits, and nobody is left to wake it"),
            "a response".to_owned(),
            "let whatever it waits for wake its waker".to_owned(),
        ),
        Cause::TimedOut { limit } => (
            format!("nothing of {what} within {limit:?}"),
            "a response".to_owned(),
            "find out what it waits for, or give it longer with Browser::time_limit".to_owned(),
        ),
        Cause::BodyTooLong { limit } => (
            format!("{status} with a body of more than {limit} bytes, or without an end"),
            "a body that ends".to_owned(),
            "raise the test's own limit with Browser::body_limit; a browser has none".to_owned(),
        ),
        _ => (status, "another answer".to_owned(), nothing.clone()),
    };
    (sent, needed, nothing, elsewhere)
}
