//! Which cookies a browser stores.

use super::*;

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
