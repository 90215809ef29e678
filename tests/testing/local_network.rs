//! Local Network Access: what a page on the internet reaches on this machine and on the local network.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use tower_cors::explain::PageOutcome;
use tower_cors::testing::AddressSpace::{Local, Loopback, Public};
use tower_cors::testing::LocalNetworkAccess::{Chromium, Firefox, NotChecked, WebKit};
use tower_cors::testing::Permission::{Denied, Granted, Prompt};
use tower_cors::testing::{
    AddressSpace, Blocked, Browser, Cause, Fetched, LocalNetworkAccess, RedirectMode, RequestMode,
    Step, assert_allows, assert_blocks,
};

const HTTP: &str = "http://page.example";
const HTTPS: &str = "https://page.example";

/// Allows every page; redirects to what stands behind `?to=`.
async fn fetch(page: &mut Browser, method: &str, url: &str) -> Result<Fetched, Blocked> {
    let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
        let mut response = Response::new(Full::<Bytes>::default());
        let headers = response.headers_mut();
        for name in [
            "access-control-allow-origin",
            "access-control-allow-methods",
        ] {
            headers.insert(name, HeaderValue::from_static("*"));
        }
        let query = request.uri().query().unwrap_or_default();
        if let Some(to) = query.strip_prefix("to=") {
            headers.insert("location", to.parse().unwrap());
            *response.status_mut() = http::StatusCode::FOUND;
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let request = Request::builder().method(method).uri(url);
    page.fetch(&mut app, request.body(Full::default()).unwrap())
        .await
}

/// In one word, as the table in docs/browsers.md has it.
fn told(result: &Result<Fetched, Blocked>) -> &'static str {
    let Err(blocked) = result else { return "reads" };
    assert_eq!(blocked.outcome(), PageOutcome::NotSent);
    assert!(blocked.exchanges().is_empty());
    match blocked.cause() {
        Cause::LocalNetworkPermission { answer: Prompt, .. } => "asks",
        _ => "blocked",
    }
}

/// The table of docs/browsers.md, row by row.
#[tokio::test]
async fn each_browser_does_as_measured() {
    // the page, the server, the visitor's answer; what Chromium, Firefox and WebKit do
    let rows = [
        (
            HTTP,
            "http://127.0.0.1",
            Prompt,
            ["blocked", "asks", "reads"],
        ),
        (
            HTTP,
            "https://127.0.0.1",
            Prompt,
            ["blocked", "asks", "reads"],
        ),
        (
            HTTP,
            "http://192.168.77.7",
            Prompt,
            ["blocked", "asks", "reads"],
        ),
        (
            HTTP,
            "https://192.168.77.7",
            Prompt,
            ["blocked", "asks", "reads"],
        ),
        (
            HTTPS,
            "http://127.0.0.1",
            Prompt,
            ["asks", "asks", "blocked"],
        ),
        (
            HTTPS,
            "https://127.0.0.1",
            Prompt,
            ["asks", "asks", "reads"],
        ),
        (
            HTTPS,
            "http://192.168.77.7",
            Prompt,
            ["asks", "blocked", "blocked"],
        ),
        (
            HTTPS,
            "https://192.168.77.7",
            Prompt,
            ["asks", "asks", "reads"],
        ),
        (
            HTTP,
            "http://127.0.0.1",
            Granted,
            ["blocked", "reads", "reads"],
        ),
        (
            HTTP,
            "http://192.168.77.7",
            Granted,
            ["blocked", "reads", "reads"],
        ),
        (
            HTTPS,
            "http://127.0.0.1",
            Granted,
            ["reads", "reads", "blocked"],
        ),
        (
            HTTPS,
            "https://127.0.0.1",
            Granted,
            ["reads", "reads", "reads"],
        ),
        (
            HTTPS,
            "http://192.168.77.7",
            Granted,
            ["reads", "blocked", "blocked"],
        ),
        (
            HTTPS,
            "https://192.168.77.7",
            Granted,
            ["reads", "reads", "reads"],
        ),
        (
            HTTPS,
            "https://127.0.0.1",
            Denied,
            ["blocked", "blocked", "reads"],
        ),
        (
            HTTPS,
            "https://192.168.77.7",
            Denied,
            ["blocked", "blocked", "reads"],
        ),
        (
            "http://192.168.77.7",
            "http://127.0.0.1",
            Prompt,
            ["reads", "reads", "reads"],
        ),
        (
            "http://192.168.77.7",
            "https://127.0.0.1",
            Prompt,
            ["reads", "reads", "reads"],
        ),
        (
            "https://192.168.77.7",
            "http://127.0.0.1",
            Prompt,
            ["reads", "reads", "blocked"],
        ),
        (
            "https://192.168.77.7",
            "https://127.0.0.1",
            Prompt,
            ["reads", "reads", "reads"],
        ),
        (
            "http://127.0.0.1:81",
            "http://192.168.77.7",
            Prompt,
            ["reads", "reads", "reads"],
        ),
        (
            "http://127.0.0.1:81",
            "https://192.168.77.7",
            Prompt,
            ["reads", "reads", "reads"],
        ),
    ];
    for (origin, server, answer, expected) in rows {
        for method in ["GET", "PUT"] {
            let mut found = vec![];
            for access in [Chromium(answer), Firefox(answer), WebKit] {
                let mut page = Browser::at(origin).local_network_access(access);
                found.push(told(&fetch(&mut page, method, server).await));
            }
            assert_eq!(found, expected, "{method} {origin} → {server}, {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_host_is_known_by_its_text() {
    let rows: &[(&str, AddressSpace)] = &[
        ("127.0.0.1", Loopback),
        ("127.255.0.1", Loopback),
        ("198.18.0.1", Loopback),
        ("198.19.255.255", Loopback),
        ("localhost", Loopback),
        ("a.localhost", Loopback),
        ("localhost.", Loopback),
        ("[::1]", Loopback),
        ("[::]", Loopback),
        ("[::ffff:127.0.0.1]", Loopback),
        ("0.0.0.0", Loopback),
        ("0.0.0.1", Local),
        ("10.255.255.255", Local),
        ("100.64.0.1", Local),
        ("100.127.255.255", Local),
        ("172.16.0.1", Local),
        ("172.31.255.255", Local),
        ("192.168.0.1", Local),
        ("169.254.0.1", Local),
        ("[fc00::1]", Local),
        ("[fdff::1]", Local),
        ("[fe80::1]", Local),
        ("[feff::1]", Local),
        ("[2001:db8::1]", Local),
        ("[3fff:fff::1]", Local),
        ("[::ffff:10.0.0.1]", Local),
        ("printer.local", Local),
        ("local", Local),
        ("100.63.255.255", Public),
        ("100.128.0.0", Public),
        ("172.15.0.1", Public),
        ("172.32.0.1", Public),
        ("192.169.0.1", Public),
        ("198.20.0.1", Public),
        ("11.0.0.1", Public),
        ("[2001:db9::1]", Public),
        ("[3fff:1000::1]", Public),
        ("[fb00::1]", Public),
        ("[ff00::1]", Public),
        ("[::2]", Public),
        ("notlocal", Public),
        ("a.notlocalhost", Public),
        ("api.example.com", Public),
    ];
    for (host, space) in rows {
        let mut page = Browser::at(HTTPS).local_network_access(Chromium(Denied));
        let found = match fetch(&mut page, "GET", &format!("https://{host}/")).await {
            Ok(_) => Public,
            Err(blocked) => match blocked.cause() {
                Cause::LocalNetworkPermission {
                    space,
                    answer: Denied,
                } => *space,
                cause => panic!("{host}: {cause:?}"),
            },
        };
        assert_eq!(found, *space, "{host}");
    }
}

#[tokio::test]
async fn a_page_says_where_the_server_is() {
    const NAME: &str = "http://printer.example";
    // the address space of printer.example, the option of the page, the URL, and the cause
    let other = |space, target| Some(Cause::OtherAddressSpace { space, target });
    let rows: &[(AddressSpace, Option<AddressSpace>, &str, Option<Cause>)] = &[
        (Local, None, NAME, Some(Cause::MixedContent)),
        (Local, Some(Local), NAME, None),
        (Local, Some(Public), NAME, Some(Cause::MixedContent)),
        (Local, Some(Loopback), NAME, other(Local, Loopback)),
        (Public, Some(Local), NAME, other(Public, Local)),
        (Loopback, Some(Loopback), NAME, None),
        (Public, None, "http://printer.local", None),
        (Public, None, "http://10.0.0.1", None),
        (
            Public,
            Some(Loopback),
            "http://10.0.0.1",
            other(Local, Loopback),
        ),
        (Public, None, "http://8.8.8.8", Some(Cause::MixedContent)),
        // After a redirect, what the first URL said still counts.
        (Public, None, "http://10.0.0.1/?to=http://10.0.0.2/", None),
        (
            Public,
            None,
            "http://10.0.0.1/?to=http://127.0.0.1/",
            other(Loopback, Local),
        ),
        (
            Public,
            None,
            "https://a.example/?to=http://10.0.0.1/",
            Some(Cause::MixedContent),
        ),
    ];
    for (space, target, url, cause) in rows {
        let mut page = Browser::at(HTTPS)
            .local_network_access(Chromium(Granted))
            .address_space("printer.example", *space);
        if let Some(target) = target {
            page = page.target_address_space(*target);
        }
        let result = fetch(&mut page, "GET", url).await;
        let found = result.as_ref().err().map(Blocked::cause);
        assert_eq!(found, cause.as_ref(), "{url} {space:?} {target:?}");
    }
    // Firefox doesn't know the option, and a WebSocket doesn't have it.
    let page = Browser::at(HTTPS)
        .address_space("printer.example", Local)
        .target_address_space(Local);
    let mut firefox = page.clone().local_network_access(Firefox(Granted));
    assert_blocks!(fetch(&mut firefox, "GET", NAME).await, Step::MainFetch);
    let page = page.local_network_access(Chromium(Granted));
    let mut socket = page.mode(RequestMode::WebSocket);
    assert_blocks!(
        fetch(&mut socket, "GET", "ws://printer.example").await,
        Step::MainFetch
    );
}

#[tokio::test]
async fn what_is_asked_about() {
    // the browser, the page, the mode, the URL, and whether the visitor is asked
    let rows: &[(&str, LocalNetworkAccess, &str, RequestMode, &str, bool)] = &[
        (
            "not checked",
            NotChecked,
            HTTPS,
            RequestMode::Cors,
            "http://127.0.0.1",
            false,
        ),
        (
            "no-cors",
            Chromium(Prompt),
            HTTPS,
            RequestMode::NoCors,
            "http://127.0.0.1",
            true,
        ),
        (
            "a WebSocket",
            Chromium(Prompt),
            HTTPS,
            RequestMode::WebSocket,
            "ws://127.0.0.1",
            true,
        ),
        (
            "a link",
            Chromium(Prompt),
            HTTPS,
            RequestMode::Navigate,
            "http://127.0.0.1",
            false,
        ),
        (
            "a sandbox",
            Firefox(Prompt),
            "null",
            RequestMode::Cors,
            "http://127.0.0.1",
            true,
        ),
        (
            "the page itself",
            Chromium(Prompt),
            "https://192.168.0.1",
            RequestMode::Cors,
            "https://192.168.0.1/",
            false,
        ),
        (
            "a redirect",
            Chromium(Prompt),
            HTTPS,
            RequestMode::Cors,
            "https://a.example/?to=https://127.0.0.1/",
            true,
        ),
    ];
    for (name, access, page, mode, url, is_asked) in rows {
        let mut page = Browser::at(*page).mode(*mode).local_network_access(*access);
        let result = fetch(&mut page, "GET", url).await;
        let step = result.as_ref().err().map(Blocked::step);
        assert_eq!(
            step == Some(Step::LocalNetworkAccess),
            *is_asked,
            "{name}: {result:?}"
        );
    }
    // A page on the internet may be one on the local network at another address.
    let page = Browser::at(HTTPS).local_network_access(Chromium(Prompt));
    let mut page = page.address_space("PAGE.example", Local);
    assert_allows!(fetch(&mut page, "GET", "http://127.0.0.1").await);
    let mut page = page.redirect(RedirectMode::Manual);
    assert_allows!(fetch(&mut page, "GET", "http://127.0.0.1/?to=/x").await);
}

#[tokio::test]
async fn the_message_names_the_permission_and_no_change_of_the_policy() {
    let rows: &[(LocalNetworkAccess, &str, &str, &str)] = &[
        (
            Chromium(Prompt),
            "https://127.0.0.1",
            "the visitor's permission loopback-network",
            "beforehand",
        ),
        (
            Chromium(Denied),
            "https://10.0.0.1",
            "the visitor's permission local-network",
            "settings",
        ),
    ];
    for (access, url, needed, fix) in rows {
        let mut page = Browser::at(HTTPS).local_network_access(*access);
        let blocked = assert_blocks!(fetch(&mut page, "GET", url).await);
        assert_eq!(blocked.needed(), *needed);
        assert_eq!(blocked.fix(), "the policy needs no change");
        assert!(blocked.fix_in_general().contains(fix), "{blocked}");
        let standard = "https://wicg.github.io/local-network-access/#fetching";
        assert!(blocked.to_string().contains(standard), "{blocked}");
    }
    let mut page = Browser::at(HTTP).local_network_access(Chromium(Granted));
    let blocked = assert_blocks!(fetch(&mut page, "GET", "http://10.0.0.1").await);
    assert_eq!(*blocked.cause(), Cause::InsecurePage);
    assert_eq!(blocked.needed(), "a page on https");
}
