//! The host as functions read it: on HTTP/1.1 and HTTP/2 alike.

use http::Request;
use http::header::HOST;
use tower_cors::CorsLayer;
use tower_cors::builder::RequestHost;

/// The URI, the `Host` lines, and the host with its port.
type Row = (
    &'static str,
    &'static [&'static str],
    RequestHost<'static>,
    Option<&'static str>,
);

fn named(host: &'static str) -> RequestHost<'static> {
    RequestHost::Named(host.into())
}

fn rows() -> [Row; 13] {
    [
        (
            "HTTP/1.1",
            &["one.api.example"],
            named("one.api.example"),
            Some("one.api.example"),
        ),
        (
            "https://one.api.example/",
            &[],
            named("one.api.example"),
            Some("one.api.example"),
        ),
        (
            "https://one.api.example:8443/",
            &[],
            named("one.api.example"),
            Some("one.api.example:8443"),
        ),
        (
            "https://one.api.example/",
            &["one.api.example"],
            named("one.api.example"),
            Some("one.api.example"),
        ),
        (
            "HTTP/1.1",
            &["ONE.api.example.:80"],
            named("one.api.example"),
            Some("ONE.api.example.:80"),
        ),
        (
            "HTTP/1.1",
            &["[::1]:3000"],
            named("[::1]"),
            Some("[::1]:3000"),
        ),
        ("HTTP/1.1", &[], RequestHost::Missing, None),
        ("HTTP/1.1", &[""], RequestHost::Missing, None),
        (
            "https://one.api.example/",
            &["two.api.example"],
            RequestHost::Ambiguous,
            None,
        ),
        (
            "HTTP/1.1",
            &["one.api.example", "two.api.example"],
            RequestHost::Ambiguous,
            None,
        ),
        (
            "HTTP/1.1",
            &["one.api.example", "one.api.example"],
            RequestHost::Ambiguous,
            None,
        ),
        (
            "HTTP/1.1",
            &["x@one.api.example"],
            RequestHost::Ambiguous,
            None,
        ),
        ("HTTP/1.1", &["127.1"], RequestHost::Ambiguous, None),
    ]
}

fn request(uri: &str, lines: &[&str]) -> Request<()> {
    let uri = if uri == "HTTP/1.1" { "/" } else { uri };
    let mut request = Request::get(uri).header("origin", "https://app.example");
    for line in lines {
        request = request.header("host", *line);
    }
    request.body(()).unwrap()
}

#[test]
fn functions_read_one_host() {
    for (uri, lines, host, header) in rows() {
        let request = request(uri, lines);
        let case = format!("{uri} {lines:?}");
        let expected = host.clone();
        let by_function = CorsLayer::choose()
            .choose_by([HOST], move |request| {
                assert_eq!(request.host(), expected);
                let value = request.header(&HOST).map(|value| value.to_str().unwrap());
                assert_eq!(value, header);
                None
            })
            .otherwise_no_cors()
            .unwrap();
        assert!(by_function.policy_for(&request).is_none(), "{case}");
        let predicate = CorsLayer::builder()
            .allow_origins_if_request([], move |_, request| {
                assert!(request.header(&HOST).is_none(), "it is not declared");
                request.host() == host
            })
            .build()
            .unwrap();
        assert!(
            predicate.policy().decide_request(&request).is_allowed(),
            "{case}"
        );
    }
}

/// Without this, the choice would fall to the general policy on HTTP/2, where there is no `Host` line.
#[test]
fn a_choice_by_a_function_of_the_host_is_the_same_on_http_2() {
    let policy = |origin: &str| {
        CorsLayer::builder()
            .allow_origins([origin])
            .build()
            .unwrap()
    };
    let one = policy("https://one.example");
    let choice = CorsLayer::choose()
        .choose_by([], move |request| {
            (request.host().name() == Some("one.api.example")).then(|| one.clone())
        })
        .otherwise(policy("https://general.example"))
        .unwrap();
    for request in [
        request("HTTP/1.1", &["one.api.example"]),
        request("HTTP/1.1", &["ONE.api.example:443"]),
        request("https://one.api.example/", &[]),
    ] {
        let policy = choice.policy_for(&request).unwrap();
        assert_eq!(
            policy.origins().collect::<Vec<_>>(),
            ["https://one.example"]
        );
    }
}
