//! Which cookies a browser sends.

use super::*;

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
async fn each_engine_has_its_own_loopback_exception() {
    let mut webkit = Browser::at("http://localhost:3000").without_secure_cookies_on_loopback();
    let fetched = fetch(&mut webkit, "/?set=a=1; Secure").await;
    assert_eq!(outcomes(fetched.cookies()), [NotStored(CookieRule::Secure)]);
    let https = fetched.cookies()[0].fix().unwrap();
    assert!(https.starts_with("use https"), "{https}");
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
