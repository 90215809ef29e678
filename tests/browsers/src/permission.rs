//! A visitor's answer, given beforehand: `Set Permission` of the Permissions standard.
//! <https://w3c.github.io/permissions/#webdriver-command-set-permission>

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::json;
use url::{ParseError, Url};

use crate::session::Session;

/// For the page, or the frame, that the session is in: `granted`, `denied` or `prompt`. An engine that doesn't have
/// the permission, or not for this page, says so; what comes of the case shows it.
pub(crate) async fn set(session: &Session, name: &'static str, state: &'static str) {
    let _ = session.client.issue_cmd(SetPermission { name, state }).await;
}

#[derive(Debug)]
struct SetPermission {
    name: &'static str,
    state: &'static str,
}

impl WebDriverCompatibleCommand for SetPermission {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/permissions", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "descriptor": { "name": self.name }, "state": self.state });
        (Method::POST, Some(body.to_string()))
    }
}
