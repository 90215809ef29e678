//! Cookies of the browser in a test: which it stores, which it sends, and what it says about the others.

#![expect(
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "a failed set-up is a failed test, and the type of a table is read in its rows"
)]

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

#[tokio::test]
async fn a_cookie_is_stored_by_its_attributes() {
    use CookieRule::*;
    let long = format!("a={}", "x".repeat(4096));
    let longest = format!("a={}", "x".repeat(4095));
    // the URL that a page of its own origin fetches, the Set-Cookie, and what happens
    let rows: &[(&str, &str, CookieOutcome)] = &[
        (APP, "a=1", Stored),
        (APP, "a=", Stored),
        (
            APP,
            "a=1; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=60",
            Stored,
        ),
        (APP, "a=1; unknown=attribute", Stored),
        (APP, "a=1; SameSite=nonsense", Stored),
        (
            APP,
            "a=1; SameSite=None",
            NotStored(SameSiteNoneNeedsSecure),
        ),
        (APP, "a=1; SameSite=None; Secure", Stored),
        (APP, "a=1; Partitioned", NotStored(PartitionedNeedsSecure)),
        (APP, "a=1; Partitioned; Secure", Stored),
        (APP, "no-name", Stored),
        (APP, "=1", Stored),
        (APP, "=", NotStored(Malformed)),
        (APP, " ;a=1", NotStored(Malformed)),
        (APP, "__Host-a", NotStored(Prefix)),
        (APP, "=__secure-a=1; Secure", NotStored(Prefix)),
        (APP, "=__HTTP-a", NotStored(Prefix)),
        (APP, &longest, Stored),
        (APP, &long, NotStored(TooLong)),
        (APP, "a=1; Domain=example.com", Stored),
        (APP, "a=1; Domain=.EXAMPLE.com", Stored),
        (APP, "a=1; Domain=app.example.com", Stored),
        (APP, "a=1; Domain=", Stored),
        (APP, "a=1; Domain=..example.com", NotStored(Domain)),
        (APP, "a=1; Domain=other.example; Domain=example.com", Stored),
        (
            APP,
            "a=1; Domain=example.com; Domain=other.example",
            NotStored(Domain),
        ),
        (APP, "a=1; Domain=api.example.com", NotStored(Domain)),
        (APP, "a=1; Domain=other.example", NotStored(Domain)),
        (APP, "a=1; Domain=pp.example.com", NotStored(Domain)),
        (APP, "a=1; Domain=com", NotStored(PublicSuffix)),
        ("https://127.0.0.1", "a=1; Domain=127.0.0.1", Stored),
        ("https://127.0.0.1", "a=1; Domain=0.0.1", NotStored(Domain)),
        ("https://localhost", "a=1; Domain=localhost", Stored),
        ("http://app.example.com", "a=1", Stored),
        ("http://app.example.com", "a=1; Secure", NotStored(Secure)),
        ("http://localhost:3000", "a=1; Secure", Stored),
        ("http://127.0.0.1:3000", "a=1; Secure", Stored),
        (APP, "__Secure-a=1; Secure", Stored),
        (APP, "__Secure-a=1", NotStored(Prefix)),
        (APP, "__secure-a=1", NotStored(Prefix)),
        (APP, "__Host-a=1; Secure; Path=/", Stored),
        (APP, "__Host-a=1; Secure", NotStored(Prefix)),
        (APP, "__Host-a=1; Path=/", NotStored(Prefix)),
        (
            APP,
            "__Host-a=1; Secure; Path=/; Domain=app.example.com",
            NotStored(Prefix),
        ),
        (APP, "__Http-a=1; Secure; HttpOnly", Stored),
        (APP, "__Http-a=1; Secure", NotStored(Prefix)),
        (APP, "__http-a=1; HttpOnly", NotStored(Prefix)),
        (APP, "__Host-Http-a=1; Secure; HttpOnly; Path=/", Stored),
        (APP, "__Host-Http-a=1; Secure; Path=/", NotStored(Prefix)),
        (APP, "__Host-Http-a=1; Secure; HttpOnly", NotStored(Prefix)),
        (APP, "a=1; SameSite=None; SameSite=bogus", Stored),
        (APP, "a=1; Max-Age=0", Removed),
        (APP, "a=1; Max-Age=-1", Removed),
        (APP, "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Removed),
        // The clock of the browser starts at the time of today.
        (APP, "a=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT", Removed),
        (
            APP,
            "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60",
            Stored,
        ),
        (APP, "a=1; Expires=Fri, 31 Dec 2997 00:00:00 GMT", Stored),
        (APP, "a=1; Expires=never", Stored),
        (APP, "a=1; Max-Age=60; Max-Age=0", Removed),
        (APP, "a=1; Max-Age=0; Max-Age=x", Removed),
        (APP, "a=1; Max-Age=-", Removed),
        (APP, "a=1; Max-Age=+0", Stored),
        (APP, "a=1; Max-Age=0.5", Stored),
        (APP, "a=1; Max-Age=", Stored),
    ];
    for (origin, set_cookie, outcome) in rows {
        let fetched = fetch(
            &mut Browser::at(*origin),
            &format!("{origin}/?set={set_cookie}"),
        )
        .await;
        assert_eq!(
            outcomes(fetched.cookies()),
            [*outcome],
            "{origin}: {set_cookie}"
        );
        assert_is_told(&fetched.cookies()[0]);
    }
}

#[tokio::test]
async fn a_date_is_read_leniently() {
    // what stands after `Expires=`, and whether it is a date
    let rows: &[(&str, bool)] = &[
        ("Thu, 10 Apr 1980 16:33:12 GMT", true),
        ("Thursday, 10-Apr-80 16:33:12 GMT", true),
        ("Thu Apr 10 16:33:12 1980", true),
        ("10 Apr 1980 16:33:12", true),
        ("10 Apr 1980 16:33:12 UTC", true),
        ("1980 16:33:12 APRil 10", true),
        ("10 Apr 80 1:2:3", true),
        ("10 Apr 1980 16:33:12.5", true),
        ("10th Apr 1980AD 16:33:12", true),
        ("29 Feb 1980 00:00:00", true),
        ("1 Jan 1601 00:00:00", true),
        ("29 Feb 1981 00:00:00", false),
        ("29 Feb 1900 00:00:00", false),
        ("31 Apr 1980 00:00:00", false),
        ("0 Apr 1980 00:00:00", false),
        ("32 Mar 1980 00:00:00", false),
        ("1 Jan 1600 00:00:00", false),
        ("10 Apr 1980 24:00:00", false),
        ("10 Apr 1980 00:60:00", false),
        ("10 Apr 1980 00:00:60", false),
        ("10 Apr 1980 16:33", false),
        ("10 Apr 1980 163:33:12", false),
        ("10 Ap 1980 16:33:12", false),
        ("Apr 1980 16:33:12", false),
        ("10 Apr 16:33:12", false),
        ("10 Apr 19800 16:33:12", false),
        ("10 Apr 2980 16:33:12", false),
        ("10 Apr 69 16:33:12", false),
        ("", false),
    ];
    for (date, is_past) in rows {
        let url = format!("{APP}/?set=a=1; Expires={date}");
        let fetched = fetch(&mut Browser::at(APP), &url).await;
        let expected = if *is_past { Removed } else { Stored };
        assert_eq!(outcomes(fetched.cookies()), [expected], "{date}");
    }
    // The day before, and the day itself: the browser's clock is the system's.
    let mut page = Browser::at(APP);
    fetch(
        &mut page,
        &format!("{APP}/?set=a=1; Max-Age=86400; Expires=1 Jan 1980 0:0:0"),
    )
    .await;
    page.advance(Duration::from_secs(86_399));
    assert_eq!(cookie_header(&fetch(&mut page, APP).await), "a=1");
    page.advance(Duration::from_secs(1));
    assert_eq!(cookie_header(&fetch(&mut page, APP).await), "");
}

#[tokio::test]
async fn a_cookie_without_a_name_is_sent_as_its_value() {
    for (set_cookie, sent) in [("test7", "test7"), ("=test10", "test10"), ("= a=b", "a=b")] {
        let mut page = Browser::at(APP);
        fetch(&mut page, &format!("{APP}/?set={set_cookie}")).await;
        let fetched = fetch(&mut page, APP).await;
        assert_eq!(cookie_header(&fetched), sent);
        let told = fetched.cookies()[0].to_string();
        assert!(
            told.starts_with("a cookie without a name was sent to"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_cookie_of_another_origin_is_stored_if_the_fetch_and_the_policy_allow_it() {
    use CookieRule::*;
    let partitioned = "SameSite=None; Secure; Partitioned";
    // the page, the credentials mode, the policy, the attributes of a cookie from https://api.example.com
    let rows: &[(&str, Mode, ThirdPartyCookies, &str, CookieOutcome)] = &[
        (APP, Include, Allowed, "", Stored),
        (APP, Include, Allowed, "SameSite=Strict", Stored),
        (APP, Include, Blocked, "SameSite=Lax", Stored),
        (APP, Include, PartitionedOnly, "SameSite=Lax", Stored),
        (APP, SameOrigin, Allowed, "", NotStored(CredentialsMode)),
        (APP, Omit, Allowed, "", NotStored(CredentialsMode)),
        (API, SameOrigin, Allowed, "", Stored),
        (API, Omit, Allowed, "", NotStored(CredentialsMode)),
        (OTHER, Include, Allowed, "", NotStored(SameSite)),
        (OTHER, Include, Allowed, "SameSite=Lax", NotStored(SameSite)),
        (
            OTHER,
            Include,
            Allowed,
            "SameSite=Strict; Secure",
            NotStored(SameSite),
        ),
        (OTHER, Include, Allowed, CROSS_SITE, Stored),
        (
            OTHER,
            SameOrigin,
            Allowed,
            CROSS_SITE,
            NotStored(CredentialsMode),
        ),
        (OTHER, Omit, Allowed, CROSS_SITE, NotStored(CredentialsMode)),
        (OTHER, Include, AlwaysPartitioned, CROSS_SITE, Stored),
        (
            OTHER,
            Include,
            AlwaysPartitioned,
            "SameSite=Lax",
            NotStored(SameSite),
        ),
        (
            OTHER,
            Include,
            PartitionedOnly,
            CROSS_SITE,
            NotStored(ThirdParty),
        ),
        (OTHER, Include, PartitionedOnly, partitioned, Stored),
        (OTHER, Include, Allowed, partitioned, Stored),
        (OTHER, Include, Blocked, CROSS_SITE, NotStored(ThirdParty)),
        (OTHER, Include, Blocked, partitioned, NotStored(ThirdParty)),
        (
            "http://app.example.com",
            Include,
            Allowed,
            "SameSite=Lax",
            NotStored(SameSite),
        ),
        (
            "http://app.example.com",
            Include,
            Allowed,
            CROSS_SITE,
            Stored,
        ),
        (
            "null",
            Include,
            Allowed,
            "SameSite=Lax",
            NotStored(SameSite),
        ),
        ("null", Include, Allowed, CROSS_SITE, Stored),
    ];
    for (page, credentials, policy, attributes, outcome) in rows {
        let mut browser = Browser::at(*page)
            .credentials(*credentials)
            .third_party_cookies(*policy);
        let fetched = fetch(&mut browser, &format!("{API}/?set=a=1; {attributes}")).await;
        let name = format!("{page} {credentials:?} {policy:?} {attributes}");
        assert_eq!(outcomes(fetched.cookies()), [*outcome], "{name}");
        assert_is_told(&fetched.cookies()[0]);
    }
}

#[tokio::test]
async fn a_cookie_is_sent_if_all_rules_allow_it() {
    use CookieRule::*;
    let wide = "Domain=example.com";
    // where the cookie was set, its attributes, the page that fetches later, its URL, and what happens
    let rows: &[(&str, &str, &str, &str, CookieOutcome)] = &[
        (API, "", APP, "https://api.example.com/items", Sent),
        (
            API,
            "SameSite=Strict",
            APP,
            "https://api.example.com/items",
            Sent,
        ),
        (
            API,
            "",
            OTHER,
            "https://api.example.com/items",
            NotSent(SameSite),
        ),
        (
            API,
            "SameSite=Lax",
            OTHER,
            "https://api.example.com/items",
            NotSent(SameSite),
        ),
        (
            API,
            "SameSite=Strict",
            OTHER,
            "https://api.example.com/items",
            NotSent(SameSite),
        ),
        (
            API,
            CROSS_SITE,
            OTHER,
            "https://api.example.com/items",
            Sent,
        ),
        (
            API,
            CROSS_SITE,
            "null",
            "https://api.example.com/items",
            Sent,
        ),
        (
            API,
            "",
            "null",
            "https://api.example.com/items",
            NotSent(SameSite),
        ),
        (
            API,
            "",
            "http://app.example.com",
            "https://api.example.com/items",
            NotSent(SameSite),
        ),
        // Ports are not part of a site, nor of a cookie.
        (
            API,
            "",
            "https://app.example.com:8443",
            "https://api.example.com:444/",
            Sent,
        ),
        // One host's cookie is not another's.
        (
            APP,
            "",
            APP,
            "https://api.example.com/items",
            NotSent(Domain),
        ),
        (APP, wide, APP, "https://api.example.com/items", Sent),
        (APP, wide, APP, "https://example.com/", Sent),
        (
            APP,
            "Domain=app.example.com",
            APP,
            "https://v1.app.example.com/",
            Sent,
        ),
        (
            APP,
            "Domain=app.example.com",
            APP,
            "https://api.example.com/",
            NotSent(Domain),
        ),
        (
            API,
            "Path=/items",
            APP,
            "https://api.example.com/items",
            Sent,
        ),
        (
            API,
            "Path=/items",
            APP,
            "https://api.example.com/items/1",
            Sent,
        ),
        (
            API,
            "Path=/items/",
            APP,
            "https://api.example.com/items/1",
            Sent,
        ),
        (
            API,
            "Path=/items",
            APP,
            "https://api.example.com/itemset",
            NotSent(Path),
        ),
        (
            API,
            "Path=/items",
            APP,
            "https://api.example.com/",
            NotSent(Path),
        ),
        (API, "Path=items", APP, "https://api.example.com/", Sent),
        (API, "Max-Age=60", APP, "https://api.example.com/", Sent),
        (
            API,
            "Max-Age=59",
            APP,
            "https://api.example.com/",
            NotSent(Expired),
        ),
        // The clock has moved on by 59 seconds: see below.
        (
            API,
            "Max-Age=1",
            APP,
            "https://api.example.com/",
            NotSent(Expired),
        ),
        (
            "http://api.example.com",
            "",
            "http://app.example.com",
            "http://api.example.com/",
            Sent,
        ),
        (
            "https://localhost",
            "Secure",
            "http://localhost:3000",
            "http://localhost:8080/",
            Sent,
        ),
        (
            API,
            "Secure",
            "http://app.example.com",
            "http://api.example.com/",
            NotSent(Secure),
        ),
    ];
    for (origin, attributes, page, url, outcome) in rows {
        let mut browser = visitor(origin, "/", &format!("a=1; {attributes}")).await;
        browser.advance(Duration::from_secs(59));
        browser = browser.visit(*page).credentials(Include);
        let fetched = fetch(&mut browser, url).await;
        let name = format!("{origin} {attributes}: {page} {url}");
        assert_eq!(outcomes(fetched.cookies()), [*outcome], "{name}");
        assert_eq!(fetched.cookies()[0].name(), "a", "{name}");
        let is_sent = *outcome == Sent;
        assert_eq!(
            cookie_header(&fetched),
            if is_sent { "a=1" } else { "" },
            "{name}"
        );
        assert_is_told(&fetched.cookies()[0]);
        assert!(
            fetched.to_string().contains("\n  cookie      a "),
            "{fetched}"
        );
    }
}

#[tokio::test]
async fn a_cookie_without_path_is_for_the_folder_of_its_url() {
    let rows = [
        ("/account/login", "/account/me", Sent),
        ("/account/login", "/account", Sent),
        ("/account/login", "/items", NotSent(CookieRule::Path)),
        ("/account/", "/items", NotSent(CookieRule::Path)),
        ("/login", "/items", Sent),
    ];
    for (set_at, path, outcome) in rows {
        let mut browser = visitor(APP, set_at, "a=1").await;
        let fetched = fetch(&mut browser, path).await;
        assert_eq!(
            outcomes(fetched.cookies()),
            [outcome],
            "{set_at}, then {path}"
        );
    }
}

#[tokio::test]
async fn a_cookie_lasts_for_400_days_at_most() {
    let day = Duration::from_secs(24 * 60 * 60);
    for time in ["Max-Age=99999999", "Expires=Fri, 31 Dec 2997 00:00:00 GMT"] {
        let mut browser = visitor(APP, "/", &format!("a=1; {time}")).await;
        browser.advance(day * 399);
        let fetched = fetch(&mut browser, "/").await;
        assert_eq!(outcomes(fetched.cookies()), [Sent], "{time}");
        browser.advance(day);
        let fetched = fetch(&mut browser, "/").await;
        let expired = NotSent(CookieRule::Expired);
        assert_eq!(outcomes(fetched.cookies()), [expired], "{time}");
    }
}

#[tokio::test]
async fn credentials_modes_and_policies_hold_cookies_back() {
    use CookieRule::*;
    let rows: &[(&str, Mode, ThirdPartyCookies, CookieOutcome)] = &[
        (API, Include, Allowed, Sent),
        (API, SameOrigin, Allowed, Sent),
        (API, Omit, Allowed, NotSent(CredentialsMode)),
        (APP, Include, Blocked, Sent),
        (APP, SameOrigin, Allowed, NotSent(CredentialsMode)),
        (APP, Omit, Allowed, NotSent(CredentialsMode)),
        (OTHER, Include, Allowed, Sent),
        (OTHER, Include, PartitionedOnly, NotSent(ThirdParty)),
        (OTHER, Include, AlwaysPartitioned, NotSent(ThirdParty)),
        (OTHER, Include, Blocked, NotSent(ThirdParty)),
        (OTHER, Omit, Blocked, NotSent(CredentialsMode)),
    ];
    for (page, credentials, policy, outcome) in rows {
        let mut browser = visitor(API, "/", &format!("a=1; {CROSS_SITE}"))
            .await
            .visit(*page)
            .credentials(*credentials)
            .third_party_cookies(*policy);
        let fetched = fetch(&mut browser, "https://api.example.com/items").await;
        let name = format!("{page} {credentials:?} {policy:?}");
        assert_eq!(outcomes(fetched.cookies()), [*outcome], "{name}");
        assert_is_told(&fetched.cookies()[0]);
    }
}

#[tokio::test]
async fn a_partitioned_cookie_belongs_to_one_site() {
    let mut browser = Browser::at(OTHER)
        .credentials(Include)
        .third_party_cookies(PartitionedOnly);
    let set = format!("{API}/?set=a=1; {CROSS_SITE}; Partitioned");
    assert_eq!(
        outcomes(fetch(&mut browser, &set).await.cookies()),
        [Stored]
    );
    for (page, outcome) in [
        (OTHER, Sent),
        ("https://www.other.example", Sent),
        ("https://third.example", NotSent(CookieRule::OtherPartition)),
        (APP, NotSent(CookieRule::OtherPartition)),
    ] {
        browser = browser.visit(page);
        let fetched = fetch(&mut browser, "https://api.example.com/").await;
        assert_eq!(outcomes(fetched.cookies()), [outcome], "{page}");
    }
    // Another site has a cookie of its own.
    browser = browser.visit("https://third.example");
    fetch(&mut browser, &set.replace("a=1", "a=2")).await;
    let fetched = fetch(&mut browser, "https://api.example.com/").await;
    assert_eq!(cookie_header(&fetched), "a=2");
}

#[tokio::test]
async fn a_third_party_cookie_that_is_not_partitioned_belongs_to_all_sites() {
    let mut browser = Browser::at(OTHER).credentials(Include);
    fetch(&mut browser, &format!("{API}/?set=a=1; {CROSS_SITE}")).await;
    for page in [OTHER, "https://third.example", APP] {
        browser = browser.visit(page);
        let fetched = fetch(&mut browser, "https://api.example.com/").await;
        assert_eq!(cookie_header(&fetched), "a=1", "{page}");
    }
}

#[tokio::test]
async fn a_browser_that_always_partitions_has_a_cookie_for_each_site() {
    let mut browser = visitor(API, "/", &format!("a=first-party; {CROSS_SITE}"))
        .await
        .visit(OTHER)
        .credentials(Include)
        .third_party_cookies(AlwaysPartitioned);
    fetch(&mut browser, &format!("{API}/?set=a=other; {CROSS_SITE}")).await;
    for (page, sent) in [
        (OTHER, "a=other"),
        ("https://www.other.example", "a=other"),
        ("https://third.example", ""),
        (APP, "a=first-party"),
        (API, "a=first-party"),
    ] {
        browser = browser.visit(page);
        let fetched = fetch(&mut browser, "https://api.example.com/").await;
        assert_eq!(cookie_header(&fetched), sent, "{page}");
    }
    browser = browser.visit("https://third.example");
    let fetched = fetch(&mut browser, "https://api.example.com/").await;
    let fix = fetched.cookies()[0].fix().unwrap();
    assert!(
        fix.contains("the pages of each site have cookies of their own"),
        "{fix}"
    );
}

#[tokio::test]
async fn links_and_forms_send_lax_cookies_to_another_site() {
    use CookieRule::SameSite;
    let lax = "send the cookie with SameSite=Lax: Strict excludes links from other sites";
    let none = "send the cookie with SameSite=None; Secure, or ";
    let rows = [
        ("GET", "", Sent, ""),
        ("GET", "SameSite=Lax", Sent, ""),
        ("GET", "SameSite=Strict", NotSent(SameSite), lax),
        ("GET", CROSS_SITE, Sent, ""),
        ("POST", "SameSite=Lax", NotSent(SameSite), none),
        ("POST", "SameSite=Strict", NotSent(SameSite), none),
        ("POST", CROSS_SITE, Sent, ""),
    ];
    for (method, attributes, outcome, fix) in rows {
        let mut browser = visitor(API, "/", &format!("a=1; {attributes}"))
            .await
            .visit(OTHER)
            .third_party_cookies(Blocked)
            .mode(RequestMode::Navigate);
        let mut request = get("https://api.example.com/");
        *request.method_mut() = method.parse().unwrap();
        let fetched = assert_allows!(browser.fetch(&mut server(), request).await);
        assert_eq!(
            outcomes(fetched.cookies()),
            [outcome],
            "{method} {attributes}"
        );
        assert_is_told(&fetched.cookies()[0]);
        let told = fetched.cookies()[0].fix().unwrap_or_default();
        assert!(told.starts_with(fix), "{method} {attributes}: {told}");
    }
    // A navigation stores cookies of every kind.
    let mut browser = Browser::at(OTHER).mode(RequestMode::Navigate);
    let fetched = fetch(&mut browser, &format!("{API}/?set=a=1; SameSite=Strict")).await;
    assert_eq!(outcomes(fetched.cookies()), [Stored]);
}

#[tokio::test]
async fn a_websocket_sends_cookies_like_a_fetch() {
    for (page, attributes, is_sent) in [
        (APP, "", true),
        (OTHER, "", false),
        (OTHER, CROSS_SITE, true),
    ] {
        let mut browser = visitor(API, "/", &format!("a=1; {attributes}"))
            .await
            .visit(page)
            .mode(RequestMode::WebSocket);
        let request = get("wss://api.example.com/");
        let blocked = assert_blocks!(browser.fetch(&mut server(), request).await, Step::WebSocket);
        let headers = blocked.exchanges()[0].request_headers();
        assert_eq!(
            headers.contains_key("cookie"),
            is_sent,
            "{page} {attributes}"
        );
        assert_eq!(outcomes(blocked.cookies())[0] == Sent, is_sent);
    }
}

#[tokio::test]
async fn redirects_keep_to_the_same_rules() {
    use CookieRule::*;
    // the attributes, the page, the first URL, and what happens to the cookie at each request
    let to_api = |first: &str| format!("{first}/?to=https://api.example.com/end");
    let rows: &[(&str, &str, String, &[CookieOutcome])] = &[
        ("", APP, to_api(API), &[Sent, Sent]),
        (CROSS_SITE, OTHER, to_api(API), &[Sent, Sent]),
        // A hop of another site changes nothing for the next one, as in Chromium and WebKit.
        ("", APP, to_api(OTHER), &[Sent]),
        ("SameSite=Strict", APP, to_api(OTHER), &[Sent]),
        (
            "",
            OTHER,
            to_api(API),
            &[NotSent(SameSite), NotSent(SameSite)],
        ),
        (CROSS_SITE, APP, to_api(OTHER), &[Sent]),
        (
            "",
            APP,
            to_api("https://www.example.com"),
            &[NotSent(Domain), Sent],
        ),
        ("Path=/end", APP, to_api(API), &[NotSent(Path), Sent]),
    ];
    for (attributes, page, url, expected) in rows {
        let mut browser = visitor(API, "/", &format!("a=1; {attributes}"))
            .await
            .visit(*page)
            .credentials(Include);
        let fetched = fetch(&mut browser, url).await;
        assert_eq!(
            outcomes(fetched.cookies()),
            *expected,
            "{attributes} {page} {url}"
        );
        for event in fetched.cookies() {
            assert_is_told(event);
        }
    }
}

#[tokio::test]
async fn cookies_are_sent_in_order_and_replaced_by_name_domain_and_path() {
    let set = |cookies: &str| format!("{APP}/?set={cookies}");
    let rows = [
        ("a=1&b=2", "a=1; b=2"),
        ("a=1&b=2&a=3", "a=3; b=2"),
        ("a=1; Path=/&a=2; Path=/items&b=3", "a=2; a=1; b=3"),
        ("a=1; Domain=example.com&a=2", "a=1; a=2"),
        ("a=1&a=; Max-Age=0&b=2", "b=2"),
        ("a=1&a=; Path=/items; Max-Age=0", "a=1"),
        ("a=1=2&b=", "a=1=2; b="),
    ];
    for (cookies, sent) in rows {
        let mut browser = Browser::at(APP);
        fetch(&mut browser, &set(cookies)).await;
        let fetched = fetch(&mut browser, "/items").await;
        assert_eq!(cookie_header(&fetched), sent, "{cookies}");
    }
    // A removed cookie is gone, and so is one that was never there.
    for cookies in ["a=1&a=; Max-Age=0", "a=; Max-Age=0"] {
        let mut browser = Browser::at(APP);
        fetch(&mut browser, &set(cookies)).await;
        let fetched = fetch(&mut browser, "/items").await;
        assert_eq!(fetched.cookies(), [], "{cookies}");
    }
    // What the test says that the visitor has comes after the jar.
    let mut browser = Browser::at(APP).with_cookies("c=3");
    fetch(&mut browser, &set("a=1")).await;
    assert_eq!(cookie_header(&fetch(&mut browser, "/").await), "a=1; c=3");
}

#[tokio::test]
async fn an_http_page_does_not_replace_a_secure_cookie() {
    let mut browser = visitor(APP, "/", "a=1; Secure")
        .await
        .visit("http://app.example.com");
    let fetched = fetch(&mut browser, "/?set=a=2").await;
    assert_eq!(
        outcomes(fetched.cookies()),
        [
            NotSent(CookieRule::Secure),
            NotStored(CookieRule::SecureNotReplaced)
        ]
    );
    let not_replaced = NotStored(CookieRule::SecureNotReplaced);
    // the cookie that the browser has, the one that comes over http, and what happens to it
    let rows = [
        ("a=1", "a=2", Stored),
        ("a=1; Secure", "b=2", Stored),
        ("a=1; Secure; Path=/items", "a=2; Path=/", Stored),
        (
            "a=1; Secure; Path=/items",
            "a=2; Path=/items/1",
            not_replaced,
        ),
        ("a=1; Secure; Domain=example.com", "a=2", not_replaced),
        ("a=1; Secure", "a=2; Domain=example.com", not_replaced),
    ];
    for (has, set, outcome) in rows {
        let mut browser = visitor(APP, "/", has).await.visit("http://app.example.com");
        let fetched = fetch(&mut browser, &format!("/?set={set}")).await;
        let last = fetched.cookies().last().map(CookieEvent::outcome);
        assert_eq!(last, Some(outcome), "{has}, then {set}");
    }
}

#[tokio::test]
async fn each_engine_has_its_own_loopback_exception() {
    let mut webkit = Browser::at("http://localhost:3000").without_secure_cookies_on_loopback();
    let fetched = fetch(&mut webkit, "/?set=a=1; Secure").await;
    assert_eq!(outcomes(fetched.cookies()), [NotStored(CookieRule::Secure)]);
    let https = fetched.cookies()[0].fix().unwrap();
    assert!(https.starts_with("use https"), "{https}");
}

#[tokio::test]
async fn a_server_asks_for_third_party_cookies_that_the_visitor_has_granted() {
    use CookieRule::{SameSite, ThirdParty};
    let retry = "retry; allowed-origin=\"https://other.example\"";
    // the page, whether access is granted, the policy, the cookie, the answer, and what happens to the cookie
    let rows: &[(
        &str,
        bool,
        ThirdPartyCookies,
        &str,
        &'static str,
        &[CookieOutcome],
    )] = &[
        (
            OTHER,
            true,
            Blocked,
            CROSS_SITE,
            retry,
            &[NotSent(ThirdParty), Sent],
        ),
        (
            OTHER,
            true,
            PartitionedOnly,
            CROSS_SITE,
            retry,
            &[NotSent(ThirdParty), Sent],
        ),
        (
            OTHER,
            true,
            Blocked,
            CROSS_SITE,
            "retry; allowed-origin=*",
            &[NotSent(ThirdParty), Sent],
        ),
        (
            OTHER,
            true,
            Blocked,
            "SameSite=Lax",
            retry,
            &[NotSent(SameSite), NotSent(SameSite)],
        ),
        (
            OTHER,
            false,
            Blocked,
            CROSS_SITE,
            retry,
            &[NotSent(ThirdParty)],
        ),
        (
            OTHER,
            true,
            Blocked,
            CROSS_SITE,
            "retry",
            &[NotSent(ThirdParty)],
        ),
        (
            OTHER,
            true,
            Blocked,
            CROSS_SITE,
            "load",
            &[NotSent(ThirdParty)],
        ),
        (
            "https://third.example",
            true,
            Blocked,
            CROSS_SITE,
            retry,
            &[NotSent(ThirdParty)],
        ),
        (OTHER, true, Allowed, CROSS_SITE, retry, &[Sent]),
        (APP, true, Blocked, CROSS_SITE, retry, &[Sent]),
    ];
    for (page, is_granted, policy, attributes, answer, expected) in rows {
        let mut app = tower::service_fn(|request: Request<Body>| {
            let mut response = Response::new(Full::default());
            let headers = response.headers_mut();
            let answer = HeaderValue::from_static(answer);
            headers.insert("activate-storage-access", answer);
            if let Some(origin) = request.headers().get(ORIGIN) {
                headers.insert("access-control-allow-origin", origin.clone());
                let yes = HeaderValue::from_static("true");
                headers.insert("access-control-allow-credentials", yes);
            }
            std::future::ready(Ok::<Response<Body>, Infallible>(response))
        });
        let mut browser = visitor(API, "/", &format!("a=1; {attributes}"))
            .await
            .visit(*page)
            .credentials(Include)
            .third_party_cookies(*policy);
        if *is_granted {
            browser = browser.with_storage_access();
        }
        let fetched = assert_allows!(browser.fetch(&mut app, get(API)).await);
        let name = format!("{page} {is_granted} {policy:?} {attributes} {answer}");
        assert_eq!(outcomes(fetched.cookies()), *expected, "{name}");
        let status = |exchange: &Exchange| {
            let status = exchange.request_headers().get("sec-fetch-storage-access");
            status.map(|status| status.to_str().unwrap().to_owned())
        };
        let statuses: Vec<_> = fetched.exchanges().iter().filter_map(status).collect();
        let expected: &[&str] = match (*page, is_granted, policy, expected.len()) {
            (APP, ..) => &[],
            (_, false, ..) => &["none"],
            (_, _, Allowed, _) => &["active"],
            (_, _, _, 1) => &["inactive"],
            _ => &["inactive", "active"],
        };
        assert_eq!(statuses, expected, "{name}");
    }
}

#[tokio::test]
async fn a_blocked_response_stores_its_cookies() {
    let mut closed = tower::service_fn(|_: Request<Body>| {
        let mut response = Response::new(Full::default());
        let cookie = HeaderValue::from_static("a=1; SameSite=None; Secure");
        response.headers_mut().insert(SET_COOKIE, cookie);
        std::future::ready(Ok::<Response<Body>, Infallible>(response))
    });
    let mut browser = Browser::at(OTHER).credentials(Include);
    let blocked = assert_blocks!(browser.fetch(&mut closed, get(API)).await, Step::CorsCheck);
    assert_eq!(outcomes(blocked.cookies()), [Stored]);
    assert!(
        blocked.to_string().contains("\n  cookie      a from "),
        "{blocked}"
    );
    assert_eq!(cookie_header(&fetch(&mut browser, API).await), "a=1");
}

#[tokio::test]
async fn a_message_never_has_the_value() {
    let mut browser = Browser::at(OTHER).credentials(Include);
    let fetched = fetch(&mut browser, &format!("{API}/?set=a=secret")).await;
    let event = fetched.cookies()[0].to_string();
    assert!(
        !event.contains("=secret: ") && event.starts_with("a from "),
        "{event}"
    );
}

#[tokio::test]
async fn a_fix_names_what_to_change() {
    let rows = [
        (
            OTHER,
            Allowed,
            "",
            "SameSite=None; Secure, or serve the API on the page's site, such as https://api.other.example",
        ),
        (
            OTHER,
            PartitionedOnly,
            CROSS_SITE,
            "SameSite=None; Secure; Partitioned, or serve the API",
        ),
        (
            OTHER,
            Blocked,
            CROSS_SITE,
            "https://api.other.example: this browser blocks all third-party",
        ),
        (
            "http://localhost:3000",
            Allowed,
            "",
            "serve the API on the page's host, at any port, such as http://localhost:",
        ),
        (
            "http://app.example.com",
            Allowed,
            "",
            "use one scheme for the page and the API: http://api.example.com",
        ),
        (
            "null",
            Allowed,
            "",
            "serve the page from an http or https origin",
        ),
        // An app and an extension have no site on which a server could be.
        (
            "capacitor://localhost",
            Allowed,
            "",
            "SameSite=None; Secure, or let the page send a token",
        ),
        (
            "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn",
            Allowed,
            "",
            "SameSite=None; Secure, or let the page send a token",
        ),
        // Nobody can create api.myapp.vercel.app.
        (
            "https://myapp.vercel.app",
            Allowed,
            "",
            "SameSite=None; Secure, or serve the page and the API on a domain of your own",
        ),
        (OTHER, Allowed, "SameSite=None", "add Secure to the cookie"),
        (
            APP,
            Allowed,
            "Domain=com",
            "remove Domain, or send Domain=example.com",
        ),
    ];
    for (page, policy, attributes, fix) in rows {
        let mut browser = Browser::at(page)
            .credentials(Include)
            .third_party_cookies(policy);
        let fetched = fetch(&mut browser, &format!("{API}/?set=a=1; {attributes}")).await;
        let told = fetched.cookies()[0].fix().unwrap();
        assert!(told.contains(fix), "{page} {attributes}: {told}");
        let is_guess = told.contains("the feature public-suffix knows it");
        assert!(!is_guess || !cfg!(feature = "public-suffix"), "{told}");
    }
    for (set_cookie, fix) in [
        (
            "a=1",
            "the cookie is only for app.example.com: send it with Domain=example.com, or set it on api.example.com",
        ),
        (
            "a=1; Domain=app.example.com",
            "the cookie is for app.example.com and its subdomains: send it with a Domain that includes api.example.com",
        ),
    ] {
        let mut browser = visitor(APP, "/", set_cookie).await.credentials(Include);
        let fetched = fetch(&mut browser, API).await;
        assert_eq!(fetched.cookies()[0].fix(), Some(fix), "{set_cookie}");
    }
}

/// `Secure` cookies don't go over http, so the advice is not to send one there.
#[tokio::test]
async fn an_http_api_on_the_local_network_gets_one_advice_that_works() {
    let api = "http://192.168.1.5:8080/?set=a=1";
    for (page, fix) in [
        (
            "https://app.example.com",
            "serve the API over https, such as https://192.168.1.5:8080, and send the cookie with SameSite=None; Secure",
        ),
        (
            "http://app.example.com",
            "serve the API on the page's site, such as http://api.example.com",
        ),
        (
            "http://192.168.1.4:3000",
            "serve the API on the page's host, at any port, such as http://192.168.1.4:8443",
        ),
    ] {
        let mut browser = Browser::at(page)
            .local_network_access(LocalNetworkAccess::Chromium(Permission::Granted))
            .address_space("app.example.com", AddressSpace::Local)
            .credentials(Include);
        let fetched = fetch(&mut browser, api).await;
        let told = fetched.cookies()[0].fix().unwrap();
        assert!(told.starts_with(fix), "{page}: {told}");
    }
    let mut page = Browser::at("http://192.168.1.5:8080").credentials(Include);
    let fetched = fetch(&mut page, "http://192.168.1.5:8080/?set=a=1; Secure").await;
    let told = fetched.cookies()[0].fix().unwrap();
    assert_eq!(told, "use https, such as https://192.168.1.5:8080");
}

#[tokio::test]
async fn what_happened_to_a_cookie_is_told_in_one_line() {
    let rows = [
        ("a=1", "a from https://app.example.com/?set=a=1 was stored"),
        (
            "a=1;Max-Age=0",
            "a from https://app.example.com/?set=a=1;Max-Age=0 was removed",
        ),
        (
            "a=1;Partitioned",
            "a from https://app.example.com/?set=a=1;Partitioned was not stored: Partitioned needs Secure; \
             add Secure to the cookie, and use https",
        ),
        (
            "nameless",
            "a cookie without a name from https://app.example.com/?set=nameless was stored",
        ),
        (
            "=",
            "a cookie without a name from https://app.example.com/?set== was not stored: Set-Cookie has neither \
             a name nor a value; start Set-Cookie with name=value",
        ),
    ];
    for (set_cookie, told) in rows {
        let fetched = fetch(&mut Browser::at(APP), &format!("/?set={set_cookie}")).await;
        assert_eq!(fetched.cookies()[0].to_string(), told);
    }
    let mut browser = visitor(APP, "/login/", "a=1").await;
    for (path, told) in [
        ("/login/1", "a was sent to https://app.example.com/login/1"),
        (
            "/",
            "a was not sent to https://app.example.com/: the path of the URL is not in the cookie's Path; \
             the cookie is only for paths in /login: send it with Path=/",
        ),
    ] {
        let fetched = fetch(&mut browser, path).await;
        assert_eq!(fetched.cookies()[0].to_string(), told);
    }
}

#[cfg(feature = "public-suffix")]
#[tokio::test]
async fn sites_are_known_by_the_public_suffix_list() {
    let rows = [
        ("https://a.co.uk", "https://b.co.uk", false),
        ("https://app.a.co.uk", "https://api.a.co.uk", true),
        ("https://me.github.io", "https://you.github.io", false),
        ("https://me.github.io", "https://api.me.github.io", true),
    ];
    for (page, api, is_same_site) in rows {
        let mut browser = Browser::at(page).credentials(Include);
        let fetched = fetch(&mut browser, &format!("{api}/?set=a=1; SameSite=Strict")).await;
        let is_stored = outcomes(fetched.cookies()) == [Stored];
        assert_eq!(is_stored, is_same_site, "{page} {api}");
        let site = &fetched.exchanges()[0].request_headers()["sec-fetch-site"];
        assert_eq!(site == "same-site", is_same_site, "{page} {api}");
    }
    let fetched = fetch(
        &mut Browser::at("https://a.co.uk"),
        "/?set=a=1; Domain=co.uk",
    )
    .await;
    let not_stored = NotStored(CookieRule::PublicSuffix);
    assert_eq!(outcomes(fetched.cookies()), [not_stored]);
}

/// Audits a server that allows the page, with or without credentials, and sends a cookie.
async fn audited(
    server: &str,
    with_credentials: bool,
    cookie: Option<&'static str>,
) -> (Vec<(Fault, Severity)>, Vec<String>) {
    faults_of(
        Audit::new().page(APP).server(server),
        with_credentials,
        cookie,
    )
    .await
}

async fn faults_of(
    audit: Audit,
    with_credentials: bool,
    cookie: Option<&'static str>,
) -> (Vec<(Fault, Severity)>, Vec<String>) {
    let mut app = tower::service_fn(|request: Request<NoBody>| {
        let mut headers = HeaderMap::new();
        headers.insert("vary", HeaderValue::from_static("origin"));
        if request
            .headers()
            .get(ORIGIN)
            .is_some_and(|origin| origin == APP)
        {
            headers.insert("access-control-allow-origin", HeaderValue::from_static(APP));
            if with_credentials {
                let yes = HeaderValue::from_static("true");
                headers.insert("access-control-allow-credentials", yes);
            }
        }
        if request.method() == "GET" {
            if let Some(cookie) = cookie {
                headers.insert(SET_COOKIE, HeaderValue::from_static(cookie));
            }
        }
        let mut response = Response::new(String::new());
        *response.headers_mut() = headers;
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let report = audit.run(&mut app, ["/login"]).await;
    let found = report.findings().iter();
    (
        found
            .map(|finding: &Finding| (finding.fault(), finding.severity()))
            .collect(),
        report.notes().to_vec(),
    )
}

#[tokio::test]
async fn an_audit_finds_cookies_that_no_browser_stores_or_sends() {
    use Severity::{High, Medium};
    let other = "https://api.other.example";
    let rows: &[(&str, bool, &'static str, &[(Fault, Severity)])] = &[
        (other, true, "a=1", &[(Fault::CookieNotCrossSite, Medium)]),
        (
            other,
            true,
            "a=1; SameSite=Lax; Secure",
            &[(Fault::CookieNotCrossSite, Medium)],
        ),
        (other, true, "a=1; SameSite=None; Secure", &[]),
        (other, false, "a=1", &[]),
        (API, true, "a=1; SameSite=Strict", &[]),
        (
            API,
            true,
            "a=1; SameSite=None",
            &[(Fault::SameSiteNoneWithoutSecure, High)],
        ),
        (
            other,
            false,
            "a=1; SameSite=None",
            &[(Fault::SameSiteNoneWithoutSecure, High)],
        ),
        (
            API,
            true,
            "__Host-a=1; Secure",
            &[(Fault::CookieNotStored, Medium)],
        ),
        (
            API,
            true,
            "a=1; Domain=com",
            &[(Fault::CookieNotStored, Medium)],
        ),
    ];
    for (server, with_credentials, cookie, faults) in rows {
        let (found, notes) = audited(server, *with_credentials, Some(cookie)).await;
        assert_eq!(found, *faults, "{server} {with_credentials} {cookie}");
        assert_eq!(notes, [""; 0], "{cookie}");
    }
    for (server, with_credentials, cookie, faults) in rows {
        // The same cookie, sent where the audit can't go.
        let audit = Audit::new().page(APP).server(*server).set_cookie(*cookie);
        let found = faults_of(audit, *with_credentials, None).await.0;
        assert_eq!(found, *faults, "{server} {with_credentials} {cookie}");
    }
    let (found, notes) = audited(API, true, None).await;
    assert_eq!(found, []);
    assert!(
        notes[0].contains("remove .allow_credentials()"),
        "{notes:?}"
    );
    assert_eq!(audited(API, false, None).await.1, [""; 0]);
}

#[tokio::test]
async fn a_credentialless_page_loads_without_cookies() {
    for (embedder, is_sent) in [
        (EmbedderPolicy::UnsafeNone, true),
        (EmbedderPolicy::Credentialless, false),
    ] {
        let mut browser = visitor(API, "/", &format!("a=1; {CROSS_SITE}"))
            .await
            .visit(OTHER)
            .credentials(Include)
            .mode(RequestMode::NoCors)
            .embedder_policy(embedder);
        let fetched = fetch(&mut browser, "https://api.example.com/").await;
        assert_eq!(cookie_header(&fetched) == "a=1", is_sent, "{embedder:?}");
    }
}

fn attribute() -> impl Strategy<Value = &'static str> {
    select(vec![
        "Secure",
        "HttpOnly",
        "Partitioned",
        "SameSite=None",
        "SameSite=Lax",
        "SameSite=Strict",
        "Domain=example.com",
        "Domain=other.example",
        "Path=/items",
        "Max-Age=60",
        "Max-Age=0",
    ])
}

fn origin() -> impl Strategy<Value = &'static str> {
    select(vec![
        APP,
        API,
        OTHER,
        "http://app.example.com",
        "http://api.example.com",
        "http://localhost:3000",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a server sets and whoever fetches, the promises of the attributes hold.
    #[test]
    fn no_cookie_is_sent_against_its_attributes(
        attributes in vec(attribute(), 0..5),
        (first, page, url) in (origin(), origin(), origin()),
        credentials in select(vec![Omit, SameOrigin, Include]),
        policy in select(vec![Allowed, AlwaysPartitioned, PartitionedOnly, Blocked]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let set = format!("{first}/?set=a=1; {}", attributes.join("; "));
        let has = |attribute: &str| attributes.contains(&attribute);
        runtime.block_on(async {
            let mut browser = Browser::at(first);
            let first_fetch = fetch(&mut browser, &set).await;
            let is_stored = outcomes(first_fetch.cookies()) == [Stored];
            let mut browser = browser
                .visit(page)
                .credentials(credentials)
                .third_party_cookies(policy);
            let Ok(second) = browser.fetch(&mut server(), get(&format!("{url}/items"))).await else {
                // Mixed content: nothing was sent.
                return Ok(());
            };
            let is_sent = !cookie_header(&second).is_empty();
            prop_assert_eq!(outcomes(second.cookies()).contains(&Sent), is_sent);
            for event in first_fetch.cookies().iter().chain(second.cookies()) {
                assert_is_told(event);
            }
            if !is_sent {
                return Ok(());
            }
            prop_assert!(is_stored);
            prop_assert!(credentials == Include || (credentials == SameOrigin && page == url));
            prop_assert!(!has("Secure") || url.starts_with("https") || url.contains("localhost"));
            prop_assert!(!has("Max-Age=0") || has("Max-Age=60"));
            let is_wide = has("Domain=example.com") && url.ends_with(".example.com");
            prop_assert!(is_wide || host(first) == host(url));
            let site = |origin: &str| origin.replace("app.", "").replace("api.", "");
            if site(page) != site(url) {
                prop_assert!(has("SameSite=None") && has("Secure"));
                prop_assert!(policy != Blocked);
                // The first fetch stored it for pages of another site, unless no page was needed.
                prop_assert!(policy == Allowed || has("Partitioned"));
            }
            Ok(())
        })?;
    }

    /// No `Set-Cookie` line, however broken, makes the browser panic.
    #[test]
    fn no_line_makes_the_browser_panic(line in vec(32_u8..=255, 0..64)) {
        let Ok(value) = HeaderValue::from_bytes(&line) else {
            return Ok(());
        };
        let mut app = tower::service_fn(|_: Request<Body>| {
            let mut response = Response::new(Full::default());
            response.headers_mut().insert(SET_COOKIE, value.clone());
            std::future::ready(Ok::<Response<Body>, Infallible>(response))
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut browser = Browser::at(APP);
            for _ in 0..2 {
                let fetched = browser.fetch(&mut app, get("/")).await.unwrap();
                fetched.cookies().iter().for_each(assert_is_told);
            }
        });
    }
}

fn host(origin: &str) -> &str {
    let (_, host) = origin.split_once("://").unwrap();
    host.split(':').next().unwrap()
}
