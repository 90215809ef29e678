//! A policy without Tower: `answer` says the same as the service.

use http::{HeaderMap, Request, Response};
use tower_cors::{Answer, CorsConfig, CorsLayer, Rejection};

use crate::support::{preflight, request, send_through};

const APP: &str = "https://app.example";
const EVIL: &str = "https://evil.example";

fn serve(answer: Answer, inner: &HeaderMap) -> (Response<()>, usize) {
    match answer {
        Answer::Respond(response) => (response, 0),
        Answer::Forward(changes) => {
            let mut response = Response::new(());
            *response.headers_mut() = inner.clone();
            changes.apply(response.headers_mut());
            (response, 1)
        }
    }
}

fn requests() -> Vec<Request<()>> {
    vec![
        request("GET", &[]),
        request("GET", &[("origin", APP)]),
        request("GET", &[("origin", EVIL)]),
        request("POST", &[("origin", EVIL)]),
        request("OPTIONS", &[("origin", APP)]),
        preflight(APP, "PUT", "x-a"),
        preflight(EVIL, "PUT", "x-a"),
        request("GET", &[("host", "evil.example")]),
    ]
}

#[tokio::test]
async fn it_is_what_the_service_does() {
    let builder = || {
        CorsLayer::builder()
            .allow_origins([APP])
            .allow_methods(["PUT"])
            .expose_headers(["etag"])
    };
    let strict = builder()
        .reject_disallowed_origins()
        .allow_hosts(["api.example"])
        .build()
        .unwrap();
    let (reloadable, _handle) = CorsLayer::reloadable(builder().build().unwrap()).unwrap();
    let choice = CorsLayer::choose()
        .path_prefix("/other", strict.clone())
        .otherwise(builder().build().unwrap())
        .unwrap();
    let any = CorsLayer::builder().allow_any_origin().build().unwrap();
    let layers = [
        builder().build().unwrap(),
        strict,
        any,
        reloadable,
        choice,
        builder().forward_preflights().build().unwrap(),
        CorsLayer::disabled(),
    ];
    let inner = [("vary", "accept"), ("access-control-allow-origin", "x")];
    let inner_headers: HeaderMap = inner
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect();
    for cors in &layers {
        for request in requests() {
            let (expected, served) = send_through(cors, request.clone(), &inner).await;
            let (seen, forwarded) = serve(cors.answer(&request), &inner_headers);
            let case = format!("{request:?} under {cors:?}");
            assert_eq!(forwarded, served, "{case}");
            assert_eq!(seen.status(), expected.status(), "{case}");
            assert_eq!(seen.headers(), expected.headers(), "{case}");
            if let Some(policy) = cors.policy_for(&request) {
                let (seen, _) = serve(policy.answer(&request), &inner_headers);
                assert_eq!(seen.status(), expected.status(), "{case}");
                assert_eq!(seen.headers(), expected.headers(), "{case}");
            }
        }
    }
}

#[test]
fn a_look_up_that_is_not_asked_allows_nothing() {
    let asking = |reject_disallowed_origins| CorsConfig {
        allow_looked_up_origins: true,
        reject_disallowed_origins,
        ..CorsConfig::default()
    };
    let lenient = CorsLayer::try_from(asking(false)).unwrap();
    let strict = CorsLayer::try_from(asking(true)).unwrap();
    let choice = CorsLayer::choose().otherwise(lenient.clone()).unwrap();
    for cors in [lenient, strict, choice] {
        for request in [
            request("GET", &[("origin", APP)]),
            preflight(APP, "GET", ""),
        ] {
            let answer = cors.answer(&request);
            assert!(answer.needs_lookup(), "{request:?}");
            assert!(cors.policy().answer(&request).needs_lookup());
            let (response, _) = serve(answer, &HeaderMap::new());
            let open = response.headers().get("access-control-allow-origin");
            assert_eq!(open, None, "{request:?}");
        }
        let own = request(
            "POST",
            &[("origin", APP), ("sec-fetch-site", "same-origin")],
        );
        assert!(!cors.answer(&own).needs_lookup());
    }
}

#[test]
fn a_refusal_has_its_reason() {
    let cors = CorsLayer::builder()
        .allow_no_origin()
        .reject_cross_site_writes();
    let cors = cors.build().unwrap();
    let answer = cors.answer(&request("POST", &[("origin", EVIL)]));
    let Answer::Respond(response) = answer else {
        panic!("{answer:?}");
    };
    let rejection = response.extensions().get::<Rejection>();
    assert_eq!(rejection.map(Rejection::code), Some("cross_site_write"));
}
