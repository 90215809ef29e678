//! Responses that do not end.

use super::*;

/// Ends only with the process, and holds the waker all the time.
fn sleeping<T>() -> impl Stream<Item = T> {
    stream::once(async {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        unreachable!("a test does not last an hour")
    })
}

fn chunks(texts: &'static [&str]) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter(
        texts
            .iter()
            .map(|text| Ok(Bytes::from_static(text.as_bytes()))),
    )
}

fn streams() -> Router {
    let event = |data: &'static str| Ok::<_, Infallible>(Event::default().data(data));
    Router::new()
        .route(
            "/events",
            get(move || async move {
                Sse::new(stream::iter(["one", "two"]).map(event).chain(sleeping()))
            }),
        )
        .route(
            "/flood",
            get(move || async move { Sse::new(stream::repeat("x").map(event)) }),
        )
        .route(
            "/no-event-yet",
            get(|| async { Sse::new(stream::pending::<Result<Event, Infallible>>()) }),
        )
        .route(
            "/lines",
            get(|| async { Body::from_stream(chunks(&["a\n"]).chain(sleeping())) }),
        )
        .route(
            "/silent",
            get(|| async { Body::from_stream(sleeping::<Result<Bytes, Infallible>>()) }),
        )
        .route(
            "/never-woken",
            get(|| async { Body::from_stream(chunks(&["a", "b"]).chain(stream::pending())) }),
        )
        .route("/whole", get(|| async { "whole" }))
        .layer(cors())
}

#[tokio::test]
async fn a_page_reads_a_stream_as_it_comes() {
    // the path, how many chunks the test reads, the chunks, and whether the body has ended
    let rows: &[(&str, Option<usize>, &[&str], bool)] = &[
        ("/events", None, &["data: one\n\n", "data: two\n\n"], false),
        ("/events", Some(1), &["data: one\n\n"], false),
        ("/events", Some(0), &[], false),
        ("/no-event-yet", None, &[], false),
        ("/lines", None, &["a\n"], false),
        ("/silent", None, &[], false),
        ("/never-woken", None, &["a", "b"], false),
        ("/never-woken", Some(2), &["a", "b"], false),
        ("/whole", None, &["whole"], true),
        ("/whole", Some(1), &["whole"], true),
        ("/whole", Some(7), &["whole"], true),
    ];
    for (path, count, chunks, is_complete) in rows {
        let mut page = Browser::at(PAGE).time_limit(LIMIT);
        if let Some(count) = count {
            page = page.first_chunks(*count);
        }
        let fetched = assert_allows!(page.fetch(&mut streams(), to(path)).await);
        assert_eq!(fetched.status(), Some(StatusCode::OK), "{path}");
        assert_eq!(fetched.chunks(), *chunks, "{path} {count:?}");
        assert_eq!(fetched.body(), chunks.concat().as_bytes(), "{path}");
        assert_eq!(fetched.is_body_complete(), *is_complete, "{path} {count:?}");
        let shows_more = fetched.to_string().contains("and more to come");
        assert_eq!(shows_more, !is_complete, "{fetched}");
    }
    let mut page = Browser::at(PAGE).body_limit(1024);
    let fetched = assert_allows!(page.fetch(&mut streams(), to("/flood")).await);
    assert!(!fetched.is_body_complete() && fetched.body().len() <= 1024);
    for path in ["/events", "/lines"] {
        let mut evil = Browser::at(EVIL).time_limit(LIMIT);
        let fetched = evil.fetch(&mut streams(), to(path)).await;
        assert_blocks!(fetched, Step::CorsCheck);
    }
}

#[tokio::test]
async fn the_first_chunks_are_those_of_the_response() {
    let echo =
        |body: Bytes| async move { Body::from_stream(stream::iter([Ok::<_, Infallible>(body)])) };
    let mut app = Router::new().route("/echo", post(echo));
    let body = Body::from_stream(chunks(&["a", "b", "c"]));
    let request = Request::post("/echo").body(body).unwrap();
    let mut page = Browser::at(PAGE).first_chunks(1);
    let fetched = assert_allows!(page.fetch(&mut app, request).await);
    assert_eq!(fetched.chunks(), ["abc"]);
}

#[tokio::test]
async fn a_stream_is_not_a_failure_for_an_audit() {
    let paths = [
        "/events",
        "/flood",
        "/no-event-yet",
        "/lines",
        "/silent",
        "/whole",
    ];
    let audit = Audit::new().page(PAGE).time_limit(LIMIT);
    let report = audit.run(&mut streams(), paths).await;
    assert!(report.is_clean(), "{report}");
}
