//! What a page's script does: one fetch, by whatever means, and how the server is to answer it.

use std::time::Duration;

use serde_json::{Value, json};
use tower_cors::testing::{CredentialsMode, RedirectMode, RequestMode};

use crate::world::{Answer, Page, PolicyRow, Scheme, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Fetch,
    Xhr,
    /// `XMLHttpRequest` with a listener for the progress of the upload.
    Upload,
    EventSource,
    WebSocket,
    /// A `<script>`.
    Script,
    /// `navigator.sendBeacon()`
    Beacon,
}

#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) by: By,
    pub(crate) method: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<&'static str>,
    pub(crate) credentials: CredentialsMode,
    pub(crate) mode: RequestMode,
    pub(crate) redirect: RedirectMode,
    pub(crate) scheme: Scheme,
    /// Before it.
    pub(crate) pause: Duration,
    status: Option<u16>,
    response_headers: Vec<(String, String)>,
    redirects: Vec<(u16, To)>,
}

/// Where a redirect leads.
#[derive(Clone, Copy)]
pub(crate) enum To {
    /// The same server under another path.
    Itself,
    /// Another API.
    Api(&'static PolicyRow),
    /// A page's server, which knows no CORS.
    Page(Page),
    /// The API itself, as `http://user:password@…`.
    WithPassword,
}

fn ask(by: By, method: &'static str) -> Ask {
    Ask {
        by,
        method,
        headers: vec![],
        body: None,
        credentials: CredentialsMode::SameOrigin,
        mode: RequestMode::Cors,
        redirect: RedirectMode::Follow,
        scheme: Scheme::Http,
        pause: Duration::ZERO,
        status: None,
        response_headers: vec![],
        redirects: vec![],
    }
}

pub(crate) fn fetch(method: &'static str) -> Ask {
    ask(By::Fetch, method)
}

pub(crate) fn get() -> Ask {
    fetch("GET")
}

/// A POST as a form might send it.
pub(crate) fn post() -> Ask {
    fetch("POST").content("text/plain", "text")
}

/// A POST as programs send it.
pub(crate) fn post_json() -> Ask {
    fetch("POST").content("application/json", "{}")
}

pub(crate) fn xhr(method: &'static str) -> Ask {
    ask(By::Xhr, method)
}

pub(crate) fn upload(method: &'static str) -> Ask {
    ask(By::Upload, method).content("text/plain", "text")
}

pub(crate) fn event_source() -> Ask {
    ask(By::EventSource, "GET").answered_with("content-type", "text/event-stream")
}

/// A `<script>` without `crossorigin`.
pub(crate) fn script() -> Ask {
    ask(By::Script, "GET")
        .answered_with("content-type", "text/javascript")
        .mode(RequestMode::NoCors)
        .include()
}

/// A `<script crossorigin>`, and the type that its response has.
pub(crate) fn script_with_cors(kind: &str) -> Ask {
    ask(By::Script, "GET").answered_with("content-type", kind)
}

/// A `Blob` of this type.
pub(crate) fn beacon(kind: &'static str) -> Ask {
    ask(By::Beacon, "POST").content(kind, "{}")
}

pub(crate) fn web_socket() -> Ask {
    ask(By::WebSocket, "GET")
}

impl Ask {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A text, of which the browser says what it is.
    pub(crate) fn body(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn content(self, kind: &'static str, body: &'static str) -> Self {
        self.body(body).header("content-type", kind)
    }

    pub(crate) fn include(mut self) -> Self {
        self.credentials = CredentialsMode::Include;
        self
    }

    pub(crate) fn omit(mut self) -> Self {
        self.credentials = CredentialsMode::Omit;
        self
    }

    pub(crate) fn mode(mut self, mode: RequestMode) -> Self {
        self.mode = mode;
        self
    }

    pub(crate) fn redirect_mode(mut self, mode: RedirectMode) -> Self {
        self.redirect = mode;
        self
    }

    pub(crate) fn over_tls(mut self) -> Self {
        self.scheme = Scheme::Https;
        self
    }

    pub(crate) fn after(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// The status of the server's answer; 200 without this.
    pub(crate) fn answered(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// A header that the API's own handler sets.
    pub(crate) fn answered_with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.response_headers.push((name.into(), value.into()));
        self
    }

    /// Before it is answered, redirected; further calls add further hops.
    pub(crate) fn redirected(mut self, status: u16, to: To) -> Self {
        self.redirects.push((status, to));
        self
    }

    /// What the browser says of a text whose content type the page doesn't, or may not, say.
    pub(crate) fn kind_of_text(&self) -> Option<&'static str> {
        let is_forbidden = |kind: &str| self.mode == RequestMode::NoCors && kind != "text/plain";
        let mut headers = self.headers.iter();
        let says = headers.any(|(name, value)| *name == "content-type" && !is_forbidden(value));
        (self.body.is_some() && !says).then_some("text/plain;charset=UTF-8")
    }

    /// The URL whose query tells each server on the way what to answer.
    pub(crate) fn url(&self, world: &World, policy: &'static PolicyRow, path: &str) -> String {
        let answer = Answer { status: self.status, location: None, headers: self.response_headers.clone() };
        let mut places = vec![To::Api(policy)];
        places.extend(self.redirects.iter().map(|(_, to)| *to));
        // From the last hop to the first: each must name the next.
        let mut servers: Vec<String> = Vec::new();
        for to in places {
            let here = servers.last().cloned().unwrap_or_default();
            servers.push(match to {
                To::Api(policy) => world.api(policy, self.scheme),
                To::Itself => here,
                To::Page(page) => world.places.origin(page),
                To::WithPassword => here.replace("://", "://user:password@"),
            });
        }
        let mut statuses: Vec<u16> = self.redirects.iter().map(|(status, _)| *status).collect();
        let last = servers.pop().unwrap_or_default();
        let mut url = format!("{last}{path}?{}", answer.query());
        while let (Some(server), Some(status)) = (servers.pop(), statuses.pop()) {
            let answer = Answer { status: Some(status), location: Some(url), headers: vec![] };
            url = format!("{server}{path}?{}", answer.query());
        }
        url
    }

    /// For `page.js`.
    pub(crate) fn step(&self, url: &str) -> Value {
        json!({
            "by": match self.by {
                By::Fetch => "fetch",
                By::Xhr | By::Upload => "xhr",
                By::EventSource => "events",
                By::WebSocket => "socket",
                By::Script => "script",
                By::Beacon => "beacon",
            },
            "listens": self.by == By::Upload,
            "url": url,
            "pause": u64::try_from(self.pause.as_millis()).unwrap_or(u64::MAX),
            "init": {
                "method": self.method,
                "headers": self.headers,
                "body": self.body,
                "credentials": match self.credentials {
                    CredentialsMode::Omit => "omit",
                    CredentialsMode::Include => "include",
                    _ => "same-origin",
                },
                "mode": match self.mode {
                    RequestMode::NoCors => "no-cors",
                    RequestMode::SameOrigin => "same-origin",
                    _ => "cors",
                },
                "redirect": match self.redirect {
                    RedirectMode::Error => "error",
                    RedirectMode::Manual => "manual",
                    _ => "follow",
                },
            },
        })
    }
}
