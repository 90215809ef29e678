//! Cookies of another site than the page: partitioned, blocked, granted.

use super::*;

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
