//! Asks about one request: a server, a policy, or nobody.

use std::fmt::Display;
use std::time::Duration;

use http::header::{COOKIE, HeaderValue};
use http::{Request, Response, Uri};
use http_body::Body;
use tower_cors::testing::{
    Blocked, Browser, Cause, CookieEvent, CookieOutcome, CredentialsMode, Fetched,
    LocalNetworkAccess, NoBody, Permission, RedirectMode, ThirdPartyCookies,
};
use tower_cors::{CorsConfig, CorsLayer, OriginPattern};
use tower_layer::Layer;
use tower_service::Service;
use url::Url;

use crate::answer::{Answer, Outcome};
use crate::arguments::{BrowserName, Question};
use crate::canned::Canned;
use crate::connection::Connection;

/// The connection has a limit of its own, which says what took long. This one is for everything else.
const SPARE_TIME: Duration = Duration::from_secs(5);

const ALLOWS: Canned = Canned {
    allows: true,
    set_cookie: None,
};

impl Question {
    pub(crate) async fn ask(&self, limit: Duration) -> Answer {
        let url = match self.uri() {
            Ok(url) => url,
            Err(answer) => return *answer,
        };
        let mut stored = vec![];
        let page = match self.page(&url, &mut stored).await {
            Ok(page) => page,
            Err(answer) => return *answer,
        };
        let is_asked = self.asks_the_visitor(&page, &url).await;
        let mut answer = if let Some(file) = &self.policy {
            match read_policy(file) {
                Ok(layer) => self.ask_policy(&page, &url, &layer).await,
                Err(problem) => Answer::not_asked(problem),
            }
        } else if self.dry_run {
            self.rehearse(&page, &url).await
        } else {
            self.ask_server(&page, &url, limit).await
        };
        if is_asked {
            answer.one(
                "note",
                "note",
                "the browser first asks the visitor whether the page may reach this machine or the local network; \
                 this is what happens if the visitor allows it",
            );
        }
        if let Ok(fetched) = self.fetch(&page, &mut ALLOWS.clone(), &url).await {
            let names = fetched.ignored_request_headers().iter();
            let names = names.map(|name| format!("{name}: no page can set this header"));
            answer.many("left out", "left_out", names.collect());
        }
        let stored = stored
            .iter()
            .map(|event| format!("if a response to this page sets it: {event}"));
        answer.many("cookie", "cookies_if_set", stored.collect());
        answer
    }

    async fn ask_server(&self, page: &Browser, url: &Uri, limit: Duration) -> Answer {
        let mut server = Connection::new(limit, usize::MAX);
        let page = page.clone().time_limit(limit + SPARE_TIME);
        match self.fetch(&page, &mut server, url).await {
            Ok(fetched) => Answer::from(&fetched),
            Err(blocked) => match server.failure() {
                Some(failure) => {
                    let is_sent = failure.kind.is_after_sending();
                    let mut answer = Answer::from(failure);
                    answer.exchanges = blocked.exchanges().to_vec();
                    if !is_sent {
                        answer.exchanges.pop();
                    }
                    answer
                }
                None => self.judge(&blocked),
            },
        }
    }

    /// What is sent if the server allows everything.
    async fn rehearse(&self, page: &Browser, url: &Uri) -> Answer {
        let fetched = match self.fetch(page, &mut ALLOWS.clone(), url).await {
            Ok(fetched) => fetched,
            Err(blocked) => return self.judge(&blocked),
        };
        let mut answer = Answer::from(&fetched);
        answer.outcome = Outcome::DryRun;
        "dry run: nothing was sent".clone_into(&mut answer.summary);
        answer.rows.clear();
        answer.heading = if self.no_redirects {
            "what would be sent at most"
        } else {
            "what would be sent at most, and the same for each redirect"
        };
        answer
    }

    /// A policy knows more than its responses show: what is near, and the keys of its file.
    async fn ask_policy(&self, page: &Browser, url: &Uri, layer: &CorsLayer) -> Answer {
        let mut server = layer.layer(Canned::default());
        let (mut answer, blocked) = match self.fetch(page, &mut server, url).await {
            Ok(fetched) => (Answer::from(&fetched), None),
            Err(blocked) => (self.judge(&blocked), Some(blocked)),
        };
        answer.heading = "what the browser would send, and the policy's response";
        let last = blocked
            .as_ref()
            .and_then(|blocked| blocked.exchanges().last());
        let Some(exchange) = last else {
            return answer;
        };
        let mut headers = exchange.request_headers().clone();
        if self.credentials && !exchange.is_preflight() {
            // The page may have no cookies here, but it asks with credentials.
            headers.insert(COOKIE, HeaderValue::from_static("a=b"));
        }
        let explanation = layer.policy().explain(exchange.method(), &headers);
        if explanation.is_allowed() {
            return answer;
        }
        explanation.verdict().clone_into(&mut answer.summary);
        let known = std::mem::take(&mut answer.rows);
        for (key, text) in [
            ("why", explanation.why()),
            ("near", explanation.nearest_miss()),
            ("fix", explanation.fix()),
            ("note", explanation.note()),
        ] {
            answer.one(key, key, text.unwrap_or_default());
        }
        let known = known.into_iter();
        let of_the_browser = known.filter(|row| matches!(row.key, "step" | "cause" | "standard"));
        answer.rows.extend(of_the_browser);
        answer
    }

    /// The answer about a fetch that fails. A wrong argument is not a blocked request.
    fn judge(&self, blocked: &Blocked) -> Answer {
        match blocked.cause() {
            Cause::InvalidPage { problem } => match OriginPattern::parse(&self.from) {
                Err(error) => Answer::not_asked(format!("--from {error}")),
                Ok(_) => Answer::not_asked(format!(
                    "--from \"{}\" {problem}: write the origin of one page, such as https://app.example.com",
                    self.from
                )),
            },
            Cause::InvalidUrl { why } => {
                Answer::not_asked(format!("the URL can't be fetched: {why}"))
            }
            _ => Answer::blocked(blocked, self.credentials),
        }
    }

    /// The URL, without the user name and password that it may have. No page can fetch such a URL, and they are not
    /// printed.
    fn uri(&self) -> Result<Uri, Box<Answer>> {
        let mut url = match &self.url {
            Some(url) => url.clone(),
            None => return Ok(Uri::from_static("https://server.example/")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            // Both only fail for a URL without a host; `http` and `https` URLs have one.
            let _ = url.set_username("***");
            let _ = url.set_password(None);
        }
        let uri = Uri::try_from(url.as_str());
        uri.map_err(|error| {
            Box::new(Answer::not_asked(format!(
                "the URL can't be fetched: {error}"
            )))
        })
    }

    /// The page in its browser, which has the cookies. `stored` gets what happened to them.
    async fn page(&self, url: &Uri, stored: &mut Vec<CookieEvent>) -> Result<Browser, Box<Answer>> {
        let mut browser = self.browser(&own_origin(url));
        for line in &self.cookies {
            let Ok(line) = HeaderValue::from_str(line) else {
                let problem = "--cookie has a character that no header can have";
                return Err(Box::new(Answer::not_asked(problem)));
            };
            let mut server = Canned {
                allows: true,
                set_cookie: Some(line),
            };
            // The server's own page gets the cookie first.
            let own = get(&mut browser, &mut server, url).await;
            let own = own
                .map(|fetched| fetched.cookies().to_vec())
                .unwrap_or_default();
            if own
                .iter()
                .any(|event| event.outcome() == CookieOutcome::Stored)
            {
                // Would a response to this page's request set it, too?
                let page = self.browser(&self.from);
                let set = self.fetch(&page, &mut server, url).await;
                let set = set.map(|fetched| fetched.cookies().to_vec());
                stored.extend(set.unwrap_or_default());
            } else {
                stored.extend(own);
            }
        }
        Ok(browser.visit(&self.from))
    }

    fn browser(&self, page: &str) -> Browser {
        let browser = Browser::at(page).first_chunks(0);
        match self.browser {
            None => browser,
            Some(BrowserName::Chromium) => {
                browser.local_network_access(LocalNetworkAccess::Chromium(Permission::Granted))
            }
            Some(BrowserName::Firefox) => browser
                .third_party_cookies(ThirdPartyCookies::AlwaysPartitioned)
                .local_network_access(LocalNetworkAccess::Firefox(Permission::Granted)),
            Some(BrowserName::Safari) => browser
                .third_party_cookies(ThirdPartyCookies::PartitionedOnly)
                .without_secure_cookies_on_loopback()
                .local_network_access(LocalNetworkAccess::WebKit),
        }
    }

    /// Whether the browser asks the visitor before the page may reach the server.
    async fn asks_the_visitor(&self, page: &Browser, url: &Uri) -> bool {
        let access = match self.browser {
            Some(BrowserName::Chromium) => LocalNetworkAccess::Chromium(Permission::Prompt),
            Some(BrowserName::Firefox) => LocalNetworkAccess::Firefox(Permission::Prompt),
            _ => return false,
        };
        let page = page.clone().local_network_access(access);
        let fetched = self.fetch(&page, &mut ALLOWS.clone(), url).await;
        fetched
            .is_err_and(|blocked| matches!(blocked.cause(), Cause::LocalNetworkPermission { .. }))
    }

    async fn fetch<S, B>(
        &self,
        page: &Browser,
        server: &mut S,
        url: &Uri,
    ) -> Result<Fetched, Blocked>
    where
        S: Service<Request<NoBody>, Response = Response<B>>,
        S::Error: Display,
        B: Body,
        B::Error: Display,
    {
        let mut request = Request::new(NoBody);
        request.method_mut().clone_from(&self.method);
        request.uri_mut().clone_from(url);
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        let mut page = page.clone();
        if self.credentials {
            page = page.credentials(CredentialsMode::Include);
        }
        if self.no_redirects {
            page = page.redirect(RedirectMode::Manual);
        }
        page.fetch(server, request).await
    }
}

async fn get(page: &mut Browser, server: &mut Canned, url: &Uri) -> Result<Fetched, Blocked> {
    let mut request = Request::new(NoBody);
    request.uri_mut().clone_from(url);
    page.fetch(server, request).await
}

/// The origin of the server's own page.
fn own_origin(url: &Uri) -> String {
    let url = Url::parse(&url.to_string());
    url.map_or_else(
        |_| "null".to_owned(),
        |url| url.origin().ascii_serialization(),
    )
}

fn read_policy(file: &std::path::Path) -> Result<CorsLayer, String> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let config: CorsConfig = toml::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
    CorsLayer::try_from(config).map_err(|error| format!("{name}: {error}"))
}
