//! WebSocket handshakes.

use super::*;

/// A route that completes every handshake, as a server with a real connection does.
async fn accept(asked: HeaderMap) -> Response {
    let headers = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ];
    let mut response = (StatusCode::SWITCHING_PROTOCOLS, headers).into_response();
    if let Some(protocol) = asked.get("sec-websocket-protocol") {
        let headers = response.headers_mut();
        headers.insert("sec-websocket-protocol", protocol.clone());
    }
    response
}

async fn only_the_page(request: AxumRequest, next: Next) -> Response {
    if request
        .headers()
        .get("origin")
        .is_some_and(|origin| origin == PAGE)
    {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

fn websocket() -> Router {
    Router::new().route("/ws", any(accept))
}

fn handshake() -> Request<Body> {
    let request = Request::get("wss://api.example.com/ws").header("sec-websocket-protocol", "chat");
    request.header("x-other", "1").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_websocket_opens_whatever_the_cors_headers_say() {
    let rows: [(&str, fn() -> Router, &str, Option<u16>); 6] = [
        ("no CORS", websocket, EVIL, None),
        ("a layer", || websocket().layer(cors()), EVIL, None),
        (
            "a layer that rejects others",
            || websocket().layer(rejecting()),
            PAGE,
            None,
        ),
        (
            "a layer that rejects",
            || websocket().layer(rejecting()),
            EVIL,
            Some(403),
        ),
        (
            "a handler that rejects",
            || websocket().layer(from_fn(only_the_page)),
            EVIL,
            Some(403),
        ),
        (
            "not a WebSocket",
            || Router::new().route("/ws", get(|| async {})),
            PAGE,
            Some(200),
        ),
    ];
    for (name, app, page, refused) in rows {
        let mut page = Browser::at(page).mode(RequestMode::WebSocket);
        match (page.fetch(&mut app(), handshake()).await, refused) {
            (Ok(fetched), None) => {
                assert_eq!(
                    fetched.status(),
                    Some(StatusCode::SWITCHING_PROTOCOLS),
                    "{name}"
                );
                let told = fetched.to_string();
                assert!(
                    told.starts_with("allowed: the browser opens the WebSocket"),
                    "{told}"
                );
            }
            (Err(blocked), Some(status)) => {
                let status = StatusCode::from_u16(status).unwrap();
                assert_eq!(blocked.step(), Step::WebSocket, "{name}");
                assert_eq!(
                    *blocked.cause(),
                    Cause::HandshakeRefused { status },
                    "{name}"
                );
                let has_origins = blocked.fix().contains(".allow_origins(");
                assert_eq!(has_origins, status == StatusCode::FORBIDDEN, "{blocked}");
            }
            (result, _) => panic!("{name}: {result:?}"),
        }
    }
}

/// The response of a server to a handshake that asks for these protocols.
async fn open(
    asked: &[&str],
    status: u16,
    answer: &[(&'static str, &'static str)],
) -> Result<Fetched, Blocked> {
    let mut app = tower::service_fn(|_: Request<Body>| {
        let mut response = StatusCode::from_u16(status).unwrap().into_response();
        for (name, value) in answer {
            let value = axum::http::HeaderValue::from_static(value);
            response.headers_mut().append(*name, value);
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let mut request = Request::get("wss://api.example.com/ws");
    for protocol in asked {
        request = request.header("sec-websocket-protocol", *protocol);
    }
    let request = request.body(Body::empty()).unwrap();
    let mut page = Browser::at(PAGE).mode(RequestMode::WebSocket);
    page.fetch(&mut app, request).await
}

#[tokio::test]
async fn a_handshake_needs_the_status_and_all_headers() {
    const UPGRADE: (&str, &str) = ("upgrade", "websocket");
    const CONNECTION: (&str, &str) = ("connection", "Upgrade");
    const ACCEPT: (&str, &str) = ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    const CHAT: (&str, &str) = ("sec-websocket-protocol", "chat");
    const NAME: &str = "sec-websocket-extensions";
    // the protocols that the page asks for, what the server answers, and what is wrong with it
    let rows: &[(&[&str], &[(&'static str, &'static str)], &str)] = &[
        (&[], &[UPGRADE, CONNECTION, ACCEPT], ""),
        (&[], &[("upgrade", "WebSocket"), CONNECTION, ACCEPT], ""),
        (
            &[],
            &[UPGRADE, ("connection", "keep-alive, upgrade"), ACCEPT],
            "",
        ),
        (&[], &[CONNECTION, ACCEPT], "Upgrade"),
        (
            &[],
            &[("upgrade", "h2c, websocket"), CONNECTION, ACCEPT],
            "Upgrade",
        ),
        (&[], &[UPGRADE, UPGRADE, CONNECTION, ACCEPT], "Upgrade"),
        (&[], &[UPGRADE, ACCEPT], "Connection"),
        (
            &[],
            &[UPGRADE, ("connection", "upgraded"), ACCEPT],
            "Connection",
        ),
        (&[], &[UPGRADE, CONNECTION], "Sec-WebSocket-Accept"),
        (
            &[],
            &[UPGRADE, CONNECTION, ACCEPT, ACCEPT],
            "Sec-WebSocket-Accept",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ("sec-websocket-accept", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="),
            ],
            "Sec-WebSocket-Accept",
        ),
        (&["chat"], &[UPGRADE, CONNECTION, ACCEPT, CHAT], ""),
        (&["v1, chat"], &[UPGRADE, CONNECTION, ACCEPT, CHAT], ""),
        (&["v1", "chat"], &[UPGRADE, CONNECTION, ACCEPT, CHAT], ""),
        (&["chat"], &[UPGRADE, CONNECTION, ACCEPT], "chooses none"),
        (
            &["Chat"],
            &[UPGRADE, CONNECTION, ACCEPT, CHAT],
            "not one that",
        ),
        (
            &["v1"],
            &[UPGRADE, CONNECTION, ACCEPT, CHAT],
            "not one that",
        ),
        (&[], &[UPGRADE, CONNECTION, ACCEPT, CHAT], "not one that"),
        (
            &["chat"],
            &[UPGRADE, CONNECTION, ACCEPT, CHAT, CHAT],
            "several",
        ),
        (
            &["chat, v1"],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                ("sec-websocket-protocol", "chat, v1"),
            ],
            "not one that",
        ),
        (
            &[],
            &[UPGRADE, CONNECTION, ACCEPT, (NAME, "permessage-deflate")],
            "",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                (
                    NAME,
                    "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                     server_max_window_bits=15; client_max_window_bits=\"8\"",
                ),
            ],
            "",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                (NAME, "x-webkit-deflate-frame"),
            ],
            "not offered",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                (NAME, "permessage-deflate, permessage-bzip2"),
            ],
            "not offered",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                (NAME, "permessage-deflate; bits=1"),
            ],
            "parameters",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                (NAME, "permessage-deflate; server_max_window_bits"),
            ],
            "parameters",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                (NAME, "permessage-deflate; server_max_window_bits=16"),
            ],
            "parameters",
        ),
        (
            &[],
            &[
                UPGRADE,
                CONNECTION,
                ACCEPT,
                (NAME, "permessage-deflate"),
                (NAME, "permessage-deflate"),
            ],
            "parameters",
        ),
        (&[], &[UPGRADE, CONNECTION, ACCEPT, (NAME, "")], "empty"),
    ];
    for (asked, answer, wrong) in rows {
        match (open(asked, 101, answer).await, *wrong) {
            (Ok(_), "") => {}
            (Err(blocked), wrong) if !wrong.is_empty() => {
                assert_eq!(blocked.step(), Step::WebSocket, "{answer:?}");
                let Cause::InvalidHandshake { why } = blocked.cause() else {
                    panic!("{answer:?}: {blocked}");
                };
                assert!(why.contains(wrong), "{answer:?}: {why}");
            }
            (result, _) => panic!("{asked:?} {answer:?}: {result:?}"),
        }
    }
    let blocked = assert_blocks!(open(&[], 200, &[UPGRADE, CONNECTION, ACCEPT]).await);
    let status = StatusCode::OK;
    assert_eq!(*blocked.cause(), Cause::HandshakeRefused { status });
}

#[tokio::test]
async fn a_page_asks_for_protocols_that_are_tokens() {
    for (asked, protocol) in [
        (&["a b"][..], "a b"),
        (&["chat, "], ""),
        (&["chat", "v1", "chat"], "chat"),
        (&["a/b"], "a/b"),
    ] {
        let blocked = assert_blocks!(open(asked, 101, &[]).await, Step::Request);
        let protocol = protocol.to_owned();
        assert_eq!(*blocked.cause(), Cause::InvalidProtocol { protocol });
    }
    // The case of a protocol counts.
    assert_blocks!(open(&["chat", "Chat"], 101, &[]).await, Step::WebSocket);
}

#[tokio::test]
async fn a_status_below_200_is_not_a_response() {
    for (mode, status, is_final) in [
        (RequestMode::Cors, 101, false),
        (RequestMode::Cors, 103, false),
        (RequestMode::NoCors, 100, false),
        (RequestMode::Navigate, 199, false),
        (RequestMode::WebSocket, 103, false),
        (RequestMode::WebSocket, 101, true),
    ] {
        let answer = move |headers: HeaderMap| async move {
            let mut response = accept(headers).await;
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        };
        let mut app = Router::new().route("/ws", any(answer)).layer(cors());
        let mut page = Browser::at(PAGE).mode(mode);
        match page.fetch(&mut app, to("/ws")).await {
            Ok(_) => assert!(is_final, "{mode:?} {status}"),
            Err(blocked) => {
                let status = StatusCode::from_u16(status).unwrap();
                assert_eq!(
                    *blocked.cause(),
                    Cause::InterimResponse { status },
                    "{mode:?}"
                );
                assert_eq!(blocked.step(), Step::Network);
                assert!(blocked.fix_in_general().contains("another status"));
            }
        }
    }
}

#[tokio::test]
async fn a_websocket_handshake_has_origin_and_cookies_and_nothing_of_the_page() {
    let mut page = Browser::at(PAGE)
        .mode(RequestMode::WebSocket)
        .credentials(CredentialsMode::Omit)
        .with_cookies("session=1");
    let fetched = assert_allows!(page.fetch(&mut websocket(), handshake()).await);
    let headers = fetched.exchanges()[0].request_headers();
    for (name, value) in [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-protocol", "chat"),
        ("origin", PAGE),
        ("cookie", "session=1"),
        (
            "sec-websocket-extensions",
            "permessage-deflate; client_max_window_bits",
        ),
        ("accept", "*/*"),
        ("pragma", "no-cache"),
        ("cache-control", "no-cache"),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-mode", "websocket"),
        ("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    assert!(!headers.contains_key("x-other"));
    assert_eq!(fetched.ignored_request_headers(), ["x-other"]);

    let insecure = Request::get("ws://api.example.com/ws")
        .body(Body::empty())
        .unwrap();
    let blocked = assert_blocks!(
        page.fetch(&mut websocket(), insecure).await,
        Step::MainFetch
    );
    assert_eq!(*blocked.cause(), Cause::MixedContent);
    let post = Request::post("wss://api.example.com/ws")
        .body(Body::empty())
        .unwrap();
    assert_blocks!(page.fetch(&mut websocket(), post).await, Step::Request);
    page = page.mode(RequestMode::Cors);
    assert_blocks!(
        page.fetch(&mut websocket(), handshake()).await,
        Step::Request
    );
}

#[tokio::test]
async fn an_audit_finds_a_websocket_that_every_origin_can_open() {
    let rows: [(&str, fn() -> Router, &[Fault]); 4] = [
        (
            "a layer",
            || websocket().layer(cors()),
            &[Fault::CrossSiteWebSocket],
        ),
        (
            "a layer that rejects",
            || websocket().layer(rejecting()),
            &[],
        ),
        (
            "a handler that rejects",
            || websocket().layer(from_fn(only_the_page)).layer(cors()),
            &[],
        ),
        (
            "not a WebSocket",
            || Router::new().route("/ws", get(|| async {})).layer(cors()),
            &[],
        ),
    ];
    for (name, app, faults) in rows {
        let report = Audit::new().page(PAGE).run(&mut app(), ["/ws"]).await;
        let found: Vec<_> = report.findings().iter().map(Finding::fault).collect();
        assert_eq!(found, faults, "{name}: {report}");
        assert_eq!(report.skipped(), [""; 0], "{name}");
    }
}

/// axum's `WebSocketUpgrade` needs hyper's connection, which a service in a test doesn't have.
#[tokio::test]
async fn an_audit_says_that_a_websocket_needs_a_connection() {
    let upgrade = || async { StatusCode::UPGRADE_REQUIRED };
    let mut app = Router::new().route("/ws", any(upgrade)).layer(cors());
    let report = Audit::new().page(PAGE).run(&mut app, ["/ws"]).await;
    assert_eq!(report.findings(), [], "{report}");
    assert!(
        report.skipped()[0].contains("reject_disallowed_origins()"),
        "{report}"
    );
    let mut page = Browser::at(PAGE).mode(RequestMode::WebSocket);
    let blocked = assert_blocks!(page.fetch(&mut app, handshake()).await, Step::WebSocket);
    assert!(
        blocked.fix_in_general().contains("a server that listens"),
        "{blocked}"
    );
}
