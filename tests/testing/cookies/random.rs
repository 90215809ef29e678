//! Random cookies and pages.

use super::*;

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
