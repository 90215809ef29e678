//! The browser for tests and the policy agree: for each request, the browser does with the response what
//! `Policy::decide` says.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Full;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tower::Layer;
use tower_cors::CorsLayer;
use tower_cors::testing::{
    Blocked, Browser, CredentialsMode, Exchange, Fetched, RequestMode, Step,
};

const ORIGINS: [&str; 8] = [
    "https://app.example.com",
    "https://www.app.example.com",
    "https://app.example.com:8443",
    "http://app.example.com",
    "https://a.b.example.org",
    "https://example.org",
    "http://localhost:3000",
    "null",
];
const PATTERNS: [&str; 4] = [
    "https://app.example.com",
    "https://*.example.org",
    "http://localhost:*",
    "https://www.app.example.com",
];
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "patch", "*"];
const HEADERS: [(&str, &str); 7] = [
    ("content-type", "application/json"),
    ("content-type", "text/plain"),
    ("authorization", "Bearer x"),
    ("x-a", "1"),
    ("x-b", "1"),
    ("accept", "*/*"),
    ("*", "1"),
];

#[derive(Debug, Clone, Copy)]
enum Which {
    Listed,
    Any,
    Mirrored,
}

#[derive(Debug, Clone)]
struct Rules {
    origins: Vec<&'static str>,
    null: bool,
    any_origin: bool,
    credentials: bool,
    methods: (Which, Vec<&'static str>),
    headers: (Which, Vec<&'static str>),
    private_network: bool,
}

impl Rules {
    /// Like the builder, this never combines wildcards with credentials.
    fn build(&self) -> CorsLayer {
        let mut builder = CorsLayer::builder()
            .allow_origins(&self.origins)
            .allow_methods(&self.methods.1)
            .allow_headers(&self.headers.1);
        if matches!(self.methods.0, Which::Mirrored) {
            builder = builder.mirror_request_methods();
        }
        if matches!(self.headers.0, Which::Mirrored) {
            builder = builder.mirror_request_headers();
        }
        if self.private_network {
            builder = builder.allow_private_network();
        }
        if self.credentials {
            return builder.allow_credentials().build().unwrap();
        }
        // These calls lead to the state in which the others can be called.
        let mut builder = match (self.any_origin, self.null) {
            (true, _) => builder.allow_any_origin(),
            (false, true) => builder.allow_null_origin(),
            (false, false) if matches!(self.methods.0, Which::Any) => builder.allow_any_method(),
            (false, false) if matches!(self.headers.0, Which::Any) => builder.allow_any_header(),
            (false, false) => return builder.build().unwrap(),
        };
        if matches!(self.methods.0, Which::Any) {
            builder = builder.allow_any_method();
        }
        if matches!(self.headers.0, Which::Any) {
            builder = builder.allow_any_header();
        }
        builder.build().unwrap()
    }
}

fn rules() -> impl Strategy<Value = Rules> {
    let which = || select(vec![Which::Listed, Which::Any, Which::Mirrored]);
    (
        subsequence(PATTERNS.to_vec(), 1..=3),
        any::<[bool; 4]>(),
        (which(), subsequence(vec!["PUT", "DELETE"], 0..=2)),
        (
            which(),
            subsequence(vec!["content-type", "authorization", "x-a"], 0..=3),
        ),
    )
        .prop_map(
            |(origins, [null, any_origin, credentials, private_network], methods, headers)| Rules {
                origins,
                null,
                any_origin,
                credentials,
                methods,
                headers,
                private_network,
            },
        )
}

#[derive(Debug, Clone)]
struct Ask {
    page: &'static str,
    method: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    include: bool,
    upload: bool,
}

fn ask() -> impl Strategy<Value = Ask> {
    (
        select(ORIGINS.to_vec()),
        select(METHODS.to_vec()),
        subsequence(HEADERS.to_vec(), 0..=3),
        any::<[bool; 2]>(),
    )
        .prop_map(|(page, method, headers, [include, upload])| Ask {
            page,
            method,
            headers,
            include,
            upload,
        })
}

impl Ask {
    fn fetch(&self, cors: &CorsLayer) -> Result<Fetched, Blocked> {
        let mut app = cors.layer(tower::service_fn(async |_: Request<Full<Bytes>>| {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        }));
        let mut request = Request::builder()
            .method(self.method)
            .uri("https://api.other.example/items");
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let mut page = Browser::at(self.page).with_cookies("a=b");
        if self.include {
            page = page.credentials(CredentialsMode::Include);
        }
        if self.upload {
            page = page.with_upload_listener();
        }
        let request = request.body(Full::default()).unwrap();
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(page.fetch(&mut app, request))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16 * ProptestConfig::default().cases))]

    #[test]
    fn the_browser_and_the_policy_agree(rules in rules(), ask in ask()) {
        let cors = rules.build();
        let decides = |exchange: &Exchange| {
            cors.policy().decide(exchange.method(), exchange.request_headers()).is_allowed()
        };
        let explains = |exchange: &Exchange| {
            cors.policy().explain(exchange.method(), exchange.request_headers()).is_allowed()
        };
        // A request doesn't show the policy whether the page includes credentials.
        let lacks_credentials = ask.include && !rules.credentials;
        match ask.fetch(&cors) {
            Ok(fetched) => {
                prop_assert!(!lacks_credentials, "{fetched}");
                for exchange in fetched.exchanges() {
                    prop_assert!(decides(exchange), "{fetched}");
                    prop_assert!(explains(exchange), "{fetched}");
                }
            }
            Err(blocked) => {
                prop_assert!(matches!(blocked.step(), Step::Preflight | Step::CorsCheck), "{blocked}");
                let (last, before) = blocked.exchanges().split_last().unwrap();
                for exchange in before {
                    prop_assert!(decides(exchange), "{blocked}");
                }
                prop_assert!(!decides(last) || lacks_credentials, "{blocked}");
                // The cookie of the actual request shows it.
                let is_actual = blocked.step() == Step::CorsCheck;
                prop_assert!(!explains(last) || (lacks_credentials && !is_actual), "{blocked}");
            }
        }
    }
}

/// `explain` and the browser speak about the same request with the same words.
#[test]
fn explain_and_the_browser_say_the_same() {
    let cors = |reject: bool| {
        let builder = CorsLayer::builder()
            .allow_origins(["https://app.example.com"])
            .allow_headers(["x-a"]);
        let builder = if reject {
            builder.reject_disallowed_origins()
        } else {
            builder
        };
        builder.build().unwrap()
    };
    let (app, other) = ("https://app.example.com", "https://other.example");
    for (name, origin, method, headers, mode) in [
        ("allowed", app, "GET", &[][..], RequestMode::Cors),
        ("allowed preflight", app, "GET", &["x-a"], RequestMode::Cors),
        ("origin", other, "GET", &[], RequestMode::Cors),
        (
            "origin with a dot",
            "https://app.example.com.",
            "GET",
            &[],
            RequestMode::Cors,
        ),
        ("app", "app://localhost", "GET", &[], RequestMode::Cors),
        ("an app's dot", "app://.", "GET", &[], RequestMode::Cors),
        ("a file", "file://", "GET", &[], RequestMode::Cors),
        ("null", "null", "GET", &[], RequestMode::Cors),
        (
            "http",
            "http://app.example.com",
            "GET",
            &[],
            RequestMode::Cors,
        ),
        ("WebSocket", other, "GET", &[], RequestMode::WebSocket),
        (
            "WebSocket of an extension",
            "moz-extension://0A1B",
            "GET",
            &[],
            RequestMode::WebSocket,
        ),
        (
            "WebSocket of a sandboxed page",
            "null",
            "GET",
            &[],
            RequestMode::WebSocket,
        ),
        ("method", app, "PUT", &[], RequestMode::Cors),
        ("patch", app, "patch", &[], RequestMode::Cors),
        ("header", app, "GET", &["x-b"], RequestMode::Cors),
        (
            "headers",
            app,
            "GET",
            &["x-b", "x-a", "authorization"],
            RequestMode::Cors,
        ),
        (
            "method and headers",
            app,
            "DELETE",
            &["x-c", "x-b"],
            RequestMode::Cors,
        ),
        ("form", other, "POST", &[], RequestMode::Navigate),
        ("no-cors", other, "POST", &[], RequestMode::NoCors),
    ] {
        for reject in [false, true] {
            // A page sees the 403 of a form or a no-cors request as it sees every response, and this handler opens no
            // WebSocket.
            let (is_cors, is_websocket) =
                (mode == RequestMode::Cors, mode == RequestMode::WebSocket);
            if reject && !is_cors && !is_websocket || is_websocket && !reject {
                continue;
            }
            let layer = cors(reject);
            let mut service = layer.layer(tower::service_fn(async |_: Request<Full<Bytes>>| {
                Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
            }));
            let mut request = Request::builder()
                .method(method)
                .uri("https://api.example.org/");
            for header in headers {
                request = request.header(*header, "1");
            }
            let mut page = Browser::at(origin).mode(mode);
            let request = request.body(Full::default()).unwrap();
            let answer = page.fetch(&mut service, request).now_or_never().unwrap();
            let (outcome, fix, exchanges) = match &answer {
                Ok(fetched) => (fetched.outcome(), None, fetched.exchanges()),
                Err(blocked) => (blocked.outcome(), Some(blocked.fix()), blocked.exchanges()),
            };
            let last = exchanges.last().unwrap();
            let explanation = layer
                .policy()
                .explain(last.method(), last.request_headers());
            assert_eq!(
                explanation.outcome(),
                outcome,
                "{name}, reject: {reject}: {explanation}"
            );
            assert_eq!(
                explanation.fix(),
                fix,
                "{name}, reject: {reject}: {explanation}"
            );
        }
    }
}

/// The browser sees only wildcards in the response. The policy knows which call sent them.
#[test]
fn a_fix_for_a_response_that_a_permissive_layer_can_have_sent() {
    let layer = CorsLayer::permissive();
    let mut service = layer.layer(tower::service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    }));
    let request = Request::get("https://api.example.org/")
        .body(Full::default())
        .unwrap();
    let mut page = Browser::at("https://app.example.com").credentials(CredentialsMode::Include);
    let blocked = page
        .fetch(&mut service, request)
        .now_or_never()
        .unwrap()
        .unwrap_err();
    let permissive = "replace CorsLayer::permissive() with CorsLayer::builder()\
                      .allow_origins([\"https://app.example.com\"]).mirror_request_methods()\
                      .mirror_request_headers().expose_headers([\"x-name\"]).allow_credentials().build()?, with the \
                      response headers that pages read in place of \"x-name\"; or let the page fetch with \
                      credentials: \"omit\"";
    assert_eq!(
        blocked.fix(),
        format!(
            "if that page may act as the user, replace .allow_any_origin() with \
             .allow_origins([\"https://app.example.com\"]), replace .expose_any_header() with \
             .expose_headers([\"x-name\"]) for each that pages read, add .allow_credentials(); or {permissive}"
        )
    );
    let mut headers = blocked.exchanges()[0].request_headers().clone();
    headers.insert("cookie", http::HeaderValue::from_static("a=b"));
    let explanation = layer.policy().explain(&http::Method::GET, &headers);
    assert_eq!(
        explanation.fix(),
        Some(format!("if that page may act as the user, {permissive}").as_str())
    );
}
