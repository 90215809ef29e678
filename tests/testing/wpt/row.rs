//! One row of a file of cases: what the page asks for, and what each server answers.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;
use tower_cors::testing::{
    Browser, CredentialsMode, EmbedderPolicy, RedirectMode, RequestMode, ThirdPartyCookies,
};

use crate::wpt::values::{headers, list, status, text, without_userinfo};

const URL: &str = "https://api.other.test/resource";

pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) settings: Settings,
    /// What the page fetches, and again.
    pub(crate) fetches: Vec<PageFetch>,
    pub(crate) body: Bytes,
    /// Pages that the browser has seen before, and their cookies.
    pub(crate) visits: Vec<(String, Vec<String>)>,
    /// The URLs, in the order in which redirects lead to them, and what answers there.
    pub(crate) servers: Vec<Server>,
    pub(crate) is_safelist: bool,
}

/// How the browser and its page are set up.
pub(crate) struct Settings {
    pub(crate) page: String,
    mode: RequestMode,
    redirect: RedirectMode,
    embedder_policy: EmbedderPolicy,
    third_party: ThirdPartyCookies,
    has_storage_access: bool,
    has_upload_listener: bool,
}

pub(crate) struct PageFetch {
    pub(crate) after: Duration,
    /// Another page than before.
    pub(crate) page: Option<String>,
    pub(crate) method: Method,
    pub(crate) credentials: CredentialsMode,
    /// Another than the row's, which answers alike.
    pub(crate) url: Option<String>,
    pub(crate) headers: HeaderMap,
    /// What the row's last URL answers from now on.
    pub(crate) server: Option<Server>,
    pub(crate) expect: Value,
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) preflight: (StatusCode, HeaderMap),
    pub(crate) actual: (StatusCode, HeaderMap),
}

impl Case {
    /// `Err` says what can't be built.
    pub(crate) fn read(page: &str, row: &Value) -> Result<Self, String> {
        let is_safelist = match row["kind"].as_str() {
            Some("safelist") => true,
            Some("fetch") => false,
            kind => panic!("{}: unknown kind {kind:?}", row["id"]),
        };
        let mut fetches = vec![PageFetch {
            after: Duration::ZERO,
            page: None,
            method: method(&row["method"])?,
            credentials: credentials(&row["credentials"]),
            url: None,
            headers: headers(&row["request_headers"])?,
            server: None,
            expect: row["expect"].clone(),
        }];
        for again in list(&row["again"]) {
            fetches.push(PageFetch::read_again(again, row, &fetches[0])?);
        }
        Ok(Self {
            id: text(&row["id"]).to_owned(),
            settings: Settings::read(page, row),
            body: Bytes::from(row["body"].as_str().unwrap_or_default().to_owned()),
            visits: list(&row["visits"])
                .iter()
                .map(|visit| {
                    let cookies = list(&visit["set_cookies"]).iter().map(text);
                    let cookies = cookies.map(str::to_owned).collect();
                    (text(&visit["url"]).to_owned(), cookies)
                })
                .collect(),
            servers: if is_safelist {
                vec![Server::that_allows(&fetches[0].headers)]
            } else {
                Server::read_all(row)?
            },
            fetches,
            is_safelist,
        })
    }
}

impl Settings {
    fn read(page: &str, row: &Value) -> Self {
        let mode = row["request_mode"].as_str().or(row["mode"].as_str());
        Self {
            page: row["page"].as_str().unwrap_or(page).to_owned(),
            mode: match mode {
                None | Some("cors") => RequestMode::Cors,
                Some("no-cors") => RequestMode::NoCors,
                Some("same-origin") => RequestMode::SameOrigin,
                Some("navigate") => RequestMode::Navigate,
                Some("websocket") => RequestMode::WebSocket,
                mode => panic!("{}: unknown mode {mode:?}", row["id"]),
            },
            redirect: match row["redirect_mode"].as_str() {
                None | Some("follow") => RedirectMode::Follow,
                Some("error") => RedirectMode::Error,
                Some("manual") => RedirectMode::Manual,
                other => panic!("{}: unknown redirect_mode {other:?}", row["id"]),
            },
            embedder_policy: match row["coep"].as_str() {
                None | Some("unsafe-none") => EmbedderPolicy::UnsafeNone,
                Some("require-corp") => EmbedderPolicy::RequireCorp,
                Some("credentialless") => EmbedderPolicy::Credentialless,
                other => panic!("{}: unknown coep {other:?}", row["id"]),
            },
            third_party: match row["third_party"].as_str() {
                None | Some("allowed") => ThirdPartyCookies::Allowed,
                Some("blocked") => ThirdPartyCookies::Blocked,
                Some("partitioned-only") => ThirdPartyCookies::PartitionedOnly,
                Some("always-partitioned") => ThirdPartyCookies::AlwaysPartitioned,
                other => panic!("{}: unknown third_party {other:?}", row["id"]),
            },
            has_storage_access: row["storage_access"].as_bool().unwrap_or(false),
            has_upload_listener: row["listens"].as_bool().unwrap_or(false),
        }
    }

    /// The page, in a browser that may have seen other pages before.
    pub(crate) fn open(&self, browser: Browser) -> Browser {
        let mut page = browser
            .visit(&self.page)
            .mode(self.mode)
            .redirect(self.redirect)
            .embedder_policy(self.embedder_policy)
            .third_party_cookies(self.third_party);
        if self.has_storage_access {
            page = page.with_storage_access();
        }
        if self.has_upload_listener {
            page = page.with_upload_listener();
        }
        page
    }
}

impl PageFetch {
    fn read_again(again: &Value, row: &Value, first: &Self) -> Result<Self, String> {
        let own_headers = again.get("request_headers").map(headers).transpose()?;
        let own_method = again.get("method").map(method).transpose()?;
        let last = row["url"].as_str().unwrap_or(URL);
        Ok(Self {
            after: Duration::from_millis(again["after"].as_u64().expect("a time is a number")),
            page: again["page"].as_str().map(str::to_owned),
            method: own_method.unwrap_or_else(|| first.method.clone()),
            credentials: again
                .get("credentials")
                .map_or(first.credentials, credentials),
            url: again["url"].as_str().map(str::to_owned),
            headers: own_headers.unwrap_or_else(|| first.headers.clone()),
            server: again
                .get("server")
                .map(|server| Server::read(last, server))
                .transpose()?,
            expect: again.clone(),
        })
    }
}

impl Server {
    /// Each redirect leads to the next one, and the last to the row's URL.
    fn read_all(row: &Value) -> Result<Vec<Self>, String> {
        let last = row["url"].as_str().unwrap_or(URL);
        let redirects = list(&row["redirects"]);
        let mut servers = Vec::new();
        for (index, redirect) in redirects.iter().enumerate() {
            let mut server = Self::read(text(&redirect["url"]), redirect)?;
            let next = redirects.get(index + 1);
            let next = next.map_or(last, |next| text(&next["url"]));
            let location = HeaderValue::from_str(next).map_err(|error| error.to_string())?;
            server.actual.1.insert(http::header::LOCATION, location);
            servers.push(server);
        }
        servers.push(Self::read(last, &row["server"])?);
        Ok(servers)
    }

    fn read(url: &str, row: &Value) -> Result<Self, String> {
        // A row without a preflight's answer must not have one.
        let preflight = match row.get("preflight_status") {
            Some(code) => (status(code)?, headers(&row["preflight_headers"])?),
            None => (StatusCode::IM_A_TEAPOT, HeaderMap::new()),
        };
        Ok(Self {
            url: without_userinfo(url),
            preflight,
            actual: (status(&row["status"])?, headers(&row["headers"])?),
        })
    }

    fn that_allows(names: &HeaderMap) -> Self {
        let any = HeaderMap::from_iter([(
            http::header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        )]);
        let mut preflight = any.clone();
        for name in names.keys() {
            preflight.append(
                http::header::ACCESS_CONTROL_ALLOW_HEADERS,
                name.clone().into(),
            );
        }
        Self {
            url: URL.to_owned(),
            preflight: (StatusCode::OK, preflight),
            actual: (StatusCode::OK, any),
        }
    }
}

fn method(value: &Value) -> Result<Method, String> {
    let method = text(value);
    Method::from_bytes(method.as_bytes()).map_err(|_| format!("the method {method:?}"))
}

fn credentials(value: &Value) -> CredentialsMode {
    match text(value) {
        "omit" => CredentialsMode::Omit,
        "same-origin" => CredentialsMode::SameOrigin,
        "include" => CredentialsMode::Include,
        mode => panic!("unknown credentials mode {mode:?}"),
    }
}
