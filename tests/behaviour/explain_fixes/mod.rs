//! The fixes that `explain` names, in code and in keys. Each is applied as written and makes the request allowed, or
//! says that no change to the policy helps, and why.

mod credentials;
mod reports;

use http::Request;
use tower_cors::CorsConfig;

use crate::fixes::{Fix, Notation, Written};
use crate::support::{preflight, request};

const APP: &str = "https://app.example.com";

fn config(change: impl FnOnce(&mut CorsConfig)) -> CorsConfig {
    let mut config = CorsConfig {
        origins: vec![APP.to_owned()],
        ..CorsConfig::default()
    };
    change(&mut config);
    config
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn plain() -> CorsConfig {
    config(|_| {})
}

fn credentialed() -> CorsConfig {
    config(|config| config.credentials = true)
}

struct Row {
    name: &'static str,
    policy: CorsConfig,
    request: Request<()>,
    /// For a policy that was written with the builder.
    builder: &'static str,
    /// For one that was made of a config.
    config: &'static str,
}

fn row(
    name: &'static str,
    policy: CorsConfig,
    request: Request<()>,
    builder: &'static str,
    config: &'static str,
) -> Row {
    Row {
        name,
        policy,
        request,
        builder,
        config,
    }
}

fn same(name: &'static str, policy: CorsConfig, request: Request<()>, fix: &'static str) -> Row {
    row(name, policy, request, fix, fix)
}

fn get(origin: &str) -> Request<()> {
    request("GET", &[("origin", origin)])
}

fn get_with_cookie(origin: &str) -> Request<()> {
    request("GET", &[("origin", origin), ("cookie", "a=b")])
}

/// A fix in the notation of the policy.
fn check_one(name: &str, mut written: Written, request: &Request<()>, fix: &str) {
    let cors = written.build().unwrap();
    let explanation = cors.policy().explain_request(request);
    assert_eq!(explanation.fix(), Some(fix), "{name}: {explanation}");
    let mut request = request.clone();
    assert_eq!(written.apply(fix, &mut request), Fix::Applied, "{name}");
    let fixed = written
        .build()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let explanation = fixed.policy().explain_request(&request);
    assert!(explanation.is_allowed(), "{name}: {explanation}");
}

fn check(rows: Vec<Row>, expected: Fix) {
    for row in rows {
        for (notation, fix) in [
            (Notation::Builder, row.builder),
            (Notation::Config, row.config),
        ] {
            let name = format!("{}, {notation:?}", row.name);
            let mut written = Written::new(notation, row.policy.clone());
            let cors = written.build().unwrap();
            let explanation = cors.policy().explain_request(&row.request);
            assert!(!explanation.is_allowed(), "{name}: {explanation}");
            assert_eq!(explanation.fix(), Some(fix), "{name}: {explanation}");

            let mut request = row.request.clone();
            let applied = written.apply(fix, &mut request);
            assert_eq!(applied, expected, "{name}: {explanation}");
            if applied == Fix::Applied {
                let fixed = written
                    .build()
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                let explanation = fixed.policy().explain_request(&request);
                assert!(explanation.is_allowed(), "{name}: {explanation}");
            }
        }
    }
}

#[test]
fn of_origins() {
    let rows = vec![
        row(
            "a web page",
            plain(),
            get("https://b.example"),
            "if that page may call, add .allow_origins([\"https://b.example\"])",
            "if that page may call, add \"https://b.example\" to origins",
        ),
        row(
            "file pages of some web views",
            plain(),
            get("file://"),
            "if that page may call, add .allow_origins([\"file://\"])",
            "if that page may call, add \"file://\" to origins",
        ),
        row(
            "file pages, with credentials",
            credentialed(),
            get("file://"),
            "if that page may call, add .allow_origins([\"file://\"]).dangerously_allow_whole_schemes()",
            "if that page may call, add \"file://\" to origins, set dangerously_allow_whole_schemes = true",
        ),
        row(
            "an app whose host is a dot",
            plain(),
            get("app://."),
            "if that page may call, add .allow_origins([\"app://.\"])",
            "if that page may call, add \"app://.\" to origins",
        ),
        row(
            "an app whose host starts with a dot, beside a pattern",
            config(|config| config.origins.push("app://*.a".to_owned())),
            get("app://.a"),
            "if that page may call, add .allow_origins([\"app://.a\"])",
            "if that page may call, add \"app://.a\" to origins",
        ),
        row(
            "an upper-case host of a custom scheme",
            plain(),
            get("moz-extension://0A1B-2C"),
            "if that page may call, add .allow_origins([\"moz-extension://0A1B-2C\"])",
            "if that page may call, add \"moz-extension://0A1B-2C\" to origins",
        ),
        row(
            "an http page, with credentials",
            credentialed(),
            get("http://b.example"),
            "serve the page over https; or, if that page may call, add .allow_origins([\"http://b.example\"])\
             .dangerously_allow_insecure_origins()",
            "serve the page over https; or, if that page may call, add \"http://b.example\" to origins, set \
             dangerously_allow_insecure_origins = true",
        ),
        row(
            "null",
            plain(),
            get("null"),
            "serve the page from an http or https URL; or, if everybody's sandboxed and local pages may call, \
             add .allow_null_origin()",
            "serve the page from an http or https URL; or, if everybody's sandboxed and local pages may call, \
             set allow_null_origin = true",
        ),
        same(
            "a slip of the client, and the policy allows what it means",
            plain(),
            get("https://app.example.com/"),
            "let the client send \"https://app.example.com\" as its origin, as browsers do",
        ),
        row(
            "a slip of the client",
            plain(),
            get("https://B.example"),
            "let the client send \"https://b.example\" as its origin, as browsers do; if that page may call, add \
             .allow_origins([\"https://b.example\"])",
            "let the client send \"https://b.example\" as its origin, as browsers do; if that page may call, add \
             \"https://b.example\" to origins",
        ),
    ];
    check(rows, Fix::Applied);
}

#[test]
fn of_methods() {
    let rows = vec![
        row(
            "one that is missing",
            plain(),
            preflight(APP, "PUT", ""),
            "if pages may use it, add .allow_methods([\"PUT\"])",
            "if pages may use it, add \"PUT\" to methods",
        ),
        row(
            "patch",
            plain(),
            preflight(APP, "patch", ""),
            "let the page write the method as \"PATCH\"; if pages may use it, add .allow_methods([\"PATCH\"])",
            "let the page write the method as \"PATCH\"; if pages may use it, add \"PATCH\" to methods",
        ),
        same(
            "patch, and PATCH is allowed",
            config(|config| config.methods = words(&["PATCH"])),
            preflight(APP, "patch", ""),
            "let the page write the method as \"PATCH\"",
        ),
        row(
            "one that browsers write in upper case",
            plain(),
            preflight(APP, "put", ""),
            "let the page write the method as \"PUT\"; if pages may use it, add .allow_methods([\"PUT\"])",
            "let the page write the method as \"PUT\"; if pages may use it, add \"PUT\" to methods",
        ),
        row(
            "one that build() takes for a slip",
            plain(),
            preflight(APP, "PUT|DELETE", ""),
            "if pages may use it, add .mirror_request_methods()",
            "if pages may use it, set methods = \"mirror request\"",
        ),
        row(
            "a word for any method, and an asterisk in a header",
            plain(),
            preflight(APP, "ALL", "x-*"),
            "if pages may do so, add .mirror_request_methods().mirror_request_headers()",
            "if pages may do so, set methods = \"mirror request\", set headers = \"mirror request\"",
        ),
        row(
            "an asterisk",
            plain(),
            preflight(APP, "*", ""),
            "if pages may use it, add .mirror_request_methods()",
            "if pages may use it, set methods = \"mirror request\"",
        ),
    ];
    check(rows, Fix::Applied);
}

#[test]
fn of_headers() {
    let any = config(|config| config.headers = words(&["*"]));
    let rows = vec![
        row(
            "one",
            plain(),
            preflight(APP, "GET", "x-a"),
            "if pages may send it, add .allow_headers([\"x-a\"])",
            "if pages may send it, add \"x-a\" to headers",
        ),
        row(
            "three at once",
            plain(),
            preflight(APP, "GET", "authorization,x-a,x-b"),
            "if pages may send them, add .allow_headers([\"authorization\", \"x-a\", \"x-b\"])",
            "if pages may send them, add \"authorization\", \"x-a\", \"x-b\" to headers",
        ),
        row(
            "what only browsers set, and what is safelisted",
            plain(),
            preflight(APP, "GET", "accept, origin, x-a"),
            "let the page leave out \"origin\", which only browsers set; if pages may send them, add \
             .allow_headers([\"x-a\", \"accept\"])",
            "let the page leave out \"origin\", which only browsers set; if pages may send them, add \"x-a\", \
             \"accept\" to headers",
        ),
        same(
            "cookie",
            plain(),
            preflight(APP, "GET", "Cookie"),
            "let the page leave out \"cookie\", which only browsers set",
        ),
        row(
            "authorization, beside the wildcard",
            any,
            preflight(APP, "GET", "authorization"),
            "if pages may send it, add .allow_headers([\"authorization\"])",
            "if pages may send it, add \"authorization\" to headers",
        ),
        row(
            "more than a fix lists",
            plain(),
            preflight(APP, "GET", "a,b,c,d,e,f,g,h,i,j,k,l,m"),
            "if pages may send them, add .mirror_request_headers()",
            "if pages may send them, set headers = \"mirror request\"",
        ),
    ];
    check(rows, Fix::Applied);
}

#[test]
fn of_everything_at_once() {
    let mut asked = preflight("https://b.example", "PUT", "x-a");
    let line = http::HeaderValue::from_static("true");
    asked
        .headers_mut()
        .insert("access-control-request-private-network", line);
    let rows = vec![row(
        "origin, method, header and private network",
        plain(),
        asked,
        "if that page may call, add .allow_origins([\"https://b.example\"]).allow_methods([\"PUT\"])\
         .allow_headers([\"x-a\"]).allow_private_network()",
        "if that page may call, add \"https://b.example\" to origins, add \"PUT\" to methods, add \"x-a\" to \
         headers, set allow_private_network = true",
    )];
    check(rows, Fix::Applied);
}

#[test]
fn where_no_change_helps() {
    let twice = request("GET", &[("origin", APP), ("origin", APP)]);
    let rows = vec![
        same(
            "two origins",
            plain(),
            twice,
            "no change to the policy helps; find the proxy or client that sends several origins, because \
             browsers send one",
        ),
        same(
            "null, with credentials",
            credentialed(),
            get("null"),
            "serve the page from an http or https URL; no change to the policy helps, because \"null\" is the \
             origin of everybody's sandboxed and local pages and can't be allowed with credentials",
        ),
        same(
            "null, with cookies",
            plain(),
            get_with_cookie("null"),
            "serve the page from an http or https URL; no change to the policy helps, because \"null\" is the \
             origin of everybody's sandboxed and local pages and can't be allowed with credentials",
        ),
        same(
            "a scheme with a typing error",
            plain(),
            get("htps://b.example"),
            "no change to the policy helps: browsers do not send this origin, because it has a scheme with a typing \
             error; web pages have the scheme http or https",
        ),
        same(
            "a scheme with a typing error, and a final dot",
            plain(),
            get("htps://b.example."),
            "no change to the policy helps: browsers do not send this origin, because it has a scheme with a typing \
             error; web pages have the scheme http or https",
        ),
        same(
            "TRACE",
            plain(),
            preflight(APP, "TRACE", ""),
            "no change to the policy helps, because browsers let no page use \"TRACE\"; use another method",
        ),
        same(
            "not a method",
            plain(),
            preflight(APP, "a b", ""),
            "no change to the policy helps, because \"a b\" is not a valid method; browsers do not ask for it",
        ),
        same(
            "not a header name",
            plain(),
            preflight(APP, "GET", "a b"),
            "no change to the policy helps, because \"a b\" is not a valid header name; browsers do not ask for \
             it",
        ),
        same(
            "too many headers",
            plain(),
            preflight(APP, "GET", &"x-a,".repeat(3000)),
            "no change to the policy helps; let the page send fewer request headers of its own",
        ),
    ];
    check(rows, Fix::NothingHelps);
}

#[test]
fn a_host_with_a_final_dot_needs_a_function() {
    let origin = "https://app.example.com.:8443";
    let mut written = Written::new(Notation::Builder, plain());
    let mut asked = get(origin);
    let cors = written.build().unwrap();
    let explanation = cors.policy().explain_request(&asked);
    let fix = "redirect visitors to \"https://app.example.com:8443\", without the dot, and allow that; or, if that \
               page may call, add .allow_origins_if(|origin| origin.as_str() == \"https://app.example.com.:8443\")";
    assert_eq!(explanation.fix(), Some(fix), "{explanation}");
    assert_eq!(written.apply(fix, &mut asked), Fix::Applied);
    let fixed = written.build().unwrap();
    assert!(fixed.policy().explain_request(&asked).is_allowed());

    let cors = Written::new(Notation::Config, plain()).build().unwrap();
    let explanation = cors.policy().explain_request(&asked);
    assert_eq!(
        explanation.fix(),
        Some(
            "no change to the policy helps, because no key allows a host with a dot at its end; redirect \
             visitors to \"https://app.example.com:8443\", without the dot, and allow that"
        )
    );
}

#[test]
fn a_wildcard_does_not_cover_authorization() {
    let policy = config(|config| config.headers = words(&["*"]));
    let cors = Written::new(Notation::Builder, policy).build().unwrap();
    let asked = preflight(APP, "GET", "authorization");
    assert_eq!(
        cors.policy().explain_request(&asked).why(),
        Some(
            "the request header \"authorization\" is not allowed; the wildcard \"*\" covers every request header \
             except \"authorization\""
        )
    );
}

#[test]
fn the_reasons_name_everything_that_is_missing() {
    let cors = Written::new(Notation::Builder, plain()).build().unwrap();
    for (name, asked, why) in [
        (
            "three headers",
            preflight(APP, "GET", "x-a,x-b,x-c"),
            "the request headers \"x-a\", \"x-b\", \"x-c\" are not allowed",
        ),
        (
            "a token, and no wildcard",
            preflight(APP, "GET", "authorization"),
            "the request header \"authorization\" is not allowed",
        ),
        (
            "many headers",
            preflight(
                APP,
                "POST",
                "x-0,x-1,x-2,x-3,x-4,x-5,x-6,x-7,x-8,x-9,x-a,x-b,x-c,x-d",
            ),
            "the request headers \"x-0\", \"x-1\", \"x-2\", \"x-3\", \"x-4\", \"x-5\", \"x-6\", \"x-7\", \"x-8\", \
             \"x-9\", \"x-a\", \"x-b\" and 2 more are not allowed",
        ),
        (
            "safelisted names come last",
            preflight(APP, "GET", "accept,x-a"),
            "the request headers \"x-a\", \"accept\" are not allowed",
        ),
        (
            "origin, method and header",
            preflight("https://b.example", "PUT", "x-a"),
            "the origin \"https://b.example\" is not allowed; the method \"PUT\" is not allowed; the request \
             header \"x-a\" is not allowed",
        ),
        (
            "origin and cookies",
            get_with_cookie("https://b.example"),
            "the origin \"https://b.example\" is not allowed; the page sent cookies, and the policy does not \
             allow credentials",
        ),
    ] {
        let explanation = cors.policy().explain_request(&asked);
        assert_eq!(explanation.why(), Some(why), "{name}");
    }
}
