//! What a message is about: the request, the last response, and the mistakes that they show.

use http::header::{HeaderMap, HeaderName};

use crate::testing::escaped_text::escaped;
use crate::testing::fetch::exchange::{Exchange, show_status};
use crate::testing::fetch::header_list::get;
use crate::testing::fetch::network_error::Step;
use crate::testing::report::mistakes::Mistake;

pub(super) struct Situation<'a> {
    pub(super) step: Step,
    /// The origin as it was sent.
    pub(super) origin: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) includes_credentials: bool,
    pub(super) is_to_local_network: bool,
    pub(super) mistakes: &'a [Mistake],
    pub(super) last: Option<&'a Exchange>,
}

/// The lines below the verdict.
pub(super) struct Lines {
    pub(super) sent: String,
    pub(super) needed: String,
    pub(super) fix: String,
    pub(super) fix_in_general: String,
}

impl Lines {
    pub(super) fn new(
        sent: impl Into<String>,
        needed: impl Into<String>,
        fix: impl Into<String>,
        fix_in_general: impl Into<String>,
    ) -> Self {
        Self {
            sent: sent.into(),
            needed: needed.into(),
            fix: fix.into(),
            fix_in_general: fix_in_general.into(),
        }
    }

    /// No policy is at fault.
    pub(super) fn not_cors(
        sent: impl Into<String>,
        needed: impl Into<String>,
        fix_in_general: impl Into<String>,
    ) -> Self {
        Self::new(sent, needed, "the policy needs no change", fix_in_general)
    }
}

impl Situation<'_> {
    /// `404 Not Found`
    pub(super) fn status(&self) -> String {
        self.last
            .and_then(Exchange::status)
            .map_or_else(|| "no response".to_owned(), show_status)
    }

    pub(super) fn shows(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(&mistake)
    }

    /// The headers of the last response.
    fn headers(&self) -> Option<&HeaderMap> {
        self.last.and_then(Exchange::response_headers)
    }

    /// `Access-Control-Allow-Methods: PUT`, or the status and that the header is absent.
    pub(super) fn header(&self, name: &HeaderName, label: &str) -> String {
        match self.headers().and_then(|headers| get(headers, name)) {
            Some(value) => format!("{label}: {}", escaped(&value)),
            None => format!("{} without {label}", self.status()),
        }
    }
}
