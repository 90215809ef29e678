//! `Policy::explain` by what sent the request: a script, a form, a link, a WebSocket; and what it says of proxies.

use http::Request;
use tower_cors::explain::PageOutcome;
use tower_cors::{CorsConfig, CorsLayer, Explanation};

use crate::support::{preflight, request};

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";
const APPLE: &str = "https://appleid.apple.com";

const WEBSOCKET: [(&str, &str); 3] = [
    ("connection", "Upgrade"),
    ("upgrade", "WebSocket"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];
const NAVIGATE: (&str, &str) = ("sec-fetch-mode", "navigate");
const CROSS_SITE: (&str, &str) = ("sec-fetch-site", "cross-site");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn lenient() -> CorsLayer {
    CorsLayer::builder().allow_origins([APP]).build().unwrap()
}

fn rejecting() -> CorsLayer {
    let builder = CorsLayer::builder().allow_origins([APP]);
    builder.reject_disallowed_origins().build().unwrap()
}

fn from(origin: &str, method: &str, lines: &[(&str, &str)]) -> Request<()> {
    let lines = [&[("origin", origin)], lines].concat();
    let mut request = request(method, &lines);
    *request.uri_mut() = "/auth/callback".parse().unwrap();
    request
}

fn explain(cors: &CorsLayer, request: &Request<()>) -> Explanation {
    cors.policy().explain_request(request)
}

#[test]
fn outcomes() {
    use PageOutcome::{
        Connects, HandshakeRejected, NavigationRejected, Opaque, OwnPage, Reads, Rejected, Shown,
        Withheld,
    };
    let (script, no_cors) = (("sec-fetch-mode", "cors"), ("sec-fetch-mode", "no-cors"));
    let own = ("sec-fetch-site", "same-origin");
    let websocket_mode = ("sec-fetch-mode", "websocket");
    let over_http2 = ("sec-websocket-version", "13");
    // The outcomes by a policy that lets the handler answer, and by one that rejects.
    for (name, request, expected, rejected) in [
        ("fetch()", from(EVIL, "GET", &[script]), Withheld, Rejected),
        ("allowed fetch()", from(APP, "GET", &[script]), Reads, Reads),
        ("older browser", from(EVIL, "GET", &[]), Withheld, Rejected),
        (
            "older browser's POST",
            from(EVIL, "POST", &[FORM]),
            Withheld,
            Rejected,
        ),
        ("no-cors", from(EVIL, "POST", &[no_cors]), Opaque, Rejected),
        (
            "allowed no-cors",
            from(APP, "POST", &[no_cors]),
            Opaque,
            Opaque,
        ),
        (
            "form",
            from(EVIL, "POST", &[NAVIGATE, CROSS_SITE]),
            Shown,
            NavigationRejected,
        ),
        (
            "sandboxed form",
            from("null", "POST", &[NAVIGATE, CROSS_SITE]),
            Shown,
            NavigationRejected,
        ),
        ("allowed form", from(APP, "POST", &[NAVIGATE]), Shown, Shown),
        (
            "own form",
            from(EVIL, "POST", &[NAVIGATE, own]),
            OwnPage,
            OwnPage,
        ),
        (
            "WebSocket",
            from(EVIL, "GET", &WEBSOCKET),
            Connects,
            HandshakeRejected,
        ),
        (
            "WebSocket by its mode",
            from(EVIL, "GET", &[websocket_mode]),
            Connects,
            HandshakeRejected,
        ),
        (
            "WebSocket over HTTP/2",
            from(EVIL, "CONNECT", &[over_http2]),
            Connects,
            HandshakeRejected,
        ),
        (
            "allowed WebSocket",
            from(APP, "GET", &WEBSOCKET),
            Connects,
            Connects,
        ),
        (
            "upgrade to a WebSocket without a key",
            from(EVIL, "GET", &WEBSOCKET[..2]),
            Withheld,
            Rejected,
        ),
        (
            "key of a WebSocket without an upgrade",
            from(EVIL, "GET", &WEBSOCKET[2..]),
            Withheld,
            Rejected,
        ),
        (
            "WebTransport",
            from(EVIL, "CONNECT", &[]),
            Connects,
            HandshakeRejected,
        ),
        (
            "version of WebSockets over HTTP/1.1, without an upgrade",
            from(EVIL, "GET", &[over_http2]),
            Withheld,
            Rejected,
        ),
        (
            "own script",
            from(EVIL, "POST", &[script, own]),
            OwnPage,
            OwnPage,
        ),
    ] {
        for (cors, expected) in [(lenient(), expected), (rejecting(), rejected)] {
            let explanation = explain(&cors, &request);
            assert_eq!(explanation.outcome(), expected, "{name}: {explanation}");
            assert_eq!(explanation.verdict(), expected.to_string(), "{name}");
            assert_eq!(explanation.is_allowed(), expected.is_allowed(), "{name}");
        }
    }
}

/// Cookies go along with a WebSocket, a form and a `no-cors` request, and need no credentials there.
#[test]
fn cookies_matter_to_scripts_only() {
    let cookie = ("cookie", "a=b");
    for lines in [
        vec![cookie, NAVIGATE],
        vec![cookie, ("sec-fetch-mode", "no-cors")],
        [&[cookie], &WEBSOCKET[..]].concat(),
    ] {
        let explanation = explain(&lenient(), &from(APP, "GET", &lines));
        assert!(explanation.is_allowed(), "{explanation}");
        assert_eq!(explanation.fix(), None);
    }
}

#[test]
fn a_websocket_of_another_page() {
    assert_eq!(
        explain(&lenient(), &from(EVIL, "GET", &WEBSOCKET)).to_string(),
        "allowed: the browser connects if the server accepts the handshake, because CORS does not apply to \
         WebSockets and WebTransport\n\
         why:     the origin \"https://evil.example\" is not allowed, but only a server that refuses the \
         handshake can stop the page\n\
         fix:     to refuse such pages, add .reject_disallowed_origins()"
    );
    let near = explain(
        &lenient(),
        &from("http://app.example.com", "GET", &WEBSOCKET),
    );
    assert_eq!(
        near.nearest_miss(),
        Some("\"https://app.example.com\" is allowed, but the page is on http://")
    );
    let explanation = explain(
        &rejecting(),
        &from(EVIL, "GET", &[&WEBSOCKET[..], &[CROSS_SITE]].concat()),
    );
    assert_eq!(
        explanation.to_string(),
        "blocked: the handshake is refused, and the page can't connect\n\
         why:     the origin \"https://evil.example\" is not allowed\n\
         fix:     if that page may call, add .allow_origins([\"https://evil.example\"])"
    );
    let config = CorsConfig {
        origins: vec![APP.to_owned()],
        ..CorsConfig::default()
    };
    let by_config = CorsLayer::try_from(config).unwrap();
    assert_eq!(
        explain(&by_config, &from(EVIL, "GET", &WEBSOCKET)).fix(),
        Some("to refuse such pages, set reject_disallowed_origins = true")
    );
}

const EXEMPT: &str = "give this path a policy of its own: CorsLayer::choose().path_prefix(\"/auth/callback\", \
                      CorsLayer::builder().allow_no_origin().build()?).otherwise(cors)?";

#[test]
fn a_form_of_another_site() {
    let explanation = explain(
        &lenient(),
        &from(APPLE, "POST", &[NAVIGATE, CROSS_SITE, FORM]),
    );
    assert_eq!(
        explanation.to_string(),
        "allowed: the browser shows the response to the user, because CORS does not apply to links and forms"
    );
    let explanation = explain(
        &rejecting(),
        &from(APPLE, "POST", &[NAVIGATE, CROSS_SITE, FORM]),
    );
    assert_eq!(
        explanation.to_string(),
        format!(
            "blocked: the form or link is answered by 403, and the user sees that in place of the page\n\
             why:     the origin \"https://appleid.apple.com\" is not allowed\n\
             fix:     if other sites may send their users here, {EXEMPT}"
        )
    );
}

/// The code of the fix compiles, and the request reaches the handler.
#[test]
fn the_exemption_works() {
    let cors = rejecting();
    let exempt = || {
        let prefixes = CorsLayer::choose().path_prefix(
            "/auth/callback",
            CorsLayer::builder().allow_no_origin().build()?,
        );
        prefixes.otherwise(cors)
    };
    let exempt = exempt().unwrap();
    let callback = from(APPLE, "POST", &[NAVIGATE, CROSS_SITE, FORM]);
    let rejects = |request| {
        let policy = exempt.policy_for(request).unwrap();
        policy.to_config().unwrap().reject_disallowed_origins
    };
    assert!(!rejects(&callback));
    assert!(rejects(&request("POST", &[("origin", APPLE)])));
}

#[test]
fn a_path_that_is_not_known_or_not_plain_gets_a_stand_in() {
    let cors = rejecting();
    let mut callback = from(APPLE, "POST", &[NAVIGATE, CROSS_SITE]);
    for (path, named) in [
        ("/auth/callback", "\"/auth/callback\""),
        ("/auth/callback/", "\"/auth/callback\""),
        ("/auth/callback?code=1", "\"/auth/callback\""),
        ("/", "\"/callback\""),
        ("/a/../b", "\"/callback\""),
        ("//a", "\"/callback\""),
        ("/a.", "\"/callback\""),
        ("/a%22b", "\"/a%22b\""),
        ("/$x", "\"/callback\""),
    ] {
        *callback.uri_mut() = path.parse().unwrap();
        let explanation = explain(&cors, &callback);
        let code = format!(".path_prefix({named}, ");
        assert!(
            explanation.fix().unwrap().contains(&code),
            "{path}: {explanation}"
        );
    }
    let headers_only = cors.policy().explain(callback.method(), callback.headers());
    assert!(
        headers_only.fix().unwrap().contains("\"/callback\""),
        "{headers_only}"
    );
}

#[test]
fn assumptions_are_stated() {
    let form = from(APPLE, "POST", &[FORM]);
    let allowed_form_with_cookie = from(APP, "POST", &[FORM, ("cookie", "a=b")]);
    for form in [&form, &allowed_form_with_cookie] {
        assert_eq!(
            explain(&lenient(), form).note(),
            Some(
                "without Sec-Fetch-Mode, a script's fetch() is assumed; if a form sends this, the browser shows \
                 the response to the user"
            )
        );
    }
    let explanation = explain(&rejecting(), &form);
    assert_eq!(
        explanation.note(),
        Some(&*format!(
            "without Sec-Fetch-Mode, a script's fetch() is assumed; if a form sends this, such as a log-in \
                 or payment call-back, {EXEMPT}"
        ))
    );
    // No form sends these.
    for (name, request) in [
        ("GET", from(APPLE, "GET", &[])),
        (
            "JSON",
            from(APPLE, "POST", &[("content-type", "application/json")]),
        ),
        (
            "told",
            from(APPLE, "POST", &[FORM, ("sec-fetch-mode", "cors")]),
        ),
    ] {
        assert_eq!(explain(&lenient(), &request).note(), None, "{name}");
    }
}

#[test]
fn the_same_site_is_another_origin() {
    let lines = [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")];
    let request = from("https://www.example.com", "POST", &lines);
    for cors in [lenient(), rejecting()] {
        assert_eq!(
            explain(&cors, &request).why(),
            Some(
                "the origin \"https://www.example.com\" is not allowed; the page is on the same site, but CORS \
                 compares the whole origin, with the subdomain and port"
            )
        );
    }
}

#[test]
fn a_proxy_that_changes_the_host() {
    let own = "https://shop.example";
    let proxied = from(
        own,
        "POST",
        &[
            ("host", "127.0.0.1:8015"),
            ("content-type", "application/json"),
        ],
    );
    assert_eq!(
        explain(&rejecting(), &proxied).to_string(),
        "blocked: the request is answered by 403 before it reaches the handler, and the page can't read that\n\
         why:     the origin \"https://shop.example\" is not allowed; without Sec-Fetch-Site, it looks \
         cross-origin, because its Host is \"127.0.0.1:8015\"\n\
         fix:     if it is the server's own page behind a proxy, let the proxy keep the Host header (nginx: \
         proxy_set_header Host $http_host; Apache: ProxyPreserveHost On); if that page may call, add \
         .allow_origins([\"https://shop.example\"])"
    );
    // What the proxy then sends.
    let kept = from(own, "POST", &[("host", "shop.example")]);
    assert_eq!(explain(&rejecting(), &kept).outcome(), PageOutcome::OwnPage);

    for (name, lines, hint) in [
        ("a container", vec![("host", "backend:8080")], true),
        ("a private address", vec![("host", "10.0.0.7")], true),
        ("a service", vec![("host", "api.default.svc")], true),
        (
            "told by the proxy",
            vec![
                ("host", "api.example.com"),
                ("x-forwarded-host", "shop.example"),
            ],
            true,
        ),
        ("a public host", vec![("host", "api.example.com")], false),
        (
            "told by the browser",
            vec![("host", "127.0.0.1"), CROSS_SITE],
            false,
        ),
    ] {
        let explanation = explain(&rejecting(), &from(own, "POST", &lines));
        let fix = explanation.fix().unwrap();
        assert_eq!(
            fix.contains("proxy_set_header Host $http_host"),
            hint,
            "{name}: {explanation}"
        );
    }
}

#[test]
fn a_host_that_is_ambiguous_or_missing() {
    for (name, lines, why) in [
        ("missing", vec![], "because it has no Host"),
        (
            "two lines",
            vec![("host", "a.example"), ("host", "b.example")],
            "because its host is ambiguous: several Host lines, one that contradicts the URL, or not a valid \
             host",
        ),
        (
            "not a host",
            vec![("host", "a b\"c")],
            "because its host is ambiguous: several Host lines, one that contradicts the URL, or not a valid \
             host",
        ),
    ] {
        let explanation = explain(&rejecting(), &from(EVIL, "GET", &lines));
        assert!(
            explanation.why().unwrap().ends_with(why),
            "{name}: {explanation}"
        );
    }
}

/// A choice among policies lets nobody in where servers can read the request in several ways.
#[test]
fn a_request_that_can_be_read_in_several_ways() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let cors = CorsLayer::choose()
        .path_prefix("/admin", lenient())
        .otherwise_no_cors()
        .unwrap()
        .on_decision(move |observation| {
            let _ = sender
                .lock()
                .unwrap()
                .send(observation.explain().to_string());
        });
    let mut request = from(APP, "GET", &[]);
    *request.uri_mut() = "/%61dmin".parse().unwrap();
    futures_util::FutureExt::now_or_never(crate::support::send(&cors, request)).unwrap();
    assert_eq!(
        receiver.recv().unwrap(),
        "blocked: the request is answered by 403 before it reaches the handler, and the page can't read that\n\
         why:     no policy applies, because the path or the host of the request can be read in several ways\n\
         fix:     no change to a policy helps; let the client send one Host line, and a path without dot \
         segments, doubled slashes and needless %-escapes"
    );
}

/// The policy of a choice without `otherwise` stands for requests without a policy. That is no fault of the request.
#[test]
fn the_policy_of_a_choice_that_has_none() {
    let cors = CorsLayer::choose()
        .path_prefix("/api", lenient())
        .otherwise_no_cors()
        .unwrap();
    assert_eq!(
        explain(&cors, &from(APP, "GET", &[])).to_string(),
        "blocked: the request reaches the server, but the browser withholds the response from the page\n\
         why:     this layer chooses among several policies, and policy() is the one for requests that nothing \
         chooses a policy for\n\
         fix:     ask the policy that the layer chooses: cors.policy_for(&request); if that is None, no change to \
         a policy helps: add .path_prefix(…) or .otherwise(…) to the choice"
    );
}

#[test]
fn what_browsers_do_about_private_networks() {
    let mut asked = preflight(APP, "GET", "");
    let line = http::HeaderValue::from_static("true");
    asked
        .headers_mut()
        .insert("access-control-request-private-network", line);
    assert_eq!(
        explain(&lenient(), &asked).to_string(),
        "blocked: the preflight fails, and the browser never sends the request itself\n\
         why:     access to a private network is not allowed\n\
         fix:     if public pages may call this server, add .allow_private_network()\n\
         note:    today's browsers do not send Access-Control-Request-Private-Network: Chromium and Firefox ask \
         their user, WebKit asks nobody"
    );
}

/// `Sec-Fetch-Site: none` is not the server's own page: the user typed the address, or an extension asks.
#[test]
fn what_the_user_or_an_extension_starts() {
    for origin in ["chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn", EVIL] {
        let started = from(origin, "POST", &[("sec-fetch-site", "none")]);
        for cors in [lenient(), rejecting()] {
            let outcome = explain(&cors, &started).outcome();
            assert_eq!(outcome, PageOutcome::StartedByUser, "{origin}");
        }
    }
    let own = from(EVIL, "POST", &[("sec-fetch-site", "same-origin")]);
    assert_eq!(explain(&rejecting(), &own).outcome(), PageOutcome::OwnPage);
}

/// nginx's `$host` has no port.
#[test]
fn a_proxy_that_drops_the_port() {
    let own = "https://shop.example:3001";
    let fix = |cors: &CorsLayer, host| {
        let post = from(own, "POST", &[("host", host)]);
        explain(cors, &post).fix().unwrap_or_default().to_owned()
    };
    let writes = CorsLayer::builder().allow_origins([APP]);
    let writes = writes.reject_cross_site_writes().build().unwrap();
    let lenient = fix(&lenient(), "shop.example");
    assert!(lenient.contains("$http_host"), "{lenient}");
    for cors in [rejecting(), writes] {
        let dropped = fix(&cors, "shop.example");
        assert!(
            dropped.starts_with("if it is the server's own page, a proxy dropped the port"),
            "{dropped}"
        );
        assert!(dropped.contains("$http_host"), "{dropped}");
        for other in ["other.example", "shop.example:3002"] {
            let told = fix(&cors, other);
            assert!(!told.contains("proxy"), "{other}: {told}");
        }
        assert_eq!(fix(&cors, "shop.example:3001"), "");
    }
}

/// `Referrer-Policy: no-referrer` makes the origin of the server's own form null. On plain http nothing else shows
/// whose form it is.
#[test]
fn a_form_whose_referrer_policy_hides_its_origin() {
    let told = |lines: &[(&str, &str)]| {
        let form = from("null", "POST", lines);
        let explanation = explain(&rejecting(), &form);
        explanation.fix().unwrap_or_default().to_owned()
    };
    let own = told(&[FORM]);
    assert!(
        own.starts_with("if it is the server's own form, remove Referrer-Policy: no-referrer"),
        "{own}"
    );
    let foreign = told(&[FORM, NAVIGATE, CROSS_SITE]);
    assert!(!foreign.contains("Referrer-Policy"), "{foreign}");
}
