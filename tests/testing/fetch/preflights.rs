//! When the browser sends a preflight, and how long it keeps the answer.

use super::*;

#[tokio::test]
async fn a_preflight_is_sent_where_the_standard_says() {
    let long = "a".repeat(129);
    let rows: &[(&str, &str, &[(&str, &str)], Option<&str>)] = &[
        ("simple GET", "GET", &[], None),
        (
            "simple POST",
            "POST",
            &[("content-type", "text/plain")],
            None,
        ),
        ("lower-case method is normalised", "get", &[], None),
        ("PUT", "PUT", &[], Some("")),
        (
            "JSON",
            "POST",
            &[("content-type", "application/json")],
            Some("content-type"),
        ),
        (
            "form with parameters",
            "POST",
            &[("content-type", "multipart/form-data; boundary=x")],
            None,
        ),
        (
            "plain text with white space before a parameter",
            "POST",
            &[("content-type", "Text/Plain\t ; charset=utf-8")],
            None,
        ),
        (
            "a content type that only starts like plain text",
            "POST",
            &[("content-type", "text/plain+json")],
            Some("content-type"),
        ),
        ("a tab in a value", "GET", &[("accept", "a\tb")], None),
        (
            "quotes in a value",
            "GET",
            &[("accept", "\"a\"")],
            Some("accept"),
        ),
        (
            "names are sorted, lower case, unique",
            "GET",
            &[("x-b", "1"), ("X-A", "1"), ("x-b", "2")],
            Some("x-a,x-b"),
        ),
        (
            "authorization",
            "GET",
            &[("authorization", "Bearer x")],
            Some("authorization"),
        ),
        (
            "a value of 129 bytes",
            "GET",
            &[("accept", &long)],
            Some("accept"),
        ),
        (
            "a value of 128 bytes",
            "GET",
            &[("accept", &long[1..])],
            None,
        ),
        (
            "a range with a start",
            "GET",
            &[("range", "bytes=0-")],
            None,
        ),
        (
            "a range whose end has more digits",
            "GET",
            &[("range", "bytes=9-10")],
            None,
        ),
        (
            "a range with zeros before its numbers",
            "GET",
            &[("range", "bytes=0009-10")],
            None,
        ),
        (
            "a range that goes backwards",
            "GET",
            &[("range", "bytes=10-09")],
            Some("range"),
        ),
        (
            "a range that goes backwards, of many digits",
            "GET",
            &[("range", "bytes=10000000000000000000000-9")],
            Some("range"),
        ),
        (
            "a forbidden header is left out",
            "GET",
            &[("cookie", "a=b"), ("sec-x", "1")],
            None,
        ),
        (
            "method override to a forbidden method",
            "GET",
            &[("x-http-method-override", "get, TRACE")],
            None,
        ),
        (
            "method override to a lawful method",
            "GET",
            &[("x-http-method-override", "PUT")],
            Some("x-http-method-override"),
        ),
    ];
    for (name, method, headers, asks) in rows {
        let mut page = Browser::at(PAGE);
        let fetched = assert_allows!(
            page.fetch(&mut open_server(), request(method, API, headers))
                .await
        );
        let preflight = fetched.preflights().next();
        let asked = preflight.map(|preflight| {
            let names = preflight
                .request_headers()
                .get("access-control-request-headers");
            names.map_or("", |names| names.to_str().unwrap())
        });
        assert_eq!(asked, *asks, "{name}");
        assert!(!fetched.used_preflight_cache(), "{name}");
    }
}

#[tokio::test]
async fn more_than_1024_safelisted_bytes_need_a_preflight() {
    let value = "a".repeat(128);
    let mut headers = vec![("accept", &*value); 7];
    // 7 × 128 bytes, and 128 with the next: 1,024 are within the limit.
    headers.push(("accept-language", &value));
    let mut page = Browser::at(PAGE);
    let within = page
        .fetch(&mut open_server(), request("GET", API, &headers))
        .await;
    assert_eq!(assert_allows!(within).preflights().count(), 0);

    headers.push(("content-language", "a"));
    let past = page
        .fetch(&mut open_server(), request("GET", API, &headers))
        .await;
    let past = assert_allows!(past);
    assert_eq!(
        past.preflights().next().unwrap().request_headers()["access-control-request-headers"],
        "accept,accept-language,content-language"
    );
}

#[tokio::test]
async fn a_preflight_has_no_credentials_and_the_actual_request_has_them() {
    let mut page = Browser::at(PAGE)
        .credentials(CredentialsMode::Include)
        .with_cookies("session=1")
        .with_http_authentication("Basic x");
    let fetched = assert_allows!(
        page.fetch(&mut open_server(), request("PUT", API, &[("x-a", "1")]))
            .await
    );
    let preflight = fetched.preflights().next().unwrap().request_headers();
    for name in ["cookie", "authorization", "x-a"] {
        assert!(!preflight.contains_key(name), "{name} on the preflight");
        assert!(actual(&fetched).contains_key(name), "{name} on the request");
    }
    assert_eq!(preflight["access-control-request-method"], "PUT");
    assert_eq!(preflight["accept"], "*/*");
}

#[tokio::test]
async fn a_preflight_stays_in_the_cache_for_its_max_age() {
    // the Access-Control-Max-Age lines, the seconds that pass, whether the cache still has the response
    let rows: &[(&[&str], u64, bool)] = &[
        (&[], 4, true),
        (&[], 5, false),
        (&["60"], 59, true),
        (&["60"], 60, false),
        (&["0"], 0, false),
        (&["-1"], 4, true),
        (&["-1"], 5, false),
        (&["60s"], 5, false),
        (&["60", "60"], 5, false),
        (&["99999999999999999999999"], 7199, true),
        (&["99999999999999999999999"], 7200, false),
    ];
    for (lines, later, is_kept) in rows {
        let mut server = server(|_| {
            let mut headers = vec![
                ("access-control-allow-origin", "*"),
                ("access-control-allow-methods", "PUT"),
            ];
            headers.extend(lines.iter().map(|line| ("access-control-max-age", *line)));
            response(200, &headers)
        });
        let mut page = Browser::at(PAGE);
        assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
        page.advance(Duration::from_secs(*later));
        let again = assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
        assert_eq!(again.used_preflight_cache(), *is_kept, "{lines:?} {later}");
        assert_eq!(again.preflights().count(), usize::from(!is_kept));
    }
}

#[tokio::test]
async fn a_cached_preflight_allows_only_what_it_lists() {
    use CredentialsMode::{Include, Omit};
    type Ask = (
        CredentialsMode,
        &'static str,
        &'static str,
        &'static [(&'static str, &'static str)],
    );
    const OTHER: &str = "https://api.other.example/other";
    let first: Ask = (Omit, "PUT", API, &[("x-a", "1")]);
    let rows: &[(&str, Ask, Ask, bool)] = &[
        ("the same again", first, first, true),
        ("fewer headers", first, (Omit, "PUT", API, &[]), true),
        (
            "another header",
            first,
            (Omit, "PUT", API, &[("x-b", "1")]),
            false,
        ),
        ("another method", first, (Omit, "DELETE", API, &[]), false),
        (
            "another URL",
            first,
            (Omit, "PUT", OTHER, &[("x-a", "1")]),
            false,
        ),
        (
            "without, then with credentials",
            first,
            (Include, "PUT", API, &[]),
            false,
        ),
        (
            "with, then without credentials",
            (Include, "PUT", API, &[]),
            (Omit, "PUT", API, &[]),
            true,
        ),
    ];
    for (name, first, second, is_spared) in rows {
        let mut page = Browser::at(PAGE);
        let mut last = None;
        for (credentials, method, url, headers) in [first, second] {
            page = page.credentials(*credentials);
            let fetched = page
                .fetch(&mut open_server(), request(method, url, headers))
                .await;
            last = Some(assert_allows!(fetched));
        }
        assert_eq!(last.unwrap().used_preflight_cache(), *is_spared, "{name}");
    }
}

#[tokio::test]
async fn a_cached_wildcard_allows_all_headers_except_authorization() {
    let mut server = server(|_| {
        let any = ("access-control-allow-headers", "*");
        response(200, &[("access-control-allow-origin", "*"), any])
    });
    let mut page = Browser::at(PAGE);
    let mut fetch = async |header| {
        page.fetch(&mut server, request("GET", API, &[(header, "1")]))
            .await
    };
    assert_allows!(fetch("x-a").await);
    assert!(assert_allows!(fetch("x-b").await).used_preflight_cache());
    let blocked = assert_blocks!(fetch("authorization").await, Step::Preflight);
    assert_eq!(blocked.exchanges().len(), 1);
}

#[tokio::test]
async fn a_failed_fetch_clears_the_cache() {
    let answers = std::cell::Cell::new(0);
    let mut server = server(|request| {
        let is_preflight = request.method() == Method::OPTIONS;
        if !is_preflight {
            answers.set(answers.get() + 1);
        }
        // The second actual response comes without CORS headers.
        if !is_preflight && answers.get() == 2 {
            return response(500, &[]);
        }
        response(
            200,
            &[
                ("access-control-allow-origin", "*"),
                ("access-control-allow-methods", "PUT"),
            ],
        )
    });
    let mut page = Browser::at(PAGE);
    assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
    assert_blocks!(
        page.fetch(&mut server, request("PUT", API, &[])).await,
        Step::CorsCheck
    );
    let third = assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
    assert_eq!(third.preflights().count(), 1);
}

#[tokio::test]
async fn an_upload_listener_needs_no_list_of_methods() {
    let mut server = server(|_| response(200, &[("access-control-allow-origin", "*")]));
    let mut page = Browser::at(PAGE).with_upload_listener();
    let first = assert_allows!(page.fetch(&mut server, request("POST", API, &[])).await);
    assert_eq!(first.preflights().count(), 1);
    // The cache has the method, although no list names it.
    let second = assert_allows!(page.fetch(&mut server, request("POST", API, &[])).await);
    assert!(second.used_preflight_cache());
    // Step 7.4 of the preflight also allows a method that is not safelisted.
    assert_allows!(page.fetch(&mut server, request("PUT", API, &[])).await);
    let mut without = Browser::at(PAGE);
    assert_blocks!(
        without.fetch(&mut server, request("PUT", API, &[])).await,
        Step::Preflight
    );
}

/// Only for a page with an upload listener does a missing list name the method of the request.
#[tokio::test]
async fn a_preflight_without_a_list_of_methods_does_not_serve_an_upload_listener() {
    let mut server = server(|_| {
        let headers = ("access-control-allow-headers", "x-a");
        response(200, &[("access-control-allow-origin", "*"), headers])
    });
    let mut page = Browser::at(PAGE);
    let post = || request("POST", API, &[("x-a", "1")]);
    assert_allows!(page.fetch(&mut server, post()).await);
    assert!(assert_allows!(page.fetch(&mut server, post()).await).used_preflight_cache());
    page = page.with_upload_listener();
    let listened = assert_allows!(page.fetch(&mut server, post()).await);
    assert_eq!(listened.preflights().count(), 1);
}
