//! The message for redirects, for services that fail, and for bodies that can't be read.

use http::StatusCode;

use super::cors_errors;
use super::situation::{Lines, Situation};
use crate::testing::fetch::network_error::{Cause, Step};
use crate::testing::fetch::redirect::MOST_REDIRECTS;
use crate::testing::fetch::websocket::ACCEPT_VALUE;

pub(super) fn lines(cause: &Cause, situation: &Situation<'_>) -> Lines {
    let status = situation.status();
    let what = if matches!(situation.step, Step::Body | Step::Request) {
        "the body"
    } else {
        "the service"
    };
    match cause {
        Cause::RedirectForbidden => Lines::not_cors(
            status,
            "a response that is not a redirect",
            "remove redirect: \"error\", or fetch the URL that the redirect leads to",
        ),
        Cause::TooManyRedirects => Lines::not_cors(
            format!("{status}, for the {}st time", MOST_REDIRECTS + 1),
            format!("at most {MOST_REDIRECTS} redirects"),
            "find the loop; often two URLs redirect to each other, such as http and https, or with and \
             without a final slash",
        ),
        Cause::InvalidLocation { sent, why } => Lines::not_cors(
            format!("{status}, Location: {sent}"),
            "one Location with an http or https URL",
            format!("send another Location: {why}"),
        ),
        Cause::LocationHasCredentials => Lines::not_cors(
            format!("{status} to a URL with a user name"),
            "a Location without a user name and password",
            "remove them from the Location",
        ),
        Cause::StreamCannotRepeat => Lines::not_cors(
            format!("{status}, which asks for the body again"),
            "303, or a response that is not a redirect",
            "let the page send the stream to the URL that the redirect leads to",
        ),
        Cause::BlockedMimeType { sent } => Lines::not_cors(
            content_type(sent.as_deref()),
            "the Content-Type of a script, text/javascript, or of a style, text/css",
            "send the right Content-Type; browsers don't guess it for scripts and styles",
        ),
        Cause::NotAnEventStream {
            content_type: sent, ..
        } => Lines::not_cors(
            format!("{status}, {}", content_type(sent.as_deref())),
            "200 OK, Content-Type: text/event-stream",
            "respond with 200 and Content-Type: text/event-stream; 204 tells an EventSource to stop",
        ),
        Cause::HandshakeRefused { status: code } => handshake(*code, situation),
        Cause::InvalidHandshake { why } => Lines::not_cors(
            format!("{status}: {why}"),
            needed_handshake(),
            "complete the handshake as RFC 6455 says; CORS headers don't matter to it",
        ),
        Cause::InterimResponse { status: code } => Lines::not_cors(
            format!("{status}, an interim response"),
            "a response with a status from 200",
            format!(
                "respond with another status than {}; a browser waits for the response that follows it",
                code.as_u16()
            ),
        ),
        Cause::ServiceFailed { message } => Lines::not_cors(
            format!("{what} returned an error: {message}"),
            "a response",
            "respond with an error status instead; an error of the service closes the connection",
        ),
        Cause::ServicePanicked { message } => Lines::not_cors(
            format!("{what} panicked: {message}"),
            "a response",
            "fix the panic; it is not about CORS",
        ),
        Cause::NeverAnswers => Lines::not_cors(
            format!("nothing; {what} is pending, and nobody holds its waker"),
            "a response",
            "wake the task when what it waits for is ready",
        ),
        Cause::TimedOut { limit } => Lines::not_cors(
            format!("nothing from {what} within {limit:?}"),
            "a response",
            "find out what it waits for, or raise the limit with Browser::time_limit",
        ),
        Cause::BodyTooLong { limit } => Lines::not_cors(
            format!("{status} with a body of more than {limit} bytes, or without an end"),
            "a body that ends",
            "raise the test's limit with Browser::body_limit; a browser has no limit",
        ),
        _ => Lines::not_cors(status, "another response", "see the standard's section"),
    }
}

/// No CORS header plays a part in a WebSocket handshake.
fn handshake(status: StatusCode, situation: &Situation<'_>) -> Lines {
    let needed = needed_handshake();
    let origin = &situation.origin;
    let (fix, in_general) = match status {
        StatusCode::FORBIDDEN => (
            cors_errors::allow_without_credentials(situation),
            format!("accept the handshake for Origin: {origin}; CORS headers don't matter to it"),
        ),
        StatusCode::UPGRADE_REQUIRED => (
            "the policy needs no change".to_owned(),
            "the handler needs a real connection to upgrade: test it on a server that listens"
                .to_owned(),
        ),
        _ => (
            "the policy needs no change".to_owned(),
            "complete the handshake; CORS headers don't matter to it".to_owned(),
        ),
    };
    Lines::new(situation.status(), needed, fix, in_general)
}

fn needed_handshake() -> String {
    format!(
        "101 Switching Protocols, Connection: Upgrade, Upgrade: websocket and Sec-WebSocket-Accept: \
         {ACCEPT_VALUE}"
    )
}

fn content_type(sent: Option<&str>) -> String {
    match sent {
        Some(sent) => format!("Content-Type: {sent}"),
        None => "no Content-Type".to_owned(),
    }
}
