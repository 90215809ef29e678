//! What the message of a blocked fetch says.

use super::*;

#[tokio::test]
async fn the_message_names_all_missing_headers() {
    let headers = &[("x-b", "1"), ("x-known", "1"), ("x-a", "1")];
    let answer = (
        204,
        &[(ALLOW, "*"), ("access-control-allow-headers", "X-Known")] as Lines,
    );
    let blocked = meet(Browser::at(PAGE), "GET", headers, answer, (200, OPEN)).await;
    assert_eq!(blocked.needed(), "Access-Control-Allow-Headers: x-a, x-b");
    assert_eq!(
        blocked.fix(),
        r#"if pages may send them, add .allow_headers(["x-a", "x-b"])"#
    );
    let in_general = blocked.fix_in_general();
    assert!(in_general.starts_with("send x-a, x-b in "), "{in_general}");
}

#[tokio::test]
async fn the_message_says_what_was_sent_and_what_the_response_lacks() {
    const METHODS: &str = "access-control-allow-methods";
    const HEADERS: &str = "access-control-allow-headers";
    const EXPOSED: &str = "access-control-expose-headers";
    let at = || Browser::at(PAGE);
    let include = || at().credentials(CredentialsMode::Include);
    // the page, the method, its headers, and the status and headers of each response; what was sent, and the fix
    let rows: &[(&str, Browser, &str, Lines, Answer, &str, &str)] = &[
        (
            "status",
            at(),
            "PUT",
            &[],
            (404, OPEN),
            "404 Not Found to the preflight",
            "put the layer around the whole router, outside of authentication and redirects: it answers \
             preflights itself",
        ),
        (
            "no credentials",
            include(),
            "PUT",
            &[],
            (204, &[NAMED]),
            "204 No Content without Access-Control-Allow-Credentials",
            "if that page may act as the user, add .allow_credentials(); or let the page fetch with \
             credentials: \"omit\"",
        ),
        (
            "no credentials, any method",
            include(),
            "PUT",
            &[],
            (204, &[NAMED, (METHODS, "*")]),
            "204 No Content without Access-Control-Allow-Credentials",
            "if that page may act as the user, replace .allow_any_method() with .mirror_request_methods(), \
             add .allow_credentials(); or let the page fetch with credentials: \"omit\"",
        ),
        (
            "any origin",
            include(),
            "GET",
            &[],
            (200, OPEN),
            "200 OK, Access-Control-Allow-Origin: *",
            "if that page may act as the user, replace .allow_any_origin() with \
             .allow_origins([\"https://app.example.com\"]), add .allow_credentials(); or let the page fetch \
             with credentials: \"omit\"",
        ),
        (
            "any origin, any exposed",
            include(),
            "GET",
            &[],
            (200, &[(ALLOW, "*"), (EXPOSED, "*")]),
            "200 OK, Access-Control-Allow-Origin: *",
            "if that page may act as the user, replace .allow_any_origin() with \
             .allow_origins([\"https://app.example.com\"]), replace .expose_any_header() with \
             .expose_headers([\"x-name\"]) for each that pages read, add .allow_credentials(); or replace \
             CorsLayer::permissive() with \
             CorsLayer::builder().allow_origins([\"https://app.example.com\"]).mirror_request_methods()\
             .mirror_request_headers().expose_headers([\"x-name\"]).allow_credentials().build()?, \
             with the response headers that pages read in place of \"x-name\"; or let the page fetch with \
             credentials: \"omit\"",
        ),
        (
            "method by name",
            at(),
            "PUT",
            &[("x-a", "1")],
            (204, OPEN_PUT),
            "204 No Content without Access-Control-Allow-Headers",
            "if pages may send it, add .allow_headers([\"x-a\"])",
        ),
        (
            "any method",
            at(),
            "PUT",
            &[("x-a", "1")],
            (204, &[(ALLOW, "*"), (METHODS, "*")]),
            "204 No Content without Access-Control-Allow-Headers",
            "if pages may send it, add .allow_headers([\"x-a\"])",
        ),
        (
            "any method with credentials",
            include(),
            "PUT",
            &[("x-a", "1")],
            (204, &[NAMED, TRUE, (METHODS, "*")]),
            "Access-Control-Allow-Methods: *",
            "if pages may do so, add .allow_methods([\"PUT\"]).allow_headers([\"x-a\"])",
        ),
        (
            "any header",
            at(),
            "GET",
            &[("authorization", "x"), ("x-a", "1")],
            (204, &[(ALLOW, "*"), (HEADERS, "*")]),
            "Access-Control-Allow-Headers: *",
            "if pages may send it, add .allow_headers([\"authorization\"])",
        ),
        (
            "any header with credentials",
            include(),
            "GET",
            &[("x-a", "1")],
            (204, &[NAMED, TRUE, (HEADERS, "*")]),
            "Access-Control-Allow-Headers: *",
            "if pages may send it, add .allow_headers([\"x-a\"])",
        ),
    ];
    for (name, page, method, headers, answer, sent, fix) in rows {
        let blocked = meet(page.clone(), method, headers, *answer, *answer).await;
        assert_eq!(blocked.sent(), *sent, "{name}");
        assert_eq!(blocked.fix(), *fix, "{name}");
    }
}

#[tokio::test]
async fn the_fix_in_general_names_the_response_that_needs_headers() {
    let other: Answer = (200, &[(ALLOW, "https://b.example")]);
    let preflight = "and Vary: Origin on the response to OPTIONS and on every other response";
    let actual = "and Vary: Origin on this response and on errors";
    let compared = "; the browser compares the value with the page's origin byte by byte";
    // the page, the method, the answer, the end of the text
    let rows: &[(&str, &str, Answer, String)] = &[
        (PAGE, "PUT", (204, &[]), preflight.into()),
        (PAGE, "GET", (200, &[]), actual.into()),
        (PAGE, "PUT", other, format!("{preflight}{compared}")),
        (PAGE, "GET", other, format!("{actual}{compared}")),
        (
            "null",
            "GET",
            other,
            "every such page has the origin \"null\"".into(),
        ),
    ];
    for &(page, method, answer, ref end) in rows {
        let blocked = meet(Browser::at(page), method, &[], answer, answer).await;
        let told = blocked.fix_in_general();
        assert!(told.ends_with(end), "{page} {method}: {told}");
    }
}

#[tokio::test]
async fn the_fix_for_lower_case_patch_is_upper_case() {
    let blocked = meet(
        Browser::at(PAGE),
        "patch",
        &[],
        (204, OPEN_PUT),
        (200, OPEN),
    )
    .await;
    assert_eq!(blocked.likely_mistakes(), [Mistake::MethodCase]);
    for fix in [blocked.fix(), blocked.fix_in_general()] {
        assert!(
            fix.starts_with("let the page write the method as \"PATCH\""),
            "{fix}"
        );
        assert!(!fix.contains("patch"), "{fix}");
    }
    assert!(blocked.fix().contains(r#".allow_methods(["PATCH"])"#));
}

/// Most redirects of an API lead to a login on another host.
#[tokio::test]
async fn no_fix_allows_null() {
    let login: Lines = &[
        ("access-control-allow-origin", "*"),
        ("location", "https://login.example.com/"),
    ];
    let mut answers = [(302, login), (200, &[] as Lines)].into_iter();
    let mut app = tower::service_fn(move |_: Request<Full<Bytes>>| {
        let (status, headers) = answers.next().unwrap();
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        std::future::ready(response.body(Full::<Bytes>::default()))
    });
    let request = Request::get(API).body(Full::default()).unwrap();
    let blocked = assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
    assert_eq!(
        blocked.likely_mistakes(),
        [Mistake::RedirectTainted],
        "{blocked}"
    );
    for fix in [blocked.fix(), blocked.fix_in_general()] {
        assert!(fix.contains("401 in place of a login page"), "{fix}");
        assert!(!fix.contains("null"), "{fix}");
    }
    let sandboxed = meet(Browser::at("null"), "GET", &[], (204, &[]), (200, &[])).await;
    assert!(
        !sandboxed.fix_in_general().contains("Allow-Origin"),
        "{sandboxed}"
    );
}

#[tokio::test]
async fn the_message_starts_with_the_verdict_and_ends_with_the_wire() {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .build()
        .unwrap();
    let mut app = Router::new().route("/items", put(|| async {})).layer(cors);
    let request = Request::put(API)
        .header("content-type", "application/json")
        .header("authorization", "Bearer secret")
        .body(Body::from("{}"))
        .unwrap();
    let blocked = assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
    assert_eq!(
        blocked.to_string(),
        r#"blocked at the preflight: https://app.example.com may not send PUT https://api.example.com/items

  sent        Access-Control-Allow-Methods: GET,HEAD,POST
  needed      Access-Control-Allow-Methods: PUT
  tower-cors  if pages may do so, add .allow_methods(["PUT"]).allow_headers(["authorization", "content-type"])
  in general  send PUT in Access-Control-Allow-Methods on the response to OPTIONS
  standard    https://fetch.spec.whatwg.org/#cors-preflight-fetch

  what went over the wire
    1. OPTIONS https://api.example.com/items  (preflight)
         > access-control-request-method: PUT
         > access-control-request-headers: authorization,content-type
         > origin: https://app.example.com
         < 204 No Content
         < access-control-allow-origin: https://app.example.com
         < access-control-allow-methods: GET,HEAD,POST
         < vary: origin, access-control-request-method"#
    );
}

#[tokio::test]
async fn the_message_has_no_secrets() {
    let mut page = Browser::at(PAGE)
        .with_cookies("session=secret")
        .credentials(CredentialsMode::Include);
    let mut app = Router::new().route("/items", get(|| async {}));
    let request = Request::get(API).body(Body::empty()).unwrap();
    let blocked = assert_blocks!(page.fetch(&mut app, request).await);
    let message = blocked.to_string();
    assert!(message.contains("cookie: (14 bytes)"), "{message}");
    assert!(!message.contains("secret"), "{message}");
}
