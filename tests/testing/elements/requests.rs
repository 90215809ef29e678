//! Event sources, beacons, forms and streamed bodies.

use super::*;

#[tokio::test]
async fn an_event_source_reads_streams_of_events_only() {
    // the answer, and at which step it fails
    let rows: &[(u16, Lines<'_>, Option<Step>)] = &[
        (200, &[ANY, STREAM], None),
        (
            200,
            &[ANY, ("content-type", "TEXT/event-stream; charset=utf-8")],
            None,
        ),
        (
            200,
            &[ANY, ("content-type", "text/html, text/event-stream")],
            None,
        ),
        (200, &[STREAM], Some(Step::CorsCheck)),
        (200, &[ANY], Some(Step::EventSource)),
        (
            200,
            &[ANY, ("content-type", "text/event-streams")],
            Some(Step::EventSource),
        ),
        (
            200,
            &[ANY, ("content-type", "application/json")],
            Some(Step::EventSource),
        ),
        (204, &[ANY, STREAM], Some(Step::EventSource)),
        (500, &[ANY, STREAM], Some(Step::EventSource)),
    ];
    for (status, lines, step) in rows {
        let mut page = Browser::at(PAGE).mode(RequestMode::EventSource);
        let result = fetch(&mut page, Request::get(API), "", Answer(*status, lines)).await;
        let failed = result.as_ref().err().map(Blocked::step);
        assert_eq!(failed, *step, "{status} {lines:?}");
        match result {
            Ok(fetched) => assert_eq!(fetched.outcome(), PageOutcome::Reads),
            Err(blocked) => assert_eq!(blocked.outcome(), PageOutcome::Withheld),
        }
    }
}

#[tokio::test]
async fn an_event_source_has_its_own_headers_and_no_preflight() {
    // the credentials mode of the page, and whether another origin and its own get the cookie
    for (credentials, to_other, to_own) in [
        (CredentialsMode::Omit, false, true),
        (CredentialsMode::SameOrigin, false, true),
        (CredentialsMode::Include, true, true),
    ] {
        for (url, has_cookie) in [(API, to_other), ("https://app.example.com/", to_own)] {
            let mut page = Browser::at(PAGE)
                .mode(RequestMode::EventSource)
                .credentials(credentials)
                .destination(Destination::Image)
                .with_cookies("a=1");
            let request = Request::get(url)
                .header("last-event-id", "7\u{e9}")
                .header("authorization", "Bearer x")
                .header("accept", "text/plain");
            let answer = Answer(200, &[NAMED, TRUE, STREAM]);
            let fetched = assert_allows!(fetch(&mut page, request, "", answer).await);
            assert_eq!(fetched.preflights().count(), 0);
            let ignored = fetched.ignored_request_headers();
            assert_eq!(ignored, ["authorization", "accept"]);
            let exchanges = fetched.exchanges();
            assert!(exchanges[0].request_headers().contains_key("last-event-id"));
            for (name, value) in [
                ("accept", "text/event-stream"),
                ("cache-control", "no-cache"),
                ("sec-fetch-mode", "cors"),
                ("sec-fetch-dest", "empty"),
            ] {
                assert_eq!(sent(exchanges, name), Some(value));
            }
            let cookie = sent(exchanges, "cookie");
            assert_eq!(cookie.is_some(), has_cookie, "{credentials:?} {url}");
        }
    }
    let mut page = Browser::at(PAGE).mode(RequestMode::EventSource);
    let post = fetch(
        &mut page,
        Request::post(API),
        "",
        Answer(200, &[ANY, STREAM]),
    )
    .await;
    assert_eq!(*assert_blocks!(post).cause(), Cause::MethodNeedsCors);
}

#[tokio::test]
async fn a_beacon_is_sent_as_its_content_type_allows() {
    const HEADERS: (&str, &str) = ("access-control-allow-headers", "content-type");
    // the type of the data, the answer, the mode that is sent, and at which step it fails
    let rows: &[(Option<&str>, Lines<'_>, &str, Option<Step>)] = &[
        (None, &[], "no-cors", None),
        (Some("text/plain;charset=UTF-8"), &[], "no-cors", None),
        (
            Some("application/x-www-form-urlencoded"),
            &[],
            "no-cors",
            None,
        ),
        (
            Some("multipart/form-data; boundary=x"),
            &[],
            "no-cors",
            None,
        ),
        (Some("application/json"), &[], "", Some(Step::Preflight)),
        (
            Some("application/json"),
            &[NAMED, HEADERS],
            "",
            Some(Step::Preflight),
        ),
        (
            Some("application/json"),
            &[ANY, TRUE, HEADERS],
            "",
            Some(Step::Preflight),
        ),
        (
            Some("application/json"),
            &[NAMED, TRUE, HEADERS],
            "cors",
            None,
        ),
    ];
    for (content_type, lines, mode, step) in rows {
        let mut page = Browser::at(PAGE)
            .mode(RequestMode::Beacon)
            .credentials(CredentialsMode::Omit)
            .with_cookies("a=1");
        let mut request = Request::post(API).header("x-a", "1");
        if let Some(content_type) = content_type {
            request = request.header("content-type", *content_type);
        }
        let result = fetch(&mut page, request, "data", Answer(200, lines)).await;
        let failed = result.as_ref().err().map(Blocked::step);
        assert_eq!(failed, *step, "{content_type:?} {lines:?}");
        let Ok(fetched) = result else { continue };
        assert_eq!(fetched.response_type(), ResponseType::Opaque);
        assert_eq!(fetched.outcome(), PageOutcome::Opaque);
        assert_eq!(fetched.ignored_request_headers(), ["x-a"]);
        let exchanges = fetched.exchanges();
        assert_eq!(sent(exchanges, "sec-fetch-mode"), Some(*mode));
        assert_eq!(sent(exchanges, "cookie"), Some("a=1"));
        assert_eq!(sent(exchanges, "content-type"), *content_type);
        assert_eq!(sent(exchanges, "origin"), Some(PAGE));
    }
    let mut page = Browser::at(PAGE).mode(RequestMode::Beacon);
    let get = fetch(&mut page, Request::get(API), "", Answer(200, &[])).await;
    assert_eq!(*assert_blocks!(get).cause(), Cause::MethodNeedsCors);
    // Its own server's response stays hidden too.
    let own = Request::post("https://app.example.com/");
    let fetched = assert_allows!(fetch(&mut page, own, "data", Answer(200, &[STREAM])).await);
    assert_eq!((fetched.status(), fetched.headers().len()), (None, 0));
}

#[tokio::test]
async fn what_outlives_its_page_is_short() {
    let page = Browser::at(PAGE);
    let (beacon, plain) = (page.clone().mode(RequestMode::Beacon), page.clone());
    let rows = [
        ("a beacon", beacon.clone(), 65_536, None),
        ("a beacon", beacon, 65_537, Some(Step::Request)),
        ("keepalive", page.clone().with_keepalive(), 65_536, None),
        (
            "keepalive",
            page.with_keepalive(),
            65_537,
            Some(Step::Network),
        ),
        ("fetch", plain, 65_537, None),
    ];
    for (name, mut page, length, step) in rows {
        let body = "x".repeat(length);
        let request = Request::post("https://app.example.com/");
        let result = fetch(&mut page, request, &body, Answer(200, &[])).await;
        let failed = result.as_ref().err().map(Blocked::step);
        assert_eq!(failed, step, "{name} {length}");
        if let Err(blocked) = result {
            assert_eq!(*blocked.cause(), Cause::KeepaliveTooLong { limit: 65_536 });
            assert!(blocked.exchanges().is_empty());
        }
    }
}

#[tokio::test]
async fn a_form_sends_three_types_of_content() {
    // the Content-Type that the test sets, and whether a form can have it
    for (content_type, is_sent) in [
        ("application/x-www-form-urlencoded", true),
        ("multipart/form-data; boundary=x", true),
        ("text/plain", true),
        ("application/json", false),
        ("text/plain; a=\"{}\"", false),
    ] {
        let request = Request::post(API)
            .header("content-type", content_type)
            .header("accept", "text/plain")
            .header("accept-language", "de");
        let mut page = Browser::at(PAGE).mode(RequestMode::Navigate);
        let fetched = assert_allows!(fetch(&mut page, request, "a=b", Answer(200, &[])).await);
        let exchanges = fetched.exchanges();
        assert_eq!(
            sent(exchanges, "content-type").is_some(),
            is_sent,
            "{content_type}"
        );
        assert!(sent(exchanges, "accept").unwrap().starts_with("text/html,"));
        assert_eq!(sent(exchanges, "accept-language"), None);
        assert_eq!(sent(exchanges, "sec-fetch-dest"), Some("document"));
    }
}

#[tokio::test]
async fn a_streamed_body_has_a_preflight_and_is_read_once() {
    let streaming = || Browser::at(PAGE).with_streamed_body();
    let location = ("location", "/next");
    // the page, the body, the answer; the cause, the preflights and the requests
    let rows: &[(&str, Browser, &str, Answer<'_>, Option<Cause>, [usize; 2])] = &[
        (
            "a stream",
            streaming(),
            "x",
            Answer(200, &[ANY]),
            None,
            [1, 1],
        ),
        (
            "no body",
            streaming(),
            "",
            Answer(200, &[ANY]),
            None,
            [0, 1],
        ),
        (
            "a redirect",
            streaming().redirect(RedirectMode::Manual),
            "x",
            Answer(200, &[ANY]),
            None,
            [1, 1],
        ),
        (
            "without CORS",
            streaming().mode(RequestMode::NoCors),
            "x",
            Answer(200, &[]),
            Some(Cause::StreamNotAllowed),
            [0, 0],
        ),
        (
            "a beacon",
            streaming().mode(RequestMode::Beacon),
            "x",
            Answer(200, &[]),
            Some(Cause::StreamNotAllowed),
            [0, 0],
        ),
        (
            "keepalive",
            streaming().with_keepalive(),
            "x",
            Answer(200, &[ANY]),
            Some(Cause::StreamNotAllowed),
            [0, 0],
        ),
    ];
    for (name, page, body, answer, cause, [preflights, requests]) in rows {
        let mut page = page.clone();
        let answer = Answer(answer.0, answer.1);
        let result = fetch(&mut page, Request::post(API), body, answer).await;
        assert_eq!(
            result.as_ref().err().map(Blocked::cause),
            cause.as_ref(),
            "{name}"
        );
        let exchanges = match &result {
            Ok(fetched) => fetched.exchanges(),
            Err(blocked) => blocked.exchanges(),
        };
        let asked = exchanges.iter().filter(|one| one.is_preflight()).count();
        assert_eq!(
            [asked, exchanges.len() - asked],
            [*preflights, *requests],
            "{name}"
        );
        let has_length = sent(exchanges, "content-length").is_some();
        assert_eq!(has_length, *name == "no body", "{name}");
    }
    // To the page's own server, where no preflight hides the status.
    for (status, fails) in [(303, false), (302, true), (307, true)] {
        let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
            let mut response = Response::new(Full::<Bytes>::default());
            if request.uri().path() == "/" {
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                let value = HeaderValue::from_static(location.1);
                response.headers_mut().insert(location.0, value);
            }
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let request = Request::post("/").body(Full::from("x")).unwrap();
        match streaming().fetch(&mut app, request).await {
            Ok(fetched) => assert_eq!((fetched.redirects(), fails), (1, false), "{status}"),
            Err(blocked) => {
                assert_eq!(*blocked.cause(), Cause::StreamCannotRepeat, "{status}");
                assert!(fails, "{status}");
            }
        }
    }
    // 421 is not asked again.
    let mut page = streaming();
    let own = Request::post("https://app.example.com/");
    let fetched = assert_allows!(fetch(&mut page, own, "x", Answer(421, &[])).await);
    assert_eq!(fetched.exchanges().len(), 1);
}
