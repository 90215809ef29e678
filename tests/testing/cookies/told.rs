//! What messages, fixes and audits say about cookies.

use super::*;

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
