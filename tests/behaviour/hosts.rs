//! Under which name the server is reached: `allow_hosts`, `allow_loopback_hosts`.

use http::Request;
use tower_cors::explain::PageOutcome;
use tower_cors::{CorsLayer, Denial};

use crate::support::{Body, send_through};

fn named(hosts: &[&str]) -> CorsLayer {
    CorsLayer::builder()
        .allow_no_origin()
        .allow_hosts(hosts.iter().copied())
        .build()
        .unwrap()
}

fn loopback() -> CorsLayer {
    CorsLayer::builder()
        .allow_no_origin()
        .allow_loopback_hosts()
        .build()
        .unwrap()
}

fn get(uri: &str, hosts: &[&str]) -> Request<()> {
    let mut request = Request::get(uri);
    for host in hosts {
        request = request.header("host", *host);
    }
    request.body(()).unwrap()
}

async fn passes(cors: &CorsLayer, request: Request<()>) -> bool {
    let (answer, served) = send_through(cors, request, &[]).await;
    let answer: http::Response<Body> = answer;
    match answer.status().as_u16() {
        200 => assert_eq!(served, 1),
        421 => {
            assert_eq!(served, 0);
            assert_eq!(answer.headers()["cache-control"], "no-store");
        }
        status => panic!("{status}"),
    }
    served == 1
}

#[tokio::test]
async fn hosts_by_policy() {
    let api = named(&["api.example.com"]);
    let port = named(&["API.example.com:8443"]);
    let https = named(&["api.example.com:443"]);
    let below = named(&["*.tenant.example"]);
    let own = loopback();
    // under a name, a name and port, a name and the default port, names below another, and this machine
    let rows: [(&str, [bool; 5]); 30] = [
        ("api.example.com", [true, false, true, false, false]),
        ("API.EXAMPLE.COM", [true, false, true, false, false]),
        ("api.example.com.", [true, false, true, false, false]),
        ("api.example.com:443", [true, false, true, false, false]),
        ("api.example.com:80", [true, false, false, false, false]),
        ("api.example.com:8443", [true, true, false, false, false]),
        ("www.api.example.com", [false; 5]),
        ("example.com", [false; 5]),
        ("api.example.com.evil.example", [false; 5]),
        ("evilapi.example.com", [false; 5]),
        ("evil.example", [false; 5]),
        ("a.tenant.example", [false, false, false, true, false]),
        (
            "a.b.tenant.example:8080",
            [false, false, false, true, false],
        ),
        ("tenant.example", [false; 5]),
        (".tenant.example", [false; 5]),
        ("xtenant.example", [false; 5]),
        ("localhost", [false, false, false, false, true]),
        ("LOCALHOST:3000", [false, false, false, false, true]),
        ("app.localhost:3000", [false, false, false, false, true]),
        ("localhost.evil.example", [false; 5]),
        ("notlocalhost", [false; 5]),
        ("host.docker.internal", [false; 5]),
        ("nas.local", [false; 5]),
        // addresses: rebinding needs a name
        ("127.0.0.1:3000", [true; 5]),
        ("127.9.8.7", [true; 5]),
        ("[::1]:3000", [true; 5]),
        ("10.0.0.7:8080", [true, true, true, true, false]),
        ("0.0.0.0", [true, true, true, true, false]),
        ("[2001:db8::1]", [true, true, true, true, false]),
        ("[::ffff:7f00:1]", [true, true, true, true, false]),
    ];
    for (host, expected) in rows {
        for (cors, expected) in [&api, &port, &https, &below, &own]
            .into_iter()
            .zip(expected)
        {
            assert_eq!(
                passes(cors, get("/", &[host])).await,
                expected,
                "{host} under {}",
                cors.policy()
            );
            // HTTP/2
            let Ok(uri) = format!("https://{host}/").parse::<http::Uri>() else {
                continue;
            };
            assert_eq!(
                passes(cors, get(&uri.to_string(), &[])).await,
                expected,
                "{uri} under {}",
                cors.policy()
            );
        }
    }
}

#[tokio::test]
async fn a_host_that_can_be_read_in_two_ways_is_refused() {
    for cors in [named(&["api.example.com"]), loopback()] {
        for (uri, hosts) in [
            ("/", &[""][..]),
            ("/", &["api.example.com", "api.example.com"]),
            ("/", &["localhost", "localhost"]),
            ("/", &["x@api.example.com"]),
            ("/", &["x@localhost"]),
            ("/", &["127.1"]),
            ("/", &["2130706433"]),
            ("/", &["0x7f000001"]),
            ("/", &["[::1"]),
            ("/", &["api.example.com, evil.example"]),
            ("https://evil.example/", &["api.example.com"]),
            ("https://api.example.com/", &["evil.example"]),
            ("https://localhost/", &["evil.example"]),
            ("https://api.example.com/", &[""]),
            ("https://localhost:3000/", &["localhost:4000"]),
        ] {
            assert!(!passes(&cors, get(uri, hosts)).await, "{uri} {hosts:?}");
        }
        assert!(
            passes(&cors, get("/", &[])).await,
            "no browser sends no host"
        );
    }
}

#[tokio::test]
async fn names_and_this_machine_add_up() {
    let both = CorsLayer::builder()
        .allow_no_origin()
        .allow_loopback_hosts()
        .allow_hosts(["mcp.example.com"])
        .build()
        .unwrap();
    for host in ["localhost:3000", "mcp.example.com", "10.0.0.7"] {
        assert!(passes(&both, get("/", &[host])).await, "{host}");
    }
    assert!(!passes(&both, get("/", &["evil.example:3000"])).await);
}

/// Ten thousand names are found like one.
#[tokio::test]
async fn many_names() {
    let names: Vec<_> = (0..10_000).map(|i| format!("t{i}.example.com")).collect();
    let cors = CorsLayer::builder()
        .allow_no_origin()
        .allow_hosts(&names)
        .build()
        .unwrap();
    assert!(passes(&cors, get("/", &["t9999.example.com"])).await);
    assert!(passes(&cors, get("/", &["T77.example.com:8080"])).await);
    assert!(!passes(&cors, get("/", &["t10000.example.com"])).await);
}

/// The host comes before everything else: origins, methods, preflights.
#[test]
fn the_host_is_the_first_reason() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example.com"])
        .allow_hosts(["api.example.com"])
        .build()
        .unwrap();
    let request = Request::options("/")
        .header("host", "evil.example:3000")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "GET")
        .body(())
        .unwrap();
    let policy = cors.policy();
    let decision = policy.decide_request(&request);
    let Some(Denial::HostNotAllowed { host }) = decision.denial() else {
        panic!("{decision:?}");
    };
    assert_eq!(host, b"evil.example:3000");
    let explanation = policy.explain_request(&request);
    assert_eq!(explanation.outcome(), PageOutcome::WrongHost);
    assert_eq!(
        explanation.fix(),
        Some(
            r#"if clients reach the server under that name, add .allow_hosts(["evil.example:3000"])"#
        )
    );
}

#[test]
fn a_near_miss_is_named() {
    let cors = named(&["api.example.com:8443", "www.example.org"]);
    for (host, near) in [
        (
            "api.example.com",
            Some(r#""api.example.com:8443" is allowed"#),
        ),
        ("example.org", Some(r#""www.example.org" is allowed"#)),
        ("abc.ngrok.app", None),
    ] {
        let explanation = cors.policy().explain_request(&get("/", &[host]));
        assert_eq!(explanation.nearest_miss(), near, "{host}");
    }
}

const HOST: &str =
    r#"write a host, as in "api.example.com", "*.tenant.example", "localhost:3000" or "[::1]""#;
const WILDCARD: &str =
    r#"name each host, or write "*." before the rest of the name, as in "*.tenant.example""#;

#[test]
fn an_empty_list_of_hosts_is_a_problem() {
    let builder = CorsLayer::builder().allow_no_origin();
    let error = builder.allow_hosts([""; 0]).build().unwrap_err();
    assert_eq!(error.problems()[0].code(), "no_hosts");
}

/// A fix opens no name that the client chose by a pattern, and no address.
#[test]
fn hosts_that_no_fix_adds() {
    for (cors, host, fix) in [
        (named(&["api.example.com"]), "*.evil.example", FORM),
        (named(&["api.example.com"]), "a@b", FORM),
        (named(&["api.example.com"]), "127.1", FORM),
        (loopback(), "0.0.0.0", ADDRESS),
        (loopback(), "10.0.0.1:3000", ADDRESS),
    ] {
        let explanation = cors.policy().explain_request(&get("/", &[host]));
        assert_eq!(explanation.fix(), Some(fix), "{host}");
    }
}

const FORM: &str = "let the client name one host in the form that browsers send";
const ADDRESS: &str = "let the client use localhost or 127.0.0.1; if other machines reach the server, name it with \
                       allow_hosts in place of allow_loopback_hosts";

#[test]
fn what_cannot_be_a_host_is_a_problem() {
    for (text, fix) in [
        ("http://api.example.com", r#"write "api.example.com""#),
        (
            "https://api.example.com:8443/",
            r#"write "api.example.com:8443""#,
        ),
        ("api.example.com/path", r#"write "api.example.com""#),
        ("*", WILDCARD),
        ("api-*.example.com", WILDCARD),
        (
            "*.com",
            r#"write the domain that you own, as in "*.tenant.example""#,
        ),
        (
            "localhost:*",
            r#"write "localhost" for any port, or a port from 1 to 65535"#,
        ),
        (
            "localhost:0",
            r#"write "localhost" for any port, or a port from 1 to 65535"#,
        ),
        (
            "localhost:65536",
            r#"write "localhost" for any port, or a port from 1 to 65535"#,
        ),
        (
            "api.example.com:3000/path",
            r#"write "api.example.com:3000""#,
        ),
        ("https://u:p@api.example.com", HOST),
        ("http:api.example.com", HOST),
        ("*:x", WILDCARD),
        (":x", HOST),
        ("bücher.example:x", "copy it from the browser's address bar"),
        ("none", HOST),
        ("null", HOST),
        ("$HOST", HOST),
    ] {
        let error = CorsLayer::builder()
            .allow_no_origin()
            .allow_hosts([text])
            .build()
            .unwrap_err();
        assert_eq!(error.problems()[0].fix(), fix, "{text}");
    }
    for text in [
        "",
        "a b",
        "::1",
        "[::1",
        "127.1",
        "user@api.example.com",
        "user:password@api.example.com:3000",
        "http://user@api.example.com/x@y",
        "://",
        "api..example.com",
    ] {
        let error = CorsLayer::builder()
            .allow_no_origin()
            .allow_hosts([text])
            .build();
        assert!(error.is_err(), "{text}");
    }
    for text in [
        "api.example.com.",
        "[::1]:3000",
        "192.168.1.5",
        "localhost",
        "*.Tenant.example:8443",
    ] {
        assert!(
            CorsLayer::builder()
                .allow_no_origin()
                .allow_hosts([text])
                .build()
                .is_ok(),
            "{text}"
        );
    }
}

/// No request with a foreign host passes a choice whose policies all have hosts, whatever its path.
#[tokio::test]
async fn a_choice_lets_no_foreign_host_pass() {
    let one = || named(&["one.example"]);
    let two = || named(&["two.example"]);
    let choice = CorsLayer::choose()
        .path_prefix("/admin", one())
        .host("two.example", two())
        .otherwise(one())
        .unwrap();
    for path in [
        "/",
        "/admin",
        "//admin",
        "/%61dmin",
        "/ADMIN",
        "/public/..%2fadmin",
        "/;x/admin",
    ] {
        for (host, site) in [
            ("evil.example", None),
            ("evil.example:3000", Some("same-origin")),
            ("x@one.example", None),
        ] {
            let mut request = get(path, &[host]);
            if let Some(site) = site {
                let headers = request.headers_mut();
                headers.insert("sec-fetch-site", site.parse().unwrap());
                headers.insert("origin", "http://evil.example:3000".parse().unwrap());
            }
            assert!(!passes(&choice, request).await, "{path} {host}");
        }
    }
    assert!(passes(&choice, get("/admin", &["one.example"])).await);
    assert!(passes(&choice, get("/items", &["two.example"])).await);
    // A request that can be read in several ways needs a host that every policy with hosts names.
    assert!(!passes(&choice, get("//admin", &["one.example"])).await);
    let same = CorsLayer::choose()
        .path_prefix("/admin", one())
        .otherwise(one())
        .unwrap();
    assert!(passes(&same, get("//admin", &["one.example"])).await);
}
