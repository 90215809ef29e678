//! The message of a blocked fetch: the verdict, what the server sent, what was needed, and the fix.

mod cors_errors;
mod network_errors;
mod page_errors;
mod preflight_errors;
mod resource_errors;
mod situation;

use situation::{Lines, Situation};

use super::mistakes::Mistake;
use crate::testing::escaped_text::escaped;
use crate::testing::fetch::exchange::Exchange;
use crate::testing::fetch::local_network::AddressSpace;
use crate::testing::fetch::modes::CredentialsMode;
use crate::testing::fetch::network_error::{Cause, NetworkError, Step};
use crate::testing::fetch::request::PageRequest;

/// One line each. Text from requests and responses is escaped.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) verdict: String,
    pub(crate) sent: String,
    pub(crate) needed: String,
    pub(crate) fix: String,
    pub(crate) fix_in_general: String,
}

impl Message {
    pub(crate) fn new(
        error: &NetworkError,
        request: &PageRequest,
        mistakes: &[Mistake],
        last: Option<&Exchange>,
    ) -> Self {
        let NetworkError { step, cause } = error;
        let situation = Situation {
            step: *step,
            origin: escaped(request.origin().as_bytes()),
            method: escaped(request.method.as_str().as_bytes()),
            url: escaped(request.url().to_string().as_bytes()),
            includes_credentials: request.page.credentials == CredentialsMode::Include,
            is_to_local_network: request.page.local_network.space_of(request.url().host())
                == AddressSpace::Local,
            mistakes,
            last,
        };
        let page = escaped(request.page.origin.as_bytes());
        let (method, url) = (&situation.method, &situation.url);
        let verdict = match step {
            Step::CorsCheck => format!("{page} may not read the response to {method} {url}"),
            Step::Network | Step::Body => {
                format!("{method} {url} from {page} gets no response")
            }
            Step::ResourcePolicy => format!("{page} may not load {url} without CORS"),
            Step::WebSocket => format!("{page} can't open the WebSocket {url}"),
            Step::Redirect => format!("{page} can't follow the redirect from {method} {url}"),
            _ => format!("{page} may not send {method} {url}"),
        };
        let lines = page_errors::lines(cause, &situation)
            .or_else(|| cors_errors::lines(cause, &situation))
            .or_else(|| preflight_errors::lines(cause, &situation))
            .or_else(|| resource_errors::lines(cause, &situation))
            .unwrap_or_else(|| network_errors::lines(cause, &situation));
        Self::from_lines(verdict, lines)
    }

    /// For a request that could not be made.
    pub(crate) fn before_request(cause: &Cause, page: &str, method: &str, url: &str) -> Self {
        let situation = Situation {
            step: Step::Request,
            origin: escaped(page.as_bytes()),
            method: escaped(method.as_bytes()),
            url: escaped(url.as_bytes()),
            includes_credentials: false,
            is_to_local_network: false,
            mistakes: &[],
            last: None,
        };
        let verdict = format!(
            "{} may not send {} {}",
            situation.origin, situation.method, situation.url
        );
        let lines = page_errors::lines(cause, &situation)
            .unwrap_or_else(|| network_errors::lines(cause, &situation));
        Self::from_lines(verdict, lines)
    }

    fn from_lines(verdict: String, lines: Lines) -> Self {
        let Lines {
            sent,
            needed,
            fix,
            fix_in_general,
        } = lines;
        Self {
            verdict,
            sent,
            needed,
            fix,
            fix_in_general,
        }
    }
}
