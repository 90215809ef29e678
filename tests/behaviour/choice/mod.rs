//! A choice among policies: which policy a request comes under, and what becomes of it.

mod paths;
mod refused;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http::header::{HOST, HeaderName};
use http::{Method, Request, Response, StatusCode};
use tower::{Layer, ServiceExt, service_fn};
use tower_cors::CorsLayer;
use tower_cors::error::Field;

use crate::support::members;

const TEAM: HeaderName = HeaderName::from_static("x-team");

/// The one origin of a policy tells which it is.
fn origin(name: &str) -> String {
    format!("https://{name}.example")
}

fn policy(name: &str) -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([origin(name)])
        .allow_methods(["PUT"])
        .build()
        .unwrap()
}

/// The policy that a request comes under, by its one origin; "nobody" if it allows none.
fn chosen(choice: &CorsLayer, request: &Request<()>) -> Option<String> {
    let policy = choice.policy_for(request)?;
    let origin = policy.origins().next().unwrap_or("https://nobody.example");
    let name = origin.strip_prefix("https://")?.strip_suffix(".example")?;
    Some(name.to_owned())
}

fn get(uri: &str) -> Request<()> {
    Request::get(uri).body(()).unwrap()
}

#[test]
fn hosts_are_compared_in_any_case_and_without_port_and_final_dot() {
    let choice = CorsLayer::choose()
        .host("api.example.com", policy("api"))
        .host("Shop.Example.com", policy("shop"))
        .host("127.0.0.1", policy("four"))
        .host("[::1]", policy("six"))
        .otherwise(policy("other"))
        .unwrap();
    for (uri, hosts, expected) in [
        ("/", &["api.example.com"][..], "api"),
        ("/", &["API.example.COM"], "api"),
        ("/", &["api.example.com:8443"], "api"),
        ("/", &["api.example.com:"], "api"),
        ("/", &["api.example.com."], "api"),
        ("/", &["api.example.com.:443"], "api"),
        ("/", &["shop.example.com"], "shop"),
        ("/", &["127.0.0.1:3000"], "four"),
        ("/", &["[::1]"], "six"),
        ("/", &["[::1]:3000"], "six"),
        ("https://api.example.com/", &[], "api"),
        ("https://api.example.com:443/", &["api.example.com"], "api"),
        ("https://api.example.com/", &["API.example.com:443"], "api"),
        ("/", &[], "other"),
        ("/", &[""], "other"),
        ("/", &["example.com"], "other"),
        ("/", &["xapi.example.com"], "other"),
        ("/", &["api.example.com.evil.example"], "other"),
        ("/", &["api.example.com.."], "nobody"),
        ("/", &["api.example.com:port"], "nobody"),
        ("/", &["user@api.example.com"], "nobody"),
        ("/", &["api.example.com, x"], "nobody"),
        ("/", &["[::1"], "nobody"),
        ("/", &["127.1"], "nobody"),
        ("/", &["[0:0::1]"], "nobody"),
        ("/", &["api.example.com", "api.example.com"], "nobody"),
        ("https://api.example.com/", &["shop.example.com"], "nobody"),
        (
            "https://api.example.com/",
            &["api.example.com", "api.example.com"],
            "nobody",
        ),
        ("https://api.example.com/", &["api.example.com:x"], "nobody"),
        ("https://api.example.com/", &[""], "nobody"),
        (
            "https://api.example.com:8443/",
            &["api.example.com"],
            "nobody",
        ),
        ("/", &["api%2eexample.com"], "nobody"),
        ("/", &["x@other.example"], "nobody"),
    ] {
        let mut request = get(uri);
        for host in hosts {
            request.headers_mut().append(HOST, host.parse().unwrap());
        }
        let seen = chosen(&choice, &request);
        assert_eq!(seen.as_deref(), Some(expected), "{uri} {hosts:?}");
    }
}

fn by_team() -> CorsLayer {
    let (red, blue) = (policy("red"), policy("blue"));
    CorsLayer::choose()
        .choose_by([TEAM], move |request| {
            assert!(request.header(&HOST).is_none(), "it is not declared");
            match request.header(&TEAM)?.to_str().ok()? {
                "red" => Some(red.clone()),
                "blue" => Some(blue.clone()),
                _ => None,
            }
        })
        .choose_by([], |request| {
            (request.method() == Method::PUT).then(|| policy("put"))
        })
        .host("api.example.com", policy("host"))
        .path_prefix("/public", policy("public"))
        .otherwise_no_cors()
        .unwrap()
}

#[test]
fn functions_come_first_then_hosts_then_paths() {
    let choice = by_team();
    for (method, path, lines, expected) in [
        (
            "PUT",
            "/public",
            &[("x-team", "red"), ("host", "api.example.com")][..],
            Some("red"),
        ),
        ("GET", "/public", &[("x-team", "blue")], Some("blue")),
        ("PUT", "/public", &[("x-team", "green")], Some("put")),
        (
            "GET",
            "/public",
            &[("host", "api.example.com")],
            Some("host"),
        ),
        ("GET", "/public", &[("host", "example.com")], Some("public")),
        ("GET", "/", &[], None),
    ] {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        let seen = chosen(&choice, &request.body(()).unwrap());
        assert_eq!(seen.as_deref(), expected, "{method} {path} {lines:?}");
    }
}

#[tokio::test]
async fn vary_names_what_a_function_reads_and_nothing_where_it_reads_nothing() {
    for (reads, expected) in [(&[TEAM][..], "origin, x-team"), (&[], "origin")] {
        let choice = CorsLayer::choose()
            .choose_by(reads.iter().cloned(), |_| None)
            .otherwise(policy("a"))
            .unwrap();
        let (answer, _) = send(&choice, from("a", "/"), &[]).await;
        assert_eq!(members_of_vary(&answer), expected);
    }
}

fn members_of_vary(answer: &Response<()>) -> String {
    let lines = answer.headers().get_all("vary").iter();
    let mut members: Vec<_> = lines
        .flat_map(|line| line.to_str().unwrap().split(", "))
        .collect();
    members.sort_unstable();
    members.join(", ")
}

/// What comes back where the inner service answers with these header lines; and whether it was called.
async fn send(
    choice: &CorsLayer,
    request: Request<()>,
    inner_lines: &[(&'static str, &'static str)],
) -> (Response<()>, bool) {
    let called = Mutex::new(false);
    let inner = service_fn(|_: Request<()>| {
        *called.lock().unwrap() = true;
        let mut response = Response::builder();
        for (name, value) in inner_lines {
            response = response.header(*name, *value);
        }
        std::future::ready(Ok::<_, Infallible>(response.body(()).unwrap()))
    });
    let Ok(answer) = choice.layer(inner).oneshot(request).await;
    let called = *called.lock().unwrap();
    (answer, called)
}

fn from(name: &str, path: &str) -> Request<()> {
    let mut request = get(path);
    let line = origin(name).parse().unwrap();
    request.headers_mut().insert("origin", line);
    request
}

fn preflight_from(name: &str, path: &str) -> Request<()> {
    let mut request = from(name, path);
    *request.method_mut() = Method::OPTIONS;
    let method = "PUT".parse().unwrap();
    request
        .headers_mut()
        .insert("access-control-request-method", method);
    request
}

fn allowed(answer: &Response<()>) -> Option<&str> {
    let line = answer.headers().get("access-control-allow-origin")?;
    Some(line.to_str().unwrap())
}

#[tokio::test]
async fn preflights_and_requests_come_under_the_same_policy() {
    let choice = CorsLayer::choose()
        .path_prefix("/a", policy("a"))
        .path_prefix("/b", policy("b"))
        .otherwise_no_cors()
        .unwrap();
    for (path, name, other) in [("/a/1", "a", "b"), ("/b/1", "b", "a")] {
        let (answer, called) = send(&choice, preflight_from(name, path), &[]).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(allowed(&answer), Some(&*origin(name)));
        assert!(!called);
        let (answer, called) = send(&choice, preflight_from(other, path), &[]).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert!(!called);
        let (answer, _) = send(&choice, from(name, path), &[]).await;
        assert_eq!(allowed(&answer), Some(&*origin(name)));
        assert_eq!(answer.headers()["vary"], "origin");
        let (answer, called) = send(&choice, from(other, path), &[]).await;
        assert_eq!(allowed(&answer), None);
        assert!(called);
    }
}

#[tokio::test]
async fn without_a_policy_everything_passes_untouched() {
    let choice = CorsLayer::choose()
        .path_prefix("/a", policy("a"))
        .otherwise_no_cors()
        .unwrap();
    for lines in [
        &[][..],
        &[("access-control-allow-origin", "*"), ("vary", "accept")],
    ] {
        for request in [get("/"), from("a", "/"), preflight_from("a", "/")] {
            let (answer, called) = send(&choice, request, lines).await;
            assert!(called);
            let seen = answer.headers().iter();
            let seen: Vec<_> = seen
                .map(|(n, v)| (n.as_str(), v.to_str().unwrap()))
                .collect();
            assert_eq!(seen, lines);
        }
    }
}

#[tokio::test]
async fn a_policy_that_allows_nobody_keeps_other_origins_from_the_service() {
    let choice = CorsLayer::choose()
        .path_prefix("/a", policy("a"))
        .otherwise_no_cors()
        .unwrap();
    let inner = [("access-control-allow-origin", "*")];
    for request in [from("a", "//a"), preflight_from("a", "//a")] {
        let (answer, called) = send(&choice, request, &inner).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(allowed(&answer), None);
        assert!(!called);
    }
    let (answer, called) = send(&choice, get("//a"), &inner).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(allowed(&answer), None);
    assert!(called, "it is no request of another origin");
}

/// Another spelling of a path does not make a response embeddable.
#[tokio::test]
async fn a_path_that_can_be_read_as_another_keeps_the_resource_policy() {
    let policy = || {
        CorsLayer::builder()
            .allow_origins(["https://a.example"])
            .cross_origin_resource_policy()
            .build()
            .unwrap()
    };
    let choice = CorsLayer::choose().path_prefix("/a", policy());
    let choice = choice.otherwise(policy()).unwrap();
    for path in ["/a", "/%61", "/A", "/b/..%2fa"] {
        let (answer, _) = send(&choice, get(path), &[]).await;
        let seen = &answer.headers()["cross-origin-resource-policy"];
        assert_eq!(seen, "same-origin", "{path}");
    }
}

#[tokio::test]
async fn vary_names_what_functions_read_on_every_response() {
    let choice = by_team();
    let team = |mut request: Request<()>, team: &str| {
        let team = team.parse().unwrap();
        request.headers_mut().insert(TEAM, team);
        request
    };
    let on_options = ["access-control-request-method", "origin", "x-team"];
    for (name, request, expected) in [
        ("without a policy", get("/"), &["x-team"][..]),
        (
            "by the path",
            from("public", "/public"),
            &["origin", "x-team"],
        ),
        (
            "by a function",
            team(from("red", "/"), "red"),
            &["origin", "x-team"],
        ),
        (
            "denied",
            team(from("blue", "/"), "red"),
            &["origin", "x-team"],
        ),
        (
            "preflight",
            preflight_from("public", "/public"),
            &on_options,
        ),
        ("refused", preflight_from("red", "/public"), &on_options),
    ] {
        for (lines, more) in [
            (&[][..], None),
            (&[("vary", "accept")], Some("accept")),
            (&[("vary", "X-Team")], None),
        ] {
            let (answer, called) = send(&choice, request.clone(), lines).await;
            let mut expected: Vec<_> = expected.iter().map(|it| (*it).to_owned()).collect();
            expected.extend(more.filter(|_| called).map(str::to_owned));
            expected.sort();
            let (parts, ()) = answer.into_parts();
            let answer = Response::from_parts(parts, http_body_util::Full::default());
            let seen = members(&answer, "vary").into_iter();
            let mut seen: Vec<_> = seen.map(|it| it.to_lowercase()).collect();
            seen.sort();
            assert_eq!(seen, expected, "{name} {lines:?}");
        }
    }
}

#[tokio::test]
async fn each_policy_may_be_reloadable_and_observed() {
    let reported = Arc::new(Mutex::new(vec![]));
    let sink = Arc::clone(&reported);
    let (a, handle) = CorsLayer::reloadable(policy("a")).unwrap();
    let b = policy("b").on_decision(move |observation| {
        sink.lock()
            .unwrap()
            .push(observation.uri().unwrap().path().to_owned());
    });
    let choice = CorsLayer::choose()
        .path_prefix("/a", a)
        .path_prefix("/b", b)
        .otherwise_no_cors()
        .unwrap();
    handle.replace(policy("new")).unwrap();
    let (answer, _) = send(&choice, from("new", "/a"), &[]).await;
    assert_eq!(allowed(&answer), Some("https://new.example"));
    send(&choice, from("b", "/b"), &[]).await;
    send(&choice, from("b", "/"), &[]).await;
    assert_eq!(*reported.lock().unwrap(), ["/b"]);
}
