//! Cookies of the browser in a test: which it stores, which it sends, and what it says about the others.

mod random;
mod sent;
mod stored;
mod third_party;
mod told;

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderValue, LOCATION, ORIGIN, SET_COOKIE};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tower::Service;
use tower_cors::testing::{
    AddressSpace, Audit, Browser, CookieEvent, CookieOutcome, CookieRule, CredentialsMode,
    EmbedderPolicy, Exchange, Fault, Fetched, Finding, LocalNetworkAccess, NoBody, Permission,
    RequestMode, Severity, Step, ThirdPartyCookies, assert_allows, assert_blocks,
};

use CookieOutcome::{NotSent, NotStored, Removed, Sent, Stored};
use CredentialsMode::{Include, Omit, SameOrigin};
use ThirdPartyCookies::{Allowed, AlwaysPartitioned, Blocked, PartitionedOnly};

type Body = Full<Bytes>;
type Mode = CredentialsMode;

const APP: &str = "https://app.example.com";
const API: &str = "https://api.example.com";
const OTHER: &str = "https://other.example";
const CROSS_SITE: &str = "SameSite=None; Secure";

/// Allows every page with credentials. It sets the cookies of the query `?set=…`, and redirects to `?to=…`.
fn server() -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> {
    tower::service_fn(|request: Request<Body>| {
        let mut response = Response::new(Full::from("hello"));
        let headers = response.headers_mut();
        if let Some(origin) = request.headers().get(ORIGIN) {
            headers.insert("access-control-allow-origin", origin.clone());
            let yes = HeaderValue::from_static("true");
            headers.insert("access-control-allow-credentials", yes);
        }
        let query = request.uri().query().unwrap_or_default();
        if let Some(cookies) = query.strip_prefix("set=") {
            for cookie in cookies.split('&') {
                let cookie = cookie.replace("%20", " ");
                headers.append(SET_COOKIE, HeaderValue::from_str(&cookie).unwrap());
            }
        }
        if let Some(to) = query.strip_prefix("to=") {
            headers.insert(LOCATION, HeaderValue::from_str(to).unwrap());
            *response.status_mut() = StatusCode::FOUND;
        }
        std::future::ready(Ok(response))
    })
}

fn get(url: &str) -> Request<Body> {
    let url = url.replace(' ', "%20");
    Request::get(url).body(Full::default()).unwrap()
}

async fn fetch(page: &mut Browser, url: &str) -> Fetched {
    assert_allows!(page.fetch(&mut server(), get(url)).await)
}

/// The browser of a visitor whom a server has given a cookie, as a page of its own.
async fn visitor(origin: &str, path: &str, set_cookie: &str) -> Browser {
    let mut page = Browser::at(origin);
    let fetched = fetch(&mut page, &format!("{origin}{path}?set={set_cookie}")).await;
    assert_eq!(
        outcomes(fetched.cookies()),
        [Stored],
        "{set_cookie}: {fetched}"
    );
    page
}

fn outcomes(events: &[CookieEvent]) -> Vec<CookieOutcome> {
    events.iter().map(CookieEvent::outcome).collect()
}

fn cookie_header(fetched: &Fetched) -> &str {
    let last = fetched.exchanges().last().unwrap().request_headers();
    last.get("cookie")
        .map_or("", |cookie| cookie.to_str().unwrap())
}

/// Each outcome that is bad has a fix, and each that is good has none.
fn assert_is_told(event: &CookieEvent) {
    let is_good = matches!(event.outcome(), Sent | Stored | Removed);
    assert_eq!(event.fix().is_none(), is_good, "{event}");
    let told = event.to_string();
    assert!(
        told.contains(&event.url()[..20]) && !told.contains(char::is_control),
        "{told}"
    );
    if let NotSent(rule) | NotStored(rule) = event.outcome() {
        assert!(told.contains(&format!(": {rule}; ")), "{told}");
    }
    assert!(told.contains(event.fix().unwrap_or_default()), "{told}");
}
