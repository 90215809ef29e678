//! Is this cookie sent, and stored?

use axum::Router;
use axum::routing::get;
use tower_cors::{CorsLayer, origin};

use crate::server::Server;
use crate::{PAGE, ask};

#[test]
fn each_browser_has_its_rules() {
    let url = "https://api.example.com/me";
    let none = "session=1; SameSite=None; Secure";
    for (name, page, cookie, browser, sent, stored) in [
        (
            "same site",
            "https://app.example.com",
            "session=1",
            "safari",
            "sent",
            "stored",
        ),
        (
            "lax",
            "https://app.example.org",
            "session=1; Secure",
            "chromium",
            "not-sent",
            "was not stored",
        ),
        (
            "none",
            "https://app.example.org",
            none,
            "chromium",
            "sent",
            "stored",
        ),
        (
            "none",
            "https://app.example.org",
            none,
            "firefox",
            "not-sent",
            "was stored",
        ),
        (
            "none",
            "https://app.example.org",
            none,
            "safari",
            "not-sent",
            "was not stored",
        ),
    ] {
        let said = ask(&[
            url,
            "--from",
            page,
            "--credentials",
            "--cookie",
            cookie,
            "--browser",
            browser,
            "--dry-run",
            "--json",
        ]);
        assert_eq!(said.status, 0, "{said:?}");
        let json = said.json();
        let name = format!("{name} in {browser}");
        assert_eq!(json["cookies"][0]["outcome"], sent, "{name}: {json}");
        assert_eq!(
            json["cookies"][0]["fix"].is_null(),
            sent == "sent",
            "{name}: {json}"
        );
        let if_set = json["cookies_if_set"][0].as_str().unwrap();
        assert!(if_set.contains(stored), "{name}: {if_set}");
    }
}

#[test]
fn a_cookie_that_no_page_can_have_is_not_sent() {
    let url = "https://api.example.com/me";
    let from = [
        "--from",
        "https://app.example.org",
        "--credentials",
        "--dry-run",
    ];
    let said = ask(&[&[url, "--cookie", "session=1; SameSite=None"], &from[..]].concat());
    assert!(
        said.row("cookie").contains("SameSite=None needs Secure"),
        "{said:?}"
    );
    assert!(!said.stdout.contains("> cookie"), "{said:?}");
    let said = ask(&[&[url, "--cookie", "session=\n1"], &from[..]].concat());
    assert_eq!(said.status, 2, "{said:?}");
}

#[test]
fn cookies_of_the_server_are_judged() {
    let layer = CorsLayer::builder()
        .allow_origins([origin!("http://app.localhost:5173")])
        .allow_credentials()
        .build()
        .unwrap();
    let login = || async { [("set-cookie", "session=geheim; SameSite=None")] };
    let server = Server::http(Router::new().route("/login", get(login)).layer(layer));
    let said = ask(&[&server.url("/login"), "--from", PAGE, "--credentials"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(
        said.row("cookie")
            .contains("was not stored: SameSite=None needs Secure"),
        "{said:?}"
    );
    assert!(!said.stdout.contains("geheim"), "{said:?}");
}
