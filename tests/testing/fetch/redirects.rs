//! How the browser follows redirects.

use super::*;

/// A server that redirects until the path is `/end`.
fn redirecting(
    hops: &[(&'static str, u16, &'static str)],
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + use<> {
    let hops = hops.to_vec();
    server(move |request| {
        let origin = origin_of(request);
        let mut headers = vec![
            ("access-control-allow-origin", &*origin),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "PUT"),
            ("access-control-allow-headers", "authorization,content-type"),
        ];
        if request.method() == Method::OPTIONS {
            return response(204, &headers);
        }
        let here = request.uri().to_string();
        match hops.iter().find(|(from, ..)| *from == here) {
            Some((_, status, to)) => {
                headers.push(("location", to));
                response(*status, &headers)
            }
            None => response(200, &headers),
        }
    })
}

#[tokio::test]
async fn redirects_change_the_request_as_the_standard_says() {
    let rows = [
        (301, "POST", "GET", false),
        (302, "POST", "GET", false),
        (303, "POST", "GET", false),
        (303, "PUT", "GET", false),
        (307, "POST", "POST", true),
        (308, "POST", "POST", true),
        (301, "PUT", "PUT", true),
        (302, "PUT", "PUT", true),
    ];
    for (status, method, becomes, keeps_body) in rows {
        let mut server = server(|request| {
            if request.uri().path() == "/end" {
                response(200, &[])
            } else {
                response(status, &[("location", "/end")])
            }
        });
        let mut request = request(method, "/start", &[("content-type", "text/plain")]);
        *request.body_mut() = Full::from("body");
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, request).await);
        let last = fetched.exchanges().last().unwrap();
        assert_eq!(last.method(), becomes, "{status} {method}");
        let headers = last.request_headers();
        assert_eq!(
            headers.contains_key("content-type"),
            keeps_body,
            "{status} {method}"
        );
        assert_eq!(
            headers
                .get("content-length")
                .map_or("0", |length| length.to_str().unwrap()),
            if keeps_body { "4" } else { "0" },
            "{status} {method}"
        );
    }
}

#[tokio::test]
async fn a_redirect_never_changes_a_method_that_reads() {
    for (status, method) in [(301, "GET"), (302, "HEAD"), (303, "GET"), (303, "HEAD")] {
        let mut server = redirecting(&[("https://app.example.com/start", status, "/end")]);
        let request = request(method, "/start", &[]);
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, request).await);
        let last = fetched.exchanges().last().unwrap();
        assert_eq!(last.uri(), "https://app.example.com/end");
        assert_eq!(last.method(), method, "{status}");
    }
}

#[tokio::test]
async fn a_page_may_be_redirected_to_a_url_with_a_user_name_on_its_own_server() {
    let to = "https://a:b@app.example.com/end";
    let mut server = redirecting(&[("https://app.example.com/start", 302, to)]);
    let mut page = Browser::at(PAGE);
    let fetched = page.fetch(&mut server, request("GET", "/start", &[])).await;
    assert_eq!(assert_allows!(fetched).url(), "https://app.example.com/end");
}

#[tokio::test]
async fn a_redirect_from_one_foreign_origin_to_another_makes_the_origin_null() {
    let mut server = redirecting(&[
        ("https://app.example.com/start", 307, "https://b.example/"),
        ("https://b.example/", 307, "https://b.example/second"),
        (
            "https://b.example/second",
            307,
            "https://app.example.com/end",
        ),
    ]);
    let fetched = assert_allows!(
        Browser::at(PAGE)
            .fetch(&mut server, request("GET", "/start", &[]))
            .await
    );
    let origins: Vec<_> = fetched
        .exchanges()
        .iter()
        .map(|exchange| {
            let origin = exchange.request_headers().get("origin");
            origin.map_or("none", |origin| origin.to_str().unwrap())
        })
        .collect();
    // Even the page's own server gets "null", because another origin redirected to it.
    assert_eq!(origins, ["none", PAGE, PAGE, "null"]);
    assert_eq!(fetched.response_type(), ResponseType::Cors);
}

#[tokio::test]
async fn a_preflighted_request_is_preflighted_again_at_each_origin() {
    let mut server = redirecting(&[(API, 307, "https://b.example/end")]);
    let headers = [
        ("authorization", "Bearer x"),
        ("content-type", "application/json"),
    ];
    let fetched = assert_allows!(
        Browser::at(PAGE)
            .fetch(&mut server, request("PUT", API, &headers))
            .await
    );
    let asked: Vec<_> = fetched
        .preflights()
        .map(|preflight| preflight.request_headers()["access-control-request-headers"].clone())
        .collect();
    // Authorization is not for the other origin.
    assert_eq!(asked, ["authorization,content-type", "content-type"]);
}

#[tokio::test]
async fn cookies_stay_with_their_host_and_authentication_with_its_origin() {
    // the URL of the redirect, and whether the browser sends it cookies and authentication
    for (to, cookie, authorization) in [
        ("https://api.example.com/end", true, true),
        ("https://api.example.com:8443/end", true, false),
        ("https://b.example/end", false, false),
        ("https://example.com/end", false, false),
        ("http://localhost/end", false, false),
    ] {
        let mut server = redirecting(&[("https://api.example.com/start", 307, to)]);
        // A redirect can make the origin null, which the server allows too.
        let mut page = Browser::at("null")
            .credentials(CredentialsMode::Include)
            .with_cookies("a=b")
            .with_http_authentication("Basic eDp5");
        let start = request("GET", "https://api.example.com/start", &[]);
        let fetched = assert_allows!(page.fetch(&mut server, start).await);
        let [first, last] = fetched.exchanges() else {
            panic!("{to}: {fetched}");
        };
        let has = |exchange: &Exchange, name| exchange.request_headers().contains_key(name);
        assert!(has(first, "cookie") && has(first, "authorization"), "{to}");
        assert_eq!(has(last, "cookie"), cookie, "{to}");
        assert_eq!(has(last, "authorization"), authorization, "{to}");
    }
}

#[tokio::test]
async fn cookies_of_https_do_not_go_over_http() {
    let mut server = redirecting(&[("https://localhost/start", 307, "http://localhost/end")]);
    let mut page = Browser::at("null")
        .credentials(CredentialsMode::Include)
        .with_cookies("a=b");
    let start = request("GET", "https://localhost/start", &[]);
    let fetched = assert_allows!(page.fetch(&mut server, start).await);
    let last = &fetched.exchanges()[1];
    assert!(!last.request_headers().contains_key("cookie"));
}

#[tokio::test]
async fn redirect_modes_follow_fail_or_stop() {
    let hop = "https://api.other.example/start";
    let mut server = redirecting(&[("https://api.other.example/start", 302, "/end")]);
    let mut page = Browser::at(PAGE);
    let followed = assert_allows!(page.fetch(&mut server, request("GET", hop, &[])).await);
    assert_eq!(followed.url(), "https://api.other.example/end");
    assert_eq!(followed.redirects(), 1);

    page = page.redirect(RedirectMode::Error);
    let blocked = assert_blocks!(
        page.fetch(&mut server, request("GET", hop, &[])).await,
        Step::Redirect
    );
    assert_eq!(*blocked.cause(), Cause::RedirectForbidden);
    assert_eq!(blocked.sent(), "302 Found");
    assert_eq!(blocked.needed(), "a response that is not a redirect");

    page = page.redirect(RedirectMode::Manual);
    let stopped = assert_allows!(page.fetch(&mut server, request("GET", hop, &[])).await);
    assert_eq!(stopped.response_type(), ResponseType::OpaqueRedirect);
    assert_eq!((stopped.status(), stopped.headers().len()), (None, 0));
}

#[tokio::test]
async fn locations_are_read_as_urls() {
    let rows = [
        ("/a/../b", "https://api.other.example/b"),
        ("c?d=e#f", "https://api.other.example/start/c?d=e"),
        ("?x", "https://api.other.example/start/here?x"),
        ("..", "https://api.other.example/"),
        ("./%2e%2E/z", "https://api.other.example/z"),
        ("//B.example:443/é x", "https://b.example/%C3%A9%20x"),
        ("HTTPS:\\\\b.example\\y", "https://b.example/y"),
        ("https://b.example", "https://b.example/"),
        ("https:c", "https://api.other.example/start/c"),
        ("https://b.example/..?x", "https://b.example/?x"),
        ("//bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://127.1/", "https://127.0.0.1/"),
        ("https://[0:0::1]:8443/", "https://[::1]:8443/"),
    ];
    for (location, url) in rows {
        let mut server = server(|request| {
            let mut response = response(200, &[("access-control-allow-origin", "*")]);
            if request.uri().path() == "/start/here" && request.uri().query().is_none() {
                *response.status_mut() = StatusCode::FOUND;
                let value = HeaderValue::from_bytes(location.as_bytes()).unwrap();
                response.headers_mut().insert("location", value);
            }
            response
        });
        let start = request("GET", "https://api.other.example/start/here", &[]);
        let fetched = assert_allows!(Browser::at(PAGE).fetch(&mut server, start).await);
        assert_eq!(fetched.url(), url, "{location}");
    }
}
